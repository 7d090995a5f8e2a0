-- Owners add, change, try and remove endpoints. A secret is in one answer and nowhere else: there is no idempotency key here,
-- because a stored answer would store it. Whoever changes an endpoint locks it first, then its messages, then its deliveries;
-- whoever sends locks them in this order, too.

insert into public.tier_entitlements (tier, entitlement, max_count) values
  ('starter', 'webhook_endpoints', 0), ('pro', 'webhook_endpoints', 3), ('enterprise', 'webhook_endpoints', 20);

create function private.lock_webhook_endpoint(p_endpoint_id uuid) returns public.webhook_endpoints
language plpgsql volatile set search_path = '' as $$
declare
  v_endpoint public.webhook_endpoints;
begin
  perform private.require_user();
  select * into v_endpoint from public.webhook_endpoints e where e.id = p_endpoint_id;
  if not exists (select 1 from public.memberships m where m.user_id = auth.uid() and m.organisation_id = v_endpoint.organisation_id) then
    perform private.fail('webhook_endpoint_not_found');
  end if;
  perform private.require_organisation('integrations.manage', v_endpoint.organisation_id);
  select * into v_endpoint from public.webhook_endpoints e where e.id = p_endpoint_id for no key update;
  if not found then
    perform private.fail('webhook_endpoint_not_found');
  end if;
  return v_endpoint;
end $$;
comment on function private.lock_webhook_endpoint(uuid) is
  'An endpoint, locked, that the signed-in user may manage. Errors: not_authenticated, webhook_endpoint_not_found, permission_denied, subscription_inactive.';

create function private.add_webhook_secret(p_endpoint public.webhook_endpoints) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_secret constant text := 'whsec_' || encode(extensions.gen_random_bytes(32), 'base64');
begin
  insert into private.webhook_secrets (id, organisation_id, endpoint_id)
  values (vault.create_secret(v_secret, null, 'webhook endpoint ' || p_endpoint.id), p_endpoint.organisation_id, p_endpoint.id);
  return v_secret;
end $$;
comment on function private.add_webhook_secret(public.webhook_endpoints) is 'A new present secret of an endpoint, in the form of the Standard Webhooks scheme.';

create function private.check_webhook_endpoint(p_endpoint public.webhook_endpoints) returns void
language plpgsql stable set search_path = '' as $$
begin
  if p_endpoint.url is null or length(p_endpoint.url) > 2000 or p_endpoint.url !~ '^https://[^[:space:]/?#@]+(/[^[:space:]#]*)?$' then
    perform private.fail('invalid_input', 'p_url: https://host/path, without a user, a fragment or spaces');
  elsif length(trim(p_endpoint.description)) not between 1 and 280 then
    perform private.fail('invalid_input', 'p_description: 1 to 280 characters');
  elsif coalesce(cardinality(p_endpoint.event_types), 0) = 0 or array_position(p_endpoint.event_types, null) is not null
    or exists (select from unnest(p_endpoint.event_types) e (type) where e.type not in (select t.type from public.webhook_event_types t)) then
    perform private.fail('invalid_input', 'p_event_types: one or more of the types in webhook_event_types');
  elsif p_endpoint.venue_id is not null and not exists (
    select from public.venues v where v.id = p_endpoint.venue_id and v.organisation_id = p_endpoint.organisation_id) then
    perform private.fail('venue_not_found', 'p_venue_id: not a venue of this organisation');
  end if;
end $$;
comment on function private.check_webhook_endpoint(public.webhook_endpoints) is 'Refuses an endpoint that could not be kept, by the argument''s name. Errors: invalid_input, venue_not_found.';

create function private.webhook_endpoint_answer(p_endpoint public.webhook_endpoints) returns jsonb
language sql stable set search_path = '' as $$
  select to_jsonb(p_endpoint) - '{id,created_at,updated_at}'::text[] || jsonb_build_object('endpoint_id', p_endpoint.id)
$$;
comment on function private.webhook_endpoint_answer(public.webhook_endpoints) is 'What an owner is told about an endpoint.';

