-- Which changes are events. Each trigger asks first whether the organisation has an endpoint at all: without one, that is
-- what webhooks cost.

create function private.tell_of_order() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_data jsonb;
begin
  if not exists (select from public.webhook_endpoints e where e.organisation_id = new.organisation_id and e.is_enabled) then
    return null;
  end if;
  v_data := jsonb_build_object('order_id', new.id, 'number', new.number, 'business_date', new.business_date, 'status', new.status,
    'payment_status', new.payment_status, 'source', new.source, 'fulfilment', new.fulfilment, 'payment_mode', new.payment_mode, 'table_id', new.table_id,
    'currency', new.currency, 'total_minor', new.total_minor, 'paid_minor', new.paid_minor, 'refunded_minor', new.refunded_minor);
  if new.status is distinct from old.status and new.status <> 'pending_payment' then
    perform private.tell_webhooks(new.organisation_id, new.venue_id, 'order.' || new.status, v_data);
  end if;
  if new.payment_status = 'paid' and old.payment_status is distinct from 'paid' then
    perform private.tell_webhooks(new.organisation_id, new.venue_id, 'order.paid', v_data);
  end if;
  return null;
end $$;
comment on function private.tell_of_order() is
  'Trigger: an order that has come to another status, or is paid, is an event. Definer, because whoever orders knows no endpoints.';
create trigger tell_webhooks_of_new after insert on public.orders for each row
  when (new.status <> 'pending_payment' or new.payment_status = 'paid') execute function private.tell_of_order();
create trigger tell_webhooks_of_change after update on public.orders for each row
  when (old.status <> new.status or (new.payment_status = 'paid' and old.payment_status <> 'paid')) execute function private.tell_of_order();

create function private.tell_of_payment() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.tell_webhooks(new.organisation_id, new.venue_id, 'payment.succeeded', jsonb_build_object('payment_id', new.id, 'order_id', new.order_id,
    'method', new.method, 'currency', new.currency, 'amount_minor', new.amount_minor, 'tip_minor', new.tip_minor));
  return null;
end $$;
comment on function private.tell_of_payment() is 'Trigger: a payment that was settled is an event. Definer: see tell_of_order.';
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
comment on function private.tell_of_refund() is 'Trigger: a refund that succeeded or failed is an event. Definer: see tell_of_order.';
create trigger tell_webhooks_of_new after insert on public.refunds for each row
  when (new.status <> 'pending') execute function private.tell_of_refund();
create trigger tell_webhooks_of_change after update on public.refunds for each row
  when (old.status <> new.status) execute function private.tell_of_refund();
