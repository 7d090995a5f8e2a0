-- A crossing to the provider is reserve → call → confirm, and whoever carries it may die between any two of these. Each gap
-- is swept by the clock: what has no outcome in time is asked about at the provider, by a job, and confirmed or given up.

-- 12 attempts with at most 15 minutes between them: the provider may be away for an hour.
select private.create_queue('payment_checks', 12);
insert into private.outbox_routes (topic, queue) values
  ('payment.check_requested', 'payment_checks'), ('refund.check_requested', 'payment_checks'), ('charge.refund_requested', 'provider_calls');

create table private.provider_checks (
  kind text not null,
  subject_id uuid not null,
  venue_id uuid not null references public.venues on delete cascade,
  requested_at timestamptz not null default now(),
  answered_at timestamptz,
  primary key (kind, subject_id),
  constraint kind_is_known check (kind in ('payment', 'refund'))
);
comment on table private.provider_checks is 'Payments and refunds without an outcome that the provider is asked about; the job itself is in a queue.';
comment on column private.provider_checks.subject_id is 'The payment, or the refund.';
comment on column private.provider_checks.requested_at is 'After an hour without an answer the job counts as lost, or dead, and is asked for again: it has the effect of running once.';
comment on column private.provider_checks.answered_at is 'When the provider last said that it does not know the outcome either; it is asked again ten minutes later.';
create index provider_checks_by_venue on private.provider_checks (venue_id);
create index provider_checks_by_age on private.provider_checks (requested_at);

create function private.sweep_payments() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_requested integer;
begin
  delete from private.provider_checks c where c.requested_at < now() - interval '1 day';
  with open as (
    -- Longer ago than any function lives: who reserved it is not coming back. It was never shown to a guest.
    select 'payment' as kind, p.id, p.venue_id, 'payment.cancel_requested' as topic, jsonb_build_object('payment_id', p.id) as payload
    from public.payments p where p.method = 'online' and p.status = 'reserved' and p.created_at < now() - interval '2 minutes'
    union all
    select 'payment', p.id, p.venue_id, 'payment.check_requested', jsonb_build_object('payment_id', p.id)
    from public.payments p where p.method = 'online' and p.status = 'pending' and p.created_at < now() - interval '5 minutes'
    union all
    -- A bank may take its time once it has the refund.
    select 'refund', r.id, r.venue_id, 'refund.check_requested', jsonb_build_object('refund_id', r.id, 'payment_reference', p.provider_reference,
      'refund_reference', r.provider_reference, 'amount_minor', r.amount_minor)
      || case when r.reverses_transfer then '{"reverses_transfer": true}' else '{}' end::jsonb
    from public.refunds r join public.payments p on p.venue_id = r.venue_id and p.id = r.payment_id
    where r.status = 'pending' and r.created_at < now() - case when r.provider_reference is null then interval '5 minutes' else interval '1 hour' end
  ), due as (
    select o.* from open o left join private.provider_checks c on c.kind = o.kind and c.subject_id = o.id
    where c.subject_id is null or coalesce(c.answered_at + interval '10 minutes', c.requested_at + interval '1 hour') <= now()
    order by o.kind, o.id limit 500
  ), asked as (
    insert into private.provider_checks as c (kind, subject_id, venue_id) select d.kind, d.id, d.venue_id from due d
    -- Of two sweeps at once the second finds a row that is not due any more.
    on conflict on constraint provider_checks_pkey do update set requested_at = now(), answered_at = null
      where coalesce(c.answered_at + interval '10 minutes', c.requested_at + interval '1 hour') <= now()
    returning c.kind, c.subject_id
  ), sent as (
    insert into private.outbox (topic, payload)
    select d.topic, d.payload from asked a join due d on d.kind = a.kind and d.id = a.subject_id returning 1
  )
  select count(*) into v_requested from sent;
  if v_requested > 0 then
    perform private.wake_worker();
  end if;
  return v_requested;
end $$;
comment on function private.sweep_payments() is
  'Clock, every minute: asks for a job for each payment and refund that has no outcome in time, unless one is under way; at most '
  '500 a run. Returns how many.';

