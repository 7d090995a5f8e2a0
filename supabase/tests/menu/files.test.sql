-- The menu as a file: all rows or none, and the same file again after a round trip.
begin;
select plan(59);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active' where id = tests.id('org_a');
create function pg_temp.import(p_file text, p_venue text default 'venue_a1', p_format text default 'csv') returns text language sql as $$ select format('import_menu({%s}, %L, %L)', p_venue, p_format, p_file) $$;
create function pg_temp.mistakes(p_file text, p_format text default 'csv') returns text language sql as $$
  select coalesce(string_agg(concat_ws(' ', m.value ->> 'row', m.value ->> 'column'), ', ' order by m.ordinality), o.message)
  from tests.attempt('owner_a', pg_temp.import(p_file, 'venue_a1', p_format)) o left join lateral jsonb_array_elements(case when o.message = 'menu_import_invalid' then o.detail::jsonb -> 'mistakes' end) with ordinality m on true group by o.message
$$;
create function pg_temp.export(p_venue text, p_format text, p_more text default '') returns text language sql as $$ select tests.call('owner_a', format('export_menu({%s}, %L%s)', p_venue, p_format, p_more)) #>> '{}' $$;

-- who
select tests.refused('anon', pg_temp.import('name'), '42501', 'guests import nothing');
select tests.refused(a, pg_temp.import('name'), 'permission_denied', a || ' imports nothing') from unnest(array['staff_a', 'kitchen_a1', 'owner_b']) a;
select tests.refused('manager_a1', pg_temp.import('name', 'venue_a2'), 'permission_denied', 'nor does a manager of another venue');
select tests.refused('owner_b', $$export_menu({venue_a1}, 'json')$$, 'permission_denied', 'nor does a stranger export');
select tests.refused('owner_a', $$export_menu({venue_a1}, 'xml')$$, 'invalid_input', 'in two formats');
select tests.refused('owner_a', $$export_menu({venue_a1}, null)$$, 'invalid_input', 'no less');
select tests.refused('owner_a', $$export_menu({venue_a1}, 'csv', null)$$, 'invalid_input', 'with ids or without');
select tests.refused('owner_a', pg_temp.import('[]', 'venue_a1', 'xml'), 'invalid_input', 'and none other in');
select tests.refused('owner_a', $$import_menu({venue_a1}, 'csv', repeat('x', 10000001))$$, 'invalid_input', 'nor one without end');
select ok(tests.call('cashier_a1', $$export_menu({venue_a1}, 'csv')$$) #>> '{}' ~ '^kind,id,name,', 'who reads the menu exports it');
update public.organisations set tier = 'starter' where id = tests.id('org_a');
select tests.refused('owner_a', $$export_menu({venue_a1}, 'csv')$$, 'entitlement_exceeded', 'CSV is not in the smallest plan');
select is(jsonb_array_length(pg_temp.export('venue_a1', 'json')::jsonb), 12, 'JSON is');
select tests.refused('owner_a', pg_temp.import('name,category,price_minor' || repeat(E'\nDish,Mains,100', 1) || (select string_agg(format(E'\nDish %s,Mains,100', n), '') from generate_series(1, 50) n)), 'entitlement_exceeded', 'the plan''s number of items holds for files');
update public.organisations set tier = 'enterprise' where id = tests.id('org_a');

-- adding and changing
select tests.answers('manager_a1', pg_temp.import(E'\ufeffName, Category,price_minor,allergens,name_fr\r\n"Fish, chips",Mains,1100,"fish, gluten",Poisson\r\nScone,Cakes,300,none,\r\n\r\nCola,Drinks,350,,Coca\r\n'),
  '{"added": 3, "matched": 1, "items_added": 2, "categories_added": 1}', 'a spreadsheet of items is enough');
select results_eq($$select i.name, c.name, i.price_minor, i.allergens, i.tax_rate_bp from public.menu_items i join public.menu_categories c on c.id = i.category_id
  where i.venue_id = tests.id('venue_a1') and i.name in ('Fish, chips', 'Scone', 'Cola') order by i.name collate "C"$$,
  $$values ('Cola', 'Drinks', 350::bigint, null::text[], 2000), ('Fish, chips', 'Mains', 1100, '{fish,gluten}', 2000), ('Scone', 'Cakes', 300, '{}', 2000)$$,
  'found by name or added, with a new category; "none" is not the same as nothing');
select is((select count(*) from public.menu_translations t where t.venue_id = tests.id('venue_a1')), 2::bigint, 'with their translations');
select is((tests.call('anon', $$get_menu('pgtap-venue-a1')$$) ->> 'version')::integer, 1, 'guests see nothing of it');
select is(pg_temp.mistakes(E'name,price_minor\nCola,1'), '2 category', 'without its category an item is not found, and not added');
select tests.answers('owner_a', pg_temp.import(E'kind,name,category,group,groups,min,max,price_minor\ngroup,Size,,,,1,1,\noption,Small,,Size,,,,0\noption,Large,,Size,,,,-50\nitem,Cola,Drinks,,Size,,,'), '{"added": 3, "matched": 1}', 'groups, options and what offers them');
select is((select jsonb_agg(o.name order by o.position) from public.modifier_options o join public.menu_item_modifier_groups g on g.group_id = o.group_id where g.menu_item_id = tests.id('cola_a1')), '["Small", "Large"]', 'in the file''s order');
select tests.answers('owner_a', pg_temp.import(E'name,category,groups,name_fr\nCola,Drinks,,'), '{"matched": 1}', 'an empty cell');
select is((select count(*) from public.menu_item_modifier_groups g where g.menu_item_id = tests.id('cola_a1')) + (select count(*) from public.menu_translations t where t.menu_item_id = tests.id('cola_a1')), 0::bigint, 'clears groups and translations');
select is((select i.price_minor from public.menu_items i where i.id = tests.id('cola_a1')), 350::bigint, 'a column that is not there leaves what is');
select tests.answers('owner_a', pg_temp.import(format('[{"id": "%s", "name": "Kola", "spice": 1, "dietary_tags": ["vegan"]}]', tests.id('cola_a1')), 'venue_a1', 'json'), '{"added": 0, "matched": 1}', 'an id finds its row under another name');
select is((select i.name || i.spice || i.dietary_tags::text || i.price_minor from public.menu_items i where i.id = tests.id('cola_a1')), 'Kola1{vegan}350', 'and the fields that were sent are changed');

-- mistakes: all of them, by row and column, and nothing is written
create temporary table before as select pg_temp.export('venue_a1', 'json') as draft;
select is(pg_temp.mistakes(f.file), f.mistakes, f.name) from (values
  ('an unknown column', E'name,prize\nX,1', '1 prize'),
  ('a column twice', E'name,name\nX,Y', '1 name'),
  ('cells missing, and too many', E'name,category\nX\nY,Z,3', '2, 3'),
  ('a quote that is not closed', E'name\n"X', ''),
  ('a quote in a bare cell', E'name\nX"Y"', '2'),
  ('no rows', 'name', ''),
  ('nothing at all', '', ''),
  ('bad values, each', E'name,category,price_minor,tax_rate_bp,allergens,dietary_tags,spice,station,is_available,position\nX,Mains,1.5,20000,bees,raw,4,Moon,yes,first',
    '2 allergens, 2 dietary_tags, 2 is_available, 2 position, 2 price_minor, 2 spice, 2 station, 2 tax_rate_bp'),
  ('rows that are right do not save those that are not', E'name,category,price_minor\nGood,Mains,100\nBad,Mains,\n,Mains,1', '4 name'),
  ('a new item without a price', E'name,category,price_minor\nGood,Mains,100\nBad,Mains,', '3 price_minor'),
  ('a column of another kind', E'kind,name,price_minor\ncategory,X,1\ntable,Y,2', '2 price_minor, 3 kind'),
  ('another tenant''s id', format(E'id,name\n%s,X', tests.id('cola_b1')), '2 id'),
  ('the same item twice', E'name,category,price_minor\nX,Mains,1\nX,Mains,2', '3 name'),
  ('a group that is nowhere', E'name,category,price_minor,groups\nX,Mains,1,"Extras, Nothing"', '2 groups'),
  ('an option without a group', E'kind,name\noption,X', '2 group'),
  ('a range that is none', E'kind,name,min,max\ngroup,X,3,2', '2 max'),
  ('a translation of the own language', E'kind,name,name_en\ncategory,X,Y', '2 name_en'),
  ('a tag against an allergen', E'name,category,price_minor,allergens,dietary_tags\nX,Mains,1,milk,vegan', '2 dietary_tags'),
  ('a tag against an allergen that is there already', E'name,category,dietary_tags\n"Fish, chips",Mains,vegan', '2 dietary_tags')) f (name, file, mistakes);
select is(pg_temp.mistakes(f.file, 'json'), f.mistakes, 'JSON: ' || left(f.file, 60)) from (values ('{', ''), ('{}', ''), ('[]', ''), ('[1]', '1'), ('[1e999999]', ''), (repeat('[', 50000), ''), ('[{"name": "\u0000"}]', ''), ('[{"name": ["X"], "groups": "X", "prize": 1}]', '1 groups, 1 name, 1 prize')) f (file, mistakes);
select is((select pg_temp.export('venue_a1', 'json')), (select b.draft from before b), 'after all that, the draft is as it was');

-- two of one name are told apart by id, both ways
select tests.call('owner_a', $$insert into public.modifier_groups (venue_id, name) values ({venue_a1}, 'Size')$$);
select tests.call('owner_a', $$insert into public.menu_item_modifier_groups (venue_id, menu_item_id, group_id) select g.venue_id, {cola_a1}, g.id from public.modifier_groups g where g.venue_id = {venue_a1} and g.name = 'Size'$$);
select is(pg_temp.mistakes(E'name,category,price_minor,groups\nX,Mains,1,Size'), '2 groups', 'a name of two is refused');
create temporary table files as select pg_temp.export('venue_a1', 'csv') as csv, pg_temp.export('venue_a1', 'json') as json;
select tests.answers('owner_a', pg_temp.import((select f.csv from files f)), '{"added": 0}', 'what was exported is found again');
select tests.answers('owner_a', pg_temp.import((select f.json from files f), 'venue_a1', 'json'), '{"added": 0}', 'in JSON, too');
select is((select f.csv || f.json from files f), pg_temp.export('venue_a1', 'csv') || pg_temp.export('venue_a1', 'json'), 'and nothing has changed');

select * from finish();
rollback;
