-- Work that takes a model minutes: somebody asks for it and goes on, a worker hands it to the provider, and when the answer is
-- there it is written as the person who asked. That is what a delegation is for: it says whose right a job may use, for what,
-- where and until when; it is used once, and the right itself is asked for again when it is.

insert into private.errors (code, http_status, meaning, remedy) values
  ('assistant_job_not_found', 404, 'There is no such background job in reach of this caller.', 'List your jobs and use one of their ids.'),
  ('assistant_job_running', 409, 'A job of this kind is under way in this venue.', 'Wait until it has ended, or cancel it.'),
  ('assistant_job_closed', 409, 'The job has ended already.', 'Look at its result or its reason; ask again if it is still wanted.'),
  ('assistant_job_limit', 429, 'The organisation has asked for as many background jobs as it may within 24 hours.', 'Wait until the instant that the details name.'),
  ('nothing_to_translate', 409, 'Everything on the draft menu has a translation in this language.', 'Change or remove translations in the app, if others are wanted.'),
  ('menu_file_not_uploaded', 409, 'This person has uploaded nothing under this path within the last 24 hours.', 'Upload the file under a new name, and ask within a day.'),
  ('menu_file_invalid', 422, 'What was uploaded is too large, or of a type that is not read.', 'Upload PDF, JPEG, PNG or WebP, of at most 10 MiB in all.');

create table public.assistant_jobs (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null,
  venue_id uuid not null,
  actor_id uuid not null references auth.users on delete cascade,
  kind text not null,
  arguments jsonb not null,
  status text not null default 'requested',
  reason text,
  input jsonb,
  result jsonb,
  response_id text,
  day date,
  model text,
  input_tokens integer,
  output_tokens integer,
  cost_micro bigint,
  created_at timestamptz not null default now(),
  asked_at timestamptz,
  checked_at timestamptz,
  finished_at timestamptz,
  expires_at timestamptz not null default now() + interval '1 hour',
  constraint assistant_jobs_tenant_key unique (venue_id, id),
  constraint venue_belongs_to_organisation foreign key (organisation_id, venue_id) references public.venues (organisation_id, id) on delete cascade,
  constraint kind_is_known check (kind in ('translate_menu', 'read_menu')),
  constraint status_is_known check (status in ('requested', 'asked', 'succeeded', 'failed', 'discarded', 'cancelled', 'expired')),
  constraint asked_means_a_response check (status <> 'asked' or num_nonnulls(response_id, asked_at, day) = 3),
  constraint only_what_has_ended_has_an_end check ((status in ('requested', 'asked')) = (finished_at is null)),
  constraint only_success_has_a_result check ((status = 'succeeded') = (result is not null)),
  constraint failures_have_a_reason check ((status in ('failed', 'discarded')) = (reason is not null)),
  constraint reason_is_a_code check (reason ~ '^[a-z_]{1,60}$'),
  constraint input_is_kept_until_the_end check (input is null or finished_at is null),
  constraint it_ends_within_an_hour check (expires_at = created_at + interval '1 hour'),
  constraint model_has_a_name check (model ~ '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$'),
  constraint a_share_is_whole check (num_nulls(day, model, input_tokens, output_tokens, cost_micro) in (0, 5)),
  constraint a_share_is_not_negative check (input_tokens >= 0 and output_tokens >= 0 and cost_micro >= 0)
);
comment on table public.assistant_jobs is 'Work that the assistant does in the background, and what became of it. Kept for 90 days.';
comment on column public.assistant_jobs.arguments is 'translate_menu: {locale}; read_menu: {paths}, objects in the bucket menu-files.';
comment on column public.assistant_jobs.status is
  'requested: waits for a worker; asked: the provider has it; succeeded; failed: no usable answer; discarded: there was one, and the person '
  'had lost the right to it; cancelled by the person; expired: no answer within the hour.';
