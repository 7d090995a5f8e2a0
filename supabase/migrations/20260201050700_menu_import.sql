-- Importing adds and changes, and never removes: what a file does not name stays as it is. It touches the draft only.

create function private.check_menu_rows(p_venue public.venues, p_rows private.menu_row[]) returns void
language plpgsql stable set search_path = '' set enable_nestloop = off as $$
declare
  v_mistakes jsonb;
begin
  with labels as materialized (
    select array_agg(l.label) filter (where l.kind = 'allergen') as allergens, array_agg(l.label) filter (where l.kind = 'dietary_tag') as tags from public.menu_labels l
  ), stations as materialized (
    select coalesce(array_agg(s.name), '{}') as names from public.kitchen_stations s where s.venue_id = p_venue.id
  ), mistakes as (
    -- Only fields that say something are looked at: an empty one leaves or clears, which is never wrong.
    select r.row_no, f.key as name, case
        when not r.kind = any (c.kinds) then format('not for kind %s', r.kind)
        when c.text is not null then case
          when c.text = 'name' and length(trim(f.value)) not between 1 and 120 then '1 to 120 characters'
          when c.text = 'description' and (length(f.value) > 2000 or c.locale is not null and trim(f.value) = '') then '1 to 2000 characters'
          when c.locale = split_part(lower(p_venue.locale), '-', 1) then 'the venue''s own language stands in name and description' end
        when f.key = 'id' and f.value !~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then 'an id as exported, or empty'
        when f.key = 'price_minor' and r.kind = 'item' and (f.value !~ '^[0-9]{1,9}$' or f.value::bigint > 100000000) then 'an amount in minor units from 0 to 100000000'
        when f.key = 'price_minor' and r.kind = 'option' and (f.value !~ '^-?[0-9]{1,9}$' or abs(f.value::bigint) > 100000000) then 'an amount in minor units from -100000000 to 100000000'
        when f.key = 'tax_rate_bp' and (f.value !~ '^[0-9]{1,5}$' or f.value::integer > 10000) then 'basis points from 0 to 10000'
        when f.key = 'spice' and f.value !~ '^[0-3]$' then '0 to 3'
        when f.key in ('min', 'max') and (f.value !~ '^[0-9]{1,2}$' or f.value::integer > 50) then '0 to 50'
        when f.key = 'position' and f.value !~ '^-?[0-9]{1,9}$' then 'a whole number'
        when f.key = 'is_available' and lower(f.value) not in ('true', 'false') then 'true or false'
        when f.key = 'station' and f.value <> all (s.names) then 'no such station in this venue'
        when f.key = 'allergens' and not (r.fields -> f.key <@ to_jsonb(l.allergens)) then 'known allergens, "none", or empty where nobody has stated them'
        when f.key = 'dietary_tags' and not (r.fields -> f.key <@ to_jsonb(l.tags)) then 'known dietary tags'
      end as problem
    from unnest(p_rows) r
    cross join lateral jsonb_each_text(r.fields) f
    join private.menu_columns() c on c.name = f.key
    cross join labels l cross join stations s
    where f.key <> 'kind' and f.value <> '' and f.value <> '[]' and r.kind in ('category', 'group', 'option', 'item')
    union all
    select r.row_no, 'kind', 'category, group, option or item' from unnest(p_rows) r where r.kind not in ('category', 'group', 'option', 'item')
    union all
    select r.row_no, 'name', '1 to 120 characters' from unnest(p_rows) r where coalesce(r.fields ->> 'name', '') = ''
  )
  select jsonb_agg(jsonb_build_object('row', m.row_no, 'column', m.name, 'problem', m.problem) order by m.row_no, m.name)
  into v_mistakes from mistakes m where m.problem is not null;
  if v_mistakes is not null then
    perform private.refuse_menu_file(v_mistakes);
  end if;
end $$;
comment on function private.check_menu_rows(public.venues, private.menu_row[]) is
  'Refuses rows with values that no menu could hold, naming each row and column. Errors: menu_import_invalid.';

create function private.resolve_menu_parents(p_venue_id uuid, p_rows private.menu_row[]) returns private.menu_row[]
language plpgsql stable set search_path = '' set enable_nestloop = off as $$
declare
  v_rows private.menu_row[];
