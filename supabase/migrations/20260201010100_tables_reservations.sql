-- Reservations and the waiting list. That two parties never hold one table at once is a constraint; who they are is kept
-- apart, for the members who seat them, so that it can be erased.

-- A no-op or a trusted install; staff shifts use it, too.
create extension if not exists btree_gist with schema extensions;

insert into private.errors (code, http_status, meaning, remedy) values
  ('qr_code_not_found', 404, 'There is no such QR code in reach of this caller.', 'List the venue''s codes and use one of their ids.'),
  ('table_occupied', 409, 'Another party has an open session at this table.', 'Choose another table, or close or merge its session.'),
  ('table_reserved', 409, 'The table is held for a reservation.', 'Choose another table, or move or cancel the reservation.'),
  ('table_blocked', 409, 'The table is out of use.', 'Choose another table, or free it first.'),
  ('table_merged', 409, 'The table belongs to another one at present.', 'Use the leading table, or unmerge it first.'),
  ('merge_unconfirmed', 409, 'Several of the tables are occupied; merging them joins their bills.', 'Ask the parties, then repeat with p_confirm.'),
  ('reservation_not_found', 404, 'There is no such reservation in reach of this caller.', 'Check the id.'),
  ('reservation_overlap', 409, 'Another reservation has the table at that time.', 'Choose another table or time.'),
  ('reservation_closed', 409, 'The reservation is no longer open for this.', 'Load it again; make a new one if it was cancelled or missed.'),
  ('no_table_free', 409, 'No table of this size is free at that time.', 'Choose another time, or assign a table by hand.'),
  ('waiting_party_not_found', 404, 'There is no such party in reach of this caller.', 'Load the waiting list again.'),
  ('waiting_party_gone', 409, 'The party has been seated or has left.', 'Load the waiting list again.');

alter table public.venues
  add column turn_minutes integer not null default 90,
  add column hold_minutes integer not null default 30,
  add column no_show_minutes integer not null default 20,
  add column cleaning_minutes integer not null default 5,
  add constraint turn_is_plausible check (turn_minutes between 15 and 720),
  add constraint hold_is_plausible check (hold_minutes between 0 and 240),
  add constraint no_show_is_plausible check (no_show_minutes between 5 and 240),
  add constraint cleaning_is_plausible check (cleaning_minutes between 0 and 120);
comment on column public.venues.turn_minutes is 'How long a reservation holds its table.';
comment on column public.venues.hold_minutes is 'How long before a reservation its table counts as reserved.';
comment on column public.venues.no_show_minutes is 'How long after its time a reservation waits for its party.';
comment on column public.venues.cleaning_minutes is 'How long a table counts as being cleaned after its session, unless somebody says it is clean.';
grant update (turn_minutes, hold_minutes, no_show_minutes, cleaning_minutes) on public.venues to authenticated;

create table public.reservations (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  table_id uuid,
  party_size integer not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  status text not null default 'booked',
  session_id uuid,
  booked_by uuid references auth.users on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint reservations_tenant_key unique (venue_id, id),
  constraint table_is_in_the_venue foreign key (venue_id, table_id) references public.tables (venue_id, id),
  constraint session_is_in_the_venue foreign key (venue_id, session_id) references public.table_sessions (venue_id, id),
  constraint status_is_known check (status in ('booked', 'checked_in', 'completed', 'cancelled', 'no_show')),
  constraint party_is_plausible check (party_size between 1 and 100),
  constraint ends_after_it_starts check (ends_at > starts_at),
  constraint who_came_has_a_session check ((status in ('checked_in', 'completed')) = (session_id is not null)),
  constraint one_party_at_a_table_at_a_time exclude using gist (venue_id with =, table_id with =, tstzrange(starts_at, ends_at) with &&)
    where (status in ('booked', 'checked_in'))
);
comment on table public.reservations is 'A table held for a party: booked → checked_in → completed; booked → cancelled or no_show.';
comment on column public.reservations.table_id is 'Null until a table is assigned.';
comment on column public.reservations.ends_at is 'The start plus the turn time that the venue had when it was booked.';
comment on column public.reservations.session_id is 'The session that check-in opened; follows the party when tables are merged.';
comment on column public.reservations.booked_by is 'The member who took it.';
create index reservations_by_table on public.reservations (venue_id, table_id, starts_at);
create index reservations_by_time on public.reservations (venue_id, starts_at);
create index reservations_by_session on public.reservations (venue_id, session_id) where session_id is not null;
create index reservations_by_member on public.reservations (booked_by);
create index open_reservations_by_time on public.reservations (starts_at) where status in ('booked', 'checked_in');

create table public.reservation_customers (
  reservation_id uuid primary key,
  venue_id uuid not null,
  name text not null,
  phone text,
  email text,
  note text,
  created_at timestamptz not null default now(),
  constraint reservation_is_in_the_venue foreign key (venue_id, reservation_id) references public.reservations (venue_id, id) on delete cascade,
  constraint name_is_short_text check (length(trim(name)) between 1 and 120),
  constraint texts_are_bounded check (length(phone) <= 40 and length(email) <= 254 and length(note) <= 280)
);
comment on table public.reservation_customers is 'Personal data of who reserved, apart from the reservation so that it can be erased.';
comment on column public.reservation_customers.note is 'What the party asked for; it may tell about a person.';
create index reservation_customers_by_venue on public.reservation_customers (venue_id, reservation_id);

create table public.waiting_parties (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  party_size integer not null,
  quoted_minutes integer not null,
  status text not null default 'waiting',
  session_id uuid,
  name text,
  phone text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint waiting_parties_tenant_key unique (venue_id, id),
  constraint session_is_in_the_venue foreign key (venue_id, session_id) references public.table_sessions (venue_id, id),
  constraint status_is_known check (status in ('waiting', 'seated', 'left')),
  constraint party_is_plausible check (party_size between 1 and 100),
  constraint quote_is_plausible check (quoted_minutes between 0 and 600),
  constraint seated_means_a_session check ((status = 'seated') = (session_id is not null)),
  constraint who_waits_has_a_name check (status <> 'waiting' or coalesce(length(trim(name)), 0) > 0),
  constraint texts_are_bounded check (length(name) <= 120 and length(phone) <= 40)
);
comment on table public.waiting_parties is 'The waiting list: who waits for a table, with name and phone for the members who seat them.';
comment on column public.waiting_parties.quoted_minutes is 'How long they were told it would take.';
comment on column public.waiting_parties.session_id is 'Where they were seated.';
create index waiting_parties_by_venue on public.waiting_parties (venue_id, created_at) where status = 'waiting';
create index waiting_parties_of_a_venue on public.waiting_parties (venue_id, session_id);

alter table public.reservations enable row level security;
alter table public.reservation_customers enable row level security;
alter table public.waiting_parties enable row level security;
create policy select_member on public.reservations for select to authenticated
  using (venue_id = any ((select private.venues_with('tables.read'))::uuid[]));
create policy select_seating on public.reservation_customers for select to authenticated
  using (venue_id = any ((select private.venues_once_with('tables.seat'))::uuid[]));
create policy select_seating on public.waiting_parties for select to authenticated
  using (venue_id = any ((select private.venues_once_with('tables.seat'))::uuid[]));
grant select on public.reservations, public.reservation_customers, public.waiting_parties to authenticated;
create trigger set_updated_at before update on public.reservations for each row execute function private.set_updated_at();
create trigger set_updated_at before update on public.waiting_parties for each row execute function private.set_updated_at();
-- Not the two others: an audit of names and phone numbers would outlive their erasure.
create trigger audit after insert or update or delete on public.reservations for each row execute function private.audit();
