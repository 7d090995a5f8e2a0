-- Planning: a shift is drafted, moved, published with the week it belongs to, cancelled with a reason.

create function private.lock_person(p_organisation_id uuid, p_user_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(concat_ws('|', 'person', p_organisation_id, p_user_id), 0));
end $$;
comment on function private.lock_person(uuid, uuid) is
  'Makes changes to the hours of one person in one organisation take turns until the transaction ends; taken before any row. '
  'Two that met in an exclusion constraint alone would wait for each other.';

create function private.shift_json(p_shift public.shifts) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('shift_id', p_shift.id, 'venue_id', p_shift.venue_id, 'user_id', p_shift.user_id,
    'starts_at', p_shift.starts_at, 'ends_at', p_shift.ends_at, 'status', p_shift.status)
$$;
comment on function private.shift_json(public.shifts) is 'A shift as its RPCs answer it.';

create function private.check_shift_times(p_starts_at timestamptz, p_ends_at timestamptz) returns void
language plpgsql stable set search_path = '' as $$
begin
  -- The start first: it is finite then, and its end can be computed.
  if p_starts_at is null or p_starts_at not between now() - interval '31 days' and now() + interval '1 year' then
    perform private.fail('invalid_input', 'p_starts_at: within the last 31 days or the year ahead');
  elsif p_ends_at is null or p_ends_at not between p_starts_at + interval '15 minutes' and p_starts_at + interval '16 hours' then
    perform private.fail('invalid_input', 'p_ends_at: 15 minutes to 16 hours after the start');
  end if;
end $$;
comment on function private.check_shift_times(timestamptz, timestamptz) is 'Refuses times that no shift has. Errors: invalid_input.';

create function private.lock_shift(p_shift_id uuid) returns public.shifts
language plpgsql volatile set search_path = '' as $$
declare
  v_shift public.shifts;
begin
  perform private.require_user();
  select * into v_shift from public.shifts s where s.id = p_shift_id and s.venue_id = any (private.venues_with('staff.read'));
  if not found then
    perform private.fail('shift_not_found');
  end if;
  perform private.require_venue('staff.schedule', v_shift.venue_id);
  perform private.lock_person(v_shift.organisation_id, v_shift.user_id);
  select * into v_shift from public.shifts s where s.id = p_shift_id for no key update;
  return v_shift;
end $$;
comment on function private.lock_shift(uuid) is
  'Locks a shift that the signed-in user may plan, and its person''s hours before it. Errors: not_authenticated, shift_not_found, '
  'permission_denied, subscription_inactive.';

create function private.is_worked(p_shift public.shifts) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select 1 from public.time_entries e where e.venue_id = p_shift.venue_id and e.user_id = p_shift.user_id and e.shift_id = p_shift.id)
$$;
comment on function private.is_worked(public.shifts) is 'Whether somebody has clocked in for a shift.';

