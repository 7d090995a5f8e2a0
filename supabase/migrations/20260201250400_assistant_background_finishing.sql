-- From a request to an answer, and from an answer to rows. The service role says which job; whose name it is done in, and
-- whether it may be done at all, is read here and nowhere else.

create function private.texts_to_translate(p_job public.assistant_jobs) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('ref', t.nr, 'kind', t.kind, 'id', t.id, 'name', t.name, 'description', t.description) order by t.nr), '[]')
  from (select u.*, sum(length(u.name) + coalesce(length(u.description), 0)) over (order by u.nr) as characters
    from private.untranslated_texts(p_job.venue_id, p_job.arguments ->> 'locale') u) t
  where t.nr <= 400 and t.characters <= 60000
$$;
comment on function private.texts_to_translate(public.assistant_jobs) is 'What one answer can hold of what is not translated, numbered from 1.';

create function private.write_translations(p_job public.assistant_jobs, p_answer jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_written integer;
begin
  if jsonb_typeof(p_answer -> 'texts') is distinct from 'array'
    or (select array_agg((a.value ->> 'ref')::bigint order by (a.value ->> 'ref')::bigint) from jsonb_array_elements(p_answer -> 'texts') a)
      is distinct from (select array_agg(s.ref order by s.ref) from jsonb_to_recordset(p_job.input) s (ref bigint)) then
    perform private.fail('invalid_input', 'texts: each of those sent, once');
  end if;
  -- What was renamed or translated meanwhile is left to people: the answer is about a text that is no more, or no longer wanted.
  insert into public.menu_translations (venue_id, locale, category_id, menu_item_id, group_id, option_id, name, description)
  select p_job.venue_id, p_job.arguments ->> 'locale', case s.kind when 'category' then s.id end, case s.kind when 'item' then s.id end, case s.kind when 'group' then s.id end,
    case s.kind when 'option' then s.id end, trim(a.name), case when s.description is not null then trim(a.description) end
  from jsonb_to_recordset(p_job.input) s (ref bigint, kind text, id uuid, name text, description text)
  join jsonb_to_recordset(p_answer -> 'texts') a (ref bigint, name text, description text) on a.ref = s.ref
  join private.untranslated_texts(p_job.venue_id, p_job.arguments ->> 'locale') u on (u.kind, u.id, u.name) = (s.kind, s.id, s.name) and u.description is not distinct from s.description
  order by s.ref
  on conflict on constraint one_translation_per_locale do nothing;
  get diagnostics v_written = row_count;
  return jsonb_build_object('written', v_written, 'skipped', jsonb_array_length(p_job.input) - v_written,
    'remaining', (select count(*) from private.untranslated_texts(p_job.venue_id, p_job.arguments ->> 'locale')));
end $$;
comment on function private.write_translations(public.assistant_jobs, jsonb) is 'Writes {texts: [{ref, name, description}]} into the draft. Errors: invalid_input.';

create function private.write_menu_reading(p_job public.assistant_jobs, p_answer jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_rows jsonb;
  v_read integer;
  v_answer jsonb := '{"items_added": 0, "categories_added": 0}';
begin
  if jsonb_typeof(p_answer -> 'items') is distinct from 'array' or jsonb_array_length(p_answer -> 'items') not between 1 and 500 then
    perform private.fail('invalid_input', 'items: 1 to 500');
  end if;
  v_read := jsonb_array_length(p_answer -> 'items');
  -- A category is the one of that name, however it is written; what it has under that name already, stays as it is.
  with read as materialized (
    select a.ordinality as nr, trim(a.value ->> 'category') as category, trim(a.value ->> 'name') as name, trim(a.value ->> 'description') as description, (a.value ->> 'price_minor')::bigint as price_minor,
      (select c.id from public.menu_categories c where c.venue_id = p_job.venue_id and lower(c.name) = lower(trim(a.value ->> 'category')) order by c.position, c.id limit 1) as category_id
    from jsonb_array_elements(p_answer -> 'items') with ordinality a
  ), new as (
    select distinct on (lower(r.category), lower(r.name)) r.* from read r
    where not exists (select 1 from public.menu_items i where i.venue_id = p_job.venue_id and i.category_id = r.category_id and i.archived_at is null and lower(i.name) = lower(r.name))
    order by lower(r.category), lower(r.name), r.nr
  )
  select jsonb_agg(jsonb_build_object('kind', 'item', 'category', coalesce(n.category_id::text, (select o.category from new o where lower(o.category) = lower(n.category) order by o.nr limit 1)),
    'name', n.name, 'description', coalesce(n.description, ''), 'price_minor', n.price_minor) order by n.nr)
  into v_rows from new n;
  if v_rows is not null then
    v_answer := public.import_menu(p_job.venue_id, 'json', v_rows::text);
  end if;
  return jsonb_build_object('items_added', v_answer -> 'items_added', 'categories_added', v_answer -> 'categories_added', 'skipped', v_read - (v_answer ->> 'items_added')::integer);
end $$;
comment on function private.write_menu_reading(public.assistant_jobs, jsonb) is
  'Adds {items: [{category, name, description, price_minor}]} to the draft as an import, and changes nothing that is there. Errors: invalid_input, menu_import_invalid, and those of import_menu.';

create function private.with_delegation(p_job public.assistant_jobs, p_answer jsonb, out result jsonb, out refusal text)
language plpgsql volatile set search_path = '' as $$
declare
  v_before constant text := coalesce(current_setting('request.jwt.claims', true), '');
  v_delegation private.assistant_delegations;
  v_state text;
begin
  select * into v_delegation from private.assistant_delegations d where d.job_id = p_job.id and d.used_at is null and d.expires_at > now() for update;
  if not found then
    refusal := 'delegation_ended';
    return;
  end if;
  begin
    -- From here to the end of the block this is that person's request: every check reads who acts from these claims.
    perform set_config('request.jwt.claims', jsonb_build_object('sub', v_delegation.person_id, 'role', 'authenticated')::text, true);
    perform private.require_assistant(v_delegation.permission, v_delegation.venue_id);
    case
      when p_job.kind = 'translate_menu' and p_answer is null then result := private.texts_to_translate(p_job);
      when p_job.kind = 'translate_menu' then result := private.write_translations(p_job, p_answer);
      when p_job.kind = 'read_menu' and p_answer is null then result := '[]';
      when p_job.kind = 'read_menu' then result := private.write_menu_reading(p_job, p_answer);
    end case;
    perform set_config('request.jwt.claims', v_before, true);
  exception when sqlstate 'PT403' or sqlstate 'PT409' or sqlstate 'PT422' or data_exception or integrity_constraint_violation then
    -- All that was written is gone, and the claims are again those of before.
    get stacked diagnostics v_state = returned_sqlstate, refusal = message_text;
    refusal := case when v_state = 'PT403' or v_state = 'PT409' then refusal else 'answer_invalid' end;
    result := null;
  end;
  if p_answer is not null then
    update private.assistant_delegations d set used_at = now() where d.job_id = p_job.id;
  end if;
end $$;
comment on function private.with_delegation(public.assistant_jobs, jsonb) is
  'Does the one thing that a locked job is for, prepare (p_answer null) or write, as the person who asked for it, if they still may: their delegation has not ended, and the '
  'permission, the membership and the plan are asked for as they are now. Nobody can call it but the two functions below, and they let nobody choose the person. Returns the '
  'result, or the code of the refusal and nothing written.';

create function private.end_refused_job(p_job public.assistant_jobs, p_refusal text, p_input_tokens bigint default null, p_output_tokens bigint default null, p_cost_micro bigint default null) returns jsonb
language sql volatile set search_path = '' as $$
  select private.end_assistant_job(p_job, case when p_refusal in ('delegation_ended', 'permission_denied', 'subscription_inactive', 'entitlement_exceeded') then 'discarded' else 'failed' end,
    p_refusal, null, p_input_tokens, p_output_tokens, p_cost_micro)
$$;
comment on function private.end_refused_job(public.assistant_jobs, text, bigint, bigint, bigint) is 'A right that was lost discards; what cannot be used fails.';

create function public.start_assistant_job(p_job_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.assistant_jobs := private.lock_assistant_job(p_job_id);
  v_done record;
begin
  if v_job.status <> 'requested' then
    return private.assistant_job_json(v_job);
  end if;
  select * into v_done from private.with_delegation(v_job, null);
  if v_done.refusal is not null then
    return private.end_refused_job(v_job, v_done.refusal);
  elsif v_job.kind = 'translate_menu' and v_done.result = '[]' then
    return private.end_assistant_job(v_job, 'succeeded', p_result => '{"written": 0, "skipped": 0, "remaining": 0}');
  end if;
  -- Started again after a lost worker, it sends what it has sent before.
  update public.assistant_jobs j set input = coalesce(j.input, v_done.result) where j.id = p_job_id returning * into v_job;
  return private.assistant_job_json(v_job) || jsonb_build_object('person', encode(sha256(convert_to('servio ' || v_job.actor_id, 'UTF8')), 'hex'),
    'texts', (select coalesce(jsonb_agg(t.value - 'id' order by t.ordinality), '[]') from jsonb_array_elements(v_job.input) with ordinality t),
    'venue', (select jsonb_build_object('locale', v.locale, 'currency', v.currency) from public.venues v where v.id = v_job.venue_id));
end $$;
comment on function public.start_assistant_job(uuid) is
  'What a worker needs to hand a job to the model, if whoever asked for it still may: the job as translate_menu returns it and, while it is requested, {person (a pseudonym), texts: [{ref, '
  'kind, name, description}], venue: {locale, currency}}. May be repeated. For workers only. Definer: the service role has no table access. Errors: assistant_job_not_found.';
grant execute on function public.start_assistant_job(uuid) to service_role;

create function public.take_assistant_job_budget(p_job_id uuid, p_model text, p_input_tokens bigint, p_output_tokens bigint, p_cost_micro bigint) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.assistant_jobs := private.lock_assistant_job(p_job_id);
  v_taken public.assistant_jobs;
begin
  perform private.require_used(p_input_tokens, p_output_tokens, p_cost_micro);
  if v_job.status <> 'requested' or v_job.day is not null then
    return private.assistant_job_json(v_job);
  end if;
  begin
    update public.assistant_jobs j set day = (select private.business_date(v.timezone, v.day_starts_at) from public.venues v where v.id = j.venue_id), model = p_model,
      input_tokens = p_input_tokens, output_tokens = p_output_tokens, cost_micro = p_cost_micro
    where j.id = p_job_id returning * into v_taken;
    perform private.take_assistant_budget(v_taken.organisation_id, v_taken.venue_id, v_taken.day);
  exception when sqlstate 'PT429' then
    -- What was taken is given back with this block.
    return private.end_refused_job(v_job, 'assistant_budget_exhausted');
  end;
  return private.assistant_job_json(v_taken);
exception when check_violation then
  perform private.fail('invalid_input', 'model: a name');
  return null;
end $$;
comment on function public.take_assistant_job_budget(uuid, text, bigint, bigint, bigint) is
  'Before a worker hands a job to the model: takes a request, and what it may use at most, from the day''s budget. So much is held until the job ends or its hour is over; if there '
  'is not so much, the job fails with assistant_budget_exhausted. Returns the job as translate_menu does: one that is still requested may be asked. A repeat takes nothing more. For workers only. Definer: the '
  'service role has no table access. Errors: assistant_job_not_found, invalid_input.';
grant execute on function public.take_assistant_job_budget(uuid, text, bigint, bigint, bigint) to service_role;

create function public.note_assistant_response(p_job_id uuid, p_response_id text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.assistant_jobs := private.lock_assistant_job(p_job_id);
begin
  if coalesce(length(p_response_id), 0) not between 1 and 200 then
    perform private.fail('invalid_input', 'response_id: 1 to 200 characters');
  elsif v_job.status = 'requested' and v_job.day is null then
    perform private.fail('invalid_input', 'nothing is asked before its budget is taken');
  elsif v_job.status = 'requested' then
    update public.assistant_jobs j set status = 'asked', response_id = p_response_id, asked_at = now() where j.id = p_job_id returning * into v_job;
    -- A quick answer: its webhook was here before the name was.
    update private.ai_events e set outcome = 'matched' where e.response_id = p_response_id and e.outcome = 'unmatched';
    if found then
      perform private.emit('assistant_job.answered', jsonb_build_object('job_id', p_job_id));
    end if;
  end if;
  return private.assistant_job_json(v_job) || jsonb_build_object('response_id', v_job.response_id);
end $$;
comment on function public.note_assistant_response(uuid, text) is
  'Notes by which name the provider will answer. Returns the job with the response_id that it waits for: another one, or none, means that this one is not needed. For workers only. '
  'Definer: the service role has no table access. Errors: assistant_job_not_found, invalid_input.';
grant execute on function public.note_assistant_response(uuid, text) to service_role;

create function public.get_assistant_job(p_job_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.assistant_jobs := private.lock_assistant_job(p_job_id);
begin
  return private.assistant_job_json(v_job) || jsonb_build_object('response_id', v_job.response_id, 'texts', jsonb_array_length(v_job.input));
end $$;
comment on function public.get_assistant_job(uuid) is
  'A job as translate_menu returns it, with response_id and the number of texts that were sent. For workers only. Definer: the service role has no table access. Errors: assistant_job_not_found.';
grant execute on function public.get_assistant_job(uuid) to service_role;

create function public.finish_assistant_job(p_job_id uuid, p_answer jsonb, p_input_tokens bigint default null, p_output_tokens bigint default null, p_cost_micro bigint default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.assistant_jobs := private.lock_assistant_job(p_job_id);
  v_done record;
begin
  if num_nonnulls(p_input_tokens, p_output_tokens, p_cost_micro) > 0 then
    perform private.require_used(p_input_tokens, p_output_tokens, p_cost_micro);
  end if;
  if p_answer is null then
    perform private.fail('invalid_input', 'answer: an object');
  elsif v_job.status <> 'asked' then
    return private.assistant_job_json(v_job);
  end if;
  select * into v_done from private.with_delegation(v_job, p_answer);
  if v_done.refusal is not null then
    return private.end_refused_job(v_job, v_done.refusal, p_input_tokens, p_output_tokens, p_cost_micro);
  end if;
  return private.end_assistant_job(v_job, 'succeeded', null, v_done.result, p_input_tokens, p_output_tokens, p_cost_micro);
end $$;
comment on function public.finish_assistant_job(uuid, jsonb, bigint, bigint, bigint) is
  'Writes a checked answer in the name of whoever asked for the job, once, if they still may; otherwise the job is discarded with the reason. An answer that does not fit fails it, and '
  'leaves nothing half written. Tokens and cost are told all or not at all: then it has used what it held. Returns the job as translate_menu does; a repeat returns the same. For workers only. Definer: the service role has no table access. Errors: '
  'assistant_job_not_found, invalid_input.';
grant execute on function public.finish_assistant_job(uuid, jsonb, bigint, bigint, bigint) to service_role;

create function public.fail_assistant_job(p_job_id uuid, p_reason text, p_input_tokens bigint default null, p_output_tokens bigint default null, p_cost_micro bigint default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.assistant_jobs := private.lock_assistant_job(p_job_id);
begin
  if num_nonnulls(p_input_tokens, p_output_tokens, p_cost_micro) > 0 then
    perform private.require_used(p_input_tokens, p_output_tokens, p_cost_micro);
  end if;
  if coalesce(p_reason, '') !~ '^[a-z_]{1,60}$' then
    perform private.fail('invalid_input', 'reason: a code');
  elsif v_job.finished_at is not null then
    return private.assistant_job_json(v_job);
  end if;
  return private.end_assistant_job(v_job, 'failed', p_reason, null, p_input_tokens, p_output_tokens, p_cost_micro);
end $$;
comment on function public.fail_assistant_job(uuid, text, bigint, bigint, bigint) is
  'Ends a job for which there is no usable answer, with the reason. Tokens and cost are told all or not at all: then it has used what it held if it was asked, or nothing. Returns the job as translate_menu does; one that has ended stays as it is. For workers only. Definer: the service role '
  'has no table access. Errors: assistant_job_not_found, invalid_input.';
grant execute on function public.fail_assistant_job(uuid, text, bigint, bigint, bigint) to service_role;
