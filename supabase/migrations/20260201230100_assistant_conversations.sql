-- What people say to the assistant and what it answers, for each person and venue; and what that costs. A plan includes so many
-- requests, tokens and so much money a day. A request takes its share before the model is asked and gives back what it did not
-- need; what a crashed function holds is free again when its lease ends.
--
-- Locks: conversation, then turn, then the organisation's day; none of them is held with any other lock that is waited for. A
-- background job locks the day last of all.

insert into private.errors (code, http_status, meaning, remedy) values
  ('assistant_budget_exhausted', 429, 'The organisation has used what its plan includes of the assistant for the day.', 'Wait until the time in detail, or call the tools directly: they cost nothing.'),
  ('conversation_not_found', 404, 'This person has no such conversation in this venue.', 'Start a new one.'),
  ('assistant_turn_not_found', 404, 'This turn is over, or it is not the function''s that asks.', 'Begin another.');

-- Tokens and money are the limits of abuse, not of use: money in millionths of the currency that the provider's prices are in.
insert into public.tier_entitlements (tier, entitlement, max_count) values
  ('starter', 'assistant_requests', 0), ('pro', 'assistant_requests', 0), ('enterprise', 'assistant_requests', 1000),
  ('starter', 'assistant_tokens', 0), ('pro', 'assistant_tokens', 0), ('enterprise', 'assistant_tokens', 5000000),
  ('starter', 'assistant_cost_micro', 0), ('pro', 'assistant_cost_micro', 0), ('enterprise', 'assistant_cost_micro', 5000000);

create table public.assistant_conversations (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null,
  venue_id uuid not null,
  actor_id uuid not null references auth.users on delete cascade,
  created_at timestamptz not null default now(),
  used_at timestamptz not null default now(),
  constraint venue_belongs_to_organisation foreign key (organisation_id, venue_id) references public.venues (organisation_id, id) on delete cascade,
  constraint conversations_are_known_with_their_venue_and_person unique (venue_id, actor_id, id)
);
comment on table public.assistant_conversations is 'Conversations with the assistant, each of one person in one venue, whom alone it is shown. Forgotten 90 days after its last word.';
create index assistant_conversations_by_venue on public.assistant_conversations (organisation_id, venue_id);
create index assistant_conversations_by_actor on public.assistant_conversations (actor_id, used_at desc);
create index assistant_conversations_by_use on public.assistant_conversations (used_at);

create table public.assistant_messages (
  id bigint generated always as identity primary key,
  venue_id uuid not null,
  actor_id uuid not null,
  conversation_id uuid not null,
  said_by text not null,
  text text not null,
  created_at timestamptz not null default now(),
  constraint conversation_belongs_to_venue_and_person foreign key (venue_id, actor_id, conversation_id)
    references public.assistant_conversations (venue_id, actor_id, id) on delete cascade,
  constraint one_of_two_speaks check (said_by in ('person', 'assistant')),
  constraint text_has_a_length check (length(text) between 1 and 40000)
);
comment on table public.assistant_messages is 'What was said in a conversation: the words alone, not what tools have read for them. Forgotten after 90 days.';
create index assistant_messages_by_conversation on public.assistant_messages (venue_id, actor_id, conversation_id, id desc);
create index assistant_messages_by_age on public.assistant_messages (created_at);

alter table public.assistant_conversations enable row level security;
alter table public.assistant_messages enable row level security;
create policy select_own on public.assistant_conversations for select to authenticated
  using (actor_id = (select auth.uid()) and venue_id = any ((select private.venues_with('ai.use'))::uuid[]));
grant select on public.assistant_conversations to authenticated;
create policy select_own on public.assistant_messages for select to authenticated
  using (actor_id = (select auth.uid()) and venue_id = any ((select private.venues_with('ai.use'))::uuid[]));
grant select on public.assistant_messages to authenticated;
insert into private.personal_data (table_name, column_name, subject, identifies) values ('public.assistant_messages', 'text', 'member', null);

create table private.assistant_usage (
  organisation_id uuid not null references public.organisations on delete cascade,
  day date not null,
  requests bigint not null default 0,
  tokens bigint not null default 0,
  cost_micro bigint not null default 0,
  primary key (organisation_id, day),
  constraint usage_is_not_negative check (requests >= 0 and tokens >= 0 and cost_micro >= 0)
);
comment on table private.assistant_usage is 'What an organisation has used of the assistant''s model on a business day, beside what turns and background jobs under way hold.';
comment on column private.assistant_usage.day is 'The business day of the venue that was asked in.';
comment on column private.assistant_usage.requests is 'How often the model was asked: once or more for each turn, once for each background job.';
comment on column private.assistant_usage.cost_micro is 'In millionths of the currency of the provider''s prices.';

create table private.assistant_turns (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null,
  venue_id uuid not null,
  actor_id uuid not null,
  conversation_id uuid not null,
  day date not null,
  key_hash bytea not null,
  model text not null,
  prompt_sha256 bytea not null,
  requests integer not null default 1,
  input_tokens bigint not null default 0,
  output_tokens bigint not null default 0,
  cost_micro bigint not null default 0,
  held_tokens bigint not null,
  held_cost_micro bigint not null,
  held_until timestamptz not null default now() + interval '5 minutes',
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint venue_belongs_to_organisation foreign key (organisation_id, venue_id) references public.venues (organisation_id, id) on delete cascade,
  constraint conversation_belongs_to_venue_and_person foreign key (venue_id, actor_id, conversation_id)
    references public.assistant_conversations (venue_id, actor_id, id) on delete cascade,
  constraint model_has_a_name check (model ~ '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$'),
  constraint what_it_used_is_not_negative check (requests > 0 and input_tokens >= 0 and output_tokens >= 0 and cost_micro >= 0),
  constraint it_holds_a_share check (held_tokens between 0 and 10000000 and held_cost_micro between 0 and 1000000000),
  constraint nothing_is_held_in_the_end check (finished_at is null or held_tokens = 0 and held_cost_micro = 0)
);
comment on table private.assistant_turns is 'One question to the assistant until its answer, and what of the day''s budget it holds meanwhile. Removed after a week: assistant_calls keeps what it came to.';
comment on column private.assistant_turns.key_hash is 'SHA-256 of a secret that the function makes for this turn and tells nobody: so only the function says what a turn has used.';
comment on column private.assistant_turns.held_until is 'A lease: who has not come back by then has crashed, and holds nothing any more.';
create index assistant_turns_by_venue on private.assistant_turns (organisation_id, venue_id);
create index assistant_turns_by_conversation on private.assistant_turns (venue_id, actor_id, conversation_id);
create index assistant_turns_that_hold on private.assistant_turns (organisation_id, day) where finished_at is null;
create unique index one_turn_per_key on private.assistant_turns (key_hash);
create index assistant_turns_by_age on private.assistant_turns (started_at);
