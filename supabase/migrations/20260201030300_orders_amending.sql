-- Corrections while nobody cooks: lines come, go and change; money, stock and tickets follow in one transaction.

create function private.check_changes(p_changes jsonb) returns void
language plpgsql immutable set search_path = '' as $$
declare
  c_uuid constant text := '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$';
  v_problem text;
begin
  select case
    when p_changes is null or jsonb_typeof(p_changes) <> 'object' then 'the changes are an object'
    when p_changes - array['add', 'change', 'remove'] <> '{}' then 'add, change and remove only'
    when p_changes = '{}' then 'nothing to change'
    when exists (select 1 from jsonb_each(p_changes) c where jsonb_typeof(c.value) <> 'array') then 'add, change, remove: arrays'
    when exists (select 1 from jsonb_each(p_changes) c where jsonb_array_length(c.value) > 100) then 'add, change, remove: at most 100 each'
    when exists (
      select 1 from jsonb_array_elements(p_changes -> 'remove') r
      where jsonb_typeof(r.value) <> 'string' or r.value #>> '{}' !~ c_uuid) then 'remove: ids of lines'
    when exists (select 1 from jsonb_array_elements(p_changes -> 'change') c where jsonb_typeof(c.value) <> 'object') then 'change: objects'
    when exists (
      select 1 from jsonb_array_elements(p_changes -> 'change') c
      where c.value - array['line_id', 'quantity', 'note'] <> '{}' or coalesce(c.value ->> 'line_id', '') !~ c_uuid
        or not c.value ?| array['quantity', 'note']
        or (c.value ? 'quantity' and (jsonb_typeof(c.value -> 'quantity') <> 'number' or c.value ->> 'quantity' !~ '^[1-9][0-9]?$'))
        or (c.value ? 'note' and (jsonb_typeof(c.value -> 'note') <> 'string' or length(c.value ->> 'note') > 280))
    ) then 'change: {line_id, quantity 1-99 or note or both}'
  end into v_problem;
  if v_problem is null and exists (
    select 1 from (
      select lower(r.value #>> '{}') as id from jsonb_array_elements(p_changes -> 'remove') r
      union all select lower(c.value ->> 'line_id') from jsonb_array_elements(p_changes -> 'change') c) n
    group by n.id having count(*) > 1) then
    v_problem := 'each line once';
  end if;
  if v_problem is not null then
    perform private.fail('order_invalid', v_problem);
  end if;
end $$;
comment on function private.check_changes(jsonb) is
  'Refuses changes that are not {add?: [line of place_order], change?: [{line_id, quantity?, note?}], remove?: [line id]}, '
  'each line once. Errors: order_invalid.';

create function public.amend_order(p_order_id uuid, p_idempotency_key text, p_changes jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order public.orders := private.lock_order_to_change(p_order_id, 'payments.collect');
  v_caller text := 'user:' || auth.uid();
  v_request jsonb := jsonb_build_object('order_id', p_order_id, 'changes', p_changes);
  v_answer jsonb := private.replay_idempotent(v_order.venue_id, v_caller, 'amend_order', p_idempotency_key, v_request);
  v_named uuid[];
  v_gone uuid[];
  v_kept private.priced_line[];
  v_changed private.priced_line[];
  v_last integer;
  v_priced private.priced_order;
begin
  if v_answer is not null then
    return v_answer;
  end if;
  perform private.require_open_bill(v_order);
  if v_order.status not in ('pending_payment', 'placed', 'accepted') then
    perform private.fail('order_in_preparation', 'the order is ' || v_order.status);
  end if;
  perform private.check_changes(p_changes);
  v_gone := array(select r.value::uuid from jsonb_array_elements_text(p_changes -> 'remove') r);
  v_named := v_gone || array(select (c.value ->> 'line_id')::uuid from jsonb_array_elements(p_changes -> 'change') c);
  v_kept := private.kept_lines(v_order);
  if exists (select unnest(v_named) except select k.line_id from unnest(v_kept) k) then
    perform private.fail('order_line_not_found');
  end if;
  select max(l.position) into v_last from public.order_lines l where l.venue_id = v_order.venue_id and l.order_id = v_order.id;

  -- Another quantity is another line, at the same price: stock is taken once per line. Its place is after the others.
  select array_agg((v_last + c.ordinality, k.menu_item_id, k.name, c.value ->> 'quantity', k.unit_price_minor, k.options, k.options_minor, null,
    null, k.tax_rate_bp, null, k.station_id, nullif(trim(coalesce(c.value ->> 'note', k.note)), ''), null, k.course, 0)::private.priced_line), array_agg(k.line_id) || v_gone
  into v_changed, v_gone
  from jsonb_array_elements(p_changes -> 'change') with ordinality c
  join unnest(v_kept) k on k.line_id = (c.value ->> 'line_id')::uuid and k.quantity <> (c.value ->> 'quantity')::integer;
  if exists (select 1 from unnest(v_kept) k where k.line_id = any (v_gone) and k.comp_minor > 0) then
    perform private.fail('order_invalid', 'a line on the house: lift its comp first');
  end if;
  if exists (
    select 1 from jsonb_array_elements(p_changes -> 'change') c
    join unnest(v_kept) k on k.line_id = (c.value ->> 'line_id')::uuid and k.quantity < (c.value ->> 'quantity')::integer
    join public.menu_items i on i.venue_id = v_order.venue_id and i.id = k.menu_item_id and not i.is_available) then
    perform private.fail('menu_item_unavailable', 'change');
  end if;
  v_kept := private.kept_lines(v_order, v_gone) || v_changed;
  v_priced := private.price_again(v_order, v_kept, coalesce(p_changes -> 'add', '[]'));

  v_order := private.change_bill(v_order, v_priced, 'amended', null, jsonb_build_object('removed', v_gone, 'added_after_position', v_last));
  update public.order_lines l set note = nullif(trim(c.value ->> 'note'), '')
  from jsonb_array_elements(p_changes -> 'change') c
  where l.venue_id = v_order.venue_id and l.order_id = v_order.id and l.id = (c.value ->> 'line_id')::uuid and c.value ? 'note' and l.id <> all (v_gone);
  if v_order.status <> 'pending_payment' then
    perform private.lock_stock(v_order, v_priced.lines);
  end if;
  perform private.void_lines(v_order, v_gone, 'order amended');
  -- Prices count positions from the last line that stays; the places of lines that went stay theirs.
  perform private.write_lines(v_order, v_priced.lines, greatest(v_last - coalesce((select max(k.position) from unnest(v_kept) k), 0), 0));
  if v_order.status <> 'pending_payment' then
    perform private.send_to_kitchen(v_order, false, v_last + 1);
  end if;
  perform private.place_if_settled(v_order);
  return private.store_idempotent(v_order.venue_id, v_caller, 'amend_order', p_idempotency_key, v_request,
    private.order_json(v_order.venue_id, v_order.id));
end $$;
comment on function public.amend_order(uuid, text, jsonb) is
  'Changes an order that nobody cooks yet: p_changes = {add?: [line of place_order], change?: [{line_id, quantity?, note?}], '
  'remove?: [line id]}. What is added costs what the menu says now, what stays keeps its price, the discounts stay those it was placed with; a changed quantity makes a new '
  'line. Tickets and stock follow. Refused once the order is prepared, and when it would cost less than is paid. Needs '
  'payments.collect. Returns the order. Definer: clients do not write orders. Errors: not_authenticated, order_not_found, '
  'permission_denied, subscription_inactive, idempotency_key_*, order_closed, table_session_closed, order_in_preparation, '
  'order_invalid, order_line_not_found, order_below_paid, bill_split_paid, menu_*, option_*, out_of_stock.';
grant execute on function public.amend_order(uuid, text, jsonb) to authenticated;
