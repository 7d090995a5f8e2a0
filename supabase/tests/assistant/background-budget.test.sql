-- Background work counts in the same budget of a day as questions do: taken before the model is asked, settled after it.
begin;
select plan(57);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active' where id in (tests.id('org_a'), tests.id('org_b'));
create function pg_temp.limit_to(p_entitlement text, p_count bigint) returns void language sql as $$
  update public.tier_entitlements set max_count = p_count where tier = 'enterprise' and entitlement = p_entitlement
$$;
create function pg_temp.is_used(p_expected text, p_name text, p_organisation text default 'org_a') returns text language sql as $$
  select is((select concat_ws(' ', u.requests, u.tokens, u.cost_micro) from private.assistant_usage u where u.organisation_id = tests.id(p_organisation)), p_expected, p_name)
$$;
create function pg_temp.wanted(p_name text, p_venue text default 'venue_a1') returns text language sql as $$
  select tests.keep(p_name, (tests.call(case p_venue when 'venue_b1' then 'owner_b' else 'owner_a' end, format('translate_menu({%s}, ''fr'')', p_venue)) ->> 'job_id')::uuid)::text
$$;
create function pg_temp.take(p_name text, p_share text default '900, 100, 50') returns text language sql as $$
  select format('take_assistant_job_budget({%s}, ''model-1'', %s)', p_name, p_share)
$$;
create function pg_temp.started(p_name text, p_share text default '900, 100, 50', p_venue text default 'venue_a1') returns text language plpgsql as $$
begin
  perform pg_temp.wanted(p_name, p_venue);
  perform tests.call('service_role', format('start_assistant_job({%s})', p_name)), tests.call('service_role', pg_temp.take(p_name, p_share));
  return null;
end $$;
create function pg_temp.asked(p_name text, p_share text default '900, 100, 50', p_venue text default 'venue_a1') returns text language plpgsql as $$
begin
  perform pg_temp.started(p_name, p_share, p_venue);
  perform tests.call('service_role', format('note_assistant_response({%1$s}, %2$L)', p_name, 'resp_' || p_name));
  return null;
end $$;
create function pg_temp.told(p_name text, p_used text) returns text language sql as $$
  select format('fail_assistant_job({%s}, ''answer_invalid''%s)', p_name, p_used)
$$;
create function pg_temp.turn(p_held text) returns text language sql as $$
  select format('begin_assistant_turn({venue_a1}, null, ''Hello'', ''model-1'', %L, %s)', md5(random()::text), p_held)
$$;
create function pg_temp.clear() returns text language sql as $$
  delete from public.assistant_jobs; delete from private.assistant_usage; delete from private.assistant_turns;
  select null::text
$$;
create function pg_temp.job_is(p_name text, p_expected text, p_test text) returns text language sql as $$
  select is((select concat_ws(' ', j.status, j.reason, j.input_tokens, j.output_tokens, j.cost_micro) from public.assistant_jobs j where j.id = tests.id(p_name)), p_expected, p_test)
$$;

