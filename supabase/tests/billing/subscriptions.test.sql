-- What the provider says about a subscription becomes the organisation's plan, status and add-ons: every status, whatever
-- the order, number or time of the looks; and nothing else does.
begin;
select plan(115);
select tests.fixture();
update public.organisations set trial_ends_at = '2030-01-15' where id in (tests.id('org_a'), tests.id('org_b'));

-- The provider's object: items as "pro, kitchen_display", the rest as asked for.
create function pg_temp.item(p_key text, p_start bigint) returns jsonb language sql as $$
  select jsonb_build_object('id', 'si_' || p_key, 'object', 'subscription_item', 'current_period_start', p_start, 'current_period_end', p_start + 2592000,
    'price', jsonb_build_object('id', 'price_' || p_key, 'recurring', '{"interval": "month", "interval_count": 1}'::jsonb, 'metadata',
      case when p_key in ('starter', 'pro', 'enterprise') then jsonb_build_object('servio_tier', p_key) else jsonb_build_object('servio_add_on', p_key) end))
$$;
create function pg_temp.object(p_status text, p_items text default 'pro', p_more jsonb default '{}', p_start bigint default 1893456000) returns jsonb language sql as $$
  select jsonb_build_object('id', 'sub_a', 'object', 'subscription', 'status', p_status, 'customer', 'cus_a', 'created', 1800000000, 'currency', 'gbp', 'trial_end', null,
    'cancel_at_period_end', false, 'latest_invoice', null, 'metadata', jsonb_build_object('organisation_id', tests.id('org_a')),
    'items', jsonb_build_object('object', 'list', 'data', (select jsonb_agg(pg_temp.item(trim(i), p_start)) from string_to_table(p_items, ',') i))) || p_more
$$;
create function pg_temp.apply_call(p_object jsonb, p_seen text default '2030-01-01') returns text language sql as $$ select format('apply_subscription(%L, %L)', p_object, p_seen) $$;
create function pg_temp.plan_of(p_organisation text default 'org_a') returns text language sql as $$
  select concat_ws(' ', o.tier, o.subscription_status, (select string_agg(x.add_on, ' ') from public.organisation_add_ons x where x.organisation_id = o.id),
    case when o.past_due_since is not null then 'since ' || to_char(o.past_due_since at time zone 'UTC', 'YYYY-MM-DD') end) from public.organisations o where o.id = tests.id(p_organisation)
$$;
create function pg_temp.restart() returns void language plpgsql as $$
begin
  alter table public.subscription_events disable trigger user;
  delete from public.subscription_events;
  alter table public.subscription_events enable trigger user;
  delete from public.subscriptions;
  delete from public.billing_customers;
  delete from public.organisation_add_ons;
  update public.organisations set tier = 'starter', subscription_status = 'trialing', past_due_since = null, trial_ends_at = '2030-01-15' where id = tests.id('org_a');
end $$;

-- who may, and what is no subscription
select tests.refused(a, pg_temp.apply_call(pg_temp.object('active')), '42501', a || ' cannot say what was paid for') from unnest(array['anon', 'owner_a', 'stranger']) a;
select tests.refused('service_role', pg_temp.apply_call(o), 'invalid_input', 'no subscription: ' || left(coalesce(o::text, 'null'), 60))
from unnest(array['{}'::jsonb, null, '{"object": "invoice", "id": "in_1"}', pg_temp.object('active') - 'id', pg_temp.object('sleeping'), pg_temp.object('active', 'pro', '{"created": "yesterday"}'),
  pg_temp.object('active', 'pro', '{"customer": null}'), pg_temp.object('active') - 'currency']) o;
select tests.refused('service_role', format('apply_subscription(%L, null)', pg_temp.object('active')), 'invalid_input', 'when it was asked for is part of it');
select is(pg_temp.plan_of(), 'starter trialing', 'all that changed nothing');

