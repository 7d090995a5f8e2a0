-- Work that nobody clocked: a forgotten phone, a day elsewhere. Whoever plans writes it down with a reason, and it stays
-- visible whose word it is.

create function public.add_time_entry(p_venue_id uuid, p_user_id uuid, p_clocked_in_at timestamptz, p_clocked_out_at timestamptz, p_reason text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('staff.schedule', p_venue_id);
  v_entry public.time_entries;
  v_shift uuid;
begin
  if not exists (
    select 1 from public.memberships m
    where m.user_id = p_user_id and m.organisation_id = v_venue.organisation_id and (m.venue_id is null or m.venue_id = p_venue_id)
  ) then
    perform private.fail('member_not_found', 'nobody of this id works in this venue');
  elsif p_clocked_in_at is null or p_clocked_in_at not between now() - interval '1 year' and now() then
    perform private.fail('invalid_input', 'p_clocked_in_at: within the last year');
  elsif p_clocked_out_at is null or p_clocked_out_at not between p_clocked_in_at and least(p_clocked_in_at + interval '16 hours', now()) then
    perform private.fail('invalid_input', 'p_clocked_out_at: at most 16 hours after clocking in, and not to come');
  elsif length(trim(coalesce(p_reason, ''))) not between 1 and 280 then
    perform private.fail('invalid_input', 'p_reason: 1 to 280 characters');
  end if;
  perform private.lock_person(v_venue.organisation_id, p_user_id);
  select * into v_entry from public.time_entries e
  where e.venue_id = p_venue_id and e.user_id = p_user_id and e.status = 'closed'
    and (e.clocked_in_at, e.clocked_out_at, e.corrected_by, e.correction_reason) = (p_clocked_in_at, p_clocked_out_at, auth.uid(), trim(p_reason));
  if not found then
    select s.id into v_shift from public.shifts s
    where s.venue_id = p_venue_id and s.user_id = p_user_id and s.status = 'published'
      and s.starts_at <= p_clocked_in_at + interval '2 hours' and s.ends_at > p_clocked_in_at
    order by s.starts_at limit 1;
    insert into public.time_entries (organisation_id, venue_id, user_id, shift_id, status, clocked_in_at, clocked_out_at, corrected_by, correction_reason)
    values (v_venue.organisation_id, p_venue_id, p_user_id, v_shift, 'closed', p_clocked_in_at, p_clocked_out_at, auth.uid(), trim(p_reason))
    returning * into v_entry;
  end if;
  return private.time_entry_json(v_entry);
exception when exclusion_violation then
  perform private.fail('time_entry_overlap');
  return null;
end $$;
comment on function public.add_time_entry(uuid, uuid, timestamptz, timestamptz, text) is
  'Writes down work of a member who did not clock in, of at most 16 hours within the last year, with a reason; it belongs to the '
  'published shift that was on or began within two hours. Who added it stays with the entry and in the audit history. Needs '
  'staff.schedule. Returns the entry as clock_in does; a repeat returns the same. Definer: clients do not write time entries. '
  'Errors: not_authenticated, permission_denied, subscription_inactive, member_not_found, invalid_input, time_entry_overlap.';
grant execute on function public.add_time_entry(uuid, uuid, timestamptz, timestamptz, text) to authenticated;
