-- Parties that move, tables that are put together and taken apart, orders that change bills. Each is one transaction over
-- locks in the documented order; an order that is placed meanwhile is part of it or comes after it.

create function private.lock_open_sessions(p_venue_id uuid, p_session_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform 1 from public.table_sessions s
  where s.venue_id = p_venue_id and s.id = any (p_session_ids) and s.closed_at is null order by s.id for no key update;
  -- Their orders, too: updates take rows as they find them, and a cook who moves tickets of several orders locks by id.
  perform 1 from public.orders o where o.venue_id = p_venue_id and o.session_id = any (p_session_ids) order by o.id for no key update;
end $$;
comment on function private.lock_open_sessions(uuid, uuid[]) is
  'Locks sessions by id, then their orders by id: orders that are being placed are waited for, later ones wait. Not for update: who holds an order '
  'may still need its session''s key for a foreign key.';

create function public.move_table(p_session_id uuid, p_table_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_session public.table_sessions;
  v_target uuid;
  v_state text;
begin
  perform private.require_user();
  select * into v_session from public.table_sessions s where s.id = p_session_id and s.venue_id = any (private.my_venues());
  if not found then
    perform private.fail('table_session_not_found');
  end if;
  perform private.require_venue('tables.seat', v_session.venue_id);
  perform private.lock_tables(v_session.venue_id, array[p_table_id]);
  perform private.lock_open_sessions(v_session.venue_id, array[p_session_id]);
  select * into v_session from public.table_sessions s where s.id = p_session_id;
  if v_session.closed_at is not null then
    perform private.fail('table_session_closed');
  elsif v_session.table_id is null then
    perform private.fail('invalid_input', 'p_session_id: a counter session has no table to move from');
  end if;
  select coalesce(t.merged_into, t.id) into v_target from public.tables t
  where t.venue_id = v_session.venue_id and t.id = p_table_id and t.is_active;
  if not found then
    perform private.fail('table_not_found');
  end if;
  if v_target <> v_session.table_id then
    select s.state into v_state from private.table_states(v_session.venue_id) s where s.table_id = v_target;
    if v_state = 'occupied' then
      perform private.fail('table_occupied');
    elsif v_state = 'reserved' then
      perform private.fail('table_reserved');
    elsif v_state = 'blocked' then
      perform private.fail('table_blocked');
    end if;
    update public.table_sessions s set table_id = v_target, arrangement = s.arrangement + 1 where s.id = p_session_id;
    update public.orders o set table_id = v_target
    where o.venue_id = v_session.venue_id and o.session_id = p_session_id and o.status not in ('completed', 'cancelled', 'expired');
    update private.guest_devices d set table_id = v_target
    where d.venue_id = v_session.venue_id and d.session_id = p_session_id and d.table_id is not null;
  end if;
  return jsonb_build_object('session_id', p_session_id, 'table_id', v_target);
end $$;
comment on function public.move_table(uuid, uuid) is
  'Moves a party with its bill, guests and open orders to another table that is neither occupied nor reserved nor blocked. '
  'Needs tables.seat. Returns {session_id, table_id}; a repeat returns the same. Definer: clients do not write sessions. Errors: '
  'not_authenticated, table_session_not_found, permission_denied, subscription_inactive, table_session_closed, invalid_input, '
  'table_not_found, table_occupied, table_reserved, table_blocked.';
grant execute on function public.move_table(uuid, uuid) to authenticated;

create function private.join_sessions(p_venue_id uuid, p_from uuid[], p_into uuid) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_moved integer;
begin
  update private.guest_devices d set session_id = p_into where d.venue_id = p_venue_id and d.session_id = any (p_from);
  update public.orders o set session_id = p_into where o.venue_id = p_venue_id and o.session_id = any (p_from);
  get diagnostics v_moved = row_count;
  update public.reservations r set session_id = p_into where r.venue_id = p_venue_id and r.session_id = any (p_from);
  update public.waiting_parties w set session_id = p_into where w.venue_id = p_venue_id and w.session_id = any (p_from);
  -- One that was opened after this transaction began is not closed before it was opened.
  update public.table_sessions s set closed_at = greatest(now(), s.opened_at), closed_by = private.person()
  where s.venue_id = p_venue_id and s.id = any (p_from);
  return v_moved;
end $$;
comment on function private.join_sessions(uuid, uuid[], uuid) is
  'Moves everything of some locked sessions into another and closes them, which are then empty. Returns how many orders moved.';

create function public.merge_tables(p_table_id uuid, p_table_ids uuid[], p_confirm boolean default false) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_leader public.tables := private.require_table('tables.manage', p_table_id);
  v_others uuid[];
  v_states text[];
  v_sessions uuid[];
  v_session uuid;
  v_moved integer := 0;
begin
  perform private.require_ids('p_table_ids', p_table_ids, 20);
  if p_table_id = any (p_table_ids) then
    perform private.fail('invalid_input', 'p_table_ids: other tables than p_table_id');
  end if;
  perform private.lock_tables(v_leader.venue_id, p_table_ids || p_table_id);
  if (select t.merged_into from public.tables t where t.id = p_table_id) is not null then
    perform private.fail('table_merged');
  end if;
  if exists (
    select 1 from unnest(p_table_ids) i (id)
    left join public.tables t on t.venue_id = v_leader.venue_id and t.id = i.id and t.is_active where t.id is null) then
    perform private.fail('table_not_found');
  end if;
  if exists (select 1 from public.tables t where t.id = any (p_table_ids) and t.merged_into <> p_table_id) then
    perform private.fail('table_merged');
  end if;
  -- What is merged already stays as it is, so that a repeat changes nothing.
  v_others := array(select t.id from public.tables t where t.id = any (p_table_ids) and t.merged_into is null);
  perform private.lock_open_sessions(v_leader.venue_id, array(
    select s.id from public.table_sessions s
    where s.venue_id = v_leader.venue_id and s.closed_at is null and (s.table_id = p_table_id or s.table_id = any (v_others))));
  select array_agg(s.state), array_agg(s.session_id order by s.table_id = p_table_id desc, e.opened_at, e.id) filter (where e.id is not null)
  into v_states, v_sessions
  from private.table_states(v_leader.venue_id) s
  left join public.table_sessions e on e.venue_id = v_leader.venue_id and e.id = s.session_id
  where s.table_id = p_table_id or s.table_id = any (v_others);
  if 'blocked' = any (v_states) then
    perform private.fail('table_blocked');
  elsif 'reserved' = any (v_states) and cardinality(array_positions(v_states, 'reserved') || array_positions(v_states, 'occupied')) > 1 then
    perform private.fail('table_reserved', 'a reserved table is not merged with an occupied or another reserved one');
  elsif cardinality(v_sessions) > 1 and p_confirm is not true then
    perform private.fail('merge_unconfirmed');
  end if;
  -- The leading table's session stays, or else the oldest one comes to that table.
  v_session := v_sessions[1];
  if cardinality(v_sessions) > 1 then
    v_moved := private.join_sessions(v_leader.venue_id, v_sessions[2:], v_session);
  end if;
  update public.table_sessions s set table_id = p_table_id, arrangement = s.arrangement + 1 where s.id = v_session and s.table_id <> p_table_id;
  update public.orders o set table_id = p_table_id
  where o.venue_id = v_leader.venue_id and o.session_id = v_session and o.status not in ('completed', 'cancelled', 'expired')
    and o.table_id is distinct from p_table_id;
  update public.tables t set merged_into = p_table_id
  where t.venue_id = v_leader.venue_id and (t.id = any (v_others) or t.merged_into = any (v_others));
  return jsonb_build_object('table_id', p_table_id, 'session_id', v_session, 'moved_orders', v_moved,
    'merged_table_ids', (select jsonb_agg(t.id order by t.label) from public.tables t where t.venue_id = v_leader.venue_id and t.merged_into = p_table_id));
end $$;
comment on function public.merge_tables(uuid, uuid[], boolean) is
  'Puts tables together: p_table_ids are led by p_table_id, their codes open its session, and what is on their bills comes to '
  'one bill. Several occupied tables are merged with p_confirm only; a reserved one is not merged with an occupied or another '
  'reserved one. Needs tables.manage. Returns {table_id, session_id, moved_orders, merged_table_ids}; a repeat changes nothing. '
  'Definer: clients do not write sessions. Errors: not_authenticated, table_not_found, permission_denied, subscription_inactive, '
  'invalid_input, table_merged, table_blocked, table_reserved, merge_unconfirmed.';
grant execute on function public.merge_tables(uuid, uuid[], boolean) to authenticated;

create function private.part_table(p_venue_id uuid, p_session_id uuid, p_table_id uuid) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  v_devices uuid[] := array(
    select d.id from private.guest_devices d where d.venue_id = p_venue_id and d.session_id = p_session_id and d.table_id = p_table_id);
  v_session uuid;
begin
  if v_devices = '{}' then
    return null;
  end if;
  insert into public.table_sessions (venue_id, table_id, opened_by) values (p_venue_id, p_table_id, private.person()) returning id into v_session;
  update public.table_sessions s set arrangement = s.arrangement + 1 where s.id = p_session_id;
  update private.guest_devices d set session_id = v_session where d.id = any (v_devices);
  update public.orders o
  set session_id = v_session,
      table_id = case when o.status in ('completed', 'cancelled', 'expired') then o.table_id else p_table_id end
  from public.order_events e
  where o.venue_id = p_venue_id and o.session_id = p_session_id
    and e.venue_id = o.venue_id and e.order_id = o.id and e.from_status is null
    and e.actor_kind = 'guest' and e.actor_id = any (v_devices);
  return v_session;
end $$;
comment on function private.part_table(uuid, uuid, uuid) is
  'Gives the guests who scanned a merged table''s own code a session there, with what they ordered. Returns it, or null when there are none.';

create function public.unmerge_tables(p_table_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_table public.tables := private.require_table('tables.manage', p_table_id);
  v_leader uuid;
  v_session uuid;
  v_parted uuid;
  v_last uuid;
  v_follower uuid;
  v_followers uuid[];
begin
  perform private.lock_tables(v_table.venue_id, array[p_table_id]);
  select coalesce(t.merged_into, t.id) into v_leader from public.tables t where t.id = p_table_id;
  v_followers := array(
    select t.id from public.tables t
    where t.venue_id = v_table.venue_id and t.merged_into = v_leader and p_table_id in (t.id, v_leader) order by t.id);
  select s.id into v_session from public.table_sessions s
  where s.venue_id = v_table.venue_id and s.table_id = v_leader and s.closed_at is null for no key update;
  perform private.lock_open_sessions(v_table.venue_id, array[v_session]);
  foreach v_follower in array v_followers loop
    v_parted := private.part_table(v_table.venue_id, v_session, v_follower);
    v_last := coalesce(v_parted, v_last);
  end loop;
  update public.tables t set merged_into = null where t.id = any (v_followers);
  -- Everybody sat at the tables that parted: nobody is left at the leading one.
  if v_last is not null
    and not exists (select 1 from private.guest_devices d where d.venue_id = v_table.venue_id and d.session_id = v_session)
    and not exists (select 1 from public.orders o where o.venue_id = v_table.venue_id and o.session_id = v_session) then
    perform private.join_sessions(v_table.venue_id, array[v_session], v_last);
  end if;
  return jsonb_build_object('table_id', p_table_id, 'parted_tables', (
    select coalesce(jsonb_agg(jsonb_build_object('table_id', t.id, 'label', t.label, 'session_id', s.id) order by t.label), '[]')
    from public.tables t
    left join public.table_sessions s on s.venue_id = t.venue_id and s.table_id = t.id and s.closed_at is null
    where t.id = any (v_followers)));
end $$;
comment on function public.unmerge_tables(uuid) is
  'Takes a table out of its group, or a leading table''s group apart. Guests who scanned the parting table''s code get a session '
  'there with the orders they placed; the rest of the bill stays at the leading table (transfer_orders moves more). Needs '
  'tables.manage. Returns {table_id, parted_tables: [{table_id, label, session_id}]}; a repeat parts nothing. Definer: clients '
  'do not write sessions. Errors: not_authenticated, table_not_found, permission_denied, subscription_inactive.';
grant execute on function public.unmerge_tables(uuid) to authenticated;

create function public.transfer_orders(p_order_ids uuid[], p_session_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_target public.table_sessions;
  v_sessions uuid[];
  v_order public.orders;
begin
  perform private.require_user();
  perform private.require_ids('p_order_ids', p_order_ids, 100);
  select * into v_target from public.table_sessions s where s.id = p_session_id and s.venue_id = any (private.my_venues());
  if not found then
    perform private.fail('table_session_not_found');
  end if;
  perform private.require_venue('tables.seat', v_target.venue_id);
  v_sessions := p_session_id || array(
    select distinct o.session_id from public.orders o
    where o.venue_id = v_target.venue_id and o.id = any (p_order_ids) and o.session_id is not null);
  perform private.lock_open_sessions(v_target.venue_id, v_sessions);
  select * into v_target from public.table_sessions s where s.id = p_session_id;
  if exists (select 1 from public.table_sessions s where s.id = any (v_sessions) and s.closed_at is not null) then
    perform private.fail('table_session_closed');
  end if;
  for v_order in
    select * from public.orders o where o.venue_id = v_target.venue_id and o.id = any (p_order_ids) order by o.id for no key update
  loop
    if v_order.status in ('completed', 'cancelled', 'expired') then
      perform private.fail('order_closed');
    elsif v_order.session_id <> all (v_sessions) then
      perform private.fail('order_not_found', 'an order was moved meanwhile: load the bills again');
    end if;
  end loop;
  if (select count(*) from public.orders o where o.venue_id = v_target.venue_id and o.id = any (p_order_ids))
    <> (select count(distinct i) from unnest(p_order_ids) i) then
    perform private.fail('order_not_found');
  end if;
  update public.orders o set session_id = p_session_id, table_id = v_target.table_id
  where o.venue_id = v_target.venue_id and o.id = any (p_order_ids) and o.session_id is distinct from p_session_id;
  return jsonb_build_object('session_id', p_session_id, 'table_id', v_target.table_id, 'order_ids', to_jsonb(p_order_ids));
end $$;
comment on function public.transfer_orders(uuid[], uuid) is
  'Moves up to 100 open orders with what is paid on them to another open session of the venue: all of them or none. Needs '
  'tables.seat. Returns {session_id, table_id, order_ids}; a repeat returns the same. Definer: clients do not write orders. '
  'Errors: not_authenticated, invalid_input, table_session_not_found, permission_denied, subscription_inactive, '
  'table_session_closed, order_closed, order_not_found.';
grant execute on function public.transfer_orders(uuid[], uuid) to authenticated;
