-- Numbers count from 1 per venue and business day; the business day turns at the venue's own hour, through both changes
-- of the clock.
begin;
select plan(28);
select tests.fixture();

select results_eq($$select o.number from public.orders o where o.venue_id = tests.id('venue_a1') order by o.number$$, 'values (1), (2), (3), (4)', 'a venue''s orders count from 1 without a gap');
select results_eq($$select o.number from public.orders o where o.venue_id = tests.id('venue_a2') order by o.number$$, 'values (1), (2), (3), (4)', 'each venue for itself');
select tests.refused('anon', tests.place_call('guest_a1', 'bad', 'table', 'pay_later', 'cola_b1'), 'menu_item_unknown', 'a refused order');
select tests.answers('anon', tests.place_call('guest_a1', 'good', 'table', 'pay_later', 'cola_a1'), '{"number": 5}', 'uses up no number');
update private.order_counters set business_date = business_date - 1 where venue_id = tests.id('venue_a1');
update public.orders set business_date = business_date - 1 where venue_id = tests.id('venue_a1');
select tests.answers('anon', tests.place_call('guest_a1', 'tomorrow', 'table', 'pay_later', 'cola_a1'), '{"number": 1}', 'the next business day starts at 1');
select tests.answers('anon', tests.place_call('guest_a2', 'tomorrow', 'table', 'pay_later', 'cola_a2'), '{"number": 5}', 'but not in another venue');

select is(private.business_date(z, s, t), d, format('%s with days from %s in %s belong to %s', t at time zone 'UTC', s, z, d))
from (values
  ('Europe/London', time '04:00', timestamptz '2026-06-15 12:00Z', date '2026-06-15'),
  ('Europe/London', '04:00', '2026-06-15 02:59:59Z', '2026-06-14'), -- 03:59:59 BST
  ('Europe/London', '04:00', '2026-06-15 03:00Z', '2026-06-15'), -- 04:00 BST
  ('Europe/London', '04:00', '2026-01-15 03:59:59Z', '2026-01-14'), -- 03:59:59 GMT
  ('Europe/London', '04:00', '2026-01-15 04:00Z', '2026-01-15'),
  ('Europe/London', '00:00', '2026-06-14 22:59:59Z', '2026-06-14'),
  ('Europe/London', '00:00', '2026-06-14 23:00Z', '2026-06-15'),
  -- 29 March 2026, 01:00 GMT becomes 02:00 BST: the day before has 23 hours
  ('Europe/London', '04:00', '2026-03-29 02:59:59Z', '2026-03-28'),
  ('Europe/London', '04:00', '2026-03-29 03:00Z', '2026-03-29'),
  ('Europe/London', '01:30', '2026-03-29 00:59:59Z', '2026-03-28'), -- 00:59:59 GMT; 01:30 does not exist that night
  ('Europe/London', '01:30', '2026-03-29 01:00Z', '2026-03-29'), -- 02:00 BST
  -- 25 October 2026, 02:00 BST becomes 01:00 GMT: the day before has 25 hours
  ('Europe/London', '04:00', '2026-10-25 03:59:59Z', '2026-10-24'),
  ('Europe/London', '04:00', '2026-10-25 04:00Z', '2026-10-25'),
  ('Europe/London', '00:00', '2026-10-24 23:00Z', '2026-10-25'),
  ('Asia/Tokyo', '05:00', '2026-06-14 19:59:59Z', '2026-06-14'),
  ('Asia/Tokyo', '05:00', '2026-06-14 20:00Z', '2026-06-15'),
  ('America/New_York', '04:00', '2026-06-15 07:59:59Z', '2026-06-14'),
  ('America/New_York', '04:00', '2026-06-15 08:00Z', '2026-06-15'),
  ('Asia/Kathmandu', '04:00', '2026-06-14 22:15Z', '2026-06-15')) as c (z, s, t, d);
select is((select o.business_date from public.orders o where o.id = tests.id('paid_b1')), private.business_date('Europe/London', '04:00'), 'an order takes its venue''s business day of now');
select throws_ok($$update public.venues set day_starts_at = '12:00' where id = tests.id('venue_a1')$$, '23514', null, 'a day does not start in the afternoon');
select throws_ok($$update public.orders set number = 1 where id = tests.id('paid_a2') or id = tests.id('till_a2')$$, '23505', null, 'no number is given twice on a day');

select * from finish();
rollback;
