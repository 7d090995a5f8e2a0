-- The menu as a file. CSV and JSON carry the same records, one per category, modifier group, option or item:
--   kind, id, name, description, category, group, groups, price_minor, tax_rate_bp, allergens, dietary_tags, spice, min, max,
--   position, station, is_available, and name_<language>, description_<language> for each language there is.
-- A list in a CSV cell is itself a line of CSV.

insert into private.errors (code, http_status, meaning, remedy) values
  ('menu_import_invalid', 422, 'The menu file has mistakes; nothing was imported.', 'Mend the rows and columns that the details list as JSON, and import the file again.');

create type private.menu_row as (row_no integer, kind text, fields jsonb, id uuid, is_new boolean, parent_id uuid);
comment on type private.menu_row is 'A record of a menu file: its number in the file, its fields as they were sent, and, once resolved, what it is in the draft.';

create function private.csv_escape(p_text text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select case when c.cell ~ '[",\r\n]' or c.cell ~ '^\s|\s$' then '"' || replace(c.cell, '"', '""') || '"' else c.cell end
  from (select case when p_text ~ '^[\s'']*[=+@\t\r\n\uff0b\uff0d\uff1d\uff20-]' and p_text !~ '^-?[0-9]+$' then '''' || p_text else coalesce(p_text, '') end as cell) c
$$;
comment on function private.csv_escape(text) is
  'A cell of CSV (RFC 4180). What a spreadsheet would run as a formula gets an apostrophe in front; so does what already '
  'looks like that, so that csv_unescape gives back every text exactly. Whole numbers stay numbers.';

create function private.csv_unescape(p_cell text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select case when p_cell ~ '^''[\s'']*[=+@\t\r\n\uff0b\uff0d\uff1d\uff20-]' then substr(p_cell, 2) else p_cell end
$$;
comment on function private.csv_unescape(text) is 'The text of a cell that csv_lines has read: what csv_escape was given.';

create function private.menu_list(p_cell text) returns text[]
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  if p_cell ~ '^\s*$' then
    return '{}';
  elsif p_cell !~ '"' then
    return array(select trim(e) from string_to_table(p_cell, ',') e);
  end if;
  return array(
    select case when m[1] like '"%' then replace(substr(m[1], 2, length(m[1]) - 2), '""', '"') else trim(m[1]) end
    from regexp_matches(p_cell, '\s*("(?:[^"]|"")*"|[^",]+)\s*(?:,|$)', 'g') m);
end $$;
comment on function private.menu_list(text) is 'The elements of a list cell: separated by commas, quoted where they contain one.';

create function private.menu_list_cell(p_list jsonb) returns text
language sql immutable parallel safe set search_path = '' as $$
  select coalesce(string_agg(case when e.value ~ '[",\r\n]' or e.value ~ '^\s|\s$' then '"' || replace(e.value, '"', '""') || '"' else e.value end, ', ' order by e.ordinality), '')
  from jsonb_array_elements_text(p_list) with ordinality e
$$;
comment on function private.menu_list_cell(jsonb) is 'A list as the text of a cell, before the cell itself is escaped. menu_list reads it.';

create function private.menu_records(p_venue_id uuid) returns table (nr bigint, fields jsonb)
language sql stable set search_path = '' set enable_nestloop = off as $$
  with texts as materialized (
    select coalesce(t.category_id, t.menu_item_id, t.group_id, t.option_id) as id, jsonb_object_agg('name_' || t.locale, t.name)
      || coalesce(jsonb_object_agg('description_' || t.locale, t.description) filter (where t.menu_item_id is not null), '{}') as fields
    from public.menu_translations t where t.venue_id = p_venue_id group by 1
  -- A name stands for its row where it is the only one of that name; otherwise the id does.
  ), categories as materialized (
    select c.*, case when count(*) over (partition by c.name) = 1 then c.name else c.id::text end as ref from public.menu_categories c where c.venue_id = p_venue_id
  ), groups as materialized (
    select g.*, case when count(*) over (partition by g.name) = 1 then g.name else g.id::text end as ref from public.modifier_groups g where g.venue_id = p_venue_id
  ), choices as materialized (
    select ig.menu_item_id, jsonb_agg(g.ref order by ig.position, g.name, g.id) as groups
    from public.menu_item_modifier_groups ig join groups g on g.id = ig.group_id where ig.venue_id = p_venue_id group by ig.menu_item_id
  ), records as (
    select 1 as part, 0 as part_position, '' as part_name, null::uuid as part_id, c.position, c.name, c.id,
      jsonb_build_object('kind', 'category', 'id', c.id, 'name', c.name, 'position', c.position, 'station', s.name) as fields
    from categories c left join public.kitchen_stations s on s.venue_id = c.venue_id and s.id = c.station_id
    union all
    select 2, 0, '', null, 0, g.name, g.id, jsonb_build_object('kind', 'group', 'id', g.id, 'name', g.name, 'min', g.min_choices, 'max', g.max_choices)
    from groups g
    union all
    select 3, 0, g.name, g.id, o.position, o.name, o.id, jsonb_build_object('kind', 'option', 'id', o.id, 'name', o.name, 'group', g.ref,
      'price_minor', o.price_delta_minor, 'position', o.position, 'is_available', o.is_available)
    from public.modifier_options o join groups g on g.id = o.group_id where o.venue_id = p_venue_id
    union all
    select 4, c.position, c.name, c.id, i.position, i.name, i.id, jsonb_build_object('kind', 'item', 'id', i.id, 'name', i.name, 'description', i.description,
      'category', c.ref, 'groups', coalesce(x.groups, '[]'), 'price_minor', i.price_minor, 'tax_rate_bp', i.tax_rate_bp, 'allergens', i.allergens,
      'dietary_tags', i.dietary_tags, 'spice', i.spice, 'position', i.position, 'station', s.name, 'is_available', i.is_available)
    from public.menu_items i join categories c on c.id = i.category_id left join choices x on x.menu_item_id = i.id
    left join public.kitchen_stations s on s.venue_id = i.venue_id and s.id = i.station_id
    where i.venue_id = p_venue_id and i.archived_at is null
  )
  select row_number() over (order by r.part, r.part_position, r.part_name, r.part_id, r.position, r.name, r.id), r.fields || coalesce(t.fields, '{}')
  from records r left join texts t on t.id = r.id
$$;
comment on function private.menu_records(uuid) is 'The draft as the records of a file: categories, groups, options, items, each in its order. Archived items are left out.';

create function public.export_menu(p_venue_id uuid, p_format text, p_with_ids boolean default true) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('menu.read', p_venue_id);
  v_columns text[];
  v_file text;
begin
  if p_format = 'json' then
    select coalesce(jsonb_agg(case when p_with_ids then r.fields else r.fields - 'id' end order by r.nr), '[]')::text into v_file
    from private.menu_records(p_venue_id) r;
    return v_file;
  elsif p_format is distinct from 'csv' or p_with_ids is null then
    perform private.fail('invalid_input', 'p_format is csv or json, p_with_ids is true or false');
  elsif private.entitlement_limit(v_venue.organisation_id, 'csv_export') = 0 then
    perform private.fail('entitlement_exceeded', 'csv_export: the plan does not include it');
  end if;
  v_columns := case when p_with_ids then array['kind', 'id'] else array['kind'] end || array['name', 'description', 'category', 'group', 'groups',
      'price_minor', 'tax_rate_bp', 'allergens', 'dietary_tags', 'spice', 'min', 'max', 'position', 'station', 'is_available']
    || array(select f.field || '_' || l.locale from (select distinct t.locale from public.menu_translations t where t.venue_id = p_venue_id) l,
        (values (1, 'name'), (2, 'description')) f (nr, field) order by l.locale, f.nr);
  select array_to_string(v_columns, ',') || E'\r\n' || coalesce(string_agg(l.line, '' order by l.nr), '') into v_file
  from (
    -- What is plainly harmless, which is most cells, costs no call.
    select r.nr, string_agg(case when coalesce(x.cell, '') ~ '^([[:alnum:]]([[:alnum:] _-]*[[:alnum:]])?)?$' then coalesce(x.cell, '') else private.csv_escape(x.cell) end,
      ',' order by c.nr) || E'\r\n' as line
    from private.menu_records(p_venue_id) r cross join unnest(v_columns) with ordinality c (name, nr)
    cross join lateral (select case
        when c.name = 'allergens' and r.fields -> 'allergens' = '[]' then 'none'
        when jsonb_typeof(r.fields -> c.name) = 'array' then private.menu_list_cell(r.fields -> c.name)
        else r.fields ->> c.name end as cell) x
    group by r.nr
  ) l;
  return v_file;
end $$;
comment on function public.export_menu(uuid, text, boolean) is
  'The draft menu as a file for import_menu: p_format is csv (RFC 4180, safe to open in a spreadsheet) or json. Without ids '
  '(p_with_ids false) it can be imported into another venue. Archived items are left out. Needs menu.read, and csv the plan''s '
  'csv_export. Returns the text. Definer: one answer over several tables. Errors: not_authenticated, permission_denied, '
  'subscription_inactive, entitlement_exceeded, invalid_input.';
grant execute on function public.export_menu(uuid, text, boolean) to authenticated;
