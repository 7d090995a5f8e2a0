-- What an app asks first after sign-in: who am I here, what may I do, what does the plan include.

create function public.get_access_context() returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_user uuid := private.require_user();
begin
  return jsonb_build_object('user_id', v_user, 'email', auth.email(), 'organisations', (
    -- Each permission is asked once, by the same helpers that the policies use.
    with reachable as materialized (
      select p.permission, private.venues_with(p.permission) as venue_ids, private.organisations_with(p.permission) as organisation_ids
      from public.permissions p
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', o.id, 'name', o.name, 'slug', o.slug, 'tier', o.tier,
      'subscription', jsonb_build_object('status', o.subscription_status, 'trial_ends_at', o.trial_ends_at, 'past_due_since', o.past_due_since,
        'is_active', private.subscription_is_active(o.subscription_status, o.trial_ends_at, o.past_due_since)),
      'entitlements', (
        select jsonb_object_agg(e.entitlement, jsonb_build_object(
          'limit', private.entitlement_limit(o.id, e.entitlement), 'used', private.entitlement_usage(o.id, e.entitlement)))
        from public.tier_entitlements e where e.tier = o.tier),
      'roles', (
        select coalesce(jsonb_agg(distinct m.role), '[]') from public.memberships m
        where m.user_id = v_user and m.organisation_id = o.id and m.venue_id is null),
      'permissions', (
        select coalesce(jsonb_agg(w.permission order by w.permission), '[]') from reachable w where o.id = any (w.organisation_ids)),
      'venues', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'id', v.id, 'name', v.name, 'slug', v.slug, 'currency', v.currency, 'locale', v.locale, 'timezone', v.timezone,
          'roles', (
            select jsonb_agg(distinct m.role) from public.memberships m
            where m.user_id = v_user and m.organisation_id = o.id and (m.venue_id is null or m.venue_id = v.id)),
          'permissions', (
            select coalesce(jsonb_agg(w.permission order by w.permission), '[]') from reachable w where v.id = any (w.venue_ids))
        ) order by v.name, v.id), '[]')
        from public.venues v where v.organisation_id = o.id and v.id = any (private.my_venues()))
    ) order by o.name, o.id), '[]')
    from public.organisations o where o.id = any (private.my_organisations())));
end $$;
comment on function public.get_access_context() is
  'Everything the signed-in user may do: {user_id, email, organisations: [{id, name, slug, tier, subscription: {status, '
  'trial_ends_at, past_due_since, is_active}, entitlements: {key: {limit, used}}, roles, permissions, venues: [{id, name, slug, '
  'currency, locale, timezone, roles, permissions}]}]}. A limit of null is unlimited. Roles and permissions of an '
  'organisation come from organisation-wide memberships, those of a venue from both kinds. In read-only mode only the '
  'permissions that remain are listed. Definer: usage is counted beyond what each role may read. Errors: not_authenticated.';
grant execute on function public.get_access_context() to authenticated;
