-- What contradicts the books is kept, told, and decided by a person: from a closed list, with a reason, on record.

insert into private.errors (code, http_status, meaning, remedy) values
  ('provider_event_not_found', 404, 'There is no such provider event in your books.', 'List the quarantined events again.'),
  ('provider_event_not_open', 409, 'The provider event is not in quarantine (any more).', 'Nothing: somebody resolved it, or it never needed anybody.'),
  ('resolution_not_applicable', 409, 'This resolution does not fit the event: the details say why.', 'Choose another of apply, book, refund and dismiss.');

create function private.tell_of_trouble(p_kind text, p_order public.orders, p_amount_minor bigint) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.notify_members('payment_trouble', 'analytics.read', p_order.venue_id,
    jsonb_build_object('kind', p_kind, 'order_number', p_order.number, 'amount_minor', p_amount_minor));
end $$;
comment on function private.tell_of_trouble(text, public.orders, bigint) is
  'Has those who may see a venue''s figures told of money that needs a person: event_quarantined, refund_failed, dispute_opened, '
  'dispute_won or dispute_lost.';

create function private.payment_trouble_mail(p_notice_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select m.mail - '{about,venue_id}'::text[] || (m.mail -> 'about')
  from (select private.notice_mail(p_notice_id, 'payment_trouble', 'analytics.read') as mail) m
$$;
comment on function private.payment_trouble_mail(uuid) is 'What a notice of trouble with a payment says: what it is, the order''s number and the amount.';

create function private.quarantine(p_event private.provider_events) returns private.provider_events
language plpgsql volatile set search_path = '' as $$
declare
  v_event private.provider_events;
  v_object constant jsonb := p_event.payload #> '{data,object}';
  v_order public.orders;
begin
  select o.* into v_order
  from public.payments p join public.orders o on o.venue_id = p.venue_id and o.id = p.order_id
  where p.id = private.metadata_uuid(v_object, 'payment_id')
    or (p.provider = p_event.provider and p.provider_reference in (v_object ->> 'payment_intent', v_object ->> 'id'))
  order by p.id = private.metadata_uuid(v_object, 'payment_id') desc nulls last limit 1;
  update private.provider_events e set status = 'quarantined', venue_id = v_order.venue_id
  where e.provider = p_event.provider and e.event_id = p_event.event_id returning * into v_event;
  perform private.alert_operators(jsonb_build_object('kind', 'event_quarantined', 'event_id', v_event.event_id, 'type', v_event.type, 'outcome', v_event.outcome));
  if v_order.id is not null then
    perform private.tell_of_trouble('event_quarantined', v_order,
      case when v_object ->> 'amount' ~ '^[0-9]{1,15}$' then (v_object ->> 'amount')::bigint else v_order.total_minor end);
  end if;
  return v_event;
end $$;
comment on function private.quarantine(private.provider_events) is 'Keeps an event for a person, and has the operators and the people of its venue told; readiness reports it, too.';

create function private.sweep_events() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_event private.provider_events;
  v_swept integer := 0;
begin
  -- No row is locked before its order is: what settles a payment comes the same way.
  for v_event in
    select * from private.provider_events e where e.status = 'deferred' and e.received_at < now() - interval '1 minute'
    order by e.received_at, e.event_id limit 100
  loop
    v_event := private.take_effect(v_event);
    if v_event.status <> 'deferred' then
      v_swept := v_swept + 1;
    elsif v_event.received_at < now() - interval '1 hour' then
      update private.provider_events e set outcome = 'unknown_payment' where e.provider = v_event.provider and e.event_id = v_event.event_id;
      perform private.quarantine(v_event);
      v_swept := v_swept + 1;
    end if;
  end loop;
  return v_swept;
end $$;
comment on function private.sweep_events() is
  'Clock, every minute: applies what waits for its payment if that is paid now; what has waited for an hour is for a person. '
  'Returns how many wait no longer.';

create function public.list_quarantined_events(p_organisation_id uuid default null, p_limit integer default 50) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  if auth.role() is distinct from 'service_role' then
    perform private.require_organisation('analytics.read', p_organisation_id);
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object('event_id', e.event_id, 'type', e.type, 'outcome', e.outcome, 'venue_id', e.venue_id,
      'created_at', e.created_at, 'received_at', e.received_at, 'object', e.payload #> '{data,object}') order by e.received_at, e.event_id), '[]')
    from (
      select q.* from private.provider_events q
      where q.status = 'quarantined'
        and (p_organisation_id is null or q.venue_id in (select v.id from public.venues v where v.organisation_id = p_organisation_id))
      order by q.received_at, q.event_id limit least(greatest(p_limit, 1), 500)) e);
end $$;
comment on function public.list_quarantined_events(uuid, integer) is
  'Up to p_limit (1-500) provider events that contradict the books, oldest first: [{event_id, type, outcome, venue_id, created_at, '
  'received_at, object}]. Members name an organisation and need analytics.read for all of it; the secret key may leave it out, and '
  'sees those that belong to nobody, too. Definer: the inbox is not readable by clients. Errors: not_authenticated, permission_denied.';
grant execute on function public.list_quarantined_events(uuid, integer) to authenticated, service_role;

create function private.resolve_by_applying(p_event private.provider_events) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_event private.provider_events := private.take_effect(p_event);
begin
  if v_event.status not in ('applied', 'ignored') then
    perform private.fail('resolution_not_applicable', 'it still is ' || v_event.outcome);
  end if;
end $$;
comment on function private.resolve_by_applying(private.provider_events) is 'Applies an event that was in quarantine, or refuses. Errors: resolution_not_applicable.';

create function public.resolve_provider_event(p_event_id text, p_resolution text, p_reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_event private.provider_events;
  v_object jsonb;
begin
  if auth.role() is distinct from 'service_role' then
    perform private.require_user();
  end if;
  select * into v_event from private.provider_events e
  where e.provider = 'stripe' and e.event_id = p_event_id
    and (auth.role() = 'service_role' or e.venue_id = any (private.venues_with('orders.read'))) for no key update;
  if not found then
    perform private.fail('provider_event_not_found');
  elsif auth.role() is distinct from 'service_role' then
    perform private.require_venue('orders.cancel', v_event.venue_id);
  end if;
  v_object := v_event.payload #> '{data,object}';
  if v_event.status = 'resolved' and v_event.resolution = p_resolution then
    return jsonb_build_object('event_id', p_event_id, 'resolution', p_resolution, 'outcome', v_event.outcome);
  elsif v_event.status <> 'quarantined' then
    perform private.fail('provider_event_not_open', 'it is ' || v_event.status);
  elsif length(trim(coalesce(p_reason, ''))) not between 1 and 280 then
    perform private.fail('invalid_input', 'p_reason: 1 to 280 characters');
  elsif p_resolution in ('book', 'refund') and v_event.type <> 'payment_intent.succeeded' then
    perform private.fail('resolution_not_applicable', 'only a payment that succeeded is booked or refunded');
  end if;
  case p_resolution
    when 'apply' then
      perform private.resolve_by_applying(v_event);
    when 'book' then
      if v_event.outcome <> 'amount_mismatch' then
        perform private.fail('resolution_not_applicable', 'there is no difference to book');
      end if;
      -- What was charged is what was paid: a rest stays due, what is too much goes back.
      perform 1 from public.orders o join public.payments p on p.venue_id = o.venue_id and p.order_id = o.id
      where p.id = private.metadata_uuid(v_object, 'payment_id') for no key update of o;
      update public.payments p set amount_minor = (v_object ->> 'amount_received')::bigint,
        application_fee_minor = least(p.application_fee_minor, (v_object ->> 'amount_received')::bigint)
      where p.id = private.metadata_uuid(v_object, 'payment_id') and p.status <> 'succeeded' and p.currency = upper(v_object ->> 'currency')
        and v_object ->> 'amount_received' ~ '^[1-9][0-9]{0,14}$';
      perform private.resolve_by_applying(v_event);
    when 'refund' then
      if coalesce(v_object ->> 'id', '') !~ '^pi_' or exists (
        select 1 from public.payments p where p.provider = 'stripe' and p.provider_reference = v_object ->> 'id' and p.status = 'succeeded') then
        perform private.fail('resolution_not_applicable', 'it is in the books: refund the payment');
      end if;
      update public.payments p set status = 'canceled'
      where p.provider = 'stripe' and p.provider_reference = v_object ->> 'id' and p.status in ('reserved', 'pending');
      perform private.emit('charge.refund_requested', jsonb_build_object('event_id', p_event_id, 'payment_reference', v_object ->> 'id')
        || case when v_object #>> '{transfer_data,destination}' is not null then '{"reverses_transfer": true}' else '{}' end::jsonb);
    when 'dismiss' then
      null;
    else
      perform private.fail('invalid_input', 'p_resolution: apply, book, refund or dismiss');
  end case;
  update private.provider_events e
  set status = 'resolved', resolution = p_resolution, resolution_reason = trim(p_reason), resolved_by = auth.uid(), resolved_at = now()
  where e.provider = v_event.provider and e.event_id = v_event.event_id returning * into v_event;
  insert into private.audit_events (organisation_id, venue_id, actor_id, actor_role, action, table_name, after, trace_id)
  values ((select v.organisation_id from public.venues v where v.id = v_event.venue_id), v_event.venue_id, auth.uid(), auth.role(), 'update', 'provider_events',
    jsonb_build_object('event_id', p_event_id, 'resolution', p_resolution, 'reason', v_event.resolution_reason, 'outcome', v_event.outcome), private.trace_id());
  return jsonb_build_object('event_id', p_event_id, 'resolution', p_resolution, 'outcome', v_event.outcome);
end $$;
comment on function public.resolve_provider_event(text, text, text) is
  'Ends the quarantine of a provider event, with a reason, on record. p_resolution: apply (what was wrong has been put right, take '
  'it as it is), book (another amount was charged than was asked: what was charged counts, a rest stays due, what is too much goes '
  'back), refund (the charge is in no books: the provider gives it back), dismiss (nothing needs doing). Members need orders.cancel '
  'at the event''s venue; the secret key resolves every event. Returns {event_id, resolution, outcome}; a repeat returns the same. '
  'Definer: the inbox is not writable by clients. Errors: not_authenticated, provider_event_not_found, permission_denied, '
  'subscription_inactive, provider_event_not_open, resolution_not_applicable, invalid_input.';
grant execute on function public.resolve_provider_event(text, text, text) to authenticated, service_role;
