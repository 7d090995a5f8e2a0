-- Units: exact factors within a dimension, as data; whatever is entered in another unit is converted once.
begin;
select plan(35);
select tests.fixture();

-- the factors, from their definitions: a pound is 0.45359237 kg, an ounce a sixteenth of it; spoons and cup are metric
select results_eq($$select unit, base_unit, factor from public.units order by unit$$, $$values ('cup', 'ml', 250::numeric), ('each', 'each', 1), ('g', 'g', 1), ('kg', 'g', 1000), ('l', 'ml', 1000),
  ('lb', 'g', 453.59237), ('ml', 'ml', 1), ('oz', 'g', 28.349523125), ('tbsp', 'ml', 15), ('tsp', 'ml', 5)$$, 'the units and their factors');
select is((select 16 * o.factor = l.factor from public.units o, public.units l where o.unit = 'oz' and l.unit = 'lb'), true, 'sixteen ounces are a pound, exactly');
select is(private.base_quantity(q, u, b), expected, format('%s %s are %s %s', q, u, expected, b)) from (values
  (1.5, 'kg', 'g', 1500::numeric), (1, 'lb', 'g', 453.592), (16, 'oz', 'g', 453.592), (1, 'oz', 'g', 28.350), (-2, 'kg', 'g', -2000), (0.5, 'l', 'ml', 500),
  (3, 'tsp', 'ml', 15), (1, 'tbsp', 'ml', 15), (2, 'cup', 'ml', 500), (7, 'each', 'each', 7), (7, null, 'g', 7), (0.0005, 'g', 'g', 0.001), (0.0004, 'g', 'g', 0)) v (q, u, b, expected);
select is(private.base_quantity(1, u, b), null, format('%s does not convert to %s', u, b)) from (values ('g', 'ml'), ('l', 'g'), ('each', 'g'), ('stone', 'g'), ('', 'g')) v (u, b);
select is_empty($$select i.unit from (values ('g'), ('ml'), ('each')) i (unit) where not exists (select 1 from public.units u where u.unit = i.unit and u.base_unit = i.unit)$$, 'every unit that stock is kept in is a base unit');
select tests.affects('staff_a', 'select * from public.units', 10, 'members may read them');
select tests.refused('anon', 'select * from public.units', '42501', 'guests have no use for them');
select tests.refused('owner_a', $$update public.units set factor = 2 where unit = 'kg'$$, '42501', 'nobody changes a factor');

-- booking in another unit
select tests.answers('owner_a', $$adjust_stock({beef_a1}, 'receive', 2, 'delivery', 'u1', 'kg')$$, '{"on_hand": 11700, "unit": "g"}', 'two kilograms are received');
select tests.answers('owner_a', $$adjust_stock({beef_a1}, 'waste', -1, 'fell', 'u2', 'lb')$$, '{"on_hand": 11246.408}', 'a pound is wasted');
select tests.refused('owner_a', $$adjust_stock({beef_a1}, 'waste', -1, 'fell', 'u2', 'kg')$$, 'idempotency_key_reused', 'another unit is another request');
select tests.refused('owner_a', $$adjust_stock({beef_a1}, 'receive', 1, 'delivery', 'u3', 'l')$$, 'unit_mismatch', 'beef is not measured in litres');
select tests.refused('owner_a', $$adjust_stock({beef_a1}, 'receive', 1, 'delivery', 'u4', 'bushel')$$, 'unit_mismatch', 'nor in bushels');
select tests.refused('owner_a', $$adjust_stock({beef_a1}, 'adjust', 0.0001, 'x', 'u5', 'g')$$, 'invalid_input', 'less than a thousandth is nothing');

-- recipes in another unit
select tests.answers('owner_a', $$set_recipe({venue_a1}, '[{"ingredient_id": "$$ || tests.id('beef_a1') || $$", "quantity": 6, "unit": "oz"}]', {burger_a1})$$, '{"lines": [{"name": "Beef", "quantity": 170.097, "unit": "g"}], "option_id": null}', 'a six-ounce burger');
select is((select r.quantity from public.recipe_lines r where r.menu_item_id = tests.id('burger_a1')), 170.097, 'is kept in grams');
select tests.refused('owner_a', $$set_recipe({venue_a1}, '[{"ingredient_id": "$$ || tests.id('beef_a1') || $$", "quantity": 1, "unit": "tsp"}]', {burger_a1})$$, 'unit_mismatch', 'a teaspoon of beef is refused');
select is((tests.attempt('owner_a', $$set_recipe({venue_a1}, '[{"ingredient_id": "$$ || tests.id('beef_a1') || $$", "quantity": 1, "unit": "tsp"}]', {burger_a1})$$)).detail, 'lines[0]', 'and the refusal names the line');
select is((select r.quantity from public.recipe_lines r where r.menu_item_id = tests.id('burger_a1')), 170.097, 'which changes nothing');

select * from finish();
rollback;
