-- Pricing by hand: every expected number below was worked out on paper, not taken from the function.
begin;
select plan(43);
select tests.fixture();

-- quote as a guest at the table: {subtotal, tax, service charge, tip, total}
create function pg_temp.quote(p_lines text, p_more jsonb default '{}', p_guest text default 'guest_a1', p_fulfilment text default 'table') returns bigint[] language sql as $$
  select array[q ->> 'subtotal_minor', q ->> 'tax_minor', q ->> 'service_charge_minor', q ->> 'tip_minor', q ->> 'total_minor']::bigint[]
  from tests.call('anon', replace(tests.place_call(p_guest, 'k', p_fulfilment, 'pay_now', p_lines, p_more), 'place_order(' || '{$' || p_guest || '}, ''k''', 'quote_order({$' || p_guest || '}')) q
$$;

-- tax included: 1250 at 20 % contains 1250/6 = 208.33
select is(pg_temp.quote('burger_a1+rare_a1'), array[1250, 208, 0, 0, 1250]::bigint[], 'one burger: 12.50, of it 2.08 tax');
select is(pg_temp.quote('cola_a1'), array[333, 56, 0, 0, 333]::bigint[], 'one cola: 333/6 = 55.5 rounds up to 56');
select is(pg_temp.quote('cola_a1*3'), array[999, 167, 0, 0, 999]::bigint[], 'three colas in one line: 999/6 = 166.5 rounds up to 167');
select is(pg_temp.quote('cola_a1, cola_a1, cola_a1'), array[999, 168, 0, 0, 999]::bigint[], 'in three lines each rounds by itself: 3 × 56 = 168');
select is(pg_temp.quote('cola_a1*99'), array[32967, 5495, 0, 0, 32967]::bigint[], 'ninety-nine colas: 32967/6 = 5494.5 rounds up');

-- options: well done +25, cheese +150, bacon +200, no bun −100
select is(pg_temp.quote('burger_a1*2+well_a1+cheese_a1'), array[2850, 475, 0, 0, 2850]::bigint[], 'two with options: (1250+25+150)×2 = 2850, 475 tax');
select is(pg_temp.quote('burger_a1+rare_a1+nobun_a1'), array[1150, 192, 0, 0, 1150]::bigint[], 'a negative option lowers the price: 1150, 191.67 tax');
select is(pg_temp.quote('burger_a1+rare_a1+cheese_a1+bacon_a1, beer_a1*2'), array[2800, 467, 0, 0, 2800]::bigint[], 'lines add up: 1600 (266.67) + 1200 (200)');
select is(pg_temp.quote('cola_a1', '{"tip_minor": 50}'), array[333, 56, 0, 50, 383]::bigint[], 'a tip is on top and carries no tax');

-- floor at zero; free orders
update public.modifier_options set price_delta_minor = -1300 where id = tests.id('nobun_a1');
update public.menu_items set price_minor = 0 where id = tests.id('beer_a1');
select tests.call('owner_a', 'publish_menu({venue_a1})');
select is(pg_temp.quote('burger_a1*3+rare_a1+nobun_a1'), array[0, 0, 0, 0, 0]::bigint[], 'options below the price floor the line at zero');
select is(pg_temp.quote('burger_a1+rare_a1+cheese_a1+nobun_a1'), array[100, 17, 0, 0, 100]::bigint[], 'options add up before the floor: 1250+150−1300 = 100, 16.67 tax');
select is(pg_temp.quote('beer_a1*5'), array[0, 0, 0, 0, 0]::bigint[], 'a free item costs nothing');

-- service charge: at tables only, half-up, no tax on it
update public.venues set service_charge_bp = 1250 where id = tests.id('venue_a1');
select is(pg_temp.quote('cola_a1'), array[333, 56, 42, 0, 375]::bigint[], '12.5 % of 3.33 is 41.625, rounded 42');
select is(pg_temp.quote('cola_a1*4', '{"tip_minor": 7}'), array[1332, 222, 167, 7, 1506]::bigint[], '12.5 % of 13.32 is 166.5, rounded up; the tip is not charged');
select is(pg_temp.quote('cola_a1', '{}', 'counter_a1', 'counter'), array[333, 56, 0, 0, 333]::bigint[], 'none at the counter');
select is(pg_temp.quote('cola_a1', '{}', 'counter_a1', 'collection'), array[333, 56, 0, 0, 333]::bigint[], 'none for collection');
select is(pg_temp.quote('cola_a1', '{}', 'pickup_a1', 'counter'), array[333, 56, 0, 0, 333]::bigint[], 'none when the table''s guest fetches');

