-- A delivery on its way: claimed with what is needed to send it, of every endpoint a few; delivered, tried again, given up;
-- an endpoint that is dead for days is switched off, and its owners are told.
begin;
select plan(87);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active';
update public.venues set created_at = now() + interval '1 minute' where id = tests.id('venue_a2');
update auth.users set email_confirmed_at = now() where email like 'owner%';
create function pg_temp.endpoint(p_name text, p_org text) returns uuid language sql as $$
  select tests.keep(p_name, (a ->> 'endpoint_id')::uuid, a ->> 'secret') from tests.call('owner_' || p_org, format($c$create_webhook_endpoint({org_%s}, 'https://%s.example/token?x=1', '{order.placed}')$c$, p_org, p_name)) a
$$;
select pg_temp.endpoint('slow', 'a'), pg_temp.endpoint('quick', 'b');
create function pg_temp.due(p_endpoint text, p_count integer default 1) returns void language plpgsql as $$
declare
  v_delivery public.webhook_deliveries;
begin
  for i in 1..p_count loop
    with event as (
      insert into public.webhook_events (id, organisation_id, venue_id, type, sequence, data, created_at)
      select gen_random_uuid(), e.organisation_id, null, 'order.placed', nextval('private.webhook_sequence'), '{"n": 1}', '2026-06-01 12:00:00+00' from public.webhook_endpoints e where e.id = tests.id(p_endpoint) returning *
    ) insert into public.webhook_deliveries (organisation_id, endpoint_id, event_id) select v.organisation_id, tests.id(p_endpoint), v.id from event v returning * into v_delivery;
    perform private.send_webhook(v_delivery);
  end loop;
end $$;
create function pg_temp.claim(p_limit integer default 100) returns table (job_id bigint, attempt integer, endpoint_id uuid, url text, secrets text[], event jsonb) language plpgsql as $$
begin
  perform tests.act_as('service_role');
  return query select * from public.claim_webhooks(p_limit, 60);
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true), set_config('request.headers', '', true);
end $$;
create function pg_temp.settle(p_job bigint, p_attempt integer, p_rest text) returns jsonb language sql as $$ select tests.call('service_role', format('settle_webhook(%s, %s, %s)', p_job, p_attempt, p_rest)) $$;
-- Time goes on: what waits for another try is due, and what was being sent is not any more.
create function pg_temp.later() returns void language sql as $$ update pgmq.q_webhooks set vt = now() - interval '1 second'; update public.webhook_deliveries set sending_until = null $$;
create function pg_temp.empty() returns void language sql as $$ delete from pgmq.q_webhooks; delete from public.webhook_events; update public.webhook_endpoints set failures = 0, failing_since = null $$;

-- what a worker gets
select is_empty('select * from pg_temp.claim()', 'nothing is due');
select pg_temp.due('slow');
create temporary table claimed as select * from pg_temp.claim();
select results_eq('select c.attempt, c.endpoint_id, c.url, c.secrets from claimed c', $$values (1, tests.id('slow'), 'https://slow.example/token?x=1', array[tests.secret('slow')])$$, 'the address, and what to sign with');
select results_eq('select c.event - ''id'' from claimed c', $$select jsonb_build_object('type', 'order.placed', 'version', 1, 'timestamp', '2026-06-01T12:00:00+00:00'::timestamptz, 'sequence', v.sequence, 'organisation_id', tests.id('org_a'), 'venue_id', null, 'data', '{"n": 1}'::jsonb) from public.webhook_events v$$, 'the event as it is told');
select is((select c.event ->> 'id' from claimed c), (select v.id::text from public.webhook_events v), 'under its own id');
select is_empty('select * from pg_temp.claim()', 'no second worker gets it');
select is((select count(*) from public.webhook_deliveries d where d.sending_until > now()), 1::bigint, 'it is being sent');
select is(pg_temp.settle((select job_id from claimed), 1, '204, 31'), '{"status": "delivered"}', 'it arrives');
select results_eq('select d.status, d.attempts, d.response_status, d.latency_ms, d.failure, d.next_attempt_at, d.sending_until, d.finished_at from public.webhook_deliveries d', $$values ('delivered', 1, 204, 31, null::text, null::timestamptz, null::timestamptz, now())$$, 'which is noted');
select is((select count(*) from pgmq.q_webhooks), 0::bigint, 'and out of the queue');
select tests.refused('service_role', format('settle_webhook(%s, 1, 500)', (select job_id from claimed)), 'job_not_found', 'it is settled once');
select is((select d.status from public.webhook_deliveries d), 'delivered', 'and stays delivered');

