-- What guests say about an order. A venue asks its own questions; an order is answered once, by somebody who holds a
-- secret of its session, and what was said is never rewritten: it can be hidden, with a name and a reason.

insert into private.errors (code, http_status, meaning, remedy) values
  ('feedback_not_open', 409, 'Feedback is taken for orders that are ready, served or completed.', 'Wait until the order is ready.'),
  ('feedback_given', 409, 'Feedback about this order has been given.', 'Thank the guest; every order is answered once.'),
  ('feedback_not_found', 404, 'There is no such feedback in reach of this caller.', 'Check the id.');

create table public.feedback_questions (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  kind text not null,
  prompt text not null,
  choices text[],
  position integer not null default 0,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint feedback_questions_kind_key unique (venue_id, id, kind),
  constraint kind_is_known check (kind in ('stars', 'choice', 'text')),
  constraint prompt_is_short_text check (length(trim(prompt)) between 1 and 280),
  constraint choice_means_choices check ((kind = 'choice') = (choices is not null)),
  constraint choices_are_a_few_short_texts check (
    array_ndims(choices) = 1 and cardinality(choices) between 2 and 20 and array_position(choices, null) is null
    and '' <> all (choices) and length(array_to_string(choices, '')) <= 1000)
);
comment on table public.feedback_questions is 'What a venue asks. Never reworded: earlier answers would belong to another question. Switch it off and ask anew.';
comment on column public.feedback_questions.kind is 'stars: 1 to 5; choice: one of the choices; text: in the guest''s own words.';
create index feedback_questions_by_venue on public.feedback_questions (venue_id, position) where is_active;

create table public.feedback (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null,
  order_id uuid not null,
  is_hidden boolean not null default false,
  moderated_by uuid,
  moderation_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint feedback_tenant_key unique (venue_id, id),
  constraint one_feedback_per_order unique (venue_id, order_id),
  constraint order_is_in_the_venue foreign key (venue_id, order_id) references public.orders (venue_id, id),
  constraint moderation_has_an_author_and_a_reason check ((moderated_by is null) = (moderation_reason is null)),
  constraint hiding_is_moderation check (not is_hidden or moderated_by is not null),
  constraint reason_is_short_text check (length(trim(moderation_reason)) between 1 and 280)
);
comment on table public.feedback is 'One per order: that a guest of its session answered, and whether it counts.';
comment on column public.feedback.is_hidden is 'Hidden feedback is in no summary; it is kept, and can be shown again.';
comment on column public.feedback.moderated_by is 'Who hid it or showed it last; every decision is in the audit history. No foreign key: history outlives accounts.';
create index feedback_by_time on public.feedback (venue_id, created_at);

create table public.feedback_answers (
  venue_id uuid not null,
  feedback_id uuid not null,
  question_id uuid not null,
  kind text not null,
  stars integer,
  choice text,
  body text,
  primary key (venue_id, feedback_id, question_id),
  constraint feedback_is_in_the_venue foreign key (venue_id, feedback_id) references public.feedback (venue_id, id) on delete cascade,
  constraint question_is_of_this_kind foreign key (venue_id, question_id, kind) references public.feedback_questions (venue_id, id, kind),
  constraint answer_fits_its_kind check (
    num_nonnulls(stars, choice, body) = 1 and case kind when 'stars' then stars is not null when 'choice' then choice is not null else body is not null end),
  constraint stars_are_one_to_five check (stars between 1 and 5),
  constraint body_is_bounded check (length(trim(body)) between 1 and 2000)
);
comment on table public.feedback_answers is 'One answer to one question, of the kind that the question asks for.';
comment on column public.feedback_answers.body is 'A guest''s own words, which may say who they are.';
create index feedback_answers_by_question on public.feedback_answers (venue_id, question_id, kind);

alter table public.feedback_questions enable row level security;
alter table public.feedback enable row level security;
alter table public.feedback_answers enable row level security;
create policy select_settings on public.feedback_questions for select to authenticated
  using (venue_id = any ((select private.venues_with('settings.read'))::uuid[]));
create policy insert_settings on public.feedback_questions for insert to authenticated
  with check (venue_id = any ((select private.venues_with('settings.edit'))::uuid[]));
create policy update_settings on public.feedback_questions for update to authenticated
  using (venue_id = any ((select private.venues_with('settings.edit'))::uuid[]))
  with check (venue_id = any ((select private.venues_with('settings.edit'))::uuid[]));
create policy select_analyst on public.feedback for select to authenticated
  using (venue_id = any ((select private.venues_with('analytics.read'))::uuid[]));
create policy select_analyst on public.feedback_answers for select to authenticated
  using (venue_id = any ((select private.venues_with('analytics.read'))::uuid[]));
grant select, insert (venue_id, kind, prompt, choices, position), update (position, is_active) on public.feedback_questions to authenticated;
grant select on public.feedback, public.feedback_answers to authenticated;
create trigger set_updated_at before update on public.feedback_questions for each row execute function private.set_updated_at();
create trigger set_updated_at before update on public.feedback for each row execute function private.set_updated_at();
create trigger audit after insert or update or delete on public.feedback_questions for each row execute function private.audit();
create trigger audit after update or delete on public.feedback for each row execute function private.audit();
