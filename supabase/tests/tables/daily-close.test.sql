-- The daily close: what it does and leaves alone, who reads its report, and that every venue has one close per business day
-- at its own wall clock, through both changes of the clocks. Time is passed in.
begin;
select plan(36);
select tests.fixture();
select tests.call('owner_a', $$collect_payment({waiting_a2}, 'cash', 100, 'part of it')$$);
select tests.call('owner_a', $$book_reservation({venue_a1}, 'r', now() + interval '2 days', 2, 'Ada', p_table_id => {t1_a1})$$);
select tests.scan('night_a1', 'qr_counter_a1');
update public.table_sessions set opened_at = now() + interval '1 day' - interval '1 minute' where id = tests.id('night_a1');
create function pg_temp.closed(p_place text, p_date date default private.business_date('Europe/London', '04:00')) returns public.daily_closes language sql as $$
  select c from public.daily_closes c where c.venue_id = tests.id('venue_' || p_place) and c.business_date = p_date
$$;
create function pg_temp.is_open(p_session text) returns boolean language sql as $$ select s.closed_at is null from public.table_sessions s where s.id = tests.id(p_session) $$;
create function pg_temp.status(p_order text) returns text language sql as $$ select o.status from public.orders o where o.id = tests.id(p_order) $$;

-- what it does
select is(private.close_due_days(), 0, 'a venue made today has no day to close yet');
select is(private.close_due_days(now() + interval '1 day'), (select count(*)::integer from public.venues), 'a day later each has');
select is(private.close_due_days(now() + interval '1 day'), 0, 'once');
select is(array[pg_temp.is_open('guest2_a1'), pg_temp.is_open('counter_a1')], array[false, false], 'sessions that owe nothing are closed');
select is(pg_temp.is_open('guest_a1'), true, 'one that owes stays open');
select is(pg_temp.is_open('night_a1'), true, 'so does one of the new day');
select is(pg_temp.status('waiting_a1'), 'expired', 'an order that waits for its payment expires');
select is(pg_temp.status('waiting_a2'), 'pending_payment', 'unless it holds money');
select is(pg_temp.status('later_a1'), 'placed', 'an unpaid order is not completed');
select is(pg_temp.status('paid_a1'), 'placed', 'nor is a paid one');
select is((select count(*) from public.tables t where t.is_active and t.id in (select i.id from tests.ids i)), 6::bigint, 'no table is touched');
select is((select count(*) from public.reservations r where r.status = 'booked' and r.venue_id = tests.id('venue_a1')), 1::bigint, 'no reservation either');
select is((pg_temp.closed('a1')).closed_sessions, 2, 'the report counts what was closed');
select is((pg_temp.closed('a1')).expired_orders, 1, 'and what expired');
select is((pg_temp.closed('a1')).unsettled - 'none' #- '{0,opened_at}', jsonb_build_array(jsonb_build_object('session_id', tests.id('guest_a1'), 'table_id', tests.id('t1_a1'), 'label', 'T1', 'orders', 1, 'due_minor', 2025)), 'and lists what is unsettled');
select is((pg_temp.closed('a2')).expired_orders, 0, 'each venue has its own');
select is(jsonb_path_query_array((pg_temp.closed('a2')).unsettled, '$[*].due_minor'), '[2258]', 'with what is due of a part payment');
select throws_ok($$insert into public.daily_closes (venue_id, business_date, closed_at) select venue_id, business_date, now() from public.daily_closes$$, '23505', null, 'once by constraint');

-- who reads the report: owner and manager
select tests.affects(a, 'select 1 from public.daily_closes where venue_id = {venue_a1}', n, a || ' reads ' || n)
from (values ('owner_a', 1), ('manager_a1', 1), ('server_a1', 0), ('cashier_a', 0), ('owner_b', 0)) t (a, n);
select tests.refused('anon', 'select 1 from public.daily_closes', '42501', 'a guest reads none');
select tests.refused(a, 'select private.close_due_days()', '42501', a || ' closes no day') from unnest(array['anon', 'owner_a', 'service_role']) a;

-- the next day takes what has been settled since
select tests.collect('paid_late', 'owner_a', 'later_a1', 2025);
select is(private.close_due_days(now() + interval '2 days'), (select count(*)::integer from public.venues), 'the next day is another');
select is(pg_temp.is_open('guest_a1'), false, 'what was settled since is closed with it');
select is((pg_temp.closed('a1', private.business_date('Europe/London', '04:00') + 1)).unsettled, '[]', 'and nothing is left');

-- the clock, every five minutes through a weekend: when each close of each venue came
delete from public.daily_closes;
update public.venues set created_at = '2020-01-01' where slug like 'pgtap-%';
update public.venues set timezone = 'America/New_York' where id = tests.id('venue_a2');
update public.venues set timezone = 'Asia/Kathmandu' where id = tests.id('venue_b1');
create function pg_temp.weekend(p_from timestamptz) returns table (place text, business_date date, at text) language plpgsql as $$
declare
  v_at timestamptz := p_from;
begin
  while v_at < p_from + interval '72 hours' loop
    perform private.close_due_days(v_at);
    v_at := v_at + interval '5 minutes';
  end loop;
  -- the first close of each is that of the day before, whenever the clock was started
  return query select substr(v.slug, 13), c.business_date, to_char(c.closed_at at time zone 'UTC', 'MM-DD HH24:MI')
    from public.daily_closes c join public.venues v on v.id = c.venue_id where c.closed_at > p_from order by v.slug, c.business_date;
end $$;
select results_eq($$select * from pg_temp.weekend('2026-03-28 00:00Z')$$, $$values
  ('a1', date '2026-03-27', '03-28 04:00'), ('a1', '2026-03-28', '03-29 03:00'), ('a1', '2026-03-29', '03-30 03:00'),
  ('a2', '2026-03-27', '03-28 08:00'), ('a2', '2026-03-28', '03-29 08:00'), ('a2', '2026-03-29', '03-30 08:00'),
  ('b1', '2026-03-28', '03-28 22:15'), ('b1', '2026-03-29', '03-29 22:15'), ('b1', '2026-03-30', '03-30 22:15')$$,
  'London''s day of 23 hours has one close, at four by its new time; New York and Kathmandu keep their own');
select results_eq($$select * from pg_temp.weekend('2026-10-24 00:00Z')$$, $$values
  ('a1', date '2026-10-23', '10-24 03:00'), ('a1', '2026-10-24', '10-25 04:00'), ('a1', '2026-10-25', '10-26 04:00'),
  ('a2', '2026-10-23', '10-24 08:00'), ('a2', '2026-10-24', '10-25 08:00'), ('a2', '2026-10-25', '10-26 08:00'),
  ('b1', '2026-10-24', '10-24 22:15'), ('b1', '2026-10-25', '10-25 22:15'), ('b1', '2026-10-26', '10-26 22:15')$$,
  'so has its day of 25 hours');
select results_eq($$select * from pg_temp.weekend('2026-10-31 00:00Z') where place = 'a2'$$, $$values
  ('a2', date '2026-10-30', '10-31 08:00'), ('a2', '2026-10-31', '11-01 09:00'), ('a2', '2026-11-01', '11-02 09:00')$$, 'New York changes a week later');

-- a day that turns within the hour that is skipped, or comes twice
update public.venues set day_starts_at = '01:30' where id = tests.id('venue_a1');
select results_eq($$select * from pg_temp.weekend('2027-03-27 00:00Z') where place = 'a1'$$, $$values
  ('a1', date '2027-03-26', '03-27 01:30'), ('a1', '2027-03-27', '03-28 01:00'), ('a1', '2027-03-28', '03-29 00:30')$$, 'half past one does not exist: the day closes when the clocks jump over it');
select results_eq($$select * from pg_temp.weekend('2027-10-30 00:00Z') where place = 'a1'$$, $$values
  ('a1', date '2027-10-29', '10-30 00:30'), ('a1', '2027-10-30', '10-31 00:30'), ('a1', '2027-10-31', '11-01 01:30')$$, 'half past one comes twice: the day closes at the first');
-- midnight itself
update public.venues set day_starts_at = '00:00' where id = tests.id('venue_a1');
select results_eq($$select * from pg_temp.weekend('2027-12-30 00:00Z') where place = 'a1'$$, $$values
  ('a1', date '2027-12-30', '12-31 00:00'), ('a1', '2027-12-31', '01-01 00:00')$$, 'a day that turns at midnight closes at midnight, also that of the year');

select * from finish();
rollback;
