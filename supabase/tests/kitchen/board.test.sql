-- The kitchen's screen: what it shows and to whom, many tickets at once, and how long dishes take.
begin;
select plan(70);
select tests.fixture();
create function pg_temp.board(p_actor text, p_call text) returns text language sql as $$
  select coalesce(string_agg(concat_ws(' ', t.value ->> 'name', t.value ->> 'status', t.value ->> 'age'), ', ' order by t.ordinality), '') from jsonb_array_elements(tests.call(p_actor, p_call) -> 'tickets') with ordinality t
$$;

-- who sees it
select tests.answers(a, 'get_kitchen_board({venue_a1})', '{}', a || ' sees the board') from unnest(array['owner_a', 'manager_a1', 'kitchen_a', 'kitchen_a1']) a;
select tests.refused(a, 'get_kitchen_board({venue_a1})', 'permission_denied', a || ' does not') from unnest(array['staff_a', 'server_a1', 'cashier_a', 'owner_b', 'stranger']) a;
select tests.refused('kitchen_a1', 'get_kitchen_board({venue_a2})', 'permission_denied', 'nor does a cook of another venue');
select tests.refused(a, 'get_kitchen_board({venue_a1})', '42501', a || ' may not ask') from unnest(array['anon', 'service_role']) a;
select tests.refused('kitchen_a1', format('get_kitchen_board({venue_a1}, {%s})', s), 'station_not_found', 'no station: ' || s) from unnest(array['grill_a2', 'burger_a1']) s;

-- what it shows: open tickets, oldest first, held last; by station; ages by their limits
select is(pg_temp.board('kitchen_a1', 'get_kitchen_board({venue_a1})'), 'Burger new green, Cola new green, Burger new green, Beer new green', 'every open ticket of the venue');
select is(pg_temp.board('kitchen_a1', 'get_kitchen_board({venue_a1}, {bar_a1})'), 'Beer new green', 'or of one station');
select tests.keep('course', (tests.call('anon', format('place_order({$guest_a1}, ''c'', %L)', jsonb_build_object('fulfilment', 'table', 'payment_mode', 'pay_later', 'lines',
  jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('burger_a1'), 'quantity', 2, 'course', 2, 'note', 'no salt', 'options', jsonb_build_array(tests.id('rare_a1'), tests.id('cheese_a1'))))))) ->> 'id')::uuid);
select is(pg_temp.board('kitchen_a1', 'get_kitchen_board({venue_a1}, {grill_a1})'), 'Burger new green, Burger new green, Burger held', 'what is held comes last, without an age');
select tests.keep('course_ticket', t.id) from public.kitchen_tickets t where t.order_id = tests.id('course');
select is((select t.value from jsonb_array_elements(tests.call('kitchen_a1', 'get_kitchen_board({venue_a1}, {grill_a1})') -> 'tickets') t where t.value ->> 'status' = 'held'),
  (select jsonb_build_object('ticket_id', tests.id('course_ticket'), 'status', 'held', 'venue_id', tests.id('venue_a1'), 'station_id', tests.id('grill_a1'), 'fired_at', null, 'started_at', null, 'ready_at', null, 'age_seconds', null, 'age', null, 'order_id', o.id,
    'number', o.number, 'fulfilment', 'table', 'table', 'T1', 'course', 2, 'name', 'Burger', 'quantity', 2, 'options', '["Rare", "Cheese"]'::jsonb, 'note', 'no salt') from public.orders o where o.id = tests.id('course')), 'a ticket says what to cook, how, for whom');
