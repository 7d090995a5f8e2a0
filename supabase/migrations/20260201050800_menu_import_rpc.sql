-- Writing resolved rows: one statement per table and kind of change, and only rows that really change.

create function private.write_menu_parents(p_venue_id uuid, p_rows private.menu_row[]) returns void
language plpgsql volatile set search_path = '' set enable_nestloop = off as $$
declare
  v_mistakes jsonb;
begin
  select jsonb_agg(jsonb_build_object('row', r.row_no, 'column', 'max', 'problem', 'at least 1 and min') order by r.row_no) into v_mistakes
  from unnest(p_rows) r left join public.modifier_groups g on g.venue_id = p_venue_id and g.id = r.id
  where r.kind = 'group' and r.row_no > 0
    and coalesce(nullif(r.fields ->> 'max', '')::integer, g.max_choices, 1) < greatest(coalesce(nullif(r.fields ->> 'min', '')::integer, g.min_choices, 0), 1);
  if v_mistakes is not null then
    perform private.refuse_menu_file(v_mistakes);
  end if;

  insert into public.menu_categories (id, venue_id, name, position, station_id)
  select r.id, p_venue_id, r.fields ->> 'name', coalesce(nullif(r.fields ->> 'position', '')::integer, r.row_no), s.id
  from unnest(p_rows) r left join public.kitchen_stations s on s.venue_id = p_venue_id and s.name = r.fields ->> 'station'
  where r.kind = 'category' and r.is_new;
  update public.menu_categories c set name = n.name, position = n.position, station_id = n.station_id
  from (
    select r.id, r.fields ->> 'name' as name, coalesce(nullif(r.fields ->> 'position', '')::integer, o.position) as position, case when r.fields ? 'station' then s.id else o.station_id end as station_id
    from unnest(p_rows) r join public.menu_categories o on o.venue_id = p_venue_id and o.id = r.id
    left join public.kitchen_stations s on s.venue_id = p_venue_id and s.name = r.fields ->> 'station'
    where r.kind = 'category' and not r.is_new) n
  where c.id = n.id and (c.name, c.position, c.station_id) is distinct from (n.name, n.position, n.station_id);

  insert into public.modifier_groups (id, venue_id, name, min_choices, max_choices)
  select r.id, p_venue_id, r.fields ->> 'name', coalesce(nullif(r.fields ->> 'min', '')::integer, 0), coalesce(nullif(r.fields ->> 'max', '')::integer, 1)
  from unnest(p_rows) r where r.kind = 'group' and r.is_new;
  update public.modifier_groups g set name = n.name, min_choices = n.min_choices, max_choices = n.max_choices
  from (
    select r.id, r.fields ->> 'name' as name, coalesce(nullif(r.fields ->> 'min', '')::integer, o.min_choices) as min_choices, coalesce(nullif(r.fields ->> 'max', '')::integer, o.max_choices) as max_choices
    from unnest(p_rows) r join public.modifier_groups o on o.venue_id = p_venue_id and o.id = r.id
    where r.kind = 'group' and not r.is_new) n
  where g.id = n.id and (g.name, g.min_choices, g.max_choices) is distinct from (n.name, n.min_choices, n.max_choices);
end $$;
comment on function private.write_menu_parents(uuid, private.menu_row[]) is 'Writes the categories and groups of an import. Errors: menu_import_invalid.';

