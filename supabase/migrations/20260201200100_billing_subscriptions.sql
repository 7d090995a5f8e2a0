-- What the payment provider says about an organisation's subscription, as last seen; what each look changed; and what
-- owners asked for. Plan, status and add-ons of an organisation follow from here and from nowhere else.

insert into private.errors (code, http_status, meaning, remedy) values
  ('subscription_exists', 409, 'The organisation has a subscription already.', 'Change the plan, or open the portal to pay.'),
  ('subscription_missing', 409, 'The organisation has no subscription that this could be done with.', 'Choose a plan first.'),
  ('subscription_unpaid', 409, 'The last invoice of the subscription is not paid.', 'Open the portal and pay it, then try again.'),
  ('billing_change_in_progress', 409, 'Another change of the subscription is under way.', 'Wait a moment, load the subscription, and try again.'),
  ('downgrade_waiting', 409, 'The subscription changes to a smaller plan when its period ends.', 'Resume the present plan first.'),
  ('plan_too_small', 409, 'More is in use than what would be left includes.', 'Remove what the details name, or keep the plan.'),
  ('add_on_not_offered', 409, 'This add-on is not sold with the organisation''s plan.', 'Choose an add-on of the plan, or another plan.'),
  ('billing_change_not_found', 404, 'There is no such change of a subscription.', 'Check the id.');

create table public.billing_customers (
  organisation_id uuid primary key references public.organisations,
  provider_reference text not null unique,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.billing_customers is 'Who an organisation is at the payment provider. Set by its subscription.';

create table public.subscriptions (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations,
  provider_reference text not null unique,
  status text not null,
  tier text not null references public.tiers,
  next_tier text references public.tiers,
  items jsonb not null,
  currency text not null,
  billing_interval text not null,
  trial_ends_at timestamptz,
  current_period_ends_at timestamptz not null,
  cancel_at_period_end boolean not null,
  past_due_since timestamptz,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint subscriptions_tenant_key unique (organisation_id, id),
  constraint status_is_known
    check (status in ('incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'canceled', 'unpaid', 'paused')),
  constraint past_due_has_a_start check ((status = 'past_due') = (past_due_since is not null)),
  constraint next_plan_is_another check (next_tier <> tier)
);
comment on table public.subscriptions is 'The subscriptions of an organisation, past ones included, as the provider last told us.';
comment on column public.subscriptions.status is 'In the provider''s words.';
comment on column public.subscriptions.tier is 'The plan that is paid for now.';
comment on column public.subscriptions.next_tier is 'The smaller plan that begins when the period ends; null when none does.';
comment on column public.subscriptions.items is 'The provider''s item of the plan and of each add-on: {"pro": "si_…"}.';
comment on column public.subscriptions.past_due_since is 'When the invoice that could not be collected was made; the grace counts from here, however often it is tried again.';
comment on column public.subscriptions.seen_at is 'By our clock: the provider was asked after this instant. What was asked earlier changes nothing any more.';
create index subscriptions_by_tier on public.subscriptions (tier);
create index subscriptions_by_next_tier on public.subscriptions (next_tier) where next_tier is not null;

create table public.subscription_events (
  id bigint generated always as identity primary key,
  organisation_id uuid not null,
  subscription_id uuid not null,
  occurred_at timestamptz not null default now(),
  before jsonb,
  after jsonb not null,
  trace_id text,
  constraint subscription_is_of_the_organisation foreign key (organisation_id, subscription_id) references public.subscriptions (organisation_id, id)
);
comment on table public.subscription_events is 'Append-only history: each change of a subscription that we saw, from what to what.';
comment on column public.subscription_events.before is 'Status, plan, next plan, add-ons, trial, period and cancellation as they were; null for the first sight of a subscription.';
comment on column public.subscription_events.trace_id is 'W3C trace id of the request that reported it.';
create index subscription_events_by_subscription on public.subscription_events (organisation_id, subscription_id, id);
create trigger subscription_events_append_only before update or delete on public.subscription_events
  for each row execute function private.forbid_change();
create trigger subscription_events_no_truncate before truncate on public.subscription_events
  for each statement execute function private.forbid_change();

create table public.billing_changes (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations,
  kind text not null,
  request jsonb not null,
  steps jsonb not null,
  status text not null default 'reserved',
  provider_reference text,
  failure_code text,
  requested_by uuid references auth.users on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint kind_is_known check (kind in ('checkout', 'plan', 'add_on', 'remove_add_on', 'cancel', 'resume')),
  constraint status_is_known check (status in ('reserved', 'called', 'refused', 'abandoned'))
);
comment on table public.billing_changes is 'What owners asked of a subscription, and whether the provider took it. What came of it is in subscriptions.';
comment on column public.billing_changes.steps is 'What the provider is asked for: computed once, so that a repeat asks for the same under the same key.';
comment on column public.billing_changes.status is 'reserved: the provider may have been asked; called; refused by the provider; abandoned: nobody came back within two minutes.';
comment on column public.billing_changes.provider_reference is 'The Checkout Session, or the subscription that was changed.';
create unique index one_billing_change_at_a_time on public.billing_changes (organisation_id) where status = 'reserved';
create index billing_changes_by_organisation on public.billing_changes (organisation_id, created_at desc);
create index billing_changes_by_member on public.billing_changes (requested_by);

alter table public.billing_customers enable row level security;
alter table public.subscriptions enable row level security;
alter table public.subscription_events enable row level security;
alter table public.billing_changes enable row level security;
create policy select_billing on public.billing_customers for select to authenticated
  using (organisation_id = any ((select private.organisations_with('billing.read'))::uuid[]));
create policy select_billing on public.subscriptions for select to authenticated
  using (organisation_id = any ((select private.organisations_with('billing.read'))::uuid[]));
create policy select_billing on public.subscription_events for select to authenticated
  using (organisation_id = any ((select private.organisations_with('billing.read'))::uuid[]));
create policy select_billing on public.billing_changes for select to authenticated
  using (organisation_id = any ((select private.organisations_with('billing.read'))::uuid[]));
grant select on public.billing_customers, public.subscriptions, public.subscription_events, public.billing_changes to authenticated;
create trigger set_updated_at before update on public.billing_customers for each row execute function private.set_updated_at();
create trigger set_updated_at before update on public.subscriptions for each row execute function private.set_updated_at();
create trigger set_updated_at before update on public.billing_changes for each row execute function private.set_updated_at();

insert into private.personal_data (table_name, column_name, subject, identifies) values
  ('public.subscriptions', 'items', 'nobody', null), -- the provider's ids
  ('public.subscription_events', 'before', 'nobody', null),
  ('public.subscription_events', 'after', 'nobody', null),
  ('public.billing_changes', 'request', 'nobody', null), -- a plan or an add-on
  ('public.billing_changes', 'steps', 'member', null); -- the address of the owner who pays

create function private.current_subscription(p_organisation_id uuid) returns public.subscriptions
language sql stable set search_path = '' as $$
  select s from public.subscriptions s
  where s.organisation_id = p_organisation_id and s.status not in ('incomplete', 'incomplete_expired')
  order by s.status <> 'canceled' desc, s.started_at desc, s.provider_reference desc limit 1
$$;
comment on function private.current_subscription(uuid) is
  'The subscription that counts: the newest that has not ended, else the newest. One that was never paid for never counts.';
