-- Questions to the model: who may ask, in whose conversation, what of the day's budget they take and give back, and what stays.
begin;
select plan(84);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active' where id = tests.id('org_a');
create function pg_temp.limit_to(p_entitlement text, p_count bigint) returns void language sql as $$
  update public.tier_entitlements set max_count = p_count where tier = 'enterprise' and entitlement = p_entitlement
$$;
create function pg_temp.key(p_name text) returns text language sql as 'select md5(p_name)';
create function pg_temp.begin_call(p_name text, p_venue text default '{venue_a1}', p_conversation text default 'null', p_text text default 'Hello', p_model text default 'model-1', p_held text default '1000, 500') returns text language sql as $$
  select format('begin_assistant_turn(%s, %s, %L, %L, %L, %s)', p_venue, p_conversation, p_text, p_model, pg_temp.key(p_name), p_held)
$$;
create function pg_temp.start(p_name text, p_actor text, p_held text default '1000, 500', p_conversation text default 'null', p_text text default 'Hello') returns jsonb language plpgsql as $$
declare
  v_turn jsonb := tests.call(p_actor, pg_temp.begin_call(p_name, p_conversation => p_conversation, p_held => p_held, p_text => p_text));
begin
  perform tests.keep(p_name, (v_turn ->> 'turn_id')::uuid), tests.keep('talk_' || p_name, (v_turn ->> 'conversation_id')::uuid);
  return v_turn;
end $$;
create function pg_temp.next_call(p_name text, p_request integer, p_more text, p_key text default null) returns text language sql as $$
  select format('continue_assistant_turn({%s}, %L, %s, %s)', p_name, coalesce(p_key, pg_temp.key(p_name)), p_request, p_more)
$$;
create function pg_temp.end_call(p_name text, p_used text default '100, 20, 30', p_outcome text default 'ok', p_text text default 'Good evening', p_key text default null, p_latency text default '40') returns text language sql as $$
  select format('finish_assistant_turn({%s}, %L, %s, %L, %L, ''{"search_menu": {"ok": 1}}'', %s)', p_name, coalesce(p_key, pg_temp.key(p_name)), p_used, p_outcome, p_text, p_latency)
$$;
create function pg_temp.is_used(p_expected text, p_name text) returns text language sql as $$
  select is((select concat_ws(' ', u.requests, u.tokens, u.cost_micro) from private.assistant_usage u where u.organisation_id = tests.id('org_a')), p_expected, p_name)
$$;

-- who may ask
select tests.answers(a, pg_temp.begin_call(a), '{"earlier": [], "venue": {"currency": "GBP", "timezone": "Europe/London"}}', a || ' asks') from unnest(array['owner_a', 'manager_a1', 'staff_a']) a;
select tests.refused(a, pg_temp.begin_call(a), 'permission_denied', a || ' does not') from unnest(array['kitchen_a1', 'server_a', 'cashier_a1', 'owner_b', 'stranger']) a;
select tests.refused('manager_a1', pg_temp.begin_call('m', '{venue_a2}'), 'permission_denied', 'nor a manager elsewhere');
select tests.refused('owner_b', pg_temp.begin_call('b', '{venue_b1}'), 'entitlement_exceeded', 'nor a trial');
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select tests.refused('owner_a', pg_temp.begin_call('o'), 'subscription_inactive', 'nor who has stopped paying');
update public.organisations set subscription_status = 'active' where id = tests.id('org_a');
select tests.refused('owner_a', c, 'invalid_input', left(c, 120)) from unnest(array[pg_temp.begin_call('x', p_text => ''), pg_temp.begin_call('x', p_text => '  '), pg_temp.begin_call('x', p_text => repeat('x', 8001)), pg_temp.begin_call('x', p_model => 'No model!'),
  pg_temp.begin_call('x', p_held => '-1, 1'), pg_temp.begin_call('x', p_held => '1, 1000000001'), pg_temp.begin_call('x', p_held => 'null, 1'), 'begin_assistant_turn({venue_a1}, null, ''Hello'', ''m'', ''short'', 1, 1)']) c;
delete from private.assistant_usage;
delete from private.assistant_turns;
delete from private.rate_limits;

