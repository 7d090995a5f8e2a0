-- Suppliers, what runs low, purchase orders from draft to received, the cost that deliveries move, and transfers.
begin;
select plan(105);
select tests.fixture();
create function pg_temp.lines(p_lines text) returns text language sql as $$
  select quote_literal((select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('ingredient_id', tests.id(m[1]), 'quantity', m[2]::numeric, 'unit', m[3], 'cost_minor', m[4]::bigint))), '[]') from regexp_matches(p_lines, '(\w+) (-?[0-9.]+)(?: ([a-z]+))?(?: for (\d+))?(?:,|$)', 'g') m))
$$;
create function pg_temp.save(p_lines text, p_supplier text default 'farm') returns text language sql as $$ select format('save_purchase_order({venue_a1}, {%s}, %s)', p_supplier, pg_temp.lines(p_lines)) $$;
create function pg_temp.receive(p_order text, p_lines text, p_key text) returns text language sql as $$ select format('receive_purchase_order({%s}, %s, %L)', p_order, pg_temp.lines(p_lines), p_key) $$;
create function pg_temp.keep_order(p_name text, p_answer jsonb) returns jsonb language sql as $$ select p_answer from tests.keep(p_name, (p_answer ->> 'purchase_order_id')::uuid) $$;
create function pg_temp.stock(p_ingredient text) returns text language sql as $$ select format('%s at %s', trim_scale(i.on_hand), coalesce(i.cost_per_1000_minor::text, '?')) from public.ingredients i where i.id = tests.id(p_ingredient) $$;
create function pg_temp.order_line(p_order text, p_ingredient text) returns text language sql as $$
  select format('%s of %s for %s of %s', trim_scale(l.received_quantity), trim_scale(l.quantity), l.received_cost_minor, coalesce(l.cost_minor::text, '?')) from public.purchase_order_lines l where l.purchase_order_id = tests.id(p_order) and l.ingredient_id = tests.id(p_ingredient)
$$;

-- suppliers and levels are ordinary rows
select tests.insert('farm', 'manager_a1', $$insert into public.suppliers (venue_id, name, email, phone) values ({venue_a1}, 'Farm', 'orders@farm.example', '020 7946 0001')$$), tests.insert('baker', 'manager_a1', $$insert into public.suppliers (venue_id, name) values ({venue_a1}, 'Baker')$$),
  tests.insert('farm_a2', 'owner_a', $$insert into public.suppliers (venue_id, name) values ({venue_a2}, 'Farm')$$);
select tests.refused('manager_a1', format($$insert into public.suppliers (venue_id, name, email) values ({venue_a1}, %s, %s)$$, n, e), s, format('refused: %s %s', n, e)) from (values ('''Farm''', 'null', '23505'), ('''  ''', 'null', '23514'), ('''X''', '''nobody''', '23514')) v (n, e, s);
select tests.refused('manager_a1', 'update public.ingredients set supplier_id = {farm_a2} where id = {beef_a1}', '23503', 'no ingredient comes from another venue''s supplier');
select tests.refused('manager_a1', 'update public.ingredients set ' || s || ' where id = {beef_a1}', '23514', 'refused: ' || s) from unnest(array['par_level = 0', 'reorder_level = -1', 'par_level = 5, reorder_level = 6', 'cost_per_1000_minor = -1']) s;
select tests.affects('manager_a1', 'update public.ingredients set supplier_id = {farm}, par_level = 20000, reorder_level = 9700 where id = {beef_a1}', 1, 'a manager sets supplier and levels');
select is((select a.after from private.audit_events a where a.table_name = 'ingredients' and a.row_id = tests.id('beef_a1') and a.action = 'update'), jsonb_build_object('supplier_id', tests.id('farm'), 'par_level', 20000.000, 'reorder_level', 9700.000), 'and the history has it');
select tests.insert('bun', 'manager_a1', $$insert into public.ingredients (venue_id, name, unit, par_level, supplier_id, cost_per_1000_minor) values ({venue_a1}, 'Bun', 'each', 10, {baker}, 20000)$$),
  tests.insert('salt', 'manager_a1', $$insert into public.ingredients (venue_id, name, unit, par_level) values ({venue_a1}, 'Salt', 'g', 1000)$$),
  tests.insert('water', 'manager_a1', $$insert into public.ingredients (venue_id, name, unit) values ({venue_a1}, 'Water', 'ml')$$);

-- what runs low
select tests.refused(a, 'get_low_stock({venue_a1})', c, a || ' does not see what runs low') from (values ('anon', '42501'), ('server_a', 'permission_denied'), ('cashier_a', 'permission_denied'), ('owner_b', 'permission_denied')) v (a, c);
select is((select jsonb_object_agg(l ->> 'name', l -> 'proposed_quantity') from jsonb_array_elements(tests.call('kitchen_a1', 'get_low_stock({venue_a1})') -> 'ingredients') l),
  '{"Beef": 12360, "Bun": 12, "Salt": 1200}', 'at the reorder level, or below par without one: ceil((par - on hand) × 1.2)');
