-- What people do with purchase orders: propose, write, send, receive in parts, cancel.

create function private.draft_lines(p_venue_id uuid, p_supplier_id uuid, p_lines private.stock_line[]) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  v_order uuid;
begin
  insert into public.purchase_orders as o (venue_id, supplier_id, created_by) values (p_venue_id, p_supplier_id, auth.uid())
  on conflict (venue_id, supplier_id) where status = 'draft' do update set updated_at = now()
  returning o.id into v_order;
  delete from public.purchase_order_lines l
  where l.venue_id = p_venue_id and l.purchase_order_id = v_order and l.ingredient_id in (select d.ingredient_id from unnest(p_lines) d where d.quantity = 0);
  insert into public.purchase_order_lines (venue_id, purchase_order_id, ingredient_id, quantity, cost_minor)
  select p_venue_id, v_order, d.ingredient_id, d.quantity, coalesce(d.cost_minor, round(d.quantity * i.cost_per_1000_minor / 1000))
  from unnest(p_lines) d join public.ingredients i on i.venue_id = p_venue_id and i.id = d.ingredient_id
  where d.quantity > 0
  on conflict on constraint one_line_per_ingredient do update set quantity = excluded.quantity, cost_minor = excluded.cost_minor;
  return v_order;
end $$;
comment on function private.draft_lines(uuid, uuid, private.stock_line[]) is
  'Writes lines into the supplier''s draft, which it makes or locks; a quantity of zero takes a line out, a cost not given is the present one.';

