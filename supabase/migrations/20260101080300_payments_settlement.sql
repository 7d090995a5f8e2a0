-- How money becomes an entry in the books, and what follows from it. Callers hold the order's lock; the order of locks
-- is organisation → venue → session → order → payment → refund → stock by id.

create function private.post_settlement(p_order public.orders, p_payment public.payments) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_transaction uuid;
begin
  insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id, trace_id)
  values (p_order.organisation_id, p_order.venue_id, p_payment.currency, 'settlement', p_order.id, p_payment.id, private.trace_id())
  returning id into v_transaction;
  insert into private.ledger_entries (transaction_id, account, amount_minor)
  select v_transaction, e.account, e.amount_minor
  from (values (case p_payment.method when 'online' then 'provider' else p_payment.method end, p_payment.amount_minor),
    (case when p_payment.is_excess then 'excess' else 'orders' end, p_payment.tip_minor - p_payment.amount_minor), ('tips', -p_payment.tip_minor)) as e (account, amount_minor)
  where e.amount_minor <> 0;
end $$;
comment on function private.post_settlement(public.orders, public.payments) is 'Books a payment; by constraint it can be booked once.';

create function private.post_refund(p_payment public.payments, p_refund public.refunds) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_transaction uuid;
  v_before bigint;
  v_bill bigint;
begin
  -- The bill part of the payment is given back before its tip.
  select coalesce(sum(r.amount_minor), 0) into v_before from public.refunds r
  where r.venue_id = p_payment.venue_id and r.payment_id = p_payment.id and r.status = 'succeeded' and r.id <> p_refund.id;
  v_bill := least(p_refund.amount_minor, greatest(p_payment.amount_minor - p_payment.tip_minor - v_before, 0));
  insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id, refund_id, trace_id)
  values (p_payment.organisation_id, p_payment.venue_id, p_payment.currency, 'refund', p_payment.order_id, p_payment.id, p_refund.id, private.trace_id())
  returning id into v_transaction;
  insert into private.ledger_entries (transaction_id, account, amount_minor)
  select v_transaction, e.account, e.amount_minor
  from (values (case p_payment.method when 'online' then 'provider' else p_payment.method end, -p_refund.amount_minor),
    (case when p_payment.is_excess then 'excess' else 'orders' end, v_bill), ('tips', p_refund.amount_minor - v_bill)) as e (account, amount_minor)
  where e.amount_minor <> 0;
end $$;
comment on function private.post_refund(public.payments, public.refunds) is 'Books a refund; by constraint it can be booked once.';

create function private.tip_part(p_order public.orders, p_amount_minor bigint) returns bigint
language sql stable set search_path = '' as $$
  select greatest(0, p_amount_minor - greatest(0, p_order.total_minor - p_order.tip_minor - (
    select coalesce(sum(p.amount_minor - p.tip_minor), 0) from public.payments p
    where p.venue_id = p_order.venue_id and p.order_id = p_order.id and p.status = 'succeeded' and not p.is_excess)))
$$;
comment on function private.tip_part(public.orders, bigint) is
  'The part of a payment that is a tip: payments fill the bill first, what exceeds it is tip.';

create function private.request_refund(p_payment public.payments, p_amount_minor bigint, p_reason text, p_requested_by uuid) returns public.refunds
language plpgsql volatile set search_path = '' as $$
declare
  v_payment public.payments;
  v_refund public.refunds;
  v_reverses boolean := false;
