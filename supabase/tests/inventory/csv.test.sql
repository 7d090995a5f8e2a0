-- The ingredient list as CSV: RFC 4180 both ways, no cell that a spreadsheet runs, all rows or none, errors by row and column.
begin;
select plan(73);
select tests.fixture();
create function pg_temp.import(p_csv text) returns text language sql as $$ select format('import_ingredients({venue_a1}, %L)', p_csv) $$;
create function pg_temp.errors(p_csv text) returns text language sql as $$
  select string_agg(format('%s %s: %s', e ->> 'row', e ->> 'column', e ->> 'problem'), '; ' order by (e ->> 'row')::integer, e ->> 'column') from jsonb_array_elements((tests.attempt('owner_a', pg_temp.import(p_csv))).detail::jsonb) e
$$;
create function pg_temp.stock() returns text language sql as $$
  select string_agg(concat_ws('|', i.name, i.unit, trim_scale(i.on_hand), i.cost_per_1000_minor, trim_scale(i.par_level), trim_scale(i.reorder_level), s.name), E'\n' order by i.name)
  from public.ingredients i left join public.suppliers s on s.venue_id = i.venue_id and s.id = i.supplier_id where i.venue_id = tests.id('venue_a1')
$$;

-- reading the form
create function pg_temp.records(p_csv text) returns text language sql as $$ select string_agg(r.record || ':' || array_to_string(r.cells, '|'), ' ' order by r.record) from private.csv_records(p_csv, 100) r $$;
select is(pg_temp.records(c), e, format('%s is read as %s', to_json(c), to_json(e))) from (values
  (E'a,b\r\nc,d\r\n', '1:a|b 2:c|d'), (E'a,b\nc,d', '1:a|b 2:c|d'), (E'a\rb\r', '1:a 2:b'), (E'\ufeffa,b', '1:a|b'), (E'a,,\n,,', '1:a|| 2:||'), (E'a\n\nb\n', '1:a 3:b'),
  ('"a,b",c', '1:a,b|c'), ('"say ""hi""",x', '1:say "hi"|x'), (E'"two\r\nlines",x\r\ny,z', E'1:two\r\nlines|x 2:y|z'), ('""', null), ('"",a', '1:|a'), ('"=1+1"', '1:=1+1'), ('', null), (E'\r\n', null), ('ä,日本', '1:ä|日本')) v (c, e);
select throws_ok(format('select private.csv_records(%L, 100)', c), 'PT422', 'csv_invalid', format('%s is refused', to_json(c))) from unnest(array['"a', 'a"b', '"a"b,c', 'a,"b""']) c;
select throws_ok($$select private.csv_records(repeat(E'a\n', 104), 100)$$, 'PT422', 'csv_invalid', 'too many rows are refused'), throws_ok($$select private.csv_records(repeat('a', 1000001), 100)$$, 'PT422', 'csv_invalid', 'too long a text, too');

