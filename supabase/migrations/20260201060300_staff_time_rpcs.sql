-- Clocking in and out, what was forgotten, corrections, the timesheet. Every member may clock in where they work, with
-- whatever role; nobody can clock in or out for somebody else, and only who plans may correct, with a reason.

create function private.time_entry_json(p_entry public.time_entries) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('time_entry_id', p_entry.id, 'venue_id', p_entry.venue_id, 'user_id', p_entry.user_id, 'status', p_entry.status,
    'clocked_in_at', p_entry.clocked_in_at, 'clocked_out_at', p_entry.clocked_out_at,
    'worked_minutes', trunc(extract(epoch from p_entry.clocked_out_at - p_entry.clocked_in_at) / 60)::integer,
    'shift', (select jsonb_build_object('shift_id', s.id, 'starts_at', s.starts_at, 'ends_at', s.ends_at,
        -- Of several entries of a shift (a break), the first one says how late the person came, the last how early they left.
        'late_minutes', case when not exists (
          select 1 from public.time_entries f where f.venue_id = s.venue_id and f.user_id = s.user_id and f.shift_id = s.id and f.clocked_in_at < p_entry.clocked_in_at
        ) then trunc(extract(epoch from p_entry.clocked_in_at - s.starts_at) / 60)::integer end,
        'overtime_minutes', case when not exists (
          select 1 from public.time_entries l where l.venue_id = s.venue_id and l.user_id = s.user_id and l.shift_id = s.id and l.clocked_in_at > p_entry.clocked_in_at
        ) then trunc(extract(epoch from p_entry.clocked_out_at - s.ends_at) / 60)::integer end)
      from public.shifts s where s.venue_id = p_entry.venue_id and s.user_id = p_entry.user_id and s.id = p_entry.shift_id),
    'corrected_by', p_entry.corrected_by, 'correction_reason', p_entry.correction_reason)
$$;
comment on function private.time_entry_json(public.time_entries) is
  'A time entry as RPCs answer it. shift is null without one; late_minutes is negative for who came early, overtime_minutes for '
  'who left early; each null where another entry of the shift says it.';

