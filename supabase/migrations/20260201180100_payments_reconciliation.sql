-- Reconciliation: what the provider says is compared with the books, every 15 minutes and whenever somebody asks. A run has a
-- window of time, steps, and in each step a page to go on after, so that a worker does as much as its time allows and the next
-- one continues. One run at a time; who died is taken over when the lease is over.

insert into private.errors (code, http_status, meaning, remedy) values
  ('reconciliation_running', 409, 'A reconciliation of a shorter time is under way.', 'Wait until it is finished, then ask again.'),
  ('reconciliation_lost', 409, 'Another worker has this reconciliation, or it is finished.', 'Nothing to do: whoever has it goes on.'),
  ('reconciliation_not_found', 404, 'There is no such reconciliation.', 'Use the id that request_reconciliation returned.');

select private.create_queue('reconciliation', 10);
insert into private.outbox_routes (topic, queue) values ('provider.reconcile', 'reconciliation');

create table private.reconciliation_runs (
  id uuid primary key default gen_random_uuid(),
  requested_by text not null,
  window_from timestamptz not null,
  window_to timestamptz not null,
  step text not null default 'events',
  page_after text,
  counts jsonb not null default '{}',
  worker uuid,
  lease_until timestamptz,
  last_error text,
  requested_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  outcome text,
  constraint requester_is_known check (requested_by in ('clock', 'operator')),
  constraint window_has_a_length check (window_from < window_to),
  constraint step_is_known check (step in ('events', 'payments', 'refunds', 'subscriptions', 'unconfirmed', 'balance', 'findings')),
  constraint outcome_is_known check (outcome in ('clean', 'differences', 'failed')),
  constraint finished_means_an_outcome check ((finished_at is null) = (outcome is null)),
  constraint a_lease_has_a_worker check ((lease_until is null) = (worker is null))
);
comment on table private.reconciliation_runs is 'Every reconciliation there was; a finished one is history and changes no more.';
comment on column private.reconciliation_runs.window_from is 'What was made at the provider from here on is looked at; the windows of good runs overlap, without a gap.';
comment on column private.reconciliation_runs.page_after is 'Where the step goes on: the provider''s object after which the next page begins.';
comment on column private.reconciliation_runs.counts is 'How many were seen, compared, recovered and repaired.';
comment on column private.reconciliation_runs.worker is 'Who is at it; whoever writes must be the one.';
comment on column private.reconciliation_runs.lease_until is 'Afterwards anybody may take it over.';
comment on column private.reconciliation_runs.outcome is 'clean; differences: at least one finding is open; failed: given up after six hours.';
create unique index one_run_at_a_time on private.reconciliation_runs ((finished_at is null)) where finished_at is null;
create index reconciliation_runs_by_window on private.reconciliation_runs (window_to) where outcome in ('clean', 'differences');
create index reconciliation_runs_by_request on private.reconciliation_runs (requested_at);
create trigger finished_runs_are_history before update on private.reconciliation_runs
  for each row when (old.finished_at is not null) execute function private.forbid_change();
create trigger runs_are_kept before delete on private.reconciliation_runs for each row execute function private.forbid_change();
create trigger runs_are_not_truncated before truncate on private.reconciliation_runs for each statement execute function private.forbid_change();

create table private.reconciliation_seen (
  run_id uuid not null references private.reconciliation_runs,
  object_id text not null,
  primary key (run_id, object_id)
);
comment on table private.reconciliation_seen is 'The provider''s objects that the run under way has met; emptied at its end.';

create function private.begin_reconciliation(p_requested_by text, p_since timestamptz) returns private.reconciliation_runs
language plpgsql volatile set search_path = '' as $$
declare
  v_run private.reconciliation_runs;
  v_last timestamptz := (select max(r.window_to) from private.reconciliation_runs r where r.outcome in ('clean', 'differences'));
  -- The provider keeps its events for 30 days. Whole days (UTC), so that the balance of each can be compared.
  v_first constant timestamptz := date_trunc('day', now() - interval '29 days', 'UTC');
begin
  -- This statement wins, or finds who has won.
  insert into private.reconciliation_runs (requested_by, window_from, window_to)
  values (p_requested_by, least(coalesce(v_last - interval '1 hour', v_first), date_trunc('day', p_since, 'UTC')), now())
  on conflict do nothing returning * into v_run;
  if not found then
    select * into v_run from private.reconciliation_runs r where r.finished_at is null for no key update;
    if v_run.requested_at < now() - interval '6 hours' and coalesce(v_run.lease_until < now(), true) then
      update private.reconciliation_runs r set finished_at = now(), outcome = 'failed' where r.id = v_run.id;
      delete from private.reconciliation_seen s where s.run_id = v_run.id;
      return private.begin_reconciliation(p_requested_by, p_since);
    end if;
  end if;
  if v_run.lease_until is null or v_run.lease_until < now() then
    perform private.emit('provider.reconcile', jsonb_build_object('run_id', v_run.id));
  end if;
  return v_run;
end $$;
comment on function private.begin_reconciliation(text, timestamptz) is
  'The run under way, or a new one: from an hour before the end of the last good one, or earlier if asked, until now. A worker is '
  'asked to go on with it unless one has it. What could not be finished in six hours is given up, and another begins.';

create function private.reconcile_by_clock() returns uuid
language sql volatile set search_path = '' as $$
  select (private.begin_reconciliation('clock', null)).id
$$;
comment on function private.reconcile_by_clock() is 'Clock, every 15 minutes: begins a reconciliation, or has the one under way continued. Returns its id.';

