-- What members are told by mail: stock that runs low, once and together; how a day closed; and who is told.
begin;
select plan(57);
select tests.fixture();
update auth.users set email_confirmed_at = now() where email like '%@example.test' and email not in ('manager_a@example.test', 'cashier_a@example.test');
delete from private.outbox;
select tests.insert('salt_a1', 'owner_a', $$insert into public.ingredients (venue_id, name, unit) values ({venue_a1}, 'Salt', 'g')$$);
select tests.insert('oil_a1', 'owner_a', $$insert into public.ingredients (venue_id, name, unit, par_level) values ({venue_a1}, 'Oil', 'ml', 1000)$$);
select tests.call('owner_a', $$adjust_stock({oil_a1}, 'receive', 2000, 'delivery', 'oil')$$);
create function pg_temp.watch(p_venue text default 'a1') returns jsonb language sql as $$ select tests.call('service_role', format('run_venue_job(''stock.watch'', {venue_%s})', p_venue)) $$;
create function pg_temp.told() returns text[] language sql as $$
  select array_agg(split_part(u.email, '@', 1) order by u.email) from private.outbox o join private.notices n on n.id = (o.payload ->> 'subject_id')::uuid join auth.users u on u.id = n.user_id
  where o.topic = 'mail.requested' and o.payload ->> 'template' = n.template
$$;
create function pg_temp.mail(p_member text, p_template text default 'low_stock') returns jsonb language sql as $$
  select tests.call('service_role', format('get_mail(%L, %L)', p_template, (select n.id from private.notices n where n.user_id = tests.id(p_member) and n.template = p_template order by n.ctid desc limit 1)))
$$;
create function pg_temp.later(p_hours integer) returns void language sql as $$
  update private.stock_tellings set told_at = told_at - make_interval(hours => p_hours); delete from private.outbox;
$$;

-- nothing is low
select is(private.request_due('stock.watch'), 0, 'what has no level, or enough, is no news');

-- an alert is raised when something becomes low; those who may order are told, in one mail each
select tests.call('owner_a', $$update public.ingredients set reorder_level = 10000, par_level = 20000 where id = {beef_a1}$$);
select is(private.request_due('stock.watch'), 1, 'at its reorder level an ingredient is low: the venue has news');
delete from private.outbox;
select tests.call('owner_a', $$adjust_stock({oil_a1}, 'waste', -1001, 'spilled', 'spill')$$);
select is(pg_temp.watch(), '3', 'three members are told');
select set_eq($$select unnest(pg_temp.told())$$, array['manager_a', 'manager_a1', 'owner_a'], 'who may change inventory there: owner and managers');
select is((select count(*) from private.notices n), 3::bigint, 'one mail each, of all that is low');
select is(pg_temp.mail('owner_a') ->> 'to', 'owner_a@example.test', 'to the member''s address');
select is(pg_temp.mail('owner_a') - 'to', '{"organisation": "Org a", "venue": "Venue a1", "locale": "en-GB", "currency": "GBP", "ingredients": [
  {"name": "Beef", "unit": "g", "on_hand": 9700.000, "level": 10000.000, "on_order": null}, {"name": "Oil", "unit": "ml", "on_hand": 999.000, "level": 1000.000, "on_order": null}]}', 'with what is left and where it is');
select is(pg_temp.mail('manager_a'), null, 'nobody whose address is not confirmed is written to');

-- once, until it is restocked
select is(private.request_due('stock.watch'), 0, 'then it is no news');
select tests.call('owner_a', $$adjust_stock({oil_a1}, 'waste', -10, 'more spilled', 'spill 2')$$);
select pg_temp.later(2);
select is(private.request_due('stock.watch'), 0, 'nor is further use, however long');
select is(pg_temp.watch(), '0', 'a job that runs all the same tells nothing');
select tests.call('owner_a', $$adjust_stock({oil_a1}, 'receive', 5000, 'delivery', 'oil 2')$$);
select is(private.request_due('stock.watch'), 1, 'restocking ends the alert');
select is(pg_temp.watch(), '0', 'without a mail');
select set_eq($$select a.ingredient_id from private.stock_alerts a$$, array[tests.id('beef_a1')], 'one is left');
select is((pg_temp.mail('owner_a') -> 'ingredients'), (pg_temp.mail('owner_a') -> 'ingredients') - 1, 'a mail that was not sent yet leaves out what has come since');
select tests.call('owner_a', $$adjust_stock({oil_a1}, 'waste', -5000, 'spilled again', 'spill 3')$$);
select is(pg_temp.watch(), '3', 'low again is news again');

