-- What publishing would change. It compares the draft with the published version as guests, the till and the kitchen see
-- them, so it is empty exactly when publish_menu would keep the version.

create function private.menu_entries(p_document jsonb) returns table (kind text, id uuid, parent_id uuid, nr bigint, fields jsonb)
language sql stable set search_path = '' set enable_nestloop = off as $$
  with categories as materialized (
    select (c.value ->> 'id')::uuid as id, c.value ->> 'name' as name, c.ordinality, c.value -> 'items' as items
    from jsonb_array_elements(p_document -> 'categories') with ordinality c
  ), items as materialized (
    select (i.value ->> 'id')::uuid as id, c.id as category_id, i.value as item, i.ordinality
    from categories c cross join lateral jsonb_array_elements(c.items) with ordinality i
  ), groups as materialized (
    select distinct on (g.value -> 'id') (g.value ->> 'id')::uuid as id, g.value as modifier_group
    from items i cross join lateral jsonb_array_elements(i.item -> 'modifier_groups') g order by g.value -> 'id'
  )
  select 'category', c.id, null::uuid, c.ordinality, jsonb_build_object('name', c.name) from categories c
  union all
  select 'item', i.id, i.category_id, i.ordinality, i.item - array['id', 'modifier_groups'] || jsonb_build_object('category_id', i.category_id,
    'modifier_groups', (select coalesce(jsonb_agg(g.value -> 'id' order by g.ordinality), '[]') from jsonb_array_elements(i.item -> 'modifier_groups') with ordinality g))
  from items i
  union all
  select 'modifier_group', g.id, null, 0, g.modifier_group - array['id', 'options'] from groups g
  union all
  select 'option', (o.value ->> 'id')::uuid, g.id, o.ordinality, o.value - 'id' || jsonb_build_object('group_id', g.id)
  from groups g cross join lateral jsonb_array_elements(g.modifier_group -> 'options') with ordinality o
$$;
comment on function private.menu_entries(jsonb) is
  'A menu document taken apart: each category, item, modifier group and option once, with the fields that can differ, its parent and its place there.';

create function private.menu_texts(p_locale text, p_source jsonb, p_document jsonb) returns table (kind text, id uuid, fields jsonb)
language sql stable set search_path = '' set enable_nestloop = off as $$
  select t.kind, t.id, jsonb_strip_nulls(jsonb_build_object(
    'name.' || p_locale, nullif(t.fields -> 'name', s.fields -> 'name'),
    'description.' || p_locale, nullif(t.fields -> 'description', s.fields -> 'description'),
    'images.' || p_locale, nullif(t.fields -> 'images', s.fields -> 'images')))
  from private.menu_entries(p_document) t join private.menu_entries(p_source) s using (kind, id)
$$;
comment on function private.menu_texts(text, jsonb, jsonb) is
  'What a translated document says otherwise than its source, as fields named like "name.fr".';