-- taken before the model is asked, by workers alone
select pg_temp.wanted('first') is null, tests.call('service_role', 'start_assistant_job({first})') is null;
select tests.refused(a, pg_temp.take('first'), '42501', a || ' takes nothing') from unnest(array['owner_a', 'stranger', 'anon']) a;
select tests.refused('service_role', format('take_assistant_job_budget({first}, %s)', c), 'invalid_input', 'nor is taken: ' || c) from unnest(array['null, 1, 1, 1', '''No model!'', 1, 1, 1', '''m'', null, 1, 1', '''m'', 1, -1, 1', '''m'', 1, 1, 1000000001']) c;
select tests.refused('service_role', 'note_assistant_response({first}, ''resp_first'')', 'invalid_input', 'nothing is asked before its share is taken');
select tests.answers('service_role', pg_temp.take('first'), '{"status": "requested"}', 'a worker takes what it may use at most'), pg_temp.is_used('1 0 0', 'which is a request, and held');
select pg_temp.job_is('first', 'requested 900 100 50', 'by the job'), is((select j.day from public.assistant_jobs j where j.id = tests.id('first')), (select private.business_date(v.timezone, v.day_starts_at) from public.venues v where v.id = tests.id('venue_a1')), 'for the venue''s day');
select tests.answers('service_role', pg_temp.take('first', '1, 1, 1'), '{"status": "requested"}', 'a worker that comes again'), pg_temp.is_used('1 0 0', 'takes no more'), pg_temp.job_is('first', 'requested 900 100 50', 'and no less');

-- and settled after it
select tests.answers('service_role', 'note_assistant_response({first}, ''resp_first'')', '{"status": "asked"}', 'then it is asked'), tests.answers('service_role', pg_temp.told('first', ', 300, 40, 7'), '{"status": "failed"}', 'and ends, whatever came of it');
select pg_temp.is_used('1 340 7', 'the day has what it used'), pg_temp.job_is('first', 'failed answer_invalid 300 40 7', 'and so does the job');
select results_eq($$select tool, outcome, model, input_tokens, output_tokens, cost_micro, length(prompt_sha256) from public.assistant_calls$$, $$values ('translate_menu', 'answer_invalid', 'model-1', 300::bigint, 40::bigint, 7::bigint, 32)$$, 'and the history, as of a question');
select is(tests.call('owner_a', 'get_assistant_summary({org_a}, current_date - 1, current_date + 1)') -> 'days' -> 0 @> '{"turns": 1, "tool_calls": 0, "requests": 1, "tokens": 340, "cost_micro": 7}', true, 'and the summary of who pays for it');
select tests.answers('service_role', pg_temp.told('first', ', 300, 40, 7'), '{"status": "failed"}', 'told again'), pg_temp.is_used('1 340 7', 'it is paid for once');
select pg_temp.clear(), pg_temp.asked('good') is null;
select tests.answers('service_role', format('finish_assistant_job({good}, %L, 2000, 3, 60)', (select jsonb_build_object('texts', jsonb_agg(jsonb_build_object('ref', s.ref, 'name', 'fr', 'description', null))) from public.assistant_jobs j, jsonb_to_recordset(j.input) s (ref integer))), '{"status": "succeeded"}', 'one that succeeds is no other'),
  pg_temp.is_used('1 2003 60', 'also when it took more than it held'), pg_temp.job_is('good', 'succeeded 2000 3 60', 'which is its own');
delete from public.menu_translations;

-- where nobody says what it has used: all that it held if the provider has it, nothing if not
create function pg_temp.ends(p_name text, p_when text, p_how text) returns text language plpgsql as $$
begin
  perform pg_temp.clear();
  perform case p_when when 'wanted' then pg_temp.wanted(p_name) when 'held' then pg_temp.started(p_name) else pg_temp.asked(p_name) end;
  case p_how
    when 'cancelled' then perform tests.call('owner_a', format('cancel_assistant_job({%s})', p_name));
    when 'failed' then perform tests.call('service_role', pg_temp.told(p_name, ''));
    else
      update public.assistant_jobs set created_at = created_at - interval '1 hour', expires_at = expires_at - interval '1 hour';
      perform private.watch_assistant_jobs();
  end case;
  return concat_ws(' ', (select j.status || ' ' || coalesce((j.input_tokens + j.output_tokens) || ' ' || j.cost_micro, 'nothing') from public.assistant_jobs j), '|', (select concat_ws(' ', u.requests, u.tokens, u.cost_micro) from private.assistant_usage u));
end $$;
select is(pg_temp.ends('end_' || w || h, w, h), h || ' ' || e, format('%s when it is %s', h, w))
from unnest(array['cancelled', 'failed', 'expired']) h, (values ('wanted', 'nothing |'), ('held', '0 0 | 1 0 0'), ('asked', '1000 50 | 1 1000 50')) x (w, e);

-- one budget for both
select pg_temp.clear(), pg_temp.limit_to('assistant_tokens', 2500);
select pg_temp.asked('one') is null;
select tests.refused('owner_a', pg_temp.turn('1501, 1'), 'assistant_budget_exhausted', 'what a job holds is not there for questions'), tests.answers('owner_a', pg_temp.turn('1000, 1'), '{}', 'the rest is');
select pg_temp.started('two', '501, 0, 1', 'venue_a2') is null, pg_temp.job_is('two', 'failed assistant_budget_exhausted', 'a job that finds it used up fails, and holds nothing'), pg_temp.is_used('2 0 0', 'nor has it taken a request');
select is((select c.model from public.assistant_calls c where c.arguments ->> 'job_id' = tests.id('two')::text), null, 'the history knows that no model was asked');
select tests.answers('service_role', pg_temp.take('two'), '{"status": "failed", "reason": "assistant_budget_exhausted"}', 'it stays so');
select pg_temp.started('three', '400, 100, 1', 'venue_a2') is null, pg_temp.job_is('three', 'requested 400 100 1', 'to the last');
select tests.refused('owner_a', pg_temp.turn('1, 1'), 'assistant_budget_exhausted', 'then there is nothing'), tests.call('owner_a', 'cancel_assistant_job({three})') is null;
select pg_temp.wanted('four', 'venue_a2') is null, tests.call('owner_a', 'cancel_assistant_job({four})') is null, tests.answers('service_role', pg_temp.told('one', ', 1500, 0, 1'), '{}', 'what it used and others hold is all there is');
select tests.refused('owner_a', 'translate_menu({venue_a1}, ''fr'')', 'assistant_budget_exhausted', 'when it is used up, nobody asks for a job'), ok((tests.attempt('owner_a', 'translate_menu({venue_a1}, ''fr'')')).detail ~ '^tokens: the plan includes 2500 a day; again from \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$', 'and it says when again');
select pg_temp.asked('b', '900, 100, 50', 'venue_b1') is null, pg_temp.is_used('1 0 0', 'another organisation has its own', 'org_b');

-- a job's hour is its lease
select pg_temp.clear(), pg_temp.asked('stuck', '2400, 100, 1') is null;
select tests.refused('owner_a', pg_temp.turn('1, 1'), 'assistant_budget_exhausted', 'a job under way holds its share');
update public.assistant_jobs set created_at = created_at - interval '1 hour', expires_at = expires_at - interval '1 hour';
select tests.answers('owner_a', pg_temp.turn('1, 1'), '{}', 'but no longer than its hour');
select pg_temp.clear(), pg_temp.asked('yesterday', '2400, 100, 1') is null;
update private.assistant_usage set day = day - 1;
update public.assistant_jobs set day = day - 1;
select tests.answers('owner_a', pg_temp.turn('1, 1'), '{}', 'nor from another day');
select pg_temp.clear(), pg_temp.asked('over', '2400, 100, 1') is null, pg_temp.asked('theirs', '2400, 100, 1', 'venue_b1') is null, tests.call('service_role', pg_temp.told('over', ', 10, 0, 1')) is null;
select tests.answers('owner_a', pg_temp.turn('2490, 1'), '{}', 'nor when it has ended, but for what it used; nor that of others');
select pg_temp.limit_to('assistant_tokens', null), pg_temp.limit_to('assistant_cost_micro', 10), pg_temp.clear();
select pg_temp.started('dear', '1, 1, 11') is null, pg_temp.job_is('dear', 'failed assistant_budget_exhausted', 'money is limited, too'), pg_temp.started('cheap', '1, 1, 10') is null, pg_temp.job_is('cheap', 'requested 1 1 10', 'exactly');
select tests.refused('owner_a', pg_temp.turn('1, 1'), 'assistant_budget_exhausted', 'and what a job holds of it is held');
select pg_temp.limit_to('assistant_cost_micro', null), pg_temp.limit_to('assistant_requests', 1), pg_temp.clear();
select pg_temp.wanted('second', 'venue_a2') is null, pg_temp.started('only') is null, pg_temp.job_is('only', 'requested 900 100 50', 'the last request of the day');
select tests.call('service_role', pg_temp.take('second')) is null, pg_temp.job_is('second', 'failed assistant_budget_exhausted', 'is followed by none');

select * from finish();
rollback;
