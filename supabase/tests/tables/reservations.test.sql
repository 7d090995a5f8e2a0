-- Reservations: booking, assigning, checking in, cancelling, and the clock; who may, what is refused, who reads the person.
begin;
select plan(75);
select tests.fixture();
select tests.insert('t' || n || '_a1', 'owner_a', format($$insert into public.tables (venue_id, label, seats) values ({venue_a1}, 'T%s', %s)$$, n, s)) from (values (3, 2), (4, 4), (5, 8)) t (n, s);
create function pg_temp.book(p_key text, p_starts text, p_table text, p_more text default '') returns text language sql as $$
  select format($c$book_reservation({venue_a1}, %L, now() + interval %L, 2, 'Ada', p_table_id => %s%s)$c$, p_key, p_starts, coalesce('{' || p_table || '}', 'null'), p_more)
$$;
create function pg_temp.booked(p_name text, p_starts text, p_table text) returns uuid language sql as $$
  select tests.keep(p_name, (tests.call('server_a1', pg_temp.book(p_name, p_starts, p_table)) ->> 'reservation_id')::uuid)
$$;
create function pg_temp.status(p_name text) returns text language sql as $$ select r.status from public.reservations r where r.id = tests.id(p_name) $$;

-- book_reservation: tables.seat
select tests.refused('anon', pg_temp.book('x', '1 hour', 't3_a1'), '42501', 'a guest books nothing');
select tests.refused(a, pg_temp.book('x', '1 hour', 't3_a1'), 'permission_denied', a || ' books nothing') from unnest(array['kitchen_a', 'cashier_a1', 'owner_b', 'manager_b1', 'stranger']) a;
select tests.refused('server_a1', replace(pg_temp.book('x', '1 hour', 't1_a2'), '{venue_a1}', '{venue_a2}'), 'permission_denied', 'a server books at no other venue');
select tests.refused('owner_a', pg_temp.book('x', '1 hour', 't1_b1'), 'table_not_found', 'no table of another tenant');
select tests.refused('owner_a', pg_temp.book('x', '1 hour', 't1_a2'), 'table_not_found', 'nor of another venue');
select tests.refused('owner_a', pg_temp.book('x', t, 't3_a1'), 'invalid_input', t || ' is no time to book') from unnest(array['-16 minutes', '366 days']) t;
select tests.refused('owner_a', format($$book_reservation({venue_a1}, 'x', %s, 2, 'Ada')$$, t), 'invalid_input', t || ' neither') from unnest(array['null', '''infinity''', '''-infinity''']) t;
select tests.refused('owner_a', format($$book_reservation({venue_a1}, 'x', now(), %s)$$, t), 'invalid_input', t || ' is nobody who reserves')
from unnest(array['0, ''Ada''', '101, ''Ada''', 'null, ''Ada''', '2, '' ''', '2, null', '2, repeat(''a'', 121)', '2, ''Ada'', repeat(''1'', 41)', '2, ''Ada'', null, null, repeat(''x'', 281)']) t;
select tests.refused('owner_a', replace(pg_temp.book('x', '1 hour', 't3_a1'), '''x''', 'null'), 'idempotency_key_invalid', 'a booking needs its key');
select tests.answers('server_a1', pg_temp.book('r1', '1 hour', 't3_a1', $$, p_phone => '07700 900123', p_email => 'ada@example.test', p_note => 'window'$$),
  jsonb_build_object('table_id', tests.id('t3_a1'), 'status', 'booked', 'party_size', 2, 'session_id', null), 'a server books');
select tests.keep('r1', (tests.call('server_a1', pg_temp.book('r1', '1 hour', 't3_a1', $$, p_phone => '07700 900123', p_email => 'ada@example.test', p_note => 'window'$$)) ->> 'reservation_id')::uuid);
select is((select count(*) from public.reservations r where r.venue_id = tests.id('venue_a1')), 1::bigint, 'the same key books once');
select tests.refused('server_a1', pg_temp.book('r1', '5 hours', 't3_a1'), 'idempotency_key_reused', 'for another booking it is refused');
select is((select r.ends_at - r.starts_at from public.reservations r where r.id = tests.id('r1')), interval '90 minutes', 'for the venue''s turn time');
select is((select row(c.name, c.phone, c.email, c.note)::text from public.reservation_customers c where c.reservation_id = tests.id('r1')), '(Ada,"07700 900123",ada@example.test,window)', 'with the person apart');

-- who reads the person: who seats; the reservation itself: who sees tables
select tests.affects(a, 'select 1 from public.reservation_customers', 1, a || ' reads who it is') from unnest(array['owner_a', 'manager_a1', 'staff_a', 'server_a1']) a;
select tests.affects(a, 'select 1 from public.reservation_customers', 0, a || ' does not') from unnest(array['cashier_a1', 'kitchen_a', 'owner_b', 'stranger']) a;
select tests.affects('cashier_a1', 'select 1 from public.reservations', 1, 'a cashier sees that the table is reserved');
select is((select count(*) from private.audit_events a where a.table_name = 'reservation_customers' or a.after::text like '%07700 900123%' and a.table_name = 'reservations'), 0::bigint, 'the history holds no names');

