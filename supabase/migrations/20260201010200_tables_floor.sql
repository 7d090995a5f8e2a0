-- The floor: what each table is at this moment, derived from sessions, reservations and blocks, never stored.

create function private.table_states(p_venue_id uuid)
returns table (table_id uuid, leader_id uuid, state text, session_id uuid, reservation_id uuid)
language plpgsql stable set search_path = '' as $$
begin
  return query
  select t.id, coalesce(t.merged_into, t.id),
    case
      when s.id is not null then 'occupied'
      when t.blocked_reason is not null then 'blocked'
      when c.closed_at > greatest(now() - make_interval(mins => v.cleaning_minutes), t.cleaned_at) then 'cleaning'
      when r.starts_at <= now() + make_interval(mins => v.hold_minutes) then 'reserved'
      else 'free'
    end,
    s.id, r.id
  from public.venues v
  join public.tables t on t.venue_id = v.id
  left join public.table_sessions s on s.venue_id = v.id and s.table_id = coalesce(t.merged_into, t.id) and s.closed_at is null
  left join lateral (
    select e.closed_at from public.table_sessions e
    where e.venue_id = v.id and e.table_id = coalesce(t.merged_into, t.id) and e.closed_at is not null
    order by e.closed_at desc limit 1
  ) c on true
  left join lateral (
    -- Whose party did not come in time holds the table no longer, even before the clock has said so.
    select b.id, b.starts_at from public.reservations b
    where b.venue_id = v.id and b.table_id in (t.id, t.merged_into) and b.status = 'booked'
      and b.starts_at > now() - make_interval(mins => v.no_show_minutes)
    order by b.starts_at limit 1
  ) r on true
  where v.id = p_venue_id and (t.is_active or s.id is not null);
end $$;
comment on function private.table_states(uuid) is
  'Every table in use with its state: occupied, blocked, cleaning, reserved or free, in this order of precedence; its leading '
  'table (itself when it is not merged), open session, and next reservation. A merged table is as occupied as the one that leads it.';

create function public.get_floor(p_venue_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_venue('tables.read', p_venue_id);
  return (
    select jsonb_build_object('venue_id', v.id, 'currency', v.currency, 'at', now(),
      'tables', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'table_id', t.id, 'label', t.label, 'area', t.area, 'seats', t.seats, 'state', s.state,
          'led_by', t.merged_into, 'blocked_reason', t.blocked_reason,
          'session', case when s.session_id is not null and t.merged_into is null then jsonb_build_object(
            'session_id', s.session_id, 'opened_at', e.opened_at, 'devices', d.devices, 'orders', o.orders,
            'total_minor', o.total_minor, 'paid_minor', o.paid_minor, 'due_minor', o.due_minor) end,
          'next_reservation', case when r.id is not null then jsonb_build_object(
            'reservation_id', r.id, 'starts_at', r.starts_at, 'ends_at', r.ends_at, 'party_size', r.party_size) end
        ) order by t.area, t.label), '[]')
        from private.table_states(v.id) s
        join public.tables t on t.venue_id = v.id and t.id = s.table_id
        left join public.table_sessions e on e.venue_id = v.id and e.id = s.session_id
        left join public.reservations r on r.venue_id = v.id and r.id = s.reservation_id
        left join lateral (
          select count(*) as devices from private.guest_devices d
          where d.venue_id = v.id and d.session_id = s.session_id and t.merged_into is null
        ) d on true
        left join lateral (
          select count(*) as orders, coalesce(sum(o.total_minor), 0) as total_minor, coalesce(sum(o.paid_minor), 0) as paid_minor,
            coalesce(sum(greatest(o.total_minor - o.paid_minor, 0)), 0) as due_minor
          from public.orders o
          where o.venue_id = v.id and o.session_id = s.session_id and o.status not in ('cancelled', 'expired') and t.merged_into is null
        ) o on true),
      'waiting_parties', (select count(*) from public.waiting_parties w where w.venue_id = v.id and w.status = 'waiting'),
      'unassigned_reservations', (
        select count(*) from public.reservations r
        where r.venue_id = v.id and r.status = 'booked' and r.table_id is null and r.starts_at between now() - interval '1 day' and now() + interval '1 day'))
    from public.venues v where v.id = p_venue_id);
