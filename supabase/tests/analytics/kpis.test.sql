-- The numbers, worked out by hand for one night that crosses midnight and the change to summer time; from rows and from
-- rollups, before and after late refunds and cancellations. And who may see them.
begin;
select plan(100);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active';

-- The night of Saturday, 28 March 2026, in London: the clocks go from 01:00 to 02:00, the day turns at 04:00.
create function pg_temp.back_date(p_order text, p_day date, p_at timestamptz, p_cooked_seconds integer default null) returns void language sql as $$
  update public.orders o set business_date = p_day, created_at = p_at, number = o.number + 1000 where o.id = tests.id(p_order);
  update public.kitchen_tickets t set status = 'bumped', fired_at = t.fired_at - p_cooked_seconds * interval '1 second', ready_at = t.fired_at
  where t.order_id = tests.id(p_order) and p_cooked_seconds is not null;
$$;
select tests.place('tipped', 'guest2_a1', 'table', 'pay_later', 'burger_a1+rare_a1', '{"tip_minor": 100}');
select tests.place('till', 'counter_a1', 'counter', 'pay_at_till', 'cola_a1*2');
select tests.place('dropped', 'guest2_a1', 'table', 'pay_later', 'cola_a1');
select tests.place('unpaid', 'guest2_a1', 'table', 'pay_now', 'beer_a1');
select tests.place('next', 'counter_a1', 'counter', 'pay_at_till', 'beer_a1');
select tests.collect('cash1', 'owner_a', 'tipped', 1350), tests.collect('card1', 'owner_a', 'till', 666, 'card_terminal'), tests.collect('cash2', 'owner_a', 'next', 600);
select tests.call('owner_a', 'cancel_order({dropped}, ''left'')');
select tests.call('owner_a', 'cancel_order({unpaid}, ''left'')');
select tests.call('owner_a', 'close_table_session({guest2_a1})');
update public.table_sessions set opened_at = closed_at - interval '90 minutes' where id = tests.id('guest2_a1');
select pg_temp.back_date('tipped', '2026-03-28', '2026-03-29 00:30+00', 600), pg_temp.back_date('till', '2026-03-28', '2026-03-29 01:15+00', 300),
  pg_temp.back_date('dropped', '2026-03-28', '2026-03-28 19:00+00'), pg_temp.back_date('unpaid', '2026-03-28', '2026-03-28 19:00+00'),
  pg_temp.back_date('next', '2026-03-29', '2026-03-29 12:00+01', 60);

create temporary table numbers (name text, kpis jsonb);
insert into numbers values
  ('first', '{"orders": 2, "cancelled_orders": 2, "gross_minor": 1916, "refunds_minor": 0, "tax_minor": 319, "net_minor": 1597, "tips_minor": 100,
    "average_order_minor": 958, "refund_rate_bp": 0, "prep_p50_seconds": 300, "prep_p95_seconds": 600, "table_turn_seconds": 5400}'),
  -- 333 of 666 back: tax 111 - 56
  ('refunded', '{"orders": 2, "gross_minor": 1916, "refunds_minor": 333, "tax_minor": 263, "net_minor": 1320, "tips_minor": 100, "average_order_minor": 958, "refund_rate_bp": 1738}'),
  -- 1300 of 1350 back: the bill of 1250 first, then 50 of the tip
  ('tip refunded', '{"orders": 2, "gross_minor": 1916, "refunds_minor": 1583, "tax_minor": 55, "net_minor": 278, "tips_minor": 50, "refund_rate_bp": 8262}'),
  ('cancelled', '{"orders": 1, "cancelled_orders": 3, "gross_minor": 1250, "refunds_minor": 1250, "tax_minor": 0, "net_minor": 0, "tips_minor": 50, "prep_p50_seconds": 600, "table_turn_seconds": 5400}');
create function pg_temp.day_is(p_name text, p_sentence text) returns setof text language sql as $$
  select tests.answers('owner_a', 'get_kpis({venue_a1}, ''2026-03-28'', ''2026-03-28'')', jsonb_build_object('total', n.kpis), p_sentence)
  from numbers n where n.name = p_name
$$;

