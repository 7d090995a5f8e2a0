-- The derived states of tables and the floor in one answer; blocking a table and saying that it is clean.
begin;
select plan(47);
select tests.fixture();
select tests.insert(t || '_a1', 'owner_a', format($$insert into public.tables (venue_id, label) values ({venue_a1}, '%s')$$, upper(t))) from unnest(array['t3', 't4', 't5']) t;
select tests.insert('t3_b1', 'owner_b', $$insert into public.tables (venue_id, label) values ({venue_b1}, 'T3')$$);
create function pg_temp.state(p_table text) returns text language sql as $$
  select s.state from private.table_states((select t.venue_id from public.tables t where t.id = tests.id(p_table))) s where s.table_id = tests.id(p_table)
$$;
create function pg_temp.floor(p_table text) returns jsonb language sql as $$
  select t from jsonb_array_elements(tests.call('server_a1', 'get_floor({venue_a1})') -> 'tables') t where (t ->> 'table_id')::uuid = tests.id(p_table)
$$;

-- who sees the floor: tables.read
select tests.refused('anon', 'get_floor({venue_a1})', '42501', 'a guest sees no floor');
select tests.refused(a, 'get_floor({venue_a1})', 'permission_denied', a || ' sees no floor') from unnest(array['kitchen_a', 'kitchen_a1', 'owner_b', 'stranger']) a;
select tests.refused('server_a1', 'get_floor({venue_a2})', 'permission_denied', 'a server sees that of no other venue');
select tests.refused('owner_a', 'get_floor(gen_random_uuid())', 'permission_denied', 'a venue that does not exist is refused alike');
select tests.answers(a, 'get_floor({venue_a1})', jsonb_build_object('venue_id', tests.id('venue_a1'), 'currency', 'GBP'), a || ' sees it')
from unnest(array['owner_a', 'manager_a1', 'staff_a', 'server_a1', 'cashier_a1']) a;

-- states
select is(pg_temp.state('t1_a1'), 'occupied', 'a table with an open session is occupied');
select is(pg_temp.state('t3_a1'), 'free', 'one without is free');
select is(jsonb_array_length(tests.call('server_a1', 'get_floor({venue_a1})') -> 'tables'), 5, 'every table is on the floor, and no other venue''s');
select ok(pg_temp.floor('t1_a1') @> jsonb_build_object('label', 'T1', 'area', 'Window', 'seats', 4, 'state', 'occupied', 'session',
  jsonb_build_object('session_id', tests.id('guest_a1'), 'devices', 2, 'orders', 3, 'total_minor', 3608, 'paid_minor', 1250, 'due_minor', 2358)), 'with its bill and devices');
