-- move_table, merge_tables, unmerge_tables, transfer_orders: who may, what is refused, and that bill, guests and open orders
-- go together.
begin;
select plan(85);
select tests.fixture();
select tests.insert(t || '_a1', 'owner_a', format($$insert into public.tables (venue_id, label) values ({venue_a1}, '%s')$$, upper(t))) from unnest(array['t3', 't4', 't5']) t;
update public.table_sessions set opened_at = now() - interval '1 hour' where id = tests.id('guest_a1');
update public.table_sessions set opened_at = now() - interval '30 minutes' where id = tests.id('guest2_a1');
select tests.place('second_a1', 'guest2_a1', 'table', 'pay_later', 'cola_a1*2');
create function pg_temp.whereabouts(p_order text) returns text[] language sql as $$
  select array[(select i.name from tests.ids i where i.id = o.session_id and i.name ~ '^(guest|counter|parted)' order by i.name limit 1), (select t.label from public.tables t where t.id = o.table_id)]
  from public.orders o where o.id = tests.id(p_order)
$$;
create function pg_temp.table_of(p_session text) returns text language sql as $$
  select t.label from public.table_sessions s join public.tables t on t.id = s.table_id where s.id = tests.id(p_session) and s.closed_at is null
$$;

-- move_table: tables.seat
select tests.refused('anon', $$move_table({guest_a1}, {t3_a1})$$, '42501', 'a guest moves no party');
select tests.refused(a, $$move_table({guest_a1}, {t3_a1})$$, 'permission_denied', a || ' moves no party') from unnest(array['kitchen_a', 'cashier_a1']) a;
select tests.refused(a, $$move_table({guest_a1}, {t3_a1})$$, 'table_session_not_found', a || ' finds no such session') from unnest(array['owner_b', 'stranger']) a;
select tests.refused('server_a1', $$move_table({guest_a1}, {t1_b1})$$, 'table_not_found', 'not to a table of another tenant');
select tests.refused('owner_a', $$move_table({guest_a1}, {t1_a2})$$, 'table_not_found', 'nor of one''s other venue');
select tests.refused('server_a1', $$move_table({guest_a1}, {t2_a1})$$, 'table_occupied', 'nor to one where somebody sits');
select tests.refused('server_a1', $$move_table({counter_a1}, {t3_a1})$$, 'invalid_input', 'who stands at the counter does not move');
select tests.call('server_a1', $$set_table_state({t3_a1}, 'blocked', 'wobbles')$$);
select tests.refused('server_a1', $$move_table({guest_a1}, {t3_a1})$$, 'table_blocked', 'nor to one out of use');
select tests.call('server_a1', $$set_table_state({t3_a1}, 'free')$$);
select tests.keep('r4', (tests.call('server_a1', $$book_reservation({venue_a1}, 'r4', now() + interval '10 minutes', 2, 'Ada', p_table_id => {t4_a1})$$) ->> 'reservation_id')::uuid);
select tests.refused('server_a1', $$move_table({guest_a1}, {t4_a1})$$, 'table_reserved', 'nor to one that is held');
select tests.answers('server_a1', $$move_table({guest_a1}, {t1_a1})$$, jsonb_build_object('table_id', tests.id('t1_a1')), 'where it is already, it stays');
select tests.answers('server_a1', $$move_table({guest_a1}, {t3_a1})$$, jsonb_build_object('session_id', tests.id('guest_a1'), 'table_id', tests.id('t3_a1')), 'to a free one it moves');
select is(pg_temp.table_of('guest_a1'), 'T3', 'with its session');
select is(pg_temp.whereabouts('later_a1'), array['guest_a1', 'T3'], 'and its open orders');
select tests.answers('anon', $$get_bill({$guest_a1})$$, '{"is_open": true, "total_minor": 3608}', 'its guests keep their bill');
select tests.place('moved_a1', 'guest_a1', 'table', 'pay_later', 'cola_a1');
select is(pg_temp.whereabouts('moved_a1'), array['guest_a1', 'T3'], 'and order to the new table');
select isnt(tests.call('anon', $$start_table_session({$qr_table_a1})$$) ->> 'session_id', tests.id('guest_a1')::text, 'the table they left is free for others');
update public.table_sessions set opened_at = now() - interval '5 minutes' where table_id = tests.id('t1_a1') and closed_at is null;
select tests.keep('guest3_a1', s.id) from public.table_sessions s where s.table_id = tests.id('t1_a1') and s.closed_at is null;
select tests.call('server_a1', $$close_table_session({guest3_a1})$$);
select tests.refused('server_a1', $$move_table({guest3_a1}, {t5_a1})$$, 'table_session_closed', 'a closed session moves nowhere');
select tests.call('server_a1', $$move_table({guest_a1}, {t1_a1})$$);

