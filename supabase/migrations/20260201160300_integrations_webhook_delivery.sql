-- From what happens to what is sent. The transaction in which something happens asks one index whether anybody wants to know
-- and writes one message to the outbox, or nothing. A worker spreads the message: one delivery and one message of the queue
-- "webhooks" for each endpoint. That queue is claimed endpoint by endpoint, so that one who is slow or dead waits alone.

select private.create_queue('webhook_events', 20);
select private.create_queue('webhooks', 20);
insert into private.outbox_routes (topic, queue) values ('webhook.happened', 'webhook_events'), ('webhook.due', 'webhooks');
-- Which endpoints have something in the queue, and what: without this, a claim would read one tenant's backlog to find another's.
create index q_webhooks_by_endpoint on pgmq.q_webhooks ((message #>> '{payload,endpoint_id}'), vt);

create function private.tell_webhooks(p_organisation_id uuid, p_venue_id uuid, p_type text, p_data jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if exists (
    select from public.webhook_endpoints e
    where e.organisation_id = p_organisation_id and e.is_enabled and p_type = any (e.event_types) and (e.venue_id is null or e.venue_id = p_venue_id)
  ) then
    perform private.emit('webhook.happened', jsonb_build_object('id', gen_random_uuid(), 'organisation_id', p_organisation_id, 'venue_id', p_venue_id,
      'type', p_type, 'sequence', nextval('private.webhook_sequence'), 'created_at', now(), 'data', p_data));
  end if;
end $$;
comment on function private.tell_webhooks(uuid, uuid, text, jsonb) is 'Has an event told to the endpoints that want it, if there are any.';

create function private.send_webhook(p_delivery public.webhook_deliveries) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform pgmq.send('webhooks', jsonb_build_object('topic', 'webhook.due', 'trace_id', private.trace_id(),
    'payload', jsonb_build_object('endpoint_id', p_delivery.endpoint_id, 'delivery_id', p_delivery.id)));
end $$;
comment on function private.send_webhook(public.webhook_deliveries) is 'Puts a delivery into the queue; the caller holds a lock of its endpoint.';

create function public.spread_webhook_event(p_event jsonb) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_event public.webhook_events := jsonb_populate_record(null::public.webhook_events, p_event);
  v_endpoints uuid[];
  v_delivery public.webhook_deliveries;
  v_sent integer := 0;
begin
  if v_event.id is null or v_event.organisation_id is null or v_event.sequence is null or v_event.created_at is null or v_event.data is null
    or not exists (select from public.webhook_event_types t where t.type = v_event.type) then
    perform private.fail('invalid_input', 'p_event: {id, organisation_id, venue_id, type, sequence, created_at, data}');
  elsif private.entitlement_limit(v_event.organisation_id, 'integrations') is not distinct from 0 then
    return 0;
  end if;
  -- The venue first, as everywhere: whoever deletes it takes its endpoints along.
  perform 1 from public.venues v where v.id = v_event.venue_id for key share;
  if not found and v_event.venue_id is not null then
    return 0;
  end if;
  -- A share of the lock: an endpoint that is being switched off or deleted is so before this reads it, or after.
  select array_agg(e.id) into v_endpoints from (
    select e.id from public.webhook_endpoints e
    where e.organisation_id = v_event.organisation_id and e.is_enabled and v_event.type = any (e.event_types)
      and (e.venue_id is null or e.venue_id = v_event.venue_id) and e.created_at <= v_event.created_at
    order by e.id for share) e;
  if v_endpoints is null then
    return 0;
  end if;
  insert into public.webhook_events select v_event.* on conflict do nothing; -- by either of its keys: another worker may be at it
  for v_delivery in
    insert into public.webhook_deliveries (organisation_id, endpoint_id, event_id)
    select v_event.organisation_id, e.id, v_event.id from unnest(v_endpoints) e (id)
    on conflict on constraint one_delivery_per_endpoint_and_event do nothing returning *
  loop
    perform private.send_webhook(v_delivery);
    v_sent := v_sent + 1;
  end loop;
  return v_sent;
end $$;
comment on function public.spread_webhook_event(jsonb) is
  'Makes an event a delivery to each endpoint that wants it; a repeat makes none twice. For workers only. Returns how many. '
  'Definer: the service role has no table access. Errors: invalid_input.';
grant execute on function public.spread_webhook_event(jsonb) to service_role;

create function public.claim_webhooks(p_limit integer default 10, p_lease_seconds integer default 60)
returns table (job_id bigint, attempt integer, endpoint_id uuid, url text, secrets text[], event jsonb)
language plpgsql security definer set search_path = '' as $$
declare
  c_limit constant integer := least(greatest(p_limit, 1), 100);
  c_lease constant interval := make_interval(secs => least(greatest(p_lease_seconds, 1), 3600));
  v_attempts constant integer := private.require_queue('webhooks');
  v_endpoint public.webhook_endpoints;
  v_claimed integer := 0;
  v_delivery_id uuid;
begin
  for v_endpoint in
    with recursive lanes as (
      (select q.message #>> '{payload,endpoint_id}' as lane from pgmq.q_webhooks q order by 1 limit 1)
      union all
      select (select q.message #>> '{payload,endpoint_id}' from pgmq.q_webhooks q where q.message #>> '{payload,endpoint_id}' > l.lane order by 1 limit 1)
      from lanes l where l.lane is not null
    )
    -- In no fixed order, so that nobody is always last.
    select e.* from public.webhook_endpoints e join lanes l on l.lane = e.id::text
    where exists (select from pgmq.q_webhooks q where q.message #>> '{payload,endpoint_id}' = l.lane and q.vt <= clock_timestamp())
    order by random() for no key update of e skip locked
  loop
    exit when v_claimed >= c_limit;
    for claim_webhooks.job_id, claim_webhooks.attempt, v_delivery_id in
      update pgmq.q_webhooks q set vt = clock_timestamp() + c_lease, read_ct = q.read_ct + 1
      where q.msg_id in (
        select w.msg_id from pgmq.q_webhooks w
        where w.message #>> '{payload,endpoint_id}' = v_endpoint.id::text and w.vt <= clock_timestamp()
        -- An endpoint is sent four at a time, whatever the number of workers; one that is in trouble, one at a time.
        order by w.vt limit least(c_limit - v_claimed, greatest(0, case when v_endpoint.failures < 5 then 4 else 1 end - (
          select count(*) from public.webhook_deliveries d where d.endpoint_id = v_endpoint.id and d.sending_until > clock_timestamp())))
        for update skip locked)
      returning q.msg_id, q.read_ct, (q.message #>> '{payload,delivery_id}')::uuid
    loop
      if claim_webhooks.attempt > v_attempts then
        perform private.end_webhook(claim_webhooks.job_id, v_delivery_id, 'failed', 'lost');
        continue;
      end if;
      update public.webhook_deliveries d set sending_until = clock_timestamp() + c_lease where d.id = v_delivery_id and d.status = 'pending';
      if not found then
        perform pgmq.delete('webhooks', claim_webhooks.job_id);
        continue;
      end if;
      select jsonb_build_object('id', v.id, 'type', v.type, 'version', 1, 'timestamp', v.created_at, 'sequence', v.sequence,
        'organisation_id', v.organisation_id, 'venue_id', v.venue_id, 'data', v.data) into claim_webhooks.event
      from public.webhook_deliveries d join public.webhook_events v on v.organisation_id = d.organisation_id and v.id = d.event_id where d.id = v_delivery_id;
      claim_webhooks.endpoint_id := v_endpoint.id;
      claim_webhooks.url := v_endpoint.url;
      claim_webhooks.secrets := array(
        select c.decrypted_secret from private.webhook_secrets s join vault.decrypted_secrets c on c.id = s.id
        where s.endpoint_id = v_endpoint.id and (s.expires_at is null or s.expires_at > now()) order by s.expires_at nulls first);
      v_claimed := v_claimed + 1;
      return next;
    end loop;
  end loop;
end $$;
comment on function public.claim_webhooks(integer, integer) is
  'Claims up to p_limit (1-100) deliveries that are due, of every endpoint a few, for p_lease_seconds (1-3600), with what is needed to '
  'send them: address, secrets to sign with, the event as it is told. What is not settled comes back after the lease; 20 times lost is '
  'failed. For workers only. Returns (job_id, attempt, endpoint_id, url, secrets, event). Definer: the service role has neither queues nor tables. '
  'Errors: job_not_found.';
grant execute on function public.claim_webhooks(integer, integer) to service_role;

create function private.end_webhook(p_job_id bigint, p_delivery_id uuid, p_status text, p_failure text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform pgmq.delete('webhooks', p_job_id);
  update public.webhook_deliveries d
  set status = p_status, failure = p_failure, next_attempt_at = null, sending_until = null, finished_at = now()
  where d.id = p_delivery_id and d.status = 'pending';
end $$;
comment on function private.end_webhook(bigint, uuid, text, text) is 'Takes a delivery out of the queue: it has arrived, or is given up.';
