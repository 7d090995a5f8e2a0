-- Kitchen stations: their kinds and names, who writes them, and that they are the venue's own.
begin;
select plan(29);
select tests.fixture();
create function pg_temp.make(p_name text, p_kind text) returns text language sql as $$
  select format('insert into public.kitchen_stations (venue_id, name, kind) values ({venue_a1}, %L, %L)', p_name, p_kind)
$$;

select tests.affects('manager_a1', pg_temp.make('A ' || k, k), 1, 'a station may be ' || k) from unnest(array['grill', 'fryer', 'bar', 'cold', 'other']) k;
select tests.refused('owner_a', pg_temp.make('Oven', k), '23514', format('not %L', k)) from unnest(array['oven', '', 'Grill']) k;
select tests.refused('owner_a', pg_temp.make(n, 'other'), '23514', format('its name is not %L', left(n, 20))) from unnest(array[' ', repeat('x', 61)]) n;
select tests.refused('owner_a', pg_temp.make('Grill', 'grill'), '23505', 'no second station of a name');
select tests.refused(a, pg_temp.make('Mine', 'other'), '42501', a || ' makes none') from unnest(array['anon', 'staff_a', 'kitchen_a1', 'server_a', 'cashier_a', 'owner_b', 'stranger', 'service_role']) a;
select tests.affects(a, 'update public.kitchen_stations set name = ''Mine'' where id = {grill_a1}', 0, a || ' renames none') from unnest(array['kitchen_a1', 'server_a', 'owner_b']) a;
select tests.affects('manager_a1', 'update public.kitchen_stations set name = ''Charcoal'' where id = {grill_a1}', 1, 'a manager renames one');
select tests.refused('owner_a', format('update public.kitchen_stations set %s where id = {grill_a1}', c), '42501', 'no client writes ' || c) from unnest(array['kind = ''expo''', 'venue_id = {venue_a2}']) c;
select tests.affects(a, 'select 1 from public.kitchen_stations where venue_id = {venue_a1}', 8, a || ' sees the stations') from unnest(array['kitchen_a1', 'server_a']) a;
select tests.affects(a, 'select 1 from public.kitchen_stations where venue_id = {venue_a1}', 0, a || ' does not') from unnest(array['owner_b', 'stranger']) a;

select * from finish();
rollback;
