-- What the assistant was asked to do, by whom, and how it ended. A row is written with the rights of whoever called and about
-- nobody else; what was changed is, besides, in the proposals and in the audit history, which nobody writes by hand.

create table public.assistant_calls (
  id bigint generated always as identity primary key,
  organisation_id uuid not null,
  venue_id uuid not null,
  actor_id uuid not null,
  called_at timestamptz not null default now(),
  tool text not null,
  arguments jsonb not null,
  outcome text not null,
  rows_touched integer not null,
  latency_ms integer not null,
  trace_id text,
  model text,
  prompt_sha256 bytea,
  input_tokens bigint,
  output_tokens bigint,
  cost_micro bigint,
  constraint tool_is_a_name check (tool ~ '^[a-z_]{1,60}$'),
  constraint outcome_is_a_code check (outcome ~ '^[a-z0-9_]{1,60}$'),
  constraint numbers_are_not_negative check (rows_touched >= 0 and latency_ms >= 0 and input_tokens >= 0 and output_tokens >= 0 and cost_micro >= 0),
  constraint a_model_has_its_cost check (num_nulls(model, prompt_sha256, input_tokens, output_tokens, cost_micro) in (0, 5))
);
comment on table public.assistant_calls is 'Append-only history of the assistant''s tool calls and of questions to its model; it outlives the people and venues that it names.';
comment on column public.assistant_calls.arguments is 'Without personal data: addresses, telephone numbers and free words are masked.';
comment on column public.assistant_calls.outcome is 'ok, or the code of the refusal.';
comment on column public.assistant_calls.rows_touched is 'How much was read, or changed.';
comment on column public.assistant_calls.model is 'Who answered, for a question to the model or a background job; null for the tools, which have the question''s trace id.';
comment on column public.assistant_calls.prompt_sha256 is 'Of what was asked, for a background job of its arguments and texts; the words themselves are the asker''s alone, and forgotten after 90 days.';
comment on column public.assistant_calls.cost_micro is 'In millionths of the currency of the provider''s prices.';
create index assistant_calls_by_organisation on public.assistant_calls (organisation_id, called_at desc);
create index assistant_calls_by_actor on public.assistant_calls (actor_id, called_at desc);
create trigger assistant_calls_append_only before update or delete on public.assistant_calls
  for each row execute function private.forbid_change();
create trigger assistant_calls_no_truncate before truncate on public.assistant_calls
  for each statement execute function private.forbid_change();

alter table public.assistant_calls enable row level security;
create policy select_owner on public.assistant_calls for select to authenticated
  using (organisation_id = any ((select private.organisations_with('billing.read'))::uuid[]));
grant select on public.assistant_calls to authenticated;

-- The address of who is invited; kept with the organisation's own history, and proposals for 90 days.
insert into private.personal_data (table_name, column_name, subject, identifies) values
  ('public.assistant_proposals', 'arguments', 'member', null), ('public.assistant_proposals', 'before', 'member', null), ('public.assistant_proposals', 'after', 'member', null),
  ('public.assistant_proposals', 'impact', 'nobody', null), ('public.assistant_proposals', 'undo', 'nobody', null), ('public.assistant_calls', 'arguments', 'nobody', null);

