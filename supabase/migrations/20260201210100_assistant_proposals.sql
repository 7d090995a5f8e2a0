-- The assistant works the same controls as an app, with the rights of whoever asks. What it would change is written down
-- first, with what is now and what will be, and happens only when the same person confirms it. How much it may change is
-- data here, counted over a rolling day: a change that is too large stays too large in pieces.

insert into private.errors (code, http_status, meaning, remedy) values
  ('tool_not_found', 404, 'The assistant has no such tool.', 'List the tools and use one of their names.'),
  ('proposal_not_found', 404, 'There is no such proposal of this person.', 'List your proposals, or propose the change again.'),
  ('proposal_closed', 409, 'The proposal has been decided already.', 'Propose the change again if it is still wanted.'),
  ('proposal_expired', 410, 'The proposal was not confirmed within 10 minutes.', 'Propose the change again.'),
  ('proposal_stale', 409, 'What the proposal was made from has changed meanwhile.', 'Propose the change again and look at it anew.'),
  ('proposal_not_undoable', 409, 'This change was not made, is undone already, or cannot be taken back.', 'Make the opposite change in the app.'),
  ('guardrail_exceeded', 403, 'The assistant may not change this much, at once or within 24 hours.', 'Propose less, wait, or make the change in the app.');

create table private.assistant_guardrails (
  measure text primary key,
  per_call integer not null,
  per_person_and_day integer not null,
  per_venue_and_day integer not null,
  constraint limits_widen check (per_call > 0 and per_call <= per_person_and_day and per_person_and_day <= per_venue_and_day)
);
comment on table private.assistant_guardrails is 'How much the assistant may change, as counts of what a change is measured in. Reference data, changed by migrations only.';
comment on column private.assistant_guardrails.per_person_and_day is 'Confirmed by one person in one venue within any 24 hours; what was undone still counts.';
comment on column private.assistant_guardrails.per_venue_and_day is 'Confirmed by everybody in one venue within any 24 hours.';

-- What changes the restaurant for longer than a service may in a day be what it may be at once. What service itself consists
-- of (orders, tickets, what is sold out) may be more.
insert into private.assistant_guardrails (measure, per_call, per_person_and_day, per_venue_and_day) values
  ('price_change_bp', 2000, 2000, 2000), ('prices', 50, 50, 100), ('availability', 100, 400, 1200), ('new_items', 1, 20, 40),
  ('archived_items', 10, 10, 20), ('discount_bp', 3000, 3000, 6000), ('publications', 1, 10, 30), ('translations', 100, 400, 800),
  ('orders', 1, 500, 2000), ('cancellations', 1, 10, 30), ('tickets', 50, 500, 2000), ('qr_codes', 100, 100, 200),
  ('tables', 20, 20, 40), ('merges', 1, 20, 60), ('stock_lines', 50, 50, 100), ('par_levels', 50, 50, 100),
  ('purchase_drafts', 1, 10, 20), ('invitations', 1, 5, 10), ('images', 1, 50, 100);

create table private.assistant_changes (
  tool text primary key,
  permission text not null references public.permissions,
  measure text not null references private.assistant_guardrails,
  constraint tool_is_snake_case check (tool ~ '^[a-z]+(_[a-z]+)*$')
);
comment on table private.assistant_changes is 'The changes that the assistant can propose. Reference data, changed by migrations only.';
comment on column private.assistant_changes.permission is 'What it takes beside ai.use, asked when the change is proposed, confirmed and undone.';
create index assistant_changes_by_permission on private.assistant_changes (permission);
create index assistant_changes_by_measure on private.assistant_changes (measure);

create table public.assistant_proposals (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null,
  venue_id uuid not null,
  actor_id uuid not null references auth.users on delete cascade,
  tool text not null references private.assistant_changes,
  arguments jsonb not null,
  before jsonb not null,
  after jsonb not null,
  impact jsonb not null,
  measured integer not null,
  hash bytea not null,
  status text not null default 'pending',
  undo jsonb,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '10 minutes',
  decided_at timestamptz,
  undone_at timestamptz,
  constraint venue_belongs_to_organisation foreign key (organisation_id, venue_id) references public.venues (organisation_id, id) on delete cascade,
  constraint status_is_known check (status in ('pending', 'confirmed', 'undone', 'discarded', 'expired')),
  constraint it_changes_something check (measured > 0),
  constraint it_expires_after_ten_minutes check (expires_at = created_at + interval '10 minutes'),
  constraint decided_when_not_pending check ((status = 'pending') = (decided_at is null)),
  constraint undone_at_when_undone check ((status = 'undone') = (undone_at is not null)),
  constraint only_what_was_done_is_undone check (undo is null or status in ('confirmed', 'undone'))
);
comment on table public.assistant_proposals is 'Changes that the assistant has proposed, and what became of them. Kept for 90 days.';
comment on column public.assistant_proposals.before is 'What is now, as far as the change depends on it; it must still be so when the change is confirmed.';
comment on column public.assistant_proposals.impact is 'What the change means, in numbers; not compared again.';
comment on column public.assistant_proposals.measured is 'How much it changes, in the measure of its tool''s guardrail.';
comment on column public.assistant_proposals.hash is 'SHA-256 of who proposes what and of what it was made from: the same proposal, asked for again, is the same row.';
comment on column public.assistant_proposals.undo is 'What undo_proposal needs; null for what cannot be taken back.';
create unique index one_pending_proposal_of_a_kind on public.assistant_proposals (hash) where status = 'pending';
create index assistant_proposals_by_venue on public.assistant_proposals (organisation_id, venue_id);
create index assistant_proposals_by_actor on public.assistant_proposals (actor_id, created_at desc);
create index assistant_proposals_by_tool on public.assistant_proposals (tool);
create index decided_proposals_by_venue on public.assistant_proposals (venue_id, decided_at) where status in ('confirmed', 'undone');
create index pending_proposals_by_expiry on public.assistant_proposals (expires_at) where status = 'pending';

