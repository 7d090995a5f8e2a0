-- Who comes back, counted from what guests left with their orders, and only while it is kept.
begin;
select plan(32);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active';
update public.organisations set tier = 'starter' where id = tests.id('org_b');
delete from public.order_customers;
create function pg_temp.visit(p_name text, p_guest text, p_day date, p_customer jsonb, p_hour integer default 12) returns void language plpgsql as $$
begin
  perform tests.place(p_name, p_guest, 'counter', 'pay_at_till', replace('cola_#', '#', split_part(p_guest, '_', 2)), jsonb_build_object('customer', p_customer));
  update public.orders o set business_date = p_day, created_at = p_day + make_time(p_hour, 30, 0), number = o.number + 1000 where o.id = tests.id(p_name);
end $$;
create function pg_temp.numbers(p_from date, p_until date, p_granularity text default 'day') returns text language sql as $$
  select concat_ws(' | ', r #>> '{total,guests}', r #>> '{total,repeat_guests}', r #>> '{total,repeat_guest_rate_bp}',
    (select string_agg(concat_ws(' ', coalesce(p ->> 'local_time', p ->> 'starts_on'), p ->> 'guests', p ->> 'repeat_guests'), ', ' order by p ->> 'starts_on', p ->> 'starts_at') from jsonb_array_elements(r -> 'periods') p))
  from tests.call('owner_a', format('get_repeat_guests({venue_a1}, %L, %L, %L)', p_from, p_until, p_granularity)) r
$$;

select pg_temp.visit('ann1', 'counter_a1', '2026-06-01', '{"phone": "+44 7700 900001"}'), pg_temp.visit('ann2', 'counter_a1', '2026-06-02', '{"name": "Ann", "phone": "+44 (7700) 900-001"}'),
  pg_temp.visit('bea1', 'counter_a1', '2026-06-02', '{"email": "Bea@Example.test"}'), pg_temp.visit('bea2', 'counter_a1', '2026-06-02', '{"email": "bea@example.test"}', 18),
  pg_temp.visit('cid1', 'counter_a1', '2026-06-01', '{"phone": "020 7946 0003", "email": "cid@example.test"}'), pg_temp.visit('cid2', 'counter_a1', '2026-06-09', '{"email": "CID@example.test"}'),
  pg_temp.visit('dan1', 'counter_a1', '2026-06-01', '{"name": "Dan"}'), pg_temp.visit('dan2', 'counter_a1', '2026-06-02', '{"name": "Dan", "phone": "-"}'),
  pg_temp.visit('eve1', 'counter_a1', '2026-06-01', '{"phone": "020 7946 0005"}'), pg_temp.visit('eve2', 'counter_a1', '2026-06-09', '{"phone": "020 7946 0005"}'),
  pg_temp.visit('ann3', 'counter_a2', '2026-06-03', '{"phone": "+44 7700 900001"}');
select tests.call('owner_a', 'cancel_order({eve1}, ''left'')');

