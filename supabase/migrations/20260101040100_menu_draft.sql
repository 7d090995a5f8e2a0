-- The draft menu: ordinary rows that managers edit through the API. Guests never see them; they see what was published.
-- Two things are live on both sides: whether an item or option is available, and whether its stock suffices.

create table public.menu_categories (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  name text not null,
  position integer not null default 0,
  station_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint menu_categories_tenant_key unique (venue_id, id),
  constraint station_is_in_the_venue foreign key (venue_id, station_id) references public.kitchen_stations (venue_id, id) on delete set null (station_id),
  constraint name_is_short_text check (length(trim(name)) between 1 and 120)
);
comment on table public.menu_categories is 'Sections of the draft menu, in order of position.';
comment on column public.menu_categories.station_id is 'Kitchen station of the category''s items; null means expo.';
create index menu_categories_by_station on public.menu_categories (venue_id, station_id);

create table public.menu_items (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  category_id uuid not null,
  name text not null,
  description text not null default '',
  price_minor bigint not null,
  tax_rate_bp integer not null default 2000,
  position integer not null default 0,
  station_id uuid,
  is_available boolean not null default true,
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint menu_items_tenant_key unique (venue_id, id),
  constraint category_is_in_the_venue foreign key (venue_id, category_id) references public.menu_categories (venue_id, id),
  constraint station_is_in_the_venue foreign key (venue_id, station_id) references public.kitchen_stations (venue_id, id) on delete set null (station_id),
  constraint name_is_short_text check (length(trim(name)) between 1 and 120),
  constraint description_is_bounded check (length(description) <= 2000),
  constraint price_is_plausible check (price_minor between 0 and 100000000),
  constraint tax_rate_is_a_share check (tax_rate_bp between 0 and 10000)
);
comment on table public.menu_items is 'Items of the draft menu; also the live switch that takes a published item off sale.';
comment on column public.menu_items.price_minor is 'Price in minor units of the venue''s currency, with or without tax as the venue says.';
comment on column public.menu_items.tax_rate_bp is 'Tax rate in basis points (2000 = 20 %, the United Kingdom''s standard rate).';
comment on column public.menu_items.station_id is 'Overrides the category''s station.';
comment on column public.menu_items.is_available is 'False takes the item off sale at once ("86"), without publishing.';
comment on column public.menu_items.archived_at is 'Archived items leave the next published menu and do not count against the plan.';
create index menu_items_by_category on public.menu_items (venue_id, category_id, position);
create index menu_items_by_station on public.menu_items (venue_id, station_id);

create table public.modifier_groups (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  name text not null,
  min_choices integer not null default 0,
  max_choices integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint modifier_groups_tenant_key unique (venue_id, id),
  constraint name_is_short_text check (length(trim(name)) between 1 and 120),
  constraint choices_are_a_range check (min_choices >= 0 and max_choices between greatest(min_choices, 1) and 50)
);
comment on table public.modifier_groups is 'A choice that items offer, such as "Milk". Required when min_choices > 0, single when max_choices = 1.';

create table public.modifier_options (
  id uuid primary key default gen_random_uuid(),
  venue_id uuid not null references public.venues on delete cascade,
  group_id uuid not null,
  name text not null,
  price_delta_minor bigint not null default 0,
  position integer not null default 0,
  is_available boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint modifier_options_tenant_key unique (venue_id, id),
  constraint group_is_in_the_venue foreign key (venue_id, group_id) references public.modifier_groups (venue_id, id) on delete cascade,
  constraint name_is_short_text check (length(trim(name)) between 1 and 120),
  constraint delta_is_plausible check (price_delta_minor between -100000000 and 100000000)
);
comment on table public.modifier_options is 'What can be chosen in a modifier group.';
comment on column public.modifier_options.price_delta_minor is 'Added to the item''s price, in minor units; may be negative.';
create index modifier_options_by_group on public.modifier_options (venue_id, group_id, position);

create table public.menu_item_modifier_groups (
  venue_id uuid not null references public.venues on delete cascade,
  menu_item_id uuid not null,
  group_id uuid not null,
  position integer not null default 0,
  primary key (venue_id, menu_item_id, group_id),
  constraint item_is_in_the_venue foreign key (venue_id, menu_item_id) references public.menu_items (venue_id, id) on delete cascade,
  constraint group_is_in_the_venue foreign key (venue_id, group_id) references public.modifier_groups (venue_id, id) on delete cascade
);
comment on table public.menu_item_modifier_groups is 'Which items offer which modifier groups, in order of position.';
create index menu_item_modifier_groups_by_group on public.menu_item_modifier_groups (venue_id, group_id);

