-- Publishing copies the draft into an immutable version. Guests read one document; pricing reads one small row per
-- ordered item, by primary key, however large the menu is.

create table public.menu_versions (
  venue_id uuid not null references public.venues on delete cascade,
  version integer not null,
  etag text not null,
  document jsonb not null,
  published_at timestamptz not null default now(),
  published_by uuid references auth.users on delete set null,
  primary key (venue_id, version),
  constraint version_counts_from_one check (version > 0)
);
comment on table public.menu_versions is 'Every published menu of a venue, immutable.';
comment on column public.menu_versions.etag is 'SHA-256 of the document with its tax rates and kitchen routing: equal menus, equal tag.';
comment on column public.menu_versions.document is 'What guests see: {categories:[{id,name,items:[{id,name,description,price_minor,modifier_groups:[…]}]}]}.';
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

create function private.draft_modifier_groups(p_venue_id uuid, p_menu_item_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name, 'min', g.min_choices, 'max', g.max_choices,
    'options', o.options) order by ig.position, g.name, g.id), '[]')
  from public.menu_item_modifier_groups ig
  join public.modifier_groups g on g.venue_id = ig.venue_id and g.id = ig.group_id
  cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_object('id', mo.id, 'name', mo.name, 'price_delta_minor', mo.price_delta_minor)
      order by mo.position, mo.name, mo.id), '[]') as options
    from public.modifier_options mo where mo.venue_id = g.venue_id and mo.group_id = g.id
  ) o
  where ig.venue_id = p_venue_id and ig.menu_item_id = p_menu_item_id
$$;
comment on function private.draft_modifier_groups(uuid, uuid) is 'The modifier groups of a draft item as they will be published.';

create function public.publish_menu(p_venue_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('menu.edit', p_venue_id);
  v_document jsonb;
  v_etag text;
  v_broken text;
  v_version integer;
begin
  -- One publication of a venue at a time; the version is read after the lock.
  select v.menu_version into v_version from public.venues v where v.id = p_venue_id for no key update;

  select format('%s: group "%s" needs %s of %s options', i.name, g ->> 'name', g ->> 'min', jsonb_array_length(g -> 'options'))
  into v_broken
  from public.menu_items i
  cross join lateral jsonb_array_elements(private.draft_modifier_groups(p_venue_id, i.id)) g
  where i.venue_id = p_venue_id and i.archived_at is null and jsonb_array_length(g -> 'options') < (g ->> 'min')::integer
  limit 1;
  if v_broken is not null then
    perform private.fail('menu_incomplete', v_broken);
  end if;

  select jsonb_build_object('categories', jsonb_agg(c.category order by c.position, c.name, c.id)) into v_document
  from (
    select mc.id, mc.name, mc.position, jsonb_build_object('id', mc.id, 'name', mc.name, 'items', jsonb_agg(
      jsonb_build_object('id', i.id, 'name', i.name, 'description', i.description, 'price_minor', i.price_minor,
        'modifier_groups', private.draft_modifier_groups(p_venue_id, i.id)) order by i.position, i.name, i.id)) as category
    from public.menu_categories mc
    join public.menu_items i on i.venue_id = mc.venue_id and i.category_id = mc.id and i.archived_at is null
    where mc.venue_id = p_venue_id
    group by mc.id, mc.name, mc.position
  ) c;
  if v_document -> 'categories' = 'null' then
    perform private.fail('menu_incomplete', 'the menu has no items');
  end if;

  v_etag := encode(sha256(convert_to(v_document::text || (
    select string_agg(concat_ws('|', i.id, i.tax_rate_bp, coalesce(i.station_id, mc.station_id)), ',' order by i.id)
    from public.menu_items i join public.menu_categories mc on mc.venue_id = i.venue_id and mc.id = i.category_id
    where i.venue_id = p_venue_id and i.archived_at is null), 'UTF8')), 'hex');
  if exists (select 1 from public.menu_versions mv where mv.venue_id = p_venue_id and mv.version = v_version and mv.etag = v_etag) then
    return jsonb_build_object('venue_id', p_venue_id, 'version', v_version, 'etag', v_etag, 'changed', false);
  end if;

  select coalesce(max(mv.version), 0) + 1 into v_version from public.menu_versions mv where mv.venue_id = p_venue_id;
  insert into public.menu_versions (venue_id, version, etag, document, published_by)
  values (p_venue_id, v_version, v_etag, v_document, auth.uid());
  -- The same groups again, in the shape that pricing looks up: by option id.
  insert into public.published_menu_items (venue_id, version, menu_item_id, name, price_minor, tax_rate_bp, station_id, options, choice_limits)
  select p_venue_id, v_version, i.id, i.name, i.price_minor, i.tax_rate_bp, coalesce(i.station_id, mc.station_id), g.options, g.choice_limits
  from public.menu_items i
  join public.menu_categories mc on mc.venue_id = i.venue_id and mc.id = i.category_id
  cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_array(g.value -> 'min', g.value -> 'max') order by g.ordinality), '[]') as choice_limits,
      coalesce((select jsonb_object_agg(o.value ->> 'id', o.value || jsonb_build_object('group', g2.ordinality))
        from jsonb_array_elements(private.draft_modifier_groups(p_venue_id, i.id)) with ordinality g2
        cross join lateral jsonb_array_elements(g2.value -> 'options') o), '{}') as options
    from jsonb_array_elements(private.draft_modifier_groups(p_venue_id, i.id)) with ordinality g
  ) g
  where i.venue_id = p_venue_id and i.archived_at is null;
  update public.venues v set menu_version = v_version where v.id = p_venue_id;
  return jsonb_build_object('venue_id', p_venue_id, 'version', v_version, 'etag', v_etag, 'changed', true);
