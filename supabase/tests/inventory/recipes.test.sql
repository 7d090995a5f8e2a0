-- Recipes of items and options: who writes them, what an order takes and gives back, what is sold out, what a dish costs.
begin;
select plan(66);
select tests.fixture();
create function pg_temp.on_hand(p_ingredient text) returns numeric language sql as $$ select trim_scale(i.on_hand) from public.ingredients i where i.id = tests.id(p_ingredient) $$;
create function pg_temp.recipe(p_lines text, p_of text) returns text language sql as $$
  select format('set_recipe({venue_a1}, %L, %s)', (select coalesce(jsonb_agg(jsonb_build_object('ingredient_id', tests.id(m[1]), 'quantity', m[2]::numeric)), '[]') from regexp_matches(p_lines, '(\w+) (-?[0-9.]+)', 'g') m), p_of)
$$;
create function pg_temp.off(p_key text) returns text language sql as $$
  select string_agg(i.name, ' ' order by i.name) from jsonb_array_elements_text(tests.call('anon', 'get_menu(''pgtap-venue-a1'')') -> p_key) o join tests.ids i on i.id = o::uuid
$$;
create function pg_temp.movements(p_line text) returns text language sql as $$
  select string_agg(g.name || ' ' || m.kind || ' ' || trim_scale(m.quantity), ', ' order by m.kind, g.name) from public.stock_movements m join public.ingredients g on g.id = m.ingredient_id where m.order_line_id = tests.id(p_line)
$$;
select tests.insert(n, 'manager_a1', format($$insert into public.ingredients (venue_id, name, unit) values ({venue_a1}, %L, %L)$$, initcap(n), u)) from (values ('bun', 'each'), ('cheddar', 'g'), ('oats', 'ml')) v (n, u);
select tests.call('owner_a', format('adjust_stock({%s}, ''receive'', %s, ''delivery'', %L)', n, q, n)) from (values ('bun', 10), ('cheddar', 100), ('oats', 500)) v (n, q);

-- who may
select tests.refused('anon', pg_temp.recipe('bun 1', '{burger_a1}'), '42501', 'a guest writes no recipe');
select tests.refused(a, pg_temp.recipe('bun 1', '{burger_a1}'), 'permission_denied', a || ' writes no recipe') from unnest(array['staff_a', 'kitchen_a1', 'server_a', 'cashier_a', 'owner_b', 'manager_b1', 'stranger']) a;
select tests.refused('owner_a', 'set_recipe(null, ''[]'', {burger_a1})', 'permission_denied', 'no venue is nobody''s');

-- shapes
select tests.refused('owner_a', pg_temp.recipe('bun 1', of), 'invalid_input', 'refused: of ' || of) from unnest(array['null', 'null, null', '{burger_a1}, {cheese_a1}', '{burger_b1}', 'null, {cheese_a2}', '{cheese_a1}']) of;
select tests.refused('owner_a', pg_temp.recipe(l, '{burger_a1}'), c, 'refused: ' || l) from (values ('bun 0', 'invalid_input'), ('bun -1', 'invalid_input'), ('bun 0.0001', 'invalid_input'), ('bun 1, bun 2', 'invalid_input'), ('bun 1000001', 'invalid_input'), ('beef_a2 1', 'ingredient_not_found'), ('beef_b1 1', 'ingredient_not_found')) v (l, c);
select tests.refused('owner_a', format('set_recipe({venue_a1}, %s, {burger_a1})', l), 'invalid_input', 'refused: ' || l)
from unnest(array['null', '''{}''', '''[1]''', '''[{"ingredient_id": "x", "quantity": 1}]''', '''[{"ingredient_id": "00000000-0000-0000-0000-000000000000", "quantity": "1"}]''', '''[{"ingredient_id": "00000000-0000-0000-0000-000000000000", "quantity": 1, "unit": 1}]''', '''[{"ingredient_id": "00000000-0000-0000-0000-000000000000", "quantity": 1, "cost_minor": 1}]''']) l;

