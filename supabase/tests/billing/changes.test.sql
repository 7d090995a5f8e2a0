-- What owners may ask of a subscription: who, when, what the provider is then asked for, and every refusal.
begin;
select plan(91);
select tests.fixture();

-- a subscription as a look would leave it
create function pg_temp.has(p_status text, p_items jsonb default '{"pro": "si_pro"}', p_more jsonb default '{}') returns void language sql as $$
  delete from public.billing_changes;
  insert into public.subscriptions (organisation_id, provider_reference, status, tier, items, currency, billing_interval, current_period_ends_at, cancel_at_period_end, started_at, seen_at, next_tier, past_due_since)
  select tests.id('org_a'), 'sub_a', p_status, coalesce(p_more ->> 'tier', (select t.tier from public.tiers t where p_items ? t.tier)), p_items, 'GBP', 'month',
    coalesce((p_more ->> 'ends')::timestamptz, date_trunc('second', now()) + interval '20 days'), coalesce((p_more ->> 'canceling')::boolean, false), now() - interval '1 year', now(), p_more ->> 'next', case p_status when 'past_due' then now() end
  on conflict (provider_reference) do update set status = excluded.status, tier = excluded.tier, items = excluded.items, current_period_ends_at = excluded.current_period_ends_at,
    cancel_at_period_end = excluded.cancel_at_period_end, next_tier = excluded.next_tier, past_due_since = excluded.past_due_since;
  select private.settle_plan(tests.id('org_a'));
$$;
create function pg_temp.change(p_kind text, p_item text default null) returns text language sql as $$ select format('start_billing_change({org_a}, %L, %L)', p_kind, p_item) $$;
create function pg_temp.steps(p_kind text, p_item text default null) returns jsonb language plpgsql as $$
begin
  delete from public.billing_changes;
  return tests.call('owner_a', pg_temp.change(p_kind, p_item)) -> 'steps';
end $$;

-- who may
select tests.refused(a, c, '42501', format('%s: %s', a, c)) from unnest(array['anon', 'service_role']) a, unnest(array['start_billing_change({org_a}, ''cancel'')', 'get_billing_customer({org_a})']) c;
select tests.refused(a, c, 'permission_denied', format('%s: %s', a, c)) from unnest(array['manager_a', 'staff_a', 'cashier_a', 'manager_a1', 'owner_b', 'stranger']) a, unnest(array['start_billing_change({org_a}, ''cancel'')', 'get_billing_customer({org_a})']) c;
select tests.refused('authenticated', c, 'not_authenticated', 'a token without a user: ' || c) from unnest(array['start_billing_change({org_a}, ''cancel'')', 'get_billing_customer({org_a})']) c;
select tests.refused(a, 'finish_billing_change(gen_random_uuid(), ''called'')', '42501', a || ' does not answer for the provider') from unnest(array['anon', 'owner_a']) a;
select tests.refused('service_role', c, e, c) from (values ('finish_billing_change(gen_random_uuid(), ''called'')', 'billing_change_not_found'), ('finish_billing_change(gen_random_uuid(), ''done'')', 'invalid_input'), ('finish_billing_change(gen_random_uuid(), null)', 'invalid_input')) x (c, e);
select tests.refused('owner_a', c, 'invalid_input', c) from unnest(array['start_billing_change({org_a}, ''free'')', 'start_billing_change({org_a}, null)', 'start_billing_change({org_a}, ''checkout'', ''gold'')', 'start_billing_change({org_a}, ''checkout'', null)',
  'start_billing_change({org_a}, ''checkout'', ''pro'', ''pounds'')', 'start_billing_change({org_a}, ''checkout'', ''pro'', ''GBP'', ''day'')', 'start_billing_change({org_a}, ''checkout'', ''pro'', null)']) c;

-- without a subscription: choosing one, and nothing else
select tests.refused('owner_a', pg_temp.change(k, 'pro'), 'subscription_missing', 'without a subscription there is none to ' || k) from unnest(array['plan', 'add_on', 'remove_add_on', 'cancel', 'resume']) k;
select tests.refused('owner_a', 'get_billing_customer({org_a})', 'subscription_missing', 'nor a portal');
update public.organisations set trial_ends_at = date_trunc('second', now()) + interval '10 days' where id = tests.id('org_a');
select is(pg_temp.steps('checkout', 'pro'), jsonb_build_object('price', 'servio_pro_gbp_month', 'organisation_id', tests.id('org_a'), 'email', 'owner_a@example.test', 'customer', null, 'replaces', '[]'::jsonb,
  'trial_end', extract(epoch from date_trunc('second', now()) + interval '10 days')::bigint), 'a first subscription carries the rest of the trial');
update public.organisations set trial_ends_at = now() + interval '48 hours' where id = tests.id('org_a');
select is(pg_temp.steps('checkout', 'starter') -> 'trial_end', 'null', 'less than the provider takes is no trial');
update public.organisations set trial_ends_at = now() - interval '1 hour' where id = tests.id('org_a');
select is(pg_temp.steps('checkout', 'starter') -> 'trial_end', 'null', 'nor is one that is over; and an organisation that is read-only may pay us');

