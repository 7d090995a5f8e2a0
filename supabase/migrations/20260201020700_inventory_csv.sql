-- The ingredient list as CSV (RFC 4180), both ways. A spreadsheet never runs a cell of ours as a formula, and a file with
-- one wrong cell changes nothing.

create function private.csv_cell(p_value text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select case when v.cell ~ '[",\r\n]' then '"' || replace(v.cell, '"', '""') || '"' else v.cell end
  from (select case when p_value ~ '^[=+@\t\r''-]' then '''' || p_value else coalesce(p_value, '') end as cell) v
$$;
comment on function private.csv_cell(text) is
  'A text as an RFC 4180 cell. What a spreadsheet would take for a formula gets a leading apostrophe, and so does what begins '
  'with one, so that csv_text can tell them apart.';

create function private.csv_text(p_cell text) returns text
language sql immutable parallel safe set search_path = '' as $$
  select nullif(trim(case when p_cell ~ '^''[=+@\t\r''-]' then substr(p_cell, 2) else p_cell end), '')
$$;
comment on function private.csv_text(text) is 'The text that csv_cell wrote; null for an empty cell.';

create function private.csv_lines(p_csv text) returns table (record integer, cells text[], is_broken boolean)
language plpgsql immutable parallel safe set search_path = '' as $$
declare
  -- Code points that no text may contain stand for what separates cells and records, so that the splitting itself is
  -- done by the fastest functions there are.
  c_cell constant text := U&'\FDD0';
  c_record constant text := U&'\FDD1';
  c_broken constant text := U&'\FDD2';
  v_csv text := regexp_replace(coalesce(p_csv, ''), '^\ufeff', '');
  v_quotes integer := length(v_csv) - length(replace(v_csv, '"', ''));
begin
  if v_quotes % 2 = 1 or v_csv ~ '[\ufdd0-\ufdd2]' then
    return query select 0, null::text[], true;
    return;
  end if;
  -- Between two quotes the text stands as it is, every other piece is outside of quotes: there cells and records end. An
  -- empty piece outside, with a quote on either side, is a doubled quote. What else touches a quote is a mistake.
  select string_agg(case
      when p.nr % 2 = 0 then p.piece
      when p.piece = '' and p.nr > 1 and p.nr <= v_quotes then '"'
      else case when p.piece <> '' and p.nr > 1 and p.piece !~ '^[,\r\n]' then c_broken else '' end
        || replace(replace(replace(replace(p.piece, ',', c_cell), E'\r\n', c_record), E'\n', c_record), E'\r', c_record)
        || case when p.piece <> '' and p.nr <= v_quotes and p.piece !~ '[,\r\n]$' then c_broken else '' end
      end, '' order by p.nr) into v_csv
  from string_to_table(v_csv, '"') with ordinality p (piece, nr);
  return query
    select l.nr::integer, string_to_array(l.line, c_cell), strpos(l.line, c_broken) > 0
    from string_to_table(v_csv, c_record) with ordinality l (line, nr)
    -- A line without anything, such as the one after the last line break, is no record.
    where l.line <> '';
end $$;
comment on function private.csv_lines(text) is
  'The records of an RFC 4180 text in their order, counted from 1 with empty lines, and whether a quote stands where none may; '
  'record 0 alone where a quote is not closed. Line breaks may be CRLF, LF or CR, a byte order mark is skipped. The one reader of '
  'every CSV import.';

create function private.csv_records(p_csv text, p_max integer) returns table (record integer, cells text[])
language plpgsql stable set search_path = '' as $$
declare
  v_records integer := 0;
  v_is_broken boolean;
begin
  if length(p_csv) > 1000000 then
    perform private.fail('csv_invalid', '[{"row": 0, "column": "", "problem": "at most 1000000 characters"}]');
  end if;
  for csv_records.record, csv_records.cells, v_is_broken in select l.record, l.cells, l.is_broken from private.csv_lines(p_csv) l loop
    v_records := v_records + 1;
    if v_is_broken then
      perform private.fail('csv_invalid', '[{"row": 0, "column": "", "problem": "a quote is not closed, or stands inside a bare cell"}]');
    elsif v_records > p_max + 1 then
      perform private.fail('csv_invalid', format('[{"row": 0, "column": "", "problem": "at most %s rows"}]', p_max));
    end if;
    return next;
  end loop;
end $$;
comment on function private.csv_records(text, integer) is
  'The records of a file of ingredients: at most p_max beside the header, and 1,000,000 characters. Errors: csv_invalid.';

create function public.export_ingredients(p_venue_id uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('inventory.read', p_venue_id);
begin
  perform private.require_feature(v_venue.organisation_id, 'csv_export');
  return E'name,unit,on_hand,cost_per_unit_minor,par_level,reorder_level,supplier\r\n' || coalesce((
    select string_agg(concat_ws(',', private.csv_cell(i.name), i.unit, trim_scale(i.on_hand),
      coalesce(trim_scale(round(i.cost_per_1000_minor / 1000.0, 3))::text, ''), coalesce(trim_scale(i.par_level)::text, ''),
      coalesce(trim_scale(i.reorder_level)::text, ''), private.csv_cell(s.name)) || E'\r\n', '' order by i.name)
    from public.ingredients i left join public.suppliers s on s.venue_id = i.venue_id and s.id = i.supplier_id
    where i.venue_id = p_venue_id), '');
end $$;
comment on function public.export_ingredients(uuid) is
  'The ingredients of a venue as RFC 4180 text: name, unit, on_hand, cost_per_unit_minor, par_level, reorder_level, supplier; '
  'safe to open in a spreadsheet, and import_ingredients takes it back. Needs inventory.read and csv_export. Definer: one answer over '
  'several tables. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded.';
grant execute on function public.export_ingredients(uuid) to authenticated;

create type private.ingredient_row as (
  record integer, name text, unit text, factor numeric, on_hand numeric, cost_per_1000_minor numeric, par_level numeric, reorder_level numeric, supplier text);
comment on type private.ingredient_row is 'A checked row of an ingredient import, in base units.';

create function private.read_ingredients_csv(p_venue_id uuid, p_csv text, out o_header text[], out o_rows private.ingredient_row[])
language plpgsql stable set search_path = '' as $$
declare
  c_columns constant text[] := array['name', 'unit', 'on_hand', 'cost_per_unit_minor', 'par_level', 'reorder_level', 'supplier'];
  v_records jsonb;
  v_errors jsonb;
begin
  select jsonb_agg(jsonb_build_object('record', r.record, 'cells', to_jsonb(r.cells)) order by r.record) into v_records from private.csv_records(p_csv, 5000) r;
  select array_agg(lower(trim(h.value)) order by h.ordinality) into o_header
  from jsonb_array_elements_text(v_records -> 0 -> 'cells') with ordinality h;
  select jsonb_agg(jsonb_build_object('row', 1, 'column', e.name, 'problem', e.problem)) into v_errors from (
    select left(h, 60) as name, 'unknown column' as problem from unnest(o_header) h where h <> all (c_columns)
    union all select left(h, 60), 'twice' from unnest(o_header) h group by h having count(*) > 1
    union all select c, 'missing' from unnest(array['name', 'unit']) c where c <> all (coalesce(o_header, '{}'))
    union all select '', 'no rows' where coalesce(jsonb_array_length(v_records), 0) = 1) e;
  if v_errors is not null then
    perform private.fail('csv_invalid', v_errors::text);
  end if;

  with sheet as materialized (
    select (r.value ->> 'record')::integer as record, jsonb_array_length(r.value -> 'cells') as width,
      private.csv_text(r.value -> 'cells' ->> (array_position(o_header, 'name') - 1)) as name,
      lower(private.csv_text(r.value -> 'cells' ->> (array_position(o_header, 'unit') - 1))) as unit,
      private.csv_text(r.value -> 'cells' ->> (array_position(o_header, 'on_hand') - 1)) as on_hand,
      private.csv_text(r.value -> 'cells' ->> (array_position(o_header, 'cost_per_unit_minor') - 1)) as cost,
      private.csv_text(r.value -> 'cells' ->> (array_position(o_header, 'par_level') - 1)) as par,
      private.csv_text(r.value -> 'cells' ->> (array_position(o_header, 'reorder_level') - 1)) as reorder,
      private.csv_text(r.value -> 'cells' ->> (array_position(o_header, 'supplier') - 1)) as supplier
    from jsonb_array_elements(v_records) with ordinality r where r.ordinality > 1
  ), judged as (
    select s.*, u.base_unit, u.factor, count(*) over (partition by s.name) as namesakes, i.unit as own_unit,
      case when s.par ~ '^\d{1,7}(\.\d{1,6})?$' then s.par::numeric end as par_number,
      case when s.reorder ~ '^\d{1,7}(\.\d{1,6})?$' then s.reorder::numeric end as reorder_number
    from sheet s
    left join public.units u on u.unit = s.unit
    left join public.ingredients i on i.venue_id = p_venue_id and i.name = s.name
  ), errors as (
    select j.record, e.name, e.problem from judged j cross join lateral (values
      ('', case when j.width <> cardinality(o_header) then format('%s cells instead of %s', j.width, cardinality(o_header)) end),
      ('name', case when j.name is null or length(j.name) > 120 then '1 to 120 characters' when j.namesakes > 1 then 'twice in this file' end),
      ('unit', case when j.factor is null then 'unknown unit' when j.own_unit <> j.base_unit then 'the ingredient is kept in ' || j.own_unit end),
      ('on_hand', case when j.on_hand !~ '^-?\d{1,7}(\.\d{1,6})?$' then 'a number' end),
      ('cost_per_unit_minor', case when j.cost !~ '^\d{1,7}(\.\d{1,6})?$' then 'a number from 0 to 9999999' end),
      ('par_level', case when j.par is not null and (j.par_number is null or round(j.par_number * coalesce(j.factor, 1), 3) = 0) then 'a number above 0' end),
      ('reorder_level', case when j.reorder is not null and j.reorder_number is null then 'a number'
        when j.reorder_number > j.par_number then 'at most par_level' end),
      ('supplier', case when length(j.supplier) > 120 then 'at most 120 characters' end)) e (name, problem)
    where e.problem is not null order by j.record limit 100
  )
  select (select jsonb_agg(jsonb_build_object('row', e.record, 'column', e.name, 'problem', e.problem) order by e.record, e.name) from errors e),
    case when not exists (select 1 from errors) then (
      select array_agg((j.record, j.name, j.base_unit, j.factor, round(j.on_hand::numeric * j.factor, 3), round(j.cost::numeric * 1000 / j.factor),
        round(j.par_number * j.factor, 3), round(j.reorder_number * j.factor, 3), j.supplier)::private.ingredient_row) from judged j) end
  into v_errors, o_rows;
  if v_errors is not null then
    perform private.fail('csv_invalid', v_errors::text);
  end if;
end $$;
comment on function private.read_ingredients_csv(uuid, text) is
  'Reads and judges every cell of an ingredient file before anything is written; at most 100 errors are told. Errors: csv_invalid.';

create function public.import_ingredients(p_venue_id uuid, p_csv text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_header text[];
  v_rows private.ingredient_row[];
  v_new text[];
  v_updated integer;
  v_suppliers integer;
begin
  perform private.require_venue('inventory.edit', p_venue_id);
  select r.o_header, r.o_rows into v_header, v_rows from private.read_ingredients_csv(p_venue_id, p_csv) r;

  insert into public.suppliers (venue_id, name)
  select distinct p_venue_id, r.supplier from unnest(v_rows) r where r.supplier is not null order by 2
  on conflict on constraint one_supplier_of_a_name do nothing;
  get diagnostics v_suppliers = row_count;
  perform 1 from public.ingredients i where i.venue_id = p_venue_id and i.name in (select r.name from unnest(v_rows) r) order by i.id for no key update;
  -- A column that the file does not have leaves what is there; an empty cell clears it.
  update public.ingredients i
  set cost_per_1000_minor = case when 'cost_per_unit_minor' = any (v_header) then r.cost_per_1000_minor else i.cost_per_1000_minor end,
    par_level = case when 'par_level' = any (v_header) then r.par_level else i.par_level end,
    reorder_level = case when 'reorder_level' = any (v_header) then r.reorder_level else i.reorder_level end,
    supplier_id = case when 'supplier' = any (v_header) then s.id else i.supplier_id end
  from unnest(v_rows) r left join public.suppliers s on s.venue_id = p_venue_id and s.name = r.supplier
  where i.venue_id = p_venue_id and i.name = r.name;
  get diagnostics v_updated = row_count;
  with added as (
    insert into public.ingredients (venue_id, name, unit, cost_per_1000_minor, par_level, reorder_level, supplier_id)
    select p_venue_id, r.name, r.unit, r.cost_per_1000_minor, r.par_level, r.reorder_level, s.id
    from unnest(v_rows) r left join public.suppliers s on s.venue_id = p_venue_id and s.name = r.supplier
    where not exists (select 1 from public.ingredients i where i.venue_id = p_venue_id and i.name = r.name)
    order by r.name
    returning name
  )
  select coalesce(array_agg(a.name), '{}') into v_new from added a;
  insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, reason, created_by)
  select p_venue_id, i.id, 'adjust', r.on_hand, 'opening stock', auth.uid()
  from unnest(v_rows) r join public.ingredients i on i.venue_id = p_venue_id and i.name = r.name
  where r.name = any (v_new) and r.on_hand <> 0;
  return jsonb_build_object('created', cardinality(v_new), 'updated', v_updated, 'suppliers_created', v_suppliers,
    'stock_kept', (select count(*) from unnest(v_rows) r where r.on_hand is not null and r.name <> all (v_new)));
exception when check_violation or unique_violation then
  perform private.fail('csv_invalid', '[{"row": 0, "column": "", "problem": "contradicts what the ingredients have: reorder_level above par_level, or a name just taken"}]');
  return null;
end $$;
comment on function public.import_ingredients(uuid, text) is
  'Creates and updates ingredients by name from RFC 4180 text of at most 5000 rows: name, unit, on_hand?, cost_per_unit_minor?, '
  'par_level?, reorder_level?, supplier? in any order, quantities and cost per the row''s unit. All rows or none. on_hand is the '
  'opening stock of new ingredients; that of present ones is kept (a stocktake is for that) and counted in the answer. Needs '
  'inventory.edit. Returns {created, updated, suppliers_created, stock_kept}; csv_invalid has a JSON array of {row, column, '
  'problem} in its details, rows counted as in a spreadsheet. Definer: it writes opening movements. Errors: '
  'not_authenticated, permission_denied, subscription_inactive, csv_invalid, entitlement_exceeded.';
grant execute on function public.import_ingredients(uuid, text) to authenticated;
