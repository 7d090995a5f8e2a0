-- Discounts by hand: what they take off, when, how often, and what an order keeps of them. Every number was worked out on paper.
begin;
select plan(110);
select tests.fixture();

-- quote as a guest at the table: {subtotal, discount, tax, service charge, total}
create function pg_temp.quote(p_lines text, p_more jsonb default '{}', p_guest text default 'guest_a1', p_fulfilment text default 'table') returns bigint[] language sql as $$
  select array[q ->> 'subtotal_minor', q ->> 'discount_minor', q ->> 'tax_minor', q ->> 'service_charge_minor', q ->> 'total_minor']::bigint[]
  from tests.call('anon', format('quote_order({$%s}, %L)', p_guest, jsonb_build_object('fulfilment', p_fulfilment, 'payment_mode', 'pay_now', 'lines', tests.lines(p_lines)) || p_more)) q
$$;
create function pg_temp.code(p_code text) returns jsonb language sql as $$ select jsonb_build_object('discount_code', p_code) $$;
create function pg_temp.order(p_lines text, p_code text default null, p_key text default 'k', p_mode text default 'pay_later') returns text language sql as $$
  select tests.place_call('guest_a1', p_key, 'table', p_mode, p_lines, case when p_code is null then '{}' else pg_temp.code(p_code) end)
$$;
-- the only discounts of the venue from here on: {columns, values} for each
create function pg_temp.discounts(variadic p_values text[]) returns void language plpgsql as $$
begin
  update public.discounts set is_active = false;
  for n in 1..cardinality(p_values) loop
    perform tests.insert('discount' || n, 'owner_a', 'insert into public.discounts (venue_id, name, ' || split_part(p_values[n], ': ', 1) || format(') values ({venue_a1}, %L, ', 'Discount ' || n) || split_part(p_values[n], ': ', 2) || ')');
    update public.discounts set created_at = now() + n * interval '1 second' where id = tests.id('discount' || n);
  end loop;
end $$;

-- one discount: percent and amount, order, category and item
select is(pg_temp.quote('beer_a1*2, cola_a1'), array[1533, 0, 256, 0, 1533]::bigint[], 'without a discount: 1200 (200) + 333 (55.5)');
select pg_temp.discounts('percent_bp: 1000');
select is(pg_temp.quote('beer_a1*2, cola_a1'), array[1533, 153, 230, 0, 1380]::bigint[], '10 % of 15.33 is 1.533; 1.20 and 0.33 of it by line, 10.80 holds 1.80 tax, 3.00 holds 0.50');
create function pg_temp.quoted(p_lines text) returns jsonb language sql as $$
  select tests.call('anon', format('quote_order({$guest_a1}, %L)', jsonb_build_object('fulfilment', 'table', 'payment_mode', 'pay_now', 'lines', tests.lines(p_lines))))
$$;
select results_eq($$select (l ->> 'line_minor')::bigint, (l ->> 'discount_minor')::bigint, (l ->> 'tax_minor')::bigint from jsonb_array_elements(pg_temp.quoted('beer_a1*2, cola_a1') -> 'lines') l$$,
  $$values (1200::bigint, 120::bigint, 180::bigint), (333, 33, 50)$$, 'the lines say their share: 119.77 and 33.23, the penny left goes to the larger remainder');
