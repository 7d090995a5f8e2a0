-- Webhooks: what happens in an organisation is told to addresses of its own choice, signed by the Standard Webhooks scheme.
-- An endpoint is told of events of a closed list; an event and an endpoint are one delivery, and one message of the queue.
-- docs/webhooks.md tells receivers the rest.

insert into private.errors (code, http_status, meaning, remedy) values
  ('webhook_endpoint_not_found', 404, 'There is no such webhook endpoint in reach of this caller.', 'List the organisation''s endpoints and use one of their ids.'),
  ('webhook_endpoint_disabled', 409, 'The webhook endpoint is switched off.', 'Switch it on first.'),
  ('webhook_delivery_not_found', 404, 'There is no such webhook delivery in reach of this caller.', 'Deliveries are kept for 30 days: list them and use one of their ids.'),
  ('webhook_delivery_pending', 409, 'The delivery is still under way.', 'Wait until it has been delivered or given up.');

create table public.webhook_event_types (
  type text primary key,
  description text not null,
  constraint type_is_a_subject_and_a_verb check (type ~ '^[a-z]+\.[a-z]+$')
);
comment on table public.webhook_event_types is 'Everything a webhook can tell of. Reference data, changed by migrations only.';
insert into public.webhook_event_types (type, description) values
  ('order.placed', 'An order reached the kitchen: placed, and paid first if it had to be.'),
  ('order.accepted', 'The kitchen or a server accepted the order.'),
  ('order.preparing', 'Cooking has begun.'),
  ('order.ready', 'Everything of the order is ready.'),
  ('order.served', 'The order was brought to its table.'),
  ('order.completed', 'The order is finished.'),
  ('order.cancelled', 'The order was cancelled.'),
  ('order.expired', 'The order was not paid in time.'),
  ('order.paid', 'Nothing is due on the order any more.'),
  ('payment.succeeded', 'A payment was settled, online or at the till.'),
  ('refund.succeeded', 'Money was given back.'),
  ('refund.failed', 'The provider refused a refund; the money stays with the venue.'),
  ('webhook.test', 'Asked for by somebody who tries the endpoint; sent whatever it has chosen.');

create table public.webhook_endpoints (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations on delete cascade,
  venue_id uuid,
  url text not null,
  description text,
  event_types text[] not null,
  is_enabled boolean not null default true,
  disabled_because text,
  failing_since timestamptz,
  failures integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint webhook_endpoints_tenant_key unique (organisation_id, id),
  constraint venue_is_in_the_organisation foreign key (organisation_id, venue_id) references public.venues (organisation_id, id) on delete cascade,
  constraint url_is_https check (length(url) <= 2000 and url ~ '^https://[^[:space:]/?#@]+(/[^[:space:]#]*)?$'),
  constraint description_is_short_text check (length(trim(description)) between 1 and 280),
  constraint something_is_chosen check (cardinality(event_types) between 1 and 50),
  constraint only_the_disabled_have_a_reason check (is_enabled = (disabled_because is null)),
  constraint reason_is_known check (disabled_because in ('by_hand', 'failing', 'gone')),
  constraint failures_have_a_start check ((failures > 0) = (failing_since is not null) and failures >= 0)
);
comment on table public.webhook_endpoints is 'Where an organisation wants to be told of what happens, and of what.';
comment on column public.webhook_endpoints.venue_id is 'Only what happens there; null: in the whole organisation.';
comment on column public.webhook_endpoints.disabled_because is 'by_hand; failing: it had not taken a delivery for days; gone: it answered 410.';
comment on column public.webhook_endpoints.failing_since is 'When the first of the present series of failed attempts was made.';
comment on column public.webhook_endpoints.failures is 'Failed attempts since the last delivery that arrived.';
create index webhook_endpoints_by_venue on public.webhook_endpoints (organisation_id, venue_id);

create table private.webhook_secrets (
  id uuid primary key,
  organisation_id uuid not null,
  endpoint_id uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  constraint endpoint_is_in_the_organisation foreign key (organisation_id, endpoint_id) references public.webhook_endpoints (organisation_id, id) on delete cascade
);
comment on table private.webhook_secrets is 'What deliveries are signed with: the name of a secret in the vault, which has to be read to sign.';
comment on column private.webhook_secrets.id is 'The vault''s id of the secret.';
comment on column private.webhook_secrets.expires_at is 'Until when a replaced secret signs as well; null: the present one.';
create index webhook_secrets_by_endpoint on private.webhook_secrets (organisation_id, endpoint_id);
create unique index one_present_secret_per_endpoint on private.webhook_secrets (endpoint_id) where expires_at is null;

create function private.forget_webhook_secret() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from vault.secrets s where s.id = old.id;
  return null;
end $$;
comment on function private.forget_webhook_secret() is
  'After-delete trigger: what signs no more is in the vault no more. Definer, because an endpoint may go with its venue.';
create trigger forget_secret after delete on private.webhook_secrets for each row execute function private.forget_webhook_secret();