-- whose it is
select tests.answers('service_role', pg_temp.apply_call(pg_temp.object('active', 'pro', m)), '{"outcome": "not_ours"}', 'not ours: ' || m::text)
from unnest(array['{"metadata": {}}'::jsonb, '{"metadata": {"organisation_id": "42"}}', jsonb_build_object('metadata', jsonb_build_object('organisation_id', gen_random_uuid()))]) m;
select tests.answers('service_role', pg_temp.apply_call(pg_temp.object('active', i)), '{"outcome": "unknown_price"}', 'a person must look: ' || i)
from unnest(array['kitchen_display', 'pro, starter', 'pro, teleport', 'pro, pro', 'starter, kitchen_display, kitchen_display']) i;
select tests.answers('service_role', pg_temp.apply_call(pg_temp.object('active', 'pro', '{"items": {"data": []}}')), '{"outcome": "unknown_price"}', 'so must one at nothing');
select is(pg_temp.plan_of(), 'starter trialing', 'nor did that change anything');
select tests.answers('service_role', pg_temp.apply_call(pg_temp.object('active')), '{"outcome": "changed", "status": "active", "tier": "pro"}', 'the first look at a subscription');
select is(pg_temp.plan_of(), 'pro active', 'is the organisation''s plan');
select is(pg_temp.plan_of('org_b'), 'starter trialing', 'and nobody else''s');
select is((select array[c.provider_reference, s.provider_reference, s.currency, s.billing_interval] from public.billing_customers c join public.subscriptions s using (organisation_id)), array['cus_a', 'sub_a', 'GBP', 'month'], 'an organisation knows its customer and subscription');
select tests.answers('service_role', pg_temp.apply_call(pg_temp.object('active', 'enterprise', jsonb_build_object('metadata', jsonb_build_object('organisation_id', tests.id('org_b'))))), '{"tier": "enterprise"}', 'a subscription stays with whom it was first for');
select is(pg_temp.plan_of() || ', ' || pg_temp.plan_of('org_b'), 'enterprise active, starter trialing', 'whatever its metadata says later');
select tests.answers('service_role', pg_temp.apply_call(pg_temp.object('canceled', 'starter', '{"id": "sub_b", "metadata": {}, "created": 1700000000}')), jsonb_build_object('organisation_id', tests.id('org_a')), 'one made in the dashboard is known by its customer');
select tests.refused('service_role', pg_temp.apply_call(pg_temp.object('active', 'starter', jsonb_build_object('id', 'sub_c', 'metadata', jsonb_build_object('organisation_id', tests.id('org_b'))))), 'invalid_input', 'a customer is one organisation''s');
select is(pg_temp.plan_of('org_b'), 'starter trialing', 'which is left as it was');

-- every status, from every status: the last look decides
select pg_temp.restart();
create temporary table states (status text, more jsonb, means text);
insert into states values ('trialing', '{"trial_end": 1894752000}', 'pro trialing'), ('active', '{}', 'pro active'), ('past_due', '{"latest_invoice": {"created": 1893542400}}', 'pro past_due since 2030-01-02'),
  ('unpaid', '{}', 'pro unpaid'), ('paused', '{}', 'pro unpaid'), ('canceled', '{}', 'pro canceled');
create function pg_temp.transitions() returns setof text language plpgsql as $$
declare
  f record;
begin
  for f in select a.status as was, a.more as was_more, b.status, b.more, b.means from states a, states b order by a.status, b.status loop
    perform pg_temp.restart(), tests.call('service_role', pg_temp.apply_call(pg_temp.object(f.was, 'pro', f.was_more))),
      tests.call('service_role', pg_temp.apply_call(pg_temp.object(f.status, 'pro', f.more), '2030-01-02'));
    return next is(pg_temp.plan_of(), f.means, format('%s → %s', f.was, f.status));
  end loop;
end $$;
select pg_temp.transitions();