create function public.create_webhook_endpoint(
  p_organisation_id uuid, p_url text, p_event_types text[], p_venue_id uuid default null, p_description text default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint public.webhook_endpoints;
begin
  perform private.require_organisation('integrations.manage', p_organisation_id), private.require_feature(p_organisation_id, 'integrations');
  v_endpoint.organisation_id := p_organisation_id;
  v_endpoint.venue_id := p_venue_id;
  v_endpoint.url := p_url;
  v_endpoint.description := p_description;
  v_endpoint.event_types := p_event_types;
  perform private.check_webhook_endpoint(v_endpoint);
  insert into public.webhook_endpoints (organisation_id, venue_id, url, description, event_types)
  values (p_organisation_id, p_venue_id, p_url, trim(p_description), array(select distinct t from unnest(p_event_types) t order by t))
  returning * into v_endpoint;
  perform private.require_entitlement(p_organisation_id, 'webhook_endpoints');
  return private.webhook_endpoint_answer(v_endpoint) || jsonb_build_object('secret', private.add_webhook_secret(v_endpoint));
end $$;
comment on function public.create_webhook_endpoint(uuid, text, text[], uuid, text) is
  'Adds an address that is told of events of p_event_types (see webhook_event_types) at p_venue_id, or in the whole organisation. p_url: https '
  'alone; it must lead to the public internet whenever something is sent. Needs integrations.manage for the whole organisation, and integrations in the plan. '
  'Returns {endpoint_id, organisation_id, venue_id, url, description, event_types, is_enabled, disabled_because, failing_since, failures, secret}; '
  'the secret is shown this once. Definer: clients write no endpoints. Errors: not_authenticated, permission_denied, subscription_inactive, '
  'entitlement_exceeded, invalid_input, venue_not_found.';
grant execute on function public.create_webhook_endpoint(uuid, text, text[], uuid, text) to authenticated;

create function private.cancel_webhook_deliveries(p_endpoint_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  delete from pgmq.q_webhooks q where q.message #>> '{payload,endpoint_id}' = p_endpoint_id::text;
  update public.webhook_deliveries d set status = 'cancelled', next_attempt_at = null, sending_until = null, finished_at = now()
  where d.endpoint_id = p_endpoint_id and d.status = 'pending';
end $$;
comment on function private.cancel_webhook_deliveries(uuid) is 'Takes back what waits for an endpoint that the caller has locked.';

create function public.update_webhook_endpoint(
  p_endpoint_id uuid, p_url text default null, p_event_types text[] default null, p_description text default null, p_is_enabled boolean default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint public.webhook_endpoints := private.lock_webhook_endpoint(p_endpoint_id);
begin
  v_endpoint.url := coalesce(p_url, v_endpoint.url);
  v_endpoint.event_types := coalesce(p_event_types, v_endpoint.event_types);
  v_endpoint.description := coalesce(trim(p_description), v_endpoint.description);
  perform private.check_webhook_endpoint(v_endpoint);
  if coalesce(p_is_enabled, false) and not v_endpoint.is_enabled then
    perform private.require_feature(v_endpoint.organisation_id, 'integrations'), private.require_entitlement(v_endpoint.organisation_id, 'webhook_endpoints');
    v_endpoint.disabled_because := null;
    v_endpoint.failing_since := null;
    v_endpoint.failures := 0;
  elsif not coalesce(p_is_enabled, true) and v_endpoint.is_enabled then
    v_endpoint.disabled_because := 'by_hand';
    perform private.cancel_webhook_deliveries(p_endpoint_id);
  end if;
  update public.webhook_endpoints e
  set url = v_endpoint.url, event_types = array(select distinct t from unnest(v_endpoint.event_types) t order by t), description = v_endpoint.description,
      is_enabled = v_endpoint.disabled_because is null, disabled_because = v_endpoint.disabled_because,
      failing_since = v_endpoint.failing_since, failures = v_endpoint.failures
  where e.id = p_endpoint_id returning * into v_endpoint;
  return private.webhook_endpoint_answer(v_endpoint);
end $$;
comment on function public.update_webhook_endpoint(uuid, text, text[], text, boolean) is
  'Changes an endpoint; what is null stays. Switching it off cancels what waits for it; switched on again it starts afresh. Needs '
  'integrations.manage for the whole organisation. Returns as create_webhook_endpoint, without secret. Definer: see there. Errors: not_authenticated, '
  'webhook_endpoint_not_found, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.';
grant execute on function public.update_webhook_endpoint(uuid, text, text[], text, boolean) to authenticated;

create function public.delete_webhook_endpoint(p_endpoint_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  perform private.lock_webhook_endpoint(p_endpoint_id), private.cancel_webhook_deliveries(p_endpoint_id);
  delete from public.webhook_endpoints e where e.id = p_endpoint_id;
  return jsonb_build_object('endpoint_id', p_endpoint_id, 'deleted', true);
end $$;
comment on function public.delete_webhook_endpoint(uuid) is
  'Removes an endpoint with its secrets and deliveries. Needs integrations.manage for the whole organisation. Returns {endpoint_id, deleted}. Definer: see '
  'create_webhook_endpoint. Errors: not_authenticated, webhook_endpoint_not_found, permission_denied, subscription_inactive.';
grant execute on function public.delete_webhook_endpoint(uuid) to authenticated;

create function public.rotate_webhook_secret(p_endpoint_id uuid, p_overlap_hours integer default 24) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_endpoint public.webhook_endpoints := private.lock_webhook_endpoint(p_endpoint_id);
  v_until timestamptz;
begin
  if p_overlap_hours is null or p_overlap_hours not between 0 and 168 then
    perform private.fail('invalid_input', 'p_overlap_hours: 0 to 168');
  end if;
  v_until := now() + make_interval(hours => p_overlap_hours);
  -- At most two sign: what was replaced before is forgotten now.
  delete from private.webhook_secrets s where s.endpoint_id = p_endpoint_id and (s.expires_at is not null or p_overlap_hours = 0);
  update private.webhook_secrets s set expires_at = v_until where s.endpoint_id = p_endpoint_id;
  return jsonb_build_object('endpoint_id', p_endpoint_id, 'secret', private.add_webhook_secret(v_endpoint), 'previous_signs_until', v_until);
end $$;
comment on function public.rotate_webhook_secret(uuid, integer) is
  'A new secret. For p_overlap_hours (0-168) the one before signs, too: each delivery carries both signatures, and a receiver that knows either '
  'accepts it; one that was replaced even earlier is forgotten at once. Needs integrations.manage for the whole organisation. Returns {endpoint_id, secret, '
  'previous_signs_until}; the secret is shown this once. Definer: see create_webhook_endpoint. Errors: not_authenticated, webhook_endpoint_not_found, '
  'permission_denied, subscription_inactive, invalid_input.';
grant execute on function public.rotate_webhook_secret(uuid, integer) to authenticated;
