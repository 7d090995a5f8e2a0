-- Creating organisations and venues, inviting, joining, changing roles, leaving. All are definer functions because they
-- write tables that no client may write, and each asks private.require_* first.

create function public.create_organisation(p_name text, p_slug text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_user uuid := private.require_person();
  v_organisation public.organisations;
begin
  insert into public.organisations (name, slug, created_by) values (trim(p_name), p_slug, v_user)
  on conflict (slug) do nothing returning * into v_organisation;
  if not found then
    -- A repeat by the creator is answered with what the first call made.
    select * into v_organisation from public.organisations o where o.slug = p_slug and o.created_by = v_user and o.name = trim(p_name);
    if not found then
      perform private.fail('slug_taken');
    end if;
  else
    insert into public.memberships (organisation_id, user_id, role) values (v_organisation.id, v_user, 'owner');
  end if;
  return jsonb_build_object('id', v_organisation.id, 'name', v_organisation.name, 'slug', v_organisation.slug,
    'subscription_status', v_organisation.subscription_status, 'trial_ends_at', v_organisation.trial_ends_at);
exception when check_violation or not_null_violation then
  perform private.fail('invalid_input', 'name must have 1 to 120 characters; slug 3 to 60 of a-z, 0-9 and single hyphens');
  return null;
end $$;
comment on function public.create_organisation(text, text) is
  'Creates an organisation with a 14-day trial and makes the signed-in user its owner. Returns {id, name, slug, '
  'subscription_status, trial_ends_at}; a repeat by the creator returns the same. Definer: the first membership cannot '
  'come from a member. Errors: not_authenticated, person_required, invalid_input, slug_taken.';
grant execute on function public.create_organisation(text, text) to authenticated;

create function public.create_venue(
  p_organisation_id uuid, p_name text, p_slug text, p_venue_type text default 'restaurant',
  p_currency text default 'GBP', p_locale text default 'en-GB', p_timezone text default 'Europe/London') returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues;
begin
  perform private.require_organisation('settings.edit', p_organisation_id);
  insert into public.venues (organisation_id, name, slug, venue_type, currency, locale, timezone)
  values (p_organisation_id, trim(p_name), p_slug, p_venue_type, p_currency, p_locale, p_timezone)
  on conflict (slug) do nothing returning * into v_venue;
  if not found then
    select * into v_venue from public.venues v
    where v.slug = p_slug and v.organisation_id = p_organisation_id and v.name = trim(p_name);
    if not found then
      perform private.fail('slug_taken');
    end if;
  end if;
  return jsonb_build_object('id', v_venue.id, 'organisation_id', v_venue.organisation_id, 'name', v_venue.name,
    'slug', v_venue.slug, 'currency', v_venue.currency, 'timezone', v_venue.timezone);
exception when check_violation or not_null_violation then
  perform private.fail('invalid_input', 'name, slug, venue_type or currency is not acceptable');
  return null;
end $$;
comment on function public.create_venue(uuid, text, text, text, text, text, text) is
  'Creates a venue with its expo station. Needs settings.edit for the whole organisation. Returns {id, organisation_id, '
  'name, slug, currency, timezone}; a repeat returns the same. Definer: clients do not insert venues. '
  'Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input, slug_taken.';
grant execute on function public.create_venue(uuid, text, text, text, text, text, text) to authenticated;

create function private.my_rank(p_organisation_id uuid, p_venue_id uuid) returns integer
language sql stable set search_path = '' as $$
  select coalesce(max(r.rank), 0)
  from public.memberships m join public.roles r on r.role = m.role
  where m.user_id = auth.uid() and m.organisation_id = p_organisation_id and (m.venue_id is null or m.venue_id = p_venue_id)
$$;
comment on function private.my_rank(uuid, uuid) is 'The highest rank the signed-in user has in a scope; 0 for a stranger.';

create function private.require_staff_scope(p_permission text, p_organisation_id uuid, p_venue_id uuid, p_role text) returns void
language plpgsql stable set search_path = '' as $$
declare
  v_rank integer;
begin
  if p_venue_id is null then
    perform private.require_organisation(p_permission, p_organisation_id);
  elsif (private.require_venue(p_permission, p_venue_id)).organisation_id <> p_organisation_id then
    perform private.fail('permission_denied', 'the venue belongs to another organisation');
  end if;
  select r.rank into v_rank from public.roles r where r.role = p_role;
  if not found then
    perform private.fail('invalid_input', 'role: unknown');
  end if;
  if v_rank > private.my_rank(p_organisation_id, p_venue_id) then
    perform private.fail('role_above_own');
  end if;
end $$;
comment on function private.require_staff_scope(text, uuid, uuid, text) is
  'Refuses unless the user may manage staff in this scope and p_role is not above their own. '
  'Errors: as require_venue and require_organisation, invalid_input, role_above_own.';

create function public.invite_member(p_organisation_id uuid, p_email text, p_role text, p_venue_id uuid default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_token text := private.random_token();
  v_invitation public.invitations;
begin
  perform private.require_staff_scope('staff.manage', p_organisation_id, p_venue_id, p_role);
  -- An invitation past its end frees its place at once; the hourly clock only tidies up.
  update public.invitations i set status = 'expired'
  where i.organisation_id = p_organisation_id and i.email = lower(trim(p_email)) and i.status = 'pending' and i.expires_at <= now();
  insert into public.invitations (organisation_id, venue_id, email, role, token_hash, invited_by)
  values (p_organisation_id, p_venue_id, lower(trim(p_email)), p_role, private.token_hash(v_token), auth.uid())
  on conflict (organisation_id, venue_id, email) where status = 'pending' do nothing
  returning * into v_invitation;
  if not found then
    perform private.fail('invitation_pending');
  end if;
  -- Each is a mail to an address that has not asked for it. Last, because whoever waits here has nothing else to lose.
  perform private.take_rate_limit('invite_member', p_organisation_id, 200, '1 hour');
  perform private.take_rate_limit('invite_member', auth.uid(), 50, '1 hour');
  perform private.emit('mail.requested', jsonb_build_object('template', 'invitation', 'subject_id', v_invitation.id,
    'secrets', jsonb_build_object('token', v_token)));
  return jsonb_build_object('invitation_id', v_invitation.id, 'email', v_invitation.email, 'role', v_invitation.role,
    'token', v_token, 'expires_at', v_invitation.expires_at);
exception when check_violation or not_null_violation then
  perform private.fail('invalid_input', 'email is not an address, or owners cannot be narrowed to a venue');
  return null;
end $$;
comment on function public.invite_member(uuid, text, text, uuid) is
  'Invites an e-mail address with a role, organisation-wide or for one venue, for 7 days, and has it mailed. Returns {invitation_id, email, '
  'role, token, expires_at}; the token is shown this once. Needs staff.manage. At most 50 an hour by one member, and 200 in one organisation. '
  'Definer: clients do not insert invitations. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, '
  'role_above_own, invitation_pending, rate_limited.';
grant execute on function public.invite_member(uuid, text, text, uuid) to authenticated;

create function public.cancel_invitation(p_invitation_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_invitation public.invitations;
begin
  perform private.require_user();
  select * into v_invitation from public.invitations i where i.id = p_invitation_id;
  if not found then
    perform private.fail('permission_denied', 'needs staff.manage');
  end if;
  perform private.require_staff_scope('staff.manage', v_invitation.organisation_id, v_invitation.venue_id, v_invitation.role);
  update public.invitations i set status = 'cancelled' where i.id = p_invitation_id and i.status = 'pending';
  if not found and v_invitation.status <> 'cancelled' then
    perform private.fail('invitation_used');
  end if;
  return jsonb_build_object('invitation_id', p_invitation_id, 'status', 'cancelled');
end $$;
comment on function public.cancel_invitation(uuid) is
  'Cancels a pending invitation; its token stops working. Needs staff.manage. Returns {invitation_id, status}; a repeat returns '
  'the same. Definer: clients do not update invitations. Errors: not_authenticated, permission_denied, subscription_inactive, role_above_own, invitation_used.';
grant execute on function public.cancel_invitation(uuid) to authenticated;

create function public.accept_invitation(p_token text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_user uuid := private.require_person();
  v_invitation public.invitations;
  v_membership uuid;
begin
  update public.invitations i set status = 'accepted', accepted_by = v_user
  where i.token_hash = private.token_hash(p_token) and i.status = 'pending' and i.expires_at > now()
  returning * into v_invitation;
  if not found then
    select * into v_invitation from public.invitations i where i.token_hash = private.token_hash(p_token);
    if not found then
      perform private.fail('invitation_not_found');
    elsif v_invitation.status in ('pending', 'expired') then
      perform private.fail('invitation_expired');
    end if;
    perform private.fail('invitation_used');
  end if;
  insert into public.memberships (organisation_id, venue_id, user_id, role)
  values (v_invitation.organisation_id, v_invitation.venue_id, v_user, v_invitation.role)
  on conflict on constraint one_membership_per_scope do nothing returning id into v_membership;
  if v_membership is null then
    perform private.fail('already_member');
  end if;
  return jsonb_build_object('membership_id', v_membership, 'organisation_id', v_invitation.organisation_id,
    'venue_id', v_invitation.venue_id, 'role', v_invitation.role);
end $$;
comment on function public.accept_invitation(text) is
  'Makes the signed-in user a member by an invitation token; the first statement decides who wins, so a token works once. '
  'Returns {membership_id, organisation_id, venue_id, role}. Definer: the caller is not a member yet. Errors: '
  'not_authenticated, person_required, invitation_not_found, invitation_used, invitation_expired, already_member, entitlement_exceeded.';
grant execute on function public.accept_invitation(text) to authenticated;

create function private.lock_membership(p_membership_id uuid) returns public.memberships
language plpgsql volatile set search_path = '' as $$
declare
  v_membership public.memberships;
begin
  perform private.require_user();
  -- Organisation before membership, so that the last-owner guard and this function lock in one order.
  perform 1 from public.organisations o
  where o.id = (select m.organisation_id from public.memberships m where m.id = p_membership_id)
    and o.id = any (private.my_organisations())
  for no key update;
  if not found then
    perform private.fail('member_not_found');
  end if;
  select * into v_membership from public.memberships m where m.id = p_membership_id for no key update;
  if not found then
    perform private.fail('member_not_found');
  end if;
  return v_membership;
end $$;
comment on function private.lock_membership(uuid) is
  'Locks a membership of the caller''s organisation, after the organisation. Errors: not_authenticated, member_not_found.';

create function public.change_role(p_membership_id uuid, p_role text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_membership public.memberships := private.lock_membership(p_membership_id);
begin
  perform private.require_staff_scope('staff.roles', v_membership.organisation_id, v_membership.venue_id, v_membership.role);
  perform private.require_staff_scope('staff.roles', v_membership.organisation_id, v_membership.venue_id, p_role);
  update public.memberships m set role = p_role where m.id = p_membership_id and m.role <> p_role;
  return jsonb_build_object('membership_id', p_membership_id, 'role', p_role);
exception when check_violation then
  perform private.fail('invalid_input', 'owners cannot be narrowed to a venue');
  return null;
end $$;
comment on function public.change_role(uuid, text) is
  'Gives a member another role. Needs staff.roles. Returns {membership_id, role}; a repeat returns the same. Definer: clients do not '
  'update memberships. Errors: not_authenticated, member_not_found, permission_denied, subscription_inactive, role_above_own, last_owner, invalid_input.';
grant execute on function public.change_role(uuid, text) to authenticated;

create function public.remove_member(p_membership_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_membership public.memberships := private.lock_membership(p_membership_id);
begin
  if v_membership.user_id <> auth.uid() then
    perform private.require_staff_scope('staff.manage', v_membership.organisation_id, v_membership.venue_id, v_membership.role);
  end if;
  delete from public.memberships m where m.id = p_membership_id;
  return jsonb_build_object('membership_id', p_membership_id, 'removed', true);
end $$;
comment on function public.remove_member(uuid) is
  'Removes a member, or lets the caller leave. Needs staff.manage for others. Returns {membership_id, removed}. Definer: clients do '
  'not delete memberships. Errors: not_authenticated, member_not_found, permission_denied, subscription_inactive, role_above_own, last_owner.';
grant execute on function public.remove_member(uuid) to authenticated;
