-- Stock: an append-only ledger whose sum is on_hand; taken once per line and ingredient; below zero only for what is paid.
begin;
select plan(49);
select tests.fixture();
create function pg_temp.on_hand(p_ingredient text) returns numeric language sql as $$ select i.on_hand from public.ingredients i where i.id = tests.id(p_ingredient) $$;

-- adjust_stock: who may
select tests.refused('anon', $$adjust_stock({beef_a1}, 'receive', 1, 'x', 'k')$$, '42501', 'a guest books no stock');
select tests.refused(a, $$adjust_stock({beef_a1}, 'receive', 1, 'x', 'k')$$, 'permission_denied', a || ' books no stock') from unnest(array['staff_a', 'kitchen_a1', 'server_a', 'cashier_a']) a;
select tests.refused(a, $$adjust_stock({beef_a1}, 'receive', 1, 'x', 'k')$$, 'ingredient_not_found', a || ' finds no such ingredient') from unnest(array['owner_b', 'manager_b1', 'stranger']) a;
select tests.refused('manager_a1', $$adjust_stock({beef_a2}, 'receive', 1, 'x', 'k')$$, 'ingredient_not_found', 'nor does a manager of another venue');

-- shapes
select tests.refused('owner_a', format('adjust_stock({beef_a1}, %s, %s, %s, ''k'')', k, q, r), 'invalid_input', format('refused: %s %s %s', k, q, r))
from (values ('''receive''', '-1', '''x'''), ('''waste''', '1', '''x'''), ('''adjust''', '0', '''x'''), ('''receive''', 'null', '''x'''), ('''sale''', '-1', '''x'''), ('''return''', '1', '''x'''),
  ('null', '1', '''x'''), ('''receive''', '1', '''  '''), ('''receive''', '1', 'null'), ('''receive''', '1000001', '''x'''), ('''receive''', '''NaN''', '''x'''), ('''adjust''', '0.0001', '''x''')) v (k, q, r);
select is(pg_temp.on_hand('beef_a1'), 9700::numeric, 'nothing refused was booked');

-- what is booked, once
select tests.answers('manager_a1', $$adjust_stock({beef_a1}, 'receive', 1000.5, 'delivery', 'k1')$$, '{"on_hand": 10700.5, "unit": "g"}', 'receiving adds');
select tests.answers('manager_a1', $$adjust_stock({beef_a1}, 'receive', 1000.5, 'delivery', 'k1')$$, '{"on_hand": 10700.5}', 'a repeat does not');
select tests.refused('manager_a1', $$adjust_stock({beef_a1}, 'receive', 1000, 'delivery', 'k1')$$, 'idempotency_key_reused', 'another quantity under the same key is refused');
select tests.answers('owner_a', $$adjust_stock({beef_a1}, 'waste', -0.5, 'spilt', 'k1')$$, '{"on_hand": 10700}', 'another person''s key is another key; waste takes');
select tests.answers('owner_a', $$adjust_stock({beef_a1}, 'adjust', -700, 'counted', 'k2')$$, '{"on_hand": 10000}', 'an adjustment goes either way');
select is(pg_temp.on_hand('beef_a2'), 9700::numeric, 'another venue''s stock is its own');
select results_eq($$select m.kind, m.quantity, m.reason, m.created_by from public.stock_movements m where m.ingredient_id = tests.id('beef_a1') and m.order_line_id is null order by m.id desc limit 2$$,
  $$values ('adjust', -700::numeric, 'counted', tests.id('owner_a')), ('waste', -0.5, 'spilt', tests.id('owner_a'))$$, 'the ledger says what, why and who');
select is((select count(*) from public.ingredients i where i.on_hand <> coalesce((select sum(m.quantity) from public.stock_movements m where m.ingredient_id = i.id), 0)), 0::bigint, 'on_hand is the sum of the movements, everywhere');

