-- From the draft to what guests read. Everything is assembled in sets, so a menu of thousands of items publishes in
-- seconds, and everything a reader needs is decided here: reading stays one row. Statements over a whole menu are planned
-- without nested loops: a menu that was just imported has no statistics yet, and the planner would go through it row by row.

create function private.draft_menu(p_venue_id uuid, p_source_locale text, p_locale text) returns jsonb
language sql stable set search_path = '' set enable_nestloop = off as $$
  with options as materialized (
    select o.group_id, jsonb_agg(jsonb_build_object('id', o.id, 'name', coalesce(t.name, o.name), 'price_delta_minor', o.price_delta_minor)
      order by o.position, o.name, o.id) as options
    from public.modifier_options o
    left join public.menu_translations t on t.venue_id = p_venue_id and t.option_id = o.id and t.locale = p_locale and p_locale <> p_source_locale
    where o.venue_id = p_venue_id group by o.group_id
  ), groups as materialized (
    select g.id, g.name, jsonb_build_object('id', g.id, 'name', coalesce(t.name, g.name), 'min', g.min_choices, 'max', g.max_choices,
      'options', coalesce(o.options, '[]')) as modifier_group
    from public.modifier_groups g
    left join options o on o.group_id = g.id
    left join public.menu_translations t on t.venue_id = p_venue_id and t.group_id = g.id and t.locale = p_locale and p_locale <> p_source_locale
    where g.venue_id = p_venue_id
  ), choices as materialized (
    select ig.menu_item_id, jsonb_agg(g.modifier_group order by ig.position, g.name, g.id) as modifier_groups
    from public.menu_item_modifier_groups ig join groups g on g.id = ig.group_id
    where ig.venue_id = p_venue_id group by ig.menu_item_id
  ), variants as materialized (
    select v.image_id, jsonb_agg(jsonb_build_object('path', v.path, 'width', v.width, 'height', v.height, 'byte_size', v.byte_size, 'mime_type', v.mime_type)
      order by v.width, v.mime_type) as variants
    from public.menu_image_variants v where v.venue_id = p_venue_id group by v.image_id
  ), images as materialized (
    select m.menu_item_id, jsonb_agg(jsonb_build_object('path', m.path, 'alt', coalesce(t.description, m.alt), 'width', m.width, 'height', m.height,
      'byte_size', m.byte_size, 'mime_type', m.mime_type, 'variants', coalesce(v.variants, '[]')) order by m.position) as images
    from public.menu_item_images m
    left join variants v on v.image_id = m.id
    left join public.menu_translations t on t.venue_id = p_venue_id and t.image_id = m.id and t.locale = p_locale and p_locale <> p_source_locale
    where m.venue_id = p_venue_id group by m.menu_item_id
  ), items as materialized (
    select i.category_id, i.allergens, i.dietary_tags, i.position, i.name, i.id, jsonb_build_object('id', i.id, 'name', coalesce(t.name, i.name),
      'description', coalesce(t.description, i.description), 'price_minor', i.price_minor, 'allergens', i.allergens,
      'dietary_tags', i.dietary_tags, 'spice', i.spice, 'images', coalesce(m.images, '[]'), 'modifier_groups', coalesce(c.modifier_groups, '[]')) as item
    from public.menu_items i
    left join choices c on c.menu_item_id = i.id
    left join images m on m.menu_item_id = i.id
    left join public.menu_translations t on t.venue_id = p_venue_id and t.menu_item_id = i.id and t.locale = p_locale and p_locale <> p_source_locale
    where i.venue_id = p_venue_id and i.archived_at is null
  )
  select jsonb_build_object(
    'categories', coalesce((
      select jsonb_agg(jsonb_build_object('id', mc.id, 'name', coalesce(t.name, mc.name), 'items', i.items) order by mc.position, mc.name, mc.id)
      from public.menu_categories mc
      join (select n.category_id, jsonb_agg(n.item order by n.position, n.name, n.id) as items from items n group by n.category_id) i on i.category_id = mc.id
      left join public.menu_translations t on t.venue_id = p_venue_id and t.category_id = mc.id and t.locale = p_locale and p_locale <> p_source_locale
      where mc.venue_id = p_venue_id), '[]'),
    'labels', coalesce((
      select jsonb_object_agg(l.label, coalesce(l.names ->> p_locale, l.names ->> 'en')) from public.menu_labels l
      where l.label in (select unnest(i.allergens || i.dietary_tags) from items i)), '{}'))
