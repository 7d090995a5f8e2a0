-- Tables themselves: what is written on them, who makes them, and that staff may open one.
begin;
select plan(32);
select tests.fixture();
create function pg_temp.make(p_label text, p_more text default '4, ''Bar''') returns text language sql as $$
  select format('insert into public.tables (venue_id, label, seats, area) values ({venue_a1}, %L, %s)', p_label, p_more)
$$;

-- who: tables.manage
select tests.refused('anon', pg_temp.make('N1'), '42501', 'a guest makes no table');
select tests.refused(a, pg_temp.make('N1'), '42501', a || ' makes no table') from unnest(array['staff_a', 'server_a1', 'kitchen_a', 'cashier_a', 'owner_b', 'stranger', 'service_role']) a;
select tests.affects('manager_a1', pg_temp.make('N1'), 1, 'a manager makes one');
select results_eq($$select t.label, t.seats, t.area, t.is_active from public.tables t where t.venue_id = tests.id('venue_a1') and t.label = 'N1'$$, $$values ('N1', 4, 'Bar', true)$$, 'with label, seats and area, in use');
select tests.affects(a, 'update public.tables set seats = 5 where id = {t1_a1}', 0, a || ' changes none') from unnest(array['staff_a', 'server_a1', 'owner_b']) a;
select tests.affects('manager_a1', 'update public.tables set label = ''1a'', seats = 5, area = '''' where id = {t1_a1}', 1, 'a manager changes one');
select tests.refused('owner_a', 'delete from public.tables where id = {t1_a1}', '42501', 'nobody deletes one: it is switched off');
select tests.refused('owner_a', format('update public.tables set %s where id = {t1_a1}', c), '42501', 'no client writes ' || c) from unnest(array['merged_into = {t2_a1}', 'blocked_reason = ''x''', 'cleaned_at = now()', 'venue_id = {venue_a2}']) c;

-- the label is unique in the venue, and only there
select tests.refused('owner_a', pg_temp.make('T2'), '23505', 'no second table of a label');
select tests.refused('owner_a', 'update public.tables set label = ''T2'' where id = {t1_a1}', '23505', 'nor by another name');
select is((select count(*) from public.tables t where t.label = 'T2' and t.id in (select i.id from tests.ids i)), 3::bigint, 'each venue has its own');

-- what is plausible
select tests.refused('owner_a', pg_temp.make(l, m), '23514', format('refused: %L %s', left(l, 25), m)) from (values (' ', '4, '''''), (repeat('x', 21), '4, '''''), ('N2', '0, '''''), ('N2', '101, '''''), ('N2', '4, repeat(''x'', 61)')) v (l, m);
select tests.affects('owner_a', pg_temp.make(repeat('x', 20), '100, repeat(''x'', 60)'), 1, 'the largest is not');

-- staff open a free table's session; a guest's scan joins it
select tests.keep('n1', t.id) from public.tables t where t.label = 'N1' and t.venue_id = tests.id('venue_a1');
select tests.keep('s1', (tests.call('server_a1', 'open_table_session({n1})') ->> 'session_id')::uuid);
select results_eq($$select s.table_id, s.opened_by, s.closed_at from public.table_sessions s where s.id = tests.id('s1')$$, $$values (tests.id('n1'), tests.id('server_a1'), null::timestamptz)$$, 'a server opens the session of a free table');
select tests.keep('qr_n1', null, tests.call('owner_a', $$rotate_qr_code({venue_a1}, 'table', {n1})$$) ->> 'token');
select tests.answers('anon', 'start_table_session({$qr_n1})', jsonb_build_object('session_id', tests.id('s1')), 'whose guests join it when they scan');
select is((select s.opened_by from public.table_sessions s where s.id = tests.id('guest_a1')), null, 'where nobody was seated, the first scan opens it');
select tests.call('manager_a1', 'update public.tables set is_active = false where id = {t2_a1}') is null;
select tests.refused('server_a1', 'open_table_session({t2_a1})', 'table_not_found', 'a table that is switched off is not opened');

select * from finish();
rollback;