select is(pg_temp.quote('cola_a1, cola_a1, cola_a1'), array[999, 100, 150, 0, 899]::bigint[], '10 % of 9.99 is 1.00, tax of 2.99, 3.00 and 3.00');
select results_eq($$select (l ->> 'discount_minor')::bigint from jsonb_array_elements(pg_temp.quoted('cola_a1, cola_a1, cola_a1') -> 'lines') l$$, array[34, 33, 33]::bigint[], 'of equals the first gets the penny');
select pg_temp.discounts('amount_minor: 500');
select is(pg_temp.quote('beer_a1*2, cola_a1'), array[1533, 500, 172, 0, 1033]::bigint[], 'five off the order, once: 391 + 109, tax of 809 and 224');
select is(pg_temp.quote('cola_a1'), array[333, 333, 0, 0, 0]::bigint[], 'never more than there is');
select pg_temp.discounts('menu_item_id, amount_minor: {cola_a1}, 100');
select is(pg_temp.quote('beer_a1*2, cola_a1*3'), array[2199, 300, 317, 0, 1899]::bigint[], 'an amount off an item is off each portion');
select pg_temp.discounts('menu_item_id, amount_minor: {cola_a1}, 1000');
select is(pg_temp.quote('beer_a1, cola_a1*3'), array[1599, 999, 100, 0, 600]::bigint[], 'and at most its line');
select pg_temp.discounts('menu_item_id, percent_bp: {cola_a1}, 5000');
select is(pg_temp.quote('beer_a1, cola_a1, cola_a1'), array[1266, 334, 156, 0, 932]::bigint[], 'a percentage of an item is rounded half-up by line: 167 twice');
select pg_temp.discounts('category_id, percent_bp: {mains_a1}, 2000');
select is(pg_temp.quote('burger_a1+well_a1+cheese_a1, beer_a1, cola_a1'), array[2358, 405, 326, 0, 1953]::bigint[], 'a category takes in its items, options too: 285 + 120, not the cola');
select pg_temp.discounts('percent_bp: 10000');
select is(pg_temp.quote('beer_a1, cola_a1', '{"tip_minor": 40}'), array[933, 933, 0, 0, 40]::bigint[], 'all of it; the tip stays');

-- service charge and tax on top
update public.venues set service_charge_bp = 1250 where id = tests.id('venue_a1');
select pg_temp.discounts('percent_bp: 1000');
select is(pg_temp.quote('beer_a1*2, cola_a1'), array[1533, 153, 230, 173, 1553]::bigint[], '12.5 % of the 13.80 that are left is 172.5, rounded up');
update public.venues set prices_include_tax = false, service_charge_bp = 0 where id = tests.id('venue_a1');
select is(pg_temp.quote('beer_a1*2, cola_a1'), array[1533, 153, 276, 0, 1656]::bigint[], 'on top: 20 % of 10.80 and of 3.00');
update public.venues set prices_include_tax = true where id = tests.id('venue_a1');

-- several
select pg_temp.discounts('percent_bp, is_stackable: 1000, true', 'amount_minor, is_stackable: 100, true', 'menu_item_id, percent_bp, is_stackable: {cola_a1}, 5000, true');
select is(pg_temp.quote('beer_a1, cola_a1'), array[933, 334, 100, 0, 599]::bigint[], 'stackable ones meet: cola −167, then 1.00 off 7.66, then 10 % of 6.66');
select results_eq($$select d ->> 'name', (d ->> 'amount_minor')::bigint from tests.call('anon', pg_temp.order('beer_a1, cola_a1', p_key => 'stack')) q, jsonb_array_elements(q -> 'discounts') d$$,
  $$values ('Discount 3', 167::bigint), ('Discount 2', 100), ('Discount 1', 67)$$, 'items before the order, amounts before percentages');
select pg_temp.discounts('menu_item_id, percent_bp, is_stackable: {burger_a1}, 1000, true', 'percent_bp, is_stackable: 1000, true');
select is(pg_temp.quoted('beer_a1') -> 'discounts', '[{"name": "Discount 2", "amount_minor": 60}]', 'what takes nothing off is not named');
select pg_temp.discounts('percent_bp, is_stackable: 1000, true', 'percent_bp, is_stackable: 1000, true', 'percent_bp: 1900');
select is(pg_temp.quote('beer_a1*5'), array[3000, 570, 405, 0, 2430]::bigint[], 'at equal amounts those that stack: 300 + 270');
select is((tests.call('anon', pg_temp.order('beer_a1*5', p_key => 'equal')) -> 'discounts' -> 0 ->> 'name'), 'Discount 1', 'which are named');
select pg_temp.discounts('percent_bp, is_stackable: 1000, true', 'percent_bp, is_stackable: 1000, true', 'percent_bp: 2000', 'amount_minor: 600');
select is(pg_temp.quote('beer_a1*5'), array[3000, 600, 400, 0, 2400]::bigint[], 'one that does not stack, alone, when it takes more off');
select is((tests.call('anon', pg_temp.order('beer_a1*5', p_key => 'alone')) -> 'discounts'), '[{"name": "Discount 4", "amount_minor": 600}]', 'amounts come before percentages among equals, too');
select is((select d.used_count from public.discounts d where d.id = tests.id('discount3')), 0, 'what was not applied is not used');
select pg_temp.discounts('amount_minor: 1000', 'percent_bp: 1000');
select is(pg_temp.quote('cola_a1') || pg_temp.quote('beer_a1*50'), array[333, 333, 0, 0, 0, 30000, 3000, 4500, 0, 27000]::bigint[], 'each order gets the one that takes most off it');