create function private.write_menu_rows(p_venue_id uuid, p_rows private.menu_row[]) returns void
language plpgsql volatile set search_path = '' set enable_nestloop = off as $$
begin
  insert into public.modifier_options (id, venue_id, group_id, name, price_delta_minor, position, is_available)
  select r.id, p_venue_id, r.parent_id, r.fields ->> 'name', coalesce(nullif(r.fields ->> 'price_minor', '')::bigint, 0),
    coalesce(nullif(r.fields ->> 'position', '')::integer, r.row_no), coalesce(nullif(r.fields ->> 'is_available', '')::boolean, true)
  from unnest(p_rows) r where r.kind = 'option' and r.is_new;
  update public.modifier_options o set group_id = n.group_id, name = n.name, price_delta_minor = n.price, position = n.position, is_available = n.is_available
  from (
    select r.id, coalesce(r.parent_id, d.group_id) as group_id, r.fields ->> 'name' as name, coalesce(nullif(r.fields ->> 'price_minor', '')::bigint, d.price_delta_minor) as price,
      coalesce(nullif(r.fields ->> 'position', '')::integer, d.position) as position, coalesce(nullif(r.fields ->> 'is_available', '')::boolean, d.is_available) as is_available
    from unnest(p_rows) r join public.modifier_options d on d.venue_id = p_venue_id and d.id = r.id
    where r.kind = 'option' and not r.is_new) n
  where o.id = n.id and (o.group_id, o.name, o.price_delta_minor, o.position, o.is_available) is distinct from (n.group_id, n.name, n.price, n.position, n.is_available);

  insert into public.menu_items (id, venue_id, category_id, name, description, price_minor, tax_rate_bp, allergens, dietary_tags, spice, position, station_id, is_available)
  select r.id, p_venue_id, r.parent_id, r.fields ->> 'name', coalesce(r.fields ->> 'description', ''), (r.fields ->> 'price_minor')::bigint,
    coalesce(nullif(r.fields ->> 'tax_rate_bp', '')::integer, 2000),
    case when jsonb_typeof(r.fields -> 'allergens') = 'array' then array(select jsonb_array_elements_text(r.fields -> 'allergens')) end,
    array(select jsonb_array_elements_text(nullif(r.fields -> 'dietary_tags', 'null'))), coalesce(nullif(r.fields ->> 'spice', '')::integer, 0),
    coalesce(nullif(r.fields ->> 'position', '')::integer, r.row_no), s.id, coalesce(nullif(r.fields ->> 'is_available', '')::boolean, true)
  from unnest(p_rows) r left join public.kitchen_stations s on s.venue_id = p_venue_id and s.name = r.fields ->> 'station'
  where r.kind = 'item' and r.is_new;
  update public.menu_items i set category_id = n.category_id, name = n.name, description = n.description, price_minor = n.price_minor, tax_rate_bp = n.tax_rate_bp,
    allergens = n.allergens, dietary_tags = n.dietary_tags, spice = n.spice, position = n.position, station_id = n.station_id, is_available = n.is_available
  from (
    select d.id, coalesce(r.parent_id, d.category_id) as category_id, r.fields ->> 'name' as name, coalesce(r.fields ->> 'description', d.description) as description,
      coalesce(nullif(r.fields ->> 'price_minor', '')::bigint, d.price_minor) as price_minor, coalesce(nullif(r.fields ->> 'tax_rate_bp', '')::integer, d.tax_rate_bp) as tax_rate_bp,
      case when not r.fields ? 'allergens' then d.allergens
        when jsonb_typeof(r.fields -> 'allergens') = 'array' then array(select distinct a from jsonb_array_elements_text(r.fields -> 'allergens') a order by a) end as allergens,
      case when r.fields ? 'dietary_tags' then array(select distinct a from jsonb_array_elements_text(nullif(r.fields -> 'dietary_tags', 'null')) a order by a) else d.dietary_tags end as dietary_tags,
      coalesce(nullif(r.fields ->> 'spice', '')::integer, d.spice) as spice, coalesce(nullif(r.fields ->> 'position', '')::integer, d.position) as position,
      case when r.fields ? 'station' then s.id else d.station_id end as station_id, coalesce(nullif(r.fields ->> 'is_available', '')::boolean, d.is_available) as is_available
    from unnest(p_rows) r join public.menu_items d on d.venue_id = p_venue_id and d.id = r.id
    left join public.kitchen_stations s on s.venue_id = p_venue_id and s.name = r.fields ->> 'station'
    where r.kind = 'item' and not r.is_new) n
  where i.id = n.id and (i.category_id, i.name, i.description, i.price_minor, i.tax_rate_bp, i.allergens, i.dietary_tags, i.spice, i.position, i.station_id, i.is_available)
    is distinct from (n.category_id, n.name, n.description, n.price_minor, n.tax_rate_bp, n.allergens, n.dietary_tags, n.spice, n.position, n.station_id, n.is_available);

  delete from public.menu_item_modifier_groups g using unnest(p_rows) r
  where g.venue_id = p_venue_id and g.menu_item_id = r.id and r.kind = 'item' and jsonb_typeof(r.fields -> 'group_ids') = 'array' and not r.fields -> 'group_ids' ? g.group_id::text;
  insert into public.menu_item_modifier_groups as g (venue_id, menu_item_id, group_id, position)
  select p_venue_id, r.id, e.value::uuid, e.ordinality
  from unnest(p_rows) r cross join lateral jsonb_array_elements_text(case jsonb_typeof(r.fields -> 'group_ids') when 'array' then r.fields -> 'group_ids' else '[]' end) with ordinality e
  where r.kind = 'item'
  on conflict (venue_id, menu_item_id, group_id) do update set position = excluded.position where g.position <> excluded.position;
