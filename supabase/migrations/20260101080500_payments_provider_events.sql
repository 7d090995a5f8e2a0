-- The provider's events arrive twice, late, out of order or never. An event is stored and applied in one transaction:
-- the primary key makes it count once, and an effect that fails leaves no event behind, so the provider sends it again.

create table private.provider_events (
  provider text not null,
  event_id text not null,
  type text not null,
  status text not null,
  outcome text not null,
  payload jsonb not null,
  created_at timestamptz not null,
  received_at timestamptz not null default now(),
  trace_id text,
  venue_id uuid references public.venues on delete cascade,
  resolution text,
  resolution_reason text,
  resolved_by uuid,
  resolved_at timestamptz,
  primary key (provider, event_id),
  constraint provider_is_known check (provider in ('stripe')),
  constraint status_is_known check (status in ('applied', 'ignored', 'deferred', 'quarantined', 'resolved')),
  constraint resolution_is_known check (resolution in ('apply', 'book', 'refund', 'dismiss')),
  constraint resolved_means_how_why_and_when check ((status = 'resolved') = (num_nonnulls(resolution, resolution_reason, resolved_at) = 3))
);
comment on table private.provider_events is 'Inbox of verified provider events, with what each led to.';
comment on column private.provider_events.status is 
  'applied; ignored: needs nothing; deferred: about a payment that has not been reported as paid yet, applied when it is; '
  'quarantined: contradicts the books, a person must look; resolved: a person has.';