-- from rows or from rollups, the same
select is((select count(*) from private.kpi_quarters), 0::bigint, 'nothing is rolled up yet');
select is(private.roll_up(), 2, 'the first run of the clock rolls up the two days that are over');
select pg_temp.day_is('first', 'a day, rolled up');
select is((select array_agg(distinct d.business_date) from private.stale_days d), array[private.business_date('Europe/London', '04:00')], 'today stays stale until it is over');
select is((select k.quantity from private.kpi_items k where k.venue_id = tests.id('venue_a1') and k.business_date = '2026-03-28' and k.menu_item_id = tests.id('cola_a1')), 2::bigint, 'items too, without what was cancelled');
insert into private.stale_days (venue_id, business_date) values (tests.id('venue_a1'), '2026-03-28');
select pg_temp.day_is('first', 'the same day, stale, is read from rows and counted once');
delete from private.stale_days;
update private.kpi_quarters set gross_minor = 1 where venue_id = tests.id('venue_a1') and business_date = '2026-03-28';
select tests.answers('owner_a', 'get_kpis({venue_a1}, ''2026-03-28'', ''2026-03-28'')', '{"total": {"gross_minor": 3}}', 'not stale, it is read from the rollups');
select is(private.roll_up(), 2, 'what changed within half an hour is counted again');
select pg_temp.day_is('first', 'which mends it');

-- periods: hours by the wall clock, the business day, the week from Monday, the month
select is((select jsonb_agg(p ->> 'local_time' order by p ->> 'starts_at') from jsonb_array_elements(tests.call('owner_a', 'get_kpis({venue_a1}, ''2026-03-28'', ''2026-03-29'', ''hour'')') -> 'periods') p),
  '["2026-03-28T19:00", "2026-03-29T00:00", "2026-03-29T02:00", "2026-03-29T12:00"]', 'hours: the one between one and two does not exist that night');
select is((select jsonb_agg(p ->> 'starts_on') from jsonb_array_elements(tests.call('owner_a', 'get_kpis({venue_a1}, ''2026-03-28'', ''2026-03-29'', ''hour'')') -> 'periods') p),
  '["2026-03-28", "2026-03-28", "2026-03-28", "2026-03-29"]', 'hours: until four they belong to the evening before');
select tests.answers('owner_a', 'get_kpis({venue_a1}, ''2026-03-27'', ''2026-03-29'')', '{"total": {"orders": 3, "gross_minor": 2516}, "periods": [{"starts_on": "2026-03-28", "orders": 2}, {"starts_on": "2026-03-29", "orders": 1, "gross_minor": 600}]}', 'days');
select tests.answers('owner_a', 'get_kpis({venue_a1}, ''2026-03-01'', ''2026-03-31'', ''week'')', '{"periods": [{"starts_on": "2026-03-23", "orders": 3, "prep_p50_seconds": 300, "prep_p95_seconds": 600}]}', 'the week from Monday');
select tests.answers('owner_a', 'get_kpis({venue_a1}, ''2026-01-01'', ''2026-12-31'', ''month'')', '{"periods": [{"starts_on": "2026-03-01", "orders": 3, "average_order_minor": 839}]}', 'the month');
select tests.answers('owner_a', 'get_kpis({venue_a1}, ''2026-03-28'', ''2026-03-29'')', '{"currency": "GBP", "timezone": "Europe/London", "payments": [{"method": "card_terminal", "payments": 1, "collected_minor": 666},
  {"method": "cash", "payments": 2, "collected_minor": 1950, "tips_minor": 100, "refunded_minor": 0}]}', 'by method of payment');
select tests.answers('owner_a', 'get_kpis({venue_a1}, ''2026-03-01'', ''2026-03-02'')', '{"total": null, "periods": [], "payments": []}', 'a period without orders');
select tests.answers('owner_a', 'get_top_items({venue_a1}, ''2026-03-28'', ''2026-03-29'', 2)', jsonb_build_object('items', jsonb_build_array(
  jsonb_build_object('menu_item_id', tests.id('cola_a1'), 'name', 'Cola', 'orders', 1, 'quantity', 2, 'sales_minor', 666), jsonb_build_object('name', 'Burger', 'quantity', 1))), 'top items, by quantity');
select is(jsonb_array_length(tests.call('owner_a', 'get_top_items({venue_a1}, ''2026-03-28'', ''2026-03-29'', 2)') -> 'items'), 2, 'and not more than asked for');