end $$;
comment on function public.get_floor(uuid) is
  'The floor at a glance: {venue_id, currency, at, tables: [{table_id, label, area, seats, state: free | occupied | reserved | '
  'blocked | cleaning, led_by, blocked_reason, session: {session_id, opened_at, devices, orders, total_minor, paid_minor, '
  'due_minor}, next_reservation: {reservation_id, starts_at, ends_at, party_size}}], waiting_parties, unassigned_reservations '
  '(within a day)}. A merged table names its leader in led_by and leaves the session to it. Needs tables.read. Definer: guest '
  'devices are in no client''s reach. Errors: not_authenticated, permission_denied, subscription_inactive.';
grant execute on function public.get_floor(uuid) to authenticated;

create function private.require_table(p_permission text, p_table_id uuid) returns public.tables
language plpgsql stable set search_path = '' as $$
declare
  v_table public.tables;
begin
  perform private.require_user();
  select * into v_table from public.tables t where t.id = p_table_id and t.is_active and t.venue_id = any (private.my_venues());
  if not found then
    perform private.fail('table_not_found');
  end if;
  perform private.require_venue(p_permission, v_table.venue_id);
  return v_table;
end $$;
comment on function private.require_table(text, uuid) is
  'An active table, if the signed-in user has the permission in its venue. Errors: not_authenticated, table_not_found, '
  'permission_denied, subscription_inactive.';

create function private.require_ids(p_argument text, p_ids uuid[], p_most integer) returns void
language plpgsql stable set search_path = '' as $$
begin
  if p_ids is null or array_ndims(p_ids) is distinct from 1 or cardinality(p_ids) > p_most
    or exists (select 1 from unnest(p_ids) i (id) where i.id is null) then
    perform private.fail('invalid_input', format('%s: 1 to %s ids', p_argument, p_most));
  end if;
end $$;
comment on function private.require_ids(text, uuid[], integer) is 'Refuses what is no list of 1 to p_most ids. Errors: invalid_input.';

create function private.lock_tables(p_venue_id uuid, p_table_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- The venue's row makes all who rearrange its tables take turns, so that a group cannot change while it is being locked.
  perform 1 from public.venues v where v.id = p_venue_id for no key update;
  perform 1 from public.tables t
  where t.venue_id = p_venue_id and (t.id = any (p_table_ids)
    or t.merged_into = any (p_table_ids)
    or exists (select 1 from public.tables l where l.venue_id = p_venue_id and l.id = any (p_table_ids)
               and (l.merged_into = t.id or l.merged_into = t.merged_into)))
  order by t.id for no key update;
end $$;
comment on function private.lock_tables(uuid, uuid[]) is
  'Locks the venue, then the tables and everything merged with them, by id. Scans wait; orders do not. Order of locks: '
  'organisation → venue → reservation → table → session → order.';

create function public.set_table_state(p_table_id uuid, p_state text, p_reason text default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_table public.tables := private.require_table('tables.seat', p_table_id);
begin
  if p_state is null or p_state not in ('free', 'blocked') then
    perform private.fail('invalid_input', 'p_state: free or blocked');
  elsif p_state = 'blocked' and (p_reason is null or length(trim(p_reason)) not between 1 and 120) then
    perform private.fail('invalid_input', 'p_reason: 1 to 120 characters');
  end if;
  perform private.lock_tables(v_table.venue_id, array[p_table_id]);
  select * into v_table from public.tables t where t.id = p_table_id;
  if p_state = 'free' then
    update public.tables t set blocked_reason = null, cleaned_at = now()
    where t.venue_id = v_table.venue_id and p_table_id in (t.id, t.merged_into);
  elsif v_table.merged_into is not null or exists (
    select 1 from public.tables t where t.venue_id = v_table.venue_id and t.merged_into = p_table_id) then
    perform private.fail('table_merged');
  elsif exists (
    select 1 from public.table_sessions s where s.venue_id = v_table.venue_id and s.table_id = p_table_id and s.closed_at is null) then
    perform private.fail('table_occupied');
  else
    update public.tables t set blocked_reason = trim(p_reason) where t.id = p_table_id;
  end if;
  return (select jsonb_build_object('table_id', s.table_id, 'state', s.state)
          from private.table_states(v_table.venue_id) s where s.table_id = p_table_id);
end $$;
comment on function public.set_table_state(uuid, text, text) is
  'Takes a table out of use (blocked, with a reason), or says that it is clean and usable again (free). An occupied or merged '
  'table is not blocked. Needs tables.seat. Returns {table_id, state}, the state as it then is: a table that is free but held '
  'for somebody is reserved. Definer: clients do not write these columns. Errors: not_authenticated, table_not_found, '
  'permission_denied, subscription_inactive, invalid_input, table_merged, table_occupied.';
grant execute on function public.set_table_state(uuid, text, text) to authenticated;