end $$;
comment on function private.write_menu_rows(uuid, private.menu_row[]) is
  'Writes the options and items of an import, and which groups an item offers. Errors: entitlement_exceeded.';

create function private.write_menu_texts(p_venue_id uuid, p_rows private.menu_row[]) returns void
language plpgsql volatile set search_path = '' set enable_nestloop = off as $$
begin
  with sent as materialized (
    select r.kind, r.id, split_part(f.key, '_', 2) as locale, bool_or(f.key like 'name%') as has_name, max(nullif(f.value, '')) filter (where f.key like 'name%') as name,
      bool_or(f.key like 'description%') as has_description, max(nullif(f.value, '')) filter (where f.key like 'description%') as description
    from unnest(p_rows) r cross join lateral jsonb_each_text(r.fields) f
    where f.key ~ '^(name|description)_' and r.row_no > 0 group by 1, 2, 3
  ), wanted as materialized (
    select s.kind, s.id, s.locale, t.id as translation_id, case when s.has_name then s.name else t.name end as name, case when s.has_description and s.kind = 'item' then s.description else t.description end as description
    from sent s left join public.menu_translations t on t.venue_id = p_venue_id and t.locale = s.locale
      and coalesce(t.category_id, t.menu_item_id, t.group_id, t.option_id) = s.id
  ), removed as (
    delete from public.menu_translations t using wanted w where t.id = w.translation_id and num_nonnulls(w.name, w.description) = 0
  ), changed as (
    update public.menu_translations t set name = w.name, description = w.description from wanted w
    where t.id = w.translation_id and num_nonnulls(w.name, w.description) > 0 and (t.name, t.description) is distinct from (w.name, w.description)
  )
  insert into public.menu_translations (venue_id, locale, category_id, menu_item_id, group_id, option_id, name, description)
  select p_venue_id, w.locale, case w.kind when 'category' then w.id end, case w.kind when 'item' then w.id end, case w.kind when 'group' then w.id end, case w.kind when 'option' then w.id end, w.name, w.description
  from wanted w where w.translation_id is null and num_nonnulls(w.name, w.description) > 0;
end $$;
comment on function private.write_menu_texts(uuid, private.menu_row[]) is 'Writes the translations of an import: an empty text removes one, a column that is not there leaves it.';

create function public.import_menu(p_venue_id uuid, p_format text, p_content text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('menu.edit', p_venue_id);
  v_rows private.menu_row[] := private.menu_file_rows(p_format, p_content);
  v_parents private.menu_row[];
begin
  perform private.check_menu_rows(v_venue, v_rows);
  -- One import of a venue at a time: names are looked up before they are written. Not the venue's row: the plan's check
  -- locks the organisation later, which comes first in the order of locks.
  perform pg_advisory_xact_lock(hashtextextended('import_menu ' || p_venue_id, 0));
  v_parents := private.resolve_menu_parents(p_venue_id, v_rows);
  v_rows := private.resolve_menu_rows(p_venue_id, v_rows, v_parents);
  perform private.check_menu_references(v_parents || v_rows);
  perform private.write_menu_parents(p_venue_id, v_parents);
  perform private.write_menu_rows(p_venue_id, v_rows);
  perform private.write_menu_texts(p_venue_id, v_parents || v_rows);
  return (
    select jsonb_build_object('venue_id', p_venue_id, 'added', count(*) filter (where r.is_new), 'matched', count(*) filter (where not r.is_new),
      'categories_added', count(*) filter (where r.is_new and r.kind = 'category'), 'items_added', count(*) filter (where r.is_new and r.kind = 'item'))
    from unnest(v_parents || v_rows) r where r.row_no > 0);
end $$;
comment on function public.import_menu(uuid, text, text) is
  'Imports a file as export_menu writes it (p_format csv or json, up to 20,000 rows) into the draft: all rows or none. Rows are '
  'found by id, else by name (items in their category, options in their group), else added; a category that only items name is '
  'added, too. Nothing is removed. A column that is absent leaves what is there; an empty cell clears description, station, allergens, '
  'tags, groups and translations, and leaves or defaults the rest. The only needed columns are name and, for new items, category and '
  'price_minor. Mistakes are in the details of menu_import_invalid as {count, mistakes: [{row, column, problem}]}; the header is row '
  '1 of a CSV file. Needs menu.edit. Returns {venue_id, added, matched, categories_added, items_added}. Definer: one file over several '
  'tables. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input, menu_import_invalid, entitlement_exceeded.';
grant execute on function public.import_menu(uuid, text, text) to authenticated;
