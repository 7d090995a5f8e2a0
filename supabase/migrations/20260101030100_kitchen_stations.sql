-- Stations come before the menu, because categories and items are routed to them.

create table public.kitchen_stations (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  name text not null,
  kind text not null default 'other',
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint kitchen_stations_tenant_key unique (venue_id, id),
  constraint one_station_of_a_name unique (venue_id, name),
  constraint name_is_short_text check (length(trim(name)) between 1 and 60),
  constraint kind_is_known check (kind in ('expo', 'grill', 'fryer', 'bar', 'cold', 'other')),
  constraint expo_is_always_active check (kind <> 'expo' or is_active)
);
comment on table public.kitchen_stations is 'Where tickets go. Every venue has exactly one expo, the fallback of all routing.';
create unique index one_expo_per_venue on public.kitchen_stations (venue_id) where kind = 'expo';

alter table public.kitchen_stations enable row level security;
create policy select_member on public.kitchen_stations for select to authenticated
  using (venue_id = any ((select private.venues_with('kitchen.read'))::uuid[]) or venue_id = any ((select private.venues_with('menu.read'))::uuid[]));
create policy insert_settings on public.kitchen_stations for insert to authenticated
  with check (venue_id = any ((select private.venues_with('settings.edit'))::uuid[]) and kind <> 'expo');
create policy update_settings on public.kitchen_stations for update to authenticated
  using (venue_id = any ((select private.venues_with('settings.edit'))::uuid[]))
  with check (venue_id = any ((select private.venues_with('settings.edit'))::uuid[]));
grant select on public.kitchen_stations to authenticated;
grant insert (venue_id, name, kind), update (name, is_active) on public.kitchen_stations to authenticated;

create function private.create_expo_station() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.kitchen_stations (venue_id, name, kind) values (new.id, 'Expo', 'expo');
  return null;
end $$;
comment on function private.create_expo_station() is
  'Trigger: gives a new venue its expo station. Definer, because clients may not insert an expo.';
create trigger create_expo_station after insert on public.venues
  for each row execute function private.create_expo_station();

create trigger set_updated_at before update on public.kitchen_stations for each row execute function private.set_updated_at();
create trigger audit after insert or update or delete on public.kitchen_stations for each row execute function private.audit();
create trigger guard_entitlement after insert on public.kitchen_stations
  referencing new table as changed for each statement execute function private.guard_entitlement('kitchen_stations');
create trigger guard_entitlement_again after update of is_active on public.kitchen_stations
  for each row when (new.is_active and not old.is_active) execute function private.guard_entitlement_again('kitchen_stations');