comment on column private.provider_events.venue_id is 'Whose books a quarantined event is about, where that is known.';
comment on column private.provider_events.outcome is 'What was done, or why nothing was.';
comment on column private.provider_events.payload is 'The event without the personal data that came with it.';
comment on column private.provider_events.created_at is 'The provider''s clock.';
create index quarantined_provider_events on private.provider_events (received_at) where status = 'quarantined';
create index deferred_provider_events on private.provider_events ((payload #>> '{data,object,payment_intent}')) where status = 'deferred';
create index provider_events_by_venue on private.provider_events (venue_id) where venue_id is not null;
create index provider_events_by_age on private.provider_events (received_at);

create function private.metadata_uuid(p_object jsonb, p_key text) returns uuid
language sql immutable set search_path = '' as $$
  select case when p_object #>> array['metadata', p_key] ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'
    then (p_object #>> array['metadata', p_key])::uuid end
$$;
comment on function private.metadata_uuid(jsonb, text) is 'An id that Servio gave the provider as metadata, or null.';

create function private.apply_refund_event(p_object jsonb) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_status text := case p_object ->> 'status' when 'succeeded' then 'succeeded' when 'failed' then 'failed' when 'canceled' then 'failed' else 'pending' end;
  v_amount constant bigint := p_object ->> 'amount';
  v_refund uuid;
  v_settled text;
  v_matches boolean;
  v_payment public.payments;
begin
  if exists (select 1 from private.provider_events e where e.provider = 'stripe' and e.event_id = p_object #>> '{metadata,orphan_of}' and e.resolution = 'refund') then
    -- Money that never came into the books has left the provider, too.
    return 'orphan_refunded';
  end if;
  -- The order's lock before the question whether the refund is known: of two events about a refund that is new to us,
  -- the second finds what the first has made.
  select p.* into v_payment from public.refunds r join public.payments p on p.venue_id = r.venue_id and p.id = r.payment_id
  where r.id = private.metadata_uuid(p_object, 'refund_id') or r.provider_reference = p_object ->> 'id';
  if not found then
    select * into v_payment from public.payments p where p.provider = 'stripe' and p.provider_reference = p_object ->> 'payment_intent';
  end if;
  perform 1 from public.orders o where o.venue_id = v_payment.venue_id and o.id = v_payment.order_id for no key update;
  select * into v_payment from public.payments p where p.id = v_payment.id;
  select r.id, (r.amount_minor, p.currency) is not distinct from (v_amount, upper(p_object ->> 'currency')), r.status
  into v_refund, v_matches, v_settled
  from public.refunds r join public.payments p on p.venue_id = r.venue_id and p.id = r.payment_id
  where r.id = private.metadata_uuid(p_object, 'refund_id') or r.provider_reference = p_object ->> 'id';
  if not v_matches then
    return 'refund_mismatch';
  elsif v_status = 'failed' and v_settled = 'succeeded' then
    return private.undo_refund(v_refund, coalesce(p_object ->> 'failure_reason', 'failed'));
  elsif v_refund is null then
    -- Made in the provider's dashboard: it becomes a refund of ours, if the books allow it.
    if v_payment.id is null or v_payment.status <> 'succeeded' then
      return 'payment_not_settled';
    elsif v_payment.currency is distinct from upper(p_object ->> 'currency') then
      return 'refund_mismatch';
    end if;
    insert into public.refunds (venue_id, payment_id, amount_minor, reason, status, provider_reference)
    select v_payment.venue_id, v_payment.id, v_amount, 'refunded at the provider', 'pending', p_object ->> 'id'
    from public.payments p
    where p.id = v_payment.id and p.refund_claimed_minor + v_amount <= p.amount_minor
    on conflict (provider_reference) do nothing returning id into v_refund;
    if v_refund is null then
      return 'refund_exceeds_payment';
    end if;
    update public.payments p set refund_claimed_minor = p.refund_claimed_minor + v_amount where p.id = v_payment.id;
    if v_payment.destination is not null and p_object ->> 'transfer_reversal' is not null then
      update public.refunds r set reverses_transfer = private.claim_reversal(v_payment.id, v_amount) where r.id = v_refund;
    end if;
  end if;
  return 'refund_' || private.settle_refund(v_refund, v_status, p_object ->> 'id', p_object ->> 'failure_reason');
end $$;
comment on function private.apply_refund_event(jsonb) is
  'Applies the provider''s refund object, whether asked for here or made in its dashboard. Returns refund_<status> or why not.';

create function private.apply_provider_event(p_type text, p_object jsonb, p_at timestamptz) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_payment uuid := private.metadata_uuid(p_object, 'payment_id');
begin
  case p_type
    when 'payment_intent.succeeded' then
      if v_payment is null then
        return 'not_ours';
      end if;
      return private.settle_payment(v_payment, p_object ->> 'id', (p_object ->> 'amount_received')::bigint, p_object ->> 'currency');
    when 'charge.refunded' then
      -- The refund has events of its own; what this one may be the first to say is that the charge was paid.
      if v_payment is null then
        return 'not_ours';
      end if;
      return private.settle_payment(v_payment, p_object ->> 'payment_intent', (p_object ->> 'amount_captured')::bigint, p_object ->> 'currency');
    when 'payment_intent.payment_failed' then
      update public.payments p
      set failure_code = coalesce(p_object #>> '{last_payment_error,decline_code}', p_object #>> '{last_payment_error,code}', 'declined')
      where p.id = v_payment and p.status in ('reserved', 'pending');
      return case when found then 'payment_declined' else 'not_ours' end;
    when 'payment_intent.canceled' then
      update public.payments p set status = 'canceled' where p.id = v_payment and p.status in ('reserved', 'pending');
      return case when found then 'payment_canceled' else 'not_ours' end;
    when 'refund.created', 'refund.updated', 'refund.failed' then
      return private.apply_refund_event(p_object);
    when 'charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed', 'charge.dispute.funds_withdrawn', 'charge.dispute.funds_reinstated' then
      return private.apply_dispute_event(p_object, p_at);
    when 'customer.subscription.created', 'customer.subscription.updated', 'customer.subscription.deleted', 'customer.subscription.paused',
      'customer.subscription.resumed', 'customer.subscription.trial_will_end', 'invoice.paid', 'invoice.payment_failed', 'checkout.session.completed' then
      return private.note_subscription_event(p_object);
    when 'account.updated' then
      return private.note_account_event(p_object);
    else
      return 'type_not_handled';
  end case;
end $$;
comment on function private.apply_provider_event(text, jsonb, timestamptz) is
  'The effect of one event on the books, as the provider''s clock dates it. Returns what was done or why nothing was.';

create function private.take_effect(p_event private.provider_events, p_livemode boolean default null) returns private.provider_events
language plpgsql volatile set search_path = '' as $$
declare
  v_event private.provider_events;
  v_object constant jsonb := p_event.payload #> '{data,object}';
  v_outcome text;
begin
  begin
    v_outcome := case
      when p_event.payload ->> 'account' is not null and p_event.type <> 'account.updated' then 'other_account'
      when p_event.payload -> 'livemode' <> to_jsonb(p_livemode) then 'other_mode'
      else private.apply_provider_event(p_event.type, v_object, p_event.created_at) end;
  exception when data_exception or check_violation or not_null_violation then
    -- An amount that is no number comes out the same on every repeat: kept for a person instead of sent for three days.
    v_outcome := 'malformed';
  end;
  update private.provider_events e
  set outcome = v_outcome, status = case
    when v_outcome = 'payment_not_settled' then 'deferred'
    when v_outcome in ('unknown_payment', 'reference_mismatch', 'amount_mismatch', 'refund_mismatch', 'refund_exceeds_payment', 'dispute_mismatch', 'malformed') then 'quarantined'
    when v_outcome in ('not_ours', 'type_not_handled', 'already_settled', 'refund_already_settled', 'other_account', 'other_mode') then 'ignored'
    else 'applied' end
  where e.provider = p_event.provider and e.event_id = p_event.event_id returning * into v_event;
  if v_event.status = 'quarantined' then
    return private.quarantine(v_event);
  elsif v_outcome in ('settled', 'refunded_closed_order', 'refunded_paid_share') then
    perform private.apply_deferred_events(coalesce(v_object ->> 'payment_intent', v_object ->> 'id'));
  end if;
  return v_event;
end $$;
comment on function private.take_effect(private.provider_events, boolean) is
  'Applies a stored event to the books and notes what came of it. Not applied: events of connected accounts, except that one has changed, and of the other '
  'mode (p_livemode: the one worked in).';

create function private.apply_deferred_events(p_reference text) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_event private.provider_events;
begin
  for v_event in
    select * from private.provider_events e
    where e.status = 'deferred' and e.payload #>> '{data,object,payment_intent}' = p_reference order by e.created_at, e.event_id
  loop
    perform private.take_effect(v_event);
  end loop;
end $$;
comment on function private.apply_deferred_events(text) is 'Applies what came before its payment was reported as paid, in the order in which it happened.';

create function public.record_provider_event(
  p_provider text, p_event_id text, p_type text, p_created_at timestamptz, p_payload jsonb, p_livemode boolean default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_event private.provider_events;
begin
  -- A second delivery waits here for the first, and then finds its row.
  insert into private.provider_events (provider, event_id, type, status, outcome, payload, created_at, trace_id)
  values (p_provider, p_event_id, p_type, 'ignored', 'recorded', private.without_personal_data(p_payload), p_created_at, private.trace_id())
  on conflict on constraint provider_events_pkey do nothing returning * into v_event;
  if not found then
    select * into v_event from private.provider_events e where e.provider = p_provider and e.event_id = p_event_id;
    return jsonb_build_object('event_id', p_event_id, 'duplicate', true, 'status', v_event.status, 'outcome', v_event.outcome);
  end if;
  v_event := private.take_effect(v_event, p_livemode);
  return jsonb_build_object('event_id', p_event_id, 'duplicate', false, 'status', v_event.status, 'outcome', v_event.outcome);
exception when check_violation or not_null_violation then
  perform private.fail('invalid_input', 'the event is not of the provider''s form');
  return null;
end $$;
comment on function public.record_provider_event(text, text, text, timestamptz, jsonb, boolean) is
  'Stores a verified provider event and applies its effect in the same transaction, once. For the webhook functions only. '
  'p_livemode is the mode this deployment works in: events of the other mode, and of connected accounts, are stored and ignored. '
  'Returns {event_id, duplicate, status: applied | ignored | deferred | quarantined, outcome}. May meet a deadlock or a lock '
  'timeout: the provider repeats. Definer: the service role has no table access. Errors: invalid_input.';
grant execute on function public.record_provider_event(text, text, text, timestamptz, jsonb, boolean) to service_role;
