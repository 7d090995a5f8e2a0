-- The history of what the assistant was asked: appended by whoever called and about nobody else, masked, read by the owner;
-- and who may have a tool read at all.
begin;
select plan(39);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active' where id = tests.id('org_a');
create function pg_temp.note(p_venue text, p_tool text default 'search_menu', p_arguments jsonb default '{}', p_outcome text default 'ok', p_more text default '1, 5') returns text language sql as $$
  select format('record_assistant_call({%s}, %L, %L, %L, %s)', p_venue, p_tool, p_arguments, p_outcome, p_more)
$$;

-- who may use it: ai.use, and a plan that includes it
select tests.answers(a, 'use_assistant({venue_a1})', '{"currency": "GBP", "timezone": "Europe/London", "locale": "en-GB"}', a || ' uses the assistant') from unnest(array['owner_a', 'manager_a1', 'staff_a']) a;
select tests.refused(a, 'use_assistant({venue_a1})', 'permission_denied', a || ' does not') from unnest(array['kitchen_a1', 'server_a', 'cashier_a1', 'owner_b', 'stranger']) a;
select tests.refused('manager_a1', 'use_assistant({venue_a2})', 'permission_denied', 'nor a manager elsewhere');
select tests.refused('owner_b', 'use_assistant({venue_b1})', 'entitlement_exceeded', 'a trial has no assistant');
update public.organisations set tier = 'pro' where id = tests.id('org_a');
select tests.refused('owner_a', 'use_assistant({venue_a1})', 'entitlement_exceeded', 'nor has pro');
update public.organisations set tier = 'enterprise', subscription_status = 'canceled' where id = tests.id('org_a');
select tests.refused('owner_a', 'use_assistant({venue_a1})', 'subscription_inactive', 'nor what has ended');
update public.organisations set subscription_status = 'active' where id = tests.id('org_a');
select is((with o as materialized (select tests.attempt('staff_a', 'use_assistant({venue_a1})') as o from generate_series(1, 120))
  select string_agg(distinct coalesce((o.o).message, 'ok'), ' ') from o), 'ok rate_limited', 'a hundred and twenty a minute, and no more');

-- a row: who, where, what, how it ended, in which request
select tests.answers('kitchen_a1', pg_temp.note('venue_a1', 'update_prices', '{}', 'permission_denied', '0, 12'), '{}', 'who is refused is written down, too');
select results_eq('select organisation_id, venue_id, actor_id, tool, outcome, rows_touched, latency_ms, trace_id from public.assistant_calls',
  $$values (tests.id('org_a'), tests.id('venue_a1'), tests.id('kitchen_a1'), 'update_prices', 'permission_denied', 0, 12, '0123456789abcdef0123456789abcdef')$$, 'with all that is known');
select tests.refused(a, pg_temp.note('venue_a1'), 'permission_denied', a || ' writes nothing into another''s history') from unnest(array['owner_b', 'stranger']) a;
select tests.refused('manager_a1', pg_temp.note('venue_a2'), 'permission_denied', 'nor into that of a venue that is not theirs');
select tests.refused('owner_a', c, 'invalid_input', c) from unnest(array[pg_temp.note('venue_a1', 'Drop Table'), pg_temp.note('venue_a1', repeat('x', 61)), pg_temp.note('venue_a1', p_outcome => 'All is well!'), pg_temp.note('venue_a1', p_more => '-1, 5'),
  pg_temp.note('venue_a1', p_more => '1, -5'), pg_temp.note('venue_a1', p_more => 'null, 5'), 'record_assistant_call({venue_a1}, null, ''{}'', ''ok'', 1, 1)']) c;
select is((with o as materialized (select tests.attempt('cashier_a', pg_temp.note('venue_a1')) as o from generate_series(1, 301))
  select string_agg(distinct coalesce((o.o).message, 'ok'), ' ') from o), 'ok rate_limited', 'three hundred a minute, and no more');

-- masked
create function pg_temp.kept(p_arguments jsonb) returns jsonb language plpgsql as $$
declare
  v_id bigint := tests.call('owner_a', pg_temp.note('venue_a1', p_arguments => p_arguments)) ->> 'call_id';
begin
  return (select c.arguments from public.assistant_calls c where c.id = v_id);
end $$;
select is(pg_temp.kept(k.given), k.kept, k.given::text) from (values
  ('{"email": "ada@example.test", "phone": 7, "reason": {"a": "b"}, "query": "the man at table 4"}'::jsonb, '{"email": "•••", "phone": "•••", "reason": "•••", "query": "•••"}'::jsonb),
  ('{"a": [{"Email": "x"}, "write to ada@example.test or +44 7700 900123 or 07700 900123, soon"]}', '{"a": [{"Email": "•••"}, "write to ••• or ••• or •••, soon"]}'),
  ('{"id": "00000000-0000-4000-8000-000000000000", "price_minor": 1250, "on": true, "none": null}', '{"id": "00000000-0000-4000-8000-000000000000", "price_minor": 1250, "on": true, "none": null}'),
  ('[[[[[[[[1]]]]]]]]', '[[[[[[["…"]]]]]]]'), ('"x"', '"x"'), ('{}', '{}')) k (given, kept);
select is(pg_temp.kept(to_jsonb(repeat('x', 300))), to_jsonb(repeat('x', 200)), 'long texts are cut'), is(jsonb_array_length(pg_temp.kept((select jsonb_agg(n) from generate_series(1, 101) n))), 100, 'so are long lists');
select is(pg_temp.kept((select jsonb_agg(md5(n::text)) from generate_series(1, 10000) n)), '"too large"', 'and what is too large is not kept');

-- read by the owner alone, written by nobody, rewritten by nobody
select cmp_ok((tests.attempt('owner_a', 'select 1 from public.assistant_calls')).rows, '>', 0::bigint, 'the owner reads them');
select tests.affects(a, 'select 1 from public.assistant_calls', 0, a || ' does not') from unnest(array['manager_a', 'kitchen_a1', 'owner_b']) a;

select * from finish();
rollback;