-- what is written, as a whole
select tests.answers('manager_a1', pg_temp.recipe('beef_a1 150, bun 1', '{burger_a1}'), '{"lines": [{"name": "Beef", "quantity": 150}, {"name": "Bun", "quantity": 1}]}', 'a manager writes a recipe');
select tests.answers('owner_a', pg_temp.recipe('cheddar 30', 'null, {cheese_a1}'), '{"lines": [{"name": "Cheddar", "quantity": 30, "unit": "g"}]}', 'an option has one, too');
select tests.call('owner_a', pg_temp.recipe('bun -1, cheddar 5', 'null, {nobun_a1}')), tests.call('owner_a', pg_temp.recipe('beef_a1 50, cheddar 1', 'null, {rare_a1}')), tests.call('owner_a', pg_temp.recipe('beef_a1 50', 'null, {rare_a1}'));
select is((select count(*) from public.option_recipe_lines r where r.option_id = tests.id('rare_a1')), 1::bigint, 'a recipe replaces the one before');

-- what an order takes: the item's and its options' ingredients, once per line and ingredient
select tests.place('plain', 'guest_a1', 'table', 'pay_later', 'burger_a1*2+well_a1');
select is(pg_temp.movements('plain_line1'), 'Beef sale -300, Bun sale -2', 'an option without a recipe takes nothing more');
select tests.place('rich', 'guest_a1', 'table', 'pay_later', 'burger_a1*2+rare_a1+cheese_a1, burger_a1+rare_a1+nobun_a1, cola_a1');
select is(pg_temp.movements('rich_line1'), 'Beef sale -400, Bun sale -2, Cheddar sale -60', 'options take their own, and more of what the item takes, in one movement each');
select is(pg_temp.movements('rich_line2'), 'Beef sale -200, Cheddar sale -5', 'what an option leaves out is not taken');
select is(pg_temp.movements('rich_line3'), null, 'no recipe, no movement');
select is(pg_temp.on_hand('bun') || ' ' || pg_temp.on_hand('cheddar'), '6 35', 'and stock says so');
select tests.call('owner_a', $$cancel_order({rich}, 'changed their mind')$$);
select is(pg_temp.movements('rich_line1'), 'Beef return 400, Bun return 2, Cheddar return 60, Beef sale -400, Bun sale -2, Cheddar sale -60', 'cancelled before cooking, all of it goes back once');
select is(pg_temp.on_hand('bun') || ' ' || pg_temp.on_hand('cheddar'), '8 100', 'to where it was');
select tests.place('late', 'guest_a1', 'table', 'pay_later', 'burger_a1+rare_a1+cheese_a1');
select tests.call('kitchen_a', 'advance_ticket({late_ticket1}, ''in_progress'')'), tests.call('owner_a', $$cancel_order({late}, 'too slow')$$);
select is(pg_temp.movements('late_line1'), 'Beef return 200, Bun return 1, Cheddar return 30, Beef sale -200, Bun sale -1, Cheddar sale -30, Beef waste -200, Bun waste -1, Cheddar waste -30', 'cancelled while cooking, it is waste, options and all');

-- sold out: options by their own recipe, items by theirs and by a choice that cannot be made
select is(pg_temp.off('unavailable_item_ids') || pg_temp.off('unavailable_option_ids'), null, 'everything is on sale');
select tests.call('owner_a', $$adjust_stock({cheddar}, 'adjust', -41, 'counted', 's1')$$);
select is(pg_temp.off('unavailable_option_ids'), 'cheese_a1', 'one gram short of a portion, cheese is off');
select is(pg_temp.off('unavailable_item_ids'), null, 'the burger, which can do without, is not');
select tests.refused('anon', tests.place_call('guest_a1', 'c', 'table', 'pay_later', 'burger_a1+well_a1+cheese_a1'), 'out_of_stock', 'who orders it all the same is refused');
select is((tests.attempt('anon', tests.place_call('guest_a1', 'c', 'table', 'pay_later', 'burger_a1+well_a1+cheese_a1'))).detail, 'not enough Cheddar', 'with the option''s ingredient');
select tests.call('owner_a', pg_temp.recipe('oats 600', 'null, {rare_a1}')), tests.call('owner_a', $$set_availability({venue_a1}, false, '{}', array[{well_a1}])$$);
select is(pg_temp.off('unavailable_option_ids') || ', ' || pg_temp.off('unavailable_item_ids'), 'cheese_a1 rare_a1 well_a1, burger_a1', 'without any option of a required group the item is off: one by stock, one by hand');
select tests.call('owner_a', $$adjust_stock({oats}, 'receive', 100, 'delivery', 's2')$$);
select is(pg_temp.off('unavailable_option_ids') || ', ' || coalesce(pg_temp.off('unavailable_item_ids'), 'none'), 'cheese_a1 well_a1, none', 'receiving lifts what stock had closed, and nothing else');