-- late: a refund, a refund of a tip, a cancellation; visible to the clock, and right before it ran, once it has noticed
select tests.call('owner_a', 'refund_payment({card1}, 333, ''late'', ''r1'')');
select is(private.roll_up(), 2, 'a late refund is noticed');
select pg_temp.day_is('refunded', 'and corrects the day of the sale');
select tests.call('owner_a', 'refund_payment({cash1}, 1300, ''later'', ''r2'')');
select private.roll_up(0);
select is((select count(*) from private.stale_days d where d.business_date = '2026-03-28'), 1::bigint, 'noticed, not yet counted');
select pg_temp.day_is('tip refunded', 'a day that waits is read from rows');
select private.roll_up();
select pg_temp.day_is('tip refunded', 'and counted it is the same');
select tests.call('owner_a', 'refund_payment({card1}, 333, ''all'', ''r3'')');
select tests.call('owner_a', 'cancel_order({till}, ''never made'')');
select private.roll_up();
select pg_temp.day_is('cancelled', 'a late cancellation takes the order out of every number');
select tests.answers('owner_a', 'get_kpis({venue_a1}, ''2026-03-28'', ''2026-03-28'')', '{"payments": [{"method": "card_terminal", "collected_minor": 666, "refunded_minor": 666}, {"method": "cash", "refunded_minor": 1300}]}', 'but its money stays on record');
select is(jsonb_array_length(tests.call('owner_a', 'get_top_items({venue_a1}, ''2026-03-28'', ''2026-03-28'')') -> 'items'), 1, 'and its items are not sold any more');

-- overpaid: what was never owed is no revenue, and giving it back no refund
select tests.place('twice', 'guest_a1', 'table', 'pay_later', 'cola_a1');
select tests.start_payment('online_twice', 'guest_a1', 'twice');
select tests.collect('cash_twice', 'owner_a', 'twice', 333);
select tests.call('service_role', tests.event_call('evt_twice', 'payment_intent.succeeded', tests.intent('online_twice')));
select tests.call('service_role', format('confirm_refund(%L, ''succeeded'', ''re_twice'')', r.id)) from public.refunds r where r.payment_id = tests.id('online_twice');
select pg_temp.back_date('twice', '2026-04-01', '2026-04-01 12:00+01');
select private.roll_up();
select tests.answers('owner_a', 'get_kpis({venue_a1}, ''2026-04-01'', ''2026-04-01'')', '{"total": {"orders": 1, "gross_minor": 333, "refunds_minor": 0, "net_minor": 277}, "payments": [{"method": "cash", "collected_minor": 333}, {"method": "online", "collected_minor": 333, "refunded_minor": 333}]}', 'paid twice, given back once');

