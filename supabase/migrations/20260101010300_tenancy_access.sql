-- The one place that knows who may do what where. Policies and RPCs ask it; nothing else reads memberships to decide.

-- No "set search_path" here: a function with settings is never inlined, and this one is evaluated per membership. Its
-- body names nothing that a search path could redirect but operators of pg_catalog, which is always searched first.
create function private.subscription_is_active(p_status text, p_trial_ends_at timestamptz, p_past_due_since timestamptz) returns boolean
language sql stable as $$
  select case p_status
    when 'active' then true
    when 'trialing' then now() < p_trial_ends_at
    when 'past_due' then now() < p_past_due_since + interval '7 days'
    else false
  end
$$;
comment on function private.subscription_is_active(text, timestamptz, timestamptz) is
  'Whether an organisation may change anything: trial running, paid, or in the 7 days of grace. Otherwise it is read-only. '
  'Advisor function_search_path_mutable: a function with settings is never inlined; this one refers to nothing outside of pg_catalog.';

create type private.reach as (venue_ids uuid[], organisation_ids uuid[]);
comment on type private.reach is 'Where a permission holds: single venues, and organisations as a whole.';

create function private.reach(p_permission text) returns private.reach
language plpgsql stable security definer set search_path = '' as $$
declare
  v_reach private.reach;
  v_user uuid := auth.uid();
  v_permission private.permission_roles;
begin
  select * into v_permission from private.permission_roles p where p.permission = p_permission;
  -- Two queries, because one with "or" in it is planned anew at every call, or reads every organisation there is.
  if v_permission.needs_subscription then
    select array_agg(m.venue_id) filter (where m.venue_id is not null), array_agg(m.organisation_id) filter (where m.venue_id is null)
    into v_reach.venue_ids, v_reach.organisation_ids
    from public.memberships m
    join public.organisations o
      on o.id = m.organisation_id and private.subscription_is_active(o.subscription_status, o.trial_ends_at, o.past_due_since)
    where m.user_id = v_user and m.role = any (v_permission.roles);
  else
    select array_agg(m.venue_id) filter (where m.venue_id is not null), array_agg(m.organisation_id) filter (where m.venue_id is null)
    into v_reach.venue_ids, v_reach.organisation_ids
    from public.memberships m
    where m.user_id = v_user and m.role = any (v_permission.roles);
  end if;
  -- An API key is no member; its request was let in while the subscription was active (request.enter).
  if v_reach is null and private.is_api_key() then
    select array_agg(k.venue_id) filter (where k.venue_id is not null), array_agg(k.organisation_id) filter (where k.venue_id is null)
    into v_reach.venue_ids, v_reach.organisation_ids
    from private.api_keys k
    where k.id = v_user and p_permission = any (k.scopes);
  end if;
  return v_reach;
end $$;
comment on function private.reach(text) is
  'Where the signed-in user has a permission now: membership × matrix × subscription; and where an API key does. The only function that decides. Definer, '
  'because it must read every membership of the caller below their own policies; plpgsql, because it measured faster than sql.';

create function private.venues_with(p_permission text) returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
declare
  v_reach private.reach := private.reach(p_permission);
begin
  -- Two small queries instead of one join: most members have venues of their own and end here.
  if v_reach.organisation_ids is not null then
    v_reach.venue_ids := v_reach.venue_ids || array(select v.id from public.venues v where v.organisation_id = any (v_reach.organisation_ids));
  end if;
  return coalesce(v_reach.venue_ids, '{}');
end $$;
comment on function private.venues_with(text) is
  'Ids of the venues in which the signed-in user has a permission now; may name one twice. Policies compare with '
  '"= any ((select private.venues_with(…))::uuid[])": one call per statement and an index condition. Definer: see reach.';
grant execute on function private.venues_with(text) to authenticated;

create function private.venues_once_with(p_permission text) returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
declare
  v_roles text[] := (select p.roles from private.permission_roles p where p.permission = p_permission);
begin
  return array(
    select m.venue_id from public.memberships m where m.user_id = (select auth.uid()) and m.role = any (v_roles) and m.venue_id is not null
    union all
    select v.id from public.memberships m join public.venues v on v.organisation_id = m.organisation_id
    where m.user_id = (select auth.uid()) and m.role = any (v_roles) and m.venue_id is null
    union all
    select v.id from private.api_keys k join public.venues v on v.organisation_id = k.organisation_id and v.id = coalesce(k.venue_id, v.id)
    where k.id = (select auth.uid()) and p_permission = any (k.scopes));
end $$;
comment on function private.venues_once_with(text) is
  'As venues_with, whether or not the subscription still allows it: for what those who do something may see, because read-only mode '
  'ends changing and not seeing. Definer: see reach.';
grant execute on function private.venues_once_with(text) to authenticated;

create function private.organisations_with(p_permission text) returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return coalesce((private.reach(p_permission)).organisation_ids, '{}');
end $$;
comment on function private.organisations_with(text) is
  'Ids of the organisations in which the signed-in user has a permission through an organisation-wide membership. Definer: see reach.';
grant execute on function private.organisations_with(text) to authenticated;

