-- Dead letters: listed without secrets, tried again once, thrown away only when said which.
begin;
select plan(37);
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

-- listed: oldest first, secrets gone, nonsense kept
select is((select count(*) from pg_temp.letters()), 0::bigint, 'there are none');
select pg_temp.bury('{"topic": "mail.requested", "trace_id": "t", "payload": {"n": 1}}'), pg_temp.bury('{"topic": "mail.requested", "payload": {"n": 2, "secrets": {"token": "s3cret"}}}'),
  pg_temp.bury('[1]'), pg_temp.bury('{"topic": "mail.requested", "payload": {"n": 4}}');
select results_eq($$select l ->> 'topic', l ->> 'error', (l ->> 'attempts')::integer, (l ->> 'replayable')::boolean, l -> 'payload' from pg_temp.letters() l$$,
  $$values ('mail.requested', 'gone wrong', 0, true, '{"n": 1}'::jsonb), ('mail.requested', 'gone wrong', 0, false, '{"n": 2}'),
    (null, 'gone wrong', 0, false, '[1]'), ('mail.requested', 'gone wrong', 0, true, '{"n": 4}')$$, 'oldest first, with what went wrong');
select is_empty($$select 1 from pgmq.q_mail_dead q where q.message::text ~ 's3cret'$$, 'a dead letter has no secrets');
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
