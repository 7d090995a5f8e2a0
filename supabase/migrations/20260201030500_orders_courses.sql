-- Courses: the first is cooked at once, later ones wait until somebody says that the table is ready for them. And orders
-- that take too long, judged by what the kitchen could have finished: what is held is nobody's delay.

create function public.fire_course(p_order_id uuid, p_course integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order public.orders := private.lock_order(p_order_id, 'orders.update');
  v_fired integer;
begin
  if v_order.status in ('cancelled', 'expired', 'completed') then
    perform private.fail('order_closed', 'the order is ' || v_order.status);
  end if;
  update public.kitchen_tickets t set status = 'new', fired_at = now(), updated_at = now()
  from public.order_lines l
  where t.venue_id = v_order.venue_id and t.order_id = v_order.id and t.status = 'held'
    and l.venue_id = t.venue_id and l.id = t.order_line_id and l.course = p_course;
  get diagnostics v_fired = row_count;
  if v_fired > 0 then
    insert into public.order_events (venue_id, order_id, from_status, to_status, actor_kind, actor_id, action, details, trace_id)
    values (v_order.venue_id, v_order.id, v_order.status, v_order.status, (private.caller()).kind, auth.uid(), 'fired',
      jsonb_build_object('course', p_course), private.trace_id());
  elsif not exists (
    select 1 from public.kitchen_tickets t join public.order_lines l on l.venue_id = t.venue_id and l.id = t.order_line_id
    where t.venue_id = v_order.venue_id and t.order_id = v_order.id and t.status <> 'cancelled' and l.course = p_course) then
    perform private.fail('course_not_found');
  end if;
  return jsonb_build_object('order_id', v_order.id, 'course', p_course, 'tickets_fired', v_fired);
end $$;
comment on function public.fire_course(uuid, integer) is
  'Sends the held tickets of a course to the kitchen; their age counts from now. Needs orders.update. Returns {order_id, course, '
  'tickets_fired}; a repeat fires none. Definer: clients do not write tickets. Errors: not_authenticated, order_not_found, '
  'permission_denied, subscription_inactive, order_closed, course_not_found.';
grant execute on function public.fire_course(uuid, integer) to authenticated;

alter table public.venues add column overdue_minutes integer not null default 15;
alter table public.venues add constraint overdue_is_within_half_a_day check (overdue_minutes between 1 and 720);
comment on column public.venues.overdue_minutes is 'How long the kitchen may take over a dish before its order is overdue.';
grant update (overdue_minutes) on public.venues to authenticated;

create function public.get_overdue_orders(p_venue_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('orders.read', p_venue_id);
begin
  return jsonb_build_object('venue_id', p_venue_id, 'overdue_minutes', v_venue.overdue_minutes, 'orders', (
    select coalesce(jsonb_agg(jsonb_build_object('order_id', o.id, 'number', o.number, 'status', o.status, 'fulfilment', o.fulfilment,
      'table', d.label, 'waiting_since', w.fired_at, 'waiting_seconds', extract(epoch from now() - w.fired_at)::integer,
      'open_tickets', w.tickets) order by w.fired_at, o.id), '[]')
    from public.orders o
    cross join lateral (
      select min(t.fired_at) as fired_at, count(*) as tickets from public.kitchen_tickets t
      where t.venue_id = o.venue_id and t.order_id = o.id and t.status in ('new', 'in_progress')
    ) w
    left join public.tables d on d.venue_id = o.venue_id and d.id = o.table_id
    where o.venue_id = p_venue_id and o.status in ('placed', 'accepted', 'preparing')
      and w.fired_at <= now() - make_interval(mins => v_venue.overdue_minutes)));
end $$;
comment on function public.get_overdue_orders(uuid) is
  'Orders of which a dish is not ready overdue_minutes (a setting of the venue) after the kitchen could begin it, oldest first: '
  '{venue_id, overdue_minutes, orders: [{order_id, number, status, fulfilment, table, waiting_since, waiting_seconds, '
  'open_tickets}]}. Held courses do not count. Needs orders.read. Definer: not everybody who serves may read tickets. Errors: '
  'not_authenticated, permission_denied.';
grant execute on function public.get_overdue_orders(uuid) to authenticated;
