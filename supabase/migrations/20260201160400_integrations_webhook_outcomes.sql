-- What becomes of a delivery: it arrived, is tried again, or is given up, and an endpoint that takes nothing for days is
-- switched off. Then the owner's own hand: trying an endpoint, and sending again.

create function public.settle_webhook(
  p_job_id bigint, p_attempt integer, p_response_status integer default null, p_latency_ms integer default null, p_failure text default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_attempts constant integer := private.require_queue('webhooks');
  v_failure constant text := coalesce(p_failure, case
    when p_response_status between 200 and 299 then null when p_response_status between 300 and 399 then 'redirect' else 'answer' end);
  v_endpoint public.webhook_endpoints;
  v_job record;
  v_delivery_id uuid;
  v_delay integer;
begin
  select e.* into v_endpoint from pgmq.q_webhooks q join public.webhook_endpoints e on e.id::text = q.message #>> '{payload,endpoint_id}'
  where q.msg_id = p_job_id for no key update of e;
  select q.read_ct, q.message into v_job from pgmq.q_webhooks q where q.msg_id = p_job_id for update;
  if v_job.message is null or v_job.read_ct is distinct from p_attempt then
    perform private.fail('job_not_found', 'the delivery is gone, or another worker has it');
  end if;
  v_delivery_id := v_job.message #>> '{payload,delivery_id}';
  update public.webhook_deliveries d set attempts = d.attempts + 1, response_status = p_response_status, latency_ms = p_latency_ms where d.id = v_delivery_id;
  if v_failure is null then
    perform private.end_webhook(p_job_id, v_delivery_id, 'delivered', null);
    if v_endpoint.failures > 0 then
      update public.webhook_endpoints e set failures = 0, failing_since = null where e.id = v_endpoint.id;
    end if;
    return jsonb_build_object('status', 'delivered');
  end if;
  update public.webhook_endpoints e set failures = e.failures + 1, failing_since = coalesce(e.failing_since, now())
  where e.id = v_endpoint.id returning * into v_endpoint;
  if p_response_status = 410 or v_job.read_ct >= v_attempts then
    perform private.end_webhook(p_job_id, v_delivery_id, 'failed', v_failure);
  else
    v_delay := private.retry_delay(v_job.read_ct, 28800);
    perform pgmq.set_vt('webhooks', p_job_id, v_delay);
    update public.webhook_deliveries d set failure = v_failure, next_attempt_at = now() + make_interval(secs => v_delay), sending_until = null
    where d.id = v_delivery_id;
  end if;
  if p_response_status = 410 or (v_endpoint.failures >= 10 and v_endpoint.failing_since <= now() - interval '5 days') then
    perform private.switch_webhook_off(v_endpoint, case p_response_status when 410 then 'gone' else 'failing' end);
  end if;
  return (
    select jsonb_build_object('status', d.status) || case when d.status = 'pending' then jsonb_build_object('retry_in_seconds', v_delay) else '{}' end
    from public.webhook_deliveries d where d.id = v_delivery_id);
end $$;
comment on function public.settle_webhook(bigint, integer, integer, integer, text) is
  'Notes what became of an attempt: the status of the answer, or p_failure (address, connection, timeout, answer) when there was none. 2xx is delivered; '
  'everything else is tried again, 20 times in all with up to 8 hours between two tries, and then failed. 410, or ten failures over five '
  'days without a success, switch the endpoint off. p_attempt as claimed. For workers only. Returns {status, retry_in_seconds?}. Definer: the '
  'service role has neither queues nor tables. Errors: job_not_found.';
grant execute on function public.settle_webhook(bigint, integer, integer, integer, text) to service_role;

create function private.switch_webhook_off(p_endpoint public.webhook_endpoints, p_because text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.cancel_webhook_deliveries(p_endpoint.id);
  update public.webhook_endpoints e set is_enabled = false, disabled_because = p_because where e.id = p_endpoint.id;
  -- A mail is written in the language of a venue; an organisation without one has had nothing to tell.
  perform private.notify_members('webhook_disabled', 'integrations.manage', v.id, to_jsonb(p_endpoint.id))
  from public.venues v where v.organisation_id = p_endpoint.organisation_id and (p_endpoint.venue_id is null or v.id = p_endpoint.venue_id)
  order by v.created_at, v.id limit 1;
end $$;
comment on function private.switch_webhook_off(public.webhook_endpoints, text) is
  'Switches off an endpoint that the caller has locked, takes back what waits for it, and has the owners told by mail.';

create function private.webhook_disabled_mail(p_notice_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_mail jsonb := private.notice_mail(p_notice_id, 'webhook_disabled', 'integrations.manage');
begin
  return (
    -- The host alone: the rest of an address may hold what opens it.
    select v_mail - '{about,venue_id}'::text[] || jsonb_build_object('host', substring(e.url from '^https://([^/?]+)'), 'failing_since', e.failing_since,
      'because', e.disabled_because)
    from public.webhook_endpoints e where to_jsonb(e.id) = v_mail -> 'about' and not e.is_enabled and e.disabled_because <> 'by_hand');
end $$;
comment on function private.webhook_disabled_mail(uuid) is 'What a notice of an endpoint that was switched off says; null when it is on again, or gone.';

create function public.send_test_webhook(p_endpoint_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint public.webhook_endpoints := private.lock_webhook_endpoint(p_endpoint_id);
  v_event_id constant uuid := gen_random_uuid();
  v_delivery public.webhook_deliveries;
begin
  perform private.require_feature(v_endpoint.organisation_id, 'integrations');
  if not v_endpoint.is_enabled then
    perform private.fail('webhook_endpoint_disabled');
  end if;
  perform private.take_rate_limit('webhook_by_hand', v_endpoint.organisation_id, 30);
  insert into public.webhook_events (id, organisation_id, venue_id, type, sequence, data, created_at)
  values (v_event_id, v_endpoint.organisation_id, null, 'webhook.test', nextval('private.webhook_sequence'),
    jsonb_build_object('endpoint_id', v_endpoint.id), now());
  insert into public.webhook_deliveries (organisation_id, endpoint_id, event_id) values (v_endpoint.organisation_id, v_endpoint.id, v_event_id)
  returning * into v_delivery;
  perform private.send_webhook(v_delivery), private.wake_worker();
  return jsonb_build_object('delivery_id', v_delivery.id, 'event_id', v_event_id);
end $$;
comment on function public.send_test_webhook(uuid) is
  'Sends the event webhook.test to an endpoint, whatever it has chosen; at most 30 tests and repeats a minute and organisation. Needs integrations.manage '
  'for the whole organisation, and integrations in the plan. Returns {delivery_id, event_id}; the delivery says what became of it. Definer: clients write '
  'no deliveries. Errors: not_authenticated, webhook_endpoint_not_found, permission_denied, subscription_inactive, entitlement_exceeded, webhook_endpoint_disabled, rate_limited.';
grant execute on function public.send_test_webhook(uuid) to authenticated;

create function public.redeliver_webhook(p_delivery_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_delivery public.webhook_deliveries;
  v_endpoint public.webhook_endpoints;
begin
  perform private.require_user();
  select d.* into v_delivery from public.webhook_deliveries d where d.id = p_delivery_id and d.organisation_id = any (private.my_organisations());
  if not found then
    perform private.fail('webhook_delivery_not_found');
  end if;
  v_endpoint := private.lock_webhook_endpoint(v_delivery.endpoint_id);
  perform private.require_feature(v_endpoint.organisation_id, 'integrations');
  if not v_endpoint.is_enabled then
    perform private.fail('webhook_endpoint_disabled');
  end if;
  perform private.take_rate_limit('webhook_by_hand', v_endpoint.organisation_id, 30);
  update public.webhook_deliveries d set status = 'pending', next_attempt_at = now(), finished_at = null
  where d.id = p_delivery_id and d.status <> 'pending' returning * into v_delivery;
  if not found then
    perform private.fail('webhook_delivery_pending');
  end if;
  perform private.send_webhook(v_delivery), private.wake_worker();
  return jsonb_build_object('delivery_id', v_delivery.id, 'event_id', v_delivery.event_id);
end $$;
comment on function public.redeliver_webhook(uuid) is
  'Sends a delivery that has arrived, failed or been cancelled once more, under the same event id, with as many attempts as the first time; at most 30 '
  'tests and repeats a minute and organisation. Needs integrations.manage for the whole organisation, and integrations in the plan. Returns {delivery_id, '
  'event_id}. Definer: clients write no deliveries. Errors: not_authenticated, webhook_delivery_not_found, webhook_endpoint_not_found, permission_denied, subscription_inactive, '
  'entitlement_exceeded, webhook_endpoint_disabled, webhook_delivery_pending, rate_limited.';
grant execute on function public.redeliver_webhook(uuid) to authenticated;

create function private.overdue_webhooks() returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('length', count(*), 'oldest_seconds', coalesce(max(extract(epoch from clock_timestamp() - q.vt))::integer, 0))
  from pgmq.q_webhooks q join public.webhook_endpoints e on e.id::text = q.message #>> '{payload,endpoint_id}'
  where q.vt <= clock_timestamp() and not exists (
    select from public.webhook_deliveries d where d.endpoint_id = e.id and d.sending_until > clock_timestamp())
$$;
comment on function private.overdue_webhooks() is
  'Deliveries that are due while nobody sends anything to their endpoint, {length, oldest_seconds}: what is late by our fault. Those '
  'that wait behind a slow receiver, or for another try, are not.';

insert into private.personal_data (table_name, column_name, subject, identifies) values
  ('public.webhook_events', 'data', 'nobody', null); -- ids, statuses and amounts
