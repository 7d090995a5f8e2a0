-- One board over several venues: enterprise's, of the venues in which the caller may see the kitchen, and of no other.
begin;
select plan(38);
select tests.fixture();
-- the second venue's orders after the first's, so that "oldest first" can be told
update public.kitchen_tickets set fired_at = fired_at + interval '1 minute' where venue_id = tests.id('venue_a2');
create function pg_temp.venues(p_actor text, p_call text) returns text[] language sql as $$
  select array_agg(v ->> 'name' order by o) from jsonb_array_elements(tests.call(p_actor, p_call) -> 'venues') with ordinality x (v, o)
$$;
create function pg_temp.tickets(p_actor text, p_call text) returns text language sql as $$
  select string_agg(n.name || ' ' || (t ->> 'name'), ', ' order by o) from jsonb_array_elements(tests.call(p_actor, p_call) -> 'tickets') with ordinality x (t, o)
  join tests.ids n on n.id = (t ->> 'venue_id')::uuid and n.name like 'venue\_%'
$$;

-- the plan
select tests.refused('owner_a', 'get_kitchen_boards({org_a})', 'entitlement_exceeded', 'a trial has none');
update public.organisations set tier = 'pro', subscription_status = 'active' where id = tests.id('org_a');
select tests.refused(a, 'get_kitchen_boards({org_a})', 'entitlement_exceeded', a || ': pro has none') from unnest(array['owner_a', 'manager_a', 'kitchen_a', 'kitchen_a1']) a;
select is((tests.attempt('kitchen_a', 'get_kitchen_board({venue_a1})')).state, '00000', 'each venue''s own board is in every plan');
update public.organisations set tier = 'enterprise' where id = tests.id('org_a');

-- who sees what
select is(pg_temp.venues(a, 'get_kitchen_boards({org_a})'), array['Venue a1', 'Venue a2'], a || ' sees both venues') from unnest(array['owner_a', 'manager_a', 'kitchen_a']) a;
select is(pg_temp.tickets('kitchen_a', 'get_kitchen_boards({org_a})'),
  'venue_a1 Burger, venue_a1 Cola, venue_a1 Burger, venue_a1 Beer, venue_a2 Burger, venue_a2 Cola, venue_a2 Burger, venue_a2 Beer', 'as one board, oldest first');
select is(tests.call('kitchen_a', 'get_kitchen_boards({org_a})') -> 'tickets', (tests.call('kitchen_a', 'get_kitchen_board({venue_a1})') -> 'tickets') || (tests.call('kitchen_a', 'get_kitchen_board({venue_a2})') -> 'tickets'),
  'ticket by ticket what each venue''s own board says');
select is(pg_temp.venues(a, 'get_kitchen_boards({org_a})'), array['Venue a1'], a || ' sees the venue they work in') from unnest(array['kitchen_a1', 'manager_a1']) a;
select is(pg_temp.tickets('kitchen_a1', 'get_kitchen_boards({org_a})'), 'venue_a1 Burger, venue_a1 Cola, venue_a1 Burger, venue_a1 Beer', 'and nothing of the other');
select is(pg_temp.venues('kitchen_a', 'get_kitchen_boards({org_a}, array[{venue_a2}])'), array['Venue a2'], 'a board of the venues that are named');
select is(pg_temp.tickets('kitchen_a', 'get_kitchen_boards({org_a}, array[{venue_a2}])'), 'venue_a2 Burger, venue_a2 Cola, venue_a2 Burger, venue_a2 Beer', 'and of no other');
select is(pg_temp.venues('kitchen_a', 'get_kitchen_boards({org_a}, array[{venue_a2}, {venue_a1}, {venue_a2}])'), array['Venue a1', 'Venue a2'], 'named twice is once');
select is((tests.call('kitchen_a', 'get_kitchen_boards({org_a})') ->> 'organisation_id')::uuid, tests.id('org_a'), 'of this organisation');

-- a venue in which the caller has no right is refused, not left out
select tests.refused('kitchen_a1', c, 'permission_denied', 'kitchen_a1: ' || c) from unnest(array['get_kitchen_boards({org_a}, array[{venue_a2}])', 'get_kitchen_boards({org_a}, array[{venue_a1}, {venue_a2}])']) c;
select tests.refused('kitchen_a', c, 'permission_denied', 'kitchen_a: ' || c)
from unnest(array['get_kitchen_boards({org_a}, array[{venue_b1}])', 'get_kitchen_boards({org_a}, array[{venue_a1}, {venue_b1}])', 'get_kitchen_boards({org_a}, array[{venue_a1}, null])', 'get_kitchen_boards({org_a}, ''{}'')',
  'get_kitchen_boards({org_b})', 'get_kitchen_boards({venue_a1})', 'get_kitchen_boards(null)']) c;
select tests.refused(a, 'get_kitchen_boards({org_a})', 'permission_denied', a || ' may not') from unnest(array['staff_a', 'server_a', 'cashier_a', 'server_a1', 'owner_b', 'stranger']) a;
select tests.refused('authenticated', 'get_kitchen_boards({org_a})', 'not_authenticated', 'nor nobody');
select tests.refused(a, 'get_kitchen_boards({org_a})', '42501', a || ' does not reach it') from unnest(array['anon', 'service_role']) a;

-- what is bumped leaves it; a plan that has ended, too
select tests.call('kitchen_a', $$advance_tickets(array[{later_a1_ticket1}], 'in_progress')$$), tests.call('kitchen_a', $$advance_tickets(array[{later_a1_ticket1}], 'ready')$$), tests.call('kitchen_a', $$advance_tickets(array[{later_a1_ticket1}], 'bumped')$$);
select is(jsonb_array_length(tests.call('kitchen_a', 'get_kitchen_boards({org_a})') -> 'tickets'), 7, 'what is bumped is on no board');
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select is((tests.attempt('kitchen_a', 'get_kitchen_boards({org_a})')).state, '00000', 'read-only mode ends changing, not seeing');

select * from finish();
rollback;
