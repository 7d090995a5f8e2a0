-- Stocktakes: counts remember what the books said at that moment; posting books the difference, whatever was sold since.
begin;
select plan(58);
select tests.fixture();
create function pg_temp.on_hand(p_ingredient text) returns numeric language sql as $$ select trim_scale(i.on_hand) from public.ingredients i where i.id = tests.id(p_ingredient) $$;
create function pg_temp.count_of(p_ingredient text, p_quantity text, p_unit text default null, p_stocktake text default 'count_1') returns text language sql as $$
  select format('count_stock({%s}, %L)', p_stocktake, jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('ingredient_id', tests.id(p_ingredient), 'quantity', p_quantity::numeric, 'unit', p_unit))))
$$;
create function pg_temp.open(p_name text) returns jsonb language sql as $$
  select o from tests.call('manager_a1', 'open_stocktake({venue_a1})') o, tests.keep(p_name, (o ->> 'stocktake_id')::uuid)
$$;
select tests.insert('bun', 'manager_a1', $$insert into public.ingredients (venue_id, name, unit, cost_per_1000_minor) values ({venue_a1}, 'Bun', 'each', 25000)$$), tests.insert('salt', 'manager_a1', $$insert into public.ingredients (venue_id, name, unit) values ({venue_a1}, 'Salt', 'g')$$);

-- who may
select tests.refused('anon', 'open_stocktake({venue_a1})', '42501', 'a guest counts nothing');
select tests.refused(a, 'open_stocktake({venue_a1})', 'permission_denied', a || ' opens no stocktake') from unnest(array['staff_a', 'kitchen_a1', 'server_a', 'cashier_a', 'owner_b', 'stranger']) a;
select tests.refused('manager_a1', 'open_stocktake({venue_a2})', 'permission_denied', 'nor a manager of another venue');
select is(pg_temp.open('count_1') - array['stocktake_id', 'opened_at'], '{"status": "open", "created": true}', 'a manager does');
select is(tests.call('owner_a', 'open_stocktake({venue_a1})') - 'opened_at', jsonb_build_object('stocktake_id', tests.id('count_1'), 'status', 'open', 'created', false), 'one is open at a time: a second call returns it');
select throws_ok($$insert into public.stocktakes (venue_id) values (tests.id('venue_a1'))$$, '23505', null, 'by constraint');
select tests.refused(a, f, c, format('%s: %s', a, f)) from (values ('staff_a', 'permission_denied'), ('owner_b', 'stocktake_not_found'), ('stranger', 'stocktake_not_found'), ('anon', '42501')) v (a, c),
  (values ('count_stock({count_1}, ''[]'')'), ('post_stocktake({count_1})'), ('cancel_stocktake({count_1})')) w (f);
select tests.refused('owner_a', f, 'stocktake_not_found', 'none: ' || f) from unnest(array['count_stock(null, ''[]'')', 'post_stocktake({venue_a1})', 'cancel_stocktake(null)']) f;
select tests.refused('owner_a', 'post_stocktake({count_1})', 'invalid_input', 'nothing counted, nothing posted');
select is((select s.status from public.stocktakes s where s.id = tests.id('count_1')), 'open', 'and the stocktake stays open');

-- shapes
select tests.refused('owner_a', 'count_stock({count_1}, ''[]'')', 'invalid_input', 'an empty count is refused');
select tests.refused('owner_a', pg_temp.count_of('beef_a1', '-1'), 'invalid_input', 'nobody counts less than nothing');
select tests.refused('owner_a', pg_temp.count_of('beef_a2', '1'), 'ingredient_not_found', 'another venue''s ingredient is not counted here');
select tests.refused('owner_a', pg_temp.count_of('beef_a1', '1', 'cup'), 'unit_mismatch', 'nor beef in cups');

-- sales before the count, between count and posting, and after it
select tests.answers('owner_a', pg_temp.count_of('beef_a1', '9.5', 'kg'), '{"status": "open", "counted": 1}', 'counted: 9500 where the books say 9700');
select tests.place('between', 'guest_a1', 'table', 'pay_later', 'burger_a1*2+rare_a1');
select is(pg_temp.on_hand('beef_a1'), 9400::numeric, 'while it is open guests order on');
select tests.call('owner_a', pg_temp.count_of('bun', '3')), tests.call('manager_a1', pg_temp.count_of('bun', '4'));
select tests.answers('owner_a', pg_temp.count_of('salt', '0'), '{"counted": 3}', 'what agrees is counted, too');
select tests.answers('owner_a', 'post_stocktake({count_1})', '{"status": "posted", "value_minor": 100, "lines": [
  {"name": "Beef", "unit": "g", "expected": 9700, "counted": 9500, "difference": -200, "value_minor": null},
  {"name": "Bun", "unit": "each", "expected": 0, "counted": 4, "difference": 4, "value_minor": 100},
  {"name": "Salt", "difference": 0}]}', 'posting answers with the differences and what they are worth, the last count of each');