-- merge_tables: tables.manage
select tests.refused('anon', $$merge_tables({t1_a1}, array[{t3_a1}])$$, '42501', 'a guest merges nothing');
select tests.refused(a, $$merge_tables({t1_a1}, array[{t3_a1}])$$, 'permission_denied', a || ' merges nothing') from unnest(array['server_a1', 'staff_a', 'kitchen_a', 'cashier_a1']) a;
select tests.refused(a, $$merge_tables({t1_a1}, array[{t3_a1}])$$, 'table_not_found', a || ' finds no such table') from unnest(array['owner_b', 'stranger']) a;
select tests.refused('owner_a', $$merge_tables({t1_a1}, array[{t1_b1}])$$, 'table_not_found', 'no table of another tenant');
select tests.refused('owner_a', $$merge_tables({t1_a1}, array[{t1_a2}])$$, 'table_not_found', 'nor across one''s venues');
select tests.refused('owner_a', format('merge_tables({t1_a1}, %s)', t), 'invalid_input', t || ' is no list of other tables')
from unnest(array['array[{t1_a1}]', 'array[]::uuid[]', 'null', 'array[null]::uuid[]', 'array[array[{t3_a1}]]', 'array_fill({t3_a1}, array[21])']) t;
select tests.refused('manager_a1', $$merge_tables({t1_a1}, array[{t2_a1}])$$, 'merge_unconfirmed', 'two occupied tables are not merged by mistake');
select tests.refused('manager_a1', $$merge_tables({t1_a1}, array[{t4_a1}])$$, 'table_reserved', 'a reserved one not with an occupied one');
select tests.refused('manager_a1', $$merge_tables({t4_a1}, array[{t1_a1}], true)$$, 'table_reserved', 'in neither direction, confirmed or not');
select tests.call('server_a1', $$set_table_state({t5_a1}, 'blocked', 'wobbles')$$);
select tests.refused('manager_a1', $$merge_tables({t3_a1}, array[{t5_a1}])$$, 'table_blocked', 'a blocked one not at all');
select tests.call('server_a1', $$set_table_state({t5_a1}, 'free')$$);
select tests.keep('r5', (tests.call('server_a1', $$book_reservation({venue_a1}, 'r5', now() + interval '10 minutes', 2, 'Bob', p_table_id => {t5_a1})$$) ->> 'reservation_id')::uuid);
select tests.refused('manager_a1', $$merge_tables({t4_a1}, array[{t5_a1}])$$, 'table_reserved', 'nor two that are held for two parties');
select tests.call('server_a1', $$cancel_reservation({r5})$$);