create function public.clock_in(p_venue_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_user uuid := private.require_person();
  v_organisation uuid;
  v_shift uuid;
  v_entry public.time_entries;
begin
  select v.organisation_id into v_organisation from public.venues v where v.id = p_venue_id and v.id = any (private.my_venues());
  if not found then
    perform private.fail('permission_denied', 'needs a membership that reaches the venue');
  end if;
  perform private.require_active(v_organisation);
  perform private.lock_person(v_organisation, v_user);
  -- What was left open for longer than anybody works is called by its name, and does not keep the person from working.
  update public.time_entries e set status = 'forgotten'
  where e.organisation_id = v_organisation and e.user_id = v_user and e.status = 'open' and e.clocked_in_at < now() - interval '16 hours';
  select * into v_entry from public.time_entries e
  where e.organisation_id = v_organisation and e.user_id = v_user and e.status = 'open';
  if found then
    if v_entry.venue_id <> p_venue_id then
      perform private.fail('already_clocked_in');
    end if;
    return private.time_entry_json(v_entry);
  end if;
  select s.id into v_shift from public.shifts s
  where s.venue_id = p_venue_id and s.user_id = v_user and s.status = 'published'
    and s.starts_at <= now() + interval '2 hours' and s.ends_at > now()
  order by s.starts_at limit 1;
  insert into public.time_entries (organisation_id, venue_id, user_id, shift_id)
  values (v_organisation, p_venue_id, v_user, v_shift) returning * into v_entry;
  return private.time_entry_json(v_entry);
exception when exclusion_violation then
  perform private.fail('time_entry_overlap', 'an entry has been corrected to end later than now');
  return null;
end $$;
comment on function public.clock_in(uuid) is
  'Begins the signed-in member''s working time in a venue that their membership reaches, for the published shift that is on or '
  'begins within two hours. An entry open for more than 16 hours becomes forgotten first. Returns {time_entry_id, venue_id, '
  'user_id, status, clocked_in_at, clocked_out_at, worked_minutes, shift: {shift_id, starts_at, ends_at, late_minutes, '
  'overtime_minutes}, corrected_by, correction_reason}; who is clocked in there gets the open entry. Definer: clients do not '
  'write time entries. Errors: not_authenticated, person_required, permission_denied, subscription_inactive, already_clocked_in, time_entry_overlap.';
grant execute on function public.clock_in(uuid) to authenticated;

create function public.clock_out(p_time_entry_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_user uuid := private.require_user();
  v_entry public.time_entries;
begin
  select * into v_entry from public.time_entries e where e.id = p_time_entry_id and e.user_id = v_user;
  if not found then
    perform private.fail('time_entry_not_found');
  end if;
  perform private.lock_person(v_entry.organisation_id, v_user);
  -- After 16 hours the clock cannot know when the work ended: a person has to say it.
  update public.time_entries e
  set status = case when e.clocked_in_at < now() - interval '16 hours' then 'forgotten' else 'closed' end,
      clocked_out_at = case when e.clocked_in_at < now() - interval '16 hours' then null else now() end
  where e.id = p_time_entry_id and e.status = 'open';
  select * into v_entry from public.time_entries e where e.id = p_time_entry_id;
  return private.time_entry_json(v_entry);
end $$;
comment on function public.clock_out(uuid) is
  'Ends the signed-in person''s own working time, also after they left or the plan ended. More than 16 hours after clocking in '
  'it becomes forgotten instead of closed, and whoever plans has to correct it. Returns the entry as clock_in does; a repeat '
  'returns the same. Definer: clients do not write time entries. Errors: not_authenticated, time_entry_not_found.';
grant execute on function public.clock_out(uuid) to authenticated;

create function public.correct_time_entry(p_time_entry_id uuid, p_clocked_out_at timestamptz, p_reason text, p_clocked_in_at timestamptz default null) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_entry public.time_entries;
  v_from timestamptz;
begin
  perform private.require_user();
  select * into v_entry from public.time_entries e where e.id = p_time_entry_id and e.venue_id = any (private.venues_with('staff.read'));
  if not found then
    perform private.fail('time_entry_not_found');
  end if;
  perform private.require_venue('staff.schedule', v_entry.venue_id);
  perform private.lock_person(v_entry.organisation_id, v_entry.user_id);
  v_from := coalesce(p_clocked_in_at, (select e.clocked_in_at from public.time_entries e where e.id = p_time_entry_id));
  if v_from not between now() - interval '1 year' and now() then
    perform private.fail('invalid_input', 'p_clocked_in_at: within the last year');
  elsif p_clocked_out_at is null or p_clocked_out_at not between v_from and least(v_from + interval '16 hours', now()) then
    perform private.fail('invalid_input', 'p_clocked_out_at: at most 16 hours after clocking in, and not to come');
  elsif length(trim(coalesce(p_reason, ''))) not between 1 and 280 then
    perform private.fail('invalid_input', 'p_reason: 1 to 280 characters');
  end if;
  update public.time_entries e
  set status = 'closed', clocked_in_at = v_from, clocked_out_at = p_clocked_out_at, corrected_by = auth.uid(), correction_reason = trim(p_reason)
  where e.id = p_time_entry_id returning * into v_entry;
  return private.time_entry_json(v_entry);
exception when exclusion_violation then
  perform private.fail('time_entry_overlap');
  return null;
end $$;
comment on function public.correct_time_entry(uuid, timestamptz, text, timestamptz) is
  'Says when somebody''s work ended (and began, if that is wrong), with a reason: the way out of a forgotten clock-out. Who, why '
  'and what it was before stay in the audit history. Needs staff.schedule. Returns the entry as clock_in does. Definer: clients do '
  'not write time entries. Errors: not_authenticated, time_entry_not_found, permission_denied, subscription_inactive, '
  'invalid_input, time_entry_overlap.';
grant execute on function public.correct_time_entry(uuid, timestamptz, text, timestamptz) to authenticated;

create function public.get_timesheet(p_venue_id uuid, p_from timestamptz, p_until timestamptz) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_user uuid := private.require_user();
  v_all boolean := coalesce(p_venue_id = any (private.venues_with('staff.read')), false);
begin
  if not v_all and not coalesce(p_venue_id = any (private.my_venues()), false) then
    perform private.fail('permission_denied', 'needs a membership that reaches the venue');
  end if;
  perform private.check_window(p_from, p_until);
  return jsonb_build_object('venue_id', p_venue_id, 'from', p_from, 'until', p_until,
    'entries', (
      select coalesce(jsonb_agg(private.time_entry_json(e) order by e.clocked_in_at, e.id), '[]')
      from public.time_entries e
      where e.venue_id = p_venue_id and e.clocked_in_at >= p_from and e.clocked_in_at < p_until and (v_all or e.user_id = v_user)),
    'missed_shifts', (
      select coalesce(jsonb_agg(private.shift_json(s) order by s.starts_at, s.id), '[]')
      from public.shifts s
      where s.venue_id = p_venue_id and s.starts_at >= p_from and s.starts_at < p_until and (v_all or s.user_id = v_user)
        and s.status = 'published' and s.ends_at < now() and not private.is_worked(s)));
end $$;
comment on function public.get_timesheet(uuid, timestamptz, timestamptz) is
  'The time entries of a venue that began in a window of at most 92 days, and the published shifts that ended without anybody '
  'clocking in: {venue_id, from, until, entries: [as clock_in], missed_shifts: [as plan_shift]}. With staff.read everybody''s, '
  'otherwise the caller''s own. Definer: shifts and entries are read below the policies, which would ask twice. Errors: '
  'not_authenticated, permission_denied, invalid_input.';
grant execute on function public.get_timesheet(uuid, timestamptz, timestamptz) to authenticated;

create function private.flag_forgotten_clock_outs() returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_flagged integer;
begin
  update public.time_entries e set status = 'forgotten' where e.status = 'open' and e.clocked_in_at < now() - interval '16 hours';
  get diagnostics v_flagged = row_count;
  return v_flagged;
end $$;
comment on function private.flag_forgotten_clock_outs() is
  'Clock, hourly: calls an entry that has been open for more than 16 hours forgotten, for somebody to correct. Returns how many.';
