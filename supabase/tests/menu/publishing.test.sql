-- Draft, publication, and what guests read.
begin;
select plan(41);
select tests.fixture();

-- who may write the draft
select tests.affects('manager_a1', $$update public.menu_items set price_minor = 1300 where id = {burger_a1}$$, 1, 'a venue''s manager edits its draft');
select tests.affects(a, $$update public.menu_items set price_minor = 1 where venue_id in ({venue_a1}, {venue_a2})$$, 0, a || ' does not')
from unnest(array['staff_a', 'kitchen_a', 'server_a', 'cashier_a', 'owner_b', 'stranger']) a;
select tests.affects('manager_a1', $$update public.menu_items set price_minor = 1 where venue_id = {venue_a2}$$, 0, 'nor in the other venue');
select tests.refused('manager_a1', $$update public.menu_items set venue_id = {venue_b1} where id = {cola_a1}$$, '42501', 'nobody moves an item to another tenant');
select tests.refused('owner_a', $$insert into public.menu_items (venue_id, category_id, name, price_minor) values ({venue_a1}, {mains_b1}, 'X', 1)$$, '23503', 'an item cannot hang in another tenant''s category');
select tests.refused('owner_a', $$update public.menu_items set station_id = {grill_a2} where id = {burger_a1}$$, '23503', 'nor cook at another venue''s station');
select tests.refused('owner_a', $$insert into public.menu_item_modifier_groups (venue_id, menu_item_id, group_id) values ({venue_a1}, {cola_a1}, {extras_a2})$$, '23503', 'nor offer another venue''s modifiers');
select tests.refused('owner_a', $$update public.menu_items set price_minor = -1 where id = {cola_a1}$$, '23514', 'a price is never below zero');
select tests.refused('owner_a', $$update public.menu_items set tax_rate_bp = 10001 where id = {cola_a1}$$, '23514', 'a tax rate is a share');
select tests.refused('owner_a', $$update public.modifier_groups set min_choices = 3 where id = {extras_a1}$$, '23514', 'a group''s minimum is within its maximum');

-- who may publish
select tests.refused('anon', $$publish_menu({venue_a1})$$, '42501', 'a guest does not publish');
select tests.refused(a, $$publish_menu({venue_a1})$$, 'permission_denied', a || ' does not publish')
from unnest(array['staff_a', 'kitchen_a', 'server_a1', 'cashier_a', 'owner_b', 'stranger']) a;

-- the draft is not what guests see
select is((tests.call('anon', $$get_menu('pgtap-venue-a1')$$) #>> '{categories,0,items,1,price_minor}')::bigint, 1250::bigint, 'guests see the published price, not the draft''s');
select tests.answers('manager_a1', $$publish_menu({venue_a1})$$, '{"version": 2, "changed": true}', 'publishing makes the next version');
select is((tests.call('anon', $$get_menu('pgtap-venue-a1')$$) #>> '{categories,0,items,1,price_minor}')::bigint, 1300::bigint, 'which guests see at once');
select tests.answers('owner_a', $$publish_menu({venue_a1})$$, '{"version": 2, "changed": false}', 'an unchanged draft keeps its version');
select tests.call('owner_a', $$update public.menu_items set tax_rate_bp = 500 where id = {cola_a1}$$);
select tests.answers('owner_a', $$publish_menu({venue_a1})$$, '{"version": 3, "changed": true}', 'a changed tax rate is a change, though guests read the same');
select tests.call('owner_a', $$update public.menu_categories set station_id = {bar_a1} where id = {drinks_a1}$$);
select tests.answers('owner_a', $$publish_menu({venue_a1})$$, '{"version": 4, "changed": true}', 'so is a changed station');
select is((select array_agg(v.menu_version) from public.venues v where v.id in (tests.id('venue_a2'), tests.id('venue_b1'))), array[1, 1], 'other venues keep theirs');

-- published versions never change
select tests.refused('postgres', $$update public.menu_versions set document = '{}' where venue_id = {venue_a1}$$, '42501', 'not even the database''s owner edits a version');
select tests.refused('postgres', $$update public.published_menu_items set price_minor = 1 where venue_id = {venue_a1}$$, '42501', 'nor a published price');
select tests.refused('owner_a', $$update public.venues set menu_version = 1 where id = {venue_a1}$$, '42501', 'nor do clients choose the version');
select tests.refused('owner_a', $$delete from public.menu_items where id = {burger_a1}$$, '23503', 'what was published once is archived, not deleted');

-- archiving takes an item off the next version only
select tests.call('owner_a', $$update public.menu_items set archived_at = now() where id = {beer_a1}$$);
select is(jsonb_array_length(tests.call('anon', $$get_menu('pgtap-venue-a1')$$) #> '{categories,0,items}'), 2, 'an archived item stays until the next publication');
select tests.call('owner_a', 'publish_menu({venue_a1})');
select is(jsonb_array_length(tests.call('anon', $$get_menu('pgtap-venue-a1')$$) #> '{categories,0,items}'), 1, 'and is gone with it');

-- a draft that guests could not order from is not published
select tests.call('owner_a', $$update public.modifier_groups set min_choices = 4, max_choices = 5 where id = {extras_a1}$$);
select tests.refused('owner_a', 'publish_menu({venue_a1})', 'menu_incomplete', 'a group that needs more options than it has');
select is((tests.attempt('owner_a', 'publish_menu({venue_a1})')).detail, 'Burger: group "Extras" needs 4 of 3 options', 'and the refusal says where');
select tests.keep('venue_e', (tests.call('owner_b', $$create_venue({org_b}, 'Empty', 'pgtap-empty')$$) ->> 'id')::uuid);
select tests.refused('owner_b', 'publish_menu({venue_e})', 'menu_incomplete', 'an empty menu');
select tests.refused('anon', $$get_menu('pgtap-empty')$$, 'menu_not_published', 'a venue that never published has no menu');
select tests.refused('anon', $$get_menu('pgtap-nowhere')$$, 'venue_not_found', 'a venue that does not exist has none either');
select tests.refused('anon', $$get_menu(null)$$, 'venue_not_found', 'and nothing is no venue');

select * from finish();
rollback;
