-- A venue's programme: who sets it, what is one, which plan has it, and what a switch off leaves.
begin;
select plan(59);
select tests.fixture();
create function pg_temp.save(p_venue text default 'venue_a1', p_more text default '') returns text language sql as $$
  select format('save_loyalty_programme(p_venue_id => {%s}, p_name => %s, p_is_active => %s, p_earn_points => %s, p_earn_per_minor => %s, p_point_value_minor => %s, p_min_redeem_points => %s, p_expires_after_days => %s)',
    p_venue, coalesce(m ->> 'name', '''House points'''), coalesce(m ->> 'is_active', 'true'), coalesce(m ->> 'earn_points', '1'), coalesce(m ->> 'earn_per_minor', '100'),
    coalesce(m ->> 'point_value_minor', '5'), coalesce(m ->> 'min_redeem_points', '20'), coalesce(m ->> 'expires_after_days', '365'))
  from (select coalesce(nullif(p_more, ''), '{}')::jsonb as m) x
$$;

-- who may
select tests.refused(a, pg_temp.save(), c, a) from (values ('anon', '42501'), ('service_role', '42501'), ('authenticated', 'not_authenticated'), ('stranger', 'permission_denied'), ('staff_a', 'permission_denied'),
  ('server_a', 'permission_denied'), ('cashier_a', 'permission_denied'), ('kitchen_a', 'permission_denied'), ('owner_b', 'permission_denied'), ('manager_b1', 'permission_denied')) v (a, c);
select tests.refused('manager_a1', pg_temp.save('venue_a2'), 'permission_denied', 'a venue''s manager sets no other venue''s');
select tests.refused('anon', 'join_loyalty({$guest_a1})', 'loyalty_not_offered', 'before there is one nobody joins');
select tests.answers('anon', 'get_loyalty({$guest_a1})', '{"programme": null, "account": null}', 'and guests are told so');
select tests.answers('manager_a1', pg_temp.save(), '{"name": "House points", "is_active": true, "earn_points": 1, "earn_per_minor": 100, "point_value_minor": 5, "min_redeem_points": 20, "expires_after_days": 365}', 'a manager sets it');
select tests.answers('owner_a', pg_temp.save(), '{"name": "House points"}', 'a repeat returns the same');
select is((select count(*) from public.loyalty_programmes), 1::bigint, 'and a venue has one');
select results_eq($$select e.action, e.actor_id, e.venue_id from private.audit_events e where e.table_name = 'loyalty_programmes'$$, $$values ('insert', tests.id('manager_a1'), tests.id('venue_a1'))$$, 'who set it is kept');
select tests.answers('anon', 'get_loyalty({$guest_a1})', '{"programme": {"name": "House points", "point_value_minor": 5, "min_redeem_points": 20}, "account": null}', 'guests see it');
select tests.affects('kitchen_a1', 'select 1 from public.loyalty_programmes', 1, 'members of the venue, too');
select tests.affects('owner_b', 'select 1 from public.loyalty_programmes', 0, 'others do not');

-- what is none
select tests.refused('owner_a', pg_temp.save(p_more => m), 'invalid_input', m) from unnest(array['{"name": "null"}', '{"name": "'' ''"}', '{"name": "repeat(''x'', 121)"}', '{"is_active": "null"}', '{"earn_points": 0}', '{"earn_points": 10001}', '{"earn_points": "null"}',
  '{"earn_per_minor": 0}', '{"earn_per_minor": 1000001}', '{"earn_per_minor": "null"}', '{"point_value_minor": 0}', '{"point_value_minor": 1000001}', '{"point_value_minor": "null"}', '{"min_redeem_points": 0}', '{"min_redeem_points": 1000001}', '{"min_redeem_points": "null"}',
  '{"expires_after_days": 29}', '{"expires_after_days": 1831}', '{"expires_after_days": "null"}']) m;

