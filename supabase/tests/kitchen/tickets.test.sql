-- Kitchen: where a line is cooked, how tickets move, and how the order follows.
begin;
select plan(61);
select tests.fixture();
create function pg_temp.order_status(p_order text) returns text language sql as $$ select o.status from public.orders o where o.id = tests.id(p_order) $$;
create function pg_temp.stations(p_order text) returns text language sql as $$
  select string_agg(i.name, ', ' order by l.position) from public.order_lines l join public.kitchen_tickets t on t.order_line_id = l.id and t.venue_id = l.venue_id
  join tests.ids i on i.id = t.station_id where l.order_id = tests.id(p_order)
$$;

-- routing: the item's own station, else its category's, else expo; what is switched off falls back to expo
select tests.place('routed', 'guest_a1', 'table', 'pay_later', 'burger_a1+rare_a1, beer_a1, cola_a1');
select is(pg_temp.stations('routed'), 'grill_a1, bar_a1, expo_a1', 'item over category over expo');
select tests.call('owner_a', 'update public.kitchen_stations set is_active = false where id = {grill_a1}');
select tests.place('fallback', 'guest_a1', 'table', 'pay_later', 'burger_a1+rare_a1, beer_a1');
select is(pg_temp.stations('fallback'), 'expo_a1, bar_a1', 'a station that is off hands over to expo at once');
select tests.call('owner_a', 'update public.kitchen_stations set is_active = true where id = {grill_a1}');
select tests.call('owner_a', 'update public.menu_items set station_id = {bar_a1} where id = {burger_a1}');
select tests.place('draft', 'guest_a1', 'table', 'pay_later', 'burger_a1+rare_a1');
select is(pg_temp.stations('draft'), 'grill_a1', 'a draft''s routing waits for publication');
select tests.call('owner_a', 'publish_menu({venue_a1})');
select tests.place('published', 'guest_a1', 'table', 'pay_later', 'burger_a1+rare_a1');
select is(pg_temp.stations('published'), 'bar_a1', 'and then holds');
select is((select count(*) from public.kitchen_tickets t where t.order_id = tests.id('routed')), 3::bigint, 'one ticket per line');
select throws_ok($$insert into public.kitchen_tickets (venue_id, order_id, order_line_id, station_id) select venue_id, order_id, order_line_id, station_id from public.kitchen_tickets where id = tests.id('routed_ticket1')$$, '23505', null, 'by constraint');
select tests.refused('owner_a', 'update public.kitchen_stations set is_active = false where id = {expo_a1}', '23514', 'expo is never off');
select tests.refused('owner_a', $$insert into public.kitchen_stations (venue_id, name, kind) values ({venue_a1}, 'Expo 2', 'expo')$$, '42501', 'nobody adds a second expo');
select throws_ok($$insert into public.kitchen_stations (venue_id, name, kind) values (tests.id('venue_a1'), 'Expo 2', 'expo')$$, '23505', null, 'by constraint');

-- who may: kitchen.update; who cannot see tickets finds none
select tests.refused('anon', 'advance_ticket({routed_ticket1}, ''in_progress'')', '42501', 'a guest cooks nothing');
select tests.refused(a, 'advance_ticket({routed_ticket1}, ''in_progress'')', 'ticket_not_found', a || ' finds no ticket') from unnest(array['staff_a', 'server_a', 'cashier_a1', 'owner_b', 'kitchen_b1', 'stranger']) a;
select tests.refused('kitchen_a1', 'advance_ticket({later_a2_ticket1}, ''in_progress'')', 'ticket_not_found', 'nor does a cook of another venue');
select tests.refused(a, 'update public.kitchen_tickets set status = ''ready''', '42501', a || ' writes no ticket directly') from unnest(array['owner_a', 'kitchen_a', 'service_role']) a;

-- every pair of statuses: one step on, one step back, itself; nothing else
create temporary table steps (nr integer, status text);
insert into steps values (1, 'new'), (2, 'in_progress'), (3, 'ready'), (4, 'bumped'), (5, 'cancelled');
create function pg_temp.step_tests() returns setof text language plpgsql as $$
declare
  c record;
  o tests.outcome;
  v_may boolean;
