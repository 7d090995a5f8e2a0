-- What the tables themselves refuse, whoever writes: each constraint by name, with the row that breaks it and nothing else.
begin;
select plan(63);
select tests.fixture();
select tests.insert('farm', 'owner_a', $$insert into public.suppliers (venue_id, name) values ({venue_a1}, 'Farm')$$), tests.insert('farm_a2', 'owner_a', $$insert into public.suppliers (venue_id, name) values ({venue_a2}, 'Farm')$$),
  tests.insert('spare', 'owner_a', $$insert into public.suppliers (venue_id, name) values ({venue_a1}, 'Spare')$$);
select tests.keep('count_' || v, (tests.call('owner_a', format('open_stocktake({venue_%s})', v)) ->> 'stocktake_id')::uuid) from unnest(array['a1', 'a2']) v;
select tests.keep('po', (o ->> 'purchase_order_id')::uuid), tests.keep('line', (o #>> '{lines,0,line_id}')::uuid)
from tests.call('owner_a', format('save_purchase_order({venue_a1}, {farm}, %L)', jsonb_build_array(jsonb_build_object('ingredient_id', tests.id('beef_a1'), 'quantity', 5)))) o;
select tests.keep('po_a2', (tests.call('owner_a', format('save_purchase_order({venue_a2}, {farm_a2}, %L)', jsonb_build_array(jsonb_build_object('ingredient_id', tests.id('beef_a2'), 'quantity', 5)))) ->> 'purchase_order_id')::uuid);
select tests.call('owner_a', 'update public.ingredients set supplier_id = {spare} where id = {beef_a1}');

create function pg_temp.breaks(p_statement text, p_constraint text) returns text language plpgsql as $$
declare
  v_constraint text := 'nothing';
begin
  begin
    execute tests.expand(p_statement);
    set constraints all immediate;
  exception when integrity_constraint_violation then
    get stacked diagnostics v_constraint = constraint_name;
  end;
  return is(v_constraint, p_constraint, left(p_statement, 110));
end $$;
create function pg_temp.movement(p_more text, p_values text) returns text language sql as $$
  select format('insert into public.stock_movements (venue_id, ingredient_id, kind, quantity%s) values ({venue_a1}, {beef_a1}, %s)', p_more, p_values)
$$;

-- units
select pg_temp.breaks('insert into public.units values (' || v || ')', c) from (values ('''Kg'', ''g'', 1000', 'unit_is_short_text'), ('''nil'', ''g'', 0', 'factor_is_positive'), ('''mg'', ''g'', 1', 'a_base_unit_counts_itself_once'),
  ('''st'', ''st'', 2', 'a_base_unit_counts_itself_once'), ('''st'', ''stone'', 2', 'units_base_unit_fkey'), ('''kg'', ''g'', 1001', 'units_pkey')) v (v, c);
-- suppliers and levels
select pg_temp.breaks('insert into public.suppliers (venue_id, name, email, phone) values ({venue_a1}, ' || v || ')', c) from (values ('''Farm'', null, null', 'one_supplier_of_a_name'), (''' '', null, null', 'name_is_short_text'), ('repeat(''x'', 121), null, null', 'name_is_short_text'),
  ('''X'', ''x@y@z'', null', 'email_is_an_address'), ('''X'', null, '' ''', 'phone_is_short_text'), ('''X'', null, repeat(''1'', 41)', 'phone_is_short_text')) v (v, c);
select pg_temp.breaks('update public.ingredients set ' || s || ' where id = {beef_a1}', c) from (values ('supplier_id = {farm_a2}', 'supplier_is_in_the_venue'), ('cost_per_1000_minor = 10000000001', 'cost_is_plausible'), ('cost_per_1000_minor = -1', 'cost_is_plausible'),
  ('par_level = 0', 'par_level_is_positive'), ('reorder_level = -1', 'reorder_level_is_below_par'), ('par_level = 1, reorder_level = 1.001', 'reorder_level_is_below_par')) v (s, c);
-- recipes of options
select pg_temp.breaks('insert into public.option_recipe_lines values (' || v || ')', c) from (values ('{venue_a1}, {cheese_a1}, {beef_a1}, 0', 'quantity_is_not_zero'), ('{venue_a1}, {cheese_a2}, {beef_a1}, 1', 'option_is_in_the_venue'), ('{venue_a1}, {cheese_a1}, {beef_a2}, 1', 'ingredient_is_in_the_venue')) v (v, c);
select lives_ok(tests.expand('insert into public.option_recipe_lines values ({venue_a1}, {cheese_a1}, {beef_a1}, -1)'), 'an option may leave something out');
select pg_temp.breaks('insert into public.option_recipe_lines values ({venue_a1}, {cheese_a1}, {beef_a1}, 2)', 'option_recipe_lines_pkey');
-- movements
select pg_temp.breaks(pg_temp.movement(m, v), c) from (values
  ('', '''gift'', 1', 'kind_is_known'), (', cost_per_1000_minor', '''receive'', 1, 5', 'only_sales_have_a_cost'), ('', '''transfer'', 1', 'transfers_have_two_sides'), (', transfer_id', '''receive'', 1, {farm}', 'transfers_have_two_sides'), ('', '''stocktake'', 1', 'counts_belong_to_a_stocktake'), (', stocktake_id', '''adjust'', 1, {count_a1}', 'counts_belong_to_a_stocktake'),
  (', stocktake_id', '''stocktake'', 1, {count_a2}', 'stocktake_is_in_the_venue'), (', stocktake_id', '''stocktake'', 0, {count_a1}', 'sign_fits_the_kind'), (', purchase_order_line_id', '''adjust'', 1, {line}', 'deliveries_are_received'), (', purchase_order_line_id', '''receive'', 1, {farm}', 'purchase_order_line_is_in_the_venue')) v (m, v, c);
select lives_ok(tests.expand(pg_temp.movement(', transfer_id', '''transfer'', 1, {farm}')), 'one side of a transfer');
select pg_temp.breaks(pg_temp.movement(', transfer_id', '''transfer'', -1, {farm}'), 'one_movement_per_side_of_a_transfer');
-- stocktakes
select pg_temp.breaks('insert into public.stocktakes (venue_id) values ({venue_a1})', 'one_open_stocktake');
select pg_temp.breaks('update public.stocktakes set ' || s || ' where id = {count_a1}', c) from (values ('status = ''lost'', closed_at = now()', 'status_is_known'), ('status = ''posted''', 'closed_when_not_open'), ('closed_at = now()', 'closed_when_not_open')) v (s, c);
select pg_temp.breaks('insert into public.stocktake_counts (venue_id, stocktake_id, ingredient_id, counted, expected) values (' || v || ')', c) from (values ('{venue_a1}, {count_a1}, {beef_a1}, -1, 0', 'counted_is_not_negative'), ('{venue_a1}, {count_a2}, {beef_a1}, 1, 0', 'stocktake_is_in_the_venue'), ('{venue_a1}, {count_a1}, {beef_a2}, 1, 0', 'ingredient_is_in_the_venue')) v (v, c);
-- purchase orders
select pg_temp.breaks('insert into public.purchase_orders (venue_id, supplier_id) values ({venue_a1}, {farm})', 'one_draft_per_supplier'), pg_temp.breaks('insert into public.purchase_orders (venue_id, supplier_id) values ({venue_a1}, {farm_a2})', 'supplier_is_in_the_venue');
select pg_temp.breaks('update public.purchase_orders set ' || s || ' where id = {po}', c) from (values ('status = ''lost'', sent_at = now()', 'status_is_known'), ('status = ''sent''', 'sent_before_received'), ('status = ''received'', closed_at = now()', 'sent_before_received'), ('status = ''cancelled''', 'closed_when_done'), ('closed_at = now()', 'closed_when_done')) v (s, c);
select pg_temp.breaks('update public.purchase_order_lines set ' || s || ' where id = {line}', c) from (values ('quantity = 0', 'quantity_is_positive'), ('cost_minor = -1', 'cost_is_not_negative'), ('received_cost_minor = -1', 'cost_is_not_negative'), ('received_quantity = 5.001', 'no_more_is_received_than_ordered'), ('received_quantity = -1', 'no_more_is_received_than_ordered'),
  ('ingredient_id = {beef_a2}', 'ingredient_is_in_the_venue'), ('purchase_order_id = {po_a2}', 'purchase_order_is_in_the_venue')) v (s, c);
select pg_temp.breaks('insert into public.purchase_order_lines (venue_id, purchase_order_id, ingredient_id, quantity) values ({venue_a1}, {po}, {beef_a1}, 1)', 'one_line_per_ingredient');
-- a supplier with orders stays; one without goes, and leaves its ingredients
select tests.refused('owner_a', 'delete from public.suppliers where id = {farm}', '23503', 'a supplier with purchase orders cannot be deleted');
select tests.affects('owner_a', 'delete from public.suppliers where id = {spare}', 1, 'another can');
select is((select i.supplier_id from public.ingredients i where i.id = tests.id('beef_a1')), null, 'and is no ingredient''s supplier any more');
-- every change has its history
select set_eq($$select distinct a.table_name, a.action from private.audit_events a where a.table_name in ('ingredients', 'suppliers', 'option_recipe_lines', 'stocktakes', 'purchase_orders', 'purchase_order_lines')$$,
  $$values ('ingredients', 'insert'), ('ingredients', 'update'), ('suppliers', 'insert'), ('suppliers', 'delete'), ('option_recipe_lines', 'insert'), ('stocktakes', 'insert'), ('purchase_orders', 'insert'), ('purchase_order_lines', 'insert')$$, 'what people change is audited');
select tests.call('owner_a', 'cancel_stocktake({count_a1})'), tests.call('owner_a', 'cancel_purchase_order({po})'), tests.call('owner_a', 'update public.suppliers set phone = ''1'' where id = {farm}');
select is((select count(*) from private.audit_events a where a.action = 'update' and a.row_id in (tests.id('count_a1'), tests.id('po'), tests.id('farm'))), 3::bigint, 'and so is every change of it');
update public.stocktakes set updated_at = '2000-01-01'; update public.purchase_orders set updated_at = '2000-01-01'; update public.suppliers set updated_at = '2000-01-01';
select is((select count(*) from (select updated_at from public.stocktakes union all select updated_at from public.purchase_orders union all select updated_at from public.suppliers) u where u.updated_at <> now()), 0::bigint, 'the time of a change is the database''s');

select * from finish();
rollback;