-- overlap, on one table only, to the minute
select tests.refused('server_a1', pg_temp.book('x', t, 't3_a1'), 'reservation_overlap', 'another party ' || t || ' from now overlaps') from unnest(array['1 hour', '149 minutes', '1 minute']) t;
select tests.answers('server_a1', pg_temp.book('after', '150 minutes', 't3_a1'), '{"status": "booked"}', 'one that starts when the other ends does not');
select tests.answers('server_a1', pg_temp.book('beside', '1 hour', 't4_a1'), '{"status": "booked"}', 'nor one at another table');
select throws_ok($$insert into public.reservations (venue_id, table_id, party_size, starts_at, ends_at) select venue_id, table_id, 1, starts_at, ends_at from public.reservations where id = tests.id('r1')$$, '23P01', null, 'by constraint');
select tests.call('manager_a1', 'update public.venues set turn_minutes = 60 where id = {venue_a1}');
select tests.answers('server_a1', pg_temp.book('short', '0 minutes', 't3_a1'), '{}', 'a shorter turn time makes shorter bookings');
select tests.call('manager_a1', 'update public.venues set turn_minutes = 90 where id = {venue_a1}');

-- assign_reservation
select pg_temp.booked('loose', '1 hour', null);
select tests.refused('cashier_a1', 'assign_reservation({loose})', 'permission_denied', 'a cashier assigns nothing');
select tests.refused('owner_b', 'assign_reservation({loose})', 'reservation_not_found', 'a stranger finds no such reservation');
select tests.refused('anon', 'assign_reservation({loose})', '42501', 'a guest neither');
select tests.refused('server_a1', 'assign_reservation({loose}, {t3_a1})', 'reservation_overlap', 'a table that is taken is not assigned');
select tests.refused('server_a1', 'assign_reservation({loose}, {t1_b1})', 'table_not_found', 'nor one of another tenant');
select tests.answers('server_a1', 'assign_reservation({loose})', jsonb_build_object('table_id', tests.id('t2_a1')), 'without a wish it is the smallest free one');
select tests.answers('server_a1', 'assign_reservation({loose}, {t5_a1})', jsonb_build_object('table_id', tests.id('t5_a1')), 'a wish is granted');
update public.reservations set party_size = 8 where id = tests.id('loose');
select tests.answers('server_a1', 'assign_reservation({loose})', jsonb_build_object('table_id', tests.id('t5_a1')), 'a party gets a table that seats it');
update public.reservations set party_size = 9 where id = tests.id('loose');
select tests.refused('server_a1', 'assign_reservation({loose})', 'no_table_free', 'or is told that there is none');
update public.reservations set party_size = 2, table_id = null where id = tests.id('loose');

-- check_in_reservation
select tests.refused('cashier_a1', 'check_in_reservation({r1})', 'permission_denied', 'a cashier checks nobody in');
select tests.refused('owner_b', 'check_in_reservation({r1})', 'reservation_not_found', 'nor does a stranger');
select tests.refused('server_a1', 'check_in_reservation({loose})', 'invalid_input', 'without a table nobody sits down');
select tests.refused('server_a1', 'check_in_reservation({loose}, {t2_a1})', 'table_occupied', 'nor where others sit');
select tests.refused('server_a1', 'check_in_reservation({loose}, {t3_a1})', 'table_reserved', 'or are expected');
select tests.answers('server_a1', 'check_in_reservation({loose}, {t2_a1}, true)', jsonb_build_object('session_id', tests.id('guest2_a1')), 'but a session that the party''s own phones opened is taken');
delete from public.reservations where table_id = tests.id('t3_a1') and id <> tests.id('r1');
select tests.keep('s1', (tests.call('server_a1', 'check_in_reservation({r1})') ->> 'session_id')::uuid);
select is((select s.table_id from public.table_sessions s where s.id = tests.id('s1') and s.closed_at is null), tests.id('t3_a1'), 'check-in opens the table''s session');
select tests.answers('staff_a', 'check_in_reservation({r1})', jsonb_build_object('session_id', tests.id('s1'), 'status', 'checked_in'), 'a repeat returns the same');
select tests.refused('server_a1', 'cancel_reservation({r1})', 'reservation_closed', 'who came cannot be cancelled');
select tests.refused('server_a1', 'assign_reservation({r1}, {t4_a1})', 'reservation_closed', 'nor assigned again');

-- cancel_reservation
select pg_temp.booked('gone', '3 hours', 't4_a1');
select tests.refused('cashier_a1', 'cancel_reservation({gone})', 'permission_denied', 'a cashier cancels nothing');
select tests.answers('server_a1', 'cancel_reservation({gone})', '{"status": "cancelled"}', 'a server does');
select tests.answers('server_a1', 'cancel_reservation({gone})', '{"status": "cancelled"}', 'a repeat returns the same');
select tests.refused('server_a1', 'check_in_reservation({gone})', 'reservation_closed', 'who cancelled does not come');
select tests.answers('server_a1', pg_temp.book('again', '3 hours', 't4_a1'), '{}', 'and the time is free again');

-- the clock
select pg_temp.booked('late', '5 hours', 't4_a1'), pg_temp.booked('missed', '7 hours', 't4_a1'), pg_temp.booked('future', '9 hours', 't4_a1');
update public.reservations set starts_at = now() - interval '19 minutes', ends_at = now() where id = tests.id('late');
update public.reservations set starts_at = now() - interval '3 hours', ends_at = now() - interval '21 minutes' where id = tests.id('missed');
select is(private.advance_reservations(), 1, 'one party did not come');
select is(array[pg_temp.status('late'), pg_temp.status('missed'), pg_temp.status('future'), pg_temp.status('r1')], array['booked', 'no_show', 'booked', 'checked_in'], 'it is the one that is past its time');
select tests.call('server_a1', 'close_table_session({s1})');
select is(private.advance_reservations(), 1, 'one party has gone');
select is(pg_temp.status('r1'), 'completed', 'its reservation is completed');
select is(private.advance_reservations(), 0, 'and the clock has nothing more to do');
select tests.refused('server_a1', 'check_in_reservation({missed})', 'reservation_closed', 'who missed it books anew');

select * from finish();
rollback;