-- tax on top, in a venue that shows net prices
update public.venues set prices_include_tax = false, service_charge_bp = 1000 where id = tests.id('venue_b1');
select is(pg_temp.quote('cola_b1', '{}', 'guest_b1'), array[333, 67, 33, 0, 433]::bigint[], '20 % of 3.33 is 66.6, rounded 67; 10 % service 33.3 of the net');
update public.menu_items set tax_rate_bp = 1250 where id = tests.id('cola_b1');
update public.menu_items set tax_rate_bp = 0 where id = tests.id('burger_b1');
update public.menu_items set price_minor = 100 where id = tests.id('cola_b1');
select tests.call('owner_b', 'publish_menu({venue_b1})');
select is(pg_temp.quote('cola_b1', '{}', 'counter_b1', 'counter'), array[100, 13, 0, 0, 113]::bigint[], '12.5 % of 1.00 is 12.5, rounded up');
select is(pg_temp.quote('cola_b1*3', '{}', 'counter_b1', 'counter'), array[300, 38, 0, 0, 338]::bigint[], 'three in a line: 37.5 rounded up once');
select is(pg_temp.quote('burger_b1+rare_b1, cola_b1', '{}', 'counter_b1', 'counter'), array[1350, 13, 0, 0, 1363]::bigint[], 'each line at its own rate, one of them none');
select is((select count(*) from tests.call('anon', $$get_menu('pgtap-venue-a2')$$)), 1::bigint, 'the other venue is as it was');
select is(pg_temp.quote('burger_a2+rare_a2+nobun_a2', '{}', 'guest_a2'), array[1150, 192, 0, 0, 1150]::bigint[], 'in prices too');

-- the published menu prices, not the draft
update public.menu_items set price_minor = 9999 where id = tests.id('cola_a1');
select is(pg_temp.quote('cola_a1', '{}', 'counter_a1', 'counter'), array[333, 56, 0, 0, 333]::bigint[], 'a draft price is no price yet');
select tests.call('owner_a', 'publish_menu({venue_a1})');
select is(pg_temp.quote('cola_a1', '{}', 'counter_a1', 'counter'), array[9999, 1667, 0, 0, 9999]::bigint[], 'published, it is');

-- rounding itself
select is(private.divide_half_up(n, d), r, format('%s / %s = %s', n, d, r))
from (values (0::bigint, 7::bigint, 0::bigint), (1, 2, 1), (3, 2, 2), (1, 3, 0), (2, 3, 1), (249, 100, 2), (250, 100, 3), (251, 100, 3), (1000000000000000, 12000, 83333333333)) as t (n, d, r);

-- quote and placed order agree, and the snapshot holds the parts
select tests.place('priced', 'guest_a1', 'table', 'pay_later', 'burger_a1*2+well_a1+cheese_a1, beer_a1', '{"tip_minor": 11}');
select is((select array[o.subtotal_minor, o.tax_minor, o.service_charge_minor, o.tip_minor, o.total_minor] from public.orders o where o.id = tests.id('priced')),
  pg_temp.quote('burger_a1*2+well_a1+cheese_a1, beer_a1', '{"tip_minor": 11}'), 'what was quoted is what is placed');
select results_eq($$select l.position, l.name, l.quantity, l.unit_price_minor, l.options_minor, l.line_minor, l.tax_rate_bp, l.tax_minor from public.order_lines l where l.order_id = tests.id('priced') order by 1$$,
  $$values (1, 'Burger', 2, 1250::bigint, 175::bigint, 2850::bigint, 2000, 475::bigint), (2, 'Beer', 1, 0, 0, 0, 2000, 0)$$, 'the lines hold what was priced');
select results_eq($$select o ->> 'name', (o ->> 'price_delta_minor')::bigint from public.order_lines l, jsonb_array_elements(l.options) o where l.order_id = tests.id('priced') order by 1$$,
  $$values ('Cheese', 150::bigint), ('Well done', 25)$$, 'and their options by name and price');
select is((select array_agg(distinct k) from public.order_lines l, jsonb_array_elements(l.options) o, jsonb_object_keys(o) k where l.order_id = tests.id('priced')), array['id', 'name', 'price_delta_minor'], 'and nothing else of them');
select is((select count(*) from public.orders o where o.venue_id = tests.id('venue_a1')), 5::bigint, 'quotes place nothing');

-- the order's constraints
select throws_ok(format('update public.orders set %s where id = tests.id(''priced'')', c), '23514', null, 'impossible: ' || c)
from unnest(array['total_minor = total_minor - 1', 'subtotal_minor = subtotal_minor + 1', 'tip_minor = -1, total_minor = total_minor - 12', 'service_charge_minor = 0']) c;

select * from finish();
rollback;