-- one that was never paid for changes nothing
select pg_temp.restart();
select tests.answers('service_role', pg_temp.apply_call(pg_temp.object(s)), jsonb_build_object('status', s), s || ' is kept') from unnest(array['incomplete', 'incomplete_expired']) s;
select is(pg_temp.plan_of(), 'starter trialing', 'and leaves the trial as it was');
select is((select count(*) from public.billing_customers), 0::bigint, 'nor is its customer anybody');

-- days of grace: from the first invoice that was not paid
select pg_temp.restart();
select tests.call('service_role', pg_temp.apply_call(pg_temp.object('past_due', 'pro', '{"latest_invoice": {"created": 1893542400}}')));
select tests.call('service_role', pg_temp.apply_call(pg_temp.object('past_due', 'pro', '{"latest_invoice": {"created": 1896134400}}'), '2030-02-02'));
select is(pg_temp.plan_of(), 'pro past_due since 2030-01-02', 'a second invoice gives no new days');
select tests.call('service_role', pg_temp.apply_call(pg_temp.object('active'), '2030-02-03'));
select tests.call('service_role', pg_temp.apply_call(pg_temp.object('past_due', 'pro', '{"latest_invoice": "in_2"}'), '2030-03-02'));
select is(pg_temp.plan_of(), 'pro past_due since 2030-03-02', 'once paid they begin anew; of an invoice that is not shown, with the look');

-- order and repeats: looks in any order end in the same state, and the history has no repeats
select pg_temp.restart();
create temporary table looks (n integer, call text);
insert into looks values (1, pg_temp.apply_call(pg_temp.object('trialing', 'starter', '{"trial_end": 1894752000}'), '2030-01-01 10:00')), (2, pg_temp.apply_call(pg_temp.object('active', 'pro'), '2030-01-01 11:00')),
  (3, pg_temp.apply_call(pg_temp.object('past_due', 'pro', '{"latest_invoice": {"created": 1893542400}}'), '2030-01-01 12:00')), (4, pg_temp.apply_call(pg_temp.object('active', 'starter, kitchen_display'), '2030-01-01 13:00'));
create function pg_temp.in_order(p_order integer[]) returns text language plpgsql as $$
declare
  v_n integer;
begin
  perform pg_temp.restart();
  foreach v_n in array p_order loop
    perform tests.call('service_role', (select l.call from looks l where l.n = v_n));
  end loop;
  return pg_temp.plan_of();
end $$;
select is(pg_temp.in_order(o), 'starter active kitchen_display', 'looks in the order ' || o::text) from (values (array[1,2,3,4]), (array[4,3,2,1]), (array[4]), (array[2,4,1,3]), (array[1,1,4,4,2,4])) x (o);
select is(pg_temp.in_order(array[1,1,2,2]), 'pro active', 'each twice');
select results_eq($$select e.before ->> 'status', e.after ->> 'status', e.after ->> 'tier' from public.subscription_events e order by e.id$$, $$values (null, 'trialing', 'starter'), ('trialing', 'active', 'pro')$$, 'is told once');
select tests.answers('service_role', (select l.call from looks l where n = 1), '{"outcome": "stale"}', 'an older look is stale');
select tests.answers('service_role', (select l.call from looks l where n = 2), '{"outcome": "unchanged"}', 'the same look changes nothing');
select tests.refused(a, c, '42501', format('%s: %s', a, c)) from unnest(array['anon', 'owner_a', 'service_role', 'postgres']) a,
  unnest(array['update public.subscription_events set after = ''{}''', 'delete from public.subscription_events', 'truncate public.subscription_events']) c where not (a <> 'postgres' and c like 'truncate%');