-- writing a cell
select is(private.csv_cell(c), e, format('%s is written as %s', to_json(c), to_json(e))) from (values ('plain', 'plain'), ('a,b', '"a,b"'), ('say "hi"', '"say ""hi"""'), (E'two\nlines', E'"two\nlines"'), (null, ''),
  ('=1+1', '''=1+1'), ('+44', '''+44'), ('-1', '''-1'), ('@SUM(A1)', '''@SUM(A1)'), (E'\t=1', E'''\t=1'), (E'\r=1', E'"''\r=1"'), ('=HYPERLINK("x")', '"''=HYPERLINK(""x"")"'), ('''quoted', '''''quoted')) v (c, e);
select is(private.csv_text((select r.cells[1] from private.csv_records(private.csv_cell(t) || ',', 1) r)), t, to_json(t) || ' comes back as it was') from unnest(array['=1+1', '''=x', '''''', '-5', 'a "b", c', '@', E'x\r\ny']) t;

-- who may
select tests.refused(a, f, c, format('%s: %s', a, left(f, 20))) from (values ('anon', '42501'), ('server_a', 'permission_denied'), ('owner_b', 'permission_denied'), ('stranger', 'permission_denied')) v (a, c),
  (values ('export_ingredients({venue_a1})'), (pg_temp.import(E'name,unit\nX,g'))) w (f);
select tests.refused('staff_a', pg_temp.import(E'name,unit\nX,g'), 'permission_denied', 'staff import nothing');
select is(tests.call('staff_a', 'export_ingredients({venue_a1})') #>> '{}', E'name,unit,on_hand,cost_per_unit_minor,par_level,reorder_level,supplier\r\nBeef,g,9700,,,,\r\n', 'but may export');

-- errors name row and column, and nothing is taken
select is(pg_temp.errors(c), e, format('%s: %s', to_json(c), e)) from (values
  (E'name,unit,colour\nX,g,red', '1 colour: unknown column'), (E'name,name,unit\nX,Y,g', '1 name: twice'), (E'name\nX', '1 unit: missing'), ('', '1 name: missing; 1 unit: missing'), ('name,unit', '1 : no rows'),
  (E'name,unit,par_level,reorder_level,cost_per_unit_minor,on_hand\nGood,kg,2,1,3,4\n,g,,,,\nX,stone,-1,x,=1,1e5\nY,g,1,2,,\nY,g,0,,,\nBeef,ml,,,,',
    '3 name: 1 to 120 characters; 4 cost_per_unit_minor: a number from 0 to 9999999; 4 on_hand: a number; 4 par_level: a number above 0; 4 reorder_level: a number; 4 unit: unknown unit; 5 name: twice in this file; 5 reorder_level: at most par_level; 6 name: twice in this file; 6 par_level: a number above 0; 7 unit: the ingredient is kept in g'),
  (E'name,unit\nX,g,1', '2 : 3 cells instead of 2'), (E'name,unit\n"X', '0 : a quote is not closed, or stands inside a bare cell'), (E'name,unit\n' || repeat('x', 121) || ',g', '2 name: 1 to 120 characters')) v (c, e);
select is(jsonb_array_length((tests.attempt('owner_a', pg_temp.import(E'name,unit\n' || (select string_agg(n || ',stone', E'\n') from generate_series(1, 500) n)))).detail::jsonb), 100, 'at most 100 errors are told');
select is(pg_temp.stock(), 'Beef|g|9700', 'and nothing was taken');

-- in, out, in again
select tests.answers('manager_a1', pg_temp.import(E'\ufeffUnit, NAME ,on_hand,cost_per_unit_minor,par_level,reorder_level,supplier\r\nkg,"Flour, plain",2.5,85,25,5,Miller\r\neach,\'=Eggs,30,22.5,90,,Farm\r\nlb,Butter,,,,,Farm\r\ng,Beef,1,0.903,9000,,\r\n'),
  '{"created": 3, "updated": 1, "suppliers_created": 2, "stock_kept": 1}', 'a file is imported');
select is(pg_temp.stock(), E'=Eggs|each|30|22500|90|Farm\nBeef|g|9700|903|9000\nButter|g|0|Farm\nFlour, plain|g|2500|85|25000|5000|Miller', 'in base units, with the opening stock of what is new; the stock of what is there is kept');
select results_eq($$select m.kind, m.reason, m.created_by from public.stock_movements m where m.ingredient_id = (select i.id from public.ingredients i where i.name = 'Flour, plain')$$, $$values ('adjust', 'opening stock', tests.id('manager_a1'))$$, 'an opening stock is a movement');
create temporary table exported as select tests.call('staff_a', 'export_ingredients({venue_a1})') #>> '{}' as csv;
select is((select csv from exported), E'name,unit,on_hand,cost_per_unit_minor,par_level,reorder_level,supplier\r\n\'=Eggs,each,30,22.5,90,,Farm\r\nBeef,g,9700,0.903,9000,,\r\nButter,g,0,,,,Farm\r\n"Flour, plain",g,2500,0.085,25000,5000,Miller\r\n', 'the export quotes, and disarms what begins like a formula');
create temporary table before as select pg_temp.stock() as stock, (select count(*) from public.stock_movements) as movements;
select tests.answers('manager_a1', pg_temp.import((select csv from exported)), '{"created": 0, "updated": 4, "suppliers_created": 0}', 'what was exported can be imported');
select is((pg_temp.stock(), (select count(*) from public.stock_movements)), (select (stock, movements) from before), 'and changes nothing');
select tests.call('manager_a1', pg_temp.import(E'name,unit,par_level\nButter,kg,1\nBeef,g,'));
select is(pg_temp.stock(), E'=Eggs|each|30|22500|90|Farm\nBeef|g|9700|903\nButter|g|0|1000|Farm\nFlour, plain|g|2500|85|25000|5000|Miller', 'an empty cell clears, a missing column keeps');
select tests.refused('manager_a1', pg_temp.import(E'name,unit,reorder_level\nButter,kg,2'), 'csv_invalid', 'a reorder level above the par level that is there is refused');
select lives_ok($$select tests.call('manager_a1', pg_temp.import(E'name,unit,on_hand,supplier\n' || (select string_agg(format('"Item, %s",kg,%s.5,S%s', n, n, n % 50), E'\r\n') from generate_series(1, 5000) n)))$$, '5000 rows are taken at once');
select is((select count(*) || ' ' || sum(i.on_hand) from public.ingredients i where i.name like 'Item, %'), '5000 12505000000.000', 'all of them');
-- a plan without inventory
update public.organisations set subscription_status = 'active', tier = 'starter' where id = tests.id('org_a');
select tests.refused('owner_a', pg_temp.import(E'name,unit\nOne more,g'), 'entitlement_exceeded', 'a plan without inventory takes no more');

select * from finish();
rollback;