$$;
comment on function private.draft_menu(uuid, text, text) is
  'The draft as guests would read it in a language: translations where there are any, the source text elsewhere, always in the '
  'source''s order. In the venue''s own language it is the source, whatever a translation says.';

create function private.draft_locales(p_venue_id uuid, p_source_locale text) returns setof text
language sql stable set search_path = '' as $$
  select distinct t.locale from public.menu_translations t where t.venue_id = p_venue_id and t.locale <> p_source_locale
$$;
comment on function private.draft_locales(uuid, text) is 'The languages the draft is translated to, without the venue''s own.';

create function public.publish_menu(p_venue_id uuid) returns jsonb
language plpgsql security definer set search_path = '' set enable_nestloop = off as $$
declare
  v_venue public.venues := private.require_venue('menu.edit', p_venue_id);
  v_locale text := split_part(lower(v_venue.locale), '-', 1);
  v_document jsonb;
  v_translations jsonb;
  v_etag text;
  v_broken text;
  v_version integer;
begin
  -- One publication of a venue at a time; the version is read after the lock.
  select v.menu_version into v_version from public.venues v where v.id = p_venue_id for no key update;

  v_document := private.draft_menu(p_venue_id, v_locale, v_locale);
  if v_document -> 'categories' = '[]' then
    perform private.fail('menu_incomplete', 'the menu has no items');
  end if;
  select format('%s: group "%s" needs %s of %s options', i.value ->> 'name', g.value ->> 'name', g.value ->> 'min', jsonb_array_length(g.value -> 'options'))
  into v_broken
  from jsonb_array_elements(v_document -> 'categories') c
  cross join lateral jsonb_array_elements(c.value -> 'items') i
  cross join lateral jsonb_array_elements(i.value -> 'modifier_groups') g
  where jsonb_array_length(g.value -> 'options') < (g.value ->> 'min')::integer
  limit 1;
  if v_broken is not null then
    perform private.fail('menu_incomplete', v_broken);
  end if;

  v_etag := encode(sha256(convert_to(v_document::text || (
    select string_agg(concat_ws('|', i.id, i.tax_rate_bp, coalesce(i.station_id, mc.station_id)), ',' order by i.id)
    from public.menu_items i join public.menu_categories mc on mc.venue_id = i.venue_id and mc.id = i.category_id
    where i.venue_id = p_venue_id and i.archived_at is null), 'UTF8')), 'hex');
  select coalesce(jsonb_object_agg(d.locale, jsonb_build_object('document', d.document,
    'etag', encode(sha256(convert_to(v_etag || d.document::text, 'UTF8')), 'hex'))), '{}') into v_translations
  from (select l as locale, private.draft_menu(p_venue_id, v_locale, l) as document from private.draft_locales(p_venue_id, v_locale) l) d;
  if exists (
    select 1 from public.menu_versions mv
    where mv.venue_id = p_venue_id and mv.version = v_version and mv.etag = v_etag and mv.locale = v_locale
      and (select coalesce(jsonb_object_agg(t.locale, t.etag), '{}') from public.menu_version_translations t where t.venue_id = p_venue_id and t.version = v_version)
        = (select coalesce(jsonb_object_agg(t.key, t.value -> 'etag'), '{}') from jsonb_each(v_translations) t)
  ) then
    return jsonb_build_object('venue_id', p_venue_id, 'version', v_version, 'etag', v_etag, 'changed', false);
  end if;

  select coalesce(max(mv.version), 0) + 1 into v_version from public.menu_versions mv where mv.venue_id = p_venue_id;
  insert into public.menu_versions (venue_id, version, etag, document, locale, published_by)
  values (p_venue_id, v_version, v_etag, v_document, v_locale, private.person());
  insert into public.menu_version_translations (venue_id, version, locale, etag, document)
  select p_venue_id, v_version, t.key, t.value ->> 'etag', t.value -> 'document' from jsonb_each(v_translations) t;
  -- The same groups again, in the shape that pricing looks up: by option id.
  insert into public.published_menu_items (venue_id, version, menu_item_id, name, price_minor, tax_rate_bp, station_id, options, choice_limits)
  select p_venue_id, v_version, i.id, i.name, i.price_minor, i.tax_rate_bp, coalesce(i.station_id, mc.station_id), g.options, g.choice_limits
  from jsonb_array_elements(v_document -> 'categories') c
  cross join lateral jsonb_array_elements(c.value -> 'items') d
  join public.menu_items i on i.venue_id = p_venue_id and i.id = (d.value ->> 'id')::uuid
  join public.menu_categories mc on mc.venue_id = i.venue_id and mc.id = i.category_id
  cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_array(m.value -> 'min', m.value -> 'max') order by m.ordinality), '[]') as choice_limits,
      coalesce((select jsonb_object_agg(o.value ->> 'id', o.value || jsonb_build_object('group', n.ordinality))
        from jsonb_array_elements(d.value -> 'modifier_groups') with ordinality n
        cross join lateral jsonb_array_elements(n.value -> 'options') o), '{}') as options
    from jsonb_array_elements(d.value -> 'modifier_groups') with ordinality m
  ) g;
  update public.venues v set menu_version = v_version where v.id = p_venue_id;
  return jsonb_build_object('venue_id', p_venue_id, 'version', v_version, 'etag', v_etag, 'changed', true);