-- a turn: words, budget, history
select is((pg_temp.start('t1', 'manager_a1', p_text => ' How is it going? ') ->> 'turn_id')::uuid, tests.id('t1'), 'a turn begins');
select pg_temp.is_used('1 0 0', 'and has taken one request');
select tests.answers('manager_a1', pg_temp.begin_call('t1', p_text => 'How is it going?'), jsonb_build_object('turn_id', tests.id('t1'), 'conversation_id', tests.id('talk_t1'), 'earlier', '[]'::jsonb), 'begun again with its key, it is the same turn');
select pg_temp.is_used('1 0 0', 'which takes nothing more');
select is((select count(*) from public.assistant_messages m where m.conversation_id = tests.id('talk_t1')), 1::bigint, 'and says nothing twice');
select tests.refused('owner_a', pg_temp.begin_call('t1'), 'assistant_turn_not_found', 'nobody else has it by its key');
select tests.answers('manager_a1', pg_temp.next_call('t1', 2, '100, 20, 30, 400, 50'), '{"requests": 2}', 'the model is asked again');
select pg_temp.is_used('2 120 30', 'what the first request has used is used');
select is((select concat_ws(' ', t.held_tokens, t.held_cost_micro) from private.assistant_turns t where t.id = tests.id('t1')), '400 50', 'what the next may use is held');
select tests.answers('manager_a1', pg_temp.next_call('t1', 2, '100, 20, 30, 400, 50'), '{"requests": 2}', 'asked again by the same call, it is the same request');
select pg_temp.is_used('2 120 30', 'and used once');
select tests.refused('manager_a1', pg_temp.next_call('t1', r, '1, 1, 1, 1, 1'), 'assistant_turn_not_found', 'there is no request out of turn: ' || r) from unnest(array[1, 4]) r;
select tests.refused('manager_a1', pg_temp.next_call('t1', 3, '1, 1, 1, 1, 1', pg_temp.key('other')), 'assistant_turn_not_found', 'nor without the key');
select tests.refused('owner_a', pg_temp.next_call('t1', 3, '1, 1, 1, 1, 1'), 'assistant_turn_not_found', 'nor for somebody else');
select tests.refused('manager_a1', pg_temp.next_call('t1', 3, m), 'invalid_input', 'nor with ' || m) from unnest(array['-1, 1, 1, 1, 1', '1, null, 1, 1, 1', '1, 1, 1000000001, 1, 1', '1, 1, 1, -1, 1', '1, 1, 1, 1, null']) m;
select tests.refused('manager_a1', pg_temp.end_call('t1', p_key => pg_temp.key('other')), 'assistant_turn_not_found', 'it does not end without the key, not even for who asked');
select tests.refused('owner_a', pg_temp.end_call('t1'), 'assistant_turn_not_found', 'nor for somebody else');
select tests.refused('manager_a1', c, 'invalid_input', 'nor so: ' || right(c, 90)) from unnest(array[pg_temp.end_call('t1', p_outcome => 'All is well!'), pg_temp.end_call('t1', p_latency => '-1'), pg_temp.end_call('t1', '-1, 1, 1'), pg_temp.end_call('t1', p_latency => 'null')]) c;
select tests.answers('manager_a1', pg_temp.end_call('t1'), '{"requests": 2, "input_tokens": 200, "output_tokens": 40, "cost_micro": 60}', 'it ends');
select tests.answers('manager_a1', pg_temp.end_call('t1', '9, 9, 9'), '{"requests": 2, "input_tokens": 200, "output_tokens": 40, "cost_micro": 60}', 'and stays as it ended');
select tests.refused('manager_a1', pg_temp.next_call('t1', 3, '1, 1, 1, 1, 1'), 'assistant_turn_not_found', 'it does not go on');
select tests.refused('manager_a1', pg_temp.begin_call('t1'), 'assistant_turn_not_found', 'nor begin again');
select pg_temp.is_used('2 240 60', 'the day has what it used');
select results_eq($$select venue_id, actor_id, tool, outcome, arguments -> 'tools', latency_ms, model, prompt_sha256, input_tokens, output_tokens, cost_micro, trace_id from public.assistant_calls$$,
  $$values (tests.id('venue_a1'), tests.id('manager_a1'), 'ask_model', 'ok', '{"search_menu": {"ok": 1}}'::jsonb, 40, 'model-1', sha256(' How is it going? '), 200::bigint, 40::bigint, 60::bigint, '0123456789abcdef0123456789abcdef')$$, 'the history has it all, and not the words');

-- the conversation goes on, for this person in this venue; a minute later
update public.assistant_messages set created_at = now() - interval '2 minutes' where conversation_id = tests.id('talk_t1');
select is(pg_temp.start('t2', 'manager_a1', p_conversation => '{talk_t1}', p_text => 'And now?') -> 'earlier', '[{"said_by": "person", "text": "How is it going?"}, {"said_by": "assistant", "text": "Good evening"}]', 'what was said is known');
select tests.refused('owner_a', pg_temp.begin_call('t3', p_conversation => '{talk_t1}'), 'conversation_not_found', 'but to nobody else');
select tests.refused('manager_a', pg_temp.begin_call('t3', '{venue_a2}', '{talk_t1}'), 'conversation_not_found', 'nor in another venue');
select tests.answers('manager_a1', pg_temp.end_call('t2', p_text => ''), '{}', 'an answer without words'), is((select count(*) from public.assistant_messages m where m.conversation_id = tests.id('talk_t1')), 3::bigint, 'leaves none');
insert into public.assistant_messages (venue_id, actor_id, conversation_id, said_by, text, created_at) select tests.id('venue_a1'), tests.id('manager_a1'), tests.id('talk_t1'), 'person', n::text, now() - interval '1 minute' from generate_series(1, 50) n;
select is((select jsonb_array_length(e) || (e -> 39 ->> 'text') from (select pg_temp.start('t4', 'manager_a1', p_conversation => '{talk_t1}') -> 'earlier' as e) x), '4050', 'of a long one, the last forty');
select tests.affects('manager_a1', 'select 1 from public.assistant_' || t, n, 'who asked reads their ' || t) from (values ('conversations', 2), ('messages', 55)) x (t, n);
select tests.affects(a, 'select 1 from public.assistant_messages where actor_id = {manager_a1}', 0, a || ' does not') from unnest(array['owner_a', 'staff_a', 'owner_b']) a;
update public.memberships set role = 'kitchen' where id = tests.id('membership_manager_a1');
select tests.affects('manager_a1', 'select 1 from public.assistant_' || t, 0, 'without the right, nobody reads even their own ' || t) from unnest(array['conversations', 'messages']) t;
select tests.refused('manager_a1', pg_temp.next_call('t4', 2, '1, 1, 1, 1, 1'), 'permission_denied', 'nor asks on');
select tests.answers('manager_a1', pg_temp.end_call('t4'), '{"requests": 1}', 'but what was begun is paid for');
update public.memberships set role = 'manager' where id = tests.id('membership_manager_a1');