begin
  with draft as materialized (
    select 'category' as kind, c.id, c.name from public.menu_categories c where c.venue_id = p_venue_id
    union all select 'group', g.id, g.name from public.modifier_groups g where g.venue_id = p_venue_id
  ), named as materialized (
    select d.kind, d.name, (array_agg(d.id))[1] as id, count(*) as count from draft d group by d.kind, d.name
  ), sent as materialized (
    select r.row_no, r.kind, r.fields, coalesce(d.id, n.id, gen_random_uuid()) as id, d.id is null and n.id is null as is_new,
      -- Not one to change, but not one to add, either: told with the other mistakes.
      nullif(r.fields ->> 'id', '') is not null and d.id is null as is_lost, n.count > 1 as is_ambiguous
    from unnest(p_rows) r
    left join draft d on d.kind = r.kind and d.id::text = r.fields ->> 'id'
    left join named n on n.kind = r.kind and n.name = r.fields ->> 'name' and coalesce(r.fields ->> 'id', '') = ''
    where r.kind in ('category', 'group')
  ), final as materialized (
    select s.kind, s.id, s.fields ->> 'name' as name from sent s
    union all select d.kind, d.id, d.name from draft d where not exists (select 1 from sent s where s.id = d.id)
  ), implied as (
    -- A category that only items speak of comes into being with its first item.
    select min(r.row_no) as row_no, r.fields ->> 'category' as name from unnest(p_rows) r
    where r.kind = 'item' and r.fields ->> 'category' <> ''
      and not exists (select 1 from final f where f.kind = 'category' and (f.name = r.fields ->> 'category' or f.id::text = r.fields ->> 'category'))
    group by r.fields ->> 'category'
  )
  select array_agg((x.row_no, x.kind, x.fields, x.id, x.is_new, null)::private.menu_row) into v_rows from (
    select s.row_no, s.kind, s.fields || jsonb_build_object('mistake', case when s.is_lost then 'id' when s.is_ambiguous then 'name' end) as fields, s.id, s.is_new from sent s
    union all
    select i.row_no, 'category', jsonb_build_object('name', i.name), gen_random_uuid(), true from implied i
    union all
    select 0, f.kind, jsonb_build_object('name', f.name), f.id, null from final f where not exists (select 1 from sent s where s.id = f.id)
  ) x;
  return v_rows;
end $$;
comment on function private.resolve_menu_parents(uuid, private.menu_row[]) is
  'The categories and groups of the draft as they will be after the import: those sent and those implied with their row, those '
  'that stay as they are with row 0. A field "mistake" names the column that finds none, or several.';

create function private.resolve_menu_rows(p_venue_id uuid, p_rows private.menu_row[], p_parents private.menu_row[]) returns private.menu_row[]
language plpgsql stable set search_path = '' set enable_nestloop = off as $$
declare
  v_rows private.menu_row[];