-- the plan: counted while it is on, refused by the function that counts everything else
update public.organisations set tier = 'starter', subscription_status = 'active' where id = tests.id('org_a');
select tests.refused('owner_a', pg_temp.save(), 'entitlement_exceeded', 'starter has none');
select tests.refused('anon', 'join_loyalty({$guest_a1})', 'loyalty_not_offered', 'one that is on already stops where the plan no longer has it');
select is(private.entitlement_usage(tests.id('org_a'), 'loyalty'), 1::bigint, 'it counts');
select tests.answers('owner_a', pg_temp.save(p_more => '{"is_active": false}'), '{"is_active": false}', 'it can be switched off');
select is(private.entitlement_usage(tests.id('org_a'), 'loyalty'), 0::bigint, 'and then does not');
update public.organisations set tier = 'pro' where id = tests.id('org_a');
select tests.answers('owner_a', pg_temp.save(), '{"is_active": true}', 'pro has it');
select tests.answers('owner_a', pg_temp.save('venue_a2'), '{"is_active": true}', 'in each venue');
update public.organisations set tier = 'enterprise' where id = tests.id('org_a');
select tests.answers('owner_a', pg_temp.save(), '{"is_active": true}', 'enterprise, too');
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select tests.refused('owner_a', pg_temp.save(), 'subscription_inactive', 'a read-only organisation sets nothing');
select tests.refused('anon', 'join_loyalty({$guest_a1})', 'subscription_inactive', 'and nobody joins it');
update public.organisations set subscription_status = 'active' where id = tests.id('org_a');

-- switched off: no further order earns or redeems, balances stay, orders that were placed keep their terms
select tests.keep('ada', (j #>> '{account,account_id}')::uuid, j ->> 'card') from tests.call('anon', 'join_loyalty({$guest_a1})') j;
select tests.call('owner_a', 'adjust_points({ada}, 500, ''welcome'', ''k'')');
create function pg_temp.loyalty(p_points integer default null) returns jsonb language sql as $$
  select jsonb_build_object('loyalty', jsonb_strip_nulls(jsonb_build_object('card', tests.secret('ada'), 'points', p_points)))
$$;
select tests.place('before', 'guest_a1', 'table', 'pay_later', 'beer_a1', pg_temp.loyalty(20));
select tests.answers('owner_a', pg_temp.save(p_more => '{"is_active": false, "earn_points": 7, "point_value_minor": 9}'), '{"is_active": false}', 'switched off, with other terms');
select tests.refused('anon', tests.place_call('guest_a1', 'k', 'table', 'pay_later', 'beer_a1', pg_temp.loyalty(20)), 'loyalty_not_offered', 'no further order redeems');
select tests.refused('anon', tests.place_call('guest_a1', 'k', 'table', 'pay_later', 'beer_a1', pg_temp.loyalty()), 'loyalty_not_offered', 'or earns');
select tests.refused('anon', 'join_loyalty({$guest_a1})', 'loyalty_not_offered', 'nobody joins');
select tests.answers('anon', 'get_loyalty({$guest_a1}, {$ada})', '{"programme": null, "account": {"points": 480, "expires_at": null}}', 'the balance is kept');
select tests.answers('manager_a', 'adjust_points({ada}, 1, ''kept'', ''k2'')', '{"points": 481}', 'and can be corrected');
select tests.collect('paid', 'owner_a', 'before', 500);
select is((select a.points from public.loyalty_accounts a where a.id = tests.id('ada')), 486::bigint, 'an order of before earns by the terms of then: 1 for each of 5.00');
update public.loyalty_accounts set used_at = now() - interval '400 days' where id = tests.id('ada');
select is(private.expire_points(), 0, 'nothing expires meanwhile');
select tests.answers('owner_a', pg_temp.save(), '{"is_active": true}', 'switched on again');
select tests.answers('anon', 'get_loyalty({$guest_a1}, {$ada})', '{"account": {"points": 486, "worth_minor": 2430}}', 'everything is there');

select * from finish();
rollback;