create function public.plan_shift(p_venue_id uuid, p_user_id uuid, p_starts_at timestamptz, p_ends_at timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('staff.schedule', p_venue_id);
  v_shift public.shifts;
begin
  perform private.check_shift_times(p_starts_at, p_ends_at);
  perform private.lock_person(v_venue.organisation_id, p_user_id);
  -- The share lock makes who removes this member wait, and then find the shift.
  perform 1 from public.memberships m
  where m.organisation_id = v_venue.organisation_id and m.user_id = p_user_id and (m.venue_id is null or m.venue_id = p_venue_id)
  for key share;
  if not found then
    perform private.fail('member_not_found');
  end if;
  insert into public.shifts (organisation_id, venue_id, user_id, starts_at, ends_at)
  values (v_venue.organisation_id, p_venue_id, p_user_id, p_starts_at, p_ends_at) returning * into v_shift;
  return private.shift_json(v_shift);
exception when exclusion_violation then
  select * into v_shift from public.shifts s
  where s.venue_id = p_venue_id and s.user_id = p_user_id and s.starts_at = p_starts_at and s.ends_at = p_ends_at and s.status <> 'cancelled';
  if not found then
    perform private.fail('shift_overlap');
  end if;
  return private.shift_json(v_shift);
end $$;
comment on function public.plan_shift(uuid, uuid, timestamptz, timestamptz) is
  'Drafts a shift of 15 minutes to 16 hours for a member who works in the venue. A person has one shift at a time in all venues '
  'of the organisation. Needs staff.schedule. Returns {shift_id, venue_id, user_id, starts_at, ends_at, status}; a repeat returns '
  'the same. Definer: clients do not write shifts. Errors: not_authenticated, permission_denied, subscription_inactive, '
  'invalid_input, member_not_found, shift_overlap.';
grant execute on function public.plan_shift(uuid, uuid, timestamptz, timestamptz) to authenticated;

create function public.change_shift(p_shift_id uuid, p_starts_at timestamptz, p_ends_at timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_shift public.shifts := private.lock_shift(p_shift_id);
begin
  perform private.check_shift_times(p_starts_at, p_ends_at);
  if v_shift.status = 'cancelled' or private.is_worked(v_shift) then
    perform private.fail('shift_closed');
  end if;
  update public.shifts s set starts_at = p_starts_at, ends_at = p_ends_at where s.id = p_shift_id returning * into v_shift;
  return private.shift_json(v_shift);
exception when exclusion_violation then
  perform private.fail('shift_overlap');
  return null;
end $$;
comment on function public.change_shift(uuid, timestamptz, timestamptz) is
  'Moves a shift that nobody has clocked in for; a published one stays published. Needs staff.schedule. Returns the shift as '
  'plan_shift does. Definer: clients do not write shifts. Errors: not_authenticated, shift_not_found, permission_denied, '
  'subscription_inactive, invalid_input, shift_closed, shift_overlap.';
grant execute on function public.change_shift(uuid, timestamptz, timestamptz) to authenticated;

create function public.publish_shifts(p_venue_id uuid, p_from timestamptz, p_until timestamptz) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('staff.schedule', p_venue_id);
  v_published integer;
begin
  perform private.check_window(p_from, p_until);
  perform private.lock_person(v_venue.organisation_id, p.user_id)
  from (
    select distinct s.user_id from public.shifts s
    where s.venue_id = p_venue_id and s.starts_at >= p_from and s.starts_at < p_until and s.status = 'draft' order by s.user_id
  ) p;
  update public.shifts s set status = 'published', published_at = now()
  where s.venue_id = p_venue_id and s.starts_at >= p_from and s.starts_at < p_until and s.status = 'draft';
  get diagnostics v_published = row_count;
  return jsonb_build_object('published', v_published);
end $$;
comment on function public.publish_shifts(uuid, timestamptz, timestamptz) is
  'Shows the drafted shifts of a venue that start in a window of at most 92 days to the people who work them. Needs '
  'staff.schedule. Returns {published}: how many were drafts. Definer: clients do not write shifts. Errors: not_authenticated, '
  'permission_denied, subscription_inactive, invalid_input.';
grant execute on function public.publish_shifts(uuid, timestamptz, timestamptz) to authenticated;

create function public.cancel_shift(p_shift_id uuid, p_reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_shift public.shifts := private.lock_shift(p_shift_id);
begin
  if v_shift.status <> 'cancelled' then
    if length(trim(coalesce(p_reason, ''))) not between 1 and 280 then
      perform private.fail('invalid_input', 'p_reason: 1 to 280 characters');
    elsif private.is_worked(v_shift) then
      perform private.fail('shift_closed');
    end if;
    update public.shifts s set status = 'cancelled', cancel_reason = trim(p_reason) where s.id = p_shift_id returning * into v_shift;
  end if;
  return private.shift_json(v_shift);
end $$;
comment on function public.cancel_shift(uuid, text) is
  'Cancels a shift that nobody has clocked in for, with a reason that its person sees if it was published. Needs staff.schedule. '
  'Returns the shift as plan_shift does; a repeat returns the same. Definer: clients do not write shifts. Errors: '
  'not_authenticated, shift_not_found, permission_denied, subscription_inactive, invalid_input, shift_closed.';
grant execute on function public.cancel_shift(uuid, text) to authenticated;
