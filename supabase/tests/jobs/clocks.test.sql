-- The schedules that exist, and what each does when it runs: on back-dated rows, never by waiting.
begin;
select plan(43);
select tests.fixture();

select set_eq($$select j.jobname::text, j.schedule, j.command from cron.job j$$,
  $$values ('expire-orders', '* * * * *', 'select private.request_due(''orders.expire'')'), ('wake-worker', '* * * * *', 'select private.wake_if_waiting()'),
    ('reconcile', '*/15 * * * *', 'select private.reconcile_by_clock()'), ('expire-invitations', '7 * * * *', 'select private.expire_invitations()'), ('purge-expired', '17 * * * *', 'select private.purge_expired()'),
    ('daily-close', '* * * * *', 'select private.request_due(''day.close'')'), ('advance-reservations', '*/5 * * * *', 'select private.request_due(''reservations.advance'')'),
    ('flag-forgotten-clock-outs', '37 * * * *', 'select private.flag_forgotten_clock_outs()'), ('roll-up', '*/5 * * * *', 'select private.request_due(''sales.roll_up'')'),
    ('watch-stock', '* * * * *', 'select private.request_due(''stock.watch'')'), ('erase-guest-data', '37 3 * * *', 'select private.request_due(''guests.erase'')'),
    ('clean-storage', '47 3 * * *', 'select private.clean_storage()'), ('expire-points', '57 3 * * *', 'select private.expire_points()'),
    ('sweep-payments', '* * * * *', 'select private.sweep_payments(), private.sweep_events()'), ('watch-subscriptions', '*/5 * * * *', 'select private.watch_subscriptions()'), ('keep-tenant-schemas', '* * * * *', 'select private.keep_tenant_schemas()'), ('expire-proposals', '* * * * *', 'select private.expire_proposals()'),
    ('forget-conversations', '27 3 * * *', 'select private.forget_conversations()'), ('watch-assistant-jobs', '* * * * *', 'select private.watch_assistant_jobs()')$$, 'these are all the clocks');
select ok((select bool_and(j.active) from cron.job j), 'all are on');
select is((select count(*) from cron.job j where j.username <> 'postgres'), 0::bigint, 'all run as the database''s owner');
select tests.refused(a, 'select cron.schedule(''x'', ''* * * * *'', ''select 1'')', '42501', a || ' sets no clock') from unnest(array['anon', 'owner_a', 'service_role']) a;
select tests.refused(a, 'select 1 from cron.job', '42501', a || ' sees no clock') from unnest(array['anon', 'owner_a', 'service_role']) a;

-- each command runs
select lives_ok(j.command, j.jobname || ' runs') from cron.job j order by j.jobname;

-- purge: what is old goes, what is young stays
insert into private.rate_limits (scope, subject, minute, used) values ('old', gen_random_uuid(), date_trunc('minute', now()) - interval '61 minutes', 1), ('young', gen_random_uuid(), date_trunc('minute', now()) - interval '59 minutes', 1);
update private.guest_devices set expires_at = now() - interval '25 hours' where secret_hash = private.token_hash(tests.secret('guest_a1'));
update private.guest_devices set expires_at = now() - interval '23 hours' where secret_hash = private.token_hash(tests.secret('guest2_a1'));
insert into private.outbox (topic, payload, relayed_at) values ('refund.requested', '{"age": "old"}', now() - interval '8 days'), ('refund.requested', '{"age": "young"}', now() - interval '6 days'), ('refund.requested', '{"age": "waiting"}', null);
update private.outbox set created_at = now() - interval '9 days' where payload ->> 'age' = 'waiting';
insert into private.notices (venue_id, user_id, template, about, created_at) select tests.id('venue_a1'), tests.id('owner_a'), 'low_stock', jsonb_build_object('age', d), now() - d from unnest(array[interval '8 days', interval '6 days']) d;
insert into private.billing_alerts (organisation_id, template) values (tests.id('org_a'), 'read_only');
insert into private.billing_notices (organisation_id, user_id, template, created_at) select tests.id('org_a'), tests.id('owner_a'), 'read_only', now() - d from unnest(array[interval '8 days', interval '6 days']) d;
select is(private.purge_expired(), 5, 'five rows are purged');
select is((select array_agg(now() - n.created_at) from private.billing_notices n), array[interval '6 days'], 'notices about a subscription, too');
select is((select array_agg(n.about ->> 'age') from private.notices n where n.about ? 'age'), array['6 days'], 'notices after a week');
select set_eq($$select scope from private.rate_limits where scope in ('old', 'young')$$, array['young'], 'rate counters after an hour');
select is((select count(*) from private.guest_devices d where d.secret_hash in (private.token_hash(tests.secret('guest_a1')), private.token_hash(tests.secret('guest2_a1')))), 1::bigint, 'guest devices a day after their end');
select set_eq($$select payload ->> 'age' from private.outbox where payload ? 'age'$$, array['young', 'waiting'], 'relayed messages after a week, waiting ones never');

