-- set_availability and what get_menu says about it; stock closes and opens items by itself.
begin;
select plan(25);
select tests.fixture();
create function pg_temp.closed(p_what text) returns jsonb language sql as $$ select tests.call('anon', $q$get_menu('pgtap-venue-a1')$q$) -> p_what $$;

select tests.refused('anon', $$set_availability({venue_a1}, false, array[{cola_a1}])$$, '42501', 'a guest switches nothing');
select tests.refused(a, $$set_availability({venue_a1}, false, array[{cola_a1}])$$, 'permission_denied', a || ' switches nothing')
from unnest(array['server_a', 'cashier_a1', 'owner_b', 'manager_b1', 'stranger']) a;
select tests.refused('kitchen_a1', $$set_availability({venue_a2}, false, array[{cola_a2}])$$, 'permission_denied', 'a cook switches nothing in another venue');
select tests.refused('staff_a1', $$set_availability(null, false, array[{cola_a1}])$$, 'permission_denied', 'no venue is nobody''s venue');

select is(pg_temp.closed('unavailable_item_ids'), '[]', 'everything is on');
select tests.answers('kitchen_a1', $$set_availability({venue_a1}, false, array[{cola_a1}], array[{cheese_a1}, {rare_a1}])$$, '{"items_changed": 1, "options_changed": 2}', 'a cook takes items and options off');
select is(pg_temp.closed('unavailable_item_ids'), jsonb_build_array(tests.id('cola_a1')), 'guests see it at once, without a publication');
select is(jsonb_array_length(pg_temp.closed('unavailable_option_ids')), 2, 'options too');
select is((tests.call('anon', $$get_menu('pgtap-venue-a1')$$) ->> 'version')::integer, 1, 'the version stays');
select tests.answers('staff_a', $$set_availability({venue_a1}, false, array[{cola_a1}])$$, '{"items_changed": 0, "options_changed": 0}', 'a repeat changes nothing');
select tests.answers('staff_a1', $$set_availability({venue_a1}, true, array[{cola_a1}, {cola_a2}, {cola_b1}], array[{cheese_a1}, {rare_a1}])$$, '{"items_changed": 1, "options_changed": 2}', 'staff put them back');
select tests.call('owner_b', $$set_availability({venue_b1}, false, array[{cola_b1}])$$);
select tests.answers('staff_a1', $$set_availability({venue_a1}, true, array[{cola_b1}])$$, '{"items_changed": 0}', 'ids of another tenant change nothing');
select is((select i.is_available from public.menu_items i where i.id = tests.id('cola_b1')), false, 'really nothing');
select tests.affects('kitchen_a', $$update public.menu_items set is_available = false where id = {cola_a1}$$, 0, 'who may switch may not edit');

-- shapes
select tests.refused('owner_a', $$set_availability({venue_a1}, false)$$, 'invalid_input', 'naming nothing is refused');
select tests.refused('owner_a', $$set_availability({venue_a1}, null, array[{cola_a1}])$$, 'invalid_input', 'so is saying neither on nor off');
select tests.refused('owner_a', $$set_availability({venue_a1}, true, null)$$, 'invalid_input', 'and a null list');
select tests.refused('owner_a', $$set_availability({venue_a1}, true, array_fill({cola_a1}, array[101]))$$, 'invalid_input', 'and more than a hundred');

-- stock
select tests.call('owner_a', $$adjust_stock({beef_a1}, 'waste', -9600, 'freezer broke', 'waste 1')$$);
select is(pg_temp.closed('unavailable_item_ids'), jsonb_build_array(tests.id('burger_a1')), 'stock below one portion closes the item');
select tests.call('owner_a', $$adjust_stock({beef_a1}, 'receive', 1000, 'delivery', 'receive 2')$$);
select is(pg_temp.closed('unavailable_item_ids'), '[]', 'receiving stock opens it again');
select tests.call('owner_a', $$set_availability({venue_a1}, false, array[{burger_a1}])$$);
select tests.call('owner_a', $$adjust_stock({beef_a1}, 'receive', 1000, 'delivery', 'receive 3')$$);
select is(pg_temp.closed('unavailable_item_ids'), jsonb_build_array(tests.id('burger_a1')), 'but not what a person took off');

select * from finish();
rollback;
