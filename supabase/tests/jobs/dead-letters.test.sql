-- Dead letters: listed without secrets, tried again once, thrown away only when said which.
begin;
select plan(44);
select tests.fixture();
create function pg_temp.bury(p_message jsonb) returns void language plpgsql as $$
begin
  perform tests.call('service_role', format('fail_job(''mail'', %s, ''gone wrong'', true)', pgmq.send('mail', p_message)));
end $$;
create function pg_temp.letters() returns setof jsonb language plpgsql as $$
begin
  perform tests.act_as('service_role');
  return query select to_jsonb(l) from public.list_dead_letters('mail') l;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true), set_config('request.headers', '', true);
end $$;

-- operators only
select tests.refused(a, c, '42501', format('%s: %s', a, split_part(c, '(', 1)))
from unnest(array['anon', 'owner_a', 'stranger']) a, unnest(array['list_dead_letters(''mail'')', 'replay_dead_letters(''mail'')', 'purge_dead_letters(''mail'', null, now())']) c;
select tests.refused('service_role', format(c, q), 'job_not_found', format(c, q))
from unnest(array['list_dead_letters(%L)', 'replay_dead_letters(%L)', 'purge_dead_letters(%L, null, now())']) c, unnest(array['nowhere', 'mail_dead', 'mail; drop table x']) q;

create function pg_temp.alerts(p_kind text) returns table (topic text, about jsonb) language sql as $$
  select o.topic, o.payload - '{kind,alert_id}'::text[] from private.outbox o where o.topic like 'operators.%' and o.payload ->> 'kind' = p_kind
$$;

-- listed: oldest first, secrets gone, nonsense kept
select is((select count(*) from pg_temp.letters()), 0::bigint, 'there are none');
select pg_temp.bury('{"topic": "mail.requested", "trace_id": "t", "payload": {"n": 1}}'), pg_temp.bury('{"topic": "mail.requested", "payload": {"n": 2, "secrets": {"token": "s3cret"}}}'),
  pg_temp.bury('[1]'), pg_temp.bury('{"topic": "mail.requested", "payload": {"n": 4}}');
select results_eq($$select l ->> 'topic', l ->> 'error', (l ->> 'attempts')::integer, (l ->> 'replayable')::boolean, l -> 'payload' from pg_temp.letters() l$$,
  $$values ('mail.requested', 'gone wrong', 0, true, '{"n": 1}'::jsonb), ('mail.requested', 'gone wrong', 0, false, '{"n": 2}'),
    (null, 'gone wrong', 0, false, '[1]'), ('mail.requested', 'gone wrong', 0, true, '{"n": 4}')$$, 'oldest first, with what went wrong');
select is_empty($$select 1 from pgmq.q_mail_dead q where q.message::text ~ 's3cret'$$, 'a dead letter has no secrets');

-- told to the operators, once each
select set_eq($$select a.topic, a.about from pg_temp.alerts('dead_letter') a$$,
  $$select t, jsonb_build_object('queue', 'mail', 'letter_id', q.msg_id, 'topic', q.message ->> 'topic') from pgmq.q_mail_dead q, unnest(array['operators.alerted', 'operators.mailed']) t$$, 'each is an alert, and a mail: by its ids, with nothing of what it said');
select is((select count(*) || ' ' || count(distinct o.payload ->> 'alert_id') from private.outbox o where o.topic like 'operators.%'), '8 4', 'the two of a letter have one name');
select tests.call('service_role', format('fail_job(''alerts'', %s, ''gone wrong'', true)', pgmq.send('alerts', '{"topic": "operators.mailed", "payload": {}}')));
select is((select q.message ->> 'error' from pgmq.q_alerts_dead q), 'gone wrong', 'an alert can die, too');
select is((select count(*) from pg_temp.alerts('dead_letter')), 8::bigint, 'of which there is no alert: that would not end');
select tests.call('service_role', format('fail_job(''mail'', %s, ''once more'')', pgmq.send('mail', '{"topic": "mail.requested"}')));
select is((select count(*) from pg_temp.alerts('dead_letter')), 8::bigint, 'nor of a job that is tried again');
update pgmq.q_mail set read_ct = 50, vt = now() - interval '1 second';
select is((select count(*) from (select tests.act_as('service_role')) a, lateral public.claim_jobs('mail') j), 0::bigint, 'one that ends its workers is no job any more');
select set_config('role', 'none', true), set_config('request.jwt.claims', '', true), set_config('request.headers', '', true);
select is((select count(*) from pg_temp.alerts('dead_letter')), 10::bigint, 'but an alert');
delete from pgmq.q_mail_dead q where q.message ->> 'error' like 'its workers%';
select results_eq($$select (l ->> 'letter_id')::bigint from (select to_jsonb(l) as l from public.list_dead_letters('mail', 1, (select min(q.msg_id) from pgmq.q_mail_dead q)) l) l$$,
  $$select q.msg_id from pgmq.q_mail_dead q order by q.msg_id offset 1 limit 1$$, 'page by page');

-- replayed: as new jobs, once; what has lost a secret stays
select tests.answers('service_role', format('replay_dead_letters(''mail'', array[%s]::bigint[])', (select string_agg(q.msg_id::text, ',') from (select msg_id from pgmq.q_mail_dead order by msg_id limit 2) q)),
  '{"replayed": 1, "kept": 1}', 'of two named letters the one without secrets is replayed');
select results_eq($$select q.message, q.read_ct::integer from pgmq.q_mail q$$, $$values ('{"topic": "mail.requested", "trace_id": "t", "payload": {"n": 1}}'::jsonb, 0)$$, 'as it was, with all attempts before it');
select tests.answers('service_role', 'replay_dead_letters(''mail'')', '{"replayed": 1, "kept": 2}', 'all: what can be');
select tests.answers('service_role', 'replay_dead_letters(''mail'')', '{"replayed": 0, "kept": 2}', 'once');
select tests.answers('service_role', 'replay_dead_letters(''mail'', ''{}'')', '{"replayed": 0, "kept": 0}', 'none named, none replayed');
select results_eq($$select (q.message #>> '{payload,n}')::integer from pgmq.q_mail q order by q.msg_id$$, array[1, 4], 'nothing is doubled');

-- purged: the ones named, or old ones; never by default
select tests.refused('service_role', 'purge_dead_letters(''mail'')', 'invalid_input', 'nothing said, nothing purged');
select tests.answers('service_role', 'purge_dead_letters(''mail'', null, now() - interval ''1 day'')', '0', 'none is a day old');
select tests.answers('service_role', format('purge_dead_letters(''mail'', array[%s]::bigint[], now() - interval ''1 day'')', (select min(q.msg_id) from pgmq.q_mail_dead q)), '0', 'both conditions hold together');
select tests.answers('service_role', format('purge_dead_letters(''mail'', array[%s]::bigint[])', (select min(q.msg_id) from pgmq.q_mail_dead q)), '1', 'a named one is gone');
select is((select count(*) from pgmq.q_mail_dead), 1::bigint, 'the other one is not');
select tests.answers('service_role', 'purge_dead_letters(''mail'', null, now() + interval ''1 second'')', '1', 'those that failed before an instant');
select is((select count(*) from pgmq.q_mail_dead), 0::bigint, 'are gone');
select is((select count(*) from pgmq.q_mail), 2::bigint, 'jobs are not letters');
select tests.affects('service_role', 'select * from public.list_dead_letters(''mail'', null, null)', 0, 'no limit and no start are small ones');

select * from finish();
rollback;