-- not these
select pg_temp.discounts('percent_bp, starts_on: 1000, current_date + 30', 'percent_bp, ends_on: 1000, current_date - 30', 'percent_bp, is_active: 1000, false');
select tests.insert('next_door', 'owner_a', $$insert into public.discounts (venue_id, name, percent_bp) values ({venue_a2}, 'Next door', 5000)$$);
select is(pg_temp.quote('beer_a1'), array[600, 0, 100, 0, 600]::bigint[], 'not one that is to come, is over, is switched off, or is next door');
select is(pg_temp.quote('beer_a2', '{}', 'guest_a2'), array[600, 300, 50, 0, 300]::bigint[], 'where it applies');

-- codes
update public.discounts set is_active = false;
select tests.refused('anon', pg_temp.order('cola_a1', 'SPRING-10'), 'discount_code_invalid', 'a venue without discounts has no codes');
select pg_temp.discounts('code, percent_bp: ''SPRING-10'', 1000', 'code, menu_item_id, amount_minor: ''COLA'', {cola_a1}, 33', 'code, percent_bp, starts_on: ''LATER'', 1000, current_date + 30',
  'code, percent_bp, ends_on: ''OVER'', 1000, current_date - 30', 'code, percent_bp, is_active: ''OFF'', 1000, false');
select tests.insert('elsewhere', 'owner_a', $$insert into public.discounts (venue_id, name, code, percent_bp) values ({venue_a2}, 'Other', 'OTHER', 1000)$$);
select is(pg_temp.quote('cola_a1'), array[333, 0, 56, 0, 333]::bigint[], 'what has a code waits for it');
select is(pg_temp.quote('cola_a1', pg_temp.code(c)), array[333, 33, 50, 0, 300]::bigint[], format('%L is a code', c)) from unnest(array['SPRING-10', ' spring-10 ', 'Cola']) c;
select tests.refused('anon', pg_temp.order('cola_a1', c), 'discount_code_invalid', format('%L is none', c)) from unnest(array['LATER', 'OVER', 'OFF', 'OTHER', 'SPRING', '', '%', 'SPRING-10;']) c;
select tests.refused('anon', pg_temp.order('beer_a1', 'COLA'), 'discount_not_applicable', 'a code for what is not ordered');
select tests.refused('anon', tests.place_call('guest_a1', 'k', 'table', 'pay_later', 'cola_a1', o), 'order_invalid', 'no code: ' || left(o::text, 40))
from unnest(array['{"discount_code": 5}', '{"discount_code": ["COLA"]}', jsonb_build_object('discount_code', repeat('C', 61)), '{"discount_minor": 5}', '{"discounts": []}']::jsonb[]) o;
select is(pg_temp.quote('cola_a1', '{"discount_code": null}'), array[333, 0, 56, 0, 333]::bigint[], 'null is no code');
select pg_temp.discounts('code, percent_bp: ''TEN'', 1000', 'percent_bp: 2000');
select is(tests.call('anon', pg_temp.order('beer_a1', 'TEN', 'better')) -> 'discounts', '[{"name": "Discount 2", "amount_minor": 120}]', 'a code never makes an order dearer');
select is((select d.used_count from public.discounts d where d.id = tests.id('discount1')), 0, 'and is then not used');

