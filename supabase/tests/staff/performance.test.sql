-- Who works here, and what each did: names from Auth for those who may read staff, one count per deed and window.
begin;
select plan(50);
select tests.fixture();
update auth.users set raw_user_meta_data = '{"full_name": "  Sam Server "}' where id = tests.id('server_a1');
update auth.users set raw_user_meta_data = jsonb_build_object('name', repeat('k', 200)) where id = tests.id('kitchen_a');
create function pg_temp.members(p_actor text) returns jsonb language sql as $$ select tests.call(p_actor, 'list_members({org_a})') $$;

-- members
select is(jsonb_array_length(pg_temp.members('owner_a')), 11, 'an owner sees every membership');
select is((select m - array['joined_at'] from jsonb_array_elements(pg_temp.members('manager_a')) m where m ->> 'user_id' = tests.id('server_a1')::text),
  jsonb_build_object('membership_id', tests.id('membership_server_a1'), 'user_id', tests.id('server_a1'), 'name', 'Sam Server', 'email', 'server_a1@example.test', 'role', 'server', 'venue_id', tests.id('venue_a1')), 'with name and address');
select is((select length(m ->> 'name') from jsonb_array_elements(pg_temp.members('owner_a')) m where m ->> 'user_id' = tests.id('kitchen_a')::text), 120, 'a name is not a novel');
select is((select m -> 'name' from jsonb_array_elements(pg_temp.members('owner_a')) m where m ->> 'user_id' = tests.id('staff_a')::text), 'null', 'some have none');
select is(pg_temp.members('owner_a') #>> '{0,role}', 'owner', 'the highest role first');
select is((select array_agg(distinct m ->> 'venue_id') from jsonb_array_elements(pg_temp.members('manager_a1')) m), array[tests.id('venue_a1')::text], 'a venue''s manager sees the venue''s own members only');
select is(jsonb_array_length(pg_temp.members('manager_a1')), 5, 'all of them');
select tests.refused(a, 'list_members({org_a})', 'permission_denied', a || ' sees nobody') from unnest(array['staff_a', 'kitchen_a1', 'server_a', 'cashier_a1', 'owner_b', 'manager_b1', 'stranger']) a;
select tests.refused('anon', 'list_members({org_a})', '42501', 'nor does a guest');
select tests.refused('owner_a', 'select email from auth.users', '42501', 'Auth''s own table stays closed');

-- deeds. The owner of the fixture collected 666 for cola and refunded 250 online.
create function pg_temp.deeds(p_person text, p_from text default '-1 hour', p_until text default '1 hour', p_venue text default 'venue_a1') returns jsonb language sql as $$
  select coalesce((select m - array['user_id', 'name'] from jsonb_array_elements(tests.call('owner_a', format('get_staff_performance({%s}, now() + interval %L, now() + interval %L)', p_venue, p_from, p_until)) -> 'members') m
    where m ->> 'user_id' = tests.id(p_person)::text), '{}')
$$;
create function pg_temp.expected(p jsonb) returns jsonb language sql as $$
  select jsonb_build_object('orders_advanced', 0, 'orders_served', 0, 'payments', 0, 'collected_minor', 0, 'tips_minor', 0, 'refunds', 0, 'refunded_minor', 0, 'tickets_done', 0, 'worked_minutes', 0, 'forgotten_clock_outs', 0) || p
$$;
select is(pg_temp.deeds('owner_a'), pg_temp.expected('{"payments": 1, "collected_minor": 666, "refunds": 1, "refunded_minor": 250}'), 'money taken and given back');
select is(pg_temp.deeds('owner_a', p_venue => 'venue_a2'), pg_temp.deeds('owner_a'), 'each venue has its own');
select is(pg_temp.deeds('server_a1'), '{}', 'who did nothing is not listed');

select tests.place('dinner', 'guest_a1', 'table', 'pay_later', 'burger_a1+rare_a1, beer_a1');
select tests.call('kitchen_a', format('advance_ticket({dinner_ticket1}, %L)', s)) from unnest(array['in_progress', 'ready']) s;
select is(pg_temp.deeds('kitchen_a'), pg_temp.expected('{"orders_advanced": 1, "tickets_done": 1}'), 'a cook started an order and finished a ticket');
select tests.call('kitchen_a', 'advance_ticket({dinner_ticket1}, ''in_progress'')');
select is(pg_temp.deeds('kitchen_a') -> 'tickets_done', '0', 'a recalled ticket is not done');
select tests.call('kitchen_a1', 'advance_ticket({dinner_ticket1}, ''ready'')');
select is(pg_temp.deeds('kitchen_a1') -> 'tickets_done', '1', 'it is whoever''s who made it ready again');
select tests.call('kitchen_a', format('advance_ticket({dinner_ticket2}, %L)', s)) from unnest(array['in_progress', 'ready', 'bumped']) s;
select is(pg_temp.deeds('kitchen_a'), pg_temp.expected('{"orders_advanced": 1, "tickets_done": 1}'), 'bumping adds nothing, an order counts once for each who advanced it');
select tests.call('server_a1', 'advance_order({dinner}, ''served'')');
select is(pg_temp.deeds('server_a1'), pg_temp.expected('{"orders_advanced": 1, "orders_served": 1}'), 'serving is counted');
select tests.collect('dinner_cash', 'server_a1', 'dinner', 1850, 'cash', ', 150');
select tests.call('server_a1', 'advance_order({dinner}, ''completed'')');
select is(pg_temp.deeds('server_a1'), pg_temp.expected('{"orders_advanced": 1, "orders_served": 1, "payments": 1, "collected_minor": 2000, "tips_minor": 150}'), 'completing a served order serves it no second time; tips are told apart');
select tests.call('kitchen_a', format('advance_ticket({till_a1_ticket1}, %L)', s)) from unnest(array['in_progress', 'ready']) s;
select tests.call('server_a1', 'advance_order({till_a1}, ''completed'')');
select is(pg_temp.deeds('server_a1') -> 'orders_served', '2', 'at the counter completing is serving');
select tests.call('cashier_a', 'refund_payment({dinner_cash}, 100, ''cold'', ''k1'')');
select is(pg_temp.deeds('cashier_a'), pg_temp.expected('{"refunds": 1, "refunded_minor": 100}'), 'a refund is theirs who gave it');
select tests.call('service_role', 'confirm_refund({refund_a1}, ''failed'', null, ''x'')');
select is(pg_temp.deeds('owner_a') -> 'refunds', '0', 'one that failed is not');
select tests.place('off', 'guest_a1', 'table', 'pay_later', 'cola_a1');
select tests.call('manager_a1', 'cancel_order({off}, ''x'')');
select is(pg_temp.deeds('manager_a1'), '{}', 'cancelling advances nothing');

-- time: only what lies within the window; up to now while it goes on; none when forgotten
insert into public.time_entries (organisation_id, venue_id, user_id, status, clocked_in_at, clocked_out_at)
select tests.id('org_a'), tests.id('venue_a1'), tests.id(p), s, now() + i::interval, now() + o::interval
from (values ('server_a1', 'closed', '-5 hours', '-2 hours'), ('server_a1', 'closed', '-90 minutes', '-1 minute'), ('staff_a', 'open', '-30 minutes', null), ('cashier_a1', 'forgotten', '-40 minutes', null), ('kitchen_a1', 'forgotten', '-15 hours', null)) v (p, s, i, o);
select is(pg_temp.deeds('server_a1') -> 'worked_minutes', '59', 'of the last hour 59 minutes');
select is(pg_temp.deeds('server_a1', '-6 hours') -> 'worked_minutes', '269', 'of the last six 180 and 89');
select is(pg_temp.deeds('server_a1', '-4 hours', '-3 hours') -> 'worked_minutes', '60', 'of an hour in the middle all of it');
select is(pg_temp.deeds('server_a1', '-2 hours', '-91 minutes'), '{}', 'of a break nothing');
select is(pg_temp.deeds('staff_a') -> 'worked_minutes', '30', 'an open entry counts up to now');
select is(pg_temp.deeds('cashier_a1'), pg_temp.expected('{"forgotten_clock_outs": 1}'), 'a forgotten one is told, and counts no time');
select is(pg_temp.deeds('kitchen_a1') -> 'forgotten_clock_outs', '0', 'in the window in which it began');
select is(jsonb_array_length(tests.call('owner_a', 'get_staff_performance({venue_a1}, now() + interval ''1 second'', now() + interval ''1 hour'')') -> 'members'), 0, 'a window holds its own deeds only');
select is(jsonb_array_length(tests.call('owner_a', 'get_staff_performance({venue_a1}, now() - interval ''1 hour'', now())') -> 'members'), 3, 'and its end is not in it');
select is(tests.call('owner_a', 'get_staff_performance({venue_a1}, now() - interval ''1 hour'', now() + interval ''1 hour'')') -> 'currency', '"GBP"', 'amounts are in the venue''s currency');
select is((select m ->> 'name' from jsonb_array_elements(tests.call('manager_a1', 'get_staff_performance({venue_a1}, now(), now() + interval ''1 hour'')') -> 'members') m where m ->> 'user_id' = tests.id('server_a1')::text), 'Sam Server', 'people have names');

-- who may
select tests.refused(a, 'get_staff_performance({venue_a1}, now(), now() + interval ''1 hour'')', 'permission_denied', a || ' reads nobody''s performance') from unnest(array['staff_a', 'server_a1', 'kitchen_a', 'cashier_a', 'owner_b', 'stranger']) a;
select tests.refused('manager_a1', 'get_staff_performance({venue_a2}, now(), now() + interval ''1 hour'')', 'permission_denied', 'nor does the manager of the other venue');
select tests.refused('owner_a', 'get_staff_performance({venue_a1}, now(), now() + interval ''93 days'')', 'invalid_input', 'of a quarter at most');
delete from public.memberships where user_id = tests.id('server_a1');
delete from auth.users where id = tests.id('server_a1');
select is(pg_temp.deeds('server_a1') -> 'collected_minor', '2000', 'what somebody did outlives their account');
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select is(jsonb_array_length(pg_temp.members('manager_a1')), 4, 'an ended subscription still reads');

select * from finish();
rollback;
