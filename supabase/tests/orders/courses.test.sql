-- Courses: later ones wait until they are fired. And what is overdue.
begin;
select plan(48);
select tests.fixture();
create function pg_temp.course_call(p_guest text, p_key text, p_fulfilment text, p_courses text[]) returns text language sql as $$
  select format('place_order({$%s}, %L, %L)', p_guest, p_key, jsonb_build_object('fulfilment', p_fulfilment, 'payment_mode', 'pay_at_till', 'lines',
    (select jsonb_agg(jsonb_build_object('menu_item_id', tests.id('beer_a1'), 'quantity', 1, 'course', c::jsonb)) from unnest(p_courses) c)))
$$;
create function pg_temp.tickets(p_order text) returns text language sql as $$
  select string_agg(l.course || ' ' || t.status, ', ' order by l.position) from public.order_lines l left join public.kitchen_tickets t on t.order_line_id = l.id where l.order_id = tests.id(p_order)
$$;
create function pg_temp.keep_order(p_name text, p_call text) returns void language plpgsql as $$
declare
  v_order uuid := tests.call('anon', p_call) ->> 'id';
begin
  perform tests.keep(p_name, v_order);
  perform tests.keep(p_name || '_ticket' || l.position, t.id), tests.keep(p_name || '_line' || l.position, l.id)
  from public.order_lines l join public.kitchen_tickets t on t.order_line_id = l.id where l.order_id = v_order;
end $$;

-- what a course is
select tests.refused('anon', pg_temp.course_call('guest_a1', 'bad ' || c, 'table', array[c]), 'order_invalid', 'course ' || c) from unnest(array['0', '10', '-1', '1.5', '"2"', '[]']) c;
select tests.refused('anon', pg_temp.course_call('counter_a1', 'counter', 'counter', array['2']), 'order_invalid', 'there are no courses at the counter');
select tests.answers('anon', pg_temp.course_call('counter_a1', 'counter', 'counter', array['1']), '{}', 'but for the first');

-- held, fired
select pg_temp.keep_order('dinner', pg_temp.course_call('guest_a1', 'dinner', 'table', array['1', '2', '2', '3']));
select is(pg_temp.tickets('dinner'), '1 new, 2 held, 2 held, 3 held', 'the first course is cooked at once');
select is((select bool_and(t.fired_at is null) from public.kitchen_tickets t where t.order_id = tests.id('dinner') and t.status = 'held'), true, 'a held ticket has no age');
select tests.refused('kitchen_a1', 'advance_ticket({dinner_ticket2}, ''in_progress'')', 'ticket_transition_invalid', 'a held ticket is not started');
select tests.refused(a, 'fire_course({dinner}, 2)', 'permission_denied', a || ' fires nothing') from unnest(array['staff_a', 'cashier_a1']) a;
select tests.refused(a, 'fire_course({dinner}, 2)', 'order_not_found', a || ' sees no order') from unnest(array['owner_b', 'stranger']) a;
select tests.refused('server_a1', 'fire_course({later_a2}, 1)', 'order_not_found', 'nor does a server of another venue');
select tests.refused('anon', 'fire_course({dinner}, 2)', '42501', 'nor may a guest');
select tests.answers('server_a1', 'fire_course({dinner}, 2)', '{"course": 2, "tickets_fired": 2}', 'a server fires a course');
select is(pg_temp.tickets('dinner'), '1 new, 2 new, 2 new, 3 held', 'and only that one');
select results_eq($$select e.from_status, e.to_status, e.actor_id, e.details from public.order_events e where e.order_id = tests.id('dinner') and e.action = 'fired'$$, $$values ('placed', 'placed', tests.id('server_a1'), '{"course": 2}'::jsonb)$$, 'with an event');
select tests.answers('kitchen_a1', 'fire_course({dinner}, 2)', '{"tickets_fired": 0}', 'a repeat fires nothing');
select tests.answers('owner_a', 'fire_course({dinner}, 1)', '{"tickets_fired": 0}', 'nor does the first course');
select is((select count(*) from public.order_events e where e.order_id = tests.id('dinner') and e.action = 'fired'), 1::bigint, 'and leaves no event');
select tests.refused('server_a1', format('fire_course({dinner}, %s)', c), 'course_not_found', 'course ' || c) from unnest(array['4', 'null', '0']) c;
select tests.refused('server_a1', 'fire_course({waiting_a1}, 1)', 'course_not_found', 'what waits for its payment has no courses in the kitchen');
select tests.refused('server_a1', 'fire_course(null, 1)', 'order_not_found', 'no order is none');