-- both secrets while one is replaced, the new one first
select tests.keep('slow2', tests.id('slow'), tests.call('owner_a', 'rotate_webhook_secret({slow})') ->> 'secret'), pg_temp.due('slow');
select is((select c.secrets from pg_temp.claim() c), array[tests.secret('slow2'), tests.secret('slow')], 'while a secret is replaced both sign');
update private.webhook_secrets set expires_at = now() where expires_at is not null;
select pg_temp.later();
select is((select c.secrets from pg_temp.claim() c), array[tests.secret('slow2')], 'then the new one alone');

-- fairness: a backlog of one is not in front of another
select pg_temp.empty(), pg_temp.due('slow', 50), pg_temp.due('quick');
create temporary table fair as select * from pg_temp.claim(20);
select results_eq('select f.endpoint_id = tests.id(''slow''), count(*) from fair f group by 1 order by 1', 'values (false, 1::bigint), (true, 4)', 'fifty of one endpoint take four places, the other''s one is there');
select is_empty('select * from pg_temp.claim(20)', 'another worker gets no more of it while four are being sent');
select pg_temp.due('quick', 2);
select results_eq('select f.endpoint_id from pg_temp.claim(20) f', $$values (tests.id('quick')), (tests.id('quick'))$$, 'but all of the others''');
select pg_temp.settle(f.job_id, 1, '200, 1') from fair f where f.endpoint_id = tests.id('slow') limit 1;
select is((select count(*) from pg_temp.claim(20)), 1::bigint, 'as one is done the next is claimed');
select pg_temp.later();
select is((select count(*) from pg_temp.claim(3)), 3::bigint, 'a worker gets no more than it asks for');
select pg_temp.later();
update public.webhook_endpoints set failures = 5, failing_since = now() where id = tests.id('slow');
select is((select count(*) from pg_temp.claim(20) f where f.endpoint_id = tests.id('slow')), 1::bigint, 'an endpoint in trouble is sent one at a time');
update public.webhook_deliveries d set sending_until = now() - interval '1 second' where d.sending_until is not null;
select is((select count(*) from pg_temp.claim(20) f where f.endpoint_id = tests.id('slow')), 1::bigint, 'one whose worker died does not count for ever');

-- what is claimed is refused to others, and what is not there to everybody
select tests.refused(a, c, '42501', a || ': ' || c) from unnest(array['anon', 'owner_a', 'stranger']) a, unnest(array['claim_webhooks()', 'settle_webhook(1, 1, 200)']) c;
select tests.refused('service_role', 'settle_webhook(' || a || ')', 'job_not_found', 'no such job: ' || a) from unnest(array['999999999, 1, 200', 'null, null', (select max(q.msg_id) from pgmq.q_webhooks q) || ', 99, 200', (select max(q.msg_id) from pgmq.q_webhooks q) || ', null, 200']) a;

-- what did not arrive: why, and when it is tried again
create function pg_temp.try_once(p_rest text) returns jsonb language plpgsql as $$
declare v_job record; v_answer jsonb;
begin
  perform pg_temp.empty(), pg_temp.due('slow');
  select * into v_job from pg_temp.claim();
  v_answer := pg_temp.settle(v_job.job_id, v_job.attempt, p_rest);
  return v_answer || (select jsonb_build_object('failure', d.failure, 'response_status', d.response_status, 'waits', d.next_attempt_at > now() and d.sending_until is null) from public.webhook_deliveries d);
end $$;
select is(pg_temp.try_once(t.rest) - 'retry_in_seconds', jsonb_build_object('status', 'pending', 'failure', t.failure, 'response_status', t.status, 'waits', true), t.rest || ' is tried again')
from (values ('500, 10', 'answer', 500), ('404, 10', 'answer', 404), ('199, 10', 'answer', 199), ('302, 10', 'redirect', 302), ('null, 10, ''timeout''', 'timeout', null), ('null, 0, ''address''', 'address', null), ('null, 5, ''connection''', 'connection', null), ('null, 5, ''answer''', 'answer', null)) t (rest, failure, status);
select is(pg_temp.try_once(s || ', 10') ->> 'status', 'delivered', s || ' is delivered') from unnest(array['200', '201', '202', '299']) s;
select is((select count(*) from pgmq.q_webhooks q where q.vt > clock_timestamp()), 0::bigint, 'nothing waits'), is((pg_temp.try_once('503, 1') ->> 'retry_in_seconds')::integer between 1 and 3, true, 'the first repeat comes within seconds');
select is_empty('select * from pg_temp.claim()', 'and not before');
select is((select max(private.retry_delay(20, 28800)) from generate_series(1, 200)) between 14400 and 28800, true, 'later ones are up to eight hours apart'),
  is((select min(private.retry_delay(20, 28800)) from generate_series(1, 200)) < 7200, true, 'at random times, so that not all come at once');

