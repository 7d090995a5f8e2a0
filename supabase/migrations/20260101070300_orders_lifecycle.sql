-- One transition table, one function, one event per change. What a change means for kitchen and stock happens here, in
-- the same transaction, whoever asked for it.

create table private.order_transitions (
  from_status text not null,
  to_status text not null,
  permission text references public.permissions,
  fulfilments text[] not null default '{table,collection,counter}',
  primary key (from_status, to_status)
);
comment on table private.order_transitions is 'Every change of status there is. Reference data, changed by migrations only.';
comment on column private.order_transitions.permission is 'What a member needs to ask for it; null when only a payment or the clock causes it.';
create index order_transitions_by_permission on private.order_transitions (permission);
insert into private.order_transitions (from_status, to_status, permission, fulfilments) values
  ('pending_payment', 'placed', null, default),
  ('pending_payment', 'expired', null, default),
  ('expired', 'placed', null, default), -- paid after all, where the venue wants late orders
  ('placed', 'accepted', 'orders.update', default),
  ('accepted', 'preparing', 'orders.update', default),
  ('preparing', 'ready', 'orders.update', default),
  ('ready', 'served', 'orders.update', '{table}'),
  ('served', 'completed', 'orders.update', '{table}'),
  ('ready', 'completed', 'orders.update', '{collection,counter}'),
  ('pending_payment', 'cancelled', 'orders.cancel', default),
  ('placed', 'cancelled', 'orders.cancel', default),
  ('accepted', 'cancelled', 'orders.cancel', default),
  ('preparing', 'cancelled', 'orders.cancel', default),
  ('ready', 'cancelled', 'orders.cancel', default),
  ('served', 'cancelled', 'orders.cancel', default);

create type private.actor as (kind text, id uuid);
comment on type private.actor is 'Who causes a change: (guest, device id), (member, user id), (api, key id), (provider, null) or (clock, null).';

create function private.caller() returns private.actor
language plpgsql stable set search_path = '' as $$
begin
  return row(case when private.is_api_key() then 'api' else 'member' end, auth.uid());
end $$;
comment on function private.caller() is 'The member, or the API key, who calls.';

create function private.send_to_kitchen(p_order public.orders, p_stock_may_go_negative boolean, p_from_position integer default 1) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_lines uuid[];
begin
  with sent as (
    insert into public.kitchen_tickets (venue_id, order_id, order_line_id, station_id, status, fired_at)
    select l.venue_id, l.order_id, l.id, l.station_id, case when l.course = 1 then 'new' else 'held' end, case when l.course = 1 then now() end
    from public.order_lines l
    where l.venue_id = p_order.venue_id and l.order_id = p_order.id and l.position >= p_from_position and l.voided_at is null
    order by l.position
    returning order_line_id
  )
  select array_agg(s.order_line_id) into v_lines from sent s;
  -- What reaches the kitchen takes its stock.
  perform private.take_stock(p_order.venue_id, v_lines, p_stock_may_go_negative);
end $$;
comment on function private.send_to_kitchen(public.orders, boolean, integer) is
  'Creates the order''s tickets and takes its stock, from a line''s position on; later courses are held. A paid order may '
  'take stock below zero: the guest''s money is in, a '
  'person decides. Errors: out_of_stock.';

create function private.withdraw_from_kitchen(
  p_order public.orders, p_reason text, p_is_waste boolean, p_line_ids uuid[] default null) returns void
language plpgsql volatile set search_path = '' as $$
begin
  update public.kitchen_tickets t set status = 'cancelled', updated_at = now()
  where t.venue_id = p_order.venue_id and t.order_id = p_order.id and t.status <> 'cancelled' and (p_line_ids is null or t.order_line_id = any (p_line_ids));
  insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, order_line_id, reason)
  select m.venue_id, m.ingredient_id, k.kind, k.sign * m.quantity, m.order_line_id, p_reason
  from public.stock_movements m
  join public.order_lines l on l.venue_id = m.venue_id and l.id = m.order_line_id
  -- Before cooking the stock goes back; afterwards the sale becomes waste: back and out again, so that reports can tell.
  cross join lateral (values ('return', -1), ('waste', 1)) as k (kind, sign)
  where l.venue_id = p_order.venue_id and l.order_id = p_order.id and m.kind = 'sale'
    -- What was voided has been booked back already.
    and l.voided_at is null and (p_line_ids is null or l.id = any (p_line_ids))
    and (k.kind = 'return' or p_is_waste)
  order by m.id, k.sign;
end $$;
comment on function private.withdraw_from_kitchen(public.orders, text, boolean, uuid[]) is
  'Cancels the tickets of an order, or of some of its lines, and books their stock back, or as waste if they were cooked.';

create function private.clear_tickets(p_order public.orders) returns void
language plpgsql volatile set search_path = '' as $$
begin
  update public.kitchen_tickets t set status = 'bumped', bumped_at = now(), updated_at = now()
  where t.venue_id = p_order.venue_id and t.order_id = p_order.id and t.status in ('new', 'in_progress', 'ready');
end $$;
comment on function private.clear_tickets(public.orders) is 'Bumps what is left on the kitchen''s screens of an order that has been handed out.';

create function private.transition_order(p_order public.orders, p_to text, p_actor private.actor, p_reason text default null) returns public.orders
language plpgsql volatile set search_path = '' as $$
declare
  v_after public.orders;
