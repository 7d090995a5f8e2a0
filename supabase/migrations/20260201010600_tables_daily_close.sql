-- The daily close: when a venue's business day has turned, what is settled is closed and what is not is reported. Once per
-- venue and business day because its row says so, however often, late or simultaneously the clock runs.

create table public.daily_closes (
  venue_id uuid not null references public.venues on delete cascade,
  business_date date not null,
  closed_at timestamptz not null,
  expired_orders integer not null default 0,
  closed_sessions integer not null default 0,
  unsettled jsonb not null default '[]',
  open_drawers jsonb not null default '[]',
  primary key (venue_id, business_date),
  constraint unsettled_is_a_list check (jsonb_typeof(unsettled) = 'array'),
  constraint open_drawers_are_a_list check (jsonb_typeof(open_drawers) = 'array')
);
comment on table public.daily_closes is 'One row per venue and business day that was closed: what the close did, and what it left to the manager.';
comment on column public.daily_closes.business_date is 'The day that ended; what was open from earlier days is closed with it.';
comment on column public.daily_closes.unsettled is 'Sessions left open because something is unpaid: [{session_id, table_id, label, opened_at, orders, due_minor}].';
comment on column public.daily_closes.open_drawers is
  'Cash drawers that nobody has counted: [{drawer_session_id, name, business_date}]. They stay open, because only a person can count.';

alter table public.daily_closes enable row level security;
create policy select_manager on public.daily_closes for select to authenticated
  using (venue_id = any ((select private.venues_with('analytics.read'))::uuid[]));
grant select on public.daily_closes to authenticated;

create function private.close_day(p_venue public.venues, p_business_date date, p_at timestamptz) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_expired integer;
  v_closed integer;
begin
  insert into public.daily_closes (venue_id, business_date, closed_at) values (p_venue.id, p_business_date, p_at)
  on conflict on constraint daily_closes_pkey do nothing;
  if not found then
    return false;
  end if;
  -- Sessions before orders, as everywhere.
  perform private.lock_open_sessions(p_venue.id, array(
    select s.id from public.table_sessions s
    where s.venue_id = p_venue.id and s.closed_at is null
      and private.business_date(p_venue.timezone, p_venue.day_starts_at, s.opened_at) <= p_business_date));
  -- As by the minute clock, an order that holds money is left to a person; one that is being paid right now is, too.
  v_expired := private.expire_unpaid(array(
    select o from public.orders o
    where o.venue_id = p_venue.id and o.status = 'pending_payment' and o.business_date <= p_business_date and o.paid_minor = o.refunded_minor
    order by o.id for no key update skip locked), 'not paid when the day was closed');
  update public.table_sessions s set closed_at = p_at
  where s.venue_id = p_venue.id and s.closed_at is null
    and private.business_date(p_venue.timezone, p_venue.day_starts_at, s.opened_at) <= p_business_date
    and not exists (select 1 from public.orders o where o.venue_id = s.venue_id and o.session_id = s.id
      and o.status not in ('cancelled', 'expired') and o.paid_minor < o.total_minor);
  get diagnostics v_closed = row_count;
  update public.daily_closes c
  set expired_orders = v_expired, closed_sessions = v_closed, unsettled = (
    select coalesce(jsonb_agg(jsonb_build_object('session_id', s.id, 'table_id', s.table_id, 'label', t.label, 'opened_at', s.opened_at,
      'orders', o.orders, 'due_minor', o.due_minor) order by s.opened_at, s.id), '[]')
    from public.table_sessions s
    left join public.tables t on t.venue_id = s.venue_id and t.id = s.table_id
    cross join lateral (
      select count(*) as orders, sum(o.total_minor - o.paid_minor) as due_minor from public.orders o
      where o.venue_id = s.venue_id and o.session_id = s.id and o.status not in ('cancelled', 'expired') and o.paid_minor < o.total_minor
    ) o
    where s.venue_id = p_venue.id and s.closed_at is null and o.orders > 0
      and private.business_date(p_venue.timezone, p_venue.day_starts_at, s.opened_at) <= p_business_date), open_drawers = (
    select coalesce(jsonb_agg(jsonb_build_object('drawer_session_id', d.id, 'name', d.name, 'business_date', d.business_date) order by d.opened_at, d.id), '[]')
    from public.drawer_sessions d where d.venue_id = p_venue.id and d.closed_at is null and d.business_date <= p_business_date)
  where c.venue_id = p_venue.id and c.business_date = p_business_date;
  perform private.announce_close(p_venue, p_business_date);
  return true;
end $$;
comment on function private.close_day(public.venues, date, timestamptz) is
  'Closes a business day of a venue, unless that was done: expires orders that wait for payment, closes sessions that owe '
  'nothing, reports the others and the cash drawers that are open, also by mail. Tables, unpaid orders and reservations stay as they are. Returns whether it was this call.';

create function private.due_closes(p_at timestamptz, p_venue_id uuid default null) returns table (venue public.venues, business_date date)
language sql stable set search_path = '' as $$
  select v, d.business_date
  from public.venues v
  cross join lateral (select private.business_date(v.timezone, v.day_starts_at, p_at) - 1 as business_date) d
  where v.id = coalesce(p_venue_id, v.id) and private.business_date(v.timezone, v.day_starts_at, v.created_at) <= d.business_date
    and not exists (select 1 from public.daily_closes c where c.venue_id = v.id and c.business_date >= d.business_date)
$$;
comment on function private.due_closes(timestamptz, uuid) is
  'The business days of a venue (null: of all) that have ended and are not closed. The venue''s own wall clock decides, so that a day of 23 or 25 hours has '
  'one close as any other.';

create function private.close_due_days(p_at timestamptz default now(), p_venue_id uuid default null) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_due record;
  v_closed integer := 0;
begin
  for v_due in
    select d.venue, d.business_date from private.due_closes(p_at, p_venue_id) d order by (d.venue).id
  loop
    if private.close_day(v_due.venue, v_due.business_date, p_at) then
      v_closed := v_closed + 1;
    end if;
  end loop;
  return v_closed;
end $$;
comment on function private.close_due_days(timestamptz, uuid) is
  'Closes the business day that has ended at a venue (null: at every one) where that is not done yet. Returns how many.';