create function private.reconciliation_summary(p_run private.reconciliation_runs) returns jsonb
language sql immutable set search_path = '' as $$
  select jsonb_build_object('run_id', p_run.id, 'requested_by', p_run.requested_by, 'window_from', p_run.window_from, 'window_to', p_run.window_to,
    'step', p_run.step, 'counts', p_run.counts, 'last_error', p_run.last_error, 'requested_at', p_run.requested_at,
    'started_at', p_run.started_at, 'finished_at', p_run.finished_at, 'outcome', p_run.outcome)
$$;
comment on function private.reconciliation_summary(private.reconciliation_runs) is 'A run as reports show it.';

create function public.request_reconciliation(p_since timestamptz default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_run private.reconciliation_runs;
begin
  if p_since not between now() - interval '400 days' and now() then
    perform private.fail('invalid_input', 'p_since: within the last 400 days');
  end if;
  v_run := private.begin_reconciliation('operator', p_since);
  if v_run.window_from > p_since then
    perform private.fail('reconciliation_running', format('it looks back to %s', v_run.window_from));
  end if;
  return private.reconciliation_summary(v_run);
end $$;
comment on function public.request_reconciliation(timestamptz) is
  'Asks for a reconciliation that looks back to p_since at least (400 days at most), or joins the one under way. For operators with '
  'the secret key. Returns {run_id, requested_by, window_from, window_to, step, counts, last_error, requested_at, started_at, '
  'finished_at, outcome}. Definer: the service role has no table access. Errors: invalid_input, reconciliation_running.';
grant execute on function public.request_reconciliation(timestamptz) to service_role;

create function public.claim_reconciliation(p_run_id uuid, p_worker uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_run private.reconciliation_runs;
begin
  if p_worker is null then
    perform private.fail('invalid_input', 'p_worker: who claims it');
  end if;
  update private.reconciliation_runs r
  set worker = p_worker, lease_until = now() + interval '90 seconds', started_at = coalesce(r.started_at, now())
  where r.id = p_run_id and r.finished_at is null and (r.worker is null or r.worker = p_worker or r.lease_until < now())
  returning * into v_run;
  if found then
    return private.reconciliation_summary(v_run) || jsonb_build_object('claimed', true, 'page_after', v_run.page_after);
  elsif not exists (select 1 from private.reconciliation_runs r where r.id = p_run_id) then
    perform private.fail('reconciliation_not_found');
  end if;
  return jsonb_build_object('run_id', p_run_id, 'claimed', false);
end $$;
comment on function public.claim_reconciliation(uuid, uuid) is
  'Takes a reconciliation for 90 seconds, which every further call extends, unless another worker has it. For workers only. Returns '
  '{claimed, run_id} and, when claimed, the run as request_reconciliation returns it with {page_after}. Definer: the service role '
  'has no table access. Errors: invalid_input, reconciliation_not_found.';
grant execute on function public.claim_reconciliation(uuid, uuid) to service_role;

create function private.hold_reconciliation(p_run_id uuid, p_worker uuid) returns private.reconciliation_runs
language plpgsql volatile set search_path = '' as $$
declare
  v_run private.reconciliation_runs;
begin
  update private.reconciliation_runs r set lease_until = now() + interval '90 seconds'
  where r.id = p_run_id and r.worker = p_worker and r.finished_at is null returning * into v_run;
  if not found then
    perform private.fail('reconciliation_lost');
  end if;
  return v_run;
end $$;
comment on function private.hold_reconciliation(uuid, uuid) is
  'Every step''s first statement: the run is this worker''s, and stays so for another 90 seconds. Errors: reconciliation_lost.';

create function public.release_reconciliation(p_run_id uuid, p_worker uuid, p_error text default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.hold_reconciliation(p_run_id, p_worker);
  update private.reconciliation_runs r set worker = null, lease_until = null, last_error = left(p_error, 500) where r.id = p_run_id;
  if p_error is null then
    perform private.emit('provider.reconcile', jsonb_build_object('run_id', p_run_id));
  end if;
  return jsonb_build_object('run_id', p_run_id, 'released', true);
end $$;
comment on function public.release_reconciliation(uuid, uuid, text) is
  'Gives a reconciliation back: without an error because the worker''s time is over, so that another job goes on; with one, the job '
  'itself is repeated. For workers only. Returns {run_id, released}. Definer: the service role has no table access. Errors: reconciliation_lost.';
grant execute on function public.release_reconciliation(uuid, uuid, text) to service_role;

create function public.get_missing_events(p_run_id uuid, p_worker uuid, p_event_ids text[]) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  if coalesce(cardinality(p_event_ids), 0) not between 1 and 100 then
    perform private.fail('invalid_input', 'p_event_ids: 1 to 100');
  end if;
  perform private.hold_reconciliation(p_run_id, p_worker);
  return (
    select coalesce(jsonb_agg(i.event_id order by i.ordinality), '[]')
    from unnest(p_event_ids) with ordinality i (event_id, ordinality)
    where not exists (select 1 from private.provider_events e where e.provider = 'stripe' and e.event_id = i.event_id));
end $$;
comment on function public.get_missing_events(uuid, uuid, text[]) is
  'Which of these events (100 at most) never came, in the order given. For workers only, who then hand them to '
  'record_provider_event. Returns [event_id]. Definer: the service role has no table access. Errors: invalid_input, reconciliation_lost.';
grant execute on function public.get_missing_events(uuid, uuid, text[]) to service_role;

insert into private.personal_data (table_name, column_name, subject, identifies) values
  ('private.reconciliation_runs', 'counts', 'nobody', null); -- numbers