create function public.get_payment_check(p_payment_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_payment public.payments;
begin
  select * into v_payment from public.payments p where p.id = p_payment_id and p.method = 'online';
  if not found then
    perform private.fail('payment_not_found');
  end if;
  return private.payment_json(v_payment) || jsonb_build_object('is_over', v_payment.created_at < now() - interval '30 minutes');
end $$;
comment on function public.get_payment_check(uuid) is
  'What is known of an online payment, before the provider is asked about it. For workers only. Returns {payment_id, status, '
  'amount_minor, currency, provider_reference, order_id, venue_id, created_at, description, is_over}: is_over when the guest has '
  'had half an hour, and the attempt is to be ended. Definer: the service role has no table access. Errors: payment_not_found.';
grant execute on function public.get_payment_check(uuid) to service_role;

create function public.report_payment(
  p_payment_id uuid, p_state text, p_provider_reference text default null, p_amount_minor bigint default null, p_currency text default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_outcome text;
begin
  if coalesce(p_state, '') not in ('open', 'processing', 'dead', 'succeeded') then
    perform private.fail('invalid_input', 'p_state: open, processing, dead or succeeded');
  elsif not exists (select 1 from public.payments p where p.id = p_payment_id and p.method = 'online') then
    perform private.fail('payment_not_found');
  end if;
  case p_state
    when 'succeeded' then
      v_outcome := private.settle_payment(p_payment_id, p_provider_reference, p_amount_minor, p_currency);
      perform private.apply_deferred_events(p_provider_reference);
    when 'dead' then
      update public.payments p set status = 'canceled' where p.id = p_payment_id and p.status in ('reserved', 'pending');
      v_outcome := case when found then 'payment_canceled' else 'already_settled' end;
    else
      v_outcome := p_state;
  end case;
  if p_state in ('succeeded', 'dead') then
    delete from private.provider_checks c where c.kind = 'payment' and c.subject_id = p_payment_id;
  else
    update private.provider_checks c set answered_at = now() where c.kind = 'payment' and c.subject_id = p_payment_id;
  end if;
  return jsonb_build_object('payment_id', p_payment_id, 'outcome', v_outcome);
end $$;
comment on function public.report_payment(uuid, text, text, bigint, text) is
  'What the provider says of a payment when it is asked: open and processing are asked about again, dead gives the payment up, '
  'succeeded has the effect of the event that did not come. For workers only. Returns {payment_id, outcome}; a repeat says '
  'already_settled; unknown_payment, reference_mismatch and amount_mismatch change nothing. Definer: the service role has no table '
  'access. Errors: payment_not_found, invalid_input.';
grant execute on function public.report_payment(uuid, text, text, bigint, text) to service_role;

-- A guest may pay in the minute in which the order expires. Whether the kitchen still cooks is the venue's to say.
alter table public.venues add column revives_late_orders boolean not null default false;
comment on column public.venues.revives_late_orders is
  'An order that expired and is paid after all goes to the kitchen while its business day lasts; otherwise the money goes back.';
grant update (revives_late_orders) on public.venues to authenticated;

create function private.can_be_revived(p_order public.orders) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return p_order.status = 'expired' and p_order.paid_minor - p_order.refunded_minor >= p_order.total_minor
    and exists (
      select 1 from public.venues v
      where v.id = p_order.venue_id and v.revives_late_orders and p_order.business_date = private.business_date(v.timezone, v.day_starts_at))
    -- What it had taken of discounts and points was given back when it expired, perhaps to somebody else.
    and not p_order.has_member
    and not exists (select 1 from public.order_discounts d where d.venue_id = p_order.venue_id and d.order_id = p_order.id)
    and not exists (select 1 from public.table_sessions s where s.venue_id = p_order.venue_id and s.id = p_order.session_id and s.closed_at is not null);
end $$;
comment on function private.can_be_revived(public.orders) is 'Whether an expired order that was paid after all is cooked instead of refunded.';
