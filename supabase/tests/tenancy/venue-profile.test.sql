-- What a venue is and tells of itself: its kinds, address and opening hours, and whether it is open by its own clock.
begin;
select plan(65);
select tests.fixture();
create function pg_temp.hours(p_hours text) returns text language sql as $$ select format('update public.venues set opening_hours = %L where id = {venue_a1}', p_hours) $$;
create function pg_temp.period(p_day integer, p_opens text, p_closes text) returns jsonb language sql as $$ select jsonb_build_object('weekday', p_day, 'opens', p_opens, 'closes', p_closes) $$;

-- kinds
select tests.affects('manager_a1', format('update public.venues set venue_type = %L where id = {venue_a1}', t), 1, 'a venue may be a ' || t) from unnest(array['cafe', 'restaurant', 'dessert_lounge', 'food_truck', 'bar_pub', 'other']) t;
select tests.affects('manager_a1', format('update public.venues set service_type = %L where id = {venue_a1}', t), 1, 'and serve by ' || t) from unnest(array['table_service', 'counter_pickup', 'both']) t;
select tests.refused('owner_a', format('update public.venues set %s where id = {venue_a1}', c), '23514', 'refused: ' || c)
from unnest(array['venue_type = ''palace''', 'service_type = ''drive_in''', 'country = ''UK1''', 'country = ''gb''', 'address = '' ''', 'address = repeat(''x'', 301)', 'postcode = ''''', 'postcode = repeat(''1'', 13)']) c;

-- who writes it: settings.edit
select tests.affects('manager_a1', 'update public.venues set address = ''1 High Street, London'', postcode = ''SW1A 1AA'', country = ''GB'' where id = {venue_a1}', 1, 'a manager writes the address');
select tests.affects(a, 'update public.venues set address = ''Mine'' where id = {venue_a1}', 0, a || ' does not') from unnest(array['staff_a', 'server_a1', 'owner_b', 'stranger']) a;
select tests.refused(a, 'update public.venues set address = ''Mine'' where id = {venue_a1}', '42501', a || ' neither') from unnest(array['anon', 'service_role']) a;

-- what opening hours are
select tests.refused('owner_a', pg_temp.hours(h), '23514', 'no opening hours: ' || h) from unnest(array['{}', '"always"', '[1]', '[{}]', '[{"weekday": 1, "opens": "09:00"}]', '[null]',
  '[{"weekday": 0, "opens": "09:00", "closes": "17:00"}]', '[{"weekday": 8, "opens": "09:00", "closes": "17:00"}]', '[{"weekday": "1", "opens": "09:00", "closes": "17:00"}]', '[{"weekday": 1, "opens": "9:00", "closes": "17:00"}]',
  '[{"weekday": 1, "opens": "24:00", "closes": "17:00"}]', '[{"weekday": 1, "opens": null, "closes": "17:00"}]', '[{"weekday": 1, "opens": "09:00", "closes": "17:00", "note": "x"}]',
  '[{"weekday": 1, "opens": "09:00", "closes": "17:00"}, {"weekday": 1, "opens": "16:59", "closes": "18:00"}]', '[{"weekday": 1, "opens": "22:00", "closes": "02:00"}, {"weekday": 2, "opens": "01:59", "closes": "10:00"}]',
  '[{"weekday": 7, "opens": "22:00", "closes": "02:00"}, {"weekday": 1, "opens": "01:00", "closes": "10:00"}]']) h;
select tests.refused('owner_a', pg_temp.hours((select jsonb_agg(pg_temp.period(1 + n / 10, to_char(time '00:00' + n % 10 * interval '1 hour', 'HH24:MI'), to_char(time '00:30' + n % 10 * interval '1 hour', 'HH24:MI'))) from generate_series(0, 42) n)::text), '23514', 'nor 43 periods');
select tests.affects('manager_a1', pg_temp.hours(h), 1, 'opening hours: ' || h) from unnest(array['[]', '[{"weekday": 1, "opens": "00:00", "closes": "00:00"}]',
  '[{"weekday": 1, "opens": "09:00", "closes": "15:00"}, {"weekday": 1, "opens": "15:00", "closes": "22:00"}]']) h;
select is((select v.opening_hours from public.venues v where v.id = tests.id('venue_a2')), null, 'who has said nothing has none');

-- open or not: by the wall clock, through the night, the end of the week and the change of the clocks
create function pg_temp.open_at(p_hours jsonb, p_at text, p_zone text default 'Europe/London') returns boolean language sql as $$ select private.is_open(p_hours, p_zone, p_at::timestamptz) $$;
select is(pg_temp.open_at(jsonb_build_array(pg_temp.period(d, o, c)), t), e, format('%s %s to %s at %s: %s', d, o, c, t, e)) from (values
  (3, '09:00', '17:00', '2026-01-07 08:59:59Z', false), (3, '09:00', '17:00', '2026-01-07 09:00Z', true), (3, '09:00', '17:00', '2026-01-07 16:59:59Z', true), (3, '09:00', '17:00', '2026-01-07 17:00Z', false), (3, '09:00', '17:00', '2026-01-08 12:00Z', false),
  (3, '09:00', '17:00', '2026-07-01 08:00Z', true), (5, '18:00', '02:00', '2026-01-10 01:59Z', true), (5, '18:00', '02:00', '2026-01-10 02:00Z', false), (5, '18:00', '02:00', '2026-01-09 01:00Z', false),
  (7, '18:00', '02:00', '2026-01-12 01:00Z', true), (7, '18:00', '02:00', '2026-01-12 03:00Z', false), (1, '00:00', '00:00', '2026-01-05 23:59Z', true), (1, '00:00', '00:00', '2026-01-06 00:00Z', false)) v (d, o, c, t, e);
select is(pg_temp.open_at('[]', '2026-01-07 12:00Z'), false, 'an empty list is never open');

-- get_venue: for anybody, by slug
select tests.call('owner_a', pg_temp.hours((select jsonb_agg(pg_temp.period(n, '00:00', '00:00')) from generate_series(1, 7) n)::text));
select is(tests.call('anon', 'get_venue(''pgtap-venue-a1'')') - 'opening_hours', '{"name": "Venue a1", "slug": "pgtap-venue-a1", "venue_type": "other", "service_type": "both", "address": "1 High Street, London", "postcode": "SW1A 1AA", "country": "GB",
  "currency": "GBP", "locale": "en-GB", "timezone": "Europe/London", "is_open": true}', 'a guest reads what a venue tells of itself, and no more');
select is(jsonb_array_length(tests.call('stranger', 'get_venue(''pgtap-venue-a1'')') -> 'opening_hours'), 7, 'so does anybody');
select tests.answers('anon', 'get_venue(''pgtap-venue-a2'')', '{"address": null, "opening_hours": null, "is_open": null, "country": "GB"}', 'what nobody has said is not made up');
select tests.refused('anon', format('get_venue(%s)', s), 'venue_not_found', 'no venue: ' || s) from unnest(array['''nowhere''', 'null', '''''']) s;

select * from finish();
rollback;