end $$;
comment on function public.publish_menu(uuid) is
  'Publishes the draft menu with its translations atomically as a new version; an unchanged draft keeps its version. Needs '
  'menu.edit. Returns {venue_id, version, etag, changed}. Definer: versions are immutable for clients. Errors: not_authenticated, '
  'permission_denied, subscription_inactive, menu_incomplete.';
grant execute on function public.publish_menu(uuid) to authenticated;

insert into private.errors (code, http_status, meaning, remedy) values
  ('menu_version_not_found', 404, 'The venue has not published such a version.', 'List the venue''s menu versions and use one of their numbers.');

create function public.rollback_menu(p_venue_id uuid, p_version integer) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_current integer;
  v_version integer;
  v_etag text;
begin
  perform private.require_venue('menu.edit', p_venue_id);
  select v.menu_version into v_current from public.venues v where v.id = p_venue_id for no key update;
  select mv.etag into v_etag from public.menu_versions mv where mv.venue_id = p_venue_id and mv.version = p_version;
  if not found then
    perform private.fail('menu_version_not_found');
  end if;
  if p_version = v_current then
    return jsonb_build_object('venue_id', p_venue_id, 'version', v_current, 'etag', v_etag, 'changed', false);
  end if;
  select max(mv.version) + 1 into v_version from public.menu_versions mv where mv.venue_id = p_venue_id;
  insert into public.menu_versions (venue_id, version, etag, document, locale, published_by, restored_from)
  select mv.venue_id, v_version, mv.etag, mv.document, mv.locale, private.person(), p_version
  from public.menu_versions mv where mv.venue_id = p_venue_id and mv.version = p_version;
  insert into public.menu_version_translations (venue_id, version, locale, etag, document)
  select t.venue_id, v_version, t.locale, t.etag, t.document
  from public.menu_version_translations t where t.venue_id = p_venue_id and t.version = p_version;
  insert into public.published_menu_items (venue_id, version, menu_item_id, name, price_minor, tax_rate_bp, station_id, options, choice_limits)
  select i.venue_id, v_version, i.menu_item_id, i.name, i.price_minor, i.tax_rate_bp, i.station_id, i.options, i.choice_limits
  from public.published_menu_items i where i.venue_id = p_venue_id and i.version = p_version;
  update public.venues v set menu_version = v_version where v.id = p_venue_id;
  return jsonb_build_object('venue_id', p_venue_id, 'version', v_version, 'etag', v_etag, 'changed', true);