-- the budget: each of three, held while it is under way
delete from private.assistant_usage;
delete from private.assistant_turns;
delete from private.rate_limits;
select pg_temp.limit_to('assistant_tokens', 2500);
select pg_temp.start('h1', 'owner_a'), pg_temp.start('h2', 'manager_a');
select tests.refused('owner_a', pg_temp.begin_call('h3', p_held => '501, 1'), 'assistant_budget_exhausted', 'what others hold is not there');
select is((select o.detail from tests.attempt('owner_a', pg_temp.begin_call('h3', p_held => '501, 1')) o),
  format('tokens: the plan includes 2500 a day; again from %s', to_char((((select business_date(v) from (select private.business_date(v.timezone, v.day_starts_at) as business_date from public.venues v where v.id = tests.id('venue_a1')) v) + 1)::timestamp
    + (select v.day_starts_at from public.venues v where v.id = tests.id('venue_a1'))) at time zone 'Europe/London' at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')), 'with the time when it is');
select pg_temp.is_used('2 0 0', 'a refusal takes nothing');
select tests.refused('owner_a', pg_temp.next_call('h1', 2, '600, 0, 0, 901, 1'), 'assistant_budget_exhausted', 'within a turn, too'), tests.answers('owner_a', pg_temp.next_call('h1', 2, '600, 0, 0, 900, 1'), '{}', 'to the last');
select tests.answers('owner_a', pg_temp.end_call('h1', '100, 0, 0'), '{}', 'what was not needed'), tests.answers('owner_a', pg_temp.begin_call('h4', p_held => '800, 1'), '{}', 'is there again');
update private.assistant_turns set held_until = now() where finished_at is null;
select tests.answers('owner_a', pg_temp.begin_call('h5', p_held => '1800, 1'), '{}', 'and so is what a crashed function held, when its lease is over');
select tests.answers('manager_a', pg_temp.end_call('h2', '5000, 0, 0'), '{}', 'who comes back late is counted'), tests.refused('owner_a', pg_temp.begin_call('h6', p_held => '1, 1'), 'assistant_budget_exhausted', 'in full');
update private.assistant_usage set day = day - 1;
update private.assistant_turns set day = day - 1;
select tests.answers('owner_a', pg_temp.begin_call('h7', p_held => '2500, 1'), '{}', 'the next day is another');
select pg_temp.limit_to('assistant_tokens', null), pg_temp.limit_to('assistant_cost_micro', 10);
select tests.refused('owner_a', pg_temp.begin_call('h8', p_held => '1, 10'), 'assistant_budget_exhausted', 'money is limited, too'), tests.answers('owner_a', pg_temp.begin_call('h8', p_held => '1, 9'), '{}', 'exactly');
select pg_temp.limit_to('assistant_cost_micro', null), pg_temp.limit_to('assistant_requests', 3);
select tests.answers('owner_a', pg_temp.begin_call('h9'), '{}', 'the third request'), tests.refused('owner_a', pg_temp.begin_call('h10'), 'assistant_budget_exhausted', 'and no fourth');
select pg_temp.limit_to('assistant_requests', null);
delete from private.rate_limits;
select is((with o as materialized (select tests.attempt('staff_a', pg_temp.begin_call('r' || n)) as o from generate_series(1, 21) n)
  select string_agg(distinct coalesce((o.o).message, 'ok'), ' ') from o), 'ok rate_limited', 'twenty a minute, and no more');

-- with who asked, it goes
select cmp_ok((select count(*) from private.assistant_turns t where t.actor_id = tests.id('staff_a')), '>', 0::bigint, 'while somebody is there, so are their turns');
delete from auth.users where id = tests.id('staff_a');
select is((select count(*) from public.assistant_conversations c where c.actor_id = tests.id('staff_a')), 0::bigint, 'with them go their conversations');

select * from finish();
rollback;
