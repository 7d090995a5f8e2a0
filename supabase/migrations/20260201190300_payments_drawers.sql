-- The cash drawer: who opened it with how much, what went in and out, what was counted. Cash that is taken or given back
-- belongs to the drawer that was open; every other movement is a balanced transaction of the books.

insert into private.errors (code, http_status, meaning, remedy) values
  ('drawer_open', 409, 'A drawer of this name is open.', 'Use it, or close it first.'),
  ('drawer_not_found', 404, 'The venue has no such drawer session.', 'Use an id that open_drawer or get_drawers returned.'),
  ('drawer_closed', 409, 'The drawer has been closed.', 'Use a drawer that is open.'),
  ('drawer_required', 409, 'Cash belongs into one open drawer, and it is not clear into which.', 'Open a drawer, or name one of those that are open.');

alter table public.venues add column cash_needs_drawer boolean not null default false;
comment on column public.venues.cash_needs_drawer is 'Whether cash is taken and given back only while a drawer is open.';
grant update (cash_needs_drawer) on public.venues to authenticated;

create table public.drawer_sessions (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  name text not null,
  business_date date not null,
  is_blind boolean not null default false,
  opened_by uuid not null,
  opened_at timestamptz not null default now(),
  closed_by uuid,
  closed_at timestamptz,
  expected_minor bigint,
  counted_minor bigint,
  constraint drawer_sessions_tenant_key unique (venue_id, id),
  constraint name_is_short_text check (length(trim(name)) between 1 and 60),
  constraint counted_is_not_negative check (counted_minor >= 0),
  constraint closing_is_counting check (num_nonnulls(closed_by, closed_at, expected_minor, counted_minor) in (0, 4)),
  constraint closes_after_it_opens check (closed_at >= opened_at)
);
comment on table public.drawer_sessions is 'A cash drawer from its opening to its count.';
comment on column public.drawer_sessions.name is 'Which drawer: the till''s or the device''s name.';
comment on column public.drawer_sessions.business_date is 'The venue''s business day on which it was opened.';
comment on column public.drawer_sessions.is_blind is 'Counted without being told what should be in it; who may see the figures is told.';
comment on column public.drawer_sessions.expected_minor is 'What should have been in it when it was counted.';
create unique index one_open_session_per_drawer on public.drawer_sessions (venue_id, lower(trim(name))) where closed_at is null;
create index drawer_sessions_by_day on public.drawer_sessions (venue_id, business_date);

create table public.drawer_movements (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null,
  drawer_session_id uuid not null,
  kind text not null,
  amount_minor bigint not null,
  reason text,
  made_by uuid not null,
  created_at timestamptz not null default now(),
  constraint drawer_movements_tenant_key unique (venue_id, id),
  constraint drawer_is_in_the_venue foreign key (venue_id, drawer_session_id) references public.drawer_sessions (venue_id, id),
  constraint sign_fits_the_kind check (case kind when 'float' then amount_minor > 0 when 'pay_in' then amount_minor > 0 when 'pay_out' then amount_minor < 0
    when 'difference' then amount_minor <> 0 when 'taken_out' then amount_minor < 0 else false end),
  constraint people_give_reasons check (case when kind in ('pay_in', 'pay_out') then reason is not null and length(trim(reason)) between 1 and 280 else reason is null end)
);
comment on table public.drawer_movements is 'Append-only: what went into or out of a drawer but for payments and refunds.';
comment on column public.drawer_movements.kind is
  'float: there at the beginning; pay_in, pay_out: put in or taken out, for a reason; at the close difference: counted less expected, and taken_out: what was counted.';
comment on column public.drawer_movements.amount_minor is 'Into the drawer positive, out of it negative.';
create index drawer_movements_by_session on public.drawer_movements (venue_id, drawer_session_id);
create unique index one_of_a_kind_per_session on public.drawer_movements (drawer_session_id, kind) where kind in ('float', 'difference', 'taken_out');
create trigger drawer_movements_append_only before update or delete on public.drawer_movements for each row execute function private.forbid_change();
create trigger drawer_movements_no_truncate before truncate on public.drawer_movements for each statement execute function private.forbid_change();

alter table public.payments add column drawer_session_id uuid;
alter table public.payments add constraint drawer_is_in_the_venue
  foreign key (venue_id, drawer_session_id) references public.drawer_sessions (venue_id, id);