select is(private.ticket_age(s), c, format('%s seconds are %s', s, c)) from (values (0, 'green'), (299, 'green'), (300, 'yellow'), (599, 'yellow'), (600, 'orange'), (899, 'orange'), (900, 'red'), (100000, 'red')) v (s, c);
update public.kitchen_tickets set fired_at = now() - interval '11 minutes' where id = tests.id('till_a1_ticket1');
select is(pg_temp.board('kitchen_a1', 'get_kitchen_board({venue_a1}, {expo_a1})'), 'Cola new orange', 'a ticket ages from when the kitchen could begin');
update public.kitchen_tickets set status = 'ready', started_at = now() - interval '10 minutes', ready_at = now() - interval '5 minutes' where id = tests.id('till_a1_ticket1');
select is(pg_temp.board('kitchen_a1', 'get_kitchen_board({venue_a1}, {expo_a1})'), 'Cola ready yellow', 'and stops when it is ready');
select tests.call('kitchen_a1', 'advance_ticket({till_a1_ticket1}, ''bumped'')');
select is(pg_temp.board('kitchen_a1', 'get_kitchen_board({venue_a1}, {expo_a1})'), '', 'bumped, it is off the board');
select tests.call('manager_a', 'cancel_order({course}, ''left'')');
select is(pg_temp.board('kitchen_a1', 'get_kitchen_board({venue_a1}, {grill_a1})'), 'Burger new green, Burger new green', 'so is what was cancelled');

-- many at once: all or none, each order follows
select tests.place('one', 'guest_a1', 'table', 'pay_later', 'beer_a1, cola_a1'), tests.place('two', 'guest2_a1', 'table', 'pay_later', 'beer_a1, cola_a1');
select is((select string_agg(concat_ws(' ', a.value ->> 'status', a.value ->> 'order_status'), ', ') from jsonb_array_elements(tests.call('kitchen_a1', 'advance_tickets(array[{one_ticket1}, {one_ticket2}, {two_ticket1}, {two_ticket1}], ''in_progress'')')) a),
  'in_progress preparing, in_progress preparing, in_progress preparing', 'three tickets of two orders are started, one named twice');
select tests.refused('kitchen_a1', 'advance_tickets(array[{one_ticket1}, {two_ticket2}], ''ready'')', 'ticket_transition_invalid', 'one that cannot holds up all');
select is((select t.status from public.kitchen_tickets t where t.id = tests.id('one_ticket1')), 'in_progress', 'none has moved');
select tests.answers('kitchen_a', 'advance_tickets(array[{one_ticket1}, {one_ticket2}], ''ready'')', '[{"status": "ready", "order_status": "ready"}]', 'the last two make the order ready');
select tests.answers('kitchen_a', 'advance_tickets(array[{one_ticket1}, {one_ticket2}], ''ready'')', '[{"status": "ready", "order_status": "ready"}]', 'a repeat changes nothing');
select is((select count(*) from public.order_events e where e.order_id = tests.id('one')), 4::bigint, 'and writes no event');
select is((select o.status from public.orders o where o.id = tests.id('two')), 'preparing', 'the other order waits for its second ticket');
select tests.refused('kitchen_a1', format('advance_tickets(%s, ''ready'')', t), 'invalid_input', t) from unnest(array['null', '''{}''', 'array[null::uuid]', 'array(select gen_random_uuid() from generate_series(1, 51))']) t;
select tests.refused('kitchen_a1', 'advance_tickets(array(select gen_random_uuid() from generate_series(1, 50)), ''ready'')', 'ticket_not_found', '50 that do not exist');
select tests.refused('kitchen_a1', 'advance_tickets(array[{two_ticket2}, {later_a2_ticket1}], ''in_progress'')', 'ticket_not_found', 'one of another venue refuses all');
select tests.answers('kitchen_a', 'advance_tickets(array[{two_ticket2}, {later_a2_ticket1}], ''in_progress'')', '[{"status": "in_progress"}]', 'who cooks in both venues moves both');
select tests.refused(a, 'advance_tickets(array[{two_ticket2}], ''ready'')', 'ticket_not_found', a || ' finds none') from unnest(array['server_a', 'staff_a1', 'owner_b', 'stranger']) a;
select tests.refused('anon', 'advance_tickets(array[{two_ticket2}], ''ready'')', '42501', 'a guest moves nothing');

-- looking makes nothing: tickets come with the order, never with the screen
select is((select count(*) from public.kitchen_tickets t where t.order_id = tests.id('waiting_a1')), 0::bigint, 'what waits for its payment has no ticket, however often the board was looked at');
select is((select p.provolatile from pg_proc p where p.oid = 'public.get_kitchen_board'::regproc), 's'::"char", 'and the board cannot write');