-- add-ons follow the items; a plan that was paid for is kept until the period ends
select pg_temp.in_order(array[4]);
select is(private.entitlement_limit(tests.id('org_a'), 'kitchen_stations'), 1::bigint, 'the kitchen display is one station');
select tests.call('service_role', pg_temp.apply_call(pg_temp.object('active', 'starter'), '2030-01-01 14:00'));
select is(pg_temp.plan_of() || ' ' || private.entitlement_limit(tests.id('org_a'), 'kitchen_stations'), 'starter active 0', 'without it there is none');
select tests.call('service_role', pg_temp.apply_call(pg_temp.object('active', 'starter', '{"metadata": {"servio_keeps_tier": "pro", "servio_keeps_until": "1896048000"}}'), '2030-01-01 15:00'));
select is(pg_temp.plan_of() || ' then ' || (select s.next_tier from public.subscriptions s), 'pro active then starter', 'a smaller plan begins when the period ends');
select tests.call('service_role', pg_temp.apply_call(pg_temp.object('active', 'starter', '{"metadata": {"servio_keeps_tier": "pro", "servio_keeps_until": "1896048000"}}', 1896048000), '2030-02-01'));
select is(pg_temp.plan_of() || coalesce((select s.next_tier from public.subscriptions s), ''), 'starter active', 'and then it does');

-- which one counts
select tests.call('service_role', pg_temp.apply_call(pg_temp.object('canceled', 'starter'), '2030-02-02'));
select tests.answers('service_role', pg_temp.apply_call(pg_temp.object('active', 'pro', '{"id": "sub_new", "created": 1896200000}'), '2030-02-03'), '{"outcome": "changed"}', 'after one that ended another begins');
select tests.call('service_role', pg_temp.apply_call(pg_temp.object('canceled', 'enterprise', '{"created": 1896300000}'), '2030-02-04'));
select is(pg_temp.plan_of(), 'pro active', 'the one that has not ended counts');
select tests.answers('service_role', pg_temp.apply_call(pg_temp.object('active', 'enterprise', '{"id": "sub_two", "created": 1896400000}'), '2030-02-05'), '{"outcome": "second_subscription"}', 'two at once: a person must look');
select is(pg_temp.plan_of(), 'enterprise active', 'and the newer counts');

-- events: nothing in them is believed but whose they are
delete from private.outbox;
select tests.answers('service_role', tests.event_call('evt_' || n, t, o), jsonb_build_object('outcome', w), t)
from (values (1, 'customer.subscription.updated', '{"object": "subscription", "id": "sub_two", "status": "canceled"}'::jsonb, 'subscription_noted'), (2, 'invoice.paid', '{"object": "invoice", "id": "in_1", "parent": {"subscription_details": {"subscription": "sub_two"}}}', 'subscription_noted'),
  (3, 'invoice.payment_failed', '{"object": "invoice", "id": "in_1", "parent": null}', 'not_ours'), (4, 'checkout.session.completed', '{"object": "checkout.session", "id": "cs_1", "subscription": null}', 'not_ours'),
  (5, 'checkout.session.completed', '{"object": "checkout.session", "id": "cs_1", "subscription": "sub_two"}', 'subscription_noted'), (6, 'customer.subscription.trial_will_end', '{"object": "subscription", "id": "sub_two"}', 'subscription_noted')) x (n, t, o, w);
select is((select array_agg(distinct b.payload ->> 'subscription_reference') from private.outbox b where b.topic = 'subscription.changed' and b.payload ? 'seen_at'), array['sub_two'], 'each asks for a look');
select is(pg_temp.plan_of(), 'enterprise active', 'and changes nothing by itself');

-- nobody else writes the plan
select set_eq($$select p.proname::text collate "default" from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'private')
  and p.prosrc ~* '(update|into) +public\.(organisations|organisation_add_ons)\M'$$, array['create_organisation', 'settle_plan'], 'one function sets a plan, and one begins a trial');
select tests.refused(a, 'update public.organisations set tier = ''enterprise''', '42501', a || ' sets no plan') from unnest(array['anon', 'owner_a', 'service_role']) a;
select tests.refused(a, 'insert into public.organisation_add_ons values ({org_a}, ''kitchen_display'')', '42501', a || ' adds no add-on') from unnest(array['anon', 'owner_a', 'service_role']) a;

select * from finish();
rollback;
