-- Shifts are planned, time entries are what happened. Nobody is in two places at once: by constraint over all venues of
-- an organisation, because people lend a hand next door. Not over organisations: one employer's plan is not another's
-- business, and a refusal would tell.

-- A no-op or a trusted install; reservations use it, too.
create extension if not exists btree_gist with schema extensions;

insert into private.errors (code, http_status, meaning, remedy) values
  ('shift_not_found', 404, 'There is no such shift in reach of this caller.', 'Check the id.'),
  ('shift_overlap', 409, 'The person has another shift at that time, in this venue or another of the organisation.', 'Choose another time or person, or cancel the other shift.'),
  ('shift_closed', 409, 'The shift is cancelled, or somebody has clocked in for it.', 'Plan another shift; what was worked is corrected in its time entry.'),
  ('time_entry_not_found', 404, 'There is no such time entry in reach of this caller.', 'Check the id.'),
  ('time_entry_overlap', 409, 'The person has another time entry at that time.', 'Correct the other entry first, or choose other times.'),
  ('already_clocked_in', 409, 'The person is clocked in at another venue of the organisation.', 'Clock out there first.');

create table public.shifts (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null,
  venue_id uuid not null,
  user_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  status text not null default 'draft',
  published_at timestamptz,
  cancel_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint shifts_person_key unique (venue_id, user_id, id),
  constraint venue_is_in_the_organisation foreign key (organisation_id, venue_id) references public.venues (organisation_id, id) on delete cascade,
  constraint status_is_known check (status in ('draft', 'published', 'cancelled')),
  constraint published_means_a_time check (case status when 'draft' then published_at is null when 'published' then published_at is not null else true end),
  constraint cancelled_means_a_reason check ((status = 'cancelled') = (cancel_reason is not null)),
  constraint reason_is_short_text check (length(trim(cancel_reason)) between 1 and 280),
  constraint shift_is_a_day_of_work check (ends_at - starts_at between interval '15 minutes' and interval '16 hours'),
  constraint one_shift_at_a_time exclude using gist (organisation_id with =, user_id with =, tstzrange(starts_at, ends_at) with &&)
    where (status <> 'cancelled')
);
comment on table public.shifts is 'Who is planned to work where and when: draft → published; either → cancelled.';
comment on column public.shifts.user_id is 'Who works. No foreign key: the plan of the past outlives accounts.';
comment on column public.shifts.status is 'A draft is seen by those who plan; the person sees it once it is published.';
comment on column public.shifts.published_at is 'When the person could first see it; stays when it is cancelled later.';
create index shifts_by_venue on public.shifts (venue_id, starts_at);
create index shifts_by_person on public.shifts (user_id, starts_at);
create index shifts_by_organisation on public.shifts (organisation_id, venue_id);

create table public.time_entries (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null,
  venue_id uuid not null,
  user_id uuid not null,
  shift_id uuid,
  status text not null default 'open',
  clocked_in_at timestamptz not null default now(),
  clocked_out_at timestamptz,
  corrected_by uuid,
  correction_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint venue_is_in_the_organisation foreign key (organisation_id, venue_id) references public.venues (organisation_id, id) on delete cascade,
  constraint shift_is_of_the_person foreign key (venue_id, user_id, shift_id) references public.shifts (venue_id, user_id, id),
  constraint status_is_known check (status in ('open', 'closed', 'forgotten')),
  constraint closed_means_an_end check ((status = 'closed') = (clocked_out_at is not null)),
  constraint work_is_at_most_a_day check (clocked_out_at - clocked_in_at between interval '0' and interval '16 hours'),
  constraint corrections_have_an_author_and_a_reason check ((corrected_by is null) = (correction_reason is null)),
  constraint reason_is_short_text check (length(trim(correction_reason)) between 1 and 280),
  -- An open entry has no upper bound: it overlaps every other open one, and everything later.
  constraint one_place_at_a_time exclude using gist (organisation_id with =, user_id with =, tstzrange(clocked_in_at, clocked_out_at) with &&)
    where (status <> 'forgotten')
);
comment on table public.time_entries is 'When somebody was at work. One open per person and organisation, none overlapping, by constraint.';
comment on column public.time_entries.user_id is 'Who worked. No foreign key: what is owed outlives accounts.';
comment on column public.time_entries.shift_id is 'The published shift that was on when they clocked in; how late or early they were is derived from it.';
comment on column public.time_entries.status is 'forgotten: open for more than 16 hours. It counts no time until a person says when it ended; nothing closes it silently.';
comment on column public.time_entries.corrected_by is 'The member who last corrected it; every correction is in the audit history. No foreign key, as above.';
create index time_entries_by_venue on public.time_entries (venue_id, clocked_in_at);
create index time_entries_by_person on public.time_entries (user_id, clocked_in_at);
create index time_entries_by_organisation on public.time_entries (organisation_id, venue_id);
create index time_entries_by_shift on public.time_entries (venue_id, user_id, shift_id);
create index open_time_entries_by_age on public.time_entries (clocked_in_at) where status = 'open';

alter table public.shifts enable row level security;
alter table public.time_entries enable row level security;
create policy select_own_or_staff on public.shifts for select to authenticated
  using (venue_id = any ((select private.venues_with('staff.read'))::uuid[])
    or (user_id = (select auth.uid()) and published_at is not null and organisation_id = any ((select private.my_organisations())::uuid[])));
create policy select_own_or_staff on public.time_entries for select to authenticated
  using (venue_id = any ((select private.venues_with('staff.read'))::uuid[])
    or (user_id = (select auth.uid()) and organisation_id = any ((select private.my_organisations())::uuid[])));
grant select on public.shifts, public.time_entries to authenticated;
create trigger set_updated_at before update on public.shifts for each row execute function private.set_updated_at();
create trigger set_updated_at before update on public.time_entries for each row execute function private.set_updated_at();
create trigger audit after insert or update or delete on public.shifts for each row execute function private.audit();
create trigger audit after insert or update or delete on public.time_entries for each row execute function private.audit();

create function private.cancel_shifts_of_former_member() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.shifts s set status = 'cancelled', cancel_reason = 'no longer a member'
  where s.organisation_id = old.organisation_id and s.user_id = old.user_id and s.status <> 'cancelled' and s.starts_at > now()
    and not exists (
      select 1 from public.memberships m
      where m.organisation_id = s.organisation_id and m.user_id = s.user_id and (m.venue_id is null or m.venue_id = s.venue_id));
  return null;
end $$;
comment on function private.cancel_shifts_of_former_member() is
  'Trigger: who leaves has no shifts to come where no other membership reaches. Definer, because clients do not write shifts.';
create trigger cancel_shifts_of_former_member after delete on public.memberships
  for each row execute function private.cancel_shifts_of_former_member();