-- the order is not ready while a course is held, by tickets or by hand
select tests.call('kitchen_a1', format('advance_tickets(array[{dinner_ticket1}, {dinner_ticket2}, {dinner_ticket3}], %L)', s)) from unnest(array['in_progress', 'ready']) s;
select is((select o.status from public.orders o where o.id = tests.id('dinner')), 'preparing', 'two courses ready of three');
select tests.refused('server_a1', 'advance_order({dinner}, ''ready'')', 'course_held', 'nor by hand');
select tests.call('server_a1', 'fire_course({dinner}, 3)');
select tests.call('kitchen_a1', 'advance_ticket({dinner_ticket4}, ''in_progress'')');
select tests.answers('kitchen_a1', 'advance_ticket({dinner_ticket4}, ''ready'')', '{"order_status": "ready"}', 'the last course makes it ready');
select tests.call('server_a1', 'advance_order({dinner}, ''served'')');
select is(pg_temp.tickets('dinner'), '1 bumped, 2 bumped, 2 bumped, 3 bumped', 'served, it leaves the kitchen''s screens');
select tests.call('kitchen_a1', format('advance_ticket({till_a1_ticket1}, %L)', s)) from unnest(array['in_progress', 'ready']) s;
select tests.call('server_a1', 'advance_order({till_a1}, ''completed'')');
select is(pg_temp.tickets('till_a1'), '1 bumped', 'so it does when it is handed over the counter');
select pg_temp.keep_order('left', pg_temp.course_call('guest_a1', 'left', 'table', array['1', '2']));
select tests.call('manager_a', 'cancel_order({left}, ''left'')');
select is(pg_temp.tickets('left'), '1 cancelled, 2 cancelled', 'a cancelled order''s held courses are cancelled');
select tests.refused('server_a1', 'fire_course({left}, 2)', 'order_closed', 'and not fired any more');
select pg_temp.keep_order('voided', pg_temp.course_call('guest_a1', 'voided', 'table', array['1', '2']));
select tests.call('manager_a', 'void_line({voided_line2}, ''full'')');
select tests.refused('server_a1', 'fire_course({voided}, 2)', 'course_not_found', 'nor is what was voided');
select throws_ok($$update public.kitchen_tickets set status = 'held' where id = tests.id('voided_ticket1')$$, '23514', null, 'what was fired is not held again, by constraint');

-- overdue: by the venue's setting, by what the kitchen could have finished
select tests.answers('cashier_a1', 'get_overdue_orders({venue_a1})', '{"overdue_minutes": 15, "orders": []}', 'nothing is overdue yet');
update public.kitchen_tickets set fired_at = now() - interval '14 minutes 59 seconds' where id = tests.id('later_a1_ticket1');
select tests.answers('server_a1', 'get_overdue_orders({venue_a1})', '{"orders": []}', 'just below 15 minutes');
update public.kitchen_tickets set fired_at = now() - interval '15 minutes' where id = tests.id('later_a1_ticket1');
select is(tests.call('staff_a', 'get_overdue_orders({venue_a1})') -> 'orders', jsonb_build_array(jsonb_build_object('order_id', tests.id('later_a1'), 'number', (select o.number from public.orders o where o.id = tests.id('later_a1')),
  'status', 'placed', 'fulfilment', 'table', 'table', 'T1', 'waiting_since', now() - interval '15 minutes', 'waiting_seconds', 900, 'open_tickets', 2)), 'at 15 minutes it is overdue');
select tests.affects('manager_a1', 'update public.venues set overdue_minutes = 20 where id = {venue_a1}', 1, 'a venue may take longer');
select tests.answers('server_a1', 'get_overdue_orders({venue_a1})', '{"overdue_minutes": 20, "orders": []}', 'then it is not');
select tests.refused('manager_a1', format('update public.venues set overdue_minutes = %s where id = {venue_a1}', n), '23514', n || ' minutes are refused') from unnest(array[0, 721]) n;
select tests.affects('server_a1', 'update public.venues set overdue_minutes = 5 where id = {venue_a1}', 0, 'a server changes no setting');
update public.venues set overdue_minutes = 5 where id = tests.id('venue_a1');
update public.kitchen_tickets set status = 'ready' where id = tests.id('later_a1_ticket1');
select tests.answers('server_a1', 'get_overdue_orders({venue_a1})', '{"orders": []}', 'what is ready does not count');
select tests.refused(a, 'get_overdue_orders({venue_a1})', 'permission_denied', a || ' does not read them') from unnest(array['owner_b', 'stranger']) a;

select * from finish();
rollback;
