-- Asking for background work, looking it up and calling it off: what people do. The rest is for workers and the webhook.

create function private.assistant_job_json(p_job public.assistant_jobs) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('job_id', p_job.id, 'venue_id', p_job.venue_id, 'kind', p_job.kind, 'arguments', p_job.arguments, 'status', p_job.status, 'reason', p_job.reason,
    'result', p_job.result, 'created_at', p_job.created_at, 'expires_at', p_job.expires_at, 'finished_at', p_job.finished_at)
$$;
comment on function private.assistant_job_json(public.assistant_jobs) is 'A background job as RPCs return it.';

create function private.lock_assistant_job(p_job_id uuid) returns public.assistant_jobs
language plpgsql volatile set search_path = '' as $$
declare
  v_job public.assistant_jobs;
begin
  select * into v_job from public.assistant_jobs j where j.id = p_job_id for no key update;
  if not found then
    perform private.fail('assistant_job_not_found');
  end if;
  return v_job;
end $$;
comment on function private.lock_assistant_job(uuid) is 'The job, locked before everything else that it touches. Errors: assistant_job_not_found.';

create function private.end_assistant_job(
  p_job public.assistant_jobs, p_status text, p_reason text default null, p_result jsonb default null, p_input_tokens bigint default null, p_output_tokens bigint default null, p_cost_micro bigint default null
) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  c_unknown constant integer := case p_job.status when 'asked' then 1 else 0 end;
  v_job public.assistant_jobs;
begin
  -- Where nobody says what it has used, it has used all that it held if the provider has it, and nothing if not.
  update public.assistant_jobs j
  set status = p_status, reason = p_reason, result = p_result, input = null, finished_at = now(), input_tokens = case when j.day is not null then coalesce(p_input_tokens, j.input_tokens * c_unknown) end,
    output_tokens = case when j.day is not null then coalesce(p_output_tokens, j.output_tokens * c_unknown) end, cost_micro = case when j.day is not null then coalesce(p_cost_micro, j.cost_micro * c_unknown) end
  where j.id = p_job.id returning * into v_job;
  insert into public.assistant_calls (organisation_id, venue_id, actor_id, tool, arguments, outcome, rows_touched, latency_ms, trace_id, model, prompt_sha256, input_tokens, output_tokens, cost_micro)
  values (v_job.organisation_id, v_job.venue_id, v_job.actor_id, v_job.kind, jsonb_build_object('job_id', v_job.id), coalesce(p_reason, case p_status when 'succeeded' then 'ok' else p_status end),
    coalesce((p_result ->> 'written')::integer, (p_result ->> 'items_added')::integer, 0), (extract(epoch from now() - v_job.created_at) * 1000)::integer, private.trace_id(),
    v_job.model, case when v_job.day is not null then private.token_hash(p_job.arguments::text || coalesce(p_job.input::text, '')) end, v_job.input_tokens, v_job.output_tokens, v_job.cost_micro);
  perform private.use_assistant_budget(v_job.organisation_id, v_job.day, v_job.input_tokens + v_job.output_tokens, v_job.cost_micro);
  return private.assistant_job_json(v_job);
end $$;
comment on function private.end_assistant_job(public.assistant_jobs, text, text, jsonb, bigint, bigint, bigint) is
  'How every job ends: with its state, without what was sent, with a row in the history, and with what it has used in the day''s budget, of which it holds nothing any more.';