-- twenty attempts, then it is given up; a success on the way is a success
select pg_temp.empty(), pg_temp.due('slow');
create function pg_temp.attempts(p_count integer) returns text language plpgsql as $$
declare v_job record; v_answer jsonb;
begin
  for i in 1..p_count loop
    perform pg_temp.later();
    select * into strict v_job from pg_temp.claim();
    v_answer := pg_temp.settle(v_job.job_id, v_job.attempt, '500, 1');
  end loop;
  return v_answer ->> 'status';
end $$;
select is(pg_temp.attempts(19), 'pending', 'nineteen times it is tried again');
select results_eq('select e.failures, e.failing_since from public.webhook_endpoints e where e.id = tests.id(''slow'')', 'values (19, now())', 'the endpoint has been failing since the first');
select is(pg_temp.attempts(1), 'failed', 'the twentieth is the last');
select results_eq('select d.status, d.attempts, d.failure, d.next_attempt_at, d.finished_at from public.webhook_deliveries d', $$values ('failed', 20, 'answer', null::timestamptz, now())$$, 'it is kept as failed');
select is((select count(*) from pgmq.q_webhooks) + (select count(*) from pgmq.q_webhooks_dead), 0::bigint, 'a receiver''s fault is no dead letter of ours');
select is((select e.is_enabled from public.webhook_endpoints e where e.id = tests.id('slow')), true, 'the endpoint stays on');
select tests.call('owner_a', format('redeliver_webhook(%L)', (select d.id from public.webhook_deliveries d)));
select is((select c.attempt from pg_temp.claim() c), 1, 'sent again by hand, it has all of its attempts again');
select pg_temp.settle((select q.msg_id from pgmq.q_webhooks q), 1, '200, 1');
select results_eq('select d.status, d.attempts, e.failures, e.failing_since from public.webhook_deliveries d join public.webhook_endpoints e on e.id = d.endpoint_id', $$values ('delivered', 21, 0, null::timestamptz)$$, 'one that arrives ends the series');

-- what comes back without having been settled
select pg_temp.empty(), pg_temp.due('slow');
update pgmq.q_webhooks set read_ct = 20;
select is_empty('select * from pg_temp.claim()', 'one that was lost with its worker twenty times is not tried any more');
select results_eq('select d.status, d.failure from public.webhook_deliveries d', $$values ('failed', 'lost')$$, 'it is failed');
select pg_temp.empty(), pg_temp.due('slow');
update public.webhook_deliveries set status = 'cancelled', next_attempt_at = null, finished_at = now();
select is_empty('select * from pg_temp.claim()', 'one that is not wanted any more is not sent');
select is((select count(*) from pgmq.q_webhooks), 0::bigint, 'and leaves the queue');

-- five days and ten failures without a success switch an endpoint off; 410 does at once
delete from private.outbox; delete from private.notices;
select pg_temp.empty(), pg_temp.due('slow', 3);
update public.webhook_endpoints set failures = 8, failing_since = now() - interval '6 days' where id = tests.id('slow');
select is(pg_temp.attempts(1), 'pending', 'nine failures are too few');
update public.webhook_endpoints set failing_since = now() - interval '5 days' + interval '1 second' where id = tests.id('slow');
select is(pg_temp.attempts(1), 'pending', 'ten in less than five days are, too'), is((select e.is_enabled from public.webhook_endpoints e where e.id = tests.id('slow')), true, 'it is still on');
update public.webhook_endpoints set failing_since = now() - interval '5 days' where id = tests.id('slow');
select is(pg_temp.attempts(1), 'cancelled', 'then what waits is cancelled');
select results_eq('select e.is_enabled, e.disabled_because from public.webhook_endpoints e where e.id = tests.id(''slow'')', $$values (false, 'failing')$$, 'it is off');
select results_eq('select d.status, count(*) from public.webhook_deliveries d group by 1', $$values ('cancelled', 3::bigint)$$, 'with all that waited'), is((select count(*) from pgmq.q_webhooks), 0::bigint, 'and nothing is in the queue');
select is((select e.after ->> 'disabled_because' from private.audit_events e where e.row_id = tests.id('slow') order by e.id desc limit 1), 'failing', 'which is recorded');
select results_eq('select n.user_id, n.template, n.venue_id from private.notices n', $$values (tests.id('owner_a'), 'webhook_disabled', tests.id('venue_a1'))$$, 'the owner is told, and nobody else');
create function pg_temp.mail() returns jsonb language sql as $$ select tests.call('service_role', format('get_mail(''webhook_disabled'', %L)', (select n.id from private.notices n))) $$;
select is(pg_temp.mail(), jsonb_build_object('to', 'owner_a@example.test', 'organisation', 'Org a', 'venue', 'Venue a1', 'locale', 'en-GB', 'currency', 'GBP', 'host', 'slow.example', 'because', 'failing', 'failing_since', now() - interval '5 days'),
  'with the host, and without the rest of the address, which may open it');