create function private.my_organisations() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select m.organisation_id from public.memberships m where m.user_id = (select auth.uid())
    union all
    select k.organisation_id from private.api_keys k where k.id = (select auth.uid()));
end $$;
comment on function private.my_organisations() is 'Ids of every organisation the signed-in user belongs to; may name one twice. Definer: see reach.';
grant execute on function private.my_organisations() to authenticated;

create function private.my_venues() returns uuid[]
language plpgsql stable security definer set search_path = '' as $$
begin
  return array(
    select m.venue_id from public.memberships m where m.user_id = (select auth.uid()) and m.venue_id is not null
    union all
    select v.id from public.memberships m join public.venues v on v.organisation_id = m.organisation_id
    where m.user_id = (select auth.uid()) and m.venue_id is null
    union all
    select v.id from private.api_keys k join public.venues v on v.organisation_id = k.organisation_id and v.id = coalesce(k.venue_id, v.id)
    where k.id = (select auth.uid()));
end $$;
comment on function private.my_venues() is 'Ids of every venue the signed-in user belongs to, whatever the role; may name one twice. Definer: see reach.';
grant execute on function private.my_venues() to authenticated;

create function private.require_active(p_organisation_id uuid) returns void
language plpgsql stable set search_path = '' as $$
begin
  if not exists (
    select 1 from public.organisations o
    where o.id = p_organisation_id
      and private.subscription_is_active(o.subscription_status, o.trial_ends_at, o.past_due_since)
  ) then
    perform private.fail('subscription_inactive');
  end if;
end $$;
comment on function private.require_active(uuid) is 'Refuses work for a read-only organisation. Errors: subscription_inactive.';

create function private.refuse(p_permission text, p_organisation_id uuid, p_venue_id uuid) returns void
language plpgsql stable set search_path = '' as $$
begin
  -- Only somebody who would be allowed with a subscription learns that the subscription is what is missing.
  if exists (
    select 1
    from public.memberships m
    join public.role_permissions rp on rp.role = m.role and rp.permission = p_permission
    where m.user_id = auth.uid() and m.organisation_id = p_organisation_id
      and (m.venue_id is null or m.venue_id = p_venue_id)
  ) then
    perform private.require_active(p_organisation_id);
  end if;
  perform private.fail('permission_denied', 'needs ' || p_permission);
end $$;
comment on function private.refuse(text, uuid, uuid) is 'Raises the refusal that fits. Errors: subscription_inactive, permission_denied.';

create function private.require_venue(p_permission text, p_venue_id uuid) returns public.venues
language plpgsql stable set search_path = '' as $$
declare
  v_venue public.venues;
begin
  perform private.require_user();
  select * into v_venue from public.venues v where v.id = p_venue_id;
  if v_venue.id is null or not v_venue.id = any (private.venues_with(p_permission)) then
    perform private.refuse(p_permission, v_venue.organisation_id, p_venue_id);
  end if;
  return v_venue;
end $$;
comment on function private.require_venue(text, uuid) is
  'The venue, if the signed-in user has the permission there. A venue that does not exist and one of a stranger are the same refusal. '
  'Errors: not_authenticated, permission_denied, subscription_inactive.';

create function private.require_organisation(p_permission text, p_organisation_id uuid) returns void
language plpgsql stable set search_path = '' as $$
begin
  perform private.require_user();
  if not coalesce(p_organisation_id = any (private.organisations_with(p_permission)), false) then
    perform private.refuse(p_permission, p_organisation_id, null);
  end if;
end $$;
comment on function private.require_organisation(text, uuid) is
  'Refuses unless the signed-in user has the permission organisation-wide. Errors: not_authenticated, permission_denied, subscription_inactive.';

alter table public.organisations enable row level security;
alter table public.venues enable row level security;
alter table public.memberships enable row level security;
alter table public.invitations enable row level security;

create policy select_member on public.organisations for select to authenticated
  using (id = any ((select private.my_organisations())::uuid[]));
create policy select_member on public.venues for select to authenticated
  using (id = any ((select private.my_venues())::uuid[]));
create policy update_settings on public.venues for update to authenticated
  using (id = any ((select private.venues_with('settings.edit'))::uuid[]))
  with check (id = any ((select private.venues_with('settings.edit'))::uuid[]));
create policy select_own_or_staff on public.memberships for select to authenticated
  using (user_id = (select auth.uid())
    or organisation_id = any ((select private.organisations_with('staff.read'))::uuid[])
    or venue_id = any ((select private.venues_with('staff.read'))::uuid[]));
create policy select_staff on public.invitations for select to authenticated
  using (organisation_id = any ((select private.organisations_with('staff.read'))::uuid[])
    or venue_id = any ((select private.venues_with('staff.read'))::uuid[]));

grant select on public.organisations, public.venues, public.memberships to authenticated;
-- Slug, currency and organisation are set once: menus, orders and ledgers are written in their terms.
grant update (name, venue_type, service_type, locale, timezone, day_starts_at, prices_include_tax, service_charge_bp, collection_pays_at_till)
  on public.venues to authenticated;
grant select (id, organisation_id, venue_id, email, role, status, invited_by, accepted_by, expires_at, created_at, updated_at)
  on public.invitations to authenticated;
