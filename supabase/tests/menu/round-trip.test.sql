-- Any menu: exported, imported into an empty venue and exported again, it is the same file, in both formats. The menus are
-- random, of texts that break careless writers; the seed is printed.
begin;
select plan(17);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active' where id = tests.id('org_a');
select diag('seed 0.20260201') from setseed(0.20260201);

create function pg_temp.text(p_nr integer) returns text language sql volatile as $$
  select p_nr || (select string_agg((array['"', '""', ',', E'\n', E'\r\n', E'\r', ';', '''', '=', '+', '-', '@', E'\t', '|', '\', ' ', 'é', '菜', 'عربي', '🍕', '<b>', 'null', '0', 'A', '{}', '=1+1', '＝', E'\ufeff'])[1 + floor(random() * 28)::integer], '')
    from generate_series(1, 1 + floor(random() * 8)::integer) where p_nr is not null)
$$;
-- Begins with what a spreadsheet would run, or looks already escaped, as often as not.
create function pg_temp.name(p_nr integer) returns text language sql volatile as $$
  select (array['', '=', '+', '-', '@', '''', '''=', '''''-', E'\t=', ' ', '"', '＋'])[1 + floor(random() * 12)::integer] || pg_temp.text(p_nr)
$$;
create function pg_temp.some(p_of text[]) returns text[] language sql volatile as $$ select array(select u from unnest(p_of) u where random() < 0.3) $$;

create function pg_temp.round_trips(p_run integer) returns setof text language plpgsql as $$
declare
  v text := 'from_' || p_run;
  w text := 'to_' || p_run;
  x text := 'json_' || p_run;
  v_venue uuid;
  v_csv text;
begin
  perform tests.keep(n, (tests.call('owner_a', format('create_venue({org_a}, %L, %L)', n, 'pgtap-' || replace(n, '_', '-'))) ->> 'id')::uuid) from unnest(array[v, w, x]) n;
  v_venue := tests.id(v);
  insert into public.menu_categories (venue_id, name, position) select v_venue, pg_temp.name(n), floor(random() * 3) from generate_series(1, 4) n;
  insert into public.modifier_groups (venue_id, name, min_choices, max_choices) select v_venue, pg_temp.name(n), m, m + 1 from (select n, floor(random() * 3)::integer as m from generate_series(1, 4) n) s;
  insert into public.modifier_options (venue_id, group_id, name, price_delta_minor, position, is_available)
  select v_venue, g.id, pg_temp.name(n), floor(random() * 400 - 200), floor(random() * 3), random() < 0.8 from public.modifier_groups g, generate_series(1, 3) n where g.venue_id = v_venue;
  insert into public.menu_items (venue_id, category_id, name, description, price_minor, tax_rate_bp, position, spice, is_available, allergens, dietary_tags)
  select v_venue, c.id, pg_temp.name(n), case when random() < 0.7 then pg_temp.name(n) else '' end, floor(random() * 5000), floor(random() * 2500), floor(random() * 3), floor(random() * 4), random() < 0.8,
    case when random() < 0.7 then pg_temp.some(array['celery', 'mustard', 'sesame', 'soya', 'lupin']) end, pg_temp.some(array['vegan', 'halal', 'organic'])
  from public.menu_categories c, generate_series(1, 6) n where c.venue_id = v_venue;
  insert into public.menu_item_modifier_groups (venue_id, menu_item_id, group_id, position)
  select v_venue, i.id, g.id, row_number() over (partition by i.id order by random()) from public.menu_items i, public.modifier_groups g where i.venue_id = v_venue and g.venue_id = v_venue and random() < 0.4;
  insert into public.menu_translations (venue_id, locale, category_id, name) select v_venue, l, c.id, pg_temp.name(1) from public.menu_categories c, unnest(array['fr', 'ar']) l where c.venue_id = v_venue and random() < 0.5;
  insert into public.menu_translations (venue_id, locale, group_id, name) select v_venue, 'ja', g.id, pg_temp.name(1) from public.modifier_groups g where g.venue_id = v_venue and random() < 0.5;
  insert into public.menu_translations (venue_id, locale, option_id, name) select v_venue, 'zh', o.id, pg_temp.name(1) from public.modifier_options o where o.venue_id = v_venue and random() < 0.5;
  insert into public.menu_translations (venue_id, locale, menu_item_id, name, description)
  select v_venue, l, i.id, case when random() < 0.5 then pg_temp.name(1) end, pg_temp.name(2) from public.menu_items i, unnest(array['fr', 'de']) l where i.venue_id = v_venue and random() < 0.5;

  v_csv := tests.call('owner_a', format('export_menu({%s}, ''csv'', false)', v)) #>> '{}';
  perform tests.call('owner_a', format('import_menu({%s}, ''csv'', %L)', w, v_csv));
  return next is(tests.call('owner_a', format('export_menu({%s}, ''csv'', false)', w)) #>> '{}', v_csv, 'run ' || p_run || ': through CSV');
  perform tests.call('owner_a', format('import_menu({%s}, ''json'', %L)', x, tests.call('owner_a', format('export_menu({%s}, ''json'', false)', w)) #>> '{}'));
  return next is(tests.call('owner_a', format('export_menu({%s}, ''csv'', false)', x)) #>> '{}', v_csv, 'run ' || p_run || ': through JSON');
end $$;
select pg_temp.round_trips(n) from generate_series(1, 6) n;

-- no cell of a file begins, for a spreadsheet, like a formula; and every text comes back
create temporary table texts as select pg_temp.name(n) as text from generate_series(1, 5000) n union all select unnest(array['=1+1', '''=1+1', '-1', '-1a', '''-1', '', '''', '@', E'\r=', ' =A1', '＝1', '''tis']);
select cmp_ok((select count(*) from texts t where private.csv_escape(t.text) like '''%' or private.csv_escape(t.text) like '"''%'), '>', 500::bigint, 'many texts need an apostrophe');
select is_empty($$select t.text from texts t where regexp_replace(private.csv_escape(t.text), '^"', '') ~ '^\s*[=+@＝＋－＠-]' and t.text !~ '^-?[0-9]+$'$$, 'no cell is a formula');
select is_empty($$select t.text from texts t where private.csv_unescape((select l.cells[2] from private.csv_lines('x,' || private.csv_escape(t.text)) l)) is distinct from t.text$$, 'every text comes back as it was, through the reader');
select is(private.csv_escape(x.text), x.cell, x.cell) from (values ('-100', '-100'), ('say "hi", ok', '"say ""hi"", ok"')) x (text, cell);
select * from finish();
rollback;
