-- What is expected of a day: reckoned by hand beside it, over the change of the clocks, without data, of one item, and how wrong
-- it says it is.
begin;
select plan(22);
select tests.fixture();
update public.organisations set tier = 'pro', subscription_status = 'active' where id in (tests.id('org_a'), tests.id('org_b'));

create function pg_temp.sold(p_venue text, p_day date, p_orders bigint) returns void language sql as $$
  -- In two quarters, so that a day is a sum.
  insert into private.kpi_quarters (venue_id, business_date, quarter_at, orders, cancelled_orders, gross_minor, refunds_minor, tax_minor, tips_minor, turns, turn_seconds, prep_seconds, costed_net_minor, cost_minor)
  select tests.id(p_venue), p_day, p_day + q.at, q.orders, 3, 0, 0, 0, 0, 0, 0, '{}', 0, 0 from (values (time '12:00', 1), (time '19:15', p_orders - 1)) q (at, orders)
$$;
create function pg_temp.sold_of(p_item text, p_day date, p_quantity bigint) returns void language sql as $$
  insert into private.kpi_items (venue_id, business_date, menu_item_id, orders, quantity, sales_minor, net_minor, costed_net_minor, cost_minor)
  select i.venue_id, p_day, i.id, 1, p_quantity, 0, 0, 0, 0 from public.menu_items i where i.id = tests.id(p_item)
$$;

-- Mondays of a spring in which the clocks change on Sunday the 29th of March.
select pg_temp.sold('venue_a1', d::date, n) is null from (values ('2026-03-09', 10), ('2026-03-16', 14), ('2026-03-23', 12), ('2026-03-30', 20), ('2026-04-06', 99)) s (d, n);
select pg_temp.sold('venue_a1', '2026-03-02', 50) is null, pg_temp.sold('venue_a2', '2026-03-30', 7) is null;
set timezone to 'Europe/London';
create temporary view ahead as select * from private.forecast(tests.id('venue_a1'), null, '2026-04-06', 2, 7);

select results_eq($$select expected::text, weeks from ahead where is_ahead and day = '2026-04-06'$$, $$values ('16.0000000000000000', 2::bigint)$$, 'a Monday is the mean of the last two, neither of an older one nor of what is not over');
select results_eq('select day from ahead order by day', $$select date '2026-03-09' + n from generate_series(0, 34) n$$, 'each day of the calendar is there once, also the one of 23 hours');
select is((select count(*) from ahead a where a.is_ahead <> (a.day >= '2026-04-06') or a.is_ahead <> (a.amount is null)), 0::bigint, 'what is ahead has no amount');
select results_eq($$select day, amount, expected::integer from ahead where amount > 0 and day >= '2026-03-23' order by day$$,
  $$values (date '2026-03-23', 12::bigint, 12), (date '2026-03-30', 20::bigint, 13)$$, 'a day of the past is reckoned from what was before it');
select is((select array_agg(distinct a.expected::integer) from ahead a where extract(isodow from a.day) = 7 and a.weeks > 0), array[0], 'a day on which nobody comes is expected to be none');
select is((select a.weeks from ahead a where a.day = '2026-03-09'), 0::bigint, 'the first day has nothing before it');
select is((select min(f.day) from private.forecast(tests.id('venue_a2'), null, '2026-04-06', 2, 7) f), date '2026-03-30', 'what is before the first sale is no zero');
select is((select count(*) from private.forecast(tests.id('venue_a1'), null, '2026-10-27', 12, 7) f), 7::bigint, 'half a year later nothing is in reach');
select pg_temp.sold('venue_a1', '2026-10-24', 5) is null;
select results_eq($$select day, expected::integer from private.forecast(tests.id('venue_a1'), null, '2026-10-26', 2, 6) where expected > 0$$,
  $$values (date '2026-10-31', 5)$$, 'nor does the day of 25 hours come twice');

-- of one item
select pg_temp.sold_of('burger_a1', '2026-03-31', 4) is null, pg_temp.sold_of('cola_a1', '2026-03-31', 9) is null;
select results_eq($$select day, expected::integer, weeks from private.forecast(tests.id('venue_a1'), tests.id('burger_a1'), '2026-04-06', 2, 7) where is_ahead and expected > 0$$,
  $$values (date '2026-04-07', 4, 1::bigint)$$, 'an item is counted by itself, from its first sale on');

-- as managers ask
update public.orders set business_date = business_date - 400 where venue_id = tests.id('venue_b1'); -- what the fixture sold is no history here
create temporary view today as select private.business_date(v.timezone, v.day_starts_at) as day from public.venues v where v.id = tests.id('venue_b1');
update public.venues set timezone = 'Pacific/Auckland' where id = tests.id('venue_b1');
select tests.answers('owner_b', 'forecast_demand({venue_b1})', jsonb_build_object('venue_id', tests.id('venue_b1'), 'menu_item_id', null, 'measure', 'orders', 'weeks', 8,
  'days', jsonb_build_array(jsonb_build_object('business_date', t.day, 'weekday', trim(to_char(t.day, 'day')), 'expected', null, 'weeks', 0)),
  'error', '{"mean_absolute_error": null, "mean_actual": null, "tested_days": 0}'::jsonb), 'without any data nothing is expected, and nothing is known of the error') from today t;
select is(jsonb_array_length(tests.call('owner_b', 'forecast_demand({venue_b1})') -> 'days'), 7, 'a week');
select is(jsonb_array_length(tests.call('owner_b', 'forecast_demand({venue_b1}, null, 2, 3)') -> 'days'), 3, 'or less');
select pg_temp.sold('venue_b1', t.day - 7, 10) is null, pg_temp.sold('venue_b1', t.day - 14, 14) is null from today t;
select tests.answers('owner_b', 'forecast_demand({venue_b1}, null, 2)', jsonb_build_object('days', jsonb_build_array(jsonb_build_object('business_date', t.day, 'expected', 12, 'weeks', 2)),
  'error', '{"mean_absolute_error": 0.6, "mean_actual": 1.4, "tested_days": 7}'::jsonb), 'what is expected, and by how much it would have missed') from today t;
update public.venues set timezone = 'Pacific/Honolulu' where id = tests.id('venue_b1');
select tests.answers('owner_b', 'forecast_demand({venue_b1}, null, 2)', jsonb_build_object('days', jsonb_build_array(jsonb_build_object('business_date', t.day))), 'from the venue''s own day on') from today t;
select tests.answers('manager_a1', 'forecast_demand({venue_a1}, {cola_a1})', jsonb_build_object('menu_item_id', tests.id('cola_a1'), 'measure', 'quantity'), 'of an item');

-- refusals
select tests.refused('owner_a', 'forecast_demand({venue_a1}, {venue_a1})', 'menu_item_not_found', 'no such item');
select tests.refused('owner_b', 'forecast_demand({venue_b1}, {cola_a1})', 'menu_item_not_found', 'no item of another house');
select tests.refused('owner_b', 'forecast_demand({venue_a1})', 'permission_denied', 'no other house');
select tests.refused('kitchen_a1', 'forecast_demand({venue_a1})', 'permission_denied', 'not for a cook');
select tests.refused('anon', 'forecast_demand({venue_a1})', '42501', 'nor for guests');
update public.organisations set tier = 'starter' where id = tests.id('org_b');
select tests.refused('owner_b', 'forecast_demand({venue_b1})', 'entitlement_exceeded', 'nor in every plan');

select * from finish();
rollback;
