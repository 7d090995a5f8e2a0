-- Which changes are events. Each trigger asks first whether an endpoint wants to know: where nobody does, that is what
-- webhooks cost. Orders are asked about by the trigger that broadcasts them.

create function private.tell_of_order(p_order public.orders, p_status_before text, p_payment_status_before text) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_data constant jsonb := jsonb_build_object('order_id', p_order.id, 'number', p_order.number, 'business_date', p_order.business_date, 'status', p_order.status,
    'payment_status', p_order.payment_status, 'source', p_order.source, 'fulfilment', p_order.fulfilment, 'payment_mode', p_order.payment_mode, 'table_id', p_order.table_id,
    'currency', p_order.currency, 'total_minor', p_order.total_minor, 'paid_minor', p_order.paid_minor, 'refunded_minor', p_order.refunded_minor);
begin
  if p_order.status is distinct from p_status_before and p_order.status <> 'pending_payment' then
    perform private.tell_webhooks(p_order.organisation_id, p_order.venue_id, 'order.' || p_order.status, v_data);
  end if;
  if p_order.payment_status = 'paid' and p_payment_status_before is distinct from 'paid' then
    perform private.tell_webhooks(p_order.organisation_id, p_order.venue_id, 'order.paid', v_data);
  end if;
end $$;
comment on function private.tell_of_order(public.orders, text, text) is
  'An order that has come to another status, or is paid, is an event. Called by the trigger that broadcasts orders, of organisations with an endpoint.';

create function private.tell_of_payment() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.tell_webhooks(new.organisation_id, new.venue_id, 'payment.succeeded', jsonb_build_object('payment_id', new.id, 'order_id', new.order_id,
    'method', new.method, 'currency', new.currency, 'amount_minor', new.amount_minor, 'tip_minor', new.tip_minor));
  return null;
end $$;
comment on function private.tell_of_payment() is 'Trigger: a payment that was settled is an event. Definer, because whoever pays or refunds knows no endpoints.';
create trigger tell_webhooks_of_new after insert on public.payments for each row
  when (new.status = 'succeeded' and new.method <> 'write_off') execute function private.tell_of_payment();
create trigger tell_webhooks_of_change after update on public.payments for each row
  when (old.status <> 'succeeded' and new.status = 'succeeded') execute function private.tell_of_payment();

create function private.tell_of_refund() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.tell_webhooks(p.organisation_id, p.venue_id, 'refund.' || new.status, jsonb_build_object('refund_id', new.id, 'payment_id', p.id,
    'order_id', p.order_id, 'method', p.method, 'currency', p.currency, 'amount_minor', new.amount_minor))
  from public.payments p where p.venue_id = new.venue_id and p.id = new.payment_id;
  return null;
end $$;
comment on function private.tell_of_refund() is 'Trigger: a refund that succeeded or failed is an event. Definer, because whoever pays or refunds knows no endpoints.';
create trigger tell_webhooks_of_new after insert on public.refunds for each row
  when (new.status <> 'pending') execute function private.tell_of_refund();
create trigger tell_webhooks_of_change after update on public.refunds for each row
  when (old.status <> new.status) execute function private.tell_of_refund();