begin
  if p_amount_minor is null or p_amount_minor <= 0 then
    perform private.fail('amount_invalid', 'p_amount_minor: more than 0');
  end if;
  -- This statement decides: of two refunds that do not both fit, the second finds no row.
  update public.payments p set refund_claimed_minor = p.refund_claimed_minor + p_amount_minor
  where p.id = p_payment.id and p.status = 'succeeded' and p.refund_claimed_minor + p_amount_minor <= p.amount_minor
  returning * into v_payment;
  if not found then
    select * into v_payment from public.payments p where p.id = p_payment.id;
    if v_payment.status <> 'succeeded' then
      perform private.fail('payment_not_refundable', 'the payment is ' || v_payment.status);
    end if;
    perform private.fail('refund_exceeds_payment', format('at most %s', v_payment.amount_minor - v_payment.refund_claimed_minor));
  end if;
  if v_payment.destination is not null then
    v_reverses := private.claim_reversal(v_payment.id, p_amount_minor);
  end if;
  insert into public.refunds (venue_id, payment_id, amount_minor, reason, reverses_transfer, status, requested_by, settled_at)
  values (v_payment.venue_id, v_payment.id, p_amount_minor, p_reason, v_reverses,
    case v_payment.method when 'online' then 'pending' else 'succeeded' end, p_requested_by,
    case v_payment.method when 'online' then null else now() end)
  returning * into v_refund;
  if v_refund.status = 'succeeded' then
    perform private.post_refund(v_payment, v_refund);
  else
    perform private.emit('refund.requested', jsonb_build_object('refund_id', v_refund.id,
      'payment_id', v_payment.id, 'payment_reference', v_payment.provider_reference, 'amount_minor', v_refund.amount_minor)
      || case when v_reverses then '{"reverses_transfer": true}' else '{}' end::jsonb);
  end if;
  return v_refund;
end $$;
comment on function private.request_refund(public.payments, bigint, text, uuid) is
  'Claims a part of a payment and refunds it: at the till at once, online through the provider. Errors: amount_invalid, '
  'payment_not_refundable, refund_exceeds_payment.';

create function private.settle_refund(p_refund_id uuid, p_status text, p_provider_reference text, p_failure_code text) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_payment public.payments;
  v_refund public.refunds;
begin
  -- Order, payment, refund: the documented order of locks.
  select p.* into v_payment from public.refunds r join public.payments p on p.venue_id = r.venue_id and p.id = r.payment_id where r.id = p_refund_id;
  if not found then
    perform private.fail('refund_not_found');
  end if;
  perform 1 from public.orders o where o.venue_id = v_payment.venue_id and o.id = v_payment.order_id for no key update;
  select * into v_payment from public.payments p where p.id = v_payment.id for no key update;
  update public.refunds r
  set status = case when p_status in ('succeeded', 'failed') then p_status else r.status end,
      provider_reference = coalesce(r.provider_reference, p_provider_reference),
      failure_code = p_failure_code,
      settled_at = case when p_status = 'succeeded' then now() end
  where r.id = p_refund_id and r.status = 'pending'
  returning * into v_refund;
  if not found then
    return 'already_settled';
  elsif v_refund.status = 'succeeded' then
    perform private.post_refund(v_payment, v_refund);
  elsif v_refund.status = 'failed' then
    update public.payments p set refund_claimed_minor = p.refund_claimed_minor - v_refund.amount_minor where p.id = v_payment.id;
  end if;
  if v_refund.reverses_transfer and v_refund.status <> 'pending' then
    perform private.settle_reversal(v_payment, v_refund);
  end if;
  return v_refund.status;
end $$;
comment on function private.settle_refund(uuid, text, text, text) is
  'The provider''s word on a pending refund: books it, frees its claim, or notes its reference. Returns the status, or '
  'already_settled. Errors: refund_not_found.';

create function private.undo_refund(p_refund_id uuid, p_failure_code text) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_refund public.refunds;
  v_order public.orders;
  v_booked private.ledger_transactions;
  v_transaction uuid;
begin
  update public.refunds r set status = 'failed', settled_at = null, failure_code = p_failure_code
  where r.id = p_refund_id and r.status = 'succeeded' returning * into v_refund;
  if not found then
    return 'refund_already_settled';
  end if;
  update public.payments p set refund_claimed_minor = p.refund_claimed_minor - v_refund.amount_minor
  where p.venue_id = v_refund.venue_id and p.id = v_refund.payment_id;
  select * into v_booked from private.ledger_transactions t where t.refund_id = p_refund_id and t.kind = 'refund';
  insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id, refund_id, trace_id)
  values (v_booked.organisation_id, v_booked.venue_id, v_booked.currency, 'refund_failure', v_booked.order_id, v_booked.payment_id, p_refund_id, private.trace_id())
  returning id into v_transaction;
  insert into private.ledger_entries (transaction_id, account, amount_minor)
  select v_transaction, e.account, -e.amount_minor from private.ledger_entries e where e.transaction_id = v_booked.id;
  select * into v_order from public.orders o where o.venue_id = v_booked.venue_id and o.id = v_booked.order_id;
  perform private.tell_of_trouble('refund_failed', v_order, v_refund.amount_minor);
  return 'refund_failed_late';
