-- The assistant by the day, for who pays for it.
begin;
select plan(15);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active' where id = tests.id('org_a');
create function pg_temp.summary(p_from text default '2026-06-01', p_until text default '2026-06-02', p_organisation text default 'org_a') returns text language sql as $$
  select format('get_assistant_summary({%s}, %L, %L)', p_organisation, p_from, p_until)
$$;

-- a day of the venue, which begins at four in the morning: what is asked at three belongs to the day before
update public.venues set day_starts_at = '04:00' where id = tests.id('venue_a1');
insert into public.assistant_calls (organisation_id, venue_id, actor_id, called_at, tool, arguments, outcome, rows_touched, latency_ms, model, prompt_sha256, input_tokens, output_tokens, cost_micro)
select tests.id('org_a'), tests.id(c.venue), tests.id(c.actor), c.at::timestamp at time zone 'Europe/London', c.tool, '{}', c.outcome, 1, 1, m.model, case when m.model is not null then '\x00'::bytea end, m.n, m.n, m.n
from (values ('venue_a1', 'owner_a', '2026-06-01 03:00', 'search_menu', 'ok'), ('venue_a1', 'owner_a', '2026-06-01 12:00', 'ask_model', 'ok'), ('venue_a1', 'manager_a', '2026-06-02 03:59', 'ask_model', 'model_unavailable'),
    ('venue_a1', 'manager_a', '2026-06-01 13:00', 'search_menu', 'ok'), ('venue_a1', 'manager_a', '2026-06-01 14:00', 'search_menu', 'permission_denied'), ('venue_a2', 'manager_a', '2026-06-01 15:00', 'confirm_proposal', 'ok'),
    ('venue_a1', 'owner_a', '2026-06-03 03:00', 'search_menu', 'ok'), ('venue_a1', 'owner_a', '2026-06-03 12:00', 'search_menu', 'ok')) c (venue, actor, at, tool, outcome)
cross join lateral (select case when c.tool = 'ask_model' then 'model-1' end as model, case when c.tool = 'ask_model' then 1 end as n) m;
insert into public.assistant_calls (organisation_id, venue_id, actor_id, called_at, tool, arguments, outcome, rows_touched, latency_ms) values (tests.id('org_b'), tests.id('venue_b1'), tests.id('owner_b'), '2026-06-01 12:00+00', 'search_menu', '{}', 'ok', 1, 1),
  (tests.id('org_a'), gen_random_uuid(), tests.id('owner_a'), '2026-06-02 23:30+00', 'search_menu', '{}', 'ok', 1, 1);
insert into private.assistant_usage (organisation_id, day, requests, tokens, cost_micro) values (tests.id('org_a'), '2026-06-01', 3, 400, 500), (tests.id('org_a'), '2026-05-31', 9, 9, 9), (tests.id('org_b'), '2026-06-01', 7, 7, 7);

select is(tests.call('owner_a', pg_temp.summary()) -> 'days', '[
  {"day": "2026-06-01", "turns": 2, "tool_calls": 3, "refused": 2, "confirmed": 1, "people": 2, "requests": 3, "tokens": 400, "cost_micro": 500},
  {"day": "2026-06-02", "turns": 0, "tool_calls": 2, "refused": 0, "confirmed": 0, "people": 1, "requests": 0, "tokens": 0, "cost_micro": 0}]'::jsonb, 'day by day, of one''s own organisation; a venue that is gone keeps its days');
select is(tests.call('owner_a', pg_temp.summary()) -> 'tools', '[{"tool": "search_menu", "calls": 4, "refused": 1}, {"tool": "ask_model", "calls": 2, "refused": 1}, {"tool": "confirm_proposal", "calls": 1, "refused": 0}]'::jsonb, 'and tool by tool');
select is(tests.call('owner_a', pg_temp.summary()) -> 'daily_limits', '{"requests": 1000, "tokens": 5000000, "cost_micro": 5000000}'::jsonb, 'beside what the plan includes');
select tests.answers('owner_a', pg_temp.summary('2026-05-31', '2026-05-31'), '{"days": [{"day": "2026-05-31", "tool_calls": 1, "requests": 9}]}', 'the day before');
select tests.answers('owner_a', pg_temp.summary('2020-01-01', '2020-04-01'), '{"days": [], "tools": []}', 'an idle time is empty');
select tests.refused(a, pg_temp.summary(), 'permission_denied', a || ' does not see it') from unnest(array['manager_a', 'staff_a', 'owner_b', 'stranger']) a;
select tests.refused('owner_a', pg_temp.summary(p_organisation => 'org_b'), 'permission_denied', 'nor an owner that of others');
select tests.refused('owner_a', pg_temp.summary(f, u), 'invalid_input', format('from %s until %s', f, u)) from (values ('2026-06-02', '2026-06-01'), ('2026-01-01', '2026-04-03'), (null, '2026-06-01'), ('2026-06-01', null)) p (f, u);
update public.organisations set tier = 'pro' where id = tests.id('org_a');
select tests.answers('owner_a', pg_temp.summary(), '{"daily_limits": {"requests": 0}}', 'who has left the plan still reads what was');

select * from finish();
rollback;
