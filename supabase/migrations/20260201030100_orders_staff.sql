-- Orders that staff take, at a table, the counter or the till: the same pricing and the same life as a guest's. Who may
-- take the money may take and correct the order (payments.collect: owner, manager, server, cashier); who may cancel it
-- may give parts of it away (orders.cancel: owner, manager).

insert into private.errors (code, http_status, meaning, remedy) values
  ('order_in_preparation', 409, 'The kitchen has begun; the order is not amended any more.', 'Void the line, or place a further order.'),
  ('order_line_not_found', 404, 'The order has no such line, or it has been taken off.', 'Load the order again and use one of its lines'' ids.'),
  ('order_below_paid', 409, 'The order would cost less than what has been paid and not refunded.', 'Refund the difference first.'),
  ('course_not_found', 404, 'The order has no line of this course in the kitchen.', 'Load the order again and use one of its lines'' courses.'),
  ('course_held', 409, 'A course of the order has not been fired.', 'Fire the course, or void its lines.');

create function private.check_staff_choices(p_venue public.venues, p_order jsonb, p_has_table boolean, p_source text) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_fulfilment text := p_order ->> 'fulfilment';
  v_mode text := p_order ->> 'payment_mode';
begin
  if coalesce(p_source, '') not in ('pos', 'counter') then
    perform private.fail('invalid_input', 'p_source: pos or counter');
  elsif (v_fulfilment = 'table') <> p_has_table then
    perform private.fail('fulfilment_not_allowed', case when p_has_table then 'a table''s session is served at the table' else 'table: needs the session of a table' end);
  elsif (v_mode = 'pay_later' and not p_has_table)
    or (v_mode = 'pay_at_till' and v_fulfilment = 'collection' and not p_venue.collection_pays_at_till) then
    perform private.fail('payment_mode_not_allowed', format('%s with %s', v_mode, v_fulfilment));
  end if;
end $$;
comment on function private.check_staff_choices(public.venues, jsonb, boolean, text) is
  'Refuses a source, fulfilment or payment mode that staff cannot choose here: table if and only if there is a table''s '
  'session. Errors: invalid_input, fulfilment_not_allowed, payment_mode_not_allowed.';

create function public.place_staff_order(
  p_venue_id uuid, p_idempotency_key text, p_order jsonb, p_table_session_id uuid default null, p_source text default 'pos') returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('payments.collect', p_venue_id);
  v_order jsonb := jsonb_strip_nulls(p_order);
  v_caller text := 'user:' || auth.uid();
  v_request jsonb := jsonb_build_object('order', v_order, 'table_session_id', p_table_session_id, 'source', p_source);
  v_answer jsonb := private.replay_idempotent(p_venue_id, v_caller, 'place_staff_order', p_idempotency_key, v_request);
  v_actor private.actor := private.caller();
  v_session public.table_sessions;
  v_priced private.priced_order;
  v_placed public.orders;
begin
  if v_answer is not null then
    return v_answer;
  end if;
  if p_table_session_id is not null then
    -- As in place_order: a session that is being closed either counts this order or refuses it.
    select * into v_session from public.table_sessions s where s.venue_id = p_venue_id and s.id = p_table_session_id for share;
    if not found then
      perform private.fail('table_session_not_found');
    elsif v_session.closed_at is not null then
      perform private.fail('table_session_closed');
    end if;
  end if;
  v_priced := private.price_order(v_venue, v_order);
  perform private.check_staff_choices(v_venue, v_order, v_session.table_id is not null, p_source);
  v_placed := private.create_order(v_venue, v_priced, v_order, case v_actor.kind when 'api' then 'api' else p_source end,
    v_session.id, v_session.table_id, v_actor);
  return private.store_idempotent(p_venue_id, v_caller, 'place_staff_order', p_idempotency_key, v_request,
    private.order_json(v_placed.venue_id, v_placed.id));
end $$;
comment on function public.place_staff_order(uuid, text, jsonb, uuid, text) is
  'Places an order for a guest, priced now by the database, and returns it as place_order does. p_order is that of place_order; '
  'with the open session of a table it is served there and joins its bill, without one it is for counter or collection. p_source: '
  'pos or counter; what an API key places is an order of source api whatever it says. pay_now reaches the kitchen when collect_payment has taken the money, the other modes at once. Needs '
  'payments.collect. The same key with the same order returns the first answer. Definer: clients do not write orders. Errors: '
  'not_authenticated, permission_denied, subscription_inactive, idempotency_key_*, table_session_not_found, table_session_closed, '
  'invalid_input, order_invalid, menu_*, option_*, discount_*, loyalty_*, fulfilment_not_allowed, payment_mode_not_allowed, out_of_stock.';
grant execute on function public.place_staff_order(uuid, text, jsonb, uuid, text) to authenticated;
