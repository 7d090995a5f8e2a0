-- What owners are told about their subscription: each thing once, while it lasts, and who is told.
begin;
select plan(36);
select tests.fixture();
update auth.users set email_confirmed_at = now() where email like '%@example.test';
delete from private.outbox;
delete from private.billing_alerts;
update public.organisations set trial_ends_at = now() + interval '10 days';
select private.watch_subscriptions();

create function pg_temp.is_now(p_status text, p_trial interval default '10 days', p_past_due interval default null) returns void language sql as $$
  update public.organisations set subscription_status = p_status, trial_ends_at = now() + p_trial, past_due_since = now() - p_past_due where id = tests.id('org_a')
$$;
create function pg_temp.alerts() returns text language sql as $$ select coalesce(string_agg(a.template, ' '), 'none') from private.billing_alerts a where a.organisation_id = tests.id('org_a') $$;
create function pg_temp.alert_when(p_status text, p_trial interval, p_past_due interval) returns text language sql as $$
  select pg_temp.is_now(p_status, p_trial, p_past_due);
  select string_agg(a.template, ' ') from private.subscription_alerts(tests.id('org_a')) a;
$$;
create function pg_temp.mail(p_template text) returns jsonb language sql as $$
  select tests.call('service_role', format('get_mail(%L, %L)', p_template, (select n.id from private.billing_notices n where n.organisation_id = tests.id('org_a') order by n.created_at desc limit 1)))
$$;

select is(pg_temp.alerts(), 'none', 'a trial that has days left is no news');
select is((select count(*) from private.subscription_alerts(null)), 0::bigint, 'for nobody');

-- a truth table: at most one thing at a time
select is(pg_temp.alert_when(s.status, s.trial, s.due), s.alert, format('%s, trial %s, past due %s: %s', s.status, s.trial, s.due, coalesce(s.alert, 'nothing')))
from (values ('trialing', interval '3 days 1 second', null::interval, null), ('trialing', '2 days 23:59:59', null, 'trial_ending'), ('trialing', '0', null, 'read_only'), ('active', '-1 year', null, null),
  ('past_due', '-1 year', interval '6 days', 'payment_failed'), ('past_due', '-1 year', interval '7 days', 'read_only'), ('unpaid', '-1 year', null, 'read_only'), ('canceled', '10 days', null, 'read_only')) s (status, trial, due, alert);

-- told once, to who can pay
select pg_temp.is_now('trialing', '2 days');
select is(private.watch_subscriptions(), 1, 'the trial is ending: one mail');
select is((select array_agg(n.user_id) from private.billing_notices n), array[tests.id('owner_a')], 'to the owner');
select is((select array_agg(o.payload ->> 'template') from private.outbox o where o.topic = 'mail.requested'), array['trial_ending'], 'is asked for');
select is(pg_temp.mail('trial_ending'), jsonb_build_object('to', 'owner_a@example.test', 'organisation', 'Org a', 'locale', 'en-GB', 'ends_at', now() + interval '2 days'), 'saying when');
select is(private.watch_subscriptions(), 0, 'once');
select is(private.watch_subscriptions(tests.id('org_b')), 0, 'another organisation is another');
select is(pg_temp.alerts(), 'trial_ending', 'looking at one leaves the others alone');
select is(pg_temp.mail('read_only'), null, 'a notice says what it is about and nothing else');
update auth.users set email_confirmed_at = null where id = tests.id('owner_a');
select is(pg_temp.mail('trial_ending'), null, 'an address that is not confirmed gets none');
update auth.users set email_confirmed_at = now() where id = tests.id('owner_a');
update public.memberships set role = 'owner' where user_id = tests.id('manager_a');
update public.memberships set role = 'manager' where user_id = tests.id('owner_a');
select is(pg_temp.mail('trial_ending'), null, 'nor does one who cannot pay any more');
update public.memberships set role = 'owner' where user_id = tests.id('owner_a');
select pg_temp.is_now('active');
select is(pg_temp.mail('trial_ending'), null, 'what is true no longer is not told');
select is(private.watch_subscriptions(), 0, 'good news is no mail');
select is(pg_temp.alerts(), 'none', 'and ends the alert');
select is((select count(*) from private.billing_notices), 0::bigint, 'with its notices');

-- payment failed, then read-only: two mails, each with its date
select pg_temp.is_now('past_due', '-30 days', '1 hour');
select is(private.watch_subscriptions(), 2, 'a payment failed: both owners are told');
select is((pg_temp.mail('payment_failed') ->> 'ends_at')::timestamptz, now() - interval '1 hour' + interval '7 days', 'until when they can pay');
select pg_temp.is_now('past_due', '-30 days', '7 days');
select is(private.watch_subscriptions(), 2, 'the days of grace are over: told again');
select is(pg_temp.mail('read_only') -> 'ends_at', 'null', 'it is read-only now');
select is(pg_temp.alerts(), 'read_only', 'one thing at a time');

-- a look at a subscription tells at once
select pg_temp.is_now('active');
select private.watch_subscriptions(tests.id('org_a'));
delete from private.outbox;
select tests.call('service_role', format('apply_subscription(%L)', jsonb_build_object('id', 'sub_a', 'object', 'subscription', 'status', 'unpaid', 'customer', 'cus_a', 'created', 1800000000, 'currency', 'gbp', 'metadata', jsonb_build_object('organisation_id', tests.id('org_a')),
  'items', '{"data": [{"id": "si_1", "current_period_start": 1893456000, "current_period_end": 1896048000, "price": {"recurring": {"interval": "month"}, "metadata": {"servio_tier": "pro"}}}]}'::jsonb)));
select is((select count(*) from private.outbox o where o.payload ->> 'template' = 'read_only'), 2::bigint, 'unpaid is told with the look that sees it');
select tests.refused(a, 'select 1 from private.' || t, '42501', a || ' does not read ' || t) from unnest(array['anon', 'owner_a', 'service_role']) a, unnest(array['billing_alerts', 'billing_notices']) t;

select * from finish();
rollback;
