-- Outbox and queue: written with the change, relayed in order, claimed by one worker at a time, dead after ten attempts.
begin;
select plan(69);
select tests.fixture();
-- The fixture's invitations go out first, with their secrets; what follows counts refunds.
select isnt_empty($$select 1 from private.outbox o where o.topic = 'mail.requested' and o.payload #>> '{secrets,token}' is not null$$, 'a waiting message holds its secrets');
delete from private.outbox where topic = 'mail.requested';
create function pg_temp.claim(p_limit integer default 100, p_lease integer default 60) returns setof jsonb language plpgsql as $$
begin
  perform tests.act_as('service_role');
  return query select to_jsonb(j) from public.claim_jobs('provider_calls', p_limit, p_lease) j;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true), set_config('request.headers', '', true);
end $$;
create function pg_temp.length(p_queue text) returns bigint language sql as $$ select m.queue_length from pgmq.metrics(p_queue) m $$;

-- workers only
select tests.refused(a, c, '42501', format('%s: %s', a, split_part(c, '(', 1)))
from unnest(array['anon', 'owner_a', 'stranger']) a,
  unnest(array['relay_outbox()', 'claim_jobs(''provider_calls'')', 'finish_job(''provider_calls'', 1)', 'fail_job(''provider_calls'', 1, ''x'')', 'get_health()']) c;
select tests.refused(a, 'select 1 from pgmq.q_provider_calls', '42501', a || ' does not read the queue') from unnest(array['anon', 'owner_a', 'service_role']) a;
select tests.refused(a, 'select * from pgmq.read(''provider_calls'', 1, 1)', '42501', a || ' does not go around the functions') from unnest(array['anon', 'owner_a', 'service_role']) a;
select tests.refused(a, 'select 1 from private.outbox', '42501', a || ' does not read the outbox') from unnest(array['anon', 'owner_a', 'service_role']) a;

-- emit: with the change, under the request's trace; the fixture asked for three refunds
select results_eq($$select o.topic, o.trace_id, count(*) from private.outbox o group by 1, 2$$, $$values ('refund.requested', '0123456789abcdef0123456789abcdef', 3::bigint)$$, 'three refunds wait, with the trace of their requests');
select tests.refused('owner_a', 'refund_payment({online_a1}, 99999, ''x'', ''k'')', 'refund_exceeds_payment', 'a call that fails');
select is((select count(*) from private.outbox), 3::bigint, 'sends nothing');
select throws_ok($$select private.emit('no.such.topic', '{}')$$, '23503', null, 'a topic without a route cannot be sent');

-- whoever emits wakes a worker: once for a transaction, at the address and with the key that are in the vault
delete from vault.secrets where name in ('functions_url', 'functions_secret_key');
create temporary table asked as select r.id from net.http_request_queue r;
select set_config('servio.worker_woken', '', true) = '', private.emit('refund.requested', '{}') is null;
select is((select count(*) from net.http_request_queue r where r.id not in (select a.id from asked a)), 0::bigint, 'without an address nobody is called, and nothing fails');
select vault.create_secret('http://functions.test', 'functions_url') is null, vault.create_secret('sb_secret_test', 'functions_secret_key') is null;
select private.emit('refund.requested', '{}') is null, private.emit('refund.requested', '{}') is null;
select results_eq($$select r.method::text, r.url, r.headers ->> 'apikey' from net.http_request_queue r where r.id not in (select a.id from asked a)$$, $$values ('POST', 'http://functions.test/worker', 'sb_secret_test')$$, 'a worker is woken with what is queued, once for a transaction');
delete from private.outbox where payload = '{}';