begin
  with refs as materialized (
    select distinct on (x.kind, x.ref) x.kind, x.ref, x.id, x.count from (
      select p.kind, p.fields ->> 'name' as ref, (array_agg(p.id))[1] as id, count(distinct p.id) as count from unnest(p_parents) p group by 1, 2
      union all select p.kind, p.id::text, p.id, 0 from unnest(p_parents) p) x
    order by x.kind, x.ref, x.count
  ), draft as materialized (
    select 'item' as kind, i.id, i.category_id as parent_id, i.name, i.allergens, i.dietary_tags from public.menu_items i where i.venue_id = p_venue_id and i.archived_at is null
    union all select 'option', o.id, o.group_id, o.name, null, null from public.modifier_options o where o.venue_id = p_venue_id
  ), named as materialized (
    select d.kind, d.parent_id, d.name, (array_agg(d.id))[1] as id, count(*) as count from draft d group by d.kind, d.parent_id, d.name
  ), sent as materialized (
    select r.row_no, r.kind, r.fields, d.id as given_id, c.id as parent_id, c.count as parents, nullif(case r.kind when 'item' then r.fields ->> 'category' else r.fields ->> 'group' end, '') as parent_ref,
      coalesce(r.fields ->> 'id', '') <> '' as has_id
    from unnest(p_rows) r
    left join draft d on d.kind = r.kind and d.id::text = r.fields ->> 'id'
    left join refs c on c.kind = case r.kind when 'item' then 'category' else 'group' end and c.ref = case r.kind when 'item' then r.fields ->> 'category' else r.fields ->> 'group' end
    where r.kind in ('item', 'option')
  ), matched as materialized (
    select s.*, coalesce(s.given_id, n.id) as known_id, n.count as namesakes from sent s
    left join named n on n.kind = s.kind and n.parent_id = s.parent_id and n.name = s.fields ->> 'name' and not s.has_id
  ), choices as materialized (
    select m.row_no, jsonb_agg(g.id order by e.ordinality) as ids, count(*) filter (where g.id is null or g.count > 1) as unknown, count(*) - count(distinct g.id) as repeated
    from matched m cross join lateral jsonb_array_elements_text(case jsonb_typeof(m.fields -> 'groups') when 'array' then m.fields -> 'groups' else '[]' end) with ordinality e
    left join refs g on g.kind = 'group' and g.ref = e.value
    where m.kind = 'item' group by m.row_no
  )
  select array_agg((m.row_no, m.kind, m.fields || jsonb_build_object(
      'group_ids', case when m.fields ? 'groups' then coalesce(c.ids, '[]') end,
      'mistake', case
        when m.has_id and m.given_id is null then 'id'
        when m.namesakes > 1 then 'name'
        when m.parent_ref is null and m.known_id is null or m.parent_ref is not null and (m.parent_id is null or m.parents > 1) then case m.kind when 'item' then 'category' else 'group' end
        when c.unknown > 0 or c.repeated > 0 then 'groups'
        when m.kind = 'item' and m.known_id is null and coalesce(m.fields ->> 'price_minor', '') = '' then 'price_minor'
        when private.contradicts_allergens(
          array(select jsonb_array_elements_text(case when m.fields ? 'dietary_tags' then nullif(m.fields -> 'dietary_tags', 'null') else to_jsonb(d.dietary_tags) end)),
          array(select jsonb_array_elements_text(case when m.fields ? 'allergens' then nullif(m.fields -> 'allergens', 'null') else to_jsonb(d.allergens) end))) then 'dietary_tags'
      end), coalesce(m.known_id, gen_random_uuid()), m.known_id is null, m.parent_id)::private.menu_row order by m.row_no)
  into v_rows
  from matched m left join choices c on c.row_no = m.row_no left join draft d on d.id = m.known_id;
  return coalesce(v_rows, '{}');
end $$;
comment on function private.resolve_menu_rows(uuid, private.menu_row[], private.menu_row[]) is
  'The items and options of a file with what they are in the draft: by id, else by their name in their category or group, else '
  'new. A field "mistake" names the column that does not fit; "group_ids" are the groups found.';

create function private.check_menu_references(p_rows private.menu_row[]) returns void
language plpgsql stable set search_path = '' set enable_nestloop = off as $$
declare
  v_mistakes jsonb;
begin
  select jsonb_agg(jsonb_build_object('row', m.row_no, 'column', m.name, 'problem', m.problem) order by m.row_no, m.name) into v_mistakes
  from (
    select r.row_no, r.fields ->> 'mistake' as name, case r.fields ->> 'mistake'
        when 'id' then format('no such %s in this venue''s draft', r.kind)
        when 'name' then 'several have this name: name the one by its id'
        when 'category' then case when coalesce(r.fields ->> 'category', '') = '' then 'a new item needs one' else 'several have this name: name the one by its id' end
        when 'group' then case when coalesce(r.fields ->> 'group', '') = '' then 'a new option needs one' else 'no group, or several, of this name in the draft and the file' end
        when 'groups' then 'a name stands for no group, or for several, or twice'
        when 'price_minor' then 'a new item needs one'
        else 'a tag claims the absence of an allergen that the item contains' end as problem
    from unnest(p_rows) r where r.fields ->> 'mistake' is not null
    union all
    select d.row_no, case when d.has_id then 'id' else 'name' end, format('the same %s as in row %s', d.kind, d.first)
    from (
      select r.row_no, r.kind, coalesce(r.fields ->> 'id', '') <> '' as has_id,
        min(r.row_no) over (partition by r.kind, case when r.is_new then null else r.id end, case when r.is_new then r.parent_id end, case when r.is_new then r.fields ->> 'name' end) as first
      from unnest(p_rows) r where r.row_no > 0 and r.is_new is not null
    ) d where d.row_no <> d.first
  ) m;
  if v_mistakes is not null then
    perform private.refuse_menu_file(v_mistakes);
  end if;
end $$;
comment on function private.check_menu_references(private.menu_row[]) is
  'Refuses resolved rows that name what is not there, or that name one thing twice. Errors: menu_import_invalid.';
