-- Tables, their QR codes, and the sessions that guests open by scanning them. A QR token and a guest's secret are 256
-- random bits each and stored as hashes only; a guest never touches a table of the database, only RPCs.

create table public.tables (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  label text not null,
  seats integer not null default 2,
  area text not null default '',
  is_active boolean not null default true,
  merged_into uuid,
  blocked_reason text,
  cleaned_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint tables_tenant_key unique (venue_id, id),
  constraint one_table_of_a_label unique (venue_id, label),
  constraint label_is_short_text check (length(trim(label)) between 1 and 20),
  constraint area_is_short_text check (length(area) <= 60),
  constraint seats_are_plausible check (seats between 1 and 100),
  constraint leading_table_is_in_the_venue foreign key (venue_id, merged_into) references public.tables (venue_id, id),
  constraint no_table_leads_itself check (merged_into <> id),
  constraint blocked_reason_is_short_text check (length(trim(blocked_reason)) between 1 and 120)
);
comment on table public.tables is 'The tables that guests sit at.';
comment on column public.tables.label is 'What is written on the table, unique in the venue.';
comment on column public.tables.merged_into is 'The table that leads this one: its code opens the leading table''s session. Written by merge_tables and unmerge_tables only.';
comment on column public.tables.blocked_reason is 'Why nobody can sit here now; null when somebody can.';
comment on column public.tables.cleaned_at is 'When somebody last said it is clean; ends the cleaning after a session early.';
create index tables_by_leader on public.tables (venue_id, merged_into) where merged_into is not null;

alter table public.tables enable row level security;
create policy select_member on public.tables for select to authenticated
  using (venue_id = any ((select private.venues_with('tables.read'))::uuid[]));
create policy insert_manager on public.tables for insert to authenticated
  with check (venue_id = any ((select private.venues_with('tables.manage'))::uuid[]));
create policy update_manager on public.tables for update to authenticated
  using (venue_id = any ((select private.venues_with('tables.manage'))::uuid[]))
  with check (venue_id = any ((select private.venues_with('tables.manage'))::uuid[]));
grant select on public.tables to authenticated;
grant insert (venue_id, label, seats, area), update (label, seats, area, is_active) on public.tables to authenticated;
create trigger set_updated_at before update on public.tables for each row execute function private.set_updated_at();
create trigger audit after insert or update or delete on public.tables for each row execute function private.audit();
create trigger guard_entitlement after insert on public.tables
  referencing new table as changed for each statement execute function private.guard_entitlement('tables');
create trigger guard_entitlement_again after update of is_active on public.tables
  for each row when (new.is_active and not old.is_active) execute function private.guard_entitlement_again('tables');

create table public.qr_codes (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  table_id uuid,
  kind text not null,
  token_hash bytea not null unique,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  constraint table_is_in_the_venue foreign key (venue_id, table_id) references public.tables (venue_id, id) on delete cascade,
  constraint kind_is_known check (kind in ('table', 'table_pickup', 'counter')),
  constraint counter_codes_have_no_table check ((kind = 'counter') = (table_id is null))
);
comment on table public.qr_codes is 'Printed codes. Rotating one revokes it and makes a new one; a revoked code never works again.';
comment on column public.qr_codes.kind is 'table: served at the table; table_pickup: ordered at the table, fetched at the counter; counter: no table.';
comment on column public.qr_codes.token_hash is 'SHA-256 of the token in the printed link; not readable by clients.';
create unique index one_active_code on public.qr_codes (venue_id, table_id, kind) nulls not distinct where revoked_at is null;
create index qr_codes_by_table on public.qr_codes (venue_id, table_id);

alter table public.qr_codes enable row level security;
create policy select_member on public.qr_codes for select to authenticated
  using (venue_id = any ((select private.venues_with('tables.read'))::uuid[]));
grant select (id, venue_id, table_id, kind, created_at, revoked_at) on public.qr_codes to authenticated;
create trigger audit after insert or update or delete on public.qr_codes for each row execute function private.audit();

create table public.table_sessions (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  table_id uuid,
  opened_by uuid references auth.users on delete set null,
  opened_at timestamptz not null default now(),
  closed_by uuid references auth.users on delete set null,
  closed_at timestamptz,
  arrangement integer not null default 0,
  constraint table_sessions_tenant_key unique (venue_id, id),
  constraint table_is_in_the_venue foreign key (venue_id, table_id) references public.tables (venue_id, id),
  constraint closes_after_it_opens check (closed_at >= opened_at)
);
comment on table public.table_sessions is 'A party at a table from scan to bill, or one guest at a counter. Its guests share the bill.';
comment on column public.table_sessions.table_id is 'Null for a counter session, which nobody else joins.';
comment on column public.table_sessions.arrangement is 'Counts moves and partings: an order that waited for one looks again where its guest sits.';
comment on column public.table_sessions.opened_by is 'The member who opened it; null when a guest''s scan did.';
create unique index one_open_session_per_table on public.table_sessions (venue_id, table_id)
  where closed_at is null and table_id is not null;
create index table_sessions_by_table on public.table_sessions (venue_id, table_id, closed_at);
create index open_sessions_by_venue on public.table_sessions (venue_id, opened_at) where closed_at is null;
create index table_sessions_by_opener on public.table_sessions (opened_by);
create index table_sessions_by_closer on public.table_sessions (closed_by);

alter table public.table_sessions enable row level security;
create policy select_member on public.table_sessions for select to authenticated
  using (venue_id = any ((select private.venues_with('tables.read'))::uuid[]));
grant select on public.table_sessions to authenticated;

create table private.guest_devices (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null,
  session_id uuid not null,
  table_id uuid,
  kind text not null,
  secret_hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '12 hours',
  constraint table_is_in_the_venue foreign key (venue_id, table_id) references public.tables (venue_id, id),
  constraint session_is_in_the_venue foreign key (venue_id, session_id) references public.table_sessions (venue_id, id) on delete cascade,
  constraint kind_is_known check (kind in ('table', 'table_pickup', 'counter'))
);
comment on table private.guest_devices is 'One row per device that scanned a code; its secret is the guest''s only credential.';
comment on column private.guest_devices.kind is 'Kind of the scanned code: decides which fulfilment and payment modes this device may choose.';
comment on column private.guest_devices.table_id is 'Where it sits: the table whose code it scanned, also while another table leads; it goes with that table when tables part. Null at a counter.';
create index guest_devices_by_table on private.guest_devices (venue_id, table_id) where table_id is not null;
create index guest_devices_by_session on private.guest_devices (venue_id, session_id);
create index guest_devices_by_expiry on private.guest_devices (expires_at);