select is(pg_temp.on_hand('beef_a1'), 9200::numeric, '9500 counted less 300 sold since');
select is(pg_temp.on_hand('bun'), 4::numeric, 'and what was counted twice is booked as counted last');
select results_eq($$select g.name, m.quantity, m.reason, m.created_by from public.stock_movements m join public.ingredients g on g.id = m.ingredient_id where m.stocktake_id = tests.id('count_1') order by 1$$,
  $$values ('Beef', -200::numeric, 'stocktake', tests.id('owner_a')), ('Bun', 4, 'stocktake', tests.id('owner_a'))$$, 'one movement per difference, none for what agrees');
select tests.answers('owner_a', 'post_stocktake({count_1})', '{"status": "posted", "value_minor": 100}', 'a repeat answers the same');
select is(pg_temp.on_hand('beef_a1'), 9200::numeric, 'and books nothing');
select tests.refused('owner_a', pg_temp.count_of('beef_a1', '1'), 'stocktake_closed', 'nothing is counted into a posted stocktake');
select tests.refused('owner_a', 'cancel_stocktake({count_1})', 'stocktake_closed', 'which cannot be cancelled');
select throws_ok($$insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, stocktake_id) select venue_id, ingredient_id, kind, quantity, stocktake_id from public.stock_movements where stocktake_id = tests.id('count_1')$$,
  '23505', null, 'a difference is booked once, by constraint');

-- an order of before the count that is cancelled after it; stock below zero; cancelling
select pg_temp.open('count_2') ->> 'created';
select tests.call('owner_a', pg_temp.count_of('beef_a1', '9200', null, 'count_2'));
select tests.call('owner_a', $$cancel_order({between}, 'changed their mind')$$);
select tests.call('owner_a', 'post_stocktake({count_2})');
select is(pg_temp.on_hand('beef_a1'), 9500::numeric, 'what goes back after the count is there after the posting');
select tests.call('owner_a', $$adjust_stock({beef_a1}, 'waste', -9800, 'freezer', 'w')$$);
select pg_temp.open('count_3') ->> 'created';
select tests.call('owner_a', pg_temp.count_of('beef_a1', '100', null, 'count_3'));
select tests.answers('owner_a', 'post_stocktake({count_3})', '{"lines": [{"expected": -300, "counted": 100, "difference": 400}]}', 'a count mends books that are below zero');
select is(pg_temp.on_hand('beef_a1'), 100::numeric, 'to what is there');
select pg_temp.open('count_4') ->> 'created';
select tests.call('owner_a', pg_temp.count_of('beef_a1', '1', null, 'count_4'));
select tests.answers('manager_a1', 'cancel_stocktake({count_4})', '{"status": "cancelled"}', 'a stocktake can be cancelled');
select tests.answers('manager_a1', 'cancel_stocktake({count_4})', '{"status": "cancelled"}', 'twice is once');
select tests.refused('owner_a', 'post_stocktake({count_4})', 'stocktake_closed', 'then it is not posted');
select is(pg_temp.on_hand('beef_a1'), 100::numeric, 'and books nothing');
select is((select count(*) from public.stocktakes s where s.id = tests.id('count_4') and s.closed_by = tests.id('manager_a1') and s.opened_by = tests.id('manager_a1')), 1::bigint, 'it says who opened and who closed it');
select tests.affects(a, 'select 1 from public.stocktake_counts where stocktake_id = {count_1}', n, format('%s sees %s counts', a, n)) from (values ('staff_a', 3), ('kitchen_a1', 3), ('server_a', 0), ('owner_b', 0)) v (a, n);
select tests.refused('owner_a', 'update public.stocktake_counts set counted = 1', '42501', 'nobody writes counts but by counting');
select is((select count(*) from public.ingredients i where i.on_hand <> coalesce((select sum(m.quantity) from public.stock_movements m where m.ingredient_id = i.id), 0)), 0::bigint, 'on_hand is the sum of the movements, everywhere');

select * from finish();
rollback;