create function private.request_assistant_job(p_venue public.venues, p_permission text, p_kind text, p_arguments jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  c_most constant integer := 20;
  v_job public.assistant_jobs;
  v_recent timestamptz[];
begin
  -- Those who ask at the same time count one after the other.
  perform 1 from public.organisations o where o.id = p_venue.organisation_id for no key update;
  select array_agg(j.created_at order by j.created_at) into v_recent from public.assistant_jobs j
  where j.organisation_id = p_venue.organisation_id and j.created_at > now() - interval '24 hours';
  if cardinality(v_recent) >= c_most then
    perform private.fail('assistant_job_limit', format('%s within 24 hours; the next one after %s', c_most, to_char(v_recent[cardinality(v_recent) - c_most + 1] + interval '24 hours', 'YYYY-MM-DD"T"HH24:MI:SSOF')));
  end if;
  -- The day may be used up by the time a worker takes from it: that one decides.
  perform private.require_assistant_budget(p_venue.organisation_id, p_venue.id, private.business_date(p_venue.timezone, p_venue.day_starts_at), 1);
  insert into public.assistant_jobs (organisation_id, venue_id, actor_id, kind, arguments)
  values (p_venue.organisation_id, p_venue.id, private.require_person(), p_kind, p_arguments)
  on conflict (venue_id, kind) where finished_at is null do nothing returning * into v_job;
  if not found then
    perform private.fail('assistant_job_running');
  end if;
  insert into private.assistant_delegations (job_id, venue_id, person_id, permission) values (v_job.id, v_job.venue_id, v_job.actor_id, p_permission);
  perform private.emit('assistant_job.requested', jsonb_build_object('job_id', v_job.id));
  return private.assistant_job_json(v_job);
end $$;
comment on function private.request_assistant_job(public.venues, text, text, jsonb) is
  'Writes down what is asked for and lends it the right of whoever asks. Errors: not_authenticated, person_required, assistant_job_limit, assistant_job_running, assistant_budget_exhausted.';

create function private.untranslated_texts(p_venue_id uuid, p_locale text) returns table (nr bigint, kind text, id uuid, name text, description text)
language sql stable set search_path = '' as $$
  select row_number() over (order by x.part, x.position, x.name, x.id), x.kind, x.id, x.name, x.description
  from (
    select 1 as part, 'category' as kind, c.id, c.name, null::text as description, c.position from public.menu_categories c where c.venue_id = p_venue_id
    union all
    select 2, 'item', i.id, i.name, nullif(trim(i.description), ''), i.position from public.menu_items i where i.venue_id = p_venue_id and i.archived_at is null
    union all
    select 3, 'group', g.id, g.name, null, 0 from public.modifier_groups g where g.venue_id = p_venue_id
    union all
    select 4, 'option', o.id, o.name, null, o.position from public.modifier_options o where o.venue_id = p_venue_id
  ) x
  where not exists (
    select 1 from public.menu_translations t
    where t.venue_id = p_venue_id and t.locale = p_locale and x.id in (t.category_id, t.menu_item_id, t.group_id, t.option_id))
$$;
comment on function private.untranslated_texts(uuid, text) is 'What of the draft menu has no translation in a language: what somebody has translated, in part or whole, is theirs and left alone.';

create function public.translate_menu(p_venue_id uuid, p_locale text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_assistant('menu.edit', p_venue_id);
begin
  perform private.require_person();
  if p_locale is null or p_locale <> all (array['en', 'es', 'ar', 'fr', 'de', 'it', 'pt', 'zh', 'ja']) or p_locale = split_part(lower(v_venue.locale), '-', 1) then
    perform private.fail('invalid_input', 'locale: en, es, ar, fr, de, it, pt, zh or ja, and not the venue''s own');
  elsif not exists (select 1 from private.untranslated_texts(p_venue_id, p_locale)) then
    perform private.fail('nothing_to_translate');
  end if;
  return private.request_assistant_job(v_venue, 'menu.edit', 'translate_menu', jsonb_build_object('locale', p_locale));
end $$;
comment on function public.translate_menu(uuid, text) is
  'Asks for a translation of what on the draft menu has none in this language: up to 400 texts or 60,000 characters at once, the rest when asked again. It is written '
  'into the draft when it is there, beside the source and never over what people have translated; guests see it after the menu is published. Needs menu.edit and ai.use; '
  'one at a time in a venue, 20 jobs of an organisation within 24 hours. Returns the job: {job_id, venue_id, kind, arguments, status, reason, result, created_at, expires_at, '
  'finished_at}. Definer: clients do not write jobs. Errors: not_authenticated, person_required, permission_denied, subscription_inactive, entitlement_exceeded, '
  'invalid_input, nothing_to_translate, assistant_job_limit, assistant_job_running, assistant_budget_exhausted.';
grant execute on function public.translate_menu(uuid, text) to authenticated;

create function public.read_menu_files(p_venue_id uuid, p_paths text[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_assistant('menu.edit', p_venue_id);
begin
  perform private.require_person();
  perform private.require_menu_files(p_venue_id, p_paths);
  return private.request_assistant_job(v_venue, 'menu.edit', 'read_menu', jsonb_build_object('paths', p_paths));
end $$;
comment on function public.read_menu_files(uuid, text[]) is
  'Asks for a menu to be read from 1 to 5 files (PDF, JPEG, PNG, WebP; 10 MiB in all) that the signed-in user has uploaded to the bucket menu-files as {venue_id}/{uuid}.{ext} within '
  '24 hours. What the draft does not have yet is added to it; nothing is changed or removed, no allergen is stated, and guests see it after the menu is published. Needs menu.edit and '
  'ai.use; one at a time in a venue, 20 jobs of an organisation within 24 hours. Returns the job as translate_menu does. Definer: clients do not write jobs. Errors: not_authenticated, '
  'person_required, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input, menu_file_not_uploaded, menu_file_invalid, assistant_job_limit, assistant_job_running, assistant_budget_exhausted.';
grant execute on function public.read_menu_files(uuid, text[]) to authenticated;

create function public.cancel_assistant_job(p_job_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_person uuid := private.require_person();
  v_job public.assistant_jobs := private.lock_assistant_job((select j.id from public.assistant_jobs j where j.id = p_job_id and j.actor_id = v_person));
begin
  if v_job.status = 'cancelled' then
    return private.assistant_job_json(v_job);
  elsif v_job.finished_at is not null then
    perform private.fail('assistant_job_closed', 'it is ' || v_job.status);
  end if;
  perform private.emit('assistant_job.cancelled', jsonb_build_object('job_id', v_job.id));
  return private.end_assistant_job(v_job, 'cancelled');
end $$;
comment on function public.cancel_assistant_job(uuid) is
  'Calls off a background job of the signed-in user, whatever they may do by now; an answer that still comes is not used. Returns the job as translate_menu does; a '
  'repeat returns the same. Definer: clients do not write jobs. Errors: not_authenticated, person_required, assistant_job_not_found, assistant_job_closed.';
grant execute on function public.cancel_assistant_job(uuid) to authenticated;