-- today
select tests.answers('owner_a', 'get_dashboard({venue_a2})', '{"currency": "GBP", "today": {"orders": 3, "gross_minor": 3941, "net_minor": 3284}, "week_ago": null, "open": {"orders": 4, "due_minor": 2358, "by_status": {"placed": 3, "pending_payment": 1}}}', 'the dashboard shows today');
select is(tests.call('owner_a', 'get_dashboard({venue_a2})') #>> '{top_items,0,name}', 'Burger', 'with what sells');
select is((select sum((h ->> 'gross_minor')::bigint) from jsonb_array_elements(tests.call('owner_a', 'get_dashboard({venue_a2})') -> 'hours') h), 3941::numeric, 'hour by hour');
update public.orders set business_date = business_date - 7 where venue_id = tests.id('venue_a2');
select private.roll_up();
select tests.answers('owner_a', 'get_dashboard({venue_a2})', '{"today": null, "week_ago": {"orders": 3, "gross_minor": 3941}, "hours": [], "top_items": []}', 'beside the same day of last week');

-- two venues, in one currency and in two
update public.orders set business_date = '2026-03-30' where venue_id = tests.id('venue_a2');
select private.roll_up();
select tests.answers('owner_a', 'get_organisation_kpis({org_a}, ''2026-03-01'', ''2026-03-31'', ''month'')', jsonb_build_object('currencies', jsonb_build_array(jsonb_build_object('currency', 'GBP',
  'total', jsonb_build_object('orders', (select count(*) from public.orders o where o.organisation_id = tests.id('org_a') and private.is_sale(o.status) and o.business_date < '2026-04-01')),
  'venues', jsonb_build_array(jsonb_build_object('venue_id', tests.id('venue_a1'), 'name', 'Venue a1'), jsonb_build_object('venue_id', tests.id('venue_a2'), 'orders', 3))))), 'all venues together');
update public.venues set currency = 'EUR' where id = tests.id('venue_a2');
select is((select jsonb_agg(c ->> 'currency') from jsonb_array_elements(tests.call('owner_a', 'get_organisation_kpis({org_a}, ''2026-03-01'', ''2026-03-31'', ''week'')') -> 'currencies') c), '["EUR", "GBP"]', 'currencies are not added up');
select tests.refused('owner_a', 'get_organisation_kpis({org_a}, ''2026-03-01'', ''2026-03-02'', ''hour'')', 'invalid_input', 'hours of different zones are not added up either');

-- files
update public.menu_items set name = '=HYPERLINK("http://x","y")' where id = tests.id('burger_a1');
select is(tests.call('owner_a', 'export_item_sales({venue_a1}, ''2026-03-28'', ''2026-03-28'')') #>> '{}', format(E'menu_item_id,name,currency,orders,quantity,sales_minor,net_minor,costed_net_minor,cost_minor,margin_minor,margin_bp\r\n%s,"''=HYPERLINK(""http://x"",""y"")",GBP,1,1,1250,0,0,0,,\r\n', tests.id('burger_a1')), 'a name is no formula');
select is(tests.call('owner_a', 'export_kpis({venue_a1}, ''2026-03-29'', ''2026-03-29'')') #>> '{}',
  E'starts_on,local_time,currency,orders,cancelled_orders,gross_minor,refunds_minor,tax_minor,net_minor,tips_minor,average_order_minor,refund_rate_bp,prep_p50_seconds,prep_p95_seconds,table_turn_seconds,costed_net_minor,cost_minor,margin_minor,margin_bp\r\n2026-03-29,,GBP,1,0,600,0,100,500,0,600,0,60,60,,0,0,,\r\n', 'the numbers of a day');
select is(regexp_count(tests.call('owner_a', 'export_kpis({venue_a1}, ''2026-03-28'', ''2026-03-29'', ''hour'')') #>> '{}', E'\r\n'), 5, 'a header and a record per hour');
select is(regexp_count(tests.call('owner_a', 'export_kpis({venue_a1}, ''2025-03-28'', ''2025-03-29'')') #>> '{}', E'\r\n'), 1, 'nothing but the header for nothing');

-- who may
create temporary table reports (call text);
insert into reports values ('get_kpis({venue_a1}, ''2026-03-28'', ''2026-03-28'')'), ('get_dashboard({venue_a1})'), ('get_top_items({venue_a1}, ''2026-03-28'', ''2026-03-28'')'),
  ('export_kpis({venue_a1}, ''2026-03-28'', ''2026-03-28'')'), ('export_item_sales({venue_a1}, ''2026-03-28'', ''2026-03-28'')');
select is((tests.attempt(a, r.call)).state, '00000', a || ': ' || r.call) from reports r, unnest(array['manager_a', 'manager_a1']) a;
select tests.refused(a, r.call, 'permission_denied', format('%s may not: %s', a, r.call)) from reports r, unnest(array['staff_a', 'kitchen_a1', 'server_a', 'cashier_a', 'owner_b', 'stranger']) a where r.call ~ 'kpis|dash';
select tests.refused('anon', r.call, '42501', 'a guest may not: ' || r.call) from reports r;
select tests.refused('manager_a1', 'get_dashboard({venue_a2})', 'permission_denied', 'a venue''s manager sees that venue');
select tests.refused(a, 'get_organisation_kpis({org_a}, ''2026-03-28'', ''2026-03-28'')', 'permission_denied', a || ' does not see the whole organisation') from unnest(array['manager_a1', 'cashier_a', 'owner_b']) a;
select tests.refused('owner_a', q, 'invalid_input', 'refused: ' || q) from unnest(array['get_kpis({venue_a1}, ''2026-03-29'', ''2026-03-28'')', 'get_kpis({venue_a1}, null, ''2026-03-28'')',
  'get_kpis({venue_a1}, ''2026-03-01'', ''2026-04-01'', ''hour'')', 'get_kpis({venue_a1}, ''2020-01-01'', ''2026-03-28'')', 'get_kpis({venue_a1}, ''2026-03-28'', ''2026-03-28'', ''year'')',
  'get_kpis({venue_a1}, ''2026-03-28'', ''2026-03-28'', null)', 'get_top_items({venue_a1}, ''2026-03-28'', ''2026-03-28'', 0)', 'get_top_items({venue_a1}, ''2026-03-28'', ''2026-03-28'', 101)']) q;

-- what the plan includes: starter the numbers by day, pro also hours, items and files, enterprise also all venues together
update public.organisations set tier = 'starter', subscription_status = 'active' where id = tests.id('org_a');
select is((tests.attempt('owner_a', q)).state, '00000', 'starter has: ' || q) from unnest(array['get_kpis({venue_a1}, ''2026-03-28'', ''2026-03-28'')', 'get_dashboard({venue_a1})']) q;
create temporary table advanced (call text);
insert into advanced values ('get_kpis({venue_a1}, ''2026-03-28'', ''2026-03-28'', ''hour'')'), ('get_top_items({venue_a1}, ''2026-03-28'', ''2026-03-28'')'), ('export_kpis({venue_a1}, ''2026-03-28'', ''2026-03-28'')'), ('export_item_sales({venue_a1}, ''2026-03-28'', ''2026-03-28'')');
select tests.refused('owner_a', call, 'entitlement_exceeded', 'starter has not: ' || call) from advanced;
update public.organisations set tier = 'pro' where id = tests.id('org_a');
select is((tests.attempt('owner_a', call)).state, '00000', 'pro has: ' || call) from advanced;
select tests.refused('owner_a', 'get_organisation_kpis({org_a}, ''2026-03-28'', ''2026-03-28'')', 'entitlement_exceeded', 'pro has not: all venues together');
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select is((tests.attempt('owner_a', 'get_dashboard({venue_a1})')).state, '00000', 'reading stays possible when the subscription has ended');

-- what left the bill is not sold, what is on the house is, for nothing; a course is cooked from when it was fired
update public.organisations set subscription_status = 'active' where id = tests.id('org_a');
select tests.place('changed', 'guest_a1', 'table', 'pay_later', 'beer_a1*2, cola_a1, burger_a1+rare_a1');
select tests.call('owner_a', 'void_line({changed_line2}, ''flat'')'), tests.call('owner_a', 'comp_line({changed_line1}, ''late'', 500)');
select pg_temp.back_date('changed', '2026-03-25', '2026-03-25 19:00+00', 240);
update public.kitchen_tickets set fired_at = ready_at - interval '5 seconds' where id = tests.id('changed_ticket3');
update public.kitchen_tickets set status = 'cancelled' where id = tests.id('changed_ticket2');
select set_eq($$select i.name, k.orders, k.quantity, k.sales_minor from private.count_items(array[tests.id('venue_a1')], array['2026-03-25'::date]) k join public.menu_items i on i.id = k.menu_item_id where k.quantity > 0$$,
  format($$values ('Beer', 1::bigint, 2::bigint, 700::bigint), (%L, 1, 1, 1250)$$, (select i.name from public.menu_items i where i.id = tests.id('burger_a1'))), 'sales are what the lines cost');
select is((select k.prep_seconds from private.count_quarters(array[tests.id('venue_a1')], array['2026-03-25'::date]) k), array[5, 240], 'and prep times are those of the kitchen');

-- every status that a number asks for is one that a row can have
create temporary table constants as
select f.proname, c.m[1] as alias, v.literal[1] as literal
from pg_proc f join pg_namespace n on n.oid = f.pronamespace,
  regexp_matches(f.prosrc, '((?:[a-z]+|p)[._](?:status|method|kind)) (?:=|<>|in|not in) (\([^)]*\)|''[a-z_]+'')', 'g') c (m), regexp_matches(c.m[2], '''([a-z_]+)''', 'g') v (literal)
where n.nspname in ('public', 'private') and f.proname in ('is_sale', 'count_quarters', 'sold_lines', 'count_payments', 'get_dashboard');
select cmp_ok((select count(*) from constants), '>=', 14::bigint, 'the constants are found');
select is_empty($$select c.* from constants c where not exists (
  select 1 from pg_constraint k where k.conname in ('status_is_known', 'kind_is_known') and k.conrelid = any (case c.proname || ' ' || c.alias
      when 'is_sale p_status' then array['public.orders'::regclass] when 'count_quarters o.status' then array['public.orders'::regclass] when 'get_dashboard o.status' then array['public.orders'::regclass]
      when 'sold_lines m.kind' then array['public.stock_movements'::regclass] when 'count_quarters t.status' then array['public.kitchen_tickets'::regclass] when 'count_payments p.status' then array['public.payments'::regclass] when 'count_payments f.status' then array['public.refunds'::regclass] end)
    and pg_get_constraintdef(k.oid) like '%''' || c.literal || '''::text%')$$, 'and each is in its table''s CHECK');
select is((select array_agg(s order by s) from unnest(string_to_array(substring((select pg_get_constraintdef(k.oid) from pg_constraint k where k.conname = 'status_is_known' and k.conrelid = 'public.orders'::regclass) from '\[(.*)\]'), ', ')) x,
  lateral (select substring(x from '''(.*)''') as s) y where not private.is_sale(s)), array['cancelled', 'expired', 'pending_payment'], 'every other status of an order was judged, too');

select * from finish();
rollback;