select tests.call('owner_a', 'update_webhook_endpoint({slow}, p_is_enabled => true)'), is(pg_temp.mail(), null, 'once it is on again there is nothing to say');
select tests.call('owner_a', 'update_webhook_endpoint({slow}, p_is_enabled => false)'), is(pg_temp.mail(), null, 'nor of what they switched off themselves');
select tests.call('owner_a', 'update_webhook_endpoint({slow}, p_is_enabled => true)');
delete from private.notices;
select pg_temp.empty(), pg_temp.due('slow', 2);
select pg_temp.settle(c.job_id, 1, '410, 1') from pg_temp.claim(1) c;
select results_eq('select e.is_enabled, e.disabled_because from public.webhook_endpoints e where e.id = tests.id(''slow'')', $$values (false, 'gone')$$, 'one that is gone is off at once');
select set_eq('select d.status from public.webhook_deliveries d', array['failed', 'cancelled'], 'the one it refused is failed, the other cancelled'), is(pg_temp.mail() ->> 'because', 'gone', 'which is told, too');
delete from private.notices;
select tests.call('owner_a', $$update_webhook_endpoint({slow}, p_is_enabled => true)$$);
update public.webhook_endpoints set venue_id = tests.id('venue_a2') where id = tests.id('slow');
select pg_temp.empty(), pg_temp.due('slow');
select pg_temp.settle(c.job_id, 1, '410, 1') from pg_temp.claim(1) c;
select is((select n.venue_id from private.notices n), tests.id('venue_a2'), 'an endpoint of one venue in that venue''s language');

-- health: what is late by our fault, not by a receiver's
create function pg_temp.late() returns jsonb language sql as $$ select tests.call('service_role', 'get_health()') #> '{queues,webhooks}' $$;
select pg_temp.empty();
select is(pg_temp.late(), '{"length": 0, "oldest_seconds": 0}', 'nothing is late');
select pg_temp.due('quick', 2);
update pgmq.q_webhooks set vt = now() - interval '10 minutes';
select is(pg_temp.late() -> 'length', '2', 'what nobody sends is'), is((pg_temp.late() -> 'oldest_seconds')::integer >= 600, true, 'since it was due');
select is((select count(*) from pg_temp.claim(1)), 1::bigint, 'while an endpoint is being sent to'), is(pg_temp.late() -> 'length', '0', 'the rest waits for it');
select pg_temp.settle(q.msg_id, 1, '500, 1') from pgmq.q_webhooks q where q.read_ct = 1;
update pgmq.q_webhooks set vt = now() + interval '1 hour', enqueued_at = now() - interval '1 day';
select is(pg_temp.late() -> 'length', '0', 'what waits for another try is not late');
select is((tests.call('service_role', 'get_health()') #> '{queues,webhook_events}') ? 'oldest_seconds', true, 'spreading is watched like every queue');

-- kept for thirty days
select pg_temp.empty(), pg_temp.due('quick', 2);
update public.webhook_events set created_at = now() - interval '30 days' - interval '1 second' where sequence = (select min(sequence) from public.webhook_events);
update public.webhook_events set created_at = now() - interval '29 days' where sequence = (select max(sequence) from public.webhook_events);
select cmp_ok(private.purge_expired(), '>=', 1, 'what is older is purged');
select is((select count(*) from public.webhook_events), 1::bigint, 'younger events stay'), is((select count(*) from public.webhook_deliveries), 1::bigint, 'and deliveries with them');
select is((select count(*) from pg_temp.claim()), 1::bigint, 'a message whose delivery is gone sends nothing');
select is((select count(*) from pgmq.q_webhooks), 1::bigint, 'and goes');

select * from finish();
rollback;
