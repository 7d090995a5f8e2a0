-- The provider says when an answer is there, or does not; and nothing waits for ever.

create function public.record_ai_event(p_event_id text, p_type text, p_created_at timestamptz, p_response_id text default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_outcome text := 'ignored';
  v_job_id uuid;
begin
  if num_nulls(p_event_id, p_type, p_created_at) > 0 or greatest(length(p_event_id), length(p_type), length(p_response_id)) > 255 then
    perform private.fail('invalid_input', 'the event is not of the provider''s form');
  end if;
  -- A second delivery waits here for the first, and then finds its row.
  insert into private.ai_events (event_id, type, response_id, outcome, created_at, trace_id)
  values (p_event_id, p_type, p_response_id, v_outcome, p_created_at, private.trace_id())
  on conflict on constraint ai_events_pkey do nothing;
  if not found then
    return (select jsonb_build_object('event_id', e.event_id, 'duplicate', true, 'outcome', e.outcome) from private.ai_events e where e.event_id = p_event_id);
  end if;
  if p_type in ('response.completed', 'response.failed', 'response.incomplete', 'response.cancelled') then
    select j.id into v_job_id from public.assistant_jobs j where j.response_id = p_response_id and j.finished_at is null;
    v_outcome := case when found then 'matched' else 'unmatched' end;
    update private.ai_events e set outcome = v_outcome where e.event_id = p_event_id;
  end if;
  if v_job_id is not null then
    perform private.emit('assistant_job.answered', jsonb_build_object('job_id', v_job_id));
  end if;
  return jsonb_build_object('event_id', p_event_id, 'duplicate', false, 'outcome', v_outcome);
end $$;
comment on function public.record_ai_event(text, text, timestamptz, text) is
  'Stores a verified event of the model provider, once, and has a worker look at the job that it is about. It carries no answer: the worker asks the provider. For the webhook function '
  'only. Returns {event_id, duplicate, outcome: matched | unmatched | ignored}. Definer: the service role has no table access. Errors: invalid_input.';
grant execute on function public.record_ai_event(text, text, timestamptz, text) to service_role;

create function private.watch_assistant_jobs() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_job public.assistant_jobs;
  v_touched integer := 0;
begin
  for v_job in
    select * from public.assistant_jobs j where j.finished_at is null and (j.expires_at <= now() or j.status = 'asked' and coalesce(j.checked_at, j.asked_at) < now() - interval '2 minutes')
    order by j.created_at limit 200 for no key update skip locked
  loop
    v_touched := v_touched + 1;
    if v_job.expires_at <= now() then
      perform private.end_assistant_job(v_job, 'expired');
      perform private.emit('assistant_job.cancelled', jsonb_build_object('job_id', v_job.id));
    else
      update public.assistant_jobs j set checked_at = now() where j.id = v_job.id;
      perform private.emit('assistant_job.answered', jsonb_build_object('job_id', v_job.id));
    end if;
  end loop;
  delete from public.assistant_jobs j where j.created_at < now() - interval '90 days';
  delete from private.ai_events e where e.received_at < now() - interval '30 days';
  return v_touched;
end $$;
comment on function private.watch_assistant_jobs() is
  'Clock, every minute: has the provider asked for answers of which no webhook has told for two minutes, ends jobs that have taken an hour, and removes jobs of more than 90 days and '
  'events of more than 30. Returns how many jobs it has touched.';