-- uses
select pg_temp.discounts('code, amount_minor, max_uses: ''TWICE'', 100, 2');
select tests.place('first', 'guest_a1', 'table', 'pay_later', 'cola_a1', pg_temp.code('TWICE'));
select is(tests.call('anon', tests.place_call('guest_a1', 'key of first', 'table', 'pay_later', 'cola_a1', pg_temp.code('TWICE'))) ->> 'id', tests.id('first')::text, 'a repeat is the same order');
create function pg_temp.used() returns integer language sql as $$ select d.used_count from public.discounts d where d.id = tests.id('discount1') $$;
select is(pg_temp.used(), 1, 'and one use');
select is(pg_temp.quote('cola_a1', pg_temp.code('TWICE')), array[333, 100, 39, 0, 233]::bigint[], 'a quote');
select is(pg_temp.used(), 1, 'uses nothing');
select tests.place('second', 'guest_a1', 'table', 'pay_now', 'cola_a1', pg_temp.code('TWICE'));
select tests.refused('anon', pg_temp.order('cola_a1', 'TWICE', 'third'), 'discount_used_up', 'a third order is refused');
select tests.refused('anon', format('quote_order({$guest_a1}, %L)', jsonb_build_object('fulfilment', 'table', 'payment_mode', 'pay_now', 'lines', tests.lines('cola_a1')) || pg_temp.code('TWICE')), 'discount_used_up', 'so is its quote');
select tests.call('manager_a', 'cancel_order({first}, ''mistake'')');
select is(pg_temp.used(), 1, 'a cancelled order gives its use back');
select tests.call('manager_a', 'cancel_order({first}, ''mistake'')');
select is(pg_temp.used(), 1, 'once');
select tests.place('third', 'guest_a1', 'table', 'pay_later', 'cola_a1', pg_temp.code('TWICE'));
select is(pg_temp.used(), 2, 'which another order can have');
update public.orders set created_at = now() - interval '31 minutes' where id = tests.id('second');
select is(private.expire_orders(), 1, 'an order expires');
select is(pg_temp.used(), 1, 'and gives its use back');
select tests.affects('manager_a', 'update public.discounts set max_uses = 1 where id = {discount1}', 1, 'the maximum can be what is used');
select tests.refused('manager_a', 'update public.discounts set used_count = 0 where id = {discount1}', '42501', 'nobody writes what was used');
select pg_temp.discounts('percent_bp, max_uses: 1000, 1');
select tests.place('lucky', 'guest_a1', 'table', 'pay_later', 'beer_a1');
select is(pg_temp.quote('beer_a1'), array[600, 0, 100, 0, 600]::bigint[], 'one without a code that is used up applies no more');
select throws_ok('select private.use_discounts(tests.id(''venue_a1''), array[tests.id(''discount1'')])', 'PT409', 'discount_used_up', 'whoever was priced with the last use comes too late');
update public.discounts set max_uses = null where id = tests.id('discount1');
select throws_ok('select private.use_discounts(tests.id(''venue_a2''), array[tests.id(''discount1'')])', 'PT409', 'discount_used_up', 'another venue''s cannot be used');
update public.discounts set is_active = false where id = tests.id('discount1');
select throws_ok('select private.use_discounts(tests.id(''venue_a1''), array[tests.id(''discount1'')])', 'PT409', 'discount_used_up', 'so does whoever was priced before it was switched off');

-- what an order keeps
select results_eq($$select d.position, d.discount_id, d.name, d.amount_minor from public.order_discounts d where d.order_id = tests.id('lucky')$$, $$values (1, tests.id('discount1'), 'Discount 1', 60::bigint)$$, 'an order keeps what was taken off');
select tests.answers('anon', 'get_guest_order({$guest_a1}, {lucky})', '{"subtotal_minor": 600, "discount_minor": 60, "total_minor": 540, "due_minor": 540, "discounts": [{"name": "Discount 1", "amount_minor": 60}], "lines": [{"line_minor": 600, "discount_minor": 60}]}', 'guests see it');
select tests.affects('manager_a', 'delete from public.discounts where id = {discount1}', 1, 'the discount itself can go');
select results_eq($$select d.discount_id, d.name from public.order_discounts d where d.order_id = tests.id('lucky')$$, $$values (null::uuid, 'Discount 1')$$, 'the order keeps its name');
select tests.answers('manager_a', 'cancel_order({lucky}, ''x'')', '{"status": "cancelled", "discount_minor": 60}', 'and can still be cancelled');
select tests.refused('postgres', s, '23514', 'impossible: ' || s) from unnest(array[
  'update public.order_discounts set amount_minor = 61 where order_id = {lucky}', 'delete from public.order_discounts where order_id = {lucky}', 'update public.order_discounts set amount_minor = 0 where order_id = {lucky}',
  'update public.order_lines set discount_minor = 59, tax_minor = 90 where order_id = {lucky}', 'update public.order_lines set discount_minor = 601 where order_id = {lucky}', 'update public.order_lines set discount_minor = 600 where order_id = {lucky}',
  'update public.orders set discount_minor = 0, total_minor = 600 where id = {lucky}', 'update public.orders set discount_minor = 61, total_minor = 539 where id = {lucky}', 'update public.orders set discount_minor = 601, total_minor = -1 where id = {lucky}']) s;