-- a free table joins an occupied one
select tests.answers('manager_a1', $$merge_tables({t2_a1}, array[{t3_a1}])$$, jsonb_build_object('table_id', tests.id('t2_a1'), 'session_id', tests.id('guest2_a1'), 'moved_orders', 0, 'merged_table_ids', jsonb_build_array(tests.id('t3_a1'))), 'a free table joins an occupied one');
select tests.keep('qr_table3_a1', null, tests.call('owner_a', $$rotate_qr_code({venue_a1}, 'table', {t3_a1})$$) ->> 'token');
select tests.scan('guest4_a1', 'qr_table3_a1');
select is(tests.id('guest4_a1'), tests.id('guest2_a1'), 'its code leads to the leading table''s session');
select tests.answers('server_a1', $$open_table_session({t3_a1})$$, jsonb_build_object('session_id', tests.id('guest2_a1')), 'and so does staff');
select is((select s.state from private.table_states(tests.id('venue_a1')) s where s.table_id = tests.id('t3_a1')), 'occupied', 'it is as occupied as its leader');
select is((select t ->> 'led_by' from jsonb_array_elements(tests.call('server_a1', 'get_floor({venue_a1})') -> 'tables') t where t ->> 'label' = 'T3'), tests.id('t2_a1')::text, 'the floor says who leads');
select tests.refused('server_a1', $$move_table({guest_a1}, {t3_a1})$$, 'table_occupied', 'nobody moves there');
select tests.refused('server_a1', $$set_table_state({t3_a1}, 'blocked', 'x')$$, 'table_merged', 'nobody blocks it');
select tests.refused('manager_a1', $$merge_tables({t3_a1}, array[{t5_a1}])$$, 'table_merged', 'it leads nobody');
select tests.refused('manager_a1', $$merge_tables({t5_a1}, array[{t3_a1}])$$, 'table_merged', 'and follows nobody else');
select tests.answers('manager_a1', $$merge_tables({t2_a1}, array[{t3_a1}])$$, '{"moved_orders": 0}', 'a repeat changes nothing');
select tests.place('fourth_a1', 'guest4_a1', 'table', 'pay_later', 'beer_a1');
select is(pg_temp.whereabouts('fourth_a1'), array['guest2_a1', 'T2'], 'orders from there are on the common bill');

-- two occupied ones, confirmed: one bill; the follower's followers come along
select tests.answers('manager_a1', $$merge_tables({t1_a1}, array[{t2_a1}], true)$$, jsonb_build_object('session_id', tests.id('guest_a1'), 'moved_orders', 2,
  'merged_table_ids', jsonb_build_array(tests.id('t2_a1'), tests.id('t3_a1'))), 'confirmed, two occupied tables become one, with what they lead');
select is(pg_temp.whereabouts('second_a1'), array['guest_a1', 'T1'], 'the orders move to one bill');
select is((select s.closed_at is not null from public.table_sessions s where s.id = tests.id('guest2_a1')), true, 'the other session is closed');
select tests.answers('anon', $$get_bill({$guest2_a1})$$, jsonb_build_object('session_id', tests.id('guest_a1'), 'is_open', true), 'its guests now share that bill');
select tests.answers('anon', $$get_guest_order({$guest2_a1}, {second_a1})$$, '{"total_minor": 666}', 'and still see what they ordered');
select tests.place('after_a1', 'guest2_a1', 'table', 'pay_later', 'cola_a1');
select is(pg_temp.whereabouts('after_a1'), array['guest_a1', 'T1'], 'what they order next is on it, too');
select tests.refused('server_a1', $$close_table_session({guest_a1})$$, 'table_session_unsettled', 'it does not close while any of it is unpaid');