alter table public.payments add constraint only_cash_is_in_a_drawer check (drawer_session_id is null or method = 'cash');
comment on column public.payments.drawer_session_id is 'The drawer that the cash went into.';
create index payments_by_drawer on public.payments (venue_id, drawer_session_id) where drawer_session_id is not null;
alter table public.refunds add column drawer_session_id uuid;
alter table public.refunds add constraint drawer_is_in_the_venue
  foreign key (venue_id, drawer_session_id) references public.drawer_sessions (venue_id, id);
comment on column public.refunds.drawer_session_id is 'The drawer that the cash came out of.';
create index refunds_by_drawer on public.refunds (venue_id, drawer_session_id) where drawer_session_id is not null;
alter table private.ledger_transactions add constraint movement_is_in_the_venue
  foreign key (venue_id, drawer_movement_id) references public.drawer_movements (venue_id, id);

alter table public.drawer_sessions enable row level security;
alter table public.drawer_movements enable row level security;
create policy select_manager on public.drawer_sessions for select to authenticated
  using (venue_id = any ((select private.venues_with('analytics.read'))::uuid[]));
create policy select_manager on public.drawer_movements for select to authenticated
  using (venue_id = any ((select private.venues_with('analytics.read'))::uuid[]));
grant select on public.drawer_sessions, public.drawer_movements to authenticated;
create trigger audit after insert or update or delete on public.drawer_sessions for each row execute function private.audit();
insert into private.personal_data (table_name, column_name, subject, identifies) values
  ('public.drawer_sessions', 'name', 'nobody', null),
  ('public.daily_closes', 'open_drawers', 'nobody', null);

create function private.book_drawer_movement() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_transaction uuid;
begin
  insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, drawer_movement_id, trace_id)
  select v.organisation_id, v.id, v.currency, 'drawer', new.id, private.trace_id() from public.venues v where v.id = new.venue_id
  returning id into v_transaction;
  insert into private.ledger_entries (transaction_id, account, amount_minor)
  values (v_transaction, 'cash', new.amount_minor), (v_transaction, 'drawer', -new.amount_minor);
  return null;
end $$;
comment on function private.book_drawer_movement() is
  'After-insert trigger: a movement of a drawer is in the books, or nowhere. Definer, because nobody may write the ledger.';
create trigger book_drawer_movement after insert on public.drawer_movements for each row execute function private.book_drawer_movement();

create type private.drawer_sums as (
  float_minor bigint, paid_in_minor bigint, paid_out_minor bigint, payments bigint, sales_minor bigint, tips_minor bigint,
  refunds bigint, refunded_minor bigint, expected_minor bigint);

create function private.drawer_sums(p_venue_id uuid, p_drawer_session_id uuid) returns private.drawer_sums
language plpgsql stable set search_path = '' as $$
declare
  v_sums private.drawer_sums;
begin
  select coalesce(sum(m.amount_minor) filter (where m.kind = 'float'), 0), coalesce(sum(m.amount_minor) filter (where m.kind = 'pay_in'), 0),
    coalesce(-sum(m.amount_minor) filter (where m.kind = 'pay_out'), 0)
  into v_sums.float_minor, v_sums.paid_in_minor, v_sums.paid_out_minor
  from public.drawer_movements m where m.venue_id = p_venue_id and m.drawer_session_id = p_drawer_session_id;
  select count(*), coalesce(sum(p.amount_minor), 0), coalesce(sum(p.tip_minor), 0) into v_sums.payments, v_sums.sales_minor, v_sums.tips_minor
  from public.payments p where p.venue_id = p_venue_id and p.drawer_session_id = p_drawer_session_id;
  select count(*), coalesce(sum(r.amount_minor), 0) into v_sums.refunds, v_sums.refunded_minor
  from public.refunds r where r.venue_id = p_venue_id and r.drawer_session_id = p_drawer_session_id;
  v_sums.expected_minor := v_sums.float_minor + v_sums.paid_in_minor - v_sums.paid_out_minor + v_sums.sales_minor - v_sums.refunded_minor;
  return v_sums;
end $$;
comment on function private.drawer_sums(uuid, uuid) is
  'What went through a drawer and what should be in it: the float, what was put in and taken out, cash payments with their tips, and cash refunds.';