create function public.diff_menu(p_venue_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' set enable_nestloop = off as $$
declare
  v_venue public.venues := private.require_venue('menu.read', p_venue_id);
  v_locale text := split_part(lower(v_venue.locale), '-', 1);
  v_old_locale text;
  v_draft jsonb := private.draft_menu(p_venue_id, v_locale, v_locale);
  v_published jsonb;
  v_diff jsonb;
begin
  select mv.document, mv.locale into v_published, v_old_locale
  from public.menu_versions mv where mv.venue_id = p_venue_id and mv.version = v_venue.menu_version;

  with draft as materialized (
    select e.kind, e.id, e.parent_id, e.nr, e.fields || coalesce(t.fields, '{}') || coalesce(kept.fields, '{}') as fields
    from private.menu_entries(v_draft) e
    left join (
      select x.kind, x.id, jsonb_object_agg(f.key, f.value) as fields
      from private.draft_locales(p_venue_id, v_locale) l
      cross join lateral private.menu_texts(l, v_draft, private.draft_menu(p_venue_id, v_locale, l)) x
      cross join lateral jsonb_each(x.fields) f group by x.kind, x.id
    ) t on t.kind = e.kind and t.id = e.id
    left join (
      select i.id, jsonb_build_object('tax_rate_bp', i.tax_rate_bp, 'station_id', coalesce(i.station_id, mc.station_id)) as fields
      from public.menu_items i join public.menu_categories mc on mc.venue_id = i.venue_id and mc.id = i.category_id where i.venue_id = p_venue_id
    ) kept on e.kind = 'item' and kept.id = e.id
  ), published as materialized (
    select e.kind, e.id, e.parent_id, e.nr, e.fields || coalesce(t.fields, '{}') || coalesce(kept.fields, '{}') as fields
    from private.menu_entries(v_published) e
    left join (
      select x.kind, x.id, jsonb_object_agg(f.key, f.value) as fields
      from public.menu_version_translations l
      cross join lateral private.menu_texts(l.locale, v_published, l.document) x
      cross join lateral jsonb_each(x.fields) f
      where l.venue_id = p_venue_id and l.version = v_venue.menu_version group by x.kind, x.id
    ) t on t.kind = e.kind and t.id = e.id
    left join (
      select p.menu_item_id as id, jsonb_build_object('tax_rate_bp', p.tax_rate_bp, 'station_id', p.station_id) as fields
      from public.published_menu_items p where p.venue_id = p_venue_id and p.version = v_venue.menu_version
    ) kept on e.kind = 'item' and kept.id = e.id
  ), ranked as (
    -- Places are compared among those that stayed: a new first dish does not move all the others.
    select d.kind, d.id, row_number() over (partition by d.kind, d.parent_id order by d.nr) as new_rank,
      row_number() over (partition by p.kind, p.parent_id order by p.nr) as old_rank
    from draft d join published p on p.kind = d.kind and p.id = d.id and p.parent_id is not distinct from d.parent_id
    where d.kind <> 'modifier_group'
  ), compared as (
    select coalesce(d.kind, p.kind) as kind, coalesce(d.id, p.id) as id, coalesce(d.fields, p.fields) ->> 'name' as name, d.id is null as is_removed, p.id is null as is_added,
      case when d.id is not null and p.id is not null then (
        select jsonb_object_agg(f.key, jsonb_build_object('from', p.fields -> f.key, 'to', d.fields -> f.key))
        from (select jsonb_object_keys(d.fields || p.fields) as key) f
        where coalesce(p.fields -> f.key, 'null') <> coalesce(d.fields -> f.key, 'null')) end as fields,
      case when r.new_rank <> r.old_rank then jsonb_build_object('position', jsonb_build_object('from', r.old_rank, 'to', r.new_rank)) end as moved
    from draft d
    full join published p on p.kind = d.kind and p.id = d.id
    left join ranked r on r.kind = d.kind and r.id = d.id
  )
  select jsonb_build_object(
    'added', coalesce(jsonb_agg(jsonb_build_object('kind', c.kind, 'id', c.id, 'name', c.name) order by c.kind, c.name, c.id) filter (where c.is_added), '[]'),
    'removed', coalesce(jsonb_agg(jsonb_build_object('kind', c.kind, 'id', c.id, 'name', c.name) order by c.kind, c.name, c.id) filter (where c.is_removed), '[]'),
    'changed', coalesce(jsonb_agg(jsonb_build_object('kind', c.kind, 'id', c.id, 'name', c.name, 'fields', coalesce(c.fields, '{}') || coalesce(c.moved, '{}'))
      order by c.kind, c.name, c.id) filter (where not c.is_added and not c.is_removed and (c.fields is not null or c.moved is not null)), '[]'))
  into v_diff from compared c;

  return v_diff || jsonb_build_object('venue_id', p_venue_id, 'version', v_venue.menu_version,
    'locale', case when v_old_locale <> v_locale then jsonb_build_object('from', v_old_locale, 'to', v_locale) end);
end $$;
comment on function public.diff_menu(uuid) is
  'What publishing the draft would change: {venue_id, version, locale, added: [{kind, id, name}], removed: […], changed: [{kind, id, '
  'name, fields: {field: {from, to}}}]}; kind is category, item, modifier_group or option, translations are fields such as '
  '"name.fr", "position" is the place among those that stayed, and locale is {from, to} when the venue''s own language changed. '
  'Against nothing published, everything is added and version is null. Needs menu.read. Definer: one answer over several '
  'tables. Errors: not_authenticated, permission_denied, subscription_inactive.';
grant execute on function public.diff_menu(uuid) to authenticated;