-- negative stock, as the venue wants it
select tests.call('owner_a', $$set_availability({venue_a1}, true, '{}', array[{well_a1}])$$);
select tests.affects('staff_a', 'update public.venues set allows_negative_stock = true where id = {venue_a1}', 0, 'staff do not set the policy');
select tests.affects('manager_a1', 'update public.venues set allows_negative_stock = true where id = {venue_a1}', 1, 'a manager does');
select is(coalesce(pg_temp.off('unavailable_item_ids'), 'none') || coalesce(pg_temp.off('unavailable_option_ids'), ' none'), 'none none', 'then stock takes nothing off sale');
select tests.place('owed', 'guest_a1', 'table', 'pay_later', 'burger_a1*2+well_a1+cheese_a1');
select is(pg_temp.on_hand('cheddar'), -31::numeric, 'nor refuses an order; the books go below zero');
update public.venues set allows_negative_stock = false where id = tests.id('venue_a1');
select tests.refused('anon', tests.place_call('guest_a1', 'd', 'table', 'pay_later', 'burger_a1+well_a1+cheese_a1'), 'out_of_stock', 'without the policy it is refused again');
select tests.answers('anon', tests.place_call('guest_a1', 'e', 'table', 'pay_later', 'burger_a1+well_a1'), '{}', 'what needs none of it is not');

-- cost of a dish and its margin
select tests.refused('anon', 'get_dish_costs({venue_a1})', '42501', 'guests do not see costs');
select tests.refused(a, 'get_dish_costs({venue_a1})', 'permission_denied', a || ' does not either') from unnest(array['server_a', 'cashier_a', 'owner_b', 'stranger']) a;
create function pg_temp.dish(p_item text) returns jsonb language sql as $$
  select i - array['menu_item_id', 'name'] from jsonb_array_elements(tests.call('kitchen_a', 'get_dish_costs({venue_a1})') -> 'items') i where i ->> 'menu_item_id' = tests.id(p_item)::text
$$;
select is(pg_temp.dish('burger_a1') - 'net_price_minor', '{"price_minor": 1250, "has_recipe": true, "cost_minor": null, "unknown_costs": ["Beef", "Bun"], "margin_minor": null, "margin_bp": null}', 'a cost that is unknown is not zero');
select tests.affects('manager_a1', 'update public.ingredients set cost_per_1000_minor = 903 where id = {beef_a1}', 1, 'beef costs 9.03 a kilogram'), tests.affects('manager_a1', 'update public.ingredients set cost_per_1000_minor = 25000 where id = {bun}', 1, 'a bun 25 pence');
select is(pg_temp.dish('burger_a1'), '{"price_minor": 1250, "net_price_minor": 1042, "has_recipe": true, "cost_minor": 160, "unknown_costs": [], "margin_minor": 882, "margin_bp": 8464}', '135.45 + 25 are 160; the margin is on the price without its 20 % tax');
select is(pg_temp.dish('cola_a1') - array['price_minor', 'net_price_minor'], '{"has_recipe": false, "cost_minor": null, "unknown_costs": [], "margin_minor": null, "margin_bp": null}', 'without a recipe there is no cost');
update public.venues set prices_include_tax = false where id = tests.id('venue_a1');
select is(pg_temp.dish('burger_a1') -> 'net_price_minor', '1250', 'where tax comes on top, the price is net');
select is((select jsonb_object_agg(o ->> 'name', o -> 'cost_minor') from jsonb_array_elements(tests.call('staff_a', 'get_dish_costs({venue_a1})') -> 'options') o), '{"Cheese": null, "No bun": null, "Rare": null}', 'options have costs of their own');
update public.ingredients set cost_per_1000_minor = 800 where id in (tests.id('cheddar'), tests.id('oats'));
select is((select jsonb_object_agg(o ->> 'name', o -> 'cost_minor') from jsonb_array_elements(tests.call('staff_a', 'get_dish_costs({venue_a1})') -> 'options') o), '{"Cheese": 24, "No bun": -21, "Rare": 480}', 'below zero where they save something');

select * from finish();
rollback;
