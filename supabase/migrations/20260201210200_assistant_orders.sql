-- What the assistant can change at the pass and in the kitchen. Every kind of change has one function that says what it would
-- do; the doing is the same RPC that apps call.

insert into private.assistant_changes (tool, permission, measure) values
  ('advance_order', 'orders.update', 'orders'), ('complete_order', 'orders.update', 'orders'), ('cancel_order', 'orders.cancel', 'cancellations'),
  ('advance_tickets', 'kitchen.update', 'tickets');

create function private.plan_order(p_venue_id uuid, p_arguments jsonb, p_permission text, p_to text) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_order public.orders := private.lock_order((p_arguments ->> 'order_id')::uuid, p_permission);
  v_before jsonb;
begin
  if v_order.venue_id <> p_venue_id then
    perform private.fail('order_not_found');
  end if;
  v_before := jsonb_build_object('order_id', v_order.id, 'number', v_order.number, 'status', v_order.status,
    'total_minor', v_order.total_minor, 'paid_minor', v_order.paid_minor, 'refunded_minor', v_order.refunded_minor);
  return row(v_before, v_before || jsonb_build_object('status', p_to), jsonb_build_object('orders', 1, 'total_minor', v_order.total_minor,
    'due_minor', greatest(v_order.total_minor - v_order.paid_minor, 0),
    'open_tickets', (select count(*) from public.kitchen_tickets t where t.venue_id = p_venue_id and t.order_id = v_order.id and t.status in ('held', 'new', 'in_progress'))), 1);
end $$;
comment on function private.plan_order(uuid, jsonb, text, text) is
  'What moving an order of the venue to p_to would change. Errors: not_authenticated, order_not_found, permission_denied, subscription_inactive.';

create function private.plan_advance_order(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
begin
  perform private.require_keys(p_arguments, array['order_id', 'to']);
  if not coalesce(p_arguments ->> 'to' = any (array['accepted', 'preparing', 'ready', 'served']), false) then
    perform private.fail('invalid_input', 'to: accepted, preparing, ready or served');
  end if;
  return private.plan_order(p_venue_id, p_arguments, 'orders.update', p_arguments ->> 'to');
end $$;
comment on function private.plan_advance_order(uuid, jsonb) is 'Plans {order_id, to}. Errors: invalid_input, and those of plan_order.';

create function private.plan_complete_order(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
begin
  perform private.require_keys(p_arguments, array['order_id']);
  return private.plan_order(p_venue_id, p_arguments, 'orders.update', 'completed');
end $$;
comment on function private.plan_complete_order(uuid, jsonb) is
  'Plans {order_id}: without force, so only what is paid is completed. Errors: invalid_input, and those of plan_order.';

create function private.plan_cancel_order(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
begin
  perform private.require_keys(p_arguments, array['order_id', 'reason']);
  return private.plan_order(p_venue_id, p_arguments, 'orders.cancel', 'cancelled');
end $$;
comment on function private.plan_cancel_order(uuid, jsonb) is 'Plans {order_id, reason}. Errors: invalid_input, and those of plan_order.';

create function private.plan_advance_tickets(p_venue_id uuid, p_arguments jsonb) returns private.change
language plpgsql volatile set search_path = '' as $$
declare
  v_to text := p_arguments ->> 'to';
  v_ids uuid[];
  v_before jsonb;
  v_late bigint;
begin
  perform private.require_keys(p_arguments, array['ticket_ids', 'to']);
  v_ids := private.ids_of(p_arguments, 'ticket_ids', 50);
  if not coalesce(v_to = any (array['in_progress', 'ready', 'bumped']), false) then
    perform private.fail('invalid_input', 'to: in_progress, ready or bumped');
  end if;
  select jsonb_agg(jsonb_build_object('ticket_id', t.id, 'order_id', t.order_id, 'name', l.name, 'quantity', l.quantity, 'status', t.status) order by t.id),
    count(*) filter (where private.ticket_age(extract(epoch from now() - t.fired_at)::integer) = 'red')
  into v_before, v_late
  from public.kitchen_tickets t join public.order_lines l on l.venue_id = t.venue_id and l.id = t.order_line_id
  where t.venue_id = p_venue_id and t.id = any (v_ids);
  if coalesce(jsonb_array_length(v_before), 0) <> cardinality(v_ids) then
    perform private.fail('ticket_not_found');
  end if;
  return row(v_before, (select jsonb_agg(b || jsonb_build_object('status', v_to)) from jsonb_array_elements(v_before) b),
    jsonb_build_object('tickets', cardinality(v_ids), 'late_tickets', v_late), cardinality(v_ids));
end $$;
comment on function private.plan_advance_tickets(uuid, jsonb) is
  'Plans {ticket_ids, to}: up to 50 tickets of the venue, all or none. Errors: invalid_input, ticket_not_found.';

-- reads for which there was no function yet
create function public.list_open_orders(p_venue_id uuid, p_limit integer default 50, p_table_id uuid default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('orders.read', p_venue_id);
begin
  if p_limit is null or p_limit not between 1 and 100 then
    perform private.fail('invalid_input', 'p_limit: 1 to 100');
  end if;
  return (
    select jsonb_build_object('venue_id', p_venue_id, 'currency', v_venue.currency, 'open', coalesce(max(o.open), 0), 'orders', coalesce(jsonb_agg(jsonb_build_object(
      'order_id', o.id, 'number', o.number, 'status', o.status, 'payment_status', o.payment_status, 'fulfilment', o.fulfilment, 'table', t.label,
      'placed_at', o.created_at, 'total_minor', o.total_minor, 'due_minor', greatest(o.total_minor - o.paid_minor, 0),
      'lines', (select jsonb_agg(jsonb_build_object('name', l.name, 'quantity', l.quantity) order by l.position)
                from public.order_lines l where l.venue_id = p_venue_id and l.order_id = o.id and l.voided_at is null)) order by o.created_at, o.id), '[]'))
    from (
      select *, count(*) over () as open from public.orders o
      where o.venue_id = p_venue_id and o.status not in ('completed', 'cancelled', 'expired') and (p_table_id is null or o.table_id = p_table_id)
      order by o.created_at, o.id limit p_limit) o
    left join public.tables t on t.venue_id = p_venue_id and t.id = o.table_id);
end $$;
comment on function public.list_open_orders(uuid, integer, uuid) is
  'The oldest open orders of a venue, or of one of its tables, at most p_limit, 1 to 100: {venue_id, currency, open (how many there are), orders: '
  '[{order_id, number, status, payment_status, fulfilment, table, placed_at, total_minor, due_minor, lines: [{name, quantity}]}]}. No word of '
  'guests is in it. Needs orders.read. Definer: one answer over several tables. Errors: not_authenticated, permission_denied, '
  'subscription_inactive, invalid_input.';
grant execute on function public.list_open_orders(uuid, integer, uuid) to authenticated;
