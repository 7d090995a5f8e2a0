-- A turn: begun, continued each time that the model is asked again, finished. All of it with the rights of who asks. What it has
-- used is believed only of who holds the turn's key, which the function keeps to itself.

create function private.require_assistant_budget(p_organisation_id uuid, p_venue_id uuid, p_day date, p_more integer) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_over text;
begin
  select format('%s: the plan includes %s a day; again from %s', l.what, l.most,
    to_char((select ((p_day + 1)::timestamp + v.day_starts_at) at time zone v.timezone from public.venues v where v.id = p_venue_id) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
  into v_over
  from (
    select coalesce(sum(h.tokens), 0) as tokens, coalesce(sum(h.cost_micro), 0) as cost_micro
    from (
      select t.held_tokens as tokens, t.held_cost_micro as cost_micro from private.assistant_turns t
      where t.organisation_id = p_organisation_id and t.day = p_day and t.finished_at is null and t.held_until > now()
      union all
      select j.input_tokens + j.output_tokens, j.cost_micro from public.assistant_jobs j
      where j.organisation_id = p_organisation_id and j.day = p_day and j.finished_at is null and j.expires_at > now()
    ) h
  ) held left join private.assistant_usage used on used.organisation_id = p_organisation_id and used.day = p_day
  cross join lateral (values
    (1, 'requests', coalesce(used.requests, 0), private.entitlement_limit(p_organisation_id, 'assistant_requests')),
    (2, 'tokens', coalesce(used.tokens, 0) + held.tokens, private.entitlement_limit(p_organisation_id, 'assistant_tokens')),
    (3, 'cost', coalesce(used.cost_micro, 0) + held.cost_micro, private.entitlement_limit(p_organisation_id, 'assistant_cost_micro'))) l (nr, what, taken, most)
  where l.taken + p_more > l.most order by l.nr limit 1;
  if v_over is not null then
    perform private.fail('assistant_budget_exhausted', v_over);
  end if;
end $$;
comment on function private.require_assistant_budget(uuid, uuid, date, integer) is
  'Refuses when what an organisation has used of the assistant on a day, with what turns and background jobs hold and p_more of each, is more than its plan includes. Errors: assistant_budget_exhausted.';

create function private.take_assistant_budget(p_organisation_id uuid, p_venue_id uuid, p_day date) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- The first statement is the one that waits: whoever comes at the same time counts after this one's share is there.
  insert into private.assistant_usage as u (organisation_id, day, requests) values (p_organisation_id, p_day, 1)
  on conflict on constraint assistant_usage_pkey do update set requests = u.requests + 1;
  perform private.require_assistant_budget(p_organisation_id, p_venue_id, p_day, 0);
end $$;
comment on function private.take_assistant_budget(uuid, uuid, date) is
  'Takes one request, and what the turn or the background job holds, from what its organisation''s plan includes for the day; what is held is written already. Errors: assistant_budget_exhausted.';

create function private.use_assistant_budget(p_organisation_id uuid, p_day date, p_tokens bigint, p_cost_micro bigint) returns void
language plpgsql volatile set search_path = '' as $$
begin
  update private.assistant_usage u set tokens = u.tokens + p_tokens, cost_micro = u.cost_micro + p_cost_micro
  where u.organisation_id = p_organisation_id and u.day = p_day;
end $$;
comment on function private.use_assistant_budget(uuid, date, bigint, bigint) is 'Writes what the model has used to the organisation''s day.';

create function private.require_used(p_input_tokens bigint, p_output_tokens bigint, p_cost_micro bigint) returns void
language plpgsql stable set search_path = '' as $$
begin
  if not coalesce(p_input_tokens between 0 and 10000000 and p_output_tokens between 0 and 10000000 and p_cost_micro between 0 and 1000000000, false) then
    perform private.fail('invalid_input', 'tokens and cost are those of a request');
  end if;
end $$;
comment on function private.require_used(bigint, bigint, bigint) is 'Refuses what no request can have used. Errors: invalid_input.';

create function public.begin_assistant_turn(
  p_venue_id uuid, p_conversation_id uuid, p_text text, p_model text, p_key text, p_held_tokens bigint, p_held_cost_micro bigint
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_assistant('ai.use', p_venue_id);
  v_conversation uuid;
  v_turn private.assistant_turns;
  v_earlier jsonb;
begin
  if length(trim(coalesce(p_text, ''))) not between 1 and 8000 or length(coalesce(p_key, '')) not between 32 and 100 then
    perform private.fail('invalid_input', 'text: 1 to 8000 letters');
  end if;
  perform private.take_rate_limit('begin_assistant_turn', auth.uid(), 20);
  if p_conversation_id is null then
    insert into public.assistant_conversations (organisation_id, venue_id, actor_id) values (v_venue.organisation_id, v_venue.id, auth.uid()) returning id into v_conversation;
  else
    update public.assistant_conversations c set used_at = now()
    where c.id = p_conversation_id and c.venue_id = p_venue_id and c.actor_id = auth.uid() returning c.id into v_conversation;
    if not found then
      perform private.fail('conversation_not_found');
    end if;
  end if;
  insert into private.assistant_turns (organisation_id, venue_id, actor_id, conversation_id, day, key_hash, model, prompt_sha256, held_tokens, held_cost_micro)
  values (v_venue.organisation_id, v_venue.id, auth.uid(), v_conversation, private.business_date(v_venue.timezone, v_venue.day_starts_at),
    private.token_hash(p_key), p_model, private.token_hash(p_text), p_held_tokens, p_held_cost_micro)
  on conflict (key_hash) do nothing returning * into v_turn;
  if found then
    perform private.take_assistant_budget(v_turn.organisation_id, v_turn.venue_id, v_turn.day);
    insert into public.assistant_messages (venue_id, actor_id, conversation_id, said_by, text) values (v_venue.id, auth.uid(), v_conversation, 'person', trim(p_text));
  else
    -- The same call, made again: the turn is there.
    delete from public.assistant_conversations c where c.id = v_conversation and p_conversation_id is null;
    select * into v_turn from private.assistant_turns t where t.key_hash = private.token_hash(p_key) and t.actor_id = auth.uid() and t.venue_id = p_venue_id and t.finished_at is null;
    if not found then
      perform private.fail('assistant_turn_not_found');
    end if;
  end if;
  select coalesce(jsonb_agg(jsonb_build_object('said_by', m.said_by, 'text', m.text) order by m.id), '[]') into v_earlier
  from (select * from public.assistant_messages m where m.venue_id = p_venue_id and m.actor_id = auth.uid() and m.conversation_id = v_turn.conversation_id
    and m.created_at < v_turn.started_at order by m.id desc limit 40) m;
  return jsonb_build_object('turn_id', v_turn.id, 'conversation_id', v_turn.conversation_id, 'earlier', v_earlier,
    'venue', jsonb_build_object('name', v_venue.name, 'currency', v_venue.currency, 'locale', v_venue.locale, 'timezone', v_venue.timezone, 'business_date', v_turn.day));
exception when check_violation or not_null_violation then
  perform private.fail('invalid_input', 'model, tokens and cost are those of a request');
  return null;
end $$;
comment on function public.begin_assistant_turn(uuid, uuid, text, text, text, bigint, bigint) is
  'Says something to the assistant, in a conversation of the signed-in user''s own or, if p_conversation_id is null, a new one, and takes a request and what it may '
  'use at most from the day''s budget: so much is held until the turn is finished, or for 5 minutes. p_key is a secret that the function makes for this turn; with the same one the call is the same turn. For the function '
  'that asks the model; at most 20 a minute. Returns {turn_id, conversation_id, earlier, venue}: the last 40 words said before, oldest first. Needs ai.use and a plan with the '
  'assistant. Definer: clients write neither words nor budgets. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, '
  'invalid_input, rate_limited, conversation_not_found, assistant_turn_not_found, assistant_budget_exhausted.';
grant execute on function public.begin_assistant_turn(uuid, uuid, text, text, text, bigint, bigint) to authenticated;

create function public.continue_assistant_turn(
  p_turn_id uuid, p_key text, p_request_number integer, p_input_tokens bigint, p_output_tokens bigint, p_cost_micro bigint, p_held_tokens bigint, p_held_cost_micro bigint
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_user uuid := private.require_user();
  v_turn private.assistant_turns;
begin
  perform private.require_used(p_input_tokens, p_output_tokens, p_cost_micro);
  update private.assistant_turns t set requests = p_request_number, input_tokens = t.input_tokens + p_input_tokens, output_tokens = t.output_tokens + p_output_tokens,
    cost_micro = t.cost_micro + p_cost_micro, held_tokens = p_held_tokens, held_cost_micro = p_held_cost_micro, held_until = now() + interval '5 minutes'
  where t.id = p_turn_id and t.actor_id = v_user and t.finished_at is null and t.key_hash = private.token_hash(p_key) and t.requests = p_request_number - 1
  returning * into v_turn;
  if not found then
    if exists (select 1 from private.assistant_turns t where t.id = p_turn_id and t.actor_id = v_user and t.finished_at is null and t.key_hash = private.token_hash(p_key) and t.requests = p_request_number) then
      return jsonb_build_object('turn_id', p_turn_id, 'requests', p_request_number); -- the same call, made again
    end if;
    perform private.fail('assistant_turn_not_found');
  end if;
  perform private.require_assistant('ai.use', v_turn.venue_id);
  perform private.use_assistant_budget(v_turn.organisation_id, v_turn.day, p_input_tokens + p_output_tokens, p_cost_micro);
  perform private.take_assistant_budget(v_turn.organisation_id, v_turn.venue_id, v_turn.day);
  return jsonb_build_object('turn_id', v_turn.id, 'requests', v_turn.requests);
exception when check_violation or not_null_violation then
  perform private.fail('invalid_input', 'tokens and cost are those of a request');
  return null;
end $$;
comment on function public.continue_assistant_turn(uuid, text, integer, bigint, bigint, bigint, bigint, bigint) is
  'Before the model is asked again within a turn: writes down what the request before has used, and takes the next one, of which '
  'p_request_number is the number, from the day''s budget. Refused, it has written nothing. '
  'Returns {turn_id, requests}. Needs p_key, the secret of the turn, and what beginning one needs. Definer: clients write no budgets. Errors: not_authenticated, '
  'permission_denied, subscription_inactive, entitlement_exceeded, invalid_input, assistant_turn_not_found, assistant_budget_exhausted.';
grant execute on function public.continue_assistant_turn(uuid, text, integer, bigint, bigint, bigint, bigint, bigint) to authenticated;

create function private.turn_json(p_turn private.assistant_turns) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('turn_id', p_turn.id, 'requests', p_turn.requests, 'input_tokens', p_turn.input_tokens, 'output_tokens', p_turn.output_tokens, 'cost_micro', p_turn.cost_micro)
$$;
comment on function private.turn_json(private.assistant_turns) is 'What a turn has used.';

create function public.finish_assistant_turn(
  p_turn_id uuid, p_key text, p_input_tokens bigint, p_output_tokens bigint, p_cost_micro bigint, p_outcome text, p_text text, p_tools jsonb, p_latency_ms integer
) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_user uuid := private.require_user();
  v_turn private.assistant_turns;
begin
  perform private.require_used(p_input_tokens, p_output_tokens, p_cost_micro);
  update private.assistant_turns t set finished_at = now(), input_tokens = t.input_tokens + p_input_tokens, output_tokens = t.output_tokens + p_output_tokens,
    cost_micro = t.cost_micro + p_cost_micro, held_tokens = 0, held_cost_micro = 0
  where t.id = p_turn_id and t.actor_id = v_user and t.finished_at is null and t.key_hash = private.token_hash(p_key)
  returning * into v_turn;
  if not found then
    select * into v_turn from private.assistant_turns t where t.id = p_turn_id and t.actor_id = v_user and t.key_hash = private.token_hash(p_key);
    if not found then
      perform private.fail('assistant_turn_not_found');
    end if;
    return private.turn_json(v_turn); -- the same call, made again
  end if;
  insert into public.assistant_messages (venue_id, actor_id, conversation_id, said_by, text)
  select v_turn.venue_id, v_user, v_turn.conversation_id, 'assistant', left(trim(p_text), 40000) where trim(p_text) <> '';
  perform private.use_assistant_budget(v_turn.organisation_id, v_turn.day, p_input_tokens + p_output_tokens, p_cost_micro);
  insert into public.assistant_calls (organisation_id, venue_id, actor_id, tool, arguments, outcome, rows_touched, latency_ms, trace_id, model, prompt_sha256, input_tokens, output_tokens, cost_micro)
  values (v_turn.organisation_id, v_turn.venue_id, v_user, 'ask_model',
    jsonb_build_object('conversation_id', v_turn.conversation_id, 'requests', v_turn.requests, 'tools', case when pg_column_size(p_tools) <= 10000 then private.masked(p_tools) end),
    p_outcome, 0, p_latency_ms, private.trace_id(), v_turn.model, v_turn.prompt_sha256, v_turn.input_tokens, v_turn.output_tokens, v_turn.cost_micro);
  return private.turn_json(v_turn);
exception when check_violation or not_null_violation then
  perform private.fail('invalid_input', 'outcome and latency are those of a turn');
  return null;
end $$;
comment on function public.finish_assistant_turn(uuid, text, bigint, bigint, bigint, text, text, jsonb, integer) is
  'Ends a turn, however it went: what its last request has used is written to the day''s budget and the rest given back, the answer to the conversation, and the whole to the '
  'history (p_outcome is ok or a code; p_tools says what became of the tools that the model asked for). Done again, it answers as before and writes nothing; it also works after the lease has ended and for who has lost the '
  'right meanwhile. Returns {turn_id, requests, input_tokens, output_tokens, cost_micro} of the whole turn. Needs p_key, the secret of the turn. Definer: clients write '
  'neither words nor budgets nor history. Errors: not_authenticated, invalid_input, assistant_turn_not_found.';
grant execute on function public.finish_assistant_turn(uuid, text, bigint, bigint, bigint, text, text, jsonb, integer) to authenticated;
