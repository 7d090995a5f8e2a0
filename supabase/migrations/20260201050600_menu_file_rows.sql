-- Reading a file into rows, and everything that can be wrong with it without looking at the menu. All mistakes are
-- collected and raised together, by row and column; a file with one of them leaves no trace.

create function private.refuse_menu_file(p_mistakes jsonb) returns void
language plpgsql stable set search_path = '' as $$
begin
  perform private.fail('menu_import_invalid', jsonb_build_object('count', jsonb_array_length(p_mistakes), 'mistakes', (
    select jsonb_agg(m.value order by m.ordinality) from jsonb_array_elements(p_mistakes) with ordinality m where m.ordinality <= 100))::text);
end $$;
comment on function private.refuse_menu_file(jsonb) is
  'Refuses a file for its mistakes [{row, column, problem}]: their count and the first 100, as JSON in the details. Errors: menu_import_invalid.';

create function private.menu_columns() returns table (name text, kinds text[], text text, locale text)
language sql immutable set search_path = '' as $$
  select c.name, c.kinds, case when c.name in ('name', 'description') then c.name end, null from (values
    ('kind', array['category', 'group', 'option', 'item']), ('id', array['category', 'group', 'option', 'item']), ('name', array['category', 'group', 'option', 'item']),
    ('description', array['item']), ('category', array['item']), ('group', array['option']), ('groups', array['item']),
    ('price_minor', array['option', 'item']), ('tax_rate_bp', array['item']), ('allergens', array['item']), ('dietary_tags', array['item']),
    ('spice', array['item']), ('min', array['group']), ('max', array['group']), ('position', array['category', 'option', 'item']),
    ('station', array['category', 'item']), ('is_available', array['option', 'item'])) c (name, kinds)
  union all
  select f.name || '_' || l.locale, f.kinds, f.name, l.locale
  from (values ('name', array['category', 'group', 'option', 'item']), ('description', array['item'])) f (name, kinds),
    unnest(array['en', 'es', 'ar', 'fr', 'de', 'it', 'pt', 'zh', 'ja']) l (locale)
$$;
comment on function private.menu_columns() is 'The columns of a menu file, the kinds of row each is for, and for texts, which one and its language (null: the venue''s own).';

create function private.read_menu_csv(p_content text) returns private.menu_row[]
language plpgsql stable set search_path = '' as $$
declare
  v_header text[];
  v_rows private.menu_row[];
  v_mistakes jsonb;