-- proposals: what nobody confirmed in time is closed, and after 90 days it is gone, whatever became of it
insert into public.assistant_proposals (organisation_id, venue_id, actor_id, tool, arguments, before, after, impact, measured, hash, created_at, expires_at, status, decided_at)
select tests.id('org_a'), tests.id('venue_a1'), tests.id('owner_a'), 'publish_menu', jsonb_build_object('age', a.age), '{}', '{}', '{}', 1, convert_to(a.age, 'UTF8'), now() - a.age::interval, now() - a.age::interval + interval '10 minutes',
  a.status, case when a.status <> 'pending' then now() end
from (values ('9 minutes', 'pending'), ('10 minutes', 'pending'), ('89 days', 'confirmed'), ('91 days', 'confirmed'), ('92 days', 'pending')) a (age, status);
select is(private.expire_proposals(), 2, 'two proposals expire');
select set_eq($$select arguments ->> 'age', status from public.assistant_proposals$$, $$values ('9 minutes', 'pending'), ('10 minutes', 'expired'), ('89 days', 'confirmed')$$, 'and the oldest are gone');

-- conversations: forgotten 90 days after they were used, and older words of those that go on; turns after a week
with c as (insert into public.assistant_conversations (organisation_id, venue_id, actor_id, used_at)
  select tests.id('org_a'), tests.id('venue_a1'), tests.id('owner_a'), now() - u.used from (values (interval '91 days'), (interval '89 days')) u (used) returning *),
  t as (insert into private.assistant_turns (organisation_id, venue_id, actor_id, conversation_id, day, key_hash, model, prompt_sha256, held_tokens, held_cost_micro, started_at)
    select c.organisation_id, c.venue_id, c.actor_id, c.id, '2026-01-01', convert_to(a.age::text, 'UTF8'), 'model-1', '\x00', 1, 1, now() - a.age from c, (values (interval '8 days'), (interval '6 days')) a (age) where c.used_at > now() - interval '90 days')
insert into public.assistant_messages (venue_id, actor_id, conversation_id, said_by, text, created_at)
select c.venue_id, c.actor_id, c.id, 'person', a.age || ' of ' || extract(day from now() - c.used_at), now() - a.age::interval from c, (values ('89 days'), ('91 days')) a (age);
select is(private.forget_conversations(), 1, 'words of a conversation that goes on are forgotten');
select set_eq('select text from public.assistant_messages', array['89 days of 89'], 'and conversations that do not go on');
select set_eq('select key_hash from private.assistant_turns', array[convert_to('6 days', 'UTF8')], 'and turns');

-- a worker is woken when something waits, in whatever queue, and only then
select is(private.wake_if_waiting(), true, 'messages wait');
select tests.call('service_role', 'relay_outbox()');
select is(private.wake_if_waiting(), true, 'now jobs wait');
do $$ begin perform pgmq.read('provider_calls', 60, 100); end $$;
select is(private.wake_if_waiting(), true, 'of the other queue, too');
do $$ begin perform pgmq.read(q.queue, 60, 100) from private.queues q; end $$;
select is(private.wake_if_waiting(), false, 'claimed ones do not');

select * from finish();
rollback;
