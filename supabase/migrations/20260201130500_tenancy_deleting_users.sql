-- Deleting an account takes its memberships along, each of which asks whether it was the last owner's. Everybody else locks
-- the organisation before its memberships; so does this, or two of them could wait for each other.

create function private.lock_organisations_of_user() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform 1 from public.organisations o
  where o.id in (select m.organisation_id from public.memberships m where m.user_id = old.id) order by o.id for no key update;
  return old;
end $$;
comment on function private.lock_organisations_of_user() is
  'Trigger: before an account is deleted, locks the organisations it belongs to, by id. Definer, because Auth cannot see them.';
create trigger lock_organisations before delete on auth.users for each row execute function private.lock_organisations_of_user();
