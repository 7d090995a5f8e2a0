-- Units convert within a dimension, by exact factors that are data. Stock, recipes and orders are kept in the
-- ingredient's base unit, in thousandths; whatever is entered in another unit is converted once, here.

create table public.units (
  unit text primary key,
  base_unit text not null references public.units,
  factor numeric not null,
  constraint unit_is_short_text check (unit ~ '^[a-z]{1,10}$'),
  constraint factor_is_positive check (factor > 0),
  constraint a_base_unit_counts_itself_once check ((unit = base_unit) = (factor = 1))
);
comment on table public.units is 'What quantities can be entered in. Reference data, changed by migrations only.';
comment on column public.units.base_unit is 'The unit of the same dimension in which stock is kept: g (mass), ml (volume) or each (count).';
comment on column public.units.factor is
  'How many base units it is, exactly: ounce and pound are the international avoirdupois ones, spoons and cup the metric ones.';
create index units_by_base_unit on public.units (base_unit);

alter table public.units enable row level security;
create policy select_all on public.units for select to authenticated using (true);
grant select on public.units to authenticated;

insert into public.units (unit, base_unit, factor) values
  ('g', 'g', 1), ('kg', 'g', 1000), ('oz', 'g', 28.349523125), ('lb', 'g', 453.59237),
  ('ml', 'ml', 1), ('l', 'ml', 1000), ('tsp', 'ml', 5), ('tbsp', 'ml', 15), ('cup', 'ml', 250),
  ('each', 'each', 1);

insert into private.errors (code, http_status, meaning, remedy) values
  ('unit_mismatch', 422, 'The unit is unknown or measures another dimension than the ingredient''s own.', 'Use a unit that converts to the ingredient''s base unit; the table units lists them.'),
  ('stocktake_not_found', 404, 'There is no such stocktake in reach of this caller.', 'Check the id.'),
  ('stocktake_closed', 409, 'The stocktake has been posted or cancelled.', 'Open a new one.'),
  ('supplier_not_found', 404, 'There is no such supplier in this venue.', 'Check the id.'),
  ('purchase_order_not_found', 404, 'There is no such purchase order in reach of this caller.', 'Check the id.'),
  ('purchase_order_transition_invalid', 409, 'The purchase order''s status does not allow this.', 'Load the purchase order again.'),
  ('delivery_exceeds_order', 409, 'The delivery is more than what is still to come.', 'Receive at most the remainder named in the details; book the rest with adjust_stock.'),
  ('csv_invalid', 422, 'The CSV text has errors; none of its rows was taken.', 'Mend the cells named in the details, a JSON array of {row, column, problem}, and send it again.');

create function private.base_quantity(p_quantity numeric, p_unit text, p_base_unit text) returns numeric
language sql stable set search_path = '' as $$
  select round(p_quantity * u.factor, 3) from public.units u where u.unit = coalesce(p_unit, p_base_unit) and u.base_unit = p_base_unit
$$;
comment on function private.base_quantity(numeric, text, text) is
  'A quantity in base units, rounded half away from zero to the thousandth; null when the unit does not convert to that '
  'base unit. A unit of null is the base unit.';

create type private.stock_line as (position integer, ingredient_id uuid, quantity numeric, cost_minor bigint);
comment on type private.stock_line is 'A checked line of a recipe, count, order or delivery; the quantity is in base units.';

create function private.read_stock_lines(p_venue_id uuid, p_lines jsonb, p_fields text[]) returns private.stock_line[]
language plpgsql stable set search_path = '' as $$
declare
  v_lines private.stock_line[];
  v_problem record;
begin
  if p_lines is null or jsonb_typeof(p_lines) <> 'array' or jsonb_array_length(p_lines) > 500 then
    perform private.fail('invalid_input', 'lines: an array of at most 500');
  end if;
  select p.at, p.what into v_problem
  from (
    select l.ordinality - 1 as at, case
      when jsonb_typeof(l.value) <> 'object' then 'an object'
      when l.value - p_fields <> '{}' then array_to_string(p_fields, ', ') || ' only'
      when coalesce(l.value ->> 'ingredient_id', '') !~ '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$' then 'ingredient_id: a uuid'
      when coalesce(jsonb_typeof(l.value -> 'quantity'), '') <> 'number' then 'quantity: a number'
      when abs((l.value -> 'quantity')::numeric) > 1000000 then 'quantity: at most 1000000'
      when coalesce(jsonb_typeof(l.value -> 'unit'), 'null') not in ('string', 'null') then 'unit: a text'
      when coalesce(jsonb_typeof(l.value -> 'cost_minor'), 'null') <> 'null'
        and (jsonb_typeof(l.value -> 'cost_minor') <> 'number' or (l.value ->> 'cost_minor') !~ '^[0-9]{1,9}$') then 'cost_minor: an integer from 0 to 999999999'
    end as what
    from jsonb_array_elements(p_lines) with ordinality l
  ) p where p.what is not null order by p.at limit 1;
  if found then
    perform private.fail('invalid_input', format('lines[%s]: %s', v_problem.at, v_problem.what));
  end if;

  select array_agg((l.ordinality - 1, i.id, private.base_quantity((l.value -> 'quantity')::numeric, l.value ->> 'unit', i.unit),
    (l.value ->> 'cost_minor')::bigint)::private.stock_line order by l.ordinality)
  into v_lines
  from jsonb_array_elements(p_lines) with ordinality l
  left join public.ingredients i on i.venue_id = p_venue_id and i.id = (l.value ->> 'ingredient_id')::uuid;
  select l.position as at, l.ingredient_id into v_problem from unnest(v_lines) l where l.ingredient_id is null or l.quantity is null
  order by l.position limit 1;
  if found then
    perform private.fail(case when v_problem.ingredient_id is null then 'ingredient_not_found' else 'unit_mismatch' end, format('lines[%s]', v_problem.at));
  end if;
  if (select count(*) <> count(distinct l.ingredient_id) from unnest(v_lines) l) then
    perform private.fail('invalid_input', 'lines: each ingredient once');
  end if;
  return coalesce(v_lines, '{}');
end $$;
comment on function private.read_stock_lines(uuid, jsonb, text[]) is
  'Checks [{ingredient_id, quantity, unit?, cost_minor?}] of a venue''s ingredients, with no other fields than those given, '
  'and converts the quantities. Errors: invalid_input, ingredient_not_found, unit_mismatch.';