-- One shape for all five: members with menu.read see, menu.edit writes. Availability has its own, wider permission and
-- therefore its own RPC; a column grant could not tell the two permissions apart.
do $$
declare
  v_table text;
begin
  foreach v_table in array array['menu_categories', 'menu_items', 'modifier_groups', 'modifier_options', 'menu_item_modifier_groups'] loop
    execute format('alter table public.%I enable row level security', v_table);
    execute format($p$create policy select_member on public.%I for select to authenticated
      using (venue_id = any ((select private.venues_with('menu.read'))::uuid[]))$p$, v_table);
    execute format($p$create policy insert_editor on public.%I for insert to authenticated
      with check (venue_id = any ((select private.venues_with('menu.edit'))::uuid[]))$p$, v_table);
    execute format($p$create policy update_editor on public.%I for update to authenticated
      using (venue_id = any ((select private.venues_with('menu.edit'))::uuid[]))
      with check (venue_id = any ((select private.venues_with('menu.edit'))::uuid[]))$p$, v_table);
    execute format($p$create policy delete_editor on public.%I for delete to authenticated
      using (venue_id = any ((select private.venues_with('menu.edit'))::uuid[]))$p$, v_table);
    execute format('grant select, insert, delete on public.%I to authenticated', v_table);
    execute format('create trigger audit after update or delete on public.%I
      for each row execute function private.audit()', v_table);
    execute format('create trigger audit_inserts after insert on public.%I
      referencing new table as added for each statement execute function private.audit_inserts()', v_table);
    if v_table <> 'menu_item_modifier_groups' then
      execute format('create trigger set_updated_at before update on public.%I
        for each row execute function private.set_updated_at()', v_table);
    end if;
  end loop;
end $$;

-- A row never changes its venue or its identity.
grant update (name, position, station_id) on public.menu_categories to authenticated;
grant update (category_id, name, description, price_minor, tax_rate_bp, position, station_id, is_available, archived_at) on public.menu_items to authenticated;
grant update (name, min_choices, max_choices) on public.modifier_groups to authenticated;
grant update (group_id, name, price_delta_minor, position, is_available) on public.modifier_options to authenticated;
grant update (position) on public.menu_item_modifier_groups to authenticated;

create trigger guard_entitlement after insert on public.menu_items
  referencing new table as changed for each statement execute function private.guard_entitlement('menu_items');
create trigger guard_entitlement_again after update of archived_at on public.menu_items
  for each row when (new.archived_at is null and old.archived_at is not null) execute function private.guard_entitlement_again('menu_items');

create function public.set_availability(p_venue_id uuid, p_is_available boolean, p_menu_item_ids uuid[] default '{}', p_option_ids uuid[] default '{}') returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_items integer;
  v_options integer;
begin
  perform private.require_venue('menu.availability', p_venue_id);
  if p_is_available is null or p_menu_item_ids is null or p_option_ids is null
    or cardinality(p_menu_item_ids) + cardinality(p_option_ids) not between 1 and 100 then
    perform private.fail('invalid_input', 'name 1 to 100 items and options, and whether they are available');
  end if;
  update public.menu_items i set is_available = p_is_available
  where i.venue_id = p_venue_id and i.id = any (p_menu_item_ids) and i.is_available <> p_is_available;
  get diagnostics v_items = row_count;
  update public.modifier_options o set is_available = p_is_available
  where o.venue_id = p_venue_id and o.id = any (p_option_ids) and o.is_available <> p_is_available;
  get diagnostics v_options = row_count;
  return jsonb_build_object('items_changed', v_items, 'options_changed', v_options);
end $$;
comment on function public.set_availability(uuid, boolean, uuid[], uuid[]) is
  'Switches up to 100 items and options of a venue on or off, at once for guests. Needs menu.availability. Returns '
  '{items_changed, options_changed}; ids of another venue change nothing. Definer: kitchen and staff may not edit the menu otherwise. '
  'Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.';
grant execute on function public.set_availability(uuid, boolean, uuid[], uuid[]) to authenticated;