create function private.masked(p_value jsonb, p_depth integer default 0) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return case
    when p_depth > 6 then '"…"'
    when jsonb_typeof(p_value) = 'object' then (
      select coalesce(jsonb_object_agg(left(e.key, 60), case when lower(e.key) = any ('{email,phone,reason,note,query,customer}') then '"•••"' else private.masked(e.value, p_depth + 1) end), '{}')
      from jsonb_each(p_value) e)
    when jsonb_typeof(p_value) = 'array' then (
      select coalesce(jsonb_agg(private.masked(e.value, p_depth + 1) order by e.ordinality), '[]') from jsonb_array_elements(p_value) with ordinality e (value, ordinality) where e.ordinality <= 100)
    when jsonb_typeof(p_value) = 'string' and p_value #>> '{}' !~ '^[0-9a-f-]{36}$' then
      to_jsonb(left(regexp_replace(p_value #>> '{}', '[^\s@]+@[^\s@]+|(\+|\m0)[0-9][0-9 ()-]{6,}[0-9]', '•••', 'g'), 200))
    else p_value end;
end $$;
comment on function private.masked(jsonb, integer) is
  'Arguments as they may be kept: what is an address, a telephone number or somebody''s free words is masked, and long texts and lists are cut.';

create function public.use_assistant(p_venue_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_assistant('ai.use', p_venue_id);
begin
  perform private.take_rate_limit('use_assistant', auth.uid(), 120);
  return jsonb_build_object('venue_id', v_venue.id, 'name', v_venue.name, 'currency', v_venue.currency, 'locale', v_venue.locale, 'timezone', v_venue.timezone,
    'business_date', private.business_date(v_venue.timezone, v_venue.day_starts_at));
end $$;
comment on function public.use_assistant(uuid) is
  'Asked before a tool reads: may the signed-in user use the assistant in this venue, and does the plan include it? Returns {venue_id, name, currency, locale, '
  'timezone, business_date}. Needs ai.use; at most 120 a minute. Definer: plans are not readable below the policies. Errors: not_authenticated, '
  'permission_denied, subscription_inactive, entitlement_exceeded, rate_limited.';
grant execute on function public.use_assistant(uuid) to authenticated;

create function public.record_assistant_call(p_venue_id uuid, p_tool text, p_arguments jsonb, p_outcome text, p_rows integer, p_latency_ms integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_user uuid := private.require_user();
  v_id bigint;
begin
  if not coalesce(p_venue_id = any (private.my_venues()), false) then
    perform private.fail('permission_denied', 'needs a membership');
  end if;
  perform private.take_rate_limit('record_assistant_call', v_user, 300);
  insert into public.assistant_calls (organisation_id, venue_id, actor_id, tool, arguments, outcome, rows_touched, latency_ms, trace_id)
  select v.organisation_id, v.id, v_user, p_tool,
    case when pg_column_size(p_arguments) > 100000 then '"too large"' else coalesce(private.masked(p_arguments), 'null') end, p_outcome, p_rows, p_latency_ms, private.trace_id()
  from public.venues v where v.id = p_venue_id returning id into v_id;
  return jsonb_build_object('call_id', v_id);
exception when check_violation or not_null_violation then
  perform private.fail('invalid_input', 'tool, outcome, rows and latency are those of a call');
  return null;
end $$;
comment on function public.record_assistant_call(uuid, text, jsonb, text, integer, integer) is
  'Writes down that the signed-in user called a tool in a venue they belong to, whatever came of it: p_outcome is ok or the code of the refusal. Arguments are '
  'masked here. At most 300 a minute. Returns {call_id}. Definer: clients do not write the history. Errors: not_authenticated, permission_denied, '
  'rate_limited, invalid_input.';
grant execute on function public.record_assistant_call(uuid, text, jsonb, text, integer, integer) to authenticated;

create function private.note_decision(p_proposal public.assistant_proposals, p_decision text, p_started timestamptz) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into public.assistant_calls (organisation_id, venue_id, actor_id, tool, arguments, outcome, rows_touched, latency_ms, trace_id)
  values (p_proposal.organisation_id, p_proposal.venue_id, auth.uid(), p_decision, jsonb_build_object('proposal_id', p_proposal.id, 'tool', p_proposal.tool), 'ok',
    case when p_decision = 'discard_proposal' then 0 when jsonb_typeof(p_proposal.after) = 'array' then jsonb_array_length(p_proposal.after) else 1 end,
    (extract(epoch from clock_timestamp() - p_started) * 1000)::integer, private.trace_id());
end $$;
comment on function private.note_decision(public.assistant_proposals, text, timestamptz) is 'Writes down, with the change itself, that a proposal was confirmed, undone or discarded.';

create function private.expire_proposals() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_expired integer;
begin
  update public.assistant_proposals p set status = 'expired', decided_at = now() where p.status = 'pending' and p.expires_at <= now();
  get diagnostics v_expired = row_count;
  delete from public.assistant_proposals p where p.created_at < now() - interval '90 days';
  return v_expired;
end $$;
comment on function private.expire_proposals() is 'Clock, every minute: closes proposals that nobody confirmed in time, and removes those of more than 90 days. Returns how many expired.';
