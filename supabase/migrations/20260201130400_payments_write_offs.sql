-- What nobody will pay: a party that left, a bill that is disputed. It is given up by a person, with a reason, in the books:
-- the order is settled by an account of losses instead of money, and its table can be closed.

insert into private.errors (code, http_status, meaning, remedy) values
  ('order_not_completed', 409, 'Only what is left unpaid on a completed order can be written off.', 'Complete the order first (by force, with a reason), or cancel it.');

create function public.write_off_order(p_order_id uuid, p_reason text, p_idempotency_key text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order public.orders := private.lock_order(p_order_id, 'orders.cancel');
  v_caller text := 'user:' || auth.uid();
  v_request jsonb := jsonb_build_object('order_id', p_order_id, 'reason', p_reason);
  v_answer jsonb := private.replay_idempotent(v_order.venue_id, v_caller, 'write_off_order', p_idempotency_key, v_request);
  v_payment public.payments;
begin
  if v_answer is not null then
    return v_answer;
  elsif length(trim(coalesce(p_reason, ''))) not between 1 and 280 then
    perform private.fail('invalid_input', 'p_reason: 1 to 280 characters');
  elsif v_order.status <> 'completed' then
    perform private.fail('order_not_completed', 'the order is ' || v_order.status);
  elsif v_order.paid_minor >= v_order.total_minor then
    perform private.fail('order_already_paid');
  end if;
  insert into public.payments (venue_id, organisation_id, order_id, method, status, amount_minor, currency, collected_by, reason, settled_at)
  values (v_order.venue_id, v_order.organisation_id, v_order.id, 'write_off', 'succeeded', v_order.total_minor - v_order.paid_minor,
    v_order.currency, auth.uid(), trim(p_reason), now())
  returning * into v_payment;
  perform private.post_settlement(v_order, v_payment);
  select * into v_order from public.orders o where o.id = p_order_id;
  perform private.abandon_payments(v_order);
  insert into private.audit_events (organisation_id, venue_id, actor_id, actor_role, action, table_name, row_id, after, trace_id)
  values (v_order.organisation_id, v_order.venue_id, auth.uid(), auth.role(), 'insert', 'payments', v_payment.id,
    jsonb_build_object('order_id', v_order.id, 'method', 'write_off', 'amount_minor', v_payment.amount_minor, 'reason', v_payment.reason), private.trace_id());
  return private.store_idempotent(v_order.venue_id, v_caller, 'write_off_order', p_idempotency_key, v_request, jsonb_build_object(
    'payment_id', v_payment.id, 'order_id', v_order.id, 'amount_minor', v_payment.amount_minor, 'payment_status', v_order.payment_status,
    'due_minor', v_order.total_minor - v_order.paid_minor));
end $$;
comment on function public.write_off_order(uuid, text, text) is
  'Gives up what is unpaid on a completed order, with a reason: a balanced entry of the account write_off, no money. The order is '
  'settled and its session can be closed; a write-off is not refunded. Needs orders.cancel. Returns {payment_id, order_id, '
  'amount_minor, payment_status, due_minor}. Definer: clients do not write payments. Errors: not_authenticated, order_not_found, '
  'permission_denied, subscription_inactive, idempotency_key_*, invalid_input, order_not_completed, order_already_paid.';
grant execute on function public.write_off_order(uuid, text, text) to authenticated;