begin
  if not exists (
    select 1 from private.order_transitions t
    where t.from_status = p_order.status and t.to_status = p_to and p_order.fulfilment = any (t.fulfilments)
  ) then
    perform private.fail('order_transition_invalid', format('from %s to %s', p_order.status, p_to));
  end if;
  update public.orders o set status = p_to
  where o.id = p_order.id and o.status = p_order.status
  returning * into v_after;
  if not found then
    perform private.fail('order_transition_invalid', format('no longer %s', p_order.status));
  end if;
  insert into public.order_events (venue_id, order_id, from_status, to_status, actor_kind, actor_id, reason, trace_id)
  values (p_order.venue_id, p_order.id, p_order.status, p_to, p_actor.kind, p_actor.id, p_reason, private.trace_id());
  if p_to in ('cancelled', 'expired') then
    perform private.release_discounts(v_after.venue_id, v_after.id);
  end if;
  if p_order.status in ('pending_payment', 'expired') and p_to = 'placed' then
    perform private.send_to_kitchen(v_after, true);
  elsif p_to = 'cancelled' and p_order.status <> 'pending_payment' then
    perform private.withdraw_from_kitchen(p_order, 'order cancelled', p_order.status in ('preparing', 'ready', 'served'));
  elsif p_to in ('served', 'completed') then
    perform private.clear_tickets(v_after);
  end if;
  if p_to in ('cancelled', 'expired') then
    perform private.abandon_payments(v_after);
  end if;
  return v_after;
end $$;
comment on function private.transition_order(public.orders, text, private.actor, text) is
  'Moves an order that the caller has locked to another status, with its event and effects. Returns the order after. '
  'Errors: order_transition_invalid.';

create function private.lock_order(p_order_id uuid, p_permission text) returns public.orders
language plpgsql volatile set search_path = '' as $$
declare
  v_order public.orders;
begin
  perform private.require_user();
  select * into v_order from public.orders o
  where o.id = p_order_id and o.venue_id = any (private.venues_with('orders.read')) for no key update;
  if not found then
    perform private.fail('order_not_found');
  end if;
  perform private.require_venue(p_permission, v_order.venue_id);
  return v_order;
end $$;
comment on function private.lock_order(uuid, text) is
  'Locks an order that the signed-in user can see and may act on. Errors: not_authenticated, order_not_found, permission_denied, subscription_inactive.';

create function private.order_json(p_venue_id uuid, p_order_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (select jsonb_build_object(
    'id', o.id, 'number', o.number, 'business_date', o.business_date, 'status', o.status, 'payment_status', o.payment_status,
    'fulfilment', o.fulfilment, 'payment_mode', o.payment_mode, 'currency', o.currency,
    'subtotal_minor', o.subtotal_minor, 'discount_minor', o.discount_minor, 'tax_minor', o.tax_minor, 'service_charge_minor', o.service_charge_minor,
    'tip_minor', o.tip_minor, 'total_minor', o.total_minor, 'paid_minor', o.paid_minor, 'refunded_minor', o.refunded_minor,
    'due_minor', greatest(o.total_minor - o.paid_minor, 0), 'placed_at', o.created_at,
    'discounts', case when o.discount_minor > 0 then (
      select jsonb_agg(jsonb_build_object('name', d.name, 'amount_minor', d.amount_minor) order by d.position)
      from public.order_discounts d where d.venue_id = o.venue_id and d.order_id = o.id and d.amount_minor > 0) else '[]' end,
    'lines', (
      select jsonb_agg(jsonb_build_object('id', l.id, 'menu_item_id', l.menu_item_id, 'name', l.name, 'quantity', l.quantity,
        'unit_price_minor', l.unit_price_minor, 'options', l.options, 'line_minor', l.line_minor,
        'discount_minor', l.discount_minor, 'comp_minor', l.comp_minor, 'course', l.course, 'note', l.note) order by l.position)
      from public.order_lines l where l.venue_id = o.venue_id and l.order_id = o.id and l.voided_at is null))
  from public.orders o where o.venue_id = p_venue_id and o.id = p_order_id);
end $$;
comment on function private.order_json(uuid, uuid) is 'An order as guests and receipts see it; amounts in minor units. Not in language sql: such a function is planned at each call.';

create function private.expire_unpaid(p_orders public.orders[], p_reason text) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_order public.orders;
begin
  -- What each of them gives back is locked for all of them at once, by id: one after the other could wait for an order
  -- that is being placed with two of these discounts, and be waited for.
  perform 1 from public.discounts d
  where d.id in (select od.discount_id from public.order_discounts od join unnest(p_orders) o on o.venue_id = od.venue_id and o.id = od.order_id)
  order by d.id for no key update;
  foreach v_order in array p_orders loop
    perform private.transition_order(v_order, 'expired', row('clock', null), p_reason);
  end loop;
  return cardinality(p_orders);
end $$;
comment on function private.expire_unpaid(public.orders[], text) is
  'Expires orders that wait for payment and that the caller has locked by id. Returns how many.';

create function private.expire_orders(p_venue_id uuid default null) returns integer
language plpgsql volatile set search_path = '' as $$
begin
  return private.expire_unpaid(array(
    select o from public.orders o
    where o.status = 'pending_payment' and o.created_at < now() - interval '30 minutes' and o.venue_id = coalesce(p_venue_id, o.venue_id)
      -- Part of it paid at the till: a person has to take the rest or give it back.
      and o.paid_minor = o.refunded_minor
    order by o.id limit 500 for no key update skip locked), 'not paid within 30 minutes');
end $$;
comment on function private.expire_orders(uuid) is
  'Expires orders of a venue (null: of all) whose payment did not arrive within 30 minutes, unless they hold money; at most 500 a run. Returns how many.';