-- what is no discount
select tests.refused('owner_a', format('insert into public.discounts (venue_id, name, %s) values ({venue_a1}, ''X'', %s)', split_part(d, ': ', 1), split_part(d, ': ', 2)), '23514', 'refused: ' || d) from unnest(array[
  'is_active: true', 'percent_bp, amount_minor: 1000, 100', 'percent_bp: 0', 'percent_bp: 10001', 'amount_minor: 0', 'amount_minor, code: 100, ''ten''', 'amount_minor, code: 100, ''AB''', 'amount_minor, menu_item_id, category_id: 100, {cola_a1}, {mains_a1}',
  'amount_minor, starts_on, ends_on: 100, current_date, current_date - 1', 'amount_minor, weekdays: 100, ''{}''', 'amount_minor, weekdays: 100, ''{0}''', 'amount_minor, from_time: 100, ''17:00''', 'amount_minor, from_time, until_time: 100, ''17:00'', ''17:00''', 'amount_minor, max_uses: 100, 0']) d;
select tests.refused('owner_a', 'insert into public.discounts (venue_id, name, amount_minor, menu_item_id) values ({venue_a1}, ''X'', 1, {cola_a2})', '23503', 'another venue''s item is no target');
select pg_temp.discounts('code, percent_bp: ''ONCE'', 1000');
select tests.refused('owner_a', 'insert into public.discounts (venue_id, name, code, percent_bp) values ({venue_a1}, ''X'', ''ONCE'', 1)', '23505', 'a code belongs to one active discount');
select tests.refused('owner_a', 'insert into public.discounts (venue_id, name, percent_bp, used_count) values ({venue_a1}, ''X'', 1, 0)', '42501', 'which begins unused');

-- the window, by the venue's clock
create function pg_temp.is_on(p_discount jsonb, p_at timestamptz, p_zone text default 'Europe/London') returns boolean language sql as $$
  select private.discount_is_on(jsonb_populate_record(null::public.discounts, p_discount), p_zone, '04:00', p_at)
$$;
select is(pg_temp.is_on(d::jsonb, t::timestamptz, z), o, format('%s at %s in %s', d, t, z)) from (values
  ('{}', '2026-01-01 00:00Z', 'Europe/London', true),
  ('{"starts_on": "2026-06-01"}', '2026-06-01 02:59Z', 'Europe/London', false), ('{"starts_on": "2026-06-01"}', '2026-06-01 03:00Z', 'Europe/London', true),
  ('{"ends_on": "2026-06-01"}', '2026-06-02 02:59Z', 'Europe/London', true), ('{"ends_on": "2026-06-01"}', '2026-06-02 03:00Z', 'Europe/London', false),
  ('{"weekdays": [5], "from_time": "22:00", "until_time": "02:00"}', '2026-06-05 21:00Z', 'Europe/London', true), ('{"weekdays": [5], "from_time": "22:00", "until_time": "02:00"}', '2026-06-06 00:59Z', 'Europe/London', true),
  ('{"weekdays": [5], "from_time": "22:00", "until_time": "02:00"}', '2026-06-06 01:00Z', 'Europe/London', false), ('{"weekdays": [5], "from_time": "22:00", "until_time": "02:00"}', '2026-06-05 00:30Z', 'Europe/London', false),
  ('{"from_time": "17:00", "until_time": "18:00"}', '2026-03-28 17:30Z', 'Europe/London', true), ('{"from_time": "17:00", "until_time": "18:00"}', '2026-03-29 17:30Z', 'Europe/London', false),
  ('{"from_time": "17:00", "until_time": "18:00"}', '2026-03-29 16:30Z', 'Europe/London', true), ('{"from_time": "17:00", "until_time": "18:00"}', '2026-10-25 17:30Z', 'Europe/London', true),
  ('{"from_time": "17:00", "until_time": "18:00"}', '2026-10-25 18:00Z', 'Europe/London', false), ('{"from_time": "17:00", "until_time": "18:00"}', '2026-10-25 08:00Z', 'Asia/Tokyo', true)) t (d, t, z, o);

select * from finish();
rollback;