-- below zero: refused for what is not paid, allowed for what is
select tests.call('owner_a', $$adjust_stock({beef_a1}, 'waste', -9800, 'freezer', 'k3')$$);
select tests.refused('anon', tests.place_call('guest_a1', 'two', 'table', 'pay_later', 'burger_a1*2+rare_a1'), 'out_of_stock', 'what is paid later needs its stock');
select tests.refused('anon', tests.place_call('guest_a1', 'split', 'table', 'pay_at_till', 'burger_a1+rare_a1, burger_a1+well_a1'), 'out_of_stock', 'over all its lines');
select is((tests.attempt('anon', tests.place_call('guest_a1', 'two', 'table', 'pay_later', 'burger_a1*2+rare_a1'))).detail, 'not enough Beef', 'and the refusal names what is missing');
select tests.place('promised', 'guest_a1', 'table', 'pay_now', 'burger_a1*2+rare_a1');
select is(pg_temp.on_hand('beef_a1'), 200::numeric, 'an order that waits for payment takes nothing');
select tests.start_payment('promise', 'guest_a1', 'promised');
select tests.answers('service_role', tests.event_call('evt_promise', 'payment_intent.succeeded', tests.intent('promise')), '{"outcome": "settled"}', 'the guest pays');
select is(pg_temp.on_hand('beef_a1'), -100::numeric, 'what is paid is cooked, and stock goes below zero for a person to see');
select tests.refused('anon', tests.place_call('guest_a1', 'one', 'table', 'pay_later', 'burger_a1+rare_a1'), 'out_of_stock', 'nobody else orders from it');
select tests.answers('anon', tests.place_call('guest_a1', 'cola', 'table', 'pay_later', 'cola_a1'), '{}', 'what needs no beef is sold');

-- several ingredients, fractions, and the constraints
select tests.insert('bun_a1', 'manager_a1', $$insert into public.ingredients (venue_id, name, unit) values ({venue_a1}, 'Bun', 'each')$$);
select tests.affects('manager_a1', $$insert into public.recipe_lines (venue_id, menu_item_id, ingredient_id, quantity) values ({venue_a1}, {beer_a1}, {bun_a1}, 0.125), ({venue_a1}, {beer_a1}, {beef_a1}, 0.001)$$, 2, 'a recipe of two ingredients');
select tests.call('owner_a', $$adjust_stock({bun_a1}, 'receive', 1, 'x', 'b1')$$), tests.call('owner_a', $$adjust_stock({beef_a1}, 'receive', 1000, 'x', 'b2')$$);
select tests.place('eight', 'guest_a1', 'table', 'pay_later', 'beer_a1*8');
select is(pg_temp.on_hand('bun_a1') || ' ' || pg_temp.on_hand('beef_a1'), '0.000 899.992', 'eight portions take an eighth each, to the thousandth');
select is((select count(*) from public.stock_movements m where m.order_line_id = tests.id('eight_line1')), 2::bigint, 'one movement per line and ingredient');
select tests.refused('manager_a1', $$insert into public.recipe_lines (venue_id, menu_item_id, ingredient_id, quantity) values ({venue_a1}, {cola_a1}, {beef_b1}, 1)$$, '23503', 'no recipe uses another tenant''s ingredient');
select tests.refused('manager_a1', $$insert into public.recipe_lines (venue_id, menu_item_id, ingredient_id, quantity) values ({venue_a1}, {cola_a1}, {beef_a2}, 1)$$, '23503', 'nor another venue''s');
select tests.refused('manager_a1', $$insert into public.recipe_lines (venue_id, menu_item_id, ingredient_id, quantity) values ({venue_a1}, {cola_a1}, {beef_a1}, 0)$$, '23514', 'nor nothing of one');
select tests.refused('owner_a', 'update public.ingredients set on_hand = 1000000 where id = {beef_a1}', '42501', 'nobody writes on_hand');
select tests.refused('owner_a', $$insert into public.stock_movements (venue_id, ingredient_id, kind, quantity) values ({venue_a1}, {beef_a1}, 'receive', 1)$$, '42501', 'nor movements');
select tests.refused('postgres', format('%s public.stock_movements %s', c, s), '42501', format('not even the database''s owner can %s them', c)) from (values ('update', 'set quantity = 1'), ('delete from', ''), ('truncate', '')) v (c, s);

select * from finish();
rollback;