begin
  with lines as materialized (
    select l.record as row_no, l.is_broken, case when array_to_string(l.cells, '') not like '%''%' then l.cells
      else array(select case when c.c like '''%' then private.csv_unescape(c.c) else c.c end from unnest(l.cells) with ordinality c (c, nr) order by c.nr) end as cells
    from private.csv_lines(p_content) l
  ), header as (
    select array(select lower(trim(h.h)) from unnest(l.cells) with ordinality h (h, nr) order by h.nr) as names from lines l order by l.row_no limit 1
  )
  select h.names,
    array_agg((l.row_no, null, jsonb_object(h.names, l.cells), null, null, null)::private.menu_row order by l.row_no)
      filter (where l.row_no > 1 and not l.is_broken and cardinality(l.cells) = cardinality(h.names)),
    jsonb_agg(jsonb_build_object('row', l.row_no, 'column', null, 'problem', case when l.is_broken then 'a quote inside a cell that is not quoted'
      else format('%s cells instead of %s', cardinality(l.cells), cardinality(h.names)) end) order by l.row_no)
      filter (where l.is_broken or cardinality(l.cells) <> cardinality(h.names))
  into v_header, v_rows, v_mistakes
  from lines l, header h group by h.names;
  if v_mistakes -> 0 -> 'row' = '0' then
    perform private.refuse_menu_file('[{"row": null, "column": null, "problem": "a quote is opened and not closed"}]');
  end if;
  select coalesce(v_mistakes, '[]') || coalesce(jsonb_agg(jsonb_build_object('row', 1, 'column', left(h.name, 40), 'problem', h.problem)), '[]') into v_mistakes
  from (select u.h as name, case when count(*) > 1 then 'named twice' else 'unknown column' end as problem
        from unnest(v_header) u (h) group by u.h having count(*) > 1 or u.h not in (select c.name from private.menu_columns() c)) h;
  if v_mistakes <> '[]' then
    perform private.refuse_menu_file(v_mistakes);
  end if;
  return v_rows;
end $$;
comment on function private.read_menu_csv(text) is
  'The rows of a CSV file (RFC 4180, header first; LF and a byte order mark are accepted). Fields are texts. Errors: menu_import_invalid.';

create function private.read_menu_json(p_content text) returns private.menu_row[]
language plpgsql stable set search_path = '' as $$
declare
  v_rows private.menu_row[];
  v_mistakes jsonb;
begin
  if jsonb_typeof(p_content::jsonb) <> 'array' then
    perform private.refuse_menu_file('[{"row": null, "column": null, "problem": "the file is an array of objects"}]');
  end if;
  select array_agg((r.ordinality, null, r.value, null, null, null)::private.menu_row order by r.ordinality) into v_rows
  from jsonb_array_elements(p_content::jsonb) with ordinality r;
  select jsonb_agg(jsonb_build_object('row', m.row_no, 'column', left(m.name, 40), 'problem', m.problem) order by m.row_no, m.name) into v_mistakes
  from (
    select r.row_no, null as name, 'an object' as problem from unnest(v_rows) r where jsonb_typeof(r.fields) <> 'object'
    union all
    select r.row_no, f.key, case when c.name is null then 'unknown field' when f.key in ('groups', 'allergens', 'dietary_tags') then 'an array of texts, or null' else 'a text, number, true, false or null' end
    from unnest(v_rows) r cross join lateral jsonb_each(case jsonb_typeof(r.fields) when 'object' then r.fields else '{}' end) f
    left join private.menu_columns() c on c.name = f.key
    where c.name is null or jsonb_typeof(f.value) <> 'null' and case
      when f.key in ('groups', 'allergens', 'dietary_tags') then jsonb_typeof(f.value) <> 'array' or jsonb_path_exists(f.value, '$[*] ? (@.type() != "string")', '{}', true)
      else jsonb_typeof(f.value) in ('array', 'object') end
  ) m;
  if v_mistakes is not null then
    perform private.refuse_menu_file(v_mistakes);
  end if;
  return v_rows;
exception when invalid_text_representation or untranslatable_character or numeric_value_out_of_range or program_limit_exceeded or statement_too_complex then
  perform private.refuse_menu_file('[{"row": null, "column": null, "problem": "not JSON"}]');
  return null;
end $$;
comment on function private.read_menu_json(text) is 'The rows of a JSON file: an array of objects. Errors: menu_import_invalid.';

create function private.menu_file_rows(p_format text, p_content text) returns private.menu_row[]
language plpgsql stable set search_path = '' as $$
declare
  v_rows private.menu_row[];
begin
  if p_format not in ('csv', 'json') or num_nulls(p_format, p_content) > 0 or length(p_content) > 10000000 then
    perform private.fail('invalid_input', 'p_format is csv or json, p_content a file of at most 10,000,000 characters');
  end if;
  v_rows := case p_format when 'csv' then private.read_menu_csv(p_content) else private.read_menu_json(p_content) end;
  if coalesce(cardinality(v_rows), 0) not between 1 and 20000 then
    perform private.refuse_menu_file('[{"row": null, "column": null, "problem": "1 to 20,000 rows"}]');
  end if;
  -- From here on both formats are the same: a text, empty where nothing was said, or an array of texts.
  return array(
    select (r.row_no, case when f.kind = '' then 'item' else f.kind end, r.fields || f.scalars || f.lists, null, null, null)::private.menu_row
    from unnest(v_rows) r
    cross join lateral (
      select coalesce(lower(trim(r.fields ->> 'kind')), '') as kind,
        case p_format when 'json' then (
          select coalesce(jsonb_object_agg(s.key, coalesce(s.value, '')), '{}') from jsonb_each_text(r.fields - array['groups', 'allergens', 'dietary_tags']) s)
        else '{}' end as scalars,
        case p_format when 'csv' then (
          select coalesce(jsonb_object_agg(c.name, case
            when c.name = 'allergens' and trim(r.fields ->> c.name) = '' then 'null'
            when c.name = 'allergens' and lower(trim(r.fields ->> c.name)) = 'none' then '[]'
            when r.fields ->> c.name = '' then '[]'
            when r.fields ->> c.name ~ '^[^",]+$' then jsonb_build_array(trim(r.fields ->> c.name))
            else to_jsonb(private.menu_list(r.fields ->> c.name)) end), '{}')
          from unnest(array['groups', 'allergens', 'dietary_tags']) c (name) where r.fields ? c.name)
        else '{}' end as lists
    ) f
    order by r.row_no);
end $$;
comment on function private.menu_file_rows(text, text) is
  'The rows of a file in either format, in one shape. Allergens are null where nothing is stated, and empty (in CSV "none") '
  'where there are none. Errors: invalid_input, menu_import_invalid.';