create table public.webhook_events (
  id uuid primary key,
  organisation_id uuid not null references public.organisations on delete cascade,
  venue_id uuid,
  type text not null references public.webhook_event_types,
  sequence bigint not null,
  data jsonb not null,
  created_at timestamptz not null,
  constraint webhook_events_tenant_key unique (organisation_id, id),
  constraint venue_is_in_the_organisation foreign key (organisation_id, venue_id) references public.venues (organisation_id, id) on delete cascade
);
comment on table public.webhook_events is 'What endpoints are told: an event is here once it had somebody to be told to. Kept for 30 days.';
comment on column public.webhook_events.sequence is 'Grows with gaps: of two events of one order the later has the larger.';
comment on column public.webhook_events.data is 'Ids, statuses and amounts; never a name, an address or a free text.';
create index webhook_events_by_venue on public.webhook_events (organisation_id, venue_id);
create index webhook_events_by_type on public.webhook_events (type);
create index webhook_events_by_age on public.webhook_events (created_at);
create sequence private.webhook_sequence;

create table public.webhook_deliveries (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null,
  endpoint_id uuid not null,
  event_id uuid not null,
  status text not null default 'pending',
  attempts integer not null default 0,
  response_status integer,
  latency_ms integer,
  failure text,
  next_attempt_at timestamptz default now(),
  sending_until timestamptz,
  finished_at timestamptz,
  created_at timestamptz not null default now(),
  constraint one_delivery_per_endpoint_and_event unique (organisation_id, endpoint_id, event_id),
  constraint endpoint_is_in_the_organisation foreign key (organisation_id, endpoint_id) references public.webhook_endpoints (organisation_id, id) on delete cascade,
  constraint event_is_in_the_organisation foreign key (organisation_id, event_id) references public.webhook_events (organisation_id, id) on delete cascade,
  constraint status_is_known check (status in ('pending', 'delivered', 'failed', 'cancelled')),
  constraint failure_is_known check (failure in ('address', 'connection', 'timeout', 'answer', 'redirect', 'lost')),
  constraint only_the_pending_have_a_next_attempt check ((status = 'pending') = (next_attempt_at is not null)),
  constraint only_the_pending_are_being_sent check (status = 'pending' or sending_until is null),
  constraint the_others_are_finished check ((status <> 'pending') = (finished_at is not null)),
  constraint measures_are_not_negative check (attempts >= 0 and latency_ms >= 0)
);
comment on table public.webhook_deliveries is 'An event on its way to an endpoint, and how far it came. Gone with its event after 30 days.';
comment on column public.webhook_deliveries.status is 'pending; delivered: answered with 2xx; failed: given up, the tenant''s own dead letter; cancelled: its endpoint was switched off.';
comment on column public.webhook_deliveries.attempts is 'Attempts that were made, those of earlier requests included.';
comment on column public.webhook_deliveries.response_status is 'HTTP status of the last answer; null when there was none.';
comment on column public.webhook_deliveries.latency_ms is 'How long the last attempt took.';
comment on column public.webhook_deliveries.failure is
  'Of the last attempt. address: it leads to no public one; connection: nobody answered there over TLS with a good certificate; timeout; '
  'answer: neither 2xx nor HTTP; redirect: not followed; lost: its worker died.';
comment on column public.webhook_deliveries.next_attempt_at is 'Not before this instant; while pending only.';
comment on column public.webhook_deliveries.sending_until is 'While a worker is sending it: how long it may.';
create index webhook_deliveries_by_endpoint on public.webhook_deliveries (endpoint_id, created_at desc);
create index webhook_deliveries_by_event on public.webhook_deliveries (organisation_id, event_id);
create index webhook_deliveries_being_sent on public.webhook_deliveries (endpoint_id) where sending_until is not null;
create index pending_webhook_deliveries on public.webhook_deliveries (endpoint_id) where status = 'pending';

create function private.organisations_once_with(p_permission text) returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select m.organisation_id from public.memberships m join private.permission_roles p on p.permission = p_permission and m.role = any (p.roles)
    where m.user_id = (select auth.uid()) and m.venue_id is null);
end $$;
comment on function private.organisations_once_with(text) is
  'As organisations_with, whether or not the subscription still allows it: see venues_once_with. Definer: see reach.';
grant execute on function private.organisations_once_with(text) to authenticated;

alter table public.webhook_event_types enable row level security;
alter table public.webhook_endpoints enable row level security;
alter table public.webhook_events enable row level security;
alter table public.webhook_deliveries enable row level security;
create policy select_all on public.webhook_event_types for select to authenticated using (true);
create policy select_owner on public.webhook_endpoints for select to authenticated
  using (organisation_id = any ((select private.organisations_once_with('integrations.manage'))::uuid[]));
create policy select_owner on public.webhook_events for select to authenticated
  using (organisation_id = any ((select private.organisations_once_with('integrations.manage'))::uuid[]));
create policy select_owner on public.webhook_deliveries for select to authenticated
  using (organisation_id = any ((select private.organisations_once_with('integrations.manage'))::uuid[]));
grant select on public.webhook_event_types, public.webhook_endpoints, public.webhook_events, public.webhook_deliveries to authenticated;
create trigger set_updated_at before update on public.webhook_endpoints for each row execute function private.set_updated_at();
create trigger audit after insert or delete or update of url, description, event_types, is_enabled on public.webhook_endpoints
  for each row execute function private.audit();