-- one at a time: a repeat is the same, another waits or, after two minutes, goes ahead
select is((tests.call('owner_a', pg_temp.change('checkout', 'starter'))) - 'steps', jsonb_build_object('change_id', (select c.id from public.billing_changes c), 'kind', 'checkout', 'subscription_reference', null), 'asked again, it is the same change');
update public.organisations set trial_ends_at = now() + interval '10 days' where id = tests.id('org_a');
select is(tests.call('owner_a', pg_temp.change('checkout', 'starter')) #> '{steps,trial_end}', 'null', 'with the same steps, whatever has happened since');
select tests.refused('owner_a', pg_temp.change('checkout', 'pro'), 'billing_change_in_progress', 'another waits');
update public.billing_changes set created_at = now() - interval '121 seconds';
select tests.answers('owner_a', pg_temp.change('checkout', 'pro'), '{"kind": "checkout"}', 'until nobody came back to the first');
select is((select array_agg(c.status order by c.created_at) from public.billing_changes c), array['abandoned', 'reserved'], 'which is given up');
select tests.keep('change', (select c.id from public.billing_changes c where c.status = 'reserved'));
select tests.answers('service_role', 'finish_billing_change({change}, ''called'', ''cs_1'')', '{"status": "called"}', 'the provider has a session');
select tests.answers('service_role', 'finish_billing_change({change}, ''refused'', null, ''late'')', '{"status": "called"}', 'which no later word changes');
select is(tests.call('owner_a', pg_temp.change('checkout', 'pro')) #> '{steps,replaces}', '["cs_1"]', 'the next session replaces it');
select is((select c.requested_by from public.billing_changes c where c.status = 'reserved'), tests.id('owner_a'), 'it says who asked');
select throws_ok($$insert into public.billing_changes (organisation_id, kind, request, steps) values (tests.id('org_a'), 'cancel', '{}', '{}')$$, '23505', null, 'two at once are impossible');

-- up: at once, prorated, and paid or not done
select pg_temp.has('active', '{"starter": "si_s", "kitchen_display": "si_k"}');
select tests.refused('owner_a', pg_temp.change('checkout', 'pro'), 'subscription_exists', 'a second subscription is refused');
select is(pg_temp.steps('plan', 'pro'), '{"items": [{"id": "si_k", "deleted": true}, {"id": "si_s", "price": "servio_pro_gbp_month"}], "proration_behavior": "always_invoice", "payment_behavior": "error_if_incomplete"}', 'up at once, without the add-on of the smaller plan');
delete from public.billing_changes;
select tests.refused('owner_a', pg_temp.change('plan', p), 'invalid_input', 'not another plan: ' || coalesce(p, 'null')) from unnest(array['starter', 'gold', null]) p;

-- add-ons
select pg_temp.has('active', '{"starter": "si_s"}');
select is(pg_temp.steps('add_on', 'kitchen_display'), '{"items": [{"price": "servio_kitchen_display_gbp_month"}], "proration_behavior": "always_invoice", "payment_behavior": "error_if_incomplete"}', 'an add-on is another item');
select pg_temp.has('active', '{"starter": "si_s", "kitchen_display": "si_k"}');
select tests.refused('owner_a', pg_temp.change('add_on', 'kitchen_display'), 'invalid_input', 'not twice');
select tests.refused('owner_a', pg_temp.change('add_on', x), 'add_on_not_offered', 'nor one there is not: ' || coalesce(x, 'null')) from unnest(array['teleport', null]) x;
select tests.refused('owner_a', pg_temp.change('remove_add_on', x), 'invalid_input', 'what is not there cannot go: ' || coalesce(x, 'null')) from unnest(array['teleport', null]) x;
select tests.refused('owner_a', pg_temp.change('remove_add_on', 'kitchen_display'), 'plan_too_small', 'one in use stays');
select is((tests.attempt('owner_a', pg_temp.change('remove_add_on', 'kitchen_display'))).detail, 'kitchen_stations: 4 of 0', 'and is named, and nothing else');
update public.kitchen_stations set is_active = false where kind <> 'expo' and venue_id in (tests.id('venue_a1'), tests.id('venue_a2'));
select is(pg_temp.steps('remove_add_on', 'kitchen_display'), '{"items": [{"id": "si_k", "deleted": true}], "proration_behavior": "create_prorations"}', 'one that is not in use goes');
select pg_temp.has('active');
select tests.refused('owner_a', pg_temp.change('add_on', 'kitchen_display'), 'add_on_not_offered', 'a plan that has it does not sell it');

-- down: refused with the list, else when the period ends
select is((tests.attempt('owner_a', pg_temp.change('plan', 'starter'))).message, 'plan_too_small', 'down is refused while more is in use');
select matches((tests.attempt('owner_a', pg_temp.change('plan', 'starter'))).detail, '^inventory: \d+ of 0; .*staff: \d+ of 3; .*venues: 2 of 1$', 'with the list of what is over');
select is(private.over_plan(tests.id('org_a'), 'enterprise', '{}'), null, 'the largest plan fits everybody');
select is(private.over_plan(tests.id('org_a'), 'enterprise', '{kitchen_display}'), 'add-on kitchen_display: not sold with enterprise', 'an add-on that the plan does not sell is listed, too');
select pg_temp.has('active', '{"enterprise": "si_e"}');
select is(pg_temp.steps('plan', 'pro'), jsonb_build_object('proration_behavior', 'none', 'items', '[{"id": "si_e", "price": "servio_pro_gbp_month"}]'::jsonb,
  'metadata', jsonb_build_object('servio_keeps_tier', 'enterprise', 'servio_keeps_until', extract(epoch from date_trunc('second', now()) + interval '20 days')::bigint::text)), 'down without a proration, keeping until the end what was paid for');
select pg_temp.has('active', '{"pro": "si_p"}', '{"tier": "enterprise", "next": "pro"}');
select tests.refused('owner_a', pg_temp.change(k, i), 'downgrade_waiting', 'a smaller plan waits: no ' || k) from (values ('plan', 'enterprise'), ('add_on', 'kitchen_display'), ('remove_add_on', 'kitchen_display')) x (k, i);
select is(pg_temp.steps('resume'), '{"items": [{"id": "si_p", "price": "servio_enterprise_gbp_month"}], "metadata": {"servio_keeps_tier": "", "servio_keeps_until": ""}, "proration_behavior": "none"}', 'resuming takes it back, without a charge');

-- ending and going on
select pg_temp.has('active', '{"pro": "si_pro"}', '{"canceling": true}');
select is(pg_temp.steps('resume'), '{"cancel_at_period_end": false}', 'resuming takes a cancellation back');
create function pg_temp.cancel_when(p_status text) returns jsonb language sql as $$ select pg_temp.has(p_status); select pg_temp.steps('cancel') $$;
select is(pg_temp.cancel_when(s), '{"cancel_at_period_end": true}', s || ': ends when the period does') from unnest(array['trialing', 'active', 'past_due', 'unpaid']) s;

-- what is not paid cannot be changed, nor what is just being renewed
select pg_temp.has('past_due');
select tests.refused('owner_a', pg_temp.change('plan', 'enterprise'), 'subscription_unpaid', 'past due: pay first');
select pg_temp.has('unpaid');
select tests.refused('owner_a', pg_temp.change('plan', 'enterprise'), 'subscription_unpaid', 'unpaid: the same');
select pg_temp.has('trialing');
select tests.answers('owner_a', pg_temp.change('plan', 'enterprise'), '{"kind": "plan", "subscription_reference": "sub_a"}', 'in the trial a plan may be changed');
select pg_temp.has('active', '{"pro": "si_pro"}', jsonb_build_object('ends', now()));
select tests.refused('owner_a', pg_temp.change('plan', 'enterprise'), 'billing_change_in_progress', 'not while the period turns');
select pg_temp.has('canceled');
select tests.refused('owner_a', pg_temp.change('resume'), 'subscription_missing', 'what has ended is not resumed');
update public.organisations set trial_ends_at = now() + interval '10 days' where id = tests.id('org_a');
insert into public.billing_customers values (tests.id('org_a'), 'cus_a');
select is(pg_temp.steps('checkout', 'pro') - 'organisation_id', '{"price": "servio_pro_gbp_month", "email": "owner_a@example.test", "customer": "cus_a", "replaces": [], "trial_end": null}', 'it is begun again, by the same customer, without a second trial');
select tests.answers('owner_a', 'get_billing_customer({org_a})', '{"customer": "cus_a"}', 'and the portal opens, in read-only mode, too');

update public.billing_changes set status = 'refused';
insert into public.billing_changes (organisation_id, kind, request, steps, status, provider_reference, created_at)
select tests.id('org_a'), 'checkout', '{}', '{}', 'called', 'cs_' || n, now() + n * interval '1 hour' from unnest(array[-1, 1, -26]) n;
select is(tests.call('owner_a', pg_temp.change('checkout', 'pro')) #> '{steps,replaces}', '["cs_1"]', 'a page that led to a subscription, or has had its day, needs no replacing');

-- a change that was called asks for a look
select pg_temp.has('active');
delete from private.outbox;
select tests.keep('change', (tests.call('owner_a', pg_temp.change('cancel')) ->> 'change_id')::uuid);
select tests.answers('service_role', 'finish_billing_change({change}, ''called'', ''sub_a'')', '{"status": "called"}', 'called');
select is((select b.payload ->> 'subscription_reference' from private.outbox b where b.topic = 'subscription.changed'), 'sub_a', 'should its event never come, a look sees it');
select tests.keep('change', (tests.call('owner_a', pg_temp.change('resume')) ->> 'change_id')::uuid);
select tests.answers('service_role', 'finish_billing_change({change}, ''refused'', ''sub_a'', ''card_declined'')', '{"status": "refused"}', 'refused');
select is((select count(*) from private.outbox b where b.topic = 'subscription.changed'), 1::bigint, 'what was refused asks for none');
select is((select c.failure_code from public.billing_changes c where c.id = tests.id('change')), 'card_declined', 'and says why');

select * from finish();
rollback;