end $$;
comment on function public.rollback_menu(uuid, integer) is
  'Publishes an earlier version again, as a new version: guests see it at once, and history stays as it was. The draft is not '
  'touched, so publish_menu brings its menu back; what is unavailable now stays unavailable. Asked for the version that guests '
  'see, it changes nothing. Needs menu.edit. Returns {venue_id, version, etag, changed}. Definer: versions are immutable for '
  'clients. Errors: not_authenticated, permission_denied, subscription_inactive, menu_version_not_found.';
grant execute on function public.rollback_menu(uuid, integer) to authenticated;

create function public.get_menu(p_venue_slug text, p_locale text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_menu jsonb;
  v_venue_id uuid;
  v_items uuid[];
  v_options uuid[];
begin
  perform private.take_network_limit('get_menu', 600);
  v_venue_id := (select v.id from public.venues v where v.slug = p_venue_slug);
  -- Asked once, not per item.
  v_items := array(select private.sold_out_items(v_venue_id));
  v_options := array(select private.sold_out_options(v_venue_id));
  select jsonb_build_object(
    'venue', jsonb_build_object('name', v.name, 'slug', v.slug, 'currency', v.currency, 'locale', v.locale,
      'prices_include_tax', v.prices_include_tax, 'service_charge_bp', v.service_charge_bp),
    'version', mv.version, 'published_at', mv.published_at,
    'locale', coalesce(t.locale, mv.locale), 'etag', coalesce(t.etag, mv.etag),
    'locales', jsonb_build_array(mv.locale) || coalesce((
      select jsonb_agg(l.locale order by l.locale) from public.menu_version_translations l where l.venue_id = v.id and l.version = v.menu_version), '[]'),
    'categories', coalesce(t.document, mv.document) -> 'categories',
    'labels', coalesce(t.document, mv.document) -> 'labels',
    'unavailable_item_ids', coalesce((
      select jsonb_agg(i.id order by i.id) from public.menu_items i
      where i.venue_id = v.id and (not i.is_available or i.id = any (v_items))), '[]'),
    'unavailable_option_ids', coalesce((
      select jsonb_agg(o.id order by o.id) from public.modifier_options o
      where o.venue_id = v.id and (not o.is_available or o.id = any (v_options))), '[]'))
  into v_menu
  from public.venues v
  join public.menu_versions mv on mv.venue_id = v.id and mv.version = v.menu_version
  left join public.menu_version_translations t
    on t.venue_id = v.id and t.version = v.menu_version and t.locale = split_part(lower(p_locale), '-', 1)
  where v.id = v_venue_id;
  if not found then
    perform private.fail(case when v_venue_id is null then 'venue_not_found' else 'menu_not_published' end);
  end if;
  return v_menu;
end $$;
comment on function public.get_menu(text, text) is
  'The published menu of a venue by slug, for anybody: {venue, version, etag, published_at, locale, locales, categories, labels, '
  'unavailable_item_ids, unavailable_option_ids}. p_locale is a language or tag such as "fr" or "fr-CA"; a language that the '
  'menu is not translated to gets the source, and single missing texts are the source''s, too. "locale" is what was served, '
  '"locales" what there is. Categories and labels change with the version only, so clients may cache them by etag, which is one '
  'per language; the unavailable ids are live. Paths of images are those of the public bucket menu-images. An item''s allergens are null where nobody has stated them. At most '
  '600 a minute from one address, counted, and so by POST. Definer: guests have no access to tables. Errors: rate_limited, post_required, venue_not_found, menu_not_published.';
grant execute on function public.get_menu(text, text) to anon, authenticated;