select tests.call('owner_a', $$adjust_stock({beef_a1}, 'receive', 1, 'x', 'r0')$$);
select is((select string_agg(l ->> 'name', ' ' order by l ->> 'name') from jsonb_array_elements(tests.call('staff_a', 'get_low_stock({venue_a1})') -> 'ingredients') l), 'Bun Salt', 'a gram above it is not low');
select tests.call('owner_a', $$adjust_stock({beef_a1}, 'waste', -4701.5, 'x', 'r1')$$);

-- proposals
select tests.refused(a, 'propose_purchase_orders({venue_a1})', c, a || ' proposes nothing') from (values ('anon', '42501'), ('staff_a', 'permission_denied'), ('kitchen_a1', 'permission_denied'), ('owner_b', 'permission_denied')) v (a, c);
create temporary table proposed as select tests.call('manager_a1', 'propose_purchase_orders({venue_a1})') as answer;
select is((select jsonb_object_agg(o #>> '{supplier,name}', jsonb_build_array(o -> 'status', o #> '{lines,0,quantity}', o #> '{lines,0,cost_minor}')) from proposed, jsonb_array_elements(answer -> 'purchase_orders') o),
  '{"Farm": ["draft", 18001, null], "Baker": ["draft", 12, 240]}', 'a draft per supplier: ceil(15000.5 × 1.2), ceil(10 × 1.2), at the present cost');
select is((select answer #> '{without_supplier,0}' from proposed), jsonb_build_object('ingredient_id', tests.id('salt'), 'name', 'Salt', 'unit', 'g', 'quantity', 1200), 'what has no supplier is told');
select tests.answers('manager_a1', 'propose_purchase_orders({venue_a1})', '{"purchase_orders": []}', 'what is on its way is not proposed again');
select is((select l -> 'on_order' from jsonb_array_elements(tests.call('staff_a', 'get_low_stock({venue_a1})') -> 'ingredients') l where l ->> 'name' = 'Bun'), '12', 'but shown as such');
select pg_temp.keep_order('farm_1', (select o from proposed, jsonb_array_elements(answer -> 'purchase_orders') o where o #>> '{supplier,name}' = 'Farm')), pg_temp.keep_order('baker_1', (select o from proposed, jsonb_array_elements(answer -> 'purchase_orders') o where o #>> '{supplier,name}' = 'Baker'));

-- drafts by hand
select tests.refused(a, pg_temp.save('beef_a1 1'), c, a || ' writes no draft') from (values ('anon', '42501'), ('staff_a', 'permission_denied'), ('owner_b', 'permission_denied')) v (a, c);
select tests.refused('owner_a', pg_temp.save(l, s), c, format('refused: %s from %s', l, s)) from (values ('', 'farm', 'invalid_input'), ('beef_a1 -1', 'farm', 'invalid_input'), ('beef_a1 1 l', 'farm', 'unit_mismatch'), ('beef_a2 1', 'farm', 'ingredient_not_found'), ('beef_a1 1', 'farm_a2', 'supplier_not_found'), ('beef_a1 1', 'venue_a1', 'supplier_not_found')) v (l, s, c);
select tests.answers('owner_a', pg_temp.save('beef_a1 10 kg for 8000, salt 0.5 kg, water 1 l'), jsonb_build_object('purchase_order_id', tests.id('farm_1'), 'status', 'draft', 'cost_minor', 8000), 'a supplier has one draft, which people edit');
select tests.answers('owner_a', pg_temp.save('water 0'), jsonb_build_object('purchase_order_id', tests.id('farm_1'), 'lines', '[{"name": "Beef", "quantity": 10000, "cost_minor": 8000}, {"name": "Salt", "quantity": 500, "cost_minor": null}]'::jsonb), 'zero takes a line out');

-- sending
select tests.refused('owner_a', pg_temp.receive('farm_1', 'beef_a1 1', 'k0'), 'purchase_order_transition_invalid', 'a draft is not received');
select tests.refused(a, f, c, format('%s: %s', a, f)) from (values ('anon', '42501'), ('staff_a', 'permission_denied'), ('owner_b', 'purchase_order_not_found'), ('stranger', 'purchase_order_not_found')) v (a, c),
  (values ('send_purchase_order({farm_1})'), ('cancel_purchase_order({farm_1})'), ('receive_purchase_order({farm_1}, ''[]'', ''k'')')) w (f);
select tests.refused('owner_a', f, 'purchase_order_not_found', 'none: ' || f) from unnest(array['send_purchase_order(null)', 'cancel_purchase_order({venue_a1})', 'receive_purchase_order(null, ''[]'', ''k'')']) f;
select tests.answers('manager_a1', 'send_purchase_order({farm_1})', '{"status": "sent", "supplier": {"name": "Farm", "email": "orders@farm.example", "phone": "020 7946 0001"}}', 'a manager sends it');
select tests.answers('manager_a1', 'send_purchase_order({farm_1})', '{"status": "sent"}', 'twice is once');
select pg_temp.keep_order('farm_2', tests.call('owner_a', pg_temp.save('water 1 l')));
select isnt(tests.id('farm_2'), tests.id('farm_1'), 'what is written after sending is another draft');
select tests.call('owner_a', pg_temp.save('water 0'));
select tests.refused('owner_a', 'send_purchase_order({farm_2})', 'invalid_input', 'an empty draft is not sent');
select tests.answers('owner_a', 'cancel_purchase_order({farm_2})', '{"status": "cancelled"}', 'a draft can be cancelled');
select tests.answers('owner_a', 'cancel_purchase_order({farm_2})', '{"status": "cancelled"}', 'twice is once');
select tests.refused('owner_a', 'send_purchase_order({farm_2})', 'purchase_order_transition_invalid', 'then it is not sent');

-- receiving in parts, with the weighted average: 4998.5 g of unknown cost, then 4000 g and 6000 g
select tests.refused('owner_a', pg_temp.receive('farm_1', l, 'k1'), c, 'refused: ' || l) from (values ('', 'invalid_input'), ('beef_a1 0', 'invalid_input'), ('beef_a1 10001', 'delivery_exceeds_order'), ('water 1', 'delivery_exceeds_order'), ('beef_a1 1 cup', 'unit_mismatch'), ('beef_b1 1', 'ingredient_not_found')) v (l, c);
select is((tests.attempt('owner_a', pg_temp.receive('farm_1', 'salt 1, beef_a1 10001, water 1', 'k1'))).detail, 'lines[1]: 10000.000 to come, lines[2]: 0 to come', 'the refusal says what is to come');
select is(pg_temp.stock('beef_a1'), '4999.5 at ?', 'nothing refused was received');
select tests.answers('owner_a', pg_temp.receive('farm_1', 'beef_a1 4 kg', 'k2'), '{"status": "partial", "lines": [{"name": "Beef", "received_quantity": 4000, "received_cost_minor": 3200}, {"name": "Salt", "received_quantity": 0}]}', 'a part comes, at its share of the agreed cost');
select tests.answers('owner_a', pg_temp.receive('farm_1', 'beef_a1 4 kg', 'k2'), '{"status": "partial"}', 'the same key is the same delivery');
select tests.refused('owner_a', pg_temp.receive('farm_1', 'beef_a1 5 kg', 'k2'), 'idempotency_key_reused', 'another delivery needs another key');
select is(pg_temp.stock('beef_a1'), '8999.5 at 800', 'received once; unknown cost is replaced, not averaged');
select tests.answers('manager_a1', pg_temp.receive('farm_1', 'beef_a1 6 kg for 6000, salt 500', 'k3'), '{"status": "received"}', 'the rest comes, with its own invoice');
select is(pg_temp.stock('beef_a1'), '14999.5 at 880', '(8999.5 × 800 + 6000 × 1000) / 14999.5 is 880.003');
select is(pg_temp.stock('salt'), '500 at ?', 'without a cost, none is made up');
select is(pg_temp.order_line('farm_1', 'beef_a1'), '10000 of 10000 for 9200 of 8000', 'the line knows what came and what it cost');
select results_eq($$select m.kind, trim_scale(m.quantity), m.reason from public.stock_movements m join public.purchase_order_lines l on l.id = m.purchase_order_line_id where l.purchase_order_id = tests.id('farm_1') and l.ingredient_id = tests.id('beef_a1') order by m.id$$, $$values ('receive', 4000::numeric, 'purchase order'), ('receive', 6000, 'purchase order')$$, 'each part is a movement of the line');
select tests.refused('owner_a', pg_temp.receive('farm_1', 'beef_a1 1', 'k4'), 'purchase_order_transition_invalid', 'what is received takes no more');
select tests.refused('owner_a', 'cancel_purchase_order({farm_1})', 'purchase_order_transition_invalid', 'and is not cancelled');
select throws_ok($$update public.purchase_order_lines set received_quantity = quantity + 1 where purchase_order_id = tests.id('farm_1')$$, '23514', null, 'more than ordered cannot be received, by constraint');
-- the pennies of a line that comes in three parts add up
select pg_temp.keep_order('baker_1', tests.call('owner_a', pg_temp.save('bun 3 for 100', 'baker')));
select tests.call('owner_a', 'send_purchase_order({baker_1})'), tests.call('owner_a', pg_temp.receive('baker_1', 'bun 1', 'b1')), tests.call('owner_a', pg_temp.receive('baker_1', 'bun 1', 'b2'));
select is(pg_temp.order_line('baker_1', 'bun'), '2 of 3 for 67 of 100', 'two thirds of a hundred are 67');
select tests.answers('owner_a', 'cancel_purchase_order({baker_1})', '{"status": "cancelled", "lines": [{"received_quantity": 2}]}', 'an order whose rest does not come is cancelled; what came stays');
select tests.refused('owner_a', pg_temp.receive('baker_1', 'bun 1', 'b3'), 'purchase_order_transition_invalid', 'and nothing more is received');
select is(pg_temp.stock('bun'), '2 at 33500', 'a bun costs 33.5 pence');
-- stock below zero has no value to average with; a delivery outside of an order has a cost, too
select tests.call('owner_a', $$adjust_stock({bun}, 'waste', -5, 'mouldy', 'm1')$$), tests.call('owner_a', $$adjust_stock({bun}, 'receive', 10, 'market', 'm2', null, 500)$$);
select is(pg_temp.stock('bun'), '7 at 50000', 'below zero, the new cost counts alone');
select tests.call('owner_a', $$adjust_stock({bun}, 'receive', 7, 'gift', 'm3')$$), tests.call('owner_a', $$adjust_stock({bun}, 'receive', 14, 'free', 'm4', 'each', 0)$$);
select is(pg_temp.stock('bun'), '28 at 25000', 'an unknown cost leaves the average, a cost of zero halves it');
select tests.refused('owner_a', $$adjust_stock({bun}, 'waste', -1, 'x', 'm5', null, 5)$$, 'invalid_input', 'waste has no price');
select tests.refused('owner_a', $$adjust_stock({bun}, 'receive', 1, 'x', 'm6', null, -5)$$, 'invalid_input', 'nor is a delivery paid by the supplier');

-- transfers between two venues of an organisation
select tests.refused(a, $$transfer_stock({beef_a1}, {beef_a2}, 1, 'x', 't0')$$, c, a || ' transfers nothing') from (values ('anon', '42501'), ('staff_a', 'permission_denied'), ('manager_a1', 'ingredient_not_found'), ('owner_b', 'ingredient_not_found')) v (a, c);
select tests.refused('owner_a', format('transfer_stock(%s, ''t1'')', t), c, 'refused: ' || t) from (values ('{beef_a1}, {beef_b1}, 1, ''x''', 'ingredient_not_found'), ('{beef_a1}, {salt}, 1, ''x''', 'invalid_input'), ('{bun}, {beef_a2}, 1, ''x''', 'unit_mismatch'), ('{beef_a1}, {beef_a2}, 0, ''x''', 'invalid_input'),
  ('{beef_a1}, {beef_a2}, -1, ''x''', 'invalid_input'), ('{beef_a1}, {beef_a2}, null, ''x''', 'invalid_input'), ('{beef_a1}, {beef_a2}, 1, ''  ''', 'invalid_input'), ('{beef_a1}, {beef_a2}, 15000, ''x''', 'out_of_stock'), ('{beef_a1}, null, 1, ''x''', 'ingredient_not_found')) v (t, c);
select tests.answers('owner_a', $$transfer_stock({beef_a1}, {beef_a2}, 1, 'Sunday', 't2', 'kg')$$, '{"quantity": 1000, "unit": "g", "from_on_hand": 13999.5, "to_on_hand": 10700}', 'a kilogram moves');
select tests.answers('owner_a', $$transfer_stock({beef_a1}, {beef_a2}, 1, 'Sunday', 't2', 'kg')$$, '{"from_on_hand": 13999.5}', 'once per key');
select is(pg_temp.stock('beef_a2'), '10700 at 880', 'and takes its cost along');
select is((select format('%s, %s', count(*), sum(m.quantity)) from public.stock_movements m where m.kind = 'transfer'), '2, 0.000', 'its two movements are zero together');
update public.venues set allows_negative_stock = true where id = tests.id('venue_a1');
select tests.answers('owner_a', $$transfer_stock({beef_a1}, {beef_a2}, 14000, 'x', 't3')$$, '{"from_on_hand": -0.5}', 'where stock may be negative, more than the books have can go');
select is((select count(*) from public.ingredients i where i.on_hand <> coalesce((select sum(m.quantity) from public.stock_movements m where m.ingredient_id = i.id), 0)), 0::bigint, 'on_hand is the sum of the movements, everywhere');

select * from finish();
rollback;
