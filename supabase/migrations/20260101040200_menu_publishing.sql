-- Publishing copies the draft into an immutable version. Guests read one document; pricing reads one small row per
-- ordered item, by primary key, however large the menu is. The functions follow with the translations.

create function private.image_paths(p_document jsonb) returns text[]
language sql immutable parallel safe set search_path = '' as $$
  select coalesce(array_agg(distinct p.path #>> '{}'), '{}')
  from (
    select jsonb_path_query(p_document, 'lax $.categories[*].items[*].images[*].path') as path
    union all
    select jsonb_path_query(p_document, 'lax $.categories[*].items[*].images[*].variants[*].path')
  ) p
$$;
comment on function private.image_paths(jsonb) is 'The objects that a menu document shows.';

create table public.menu_versions (
  venue_id uuid not null references public.venues on delete cascade,
  version integer not null,
  etag text not null,
  document jsonb not null,
  image_paths text[] not null generated always as (private.image_paths(document)) stored,
  published_at timestamptz not null default now(),
  published_by uuid references auth.users on delete set null,
  primary key (venue_id, version),
  constraint version_counts_from_one check (version > 0)
);
comment on table public.menu_versions is 'Every published menu of a venue, immutable.';
comment on column public.menu_versions.etag is 'SHA-256 of the document with its tax rates and kitchen routing: equal menus, equal tag.';
comment on column public.menu_versions.document is 'What guests see: {labels:{label:name},categories:[{id,name,items:[{id,name,description,price_minor,allergens,dietary_tags,spice,images:[…],modifier_groups:[…]}]}]}.';
comment on column public.menu_versions.image_paths is 'The objects that this version shows: they stay as long as it does, because rollback_menu may bring it back.';
create index menu_versions_by_image on public.menu_versions using gin (image_paths);
create index menu_versions_by_publisher on public.menu_versions (published_by);

create table public.published_menu_items (
  venue_id uuid not null,
  version integer not null,
  menu_item_id uuid not null,
  name text not null,
  price_minor bigint not null,
  tax_rate_bp integer not null,
  station_id uuid,
  options jsonb not null,
  choice_limits jsonb not null,
  primary key (venue_id, version, menu_item_id),
  constraint version_is_in_the_venue foreign key (venue_id, version) references public.menu_versions (venue_id, version) on delete cascade,
  constraint item_is_in_the_venue foreign key (venue_id, menu_item_id) references public.menu_items (venue_id, id)
);
comment on table public.published_menu_items is 'The priced items of each published menu; what orders are priced from.';
comment on column public.published_menu_items.station_id is 'Item''s station, else its category''s, as of publishing; null means expo.';
comment on column public.published_menu_items.options is
  'What can be chosen, by option id: {id: {id, name, price_delta_minor, group}}; group counts from 1.';
comment on column public.published_menu_items.choice_limits is 'How many options of group 1, 2, … may be chosen: [[min, max], …].';
create index published_menu_items_by_item on public.published_menu_items (venue_id, menu_item_id);

alter table public.venues add column menu_version integer;
alter table public.venues add constraint menu_version_is_published
  foreign key (id, menu_version) references public.menu_versions (venue_id, version) on delete set null (menu_version);
create index venues_by_menu_version on public.venues (id, menu_version);
comment on column public.venues.menu_version is 'The published version that guests see; null until the first publication.';

alter table public.menu_versions enable row level security;
alter table public.published_menu_items enable row level security;
create policy select_member on public.menu_versions for select to authenticated
  using (venue_id = any ((select private.venues_with('menu.read'))::uuid[]));
create policy select_member on public.published_menu_items for select to authenticated
  using (venue_id = any ((select private.venues_with('menu.read'))::uuid[]));
grant select on public.menu_versions, public.published_menu_items to authenticated;
create trigger menu_versions_immutable before update on public.menu_versions
  for each row when (old.document is distinct from new.document or old.etag is distinct from new.etag)
  execute function private.forbid_change();
create trigger published_menu_items_immutable before update on public.published_menu_items
  for each row execute function private.forbid_change();