end $$;
comment on function public.publish_menu(uuid) is
  'Publishes the draft menu atomically as a new version; an unchanged draft keeps its version. Needs menu.edit. Returns '
  '{venue_id, version, etag, changed}. Definer: versions are immutable for clients. Errors: not_authenticated, '
  'permission_denied, subscription_inactive, menu_incomplete.';
grant execute on function public.publish_menu(uuid) to authenticated;

create function public.get_menu(p_venue_slug text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_menu jsonb;
  v_venue_id uuid := (select v.id from public.venues v where v.slug = p_venue_slug);
  -- Asked once, not per item.
  v_items uuid[] := array(select private.sold_out_items(v_venue_id));
  v_options uuid[] := array(select private.sold_out_options(v_venue_id));
begin
  select jsonb_build_object(
    'venue', jsonb_build_object('name', v.name, 'slug', v.slug, 'currency', v.currency, 'locale', v.locale,
      'prices_include_tax', v.prices_include_tax, 'service_charge_bp', v.service_charge_bp),
    'version', mv.version, 'etag', mv.etag, 'published_at', mv.published_at,
    'categories', mv.document -> 'categories',
    'unavailable_item_ids', coalesce((
      select jsonb_agg(i.id order by i.id) from public.menu_items i
      where i.venue_id = v.id and (not i.is_available or i.id = any (v_items))), '[]'),
    'unavailable_option_ids', coalesce((
      select jsonb_agg(o.id order by o.id) from public.modifier_options o
      where o.venue_id = v.id and (not o.is_available or o.id = any (v_options))), '[]'))
  into v_menu
  from public.venues v
  join public.menu_versions mv on mv.venue_id = v.id and mv.version = v.menu_version
  where v.id = v_venue_id;
  if not found then
    perform private.fail(case when v_venue_id is null then 'venue_not_found' else 'menu_not_published' end);
  end if;
  return v_menu;
end $$;
comment on function public.get_menu(text) is
  'The published menu of a venue by slug, for anybody: {venue, version, etag, published_at, categories, '
  'unavailable_item_ids, unavailable_option_ids}. The categories change with the version only, so clients may cache them '
  'by etag; the unavailable ids are live. Definer: guests have no access to tables. Errors: venue_not_found, menu_not_published.';
grant execute on function public.get_menu(text) to anon, authenticated;