-- relay: in order, once
select tests.answers('service_role', 'relay_outbox()', '3', 'all are relayed');
select tests.answers('service_role', 'relay_outbox()', '0', 'once');
select is(pg_temp.length('provider_calls'), 3::bigint, 'and are in the queue');
select is((select array_agg((q.message ->> 'outbox_id')::bigint order by q.msg_id) from pgmq.q_provider_calls q), (select array_agg(o.id order by o.id) from private.outbox o), 'in their order');
select results_eq($$select q.message ->> 'topic', q.message ->> 'trace_id', (q.message #>> '{payload,refund_id}')::uuid from pgmq.q_provider_calls q order by q.msg_id limit 1$$,
  $$values ('refund.requested', '0123456789abcdef0123456789abcdef', tests.id('refund_a1'))$$, 'with topic, trace and payload');

-- claim: leased, so that nobody else gets them; finish removes
create temporary table claimed as select j ->> 'job_id' as id, (j ->> 'attempt')::integer as attempt, j -> 'message' as message from pg_temp.claim(2) j;
select is((select count(*) from claimed), 2::bigint, 'a worker claims two');
select is((select count(*) from pg_temp.claim()), 1::bigint, 'another gets what is left');
select is((select count(*) from pg_temp.claim()), 0::bigint, 'a third gets nothing');
select tests.answers('service_role', format('finish_job(''provider_calls'', %s)', (select min(id) from claimed)), 'true', 'what is done is removed');
select tests.answers('service_role', format('finish_job(''provider_calls'', %s)', (select min(id) from claimed)), 'false', 'once');
update pgmq.q_provider_calls set vt = now() - interval '1 second';
select set_eq($$select (j ->> 'attempt')::integer from pg_temp.claim(100, 5) j$$, array[2], 'when a lease ends, the jobs come back as a further attempt');
select is((select count(*) from pg_temp.claim(null, null)), 0::bigint, 'no limit and no lease are small ones');

-- fail: back with a delay that grows, at most 15 minutes
select tests.answers('service_role', format('fail_job(''provider_calls'', %s, ''timeout'')', (select max(id) from claimed)), '{"dead": false}', 'a failed job goes back');
select ok((select bool_and(q.vt between clock_timestamp() - interval '1 second' and clock_timestamp() + interval '5 seconds') from pgmq.q_provider_calls q where q.msg_id = (select max(id)::bigint from claimed)), 'after at most 1 + 2² seconds');
update pgmq.q_provider_calls set read_ct = 9, vt = now() + interval '1 minute' where msg_id = (select max(id)::bigint from claimed);
select ok((select bool_and((tests.call('service_role', format('fail_job(''provider_calls'', %s, ''timeout'')', (select max(id) from claimed))) ->> 'retry_in_seconds')::integer between 1 and 512) from generate_series(1, 20)), 'the ninth within 512 seconds');

-- dead letter: after ten attempts, or at once
update pgmq.q_provider_calls set read_ct = 10 where msg_id = (select max(id)::bigint from claimed);
select tests.answers('service_role', format('fail_job(''provider_calls'', %s, %L)', (select max(id) from claimed), repeat('x', 3000)), '{"dead": true}', 'the tenth failure is the last');
select results_eq($$select length(q.message ->> 'error'), q.message ->> 'attempts', q.message ->> 'topic' from pgmq.q_provider_calls_dead q$$, $$values (2000, '10', 'refund.requested')$$, 'it is kept with its error');
select tests.refused('service_role', format('fail_job(''provider_calls'', %s, ''x'')', (select max(id) from claimed)), 'job_not_found', 'and is gone from the queue');
select tests.answers('service_role', format('fail_job(''provider_calls'', %s, ''card is gone'', true)', (select min(q.msg_id) from pgmq.q_provider_calls q)), '{"dead": true}', 'what can never work dies at once');
select is(pg_temp.length('provider_calls') || ' ' || pg_temp.length('provider_calls_dead'), '0 2', 'nothing is lost');
select tests.answers('service_role', format('fail_job(''provider_calls'', %s, null, null)', pgmq.send('provider_calls', '{"topic": "x"}')), '{"dead": false}', 'null is not final');

-- a worker that is too late gives nothing back; a job whose workers die is a dead letter without anybody saying so
update pgmq.q_provider_calls set read_ct = 3, vt = now() + interval '1 minute';
select tests.refused('service_role', format('fail_job(''provider_calls'', %s, ''late'', true, 2)', (select q.msg_id from pgmq.q_provider_calls q)), 'job_not_found', 'another attempt is under way: the late worker is refused');
select tests.answers('service_role', format('fail_job(''provider_calls'', %s, ''own'', false, 3)', (select q.msg_id from pgmq.q_provider_calls q)), '{"dead": false}', 'the one whose attempt it is may');
update pgmq.q_provider_calls set read_ct = 10, vt = now() - interval '1 second';
select is((select count(*) from pg_temp.claim()), 0::bigint, 'a job that came back ten times is not handed out again');
select results_eq($$select q.message ->> 'attempts', q.message ->> 'error' from pgmq.q_provider_calls_dead q order by q.msg_id desc limit 1$$,
  $$values ('10', 'its workers died or were too slow, every time')$$, 'it is a dead letter');
do $$ begin perform pgmq.send('provider_calls', '"nonsense"'), pgmq.send('provider_calls', '{"topic": "refund.requested", "payload": {"a": 1}}'); update pgmq.q_provider_calls set read_ct = 9; end $$;
select is((select count(*) from pg_temp.claim()), 2::bigint, 'the tenth time it is');
do $$ begin update pgmq.q_provider_calls set read_ct = 10, vt = now() where message = '"nonsense"'; end $$;
select is((select count(*) from pg_temp.claim()), 0::bigint, 'what is no message dies alone');
select ok((select q.message ->> 'malformed' = 'nonsense' from pgmq.q_provider_calls_dead q order by q.msg_id desc limit 1), 'and is kept as it was');

-- unknown queues; the dead-letter queue is for people
select tests.refused('service_role', format(c, q), 'job_not_found', format(c, q))
from unnest(array['claim_jobs(%L)', 'finish_job(%L, 1)', 'fail_job(%L, 1, ''x'')']) c, unnest(array['nowhere', 'provider_calls_dead', 'provider_calls; drop table x']) q;
select tests.refused('service_role', 'claim_jobs(null)', 'job_not_found', 'no queue is unknown, too');

select * from finish();
rollback;