create function public.propose_purchase_orders(p_venue_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_low private.stock_line[];
  v_supplier uuid;
  v_orders uuid[] := '{}';
begin
  perform private.require_venue('inventory.edit', p_venue_id);
  -- Two proposals at once take turns: the second sees what the first has drafted.
  perform 1 from public.venues v where v.id = p_venue_id for no key update;
  for v_supplier, v_low in
    select l.supplier_id, array_agg((0, l.ingredient_id, l.proposed_quantity, null)::private.stock_line)
    from private.low_stock(p_venue_id) l where l.proposed_quantity is not null and l.supplier_id is not null
    group by l.supplier_id order by l.supplier_id
  loop
    v_orders := v_orders || private.draft_lines(p_venue_id, v_supplier, v_low);
  end loop;
  return jsonb_build_object(
    'purchase_orders', (select coalesce(jsonb_agg(private.purchase_order_json(p_venue_id, o.id) order by o.ordinality), '[]')
      from unnest(v_orders) with ordinality o (id, ordinality)),
    'without_supplier', (select coalesce(jsonb_agg(jsonb_build_object('ingredient_id', l.ingredient_id, 'name', l.name, 'unit', l.unit, 'quantity', l.proposed_quantity) order by l.name), '[]')
      from private.low_stock(p_venue_id) l where l.proposed_quantity is not null and l.supplier_id is null));
end $$;
comment on function public.propose_purchase_orders(uuid) is
  'Adds what runs low to each supplier''s draft: ceil((par - on hand) × 1.2) of what has a par level and is not on its way. '
  'Needs inventory.edit. Returns {purchase_orders: [{purchase_order_id, status, supplier, cost_minor, lines, …}], '
  'without_supplier: [{ingredient_id, name, unit, quantity}]}; a repeat proposes nothing. Definer: clients do not write '
  'purchase orders. Errors: not_authenticated, permission_denied, subscription_inactive.';
grant execute on function public.propose_purchase_orders(uuid) to authenticated;

create function public.save_purchase_order(p_venue_id uuid, p_supplier_id uuid, p_lines jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_lines private.stock_line[];
  v_order uuid;
begin
  perform private.require_venue('inventory.edit', p_venue_id);
  v_lines := private.read_stock_lines(p_venue_id, p_lines, array['ingredient_id', 'quantity', 'unit', 'cost_minor']);
  if cardinality(v_lines) = 0 or exists (select 1 from unnest(v_lines) l where l.quantity < 0) then
    perform private.fail('invalid_input', 'lines: 1 to 500, none below zero');
  end if;
  perform 1 from public.suppliers s where s.venue_id = p_venue_id and s.id = p_supplier_id for key share;
  if not found then
    perform private.fail('supplier_not_found');
  end if;
  v_order := private.draft_lines(p_venue_id, p_supplier_id, v_lines);
  return private.purchase_order_json(p_venue_id, v_order);
end $$;
comment on function public.save_purchase_order(uuid, uuid, jsonb) is
  'Writes lines [{ingredient_id, quantity, unit?, cost_minor?}] into the supplier''s draft, which it makes when there is none; '
  'a quantity of zero takes a line out, cost_minor is for the whole line. Needs inventory.edit. Returns the purchase order '
  '{purchase_order_id, status, supplier, cost_minor, lines, …}. Definer: clients do not write purchase orders. Errors: '
  'not_authenticated, permission_denied, subscription_inactive, invalid_input, ingredient_not_found, unit_mismatch, supplier_not_found.';
grant execute on function public.save_purchase_order(uuid, uuid, jsonb) to authenticated;

create function public.send_purchase_order(p_purchase_order_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order public.purchase_orders := private.lock_purchase_order(p_purchase_order_id);
begin
  if v_order.status = 'draft' then
    if not exists (select 1 from public.purchase_order_lines l where l.venue_id = v_order.venue_id and l.purchase_order_id = v_order.id) then
      perform private.fail('invalid_input', 'the purchase order has no lines');
    end if;
    update public.purchase_orders o set status = 'sent', sent_at = now() where o.id = v_order.id;
  elsif v_order.status <> 'sent' then
    perform private.fail('purchase_order_transition_invalid', format('it is %s', v_order.status));
  end if;
  return private.purchase_order_json(v_order.venue_id, v_order.id);
end $$;
comment on function public.send_purchase_order(uuid) is
  'Marks a draft as sent to its supplier; from then on it can be received and no longer edited. Needs inventory.edit. Returns '
  'the purchase order; a repeat returns the same. Definer: clients do not write purchase orders. Errors: not_authenticated, '
  'purchase_order_not_found, permission_denied, subscription_inactive, invalid_input, purchase_order_transition_invalid.';
grant execute on function public.send_purchase_order(uuid) to authenticated;

create function public.cancel_purchase_order(p_purchase_order_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order public.purchase_orders := private.lock_purchase_order(p_purchase_order_id);
begin
  if v_order.status in ('draft', 'sent', 'partial') then
    update public.purchase_orders o set status = 'cancelled', closed_at = now() where o.id = v_order.id;
  elsif v_order.status <> 'cancelled' then
    perform private.fail('purchase_order_transition_invalid', format('it is %s', v_order.status));
  end if;
  return private.purchase_order_json(v_order.venue_id, v_order.id);
end $$;
comment on function public.cancel_purchase_order(uuid) is
  'Ends a purchase order of which nothing more will come; what was received stays. Needs inventory.edit. Returns the purchase '
  'order; a repeat returns the same. Definer: clients do not write purchase orders. Errors: not_authenticated, '
  'purchase_order_not_found, permission_denied, subscription_inactive, purchase_order_transition_invalid.';
grant execute on function public.cancel_purchase_order(uuid) to authenticated;

create function public.receive_purchase_order(p_purchase_order_id uuid, p_lines jsonb, p_idempotency_key text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order public.purchase_orders := private.lock_purchase_order(p_purchase_order_id);
  v_caller text := 'user:' || auth.uid();
  v_request jsonb := jsonb_build_object('purchase_order_id', p_purchase_order_id, 'lines', p_lines);
  v_lines private.stock_line[];
  v_ids uuid[];
  v_problem text;
  v_answer jsonb;
begin
  v_answer := private.replay_idempotent(v_order.venue_id, v_caller, 'receive_purchase_order', p_idempotency_key, v_request);
  if v_answer is not null then
    return v_answer;
  end if;
  if v_order.status not in ('sent', 'partial') then
    perform private.fail('purchase_order_transition_invalid', format('it is %s', v_order.status));
  end if;
  v_lines := private.read_stock_lines(v_order.venue_id, p_lines, array['ingredient_id', 'quantity', 'unit', 'cost_minor']);
  if cardinality(v_lines) = 0 or exists (select 1 from unnest(v_lines) d where d.quantity <= 0) then
    perform private.fail('invalid_input', 'lines: 1 to 500, each above zero');
  end if;
  select string_agg(format('lines[%s]: %s to come', d.position, coalesce(l.quantity - l.received_quantity, 0)), ', ' order by d.position) into v_problem
  from unnest(v_lines) d
  left join public.purchase_order_lines l on l.venue_id = v_order.venue_id and l.purchase_order_id = v_order.id and l.ingredient_id = d.ingredient_id
  where l.id is null or d.quantity > l.quantity - l.received_quantity;
  if v_problem is not null then
    perform private.fail('delivery_exceeds_order', v_problem);
  end if;

  -- Without an invoice the agreed cost counts, in proportion; the last part takes the rest, so that no penny is lost.
  select array_agg((d.position, d.ingredient_id, d.quantity, coalesce(d.cost_minor,
      round(l.cost_minor * (l.received_quantity + d.quantity) / l.quantity) - round(l.cost_minor * l.received_quantity / l.quantity)))::private.stock_line order by d.position),
    array_agg(l.id order by d.position)
  into v_lines, v_ids
  from unnest(v_lines) d
  join public.purchase_order_lines l on l.venue_id = v_order.venue_id and l.purchase_order_id = v_order.id and l.ingredient_id = d.ingredient_id;
  update public.purchase_order_lines l
  set received_quantity = l.received_quantity + d.quantity, received_cost_minor = l.received_cost_minor + coalesce(d.cost_minor, 0)
  from unnest(v_lines) d
  where l.venue_id = v_order.venue_id and l.purchase_order_id = v_order.id and l.ingredient_id = d.ingredient_id;
  perform private.receive_stock(v_order.venue_id, v_lines, 'purchase order', v_ids);
  update public.purchase_orders o
  set status = case when d.is_complete then 'received' else 'partial' end, closed_at = case when d.is_complete then now() end
  from (select bool_and(l.received_quantity = l.quantity) as is_complete from public.purchase_order_lines l
        where l.venue_id = v_order.venue_id and l.purchase_order_id = v_order.id) d
  where o.id = v_order.id;
  return private.store_idempotent(v_order.venue_id, v_caller, 'receive_purchase_order', p_idempotency_key, v_request,
    private.purchase_order_json(v_order.venue_id, v_order.id));
end $$;
comment on function public.receive_purchase_order(uuid, jsonb, text) is
  'Books a delivery, in parts if need be: [{ingredient_id, quantity, unit?, cost_minor?}], where cost_minor is what this part '
  'cost (by default its share of the agreed cost). Stock grows, the ingredient''s cost moves to the weighted average, and the '
  'order becomes partial or received. Needs inventory.edit. Returns the purchase order. Definer: clients do not write '
  'movements. Errors: not_authenticated, purchase_order_not_found, permission_denied, subscription_inactive, '
  'idempotency_key_*, purchase_order_transition_invalid, invalid_input, ingredient_not_found, unit_mismatch, delivery_exceeds_order.';
grant execute on function public.receive_purchase_order(uuid, jsonb, text) to authenticated;