select is(pg_temp.numbers('2026-06-01', '2026-06-01'), '2 | 0 | 0 | 2026-06-01 2 0', 'nobody comes back on the first day; a name is nobody; what was cancelled was no visit');
select is(pg_temp.numbers('2026-06-02', '2026-06-02'), '2 | 1 | 5000 | 2026-06-02 2 1', 'a number is compared by its digits; twice on one day is one visit');
select is(pg_temp.numbers('2026-06-09', '2026-06-09'), '2 | 1 | 5000 | 2026-06-09 2 1', 'an address leads to the number that came with it once, whatever its case');
select is(pg_temp.numbers('2026-06-01', '2026-06-09'), '4 | 2 | 5000 | 2026-06-01 2 0, 2026-06-02 2 1, 2026-06-09 2 1', 'over all days each guest counts once');
select is(pg_temp.numbers('2026-06-01', '2026-06-30', 'week'), '4 | 2 | 5000 | 2026-06-01 3 1, 2026-06-08 2 1', 'by the week: who comes twice in one is a guest who came back');
select is(pg_temp.numbers('2026-06-01', '2026-06-30', 'month'), '4 | 2 | 5000 | 2026-06-01 4 2', 'by the month');
select is(pg_temp.numbers('2026-06-02', '2026-06-02', 'hour'), '2 | 1 | 5000 | 2026-06-02T13:00 2 1, 2026-06-02T19:00 1 0', 'by the hour of the venue''s clock');
select tests.answers('owner_a', 'get_repeat_guests({venue_a2}, ''2026-06-03'', ''2026-06-03'')', '{"total": {"guests": 1, "repeat_guests": 0}}', 'no guest is followed from one venue to another');
select tests.answers('owner_a', 'get_repeat_guests({venue_a1}, ''2026-05-01'', ''2026-05-02'')', '{"total": null, "periods": []}', 'nothing of nobody');
select unalike((tests.call('owner_a', 'get_repeat_guests({venue_a1}, ''2026-06-01'', ''2026-06-30'')'))::text, '%7700%', 'no answer tells who');

-- what is erased counts no more: on request, and when its time is up
select tests.call('owner_a', 'erase_guest_data({venue_a1}, ''447700900001'')');
select is(pg_temp.numbers('2026-06-01', '2026-06-09'), '3 | 1 | 3333 | 2026-06-01 1 0, 2026-06-02 1 0, 2026-06-09 2 1', 'who asked to be forgotten is');
update public.order_customers set created_at = now() - interval '91 days' where order_id = tests.id('cid1');
select private.erase_old_guest_data();
select is(pg_temp.numbers('2026-06-01', '2026-06-09'), '3 | 0 | 0 | 2026-06-02 1 0, 2026-06-09 2 0', 'after 90 days everybody is new again');

-- who may
select is((tests.attempt(a, 'get_repeat_guests({venue_a1}, ''2026-06-01'', ''2026-06-01'')')).state, '00000', a || ' may') from unnest(array['manager_a', 'manager_a1']) a;
select tests.refused(a, 'get_repeat_guests({venue_a1}, ''2026-06-01'', ''2026-06-01'')', 'permission_denied', a || ' may not') from unnest(array['staff_a', 'kitchen_a1', 'server_a', 'cashier_a', 'owner_b', 'stranger']) a;
select tests.refused('anon', 'get_repeat_guests({venue_a1}, ''2026-06-01'', ''2026-06-01'')', '42501', 'a guest may not');
select tests.refused('manager_a1', 'get_repeat_guests({venue_a2}, ''2026-06-01'', ''2026-06-01'')', 'permission_denied', 'a venue''s manager sees that venue');
select tests.refused('owner_b', 'get_repeat_guests({venue_b1}, ''2026-06-01'', ''2026-06-01'')', 'entitlement_exceeded', 'the plan has to include it');
select tests.refused('owner_a', format('get_repeat_guests({venue_a1}, %s)', q), 'invalid_input', 'refused: ' || q)
from unnest(array['''2026-06-02'', ''2026-06-01''', 'null, ''2026-06-01''', '''2026-06-01'', null', '''2020-06-01'', ''2026-06-01''', '''2026-06-01'', ''2026-07-02'', ''hour''', '''2026-06-01'', ''2026-06-01'', ''year''', '''2026-06-01'', ''2026-06-01'', null']) q;
select is_empty($$select a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relname like 'kpi\_%' and a.attname ~ 'guest|phone|email|customer'$$, 'no rollup remembers a guest');
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select is((tests.attempt('owner_a', 'get_kpis({venue_a1}, ''2026-06-01'', ''2026-06-01'')')).message, (tests.attempt('owner_a', 'get_repeat_guests({venue_a1}, ''2026-06-01'', ''2026-06-01'')')).message, 'without a subscription it answers as every number does');

select * from finish();
rollback;