-- limit per venue
update private.rate_limits set used = 499 where scope = 'kitchen' and subject = tests.id('venue_a1');
select tests.answers('kitchen_a', 'advance_ticket({two_ticket2}, ''in_progress'')', '{"status": "in_progress"}', 'the 500th tap of a kitchen in a minute counts');
select tests.refused('kitchen_a', 'advance_ticket({two_ticket2}, ''ready'')', 'rate_limited', 'the 501st does not');
select tests.refused('owner_a', 'advance_tickets(array[{two_ticket2}, {later_a2_ticket1}], ''ready'')', 'rate_limited', 'whoever taps');
select tests.answers('kitchen_a', 'advance_ticket({later_a2_ticket1}, ''ready'')', '{"status": "ready"}', 'the other kitchen is not held responsible');
delete from private.rate_limits where scope = 'kitchen';

-- prep times: from when the kitchen could begin until ready, by station and by item, within the window
select tests.answers('kitchen_a1', 'get_prep_times({venue_a1}, now() - interval ''1 hour'', now() - interval ''30 minutes'')', '{"stations": [], "items": []}', 'nothing was cooked then');
update public.kitchen_tickets t set status = 'bumped', fired_at = now() - interval '2 hours', ready_at = now() - interval '2 hours' + make_interval(secs => v.seconds)
from (values ('one_ticket1', 100), ('two_ticket1', 300), ('later_a1_ticket2', 200), ('one_ticket2', 60)) v (name, seconds) where t.id = tests.id(v.name);
select is(tests.call('kitchen_a1', 'get_prep_times({venue_a1}, now() - interval ''3 hours'', now() - interval ''1 hour'')') - array['from', 'until', 'venue_id'], jsonb_build_object(
  'stations', jsonb_build_array(jsonb_build_object('station_id', tests.id('bar_a1'), 'name', 'Bar', 'tickets', 3, 'p50_seconds', 200, 'p95_seconds', 290), jsonb_build_object('station_id', tests.id('expo_a1'), 'name', 'Expo', 'tickets', 1, 'p50_seconds', 60, 'p95_seconds', 60)),
  'items', jsonb_build_array(jsonb_build_object('menu_item_id', tests.id('beer_a1'), 'name', 'Beer', 'tickets', 3, 'p50_seconds', 200, 'p95_seconds', 290), jsonb_build_object('menu_item_id', tests.id('cola_a1'), 'name', 'Cola', 'tickets', 1, 'p50_seconds', 60, 'p95_seconds', 60))),
  'the median and the 95th percentile of each station and item');
select tests.answers('manager_a1', 'get_prep_times({venue_a1}, now() - interval ''7140 seconds'', now() - interval ''1 hour'')', '{"items": [{"name": "Beer", "tickets": 3}, {"name": "Cola", "tickets": 1}]}', 'a window begins with its first moment');
select tests.answers('manager_a1', 'get_prep_times({venue_a1}, now() - interval ''3 hours'', now() - interval ''7140 seconds'')', '{"items": []}', 'and ends before its last');
update public.kitchen_tickets set status = 'cancelled' where id = tests.id('one_ticket2');
select tests.answers('manager_a1', 'get_prep_times({venue_a1}, now() - interval ''3 hours'', now() - interval ''1 hour'')', '{"stations": [{"name": "Bar"}]}', 'what was cancelled');
select is(jsonb_array_length(tests.call('manager_a1', 'get_prep_times({venue_a1}, now() - interval ''3 hours'', now() - interval ''1 hour'')') -> 'items'), 1, 'does not count');
select tests.refused('kitchen_a1', format('get_prep_times({venue_a1}, %s)', w), 'invalid_input', 'window: ' || w) from unnest(array['null', 'now(), now()', 'now() + interval ''1 second''', 'now() - interval ''93 days''', 'now(), null']) w;
select tests.refused(a, 'get_prep_times({venue_a1}, now() - interval ''1 hour'')', 'permission_denied', a || ' does not read them') from unnest(array['server_a', 'owner_b', 'stranger']) a;
select tests.refused('anon', 'get_prep_times({venue_a1}, now() - interval ''1 hour'')', '42501', 'nor may a guest');

select * from finish();
rollback;
