-- The waiting list: joining, being seated, leaving; who may, what is refused, who reads names and numbers.
begin;
select plan(40);
select tests.fixture();
select tests.insert(t || '_a1', 'owner_a', format($$insert into public.tables (venue_id, label) values ({venue_a1}, '%s')$$, upper(t))) from unnest(array['t3', 't4', 't5']) t;
create function pg_temp.add(p_key text, p_arguments text) returns text language sql as $$ select format('add_waiting_party({venue_a1}, %L, %s)', p_key, p_arguments) $$;
create function pg_temp.added(p_name text) returns uuid language sql as $$
  select tests.keep(p_name, (tests.call('server_a1', pg_temp.add(p_name, '2, ''Ada'', 15, ''07700 900123''')) ->> 'waiting_party_id')::uuid)
$$;

-- add_waiting_party: tables.seat
select tests.refused('anon', pg_temp.add('x', '2, ''Ada'', 15'), '42501', 'a guest adds nobody');
select tests.refused(a, pg_temp.add('x', '2, ''Ada'', 15'), 'permission_denied', a || ' adds nobody') from unnest(array['kitchen_a', 'cashier_a1', 'owner_b', 'stranger']) a;
select tests.refused('server_a1', pg_temp.add('x', t), 'invalid_input', t || ' is no party')
from unnest(array['0, ''Ada'', 15', '101, ''Ada'', 15', '2, '''', 15', '2, null, 15', '2, ''Ada'', -1', '2, ''Ada'', 601', '2, ''Ada'', null', '2, ''Ada'', 15, repeat(''1'', 41)']) t;
select tests.answers('server_a1', pg_temp.add('one', '2, ''Ada'', 15, ''07700 900123'''), '{"status": "waiting", "position": 1}', 'a server puts a party on the list');
select tests.answers('server_a1', pg_temp.add('one', '2, ''Ada'', 15, ''07700 900123'''), '{"position": 1}', 'the same key once');
select tests.refused('server_a1', pg_temp.add('one', '3, ''Ada'', 15'), 'idempotency_key_reused', 'for another party it is refused');
select pg_temp.added('two');
select is((select count(*) from public.waiting_parties w where w.venue_id = tests.id('venue_a1')), 2::bigint, 'two wait');
select tests.answers('cashier_a1', 'get_floor({venue_a1})', '{"waiting_parties": 2}', 'the floor says how many');
select tests.affects(a, 'select name, phone from public.waiting_parties', 2, a || ' reads who waits') from unnest(array['owner_a', 'server_a1', 'staff_a1']) a;
select tests.affects(a, 'select name, phone from public.waiting_parties', 0, a || ' does not') from unnest(array['cashier_a1', 'kitchen_a', 'owner_b', 'stranger']) a;

-- seat_waiting_party
select tests.refused('cashier_a1', 'seat_waiting_party({two}, {t3_a1})', 'permission_denied', 'a cashier seats nobody');
select tests.refused('owner_b', 'seat_waiting_party({two}, {t3_a1})', 'waiting_party_not_found', 'a stranger finds no such party');
select tests.refused('server_a1', 'seat_waiting_party({two}, {t1_b1})', 'table_not_found', 'not at a table of another tenant');
select tests.refused('server_a1', 'seat_waiting_party({two}, {t1_a1})', 'table_occupied', 'nor where others sit');
select tests.call('server_a1', $$book_reservation({venue_a1}, 'r', now() + interval '10 minutes', 2, 'Bob', p_table_id => {t4_a1})$$);
select tests.refused('server_a1', 'seat_waiting_party({two}, {t4_a1})', 'table_reserved', 'or are expected');
select tests.call('server_a1', $$set_table_state({t5_a1}, 'blocked', 'wobbles')$$);
select tests.refused('server_a1', 'seat_waiting_party({two}, {t5_a1})', 'table_blocked', 'nor at a table out of use');
select tests.keep('s2', (tests.call('server_a1', 'seat_waiting_party({two}, {t3_a1})') ->> 'session_id')::uuid);
select is((select s.table_id from public.table_sessions s where s.id = tests.id('s2') and s.closed_at is null), tests.id('t3_a1'), 'seating opens the table''s session');
select tests.answers('staff_a', 'seat_waiting_party({two}, {t3_a1})', jsonb_build_object('session_id', tests.id('s2'), 'status', 'seated'), 'a repeat returns the same');
select tests.refused('server_a1', 'leave_waiting_list({two})', 'waiting_party_gone', 'who sits waits no longer');

-- leave_waiting_list
select pg_temp.added('three');
select tests.refused('cashier_a1', 'leave_waiting_list({three})', 'permission_denied', 'a cashier strikes nobody off');
select tests.answers('server_a1', 'leave_waiting_list({three})', '{"status": "left"}', 'a server does');
select tests.answers('server_a1', 'leave_waiting_list({three})', '{"status": "left"}', 'a repeat returns the same');
select tests.refused('server_a1', 'seat_waiting_party({three}, {t3_a1})', 'waiting_party_gone', 'who left is not seated');

-- the clock: yesterday's list is over
update public.waiting_parties set created_at = now() - interval '25 hours' where status = 'waiting' and venue_id = tests.id('venue_a1');
select pg_temp.added('four');
select is(private.advance_reservations(), 1, 'who waited since yesterday has left');
select is((select w.status from public.waiting_parties w where w.id = tests.id('four')), 'waiting', 'who came today waits on');

select * from finish();
rollback;