end $$;
comment on function private.undo_refund(uuid, text) is
  'A refund that had succeeded came back: the money is with the provider again, and so say the books; whether the guest gets it '
  'otherwise is for the people who are told. Callers hold the order''s lock. Returns refund_failed_late, or refund_already_settled.';

create function private.settle_payment(p_payment_id uuid, p_provider_reference text, p_amount_minor bigint, p_currency text) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_order public.orders;
  v_payment public.payments;
begin
  select o.* into v_order from public.payments p join public.orders o on o.venue_id = p.venue_id and o.id = p.order_id
  where p.id = p_payment_id for no key update of o;
  if not found then
    return 'unknown_payment';
  end if;
  select * into v_payment from public.payments p where p.id = p_payment_id for no key update;
  -- A Checkout Session (cs_…) makes its PaymentIntent only when the guest pays: from here on that is the reference.
  -- What an event does not name, does not match.
  if v_payment.method <> 'online' or p_provider_reference is null
    or (v_payment.provider_reference not like 'cs\_%' and v_payment.provider_reference <> p_provider_reference) then
    return 'reference_mismatch';
  elsif v_payment.amount_minor is distinct from p_amount_minor or v_payment.currency is distinct from upper(p_currency) then
    return 'amount_mismatch';
  elsif v_payment.status = 'succeeded' then
    return 'already_settled';
  end if;
  update public.payments p
  set status = 'succeeded', settled_at = now(), provider_reference = p_provider_reference, failure_code = null,
      tip_minor = private.tip_part(v_order, p.amount_minor)
  where p.id = p_payment_id returning * into v_payment;
  perform private.post_settlement(v_order, v_payment);
  if v_payment.destination is not null then
    perform private.post_transfer(v_payment);
  end if;
  if v_payment.is_excess then
    perform private.request_refund(v_payment, v_payment.amount_minor, 'paid a share that was paid', null);
    return 'refunded_paid_share';
  end if;
  select * into v_order from public.orders o where o.id = v_order.id;

  if v_order.status in ('cancelled', 'expired') and not private.can_be_revived(v_order) then
    perform private.request_refund(v_payment, v_payment.amount_minor, 'paid after the order was ' || v_order.status, null);
    return 'refunded_closed_order';
  end if;
  if v_order.paid_minor > v_order.total_minor then
    perform private.request_refund(v_payment, least(v_payment.amount_minor, v_order.paid_minor - v_order.total_minor), 'paid more than was due', null);
  end if;
  if v_order.status in ('pending_payment', 'expired') and v_order.paid_minor >= v_order.total_minor then
    perform private.transition_order(v_order, 'placed', row('provider', null), case v_order.status when 'expired' then 'paid late' else 'paid' end);
  end if;
  if v_order.paid_minor >= v_order.total_minor then
    -- Others may be about to pay a share, or the whole.
    perform private.abandon_payments(v_order);
  end if;
  return 'settled';
end $$;
comment on function private.settle_payment(uuid, text, bigint, text) is
  'The provider says an online payment succeeded. Books it once; sends a paid order to the kitchen, a late one if '
  'the venue wants that; refunds what came too late or too much. Returns settled, already_settled, refunded_closed_order, refunded_paid_share, or why nothing was applied: unknown_payment, '
  'reference_mismatch, amount_mismatch.';

create function private.abandon_payments(p_order public.orders, p_share_id uuid default null) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_payment public.payments;
begin
  for v_payment in
    select * from public.payments p
    where p.venue_id = p_order.venue_id and p.order_id = p_order.id and p.status in ('reserved', 'pending')
      and (p_share_id is null or p.share_id = p_share_id)
    order by p.id for no key update
  loop
    -- The provider must be asked even for a reserved payment: the call that creates it may be under way.
    perform private.emit('payment.cancel_requested', jsonb_build_object('payment_id', v_payment.id));
  end loop;
end $$;
comment on function private.abandon_payments(public.orders, uuid) is
  'Asks the provider to cancel the open online payments of an order, or of one of its shares, that will not be cooked, or is paid.';
