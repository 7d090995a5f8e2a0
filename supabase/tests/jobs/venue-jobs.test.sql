-- Clocks ask, jobs do: one job for each venue where something is due, one at a time, and one venue's failure is its own.
begin;
select plan(44);
select tests.fixture();
delete from private.outbox;
create function pg_temp.asked(p_topic text) returns text[] language sql as $$
  select array_agg(substr(v.slug, 13) order by v.slug) from private.outbox o join public.venues v on v.id = (o.payload ->> 'venue_id')::uuid where o.topic = p_topic and o.relayed_at is null
$$;
create function pg_temp.run(p_topic text, p_venue text) returns jsonb language sql as $$
  select tests.call('service_role', format('run_venue_job(%L, {venue_%s})', p_topic, p_venue))
$$;
create function pg_temp.under_way(p_topic text) returns bigint language sql as $$ select count(*) from private.venue_jobs j where j.topic = p_topic $$;

-- who may: workers; what: the topics there are
select tests.refused(a, 'run_venue_job(''day.close'', {venue_a1})', '42501', a || ' runs no job') from unnest(array['anon', 'owner_a', 'stranger']) a;
select tests.refused(a, 'select private.request_due(''day.close'')', '42501', a || ' asks for none') from unnest(array['anon', 'owner_a', 'service_role']) a;
select tests.refused('service_role', c, 'invalid_input', c) from unnest(array['run_venue_job(''mail.requested'', {venue_a1})', 'run_venue_job(''?'', {venue_a1})', 'run_venue_job(null, {venue_a1})']) c;
select tests.answers('service_role', 'run_venue_job(''day.close'', gen_random_uuid())', '0', 'a venue that is gone has nothing to do');
select throws_ok($$select private.request_due('mail.requested')$$, '20000', null, 'what is not a venue''s is not asked for');
select set_eq($$select r.topic from private.outbox_routes r where r.queue in ('venue_jobs', 'venue_upkeep')$$,
  $$select m[1] from cron.job j, regexp_matches(j.command, 'request_due\(''([a-z._]+)''\)') m$$, 'each job of a venue has its clock');
select is((select p.proconfig @> array['statement_timeout=30s'] from pg_proc p where p.oid = 'public.run_venue_job'::regproc), true, 'no job takes longer than half a minute');

-- nothing is due
select is(private.request_due(t), 0, t || ': nothing is due') from unnest(array['orders.expire', 'day.close', 'reservations.advance', 'stock.watch', 'sales.roll_up', 'guests.erase']) t;

-- one job for each venue where something is due, until it is done
update public.orders set created_at = now() - interval '31 minutes' where id in (tests.id('waiting_a1'), tests.id('waiting_b1'));
select is(private.request_due('orders.expire'), 2, 'two venues have orders to expire');
select is(pg_temp.asked('orders.expire'), array['a1', 'b1'], 'one job each');
select is(private.request_due('orders.expire'), 0, 'which is not asked for again while it is under way');
select is(pg_temp.run('orders.expire', 'a1'), '1', 'the job of one venue');
select is((select array_agg(o.status order by o.status) from public.orders o where o.id in (tests.id('waiting_a1'), tests.id('waiting_b1'))), array['expired', 'pending_payment'], 'expires that venue''s orders');
select is(pg_temp.under_way('orders.expire'), 1::bigint, 'and is done');
select is(pg_temp.run('orders.expire', 'a1'), '0', 'a second run finds nothing');
update public.orders set created_at = now() - interval '31 minutes' where id = tests.id('waiting_a2');
select is(private.request_due('orders.expire'), 1, 'the other venue''s job does not hold up new ones');
update private.venue_jobs set requested_at = now() - interval '59 minutes' where venue_id = tests.id('venue_b1');
select is(private.request_due('orders.expire'), 0, 'a job may take its time');
update private.venue_jobs set requested_at = now() - interval '61 minutes' where venue_id = tests.id('venue_b1');
select is(private.request_due('orders.expire'), 1, 'one that is lost or dead is asked for again after an hour');

-- a venue that fails leaves the others alone
create function pg_temp.break() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$;
create trigger pgtap_break before update on public.orders for each row when (new.venue_id = current_setting('pgtap.broken')::uuid) execute function pg_temp.break();
select set_config('pgtap.broken', tests.id('venue_b1')::text, true);
select tests.refused('service_role', 'run_venue_job(''orders.expire'', {venue_b1})', 'P0001', 'a venue that is broken fails');
select is(pg_temp.run('orders.expire', 'a2'), '1', 'and the next one is served');
select is(pg_temp.under_way('orders.expire'), 1::bigint, 'the broken one is not done');
drop trigger pgtap_break on public.orders;

-- every kind finds its venue, and its job does what is due there only
update public.venues set created_at = now() - interval '3 days' where id in (tests.id('venue_a1'), tests.id('venue_b1'));
select is(private.request_due('day.close'), 2, 'two venues have a day to close');
select is(pg_temp.run('day.close', 'a1'), '1', 'one closes');
select set_eq($$select c.venue_id from public.daily_closes c$$, array[tests.id('venue_a1')], 'and the other does not yet');
insert into public.reservations (venue_id, party_size, starts_at, ends_at) select tests.id(v), 2, now() - interval '40 minutes', now() + interval '1 hour' from unnest(array['venue_a1', 'venue_b1']) v;
insert into public.waiting_parties (venue_id, party_size, quoted_minutes, name, created_at) values (tests.id('venue_a2'), 2, 5, 'Al', now() - interval '2 days');
select is(private.request_due('reservations.advance'), 3, 'who did not come, and who waited since yesterday');
select is(pg_temp.run('reservations.advance', 'a1'), '1', 'one venue''s');
select is((select array_agg(r.status order by r.status) from public.reservations r), array['booked', 'no_show'], 'and no other''s');
update public.orders set business_date = business_date - 2 where id in (tests.id('paid_a1'), tests.id('paid_b1'));
select is(private.request_due('sales.roll_up'), 2, 'two venues have days to count');
select is(pg_temp.run('sales.roll_up', 'b1'), '1', 'one counts');
select set_eq($$select distinct k.venue_id from private.kpi_quarters k$$, array[tests.id('venue_b1')], 'its own');
update public.order_customers set created_at = now() - interval '91 days';
select is(private.request_due('guests.erase'), 3, 'every venue has guests to forget');
select is(pg_temp.run('guests.erase', 'a2'), '1', 'one does');
select is((select count(*) from public.order_customers), 2::bigint, 'its own');

select * from finish();
rollback;
