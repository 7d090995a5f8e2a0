-- What an item says about itself, and in which languages.
begin;
select plan(44);
select tests.fixture();
create function pg_temp.menu(p_locale text) returns jsonb language sql as $$ select tests.call('anon', format($q$get_menu('pgtap-venue-a1', %L)$q$, p_locale)) $$;

-- allergens, tags, spice
select is((select count(*) from public.menu_labels l where l.kind = 'allergen'), 14::bigint, 'the law names fourteen allergens');
select is_empty($$select l.label, n.value from public.menu_labels l cross join lateral jsonb_each_text(l.names) n where trim(n.value) = ''$$, 'each has a name in each language');
select tests.affects('cashier_a', 'select 1 from public.menu_labels', 22, 'members read the list');
select is((select i.allergens from public.menu_items i where i.id = tests.id('cola_a1')), null, 'nobody has said what a new item contains');
select tests.affects('manager_a1', $$update public.menu_items set allergens = array['milk', 'gluten', 'milk'], dietary_tags = array['vegetarian'], spice = 2 where id = {burger_a1}$$, 1, 'a manager states it');
select is((select i.allergens from public.menu_items i where i.id = tests.id('burger_a1')), '{gluten,milk}', 'in one order, once each');
select tests.refused('owner_a', $$update public.menu_items set allergens = array['bees'] where id = {cola_a1}$$, 'invalid_input', 'an unknown allergen is refused');
select tests.refused('owner_a', $$update public.menu_items set allergens = array['vegan'] where id = {cola_a1}$$, 'invalid_input', 'a tag is no allergen');
select tests.refused('owner_a', $$update public.menu_items set dietary_tags = array['milk'] where id = {cola_a1}$$, 'invalid_input', 'nor the other way round');
select tests.refused('owner_a', $$update public.menu_items set dietary_tags = array[null::text] where id = {cola_a1}$$, 'invalid_input', 'nor is nothing');
select tests.refused('owner_a', $$update public.menu_items set spice = 4 where id = {cola_a1}$$, '23514', 'spice ends at 3');
select tests.refused('owner_a', format($$update public.menu_items set allergens = array['%s'], dietary_tags = array['%s'] where id = {cola_a1}$$, x.allergen, x.tag), '23514', format('nothing with %s is %s', x.allergen, x.tag))
from (values ('milk', 'vegan'), ('eggs', 'vegan'), ('fish', 'vegetarian'), ('molluscs', 'vegan'), ('gluten', 'gluten_free'), ('milk', 'dairy_free'), ('peanuts', 'nut_free')) x (allergen, tag);
select tests.affects('owner_a', $$update public.menu_items set allergens = '{}', dietary_tags = array['vegan'] where id = {cola_a1}$$, 1, 'a vegan drink without any is fine');

-- translations stand beside the source
select tests.insert('fr_burger', 'manager_a1', $$insert into public.menu_translations (venue_id, locale, menu_item_id, name, description) values ({venue_a1}, 'fr', {burger_a1}, 'Hamburger', 'Au bœuf')$$);
select tests.insert('fr_mains', 'manager_a1', $$insert into public.menu_translations (venue_id, locale, category_id, name) values ({venue_a1}, 'fr', {mains_a1}, 'Plats')$$);
select tests.insert('fr_cooking', 'owner_a', $$insert into public.menu_translations (venue_id, locale, group_id, name) values ({venue_a1}, 'fr', {cooking_a1}, 'Cuisson')$$);
select tests.insert('fr_rare', 'owner_a', $$insert into public.menu_translations (venue_id, locale, option_id, name) values ({venue_a1}, 'fr', {rare_a1}, 'Saignant')$$);
select tests.insert('en_burger', 'owner_a', $$insert into public.menu_translations (venue_id, locale, menu_item_id, name) values ({venue_a1}, 'en', {burger_a1}, 'Overwritten')$$);
select tests.refused('kitchen_a1', $$insert into public.menu_translations (venue_id, locale, menu_item_id, name) values ({venue_a1}, 'de', {burger_a1}, 'X')$$, '42501', 'a cook does not translate');
select tests.refused('owner_a', $$insert into public.menu_translations (venue_id, locale, menu_item_id, name) values ({venue_a1}, 'de', {burger_b1}, 'X')$$, '23503', 'nobody translates another tenant''s dish');
select tests.refused('owner_a', $$insert into public.menu_translations (venue_id, locale, menu_item_id, name) values ({venue_a1}, 'fr', {burger_a1}, 'X')$$, '23505', 'one translation per language');
select tests.refused('owner_a', $$insert into public.menu_translations (venue_id, locale, menu_item_id, name) values ({venue_a1}, 'tlh', {burger_a1}, 'X')$$, '23514', 'only the languages there are');
select tests.refused('owner_a', $$insert into public.menu_translations (venue_id, locale, menu_item_id, option_id, name) values ({venue_a1}, 'de', {burger_a1}, {rare_a1}, 'X')$$, '23514', 'of one thing');
select tests.refused('owner_a', $$insert into public.menu_translations (venue_id, locale, menu_item_id) values ({venue_a1}, 'de', {burger_a1})$$, '23514', 'that says something');
select tests.refused('owner_a', $$insert into public.menu_translations (venue_id, locale, menu_item_id, name) values ({venue_a1}, 'de', {burger_a1}, ' ')$$, '23514', 'in letters');
select tests.refused('owner_a', $$insert into public.menu_translations (venue_id, locale, category_id, description) values ({venue_a1}, 'de', {mains_a1}, 'X')$$, '23514', 'and only items are described');
select is((select i.name from public.menu_items i where i.id = tests.id('burger_a1')), 'Burger', 'the source is as it was');

-- what guests read
select is(pg_temp.menu('fr') ->> 'locale', 'en', 'a draft''s translation is not published');
select is(pg_temp.menu(null) #> '{categories,0,items,1,allergens}', 'null', 'nor are its allergens');
select tests.call('owner_a', 'publish_menu({venue_a1})');
select is(pg_temp.menu('fr') #>> '{categories,0,name}', 'Plats', 'published, a category is read in French');
select is(pg_temp.menu('fr') #> '{categories,0,items,1}' @> '{"name": "Hamburger", "description": "Au bœuf"}', true, 'so is a dish');
select is(pg_temp.menu('fr') #>> '{categories,0,items,1,modifier_groups,0,options,0,name}' || ' ' || (pg_temp.menu('fr') #>> '{categories,0,items,1,modifier_groups,0,name}'), 'Saignant Cuisson', 'and a choice');
select is(pg_temp.menu('fr') #>> '{categories,0,items,0,name}', 'Beer', 'what is not translated is in the source''s words');
select is(pg_temp.menu('fr-CA') ->> 'locale', 'fr', 'a regional tag gets its language');
select is(pg_temp.menu(l) ->> 'locale', 'en', coalesce(l, 'null') || ' falls back to the source') from unnest(array[null, 'de', '', 'en-GB', '%', 'klingon']) l;
select is(pg_temp.menu('en') #>> '{categories,0,items,1,name}', 'Burger', 'the venue''s own language is the source, never a translation over it');
select is(pg_temp.menu('fr') -> 'labels' ->> 'milk', 'Lait', 'allergens are named in the language');
select is((pg_temp.menu('fr') -> 'locales') || jsonb_build_array(pg_temp.menu('fr') -> 'version' = pg_temp.menu('en') -> 'version', pg_temp.menu('fr') -> 'etag' <> pg_temp.menu('en') -> 'etag'), '["en", "fr", true, true]', 'one version, a tag per language');

select * from finish();
rollback;
