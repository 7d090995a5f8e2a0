-- Paying and refunding. What crosses to the provider is reserve (here) → call (function payments) → confirm (here).

create function private.payment_json(p_payment public.payments) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('payment_id', p_payment.id, 'status', p_payment.status, 'amount_minor', p_payment.amount_minor,
    'currency', p_payment.currency, 'provider_reference', p_payment.provider_reference, 'order_id', p_payment.order_id,
    'venue_id', p_payment.venue_id, 'created_at', p_payment.created_at, 'description', format('Order #%s', lpad(o.number::text, 3, '0')))
    || case when p_payment.destination is null then '{}'
      else jsonb_build_object('destination', p_payment.destination, 'application_fee_minor', p_payment.application_fee_minor) end
  from public.orders o where o.venue_id = p_payment.venue_id and o.id = p_payment.order_id
$$;
comment on function private.payment_json(public.payments) is 'An online payment as the functions that speak with the provider see it.';

create function public.start_payment(p_session_token text, p_order_id uuid, p_idempotency_key text default null, p_request jsonb default '{}', p_share_id uuid default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_guest private.guest := private.require_guest(p_session_token);
  v_claim jsonb := '{}';
  v_order public.orders;
  v_payment public.payments;
  v_due bigint;
  v_to record;
begin
  if p_idempotency_key is not null then
    -- Longer than the function may take for its calls of the provider.
    v_claim := private.claim_idempotent(v_guest.venue_id, 'guest:' || v_guest.device_id, 'start_payment', p_idempotency_key,
      jsonb_build_object('order_id', p_order_id, 'share_id', p_share_id, 'request', p_request), '1 minute');
    if v_claim ? 'answer' then
      select * into v_payment from public.payments p where p.venue_id = v_guest.venue_id and p.id = (v_claim #>> '{answer,payment_id}')::uuid;
      return private.payment_json(v_payment) || '{"replayed": true}';
    end if;
  end if;
  select * into v_order from public.orders o
  where o.venue_id = v_guest.venue_id and o.id = p_order_id and o.session_id = v_guest.session_id for no key update;
  if not found then
    perform private.fail('order_not_found');
  elsif v_order.status in ('cancelled', 'expired') then
    perform private.fail('order_closed', 'the order is ' || v_order.status);
  end if;
  v_due := private.due_of(v_order, p_share_id);
  if v_due <= 0 then
    perform private.fail('order_already_paid');
  end if;
  perform private.take_rate_limit('start_payment', v_guest.session_id, 20);
  select * into v_payment from public.payments p
  where p.venue_id = v_order.venue_id and p.order_id = v_order.id and p.method = 'online' and p.status in ('reserved', 'pending')
    and p.share_id is not distinct from p_share_id for no key update;
  if found and v_payment.amount_minor <> v_due then
    -- Somebody paid a part at the till meanwhile: the old attempt asks for too much. Should it succeed all the same, the excess is refunded.
    update public.payments p set status = 'canceled' where p.id = v_payment.id;
    perform private.emit('payment.cancel_requested', jsonb_build_object('payment_id', v_payment.id));
    v_payment := null;
  end if;
  if v_payment.id is null then
    -- Where the money goes is decided here, once: whatever becomes of the account, refunds come from where it went.
    select * into v_to from private.destination_of(v_order.organisation_id, v_order.currency, v_due);
    insert into public.payments (venue_id, organisation_id, order_id, share_id, method, status, amount_minor, currency, provider, destination, application_fee_minor)
    values (v_order.venue_id, v_order.organisation_id, v_order.id, p_share_id, 'online', 'reserved', v_due, v_order.currency, 'stripe', v_to.destination, coalesce(v_to.fee_minor, 0))
    returning * into v_payment;
  end if;
  return private.payment_json(v_payment) || v_claim;
end $$;
comment on function public.start_payment(text, uuid, text, jsonb, uuid) is
  'Reserves an online payment of what is due on an order of the guest''s session, or for one share of it; while one is open, returns '
  'that one, so that an order or share has one open payment however often it is asked for. Returns {payment_id, status, amount_minor, currency, '
  'provider_reference, order_id, venue_id, created_at, description}, with {destination, application_fee_minor} where the money goes '
  'on to the organisation''s own account; with p_idempotency_key also claim_id, to be closed by '
  'finish_claim when the provider has answered, or replayed: true with the payment that the key has started. p_request is what '
  'else the request says: the same key stands for the same request. At most 20 per session and minute. Clients call the payments '
  'function, which calls this and then the provider. Definer: guests have no access to tables. Errors: guest_session_invalid, '
  'idempotency_key_*, order_not_found, order_closed, order_already_paid, bill_share_not_found, bill_share_paid, rate_limited.';
grant execute on function public.start_payment(text, uuid, text, jsonb, uuid) to anon, authenticated;

create function public.attach_payment(p_payment_id uuid, p_provider_reference text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_payment public.payments;
begin
  update public.payments p
  set provider_reference = p_provider_reference, status = case p.status when 'reserved' then 'pending' else p.status end
  where p.id = p_payment_id and coalesce(p.provider_reference, p_provider_reference) = p_provider_reference
  returning * into v_payment;
  if not found then
    perform private.fail(case when exists (select 1 from public.payments p where p.id = p_payment_id) then 'payment_reference_conflict' else 'payment_not_found' end);
  end if;
  return jsonb_build_object('payment_id', v_payment.id, 'status', v_payment.status);
end $$;
comment on function public.attach_payment(uuid, text) is
  'Notes the provider''s object for a reserved payment. For the payments function only. Returns {payment_id, status}; a repeat '
  'returns the same. Definer: the service role has no table access. Errors: payment_not_found, payment_reference_conflict.';
grant execute on function public.attach_payment(uuid, text) to service_role;

create function public.collect_payment(
  p_order_id uuid, p_method text, p_amount_minor bigint, p_idempotency_key text,
  p_tip_minor bigint default 0, p_tendered_minor bigint default null, p_terminal_reference text default null,
  p_share_id uuid default null, p_drawer_session_id uuid default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_order public.orders := private.lock_order(p_order_id, 'payments.collect');
  v_caller text := 'user:' || auth.uid();
  v_request jsonb := jsonb_build_object('order_id', p_order_id, 'method', p_method, 'amount_minor', p_amount_minor, 'tip_minor', p_tip_minor,
    'tendered_minor', p_tendered_minor, 'terminal_reference', p_terminal_reference, 'share_id', p_share_id,
    'drawer_session_id', p_drawer_session_id);
  v_answer jsonb := private.replay_idempotent(v_order.venue_id, v_caller, 'collect_payment', p_idempotency_key, v_request);
  v_due bigint;
  v_drawer uuid;
  v_payment public.payments;
begin
  if v_answer is not null then
    return v_answer;
  elsif v_order.status in ('cancelled', 'expired') then
    perform private.fail('order_closed', 'the order is ' || v_order.status);
  end if;
  v_due := private.due_of(v_order, p_share_id);
  if coalesce(p_method, '') not in ('cash', 'card_terminal') then
    perform private.fail('invalid_input', 'p_method: cash or card_terminal');
  elsif v_due <= 0 then
    perform private.fail('order_already_paid');
  elsif p_amount_minor is null or p_amount_minor not between 1 and v_due then
    perform private.fail('amount_invalid', format('p_amount_minor: from 1 to the %s due', v_due));
  elsif p_share_id is not null and p_amount_minor <> v_due then
    perform private.fail('amount_invalid', format('p_amount_minor: a share is paid as a whole, with %s', v_due));
  elsif v_order.split_id is not null and p_amount_minor <> v_due then
    perform private.fail('bill_is_split', format('a share, or all of the %s due', v_due));
  elsif p_tip_minor is null or p_tip_minor not between 0 and 10000000 then
    perform private.fail('amount_invalid', 'p_tip_minor: from 0 to 10000000');
  elsif p_tendered_minor is not null and (p_method <> 'cash' or p_tendered_minor < p_amount_minor + p_tip_minor) then
    perform private.fail('amount_invalid', 'p_tendered_minor: for cash, at least amount and tip');
  elsif length(p_terminal_reference) > 120 then
    perform private.fail('invalid_input', 'p_terminal_reference: at most 120 characters');
  end if;
  v_drawer := private.use_drawer(v_order.venue_id, p_method, p_drawer_session_id);
  -- A tip given at the till becomes part of the order, so that what is paid and what is owed stay one sum.
  update public.orders o set tip_minor = o.tip_minor + p_tip_minor, total_minor = o.total_minor + p_tip_minor
  where o.id = p_order_id and p_tip_minor > 0;
  insert into public.payments (venue_id, organisation_id, order_id, method, status, amount_minor, tip_minor, currency, tendered_minor, terminal_reference, share_id, drawer_session_id, collected_by, settled_at)
  values (v_order.venue_id, v_order.organisation_id, v_order.id, p_method, 'succeeded', p_amount_minor + p_tip_minor,
    p_tip_minor + private.tip_part(v_order, p_amount_minor), v_order.currency, p_tendered_minor, p_terminal_reference, p_share_id, v_drawer, auth.uid(), now())
  returning * into v_payment;
  perform private.post_settlement(v_order, v_payment);
  select * into v_order from public.orders o where o.id = p_order_id;
  if v_order.paid_minor >= v_order.total_minor then
    perform private.abandon_payments(v_order);
    if v_order.status = 'pending_payment' then
      v_order := private.transition_order(v_order, 'placed', private.caller(), 'paid at the till');
    end if;
  elsif p_share_id is not null then
    perform private.abandon_payments(v_order, p_share_id);
  end if;
  return private.store_idempotent(v_order.venue_id, v_caller, 'collect_payment', p_idempotency_key, v_request, jsonb_build_object(
    'payment_id', v_payment.id, 'order_id', v_order.id, 'amount_minor', v_payment.amount_minor, 'tip_minor', v_payment.tip_minor,
    'change_minor', coalesce(p_tendered_minor - v_payment.amount_minor, 0), 'order_status', v_order.status,
    'payment_status', v_order.payment_status, 'due_minor', v_order.total_minor - v_order.paid_minor));
end $$;
comment on function public.collect_payment(uuid, text, bigint, text, bigint, bigint, text, uuid, uuid) is
  'Takes cash or a card-terminal payment for an order: p_amount_minor of what is due, p_tip_minor on top, p_tendered_minor the '
  'cash handed over. A split order is paid by p_share_id, share by share, or by all of the rest at once. Cash '
  'goes into p_drawer_session_id, else the only open drawer, else the caller''s own; into none where none is open, unless the venue says cash_needs_drawer. Needs payments.collect. '
  'Returns {payment_id, order_id, amount_minor, tip_minor, change_minor, order_status, payment_status, due_minor}. Definer: clients '
  'do not write payments. Errors: not_authenticated, order_not_found, permission_denied, subscription_inactive, idempotency_key_*, '
  'order_closed, order_already_paid, bill_is_split, bill_share_not_found, bill_share_paid, amount_invalid, '
  'invalid_input, drawer_required, drawer_not_found, drawer_closed.';
grant execute on function public.collect_payment(uuid, text, bigint, text, bigint, bigint, text, uuid, uuid) to authenticated;

create function public.refund_payment(
  p_payment_id uuid, p_amount_minor bigint, p_reason text, p_idempotency_key text, p_drawer_session_id uuid default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_payment public.payments;
  v_refund public.refunds;
  v_caller text := 'user:' || private.require_user();
  v_request jsonb := jsonb_build_object('payment_id', p_payment_id, 'amount_minor', p_amount_minor, 'reason', p_reason, 'drawer_session_id', p_drawer_session_id);
  v_answer jsonb;
  v_drawer uuid;
begin
  select * into v_payment from public.payments p
  where p.id = p_payment_id and p.venue_id = any (private.venues_with('orders.read'));
  if not found then
    perform private.fail('payment_not_found');
  end if;
  perform private.lock_order(v_payment.order_id, 'payments.refund');
  v_answer := private.replay_idempotent(v_payment.venue_id, v_caller, 'refund_payment', p_idempotency_key, v_request);
  if v_answer is not null then
    return v_answer;
  elsif length(trim(coalesce(p_reason, ''))) not between 1 and 280 then
    perform private.fail('invalid_input', 'p_reason: 1 to 280 characters');
  elsif v_payment.method = 'write_off' then
    perform private.fail('payment_not_refundable', 'it was written off: there is no money to give back');
  end if;
  v_drawer := private.use_drawer(v_payment.venue_id, v_payment.method, p_drawer_session_id);
  v_refund := private.request_refund(v_payment, p_amount_minor, trim(p_reason), auth.uid());
  update public.refunds r set drawer_session_id = v_drawer where r.id = v_refund.id and v_drawer is not null;
  return private.store_idempotent(v_payment.venue_id, v_caller, 'refund_payment', p_idempotency_key, v_request,
    jsonb_build_object('refund_id', v_refund.id, 'payment_id', v_payment.id, 'amount_minor', v_refund.amount_minor, 'status', v_refund.status));
end $$;
comment on function public.refund_payment(uuid, bigint, text, text, uuid) is
  'Refunds a part or all of a settled payment: at the till at once, online through the provider (status pending until it '
  'confirms); cash comes out of a drawer as collect_payment puts it in. Needs payments.refund, which read-only mode leaves: the money is the guests''. Returns {refund_id, payment_id, amount_minor, '
  'status}. Definer: clients do not write refunds. Errors: not_authenticated, payment_not_found, permission_denied, idempotency_key_*, '
  'invalid_input, amount_invalid, payment_not_refundable, refund_exceeds_payment, drawer_required, drawer_not_found, drawer_closed.';
grant execute on function public.refund_payment(uuid, bigint, text, text, uuid) to authenticated;

create function public.confirm_refund(p_refund_id uuid, p_status text, p_provider_reference text default null, p_failure_code text default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if coalesce(p_status, '') not in ('pending', 'succeeded', 'failed') then
    perform private.fail('invalid_input', 'p_status: pending, succeeded or failed');
  end if;
  update private.provider_checks c set answered_at = now() where c.kind = 'refund' and c.subject_id = p_refund_id;
  return jsonb_build_object('refund_id', p_refund_id, 'outcome', private.settle_refund(p_refund_id, p_status, p_provider_reference, p_failure_code));
end $$;
comment on function public.confirm_refund(uuid, text, text, text) is
  'The provider''s answer to a refund. For the payments function only. Returns {refund_id, outcome}; a repeat says already_settled. '
  'Definer: the service role has no table access. Errors: refund_not_found, invalid_input.';
grant execute on function public.confirm_refund(uuid, text, text, text) to service_role;

create function public.cancel_payment(p_payment_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_payment public.payments;
begin
  update public.payments p set status = 'canceled' where p.id = p_payment_id and p.status in ('reserved', 'pending');
  select * into v_payment from public.payments p where p.id = p_payment_id;
  if not found then
    perform private.fail('payment_not_found');
  end if;
  return private.payment_json(v_payment);
end $$;
comment on function public.cancel_payment(uuid) is
  'Gives up an online payment that has not succeeded. For the payments function and workers only, who then cancel it at the '
  'provider. Returns {payment_id, status, amount_minor, currency, provider_reference, order_id, venue_id, created_at, description}. Definer: the service role has no table access. Errors: payment_not_found.';
grant execute on function public.cancel_payment(uuid) to service_role;