begin
  for c in select f.nr as f_nr, f.status as f_status, t.nr as t_nr, t.status as t_status from steps f cross join steps t order by f.nr, t.nr loop
    update public.kitchen_tickets set status = c.f_status where id = tests.id('routed_ticket3');
    v_may := c.f_nr = c.t_nr or greatest(c.f_nr, c.t_nr) <= 4 and abs(c.f_nr - c.t_nr) = 1;
    o := tests.attempt('kitchen_a', format('advance_ticket({routed_ticket3}, %L)', c.t_status), true);
    return next tests.verdict(o, case when v_may then o.state = '00000' and o.answer ->> 'status' = c.t_status else tests.refusal_fits(o, 'ticket_transition_invalid') end,
      format('ticket %s → %s is %s', c.f_status, c.t_status, case when v_may then 'possible' else 'impossible' end));
  end loop;
  update public.kitchen_tickets set status = 'new' where id = tests.id('routed_ticket3');
end $$;
select pg_temp.step_tests();
select tests.refused('kitchen_a', 'advance_ticket({routed_ticket3}, null)', 'ticket_transition_invalid', 'null is no status');

-- the order follows: three tickets
select is(pg_temp.order_status('routed'), 'placed', 'nobody has started');
select tests.answers('kitchen_a1', 'advance_ticket({routed_ticket1}, ''in_progress'')', '{"order_status": "preparing"}', 'the first start prepares the order, accepting it on the way');
select is((select string_agg(e.to_status, ' ' order by e.id) from public.order_events e where e.order_id = tests.id('routed')), 'placed accepted preparing', 'with an event for each step');
select tests.answers('kitchen_a1', 'advance_ticket({routed_ticket1}, ''ready'')', '{"order_status": "preparing"}', 'one ready of three');
select tests.answers('kitchen_a1', 'advance_ticket({routed_ticket1}, ''bumped'')', '{"order_status": "preparing"}', 'bumped');
select tests.call('kitchen_a1', 'advance_ticket({routed_ticket2}, ''in_progress'')'), tests.call('kitchen_a1', 'advance_ticket({routed_ticket2}, ''ready'')'), tests.call('kitchen_a1', 'advance_ticket({routed_ticket3}, ''in_progress'')');
select is(pg_temp.order_status('routed'), 'preparing', 'two of three');
select tests.answers('kitchen_a1', 'advance_ticket({routed_ticket3}, ''ready'')', '{"order_status": "ready"}', 'the last one makes the order ready, one of them bumped already');
select tests.answers('kitchen_a1', 'advance_ticket({routed_ticket3}, ''ready'')', '{"order_status": "ready"}', 'a repeat changes nothing');
select is((select count(*) from public.order_events e where e.order_id = tests.id('routed') and e.to_status = 'ready'), 1::bigint, 'and is no second event');
select tests.answers('kitchen_a1', 'advance_ticket({routed_ticket3}, ''in_progress'')', '{"status": "in_progress", "order_status": "ready"}', 'a recall leaves the order as it is');
select results_eq($$select t.started_at is not null, t.ready_at is null, t.bumped_at is null from public.kitchen_tickets t where t.id = tests.id('routed_ticket3')$$, 'values (true, true, true)', 'but takes back the ticket''s times');
select tests.answers('kitchen_a1', 'advance_ticket({routed_ticket1}, ''ready'')', '{"status": "ready"}', 'a bumped ticket is recalled');

-- an order accepted by hand is only moved on; the others of the venue stay
select tests.call('server_a1', 'advance_order({fallback}, ''accepted'')');
select tests.answers('kitchen_a', 'advance_ticket({fallback_ticket2}, ''in_progress'')', '{"order_status": "preparing"}', 'an accepted order is prepared');
select is((select count(*) from public.order_events e where e.order_id = tests.id('fallback') and e.to_status = 'accepted'), 1::bigint, 'accepted once');
select is(pg_temp.order_status('draft'), 'placed', 'other orders are not concerned');

select * from finish();
rollback;