-- together: at most one mail an hour
select tests.call('owner_a', $$update public.ingredients set reorder_level = 5 where id = {salt_a1}$$);
delete from private.outbox;
delete from private.venue_jobs;
select is(private.request_due('stock.watch'), 1, 'a third one');
select is(pg_temp.watch(), '0', 'waits for the hour to pass');
delete from private.venue_jobs;
select is(private.request_due('stock.watch'), 0, 'and asks for no job meanwhile');
select pg_temp.later(1);
select is(private.request_due('stock.watch'), 1, 'then it is time');
select is(pg_temp.watch(), '3', 'to tell');
select is(pg_temp.mail('owner_a') #>> '{ingredients,0,name}', 'Salt', 'of that one');
select is(jsonb_array_length(pg_temp.mail('owner_a') -> 'ingredients'), 1, 'only');
select tests.call('owner_a', $$update public.ingredients set reorder_level = null where id = {salt_a1}$$);
delete from private.venue_jobs;
select is(private.request_due('stock.watch'), 1, 'what is watched no longer');
select is(pg_temp.watch(), '0', 'is nobody''s concern');
select is((select count(*) from private.stock_alerts a where a.ingredient_id = tests.id('salt_a1')), 0::bigint, 'and has no alert');
select is(pg_temp.mail('owner_a'), null, 'and a mail about nothing is not sent');

-- who may not know it any more is not told; another venue has its own
select tests.call('owner_a', $$update public.ingredients set reorder_level = 20000, par_level = 20000 where id = {beef_a2}$$);
select is(pg_temp.watch('a2'), '2', 'the other venue tells owner and manager');
select isnt(pg_temp.mail('owner_a'), null, 'who would read it');
select tests.call('owner_a', 'remove_member({membership_manager_a})');
update auth.users set email_confirmed_at = now() where id = tests.id('manager_a');
select is(pg_temp.mail('manager_a'), null, 'a member who has left would not');
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_b');
update public.ingredients set reorder_level = 20000, par_level = 20000 where id = tests.id('beef_b1');
select is(pg_temp.watch('b1'), '0', 'nobody may order for an organisation that is read-only');
delete from private.venue_jobs;
select is(private.request_due('stock.watch'), 0, 'so nobody is asked for every minute');
select throws_ok($$insert into private.notices (venue_id, user_id, template, about) values (tests.id('venue_a1'), tests.id('owner_a'), 'x', '1')$$, '23514', null, 'a notice has a template that exists');
select throws_ok($$insert into private.stock_alerts (venue_id, ingredient_id) values (tests.id('venue_a2'), tests.id('beef_a1'))$$, '23503', null, 'an alert is of the venue''s own ingredient');
select throws_ok($$insert into private.stock_alerts (venue_id, ingredient_id) values (tests.id('venue_a1'), tests.id('beef_a1'))$$, '23505', null, 'an ingredient has one alert');
select tests.refused(a, 'select 1 from private.' || t, '42501', a || ' does not read ' || t) from unnest(array['anon', 'owner_a', 'service_role']) a, unnest(array['notices', 'stock_alerts', 'stock_tellings']) t;

-- the daily close is told to who may see the figures
delete from private.outbox;
delete from private.notices;
select tests.collect('half_a1', 'owner_a', 'later_a1', 1000);
select is(private.close_due_days(now() + interval '1 day', tests.id('venue_a1')), 1, 'a day closes');
select is(pg_temp.told(), array['manager_a1', 'owner_a'], 'owner and manager of the venue are told');
select is(private.close_due_days(now() + interval '1 day', tests.id('venue_a1')), 0, 'a day closes once');
select is(pg_temp.told(), array['manager_a1', 'owner_a'], 'and is told once');
select is(pg_temp.mail('manager_a1', 'daily_close') - '{to,locale,currency,organisation,business_date}'::text[] #- '{unsettled,0,session_id}' #- '{unsettled,0,table_id}' #- '{unsettled,0,opened_at}',
  '{"venue": "Venue a1", "figures": {"orders": 3, "cancelled_orders": 0, "gross_minor": 3941, "refunds_minor": 0, "tax_minor": 657, "net_minor": 3284, "tips_minor": 0, "unpaid_minor": 1025, "held_minor": 0, "written_off_minor": 0},
    "payments": [{"method": "cash", "payments": 2, "amount_minor": 1666}, {"method": "online", "payments": 1, "amount_minor": 1250}],
    "expired_orders": 1, "closed_sessions": 2, "unsettled": [{"label": "T1", "orders": 1, "due_minor": 1025}], "open_drawers": []}', 'with figures, differences and what is unsettled');
select is(pg_temp.mail('owner_a', 'daily_close') ->> 'business_date', private.business_date('Europe/London', '04:00')::text, 'of that day');
select is(pg_temp.mail('owner_a', 'daily_close') ->> 'to', 'owner_a@example.test', 'to each their own');
select is(pg_temp.mail('owner_a', 'low_stock'), null, 'a notice has one template');
select tests.collect('rest_a1', 'owner_a', 'later_a1', 1025);
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select isnt(pg_temp.mail('owner_a', 'daily_close'), null, 'figures stay readable in read-only mode, in mails too');
delete from private.outbox;
select is(private.close_due_days(now() + interval '2 days', tests.id('venue_a1')), 1, 'the next day closes what has been settled since');
select is(pg_temp.told(), array['manager_a1', 'owner_a'], 'and is told');
delete from private.outbox;
select is(private.close_due_days(now() + interval '3 days', tests.id('venue_a1')), 1, 'a day on which nothing happened closes');
select is(pg_temp.told(), null, 'and is no news');

select * from finish();
rollback;
