-- What publishing would change, and going back to an earlier version.
begin;
select plan(37);
select tests.fixture();
create function pg_temp.diff() returns jsonb language sql as $$ select tests.call('owner_a', 'diff_menu({venue_a1})') $$;
create function pg_temp.field(p_id text, p_field text) returns jsonb language sql as $$
  select c.value -> 'fields' -> p_field from jsonb_array_elements(pg_temp.diff() -> 'changed') c where c.value ->> 'id' = tests.id(p_id)::text
$$;
create function pg_temp.is_empty() returns boolean language sql as $$
  select d @> '{"added": [], "removed": [], "changed": [], "locale": null}' and jsonb_array_length(d -> 'added') + jsonb_array_length(d -> 'removed') + jsonb_array_length(d -> 'changed') = 0 from pg_temp.diff() d
$$;

select tests.refused('anon', 'diff_menu({venue_a1})', '42501', 'guests see no draft');
select tests.refused(a, 'diff_menu({venue_a1})', 'permission_denied', a || ' sees none') from unnest(array['owner_b', 'stranger']) a;
select tests.refused('cashier_a1', 'diff_menu({venue_a2})', 'permission_denied', 'nor does a member of another venue');
select tests.answers('cashier_a1', 'diff_menu({venue_a1})', '{"version": 1}', 'who reads the menu reads what would change');
select ok(pg_temp.is_empty(), 'right after publishing nothing would');

-- each kind of change is told, and an empty diff is an unchanged publication
select tests.call('owner_a', $$update public.menu_items set price_minor = 1400, tax_rate_bp = 500, spice = 1, allergens = array['milk'] where id = {burger_a1}$$);
select is(pg_temp.field('burger_a1', 'price_minor'), '{"from": 1250, "to": 1400}', 'a price');
select is(pg_temp.field('burger_a1', 'tax_rate_bp'), '{"from": 2000, "to": 500}', 'a tax rate, which guests do not see');
select is(pg_temp.field('burger_a1', 'allergens'), '{"from": null, "to": ["milk"]}', 'allergens');
select tests.call('owner_a', $$update public.menu_categories set station_id = {bar_a1} where id = {drinks_a1}$$);
select is(pg_temp.field('cola_a1', 'station_id') ->> 'to', tests.id('bar_a1')::text, 'the station of a category''s items');
select tests.call('owner_a', $$update public.modifier_options set price_delta_minor = 30 where id = {well_a1}$$);
select is(pg_temp.field('well_a1', 'price_delta_minor'), '{"from": 25, "to": 30}', 'an option, once though groups are shared');
select tests.call('owner_a', $$update public.modifier_groups set max_choices = 3 where id = {extras_a1}$$);
select is(pg_temp.field('extras_a1', 'max'), '{"from": 2, "to": 3}', 'a group');
select tests.call('owner_a', $$insert into public.menu_translations (venue_id, locale, menu_item_id, name) values ({venue_a1}, 'fr', {cola_a1}, 'Coca')$$);
select is(pg_temp.field('cola_a1', 'name.fr'), '{"from": null, "to": "Coca"}', 'a translation');
select tests.call('owner_a', $$update public.menu_categories set position = 9 where id = {mains_a1}$$);
select is(pg_temp.field('mains_a1', 'position'), '{"from": 1, "to": 2}', 'an order');
select tests.insert('tea_a1', 'owner_a', $$insert into public.menu_items (venue_id, category_id, name, price_minor, position) values ({venue_a1}, {mains_a1}, 'Tea', 200, -1)$$);
select is(pg_temp.diff() -> 'added', jsonb_build_array(jsonb_build_object('kind', 'item', 'id', tests.id('tea_a1'), 'name', 'Tea')), 'a new item');
select is(pg_temp.field('beer_a1', 'position'), null, 'which moves no other');
select tests.call('owner_a', $$update public.menu_items set archived_at = now() where id = {beer_a1}$$);
select is(pg_temp.diff() #>> '{removed,0,name}', 'Beer', 'an archived item');
select tests.answers('owner_a', 'publish_menu({venue_a1})', '{"version": 2, "changed": true}', 'all of it is published');
select ok(pg_temp.is_empty(), 'and then nothing is left');
select is(tests.call('anon', $$get_menu('pgtap-venue-a1')$$) #>> '{categories,1,items,0,name}', 'Tea', 'guests see an item at its position, not where it was added');
select tests.call('owner_a', $$update public.menu_translations set name = 'Cola' where menu_item_id = {cola_a1}$$);
select tests.answers('owner_a', 'publish_menu({venue_a1})', '{"version": 3, "changed": true}', 'a translation alone is a change');
select is((select count(distinct mv.etag) from public.menu_versions mv where mv.venue_id = tests.id('venue_a1') and mv.version > 1), 1::bigint, 'though readers of the source keep their copy');
select isnt((select mv.etag from public.menu_versions mv where mv.venue_id = tests.id('venue_a1') and mv.version = 2), (select mv.etag from public.menu_versions mv where mv.venue_id = tests.id('venue_a1') and mv.version = 1), 'while a changed menu has another tag');
select tests.refused('postgres', $$update public.menu_version_translations set etag = 'x' where venue_id = {venue_a1}$$, '42501', 'a published translation never changes');
select tests.keep('venue_e', (tests.call('owner_b', $$create_venue({org_b}, 'Empty', 'pgtap-empty')$$) ->> 'id')::uuid);
select tests.answers('owner_b', 'diff_menu({venue_e})', '{"version": null, "added": [], "removed": [], "changed": []}', 'no menu against none is no difference');

-- back to version 1
select tests.refused('anon', 'rollback_menu({venue_a1}, 1)', '42501', 'guests do not go back');
select tests.refused(a, 'rollback_menu({venue_a1}, 1)', 'permission_denied', a || ' does not') from unnest(array['staff_a', 'owner_b']) a;
select tests.refused('owner_a', format('rollback_menu({venue_a1}, %s)', v), 'menu_version_not_found', 'not to version ' || v) from unnest(array['0', '99', 'null']) v;
select tests.answers('manager_a1', 'rollback_menu({venue_a1}, 1)', '{"version": 4, "changed": true}', 'the old menu is a new version');
select is((tests.call('anon', $$get_menu('pgtap-venue-a1')$$) #>> '{categories,0,items,1,price_minor}')::bigint, 1250::bigint, 'guests see its prices');
select is((tests.place('again', 'guest_a1', 'table', 'pay_later', 'burger_a1+well_a1') ->> 'total_minor')::bigint, 1275::bigint, 'and pay them');
select is((select i.price_minor from public.menu_items i where i.id = tests.id('burger_a1')) || ' ' || (select mv.restored_from from public.menu_versions mv where mv.venue_id = tests.id('venue_a1') and mv.version = 4), '1400 1', 'the draft is as it was, and history says where the version came from');
select tests.answers('owner_a', 'rollback_menu({venue_a1}, 4)', '{"version": 4, "changed": false}', 'going back to what guests see changes nothing');
select tests.answers('owner_a', 'publish_menu({venue_a1})', '{"version": 5, "changed": true}', 'and the draft can be published again');

select * from finish();
rollback;
