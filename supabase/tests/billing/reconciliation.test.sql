-- Subscriptions, compared both ways: what differs is looked at as after an event, what no look settles has a name, and an
-- organisation's plan changes by apply_subscription alone.
begin;
select plan(46);
select tests.fixture();
create function pg_temp.object(p_id text, p_status text, p_items text default 'pro', p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('id', p_id, 'object', 'subscription', 'status', p_status, 'customer', 'cus_a', 'created', 1800000000, 'currency', 'gbp', 'trial_end', null,
    'cancel_at_period_end', false, 'latest_invoice', null, 'metadata', jsonb_build_object('organisation_id', tests.id('org_a')),
    'items', jsonb_build_object('data', (select jsonb_agg(jsonb_build_object('id', 'si_' || i, 'current_period_start', 1893456000, 'current_period_end', 1896048000, 'price', jsonb_build_object(
      'recurring', '{"interval": "month"}'::jsonb, 'metadata', jsonb_build_object(case when i in ('starter', 'pro') then 'servio_tier' else 'servio_add_on' end, i))))
      from string_to_table(p_items, ' ') i))) || p_more
$$;
create function pg_temp.missing(p_id text) returns jsonb language sql as $$ select jsonb_build_object('id', p_id, 'object', 'subscription', 'status', 'missing') $$;
create function pg_temp.kind(p_object jsonb) returns text language sql as $$
  select coalesce((select concat_ws(' ', d.kind, d.event_type, case when d.organisation_id = tests.id('org_a') then 'of a' end) from private.differences(jsonb_build_array(p_object)) d), '')
$$;
create function pg_temp.applies(p_object jsonb) returns text language sql as $$ select tests.call('service_role', format('apply_subscription(%L)', p_object)) ->> 'outcome' $$;
create function pg_temp.plan_of() returns text language sql as $$ select concat_ws(' ', o.tier, o.subscription_status) from public.organisations o where o.id = tests.id('org_a') $$;
select tests.keep('worker', gen_random_uuid()), tests.keep('run', (tests.call('service_role', 'request_reconciliation()') ->> 'run_id')::uuid);
select tests.call('service_role', 'claim_reconciliation({run}, {worker})');
create function pg_temp.call(p_name text, p_rest text default '') returns jsonb language sql as $$ select tests.call('service_role', format('%s({run}, {worker}%s)', p_name, p_rest)) $$;
create function pg_temp.noted(p_object jsonb) returns text language plpgsql as $$
begin
  perform pg_temp.call('save_reconciliation_page', format(', ''unconfirmed'', null, %L', jsonb_build_array(p_object)));
  return (select string_agg(f.kind, ' ' order by f.kind) from private.reconciliation_findings f where f.subject = p_object ->> 'id' and f.resolved_at is null);
end $$;

-- there, and not here
select is(pg_temp.kind(pg_temp.object('sub_1', 'active')), 'subscription_unknown_here subscription.changed of a', 'one that never came is looked at');
select is(pg_temp.kind(pg_temp.object('sub_1', 'incomplete')), 'subscription_unknown_here subscription.changed of a', 'also one that nobody has paid for yet');
select is(pg_temp.kind(pg_temp.object('sub_x', 'active', 'pro', '{"metadata": {}, "customer": "cus_x"}')), '', 'what carries none of our ids is somebody else''s');
select is(pg_temp.kind(pg_temp.object('sub_x', s, 'pro', '{"metadata": {"organisation_id": "00000000-0000-4000-8000-00000000dead"}, "customer": "cus_x"}')), k, format('of an organisation that does not exist, %s: %s', s, k))
from (values ('active', 'subscription_unknown_here'), ('canceled', '')) v (s, k);
select is(pg_temp.kind(pg_temp.object('sub_1', s, i)), k, format('%s at %s: %s', s, i, k)) from (values ('active', 'teleport', 'subscription_price_unknown of a'), ('active', 'pro starter', 'subscription_price_unknown of a'), ('canceled', 'teleport', '')) v (s, i, k);
select set_eq($$select x ->> 'type' as type, (x ->> 'seen_at')::timestamptz >= now() as later, x -> 'event_id' as event from jsonb_array_elements(pg_temp.call('compare_with_provider', format(', %L', jsonb_build_array(pg_temp.object('sub_1', 'active'), pg_temp.object('sub_2', 'active', 'teleport'))))) x$$,
  $$values ('subscription.changed', true, 'null'::jsonb), (null, null, 'null')$$, 'a look begins when it is asked for; where no look helps there is none');
select is(pg_temp.plan_of(), 'starter trialing', 'comparing changes nothing');
select is(pg_temp.applies(pg_temp.object('sub_1', 'active')), 'changed', 'the look does');
select is(pg_temp.kind(pg_temp.object('sub_1', 'active')), '', 'then they agree');
select is(pg_temp.plan_of(), 'pro active', 'and the plan is the provider''s');

-- there otherwise than here
select is(pg_temp.kind(pg_temp.object('sub_1', coalesce(m ->> 'status', 'active'), coalesce(m ->> 'plan', 'pro'), m - '{status,plan}'::text[])), 'subscription_differs subscription.changed of a', 'differs: ' || m::text)
from unnest(array['{"status": "past_due"}'::jsonb, '{"status": "canceled"}', '{"plan": "starter"}', '{"plan": "pro kitchen_display"}', '{"cancel_at_period_end": true}', '{"trial_end": 1893542400}', '{"currency": "eur"}',
  '{"items": {"data": [{"id": "si_other", "current_period_start": 1893456000, "current_period_end": 1896048000, "price": {"recurring": {"interval": "month"}, "metadata": {"servio_tier": "pro"}}}]}}',
  '{"items": {"data": [{"id": "si_pro", "current_period_start": 1893456000, "current_period_end": 1896048000, "price": {"recurring": {"interval": "year"}, "metadata": {"servio_tier": "pro"}}}]}}',
  '{"items": {"data": [{"id": "si_pro", "current_period_start": 1893456000, "current_period_end": 1899999999, "price": {"recurring": {"interval": "month"}, "metadata": {"servio_tier": "pro"}}}]}}']) m;
select is(pg_temp.kind(pg_temp.object('sub_1', 'active', 'pro', '{"metadata": {}}')), '', 'it is known by its id, whatever its metadata says');
select is(pg_temp.applies(pg_temp.object('sub_1', 'past_due', 'pro', '{"latest_invoice": {"created": 1893542400}}')), 'changed', 'it becomes past due');
select is(pg_temp.kind(pg_temp.object('sub_1', 'past_due', 'pro', jsonb_build_object('latest_invoice', jsonb_build_object('created', i)))), k, 'since another day: ' || i)
from (values (1893542400, ''), (1893628800, ''), (1893456000, 'subscription_differs subscription.changed of a')) v (i, k);
select is(pg_temp.applies(pg_temp.object('sub_1', 'active')), 'changed', 'it is paid again');

-- what is left has a name, for the owner too, until it is gone
select is(pg_temp.noted(pg_temp.object('sub_1', 'active', 'pro', '{"cancel_at_period_end": true}')), 'subscription_differs', 'a difference that stays');
select results_eq($$select f.organisation_id, f.venue_id, f.detail #>> '{there,cancel_at_period_end}', f.detail #>> '{here,cancel_at_period_end}' from private.reconciliation_findings f where f.subject = 'sub_1'$$, $$values (tests.id('org_a'), null::uuid, 'true', 'false')$$, 'is the organisation''s, and says what each side says');
select is(jsonb_path_query_array(tests.call('owner_a', 'get_reconciliation_report({org_a})'), '$.findings[*].kind'), '["subscription_differs"]', 'its owner reads it');
select is(tests.call('owner_b', 'get_reconciliation_report({org_b})') -> 'findings', '[]', 'and nobody else''s');
select is(pg_temp.noted(pg_temp.object('sub_1', 'active')), null, 'until it is gone');
select is(pg_temp.noted(pg_temp.object('sub_x', 'active', 'pro', '{"metadata": {"organisation_id": "00000000-0000-4000-8000-00000000dead"}, "customer": "cus_x"}')), 'subscription_unknown_here', 'one of nobody');
select is((select f.organisation_id from private.reconciliation_findings f where f.subject = 'sub_x'), null, 'is the operator''s');

-- here, and not there
delete from private.reconciliation_seen;
select is(pg_temp.call('get_unconfirmed_objects'), '[{"object": "subscription", "object_id": "sub_1"}, {"object": "subscription", "object_id": "sub_x"}]', 'what the list did not show is asked for, however old, and so is what is open');
select is(pg_temp.noted(pg_temp.missing('sub_1')), 'subscription_missing_there', 'the provider has none of that id');
select is(pg_temp.plan_of(), 'pro active', 'which takes nothing away from anybody');
select is(pg_temp.noted(pg_temp.missing('sub_x')), null, 'what is on neither side is over');
select pg_temp.applies(pg_temp.object('sub_1', 'canceled'));
delete from private.reconciliation_seen;
delete from private.reconciliation_findings;
select is(pg_temp.call('get_unconfirmed_objects'), '[]', 'what has ended is not asked for');
select is(pg_temp.kind(pg_temp.missing('sub_1')), '', 'nor missed');

-- two that have not ended
select is(string_agg(pg_temp.applies(o), ' '), 'changed second_subscription', 'two') from unnest(array[pg_temp.object('sub_2', 'active'), pg_temp.object('sub_3', 'active', 'starter')]) o;
select is(pg_temp.kind(pg_temp.object('sub_2', 'active')), 'subscription_twice of a', 'are for a person');
select is(pg_temp.applies(pg_temp.object('sub_3', 'canceled', 'starter')) || pg_temp.kind(pg_temp.object('sub_2', 'active')), 'changed', 'until one has ended');
select is(pg_temp.applies(pg_temp.object('sub_4', 'incomplete')) || pg_temp.kind(pg_temp.object('sub_2', 'active')) || pg_temp.kind(pg_temp.object('sub_4', 'incomplete')), 'changed', 'one that nobody pays for does not count');
select * from finish();
rollback;