comment on column public.assistant_jobs.reason is 'Why it failed or was discarded: a code.';
comment on column public.assistant_jobs.input is 'The texts that were sent, by number, so that an answer can name nothing else; gone when the job has ended.';
comment on column public.assistant_jobs.result is 'What was written, in numbers: {written, skipped, remaining} or {items_added, categories_added, skipped}.';
comment on column public.assistant_jobs.response_id is 'The provider''s name of the answer; opens nothing without the provider''s key.';
comment on column public.assistant_jobs.day is 'The business day of whose budget it takes; null until it does.';
comment on column public.assistant_jobs.input_tokens is 'With output_tokens and cost_micro: what it holds of the day''s budget at most, and, when it has ended, what it has used.';
comment on column public.assistant_jobs.cost_micro is 'In millionths of the currency of the provider''s prices.';
comment on column public.assistant_jobs.checked_at is 'When a clock last had the provider asked, because no webhook had come.';
create unique index one_job_of_a_kind_at_a_time on public.assistant_jobs (venue_id, kind) where finished_at is null;
create unique index a_response_is_of_one_job on public.assistant_jobs (response_id);
create index assistant_jobs_by_venue on public.assistant_jobs (organisation_id, venue_id, created_at);
create index assistant_jobs_by_actor on public.assistant_jobs (actor_id, created_at desc);
create index open_assistant_jobs on public.assistant_jobs (created_at) where finished_at is null;
create index assistant_jobs_that_hold on public.assistant_jobs (organisation_id, day) where finished_at is null;

alter table public.assistant_jobs enable row level security;
create policy select_own on public.assistant_jobs for select to authenticated
  using (actor_id = (select auth.uid()) or organisation_id = any ((select private.organisations_with('billing.read'))::uuid[]));
grant select on public.assistant_jobs to authenticated;

create table private.assistant_delegations (
  job_id uuid primary key,
  venue_id uuid not null,
  person_id uuid not null references auth.users on delete cascade,
  permission text not null references public.permissions,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '1 hour',
  used_at timestamptz,
  constraint job_is_in_the_venue foreign key (venue_id, job_id) references public.assistant_jobs (venue_id, id) on delete cascade,
  constraint it_lasts_an_hour check (expires_at = created_at + interval '1 hour')
);
comment on table private.assistant_delegations is
  'Whose right a background job may use, for which permission, where and until when. Written when the person asks, used once.';
comment on column private.assistant_delegations.used_at is 'When the job''s answer was written, or refused, in the person''s name.';
create index assistant_delegations_by_job on private.assistant_delegations (venue_id, job_id);
create index assistant_delegations_by_person on private.assistant_delegations (person_id);
create index assistant_delegations_by_permission on private.assistant_delegations (permission);

create function private.keep_delegation() returns trigger
language plpgsql set search_path = '' as $$
begin
  if old.used_at is not null or to_jsonb(new) - 'used_at' is distinct from to_jsonb(old) - 'used_at' then
    raise exception 'a delegation is used once and otherwise stays as it was given' using errcode = '42501';
  end if;
  return new;
end $$;
comment on function private.keep_delegation() is 'Trigger: nobody widens, prolongs or reuses a delegation.';
create trigger keep_delegation before update on private.assistant_delegations for each row execute function private.keep_delegation();

create table private.ai_events (
  event_id text primary key,
  type text not null,
  response_id text,
  outcome text not null,
  created_at timestamptz not null,
  received_at timestamptz not null default now(),
  trace_id text,
  constraint outcome_is_known check (outcome in ('matched', 'unmatched', 'ignored'))
);
comment on table private.ai_events is 'Inbox of the model provider''s verified webhooks: each once, for 30 days. They carry ids and no content.';
comment on column private.ai_events.outcome is 'matched: a job waited for it; unmatched: none does, or not yet; ignored: of a type that needs nothing.';
comment on column private.ai_events.created_at is 'The provider''s clock.';
create index unmatched_ai_events on private.ai_events (response_id) where outcome = 'unmatched';
create index ai_events_by_age on private.ai_events (received_at);

-- What a person asked for, and menus: nothing of guests.
insert into private.personal_data (table_name, column_name, subject, identifies) values
  ('public.assistant_jobs', 'arguments', 'nobody', null), ('public.assistant_jobs', 'input', 'nobody', null), ('public.assistant_jobs', 'result', 'nobody', null),
  ('private.assistant_delegations', 'person_id', 'member', null);

select private.create_queue('assistant_jobs', 8);
insert into private.outbox_routes (topic, queue) values
  ('assistant_job.requested', 'assistant_jobs'), ('assistant_job.answered', 'assistant_jobs'), ('assistant_job.cancelled', 'assistant_jobs');