select is(pg_temp.floor('t3_a1') -> 'session', 'null', 'a free one has no session');
select tests.call('owner_a', $$cancel_order({waiting_a1}, 'left')$$);
select is(pg_temp.floor('t1_a1') #>> '{session,due_minor}', '2025', 'what is cancelled is not due');

-- reserved
select tests.keep('r3', (tests.call('server_a1', $$book_reservation({venue_a1}, 'r3', now() + interval '31 minutes', 2, 'Ada', p_table_id => {t3_a1})$$) ->> 'reservation_id')::uuid);
select is(pg_temp.state('t3_a1'), 'free', 'a reservation beyond the hold time holds nothing yet');
select ok(pg_temp.floor('t3_a1') -> 'next_reservation' @> jsonb_build_object('reservation_id', tests.id('r3'), 'party_size', 2), 'but is announced');
select ok(not pg_temp.floor('t3_a1')::text like '%Ada%', 'without its name');
update public.reservations set starts_at = now() + interval '29 minutes' where id = tests.id('r3');
select is(pg_temp.state('t3_a1'), 'reserved', 'within it the table is reserved');
update public.reservations set starts_at = now() - interval '19 minutes' where id = tests.id('r3');
select is(pg_temp.state('t3_a1'), 'reserved', 'also when the party is late');
update public.reservations set starts_at = now() - interval '21 minutes' where id = tests.id('r3');
select is(pg_temp.state('t3_a1'), 'free', 'until its time to come is over, whether the clock ran or not');
select tests.call('manager_a1', $$update public.venues set no_show_minutes = 60 where id = {venue_a1}$$);
select is(pg_temp.state('t3_a1'), 'reserved', 'how long is the venue''s to say');

-- cleaning
select tests.call('server_a1', $$close_table_session({guest2_a1})$$);
select is(pg_temp.state('t2_a1'), 'cleaning', 'after a session a table is being cleaned');
update public.table_sessions set opened_at = now() - interval '1 hour', closed_at = now() - interval '301 seconds' where id = tests.id('guest2_a1');
select is(pg_temp.state('t2_a1'), 'free', 'for five minutes');
update public.table_sessions set closed_at = now() - interval '299 seconds' where id = tests.id('guest2_a1');
select is(pg_temp.state('t2_a1'), 'cleaning', 'by default');
select tests.answers('server_a1', $$set_table_state({t2_a1}, 'free')$$, jsonb_build_object('table_id', tests.id('t2_a1'), 'state', 'free'), 'or until somebody says that it is clean');
select is(pg_temp.state('t2_a1'), 'free', 'which lasts');

-- set_table_state: who may, what is refused
select tests.refused('anon', $$set_table_state({t4_a1}, 'blocked', 'wobbles')$$, '42501', 'a guest blocks no table');
select tests.refused(a, $$set_table_state({t4_a1}, 'blocked', 'wobbles')$$, 'permission_denied', a || ' blocks no table') from unnest(array['kitchen_a', 'cashier_a1']) a;
select tests.refused(a, $$set_table_state({t4_a1}, 'blocked', 'wobbles')$$, 'table_not_found', a || ' finds no such table') from unnest(array['owner_b', 'stranger', 'manager_b1']) a;
select tests.refused('server_a1', $$set_table_state({t1_a1}, 'blocked', 'wobbles')$$, 'table_occupied', 'nobody blocks a table under its guests');
select tests.refused('server_a1', $$set_table_state({t4_a1}, 'blocked', ' ')$$, 'invalid_input', 'nor without a reason');
select tests.refused('server_a1', $$set_table_state({t4_a1}, 'occupied')$$, 'invalid_input', 'a derived state is not set by hand');
select tests.answers('server_a1', $$set_table_state({t4_a1}, 'blocked', ' wobbles ')$$, '{"state": "blocked"}', 'a free one is blocked');
select is(pg_temp.floor('t4_a1') ->> 'blocked_reason', 'wobbles', 'and the floor says why');
select tests.refused('server_a1', $$open_table_session({t4_a1})$$, 'table_blocked', 'nobody is seated there');
select tests.keep('qr4', null, tests.call('owner_a', $$rotate_qr_code({venue_a1}, 'table', {t4_a1})$$) ->> 'token');
select tests.refused('anon', $$start_table_session({$qr4})$$, 'table_blocked', 'nor scans themselves in');
select tests.call('staff_a', $$set_table_state({t4_a1}, 'free')$$);
select tests.answers('anon', $$start_table_session({$qr4})$$, '{"table": {"label": "T4"}}', 'until it is free again');

-- a table that is switched off with guests at it stays in sight
select tests.call('manager_a1', $$update public.tables set is_active = false where id in ({t1_a1}, {t5_a1})$$);
select is(array(select t ->> 'label' from jsonb_array_elements(tests.call('server_a1', 'get_floor({venue_a1})') -> 'tables') t), array['T2', 'T3', 'T4', 'T1'], 'a table that is off leaves the floor once it is empty');
select throws_ok($$update public.tables set merged_into = id where id = tests.id('t2_a1')$$, '23514', null, 'no table leads itself');
select throws_ok($$update public.tables set merged_into = tests.id('t3_b1') where id = tests.id('t2_a1')$$, '23503', null, 'nor one of another tenant');

select * from finish();
rollback;