-- unmerge_tables
select tests.refused('anon', $$unmerge_tables({t2_a1})$$, '42501', 'a guest parts nothing');
select tests.refused(a, $$unmerge_tables({t2_a1})$$, 'permission_denied', a || ' parts nothing') from unnest(array['server_a1', 'cashier_a1']) a;
select tests.refused('owner_b', $$unmerge_tables({t2_a1})$$, 'table_not_found', 'a stranger finds no such table');
select tests.answers('manager_a1', $$unmerge_tables({t5_a1})$$, '{"parted_tables": []}', 'a single table has nothing to part');
select tests.keep('parted_a1', (tests.call('manager_a1', $$unmerge_tables({t2_a1})$$) #>> '{parted_tables,0,session_id}')::uuid);
select is(pg_temp.table_of('parted_a1'), 'T2', 'who scanned the parting table''s code has a session there');
select is(array[pg_temp.whereabouts('second_a1'), pg_temp.whereabouts('after_a1'), pg_temp.whereabouts('later_a1'), pg_temp.whereabouts('fourth_a1')],
  array[['parted_a1', 'T2'], ['parted_a1', 'T2'], ['guest_a1', 'T1'], ['guest_a1', 'T1']], 'with what they ordered before and since; the others'' stays');
select tests.answers('anon', $$get_bill({$guest2_a1})$$, jsonb_build_object('session_id', tests.id('parted_a1'), 'total_minor', 999), 'and read their own bill again');
select tests.answers('manager_a1', $$unmerge_tables({t1_a1})$$, jsonb_build_object('parted_tables', jsonb_build_array(jsonb_build_object('table_id', tests.id('t3_a1'), 'label', 'T3'))), 'a leading table parts with all that are left');
select tests.answers('anon', $$get_bill({$guest4_a1})$$, '{"total_minor": 600, "is_open": true}', 'each party with its own');
select is((select count(*) from public.tables t where t.merged_into is not null), 0::bigint, 'nothing is merged any more');

-- a party that sat only at the parting table leaves nobody behind
select tests.call('owner_a', $$insert into public.tables (venue_id, label) values ({venue_a1}, 'T6')$$);
select tests.keep('t6_a1', t.id) from public.tables t where t.label = 'T6' and t.venue_id = tests.id('venue_a1');
select tests.answers('manager_a1', $$merge_tables({t6_a1}, array[{t2_a1}])$$, jsonb_build_object('session_id', tests.id('parted_a1')), 'the only session comes to the leading table');
select is(pg_temp.whereabouts('second_a1'), array['parted_a1', 'T6'], 'with its open orders');
select tests.call('manager_a1', $$unmerge_tables({t6_a1})$$);
select is(pg_temp.table_of('parted_a1'), null, 'and leaves it again when they part');
select is((select s.state from private.table_states(tests.id('venue_a1')) s where s.table_id = tests.id('t2_a1')), 'occupied', 'for its own table');

-- transfer_orders: tables.seat; all or none
select tests.refused('anon', $$transfer_orders(array[{fourth_a1}], {guest_a1})$$, '42501', 'a guest transfers nothing');
select tests.refused('kitchen_a', $$transfer_orders(array[{fourth_a1}], {guest_a1})$$, 'permission_denied', 'nor does a cook');
select tests.refused('owner_b', $$transfer_orders(array[{fourth_a1}], {guest_a1})$$, 'table_session_not_found', 'a stranger finds no such session');
select tests.refused('owner_a', $$transfer_orders(array[{fourth_a1}, {later_a2}], {guest_a1})$$, 'order_not_found', 'no order of another venue comes along');
select tests.refused('owner_a', $$transfer_orders(array[{fourth_a1}], {guest_a2})$$, 'order_not_found', 'nor goes there');
select tests.refused('owner_a', $$transfer_orders(array[]::uuid[], {guest_a1})$$, 'invalid_input', 'none is too few');
select tests.refused('owner_a', $$transfer_orders(array_fill({fourth_a1}, array[101]), {guest_a1})$$, 'invalid_input', '101 are too many');
select tests.refused('server_a1', $$transfer_orders(array[{fourth_a1}], {guest2_a1})$$, 'table_session_closed', 'a closed session takes none');
select tests.call('owner_a', $$cancel_order({moved_a1}, 'wrong')$$);
select tests.refused('server_a1', $$transfer_orders(array[{fourth_a1}, {moved_a1}], {guest_a1})$$, 'order_closed', 'a cancelled order stays where it is');
select isnt(pg_temp.whereabouts('fourth_a1'), array['guest_a1', 'T1'], 'and with it all others of the call');
select tests.answers('server_a1', $$transfer_orders(array[{fourth_a1}, {till_a1}], {guest_a1})$$, jsonb_build_object('table_id', tests.id('t1_a1')), 'open orders move, also from a counter');
select is(array[pg_temp.whereabouts('fourth_a1'), pg_temp.whereabouts('till_a1')], array[['guest_a1', 'T1'], ['guest_a1', 'T1']], 'both of them');
select tests.answers('server_a1', $$transfer_orders(array[{fourth_a1}], {guest_a1})$$, '{}', 'a repeat returns the same');

select * from finish();
rollback;