alter table public.assistant_proposals enable row level security;
create policy select_own on public.assistant_proposals for select to authenticated
  using (actor_id = (select auth.uid()) or organisation_id = any ((select private.organisations_with('billing.read'))::uuid[]));
grant select on public.assistant_proposals to authenticated;

create function private.keep_proposal() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_decision constant text[] := '{status,undo,decided_at,undone_at}';
begin
  if to_jsonb(new) = to_jsonb(old) then
    return new;
  elsif to_jsonb(new) - v_decision is distinct from to_jsonb(old) - v_decision
    or not (old.status, new.status) in (('pending', 'confirmed'), ('pending', 'discarded'), ('pending', 'expired'), ('confirmed', 'undone')) then
    raise exception 'a proposal stays as it was shown' using errcode = '42501';
  end if;
  return new;
end $$;
comment on function private.keep_proposal() is 'Trigger: a proposal is decided once, undone at most once, and otherwise stays as it was shown.';
create trigger keep_proposal before update on public.assistant_proposals for each row execute function private.keep_proposal();

create type private.change as (before jsonb, after jsonb, impact jsonb, measured integer);
comment on type private.change is 'What a proposal would change: computed anew at every confirmation, so that it can be compared.';
create type private.performed as (result jsonb, undo jsonb);
comment on type private.performed is 'The answer of what was done, and what is needed to take it back.';

create function private.require_assistant(p_permission text, p_venue_id uuid) returns public.venues
language plpgsql stable set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('ai.use', p_venue_id);
begin
  perform private.require_feature(v_venue.organisation_id, 'assistant');
  perform private.require_venue(p_permission, p_venue_id);
  return v_venue;
end $$;
comment on function private.require_assistant(text, uuid) is
  'The venue, if the signed-in user may use the assistant there and has this permission, and the plan includes it. '
  'Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded.';

create function private.require_keys(p_arguments jsonb, p_required text[], p_optional text[] default '{}') returns void
language plpgsql stable set search_path = '' as $$
declare
  v_wrong text;
begin
  if p_arguments is null or jsonb_typeof(p_arguments) <> 'object' then
    perform private.fail('invalid_input', 'arguments: an object');
  end if;
  select string_agg(format('%s: %s', coalesce(k.key, a.key), case when a.key is null then 'is missing' else 'is unknown' end), '; ')
  into v_wrong
  from unnest(p_required) k (key)
  full join (select e.key from jsonb_each(p_arguments) e where e.value <> 'null') a on a.key = k.key
  where a.key is null or k.key is null and not a.key = any (p_optional);
  if v_wrong is not null then
    perform private.fail('invalid_input', left(v_wrong, 500));
  end if;
end $$;
comment on function private.require_keys(jsonb, text[], text[]) is 'Refuses arguments that miss a key or have one too many. Errors: invalid_input.';

create function private.ids_of(p_arguments jsonb, p_key text, p_most integer) returns uuid[]
language plpgsql stable set search_path = '' as $$
declare
  v_ids uuid[];
begin
  -- Sorted, so that the same wish in another order is the same proposal.
  select array_agg(distinct i.id::uuid) into v_ids from jsonb_array_elements_text(p_arguments -> p_key) i (id);
  perform private.require_ids(p_key, v_ids, p_most);
  return v_ids;
end $$;
comment on function private.ids_of(jsonb, text, integer) is 'The ids of a list among the arguments, each once. Errors: invalid_input.';

create function private.require_guardrail(p_venue_id uuid, p_tool text, p_measured integer) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_rail private.assistant_guardrails;
  v_person bigint;
  v_venue bigint;
begin
  select g.* into v_rail from private.assistant_changes c join private.assistant_guardrails g on g.measure = c.measure where c.tool = p_tool;
  if p_measured > v_rail.per_call then
    perform private.fail('guardrail_exceeded', format('%s: %s at once, at most %s', v_rail.measure, p_measured, v_rail.per_call));
  end if;
  select coalesce(sum(p.measured) filter (where p.actor_id = auth.uid()), 0), coalesce(sum(p.measured), 0) into v_person, v_venue
  from public.assistant_proposals p join private.assistant_changes c on c.tool = p.tool
  where p.venue_id = p_venue_id and p.status in ('confirmed', 'undone') and p.decided_at > now() - interval '24 hours' and c.measure = v_rail.measure;
  if v_person + p_measured > v_rail.per_person_and_day or v_venue + p_measured > v_rail.per_venue_and_day then
    perform private.fail('guardrail_exceeded', format('%s: %s more within 24 hours, after %s by you and %s in the venue; at most %s and %s',
      v_rail.measure, p_measured, v_person, v_venue, v_rail.per_person_and_day, v_rail.per_venue_and_day));
  end if;
end $$;
comment on function private.require_guardrail(uuid, text, integer) is
  'Refuses what is too much at once or with what was confirmed within 24 hours. Whoever confirms holds the venue''s turn meanwhile. Errors: guardrail_exceeded.';
