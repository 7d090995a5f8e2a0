-- The only code that computes money. Its input is an order without a single price; its output is what the order costs.

create type private.priced_line as (
  position integer, menu_item_id uuid, name text, quantity integer, unit_price_minor bigint, options jsonb,
  options_minor bigint, line_minor bigint, discount_minor bigint, tax_rate_bp integer, tax_minor bigint, station_id uuid, note text,
  line_id uuid, course integer, comp_minor bigint);
comment on type private.priced_line is 'A line and what it costs; line_id is null until it is written.';

create type private.priced_discount as (discount_id uuid, name text, amount_minor bigint, terms jsonb);
comment on type private.priced_discount is 'A discount of an order: what it takes off, and by which terms, as order_discounts keeps them.';

create type private.priced_order as (
  menu_version integer, currency text, prices_include_tax boolean, subtotal_minor bigint, discount_minor bigint, tax_minor bigint,
  service_charge_minor bigint, tip_minor bigint, total_minor bigint, lines private.priced_line[], discounts private.priced_discount[]);

-- Without "set search_path", so that it is inlined: it names nothing but operators of pg_catalog and what is inlined itself.
create function private.tax_of(p_amount_minor bigint, p_rate_bp integer, p_is_included boolean) returns bigint
language sql immutable parallel safe as $$
  select private.divide_half_up(p_amount_minor * p_rate_bp, case when p_is_included then 10000 + p_rate_bp else 10000 end)
$$;
comment on function private.tax_of(bigint, integer, boolean) is
  'Tax in or on an amount, half-up: contained in a gross amount it is gross × rate / (1 + rate), on a net amount net × rate. '
  'Advisor function_search_path_mutable: a function with settings is never inlined; this one qualifies what it names.';

create function private.is_course(p_course jsonb, p_order jsonb) returns boolean
language sql immutable set search_path = '' as $$
  select jsonb_typeof(p_course) = 'number' and p_course #>> '{}' ~ '^[1-9]$' and (p_course = '1' or p_order ->> 'fulfilment' = 'table')
$$;
comment on function private.is_course(jsonb, jsonb) is 'Whether a line of this order may be of this course: 1 to 9, and beyond the first only at tables.';

create function private.check_order(p_order jsonb, p_may_be_empty boolean default false) returns void
language plpgsql immutable set search_path = '' as $$
declare
  c_uuid constant text := '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$';
  v_problem text;
begin
  -- Every key is on a list: a price, a total or a typing error is refused instead of ignored.
  select case
    when p_order is null or jsonb_typeof(p_order) <> 'object' then 'the order is an object'
    when p_order - array['fulfilment', 'payment_mode', 'customer', 'tip_minor', 'discount_code', 'loyalty', 'lines'] <> '{}' then
      'unknown field ' || (select min(k) from jsonb_object_keys(p_order - array['fulfilment', 'payment_mode', 'customer', 'tip_minor', 'discount_code', 'loyalty', 'lines']) k)
    when coalesce(p_order ->> 'fulfilment', '') not in ('table', 'collection', 'counter') then 'fulfilment: table, collection or counter'
    when coalesce(p_order ->> 'payment_mode', '') not in ('pay_now', 'pay_later', 'pay_at_till') then 'payment_mode: pay_now, pay_later or pay_at_till'
    when p_order ? 'tip_minor' and (jsonb_typeof(p_order -> 'tip_minor') <> 'number' or (p_order ->> 'tip_minor') !~ '^[0-9]{1,7}$') then 'tip_minor: an integer from 0 to 9999999'
    when p_order ? 'discount_code' and (jsonb_typeof(p_order -> 'discount_code') <> 'string' or length(p_order ->> 'discount_code') > 60) then 'discount_code: a short text'
    when p_order ? 'loyalty' and not private.is_loyalty(p_order -> 'loyalty') then 'loyalty: {card, points?}'
    when coalesce(jsonb_typeof(p_order -> 'lines'), '') <> 'array' then 'lines: an array'
    when jsonb_array_length(p_order -> 'lines') not between case when p_may_be_empty then 0 else 1 end and 100 then 'lines: 1 to 100'
    when p_order ? 'customer' and jsonb_typeof(p_order -> 'customer') <> 'object' then 'customer: an object'
    when p_order ? 'customer' and (p_order -> 'customer') - array['name', 'phone', 'email'] <> '{}' then 'customer: name, phone and email only'
    when p_order ? 'customer' and exists (
      select 1 from jsonb_each(p_order -> 'customer') c
      where jsonb_typeof(c.value) <> 'string' or length(c.value #>> '{}') > case c.key when 'name' then 120 when 'phone' then 40 else 254 end
    ) then 'customer: short texts'
  end into v_problem;
  if v_problem is null then
    select format('lines[%s]: %s', l.ordinality - 1, l.problem) into v_problem
    from (
      select l.ordinality, case
        when jsonb_typeof(l.value) <> 'object' then 'an object'
        when l.value - array['menu_item_id', 'quantity', 'options', 'note', 'course'] <> '{}' then 'menu_item_id, quantity, options, note and course only'
        when coalesce(l.value ->> 'menu_item_id', '') !~ c_uuid then 'menu_item_id: a uuid'
        when coalesce(jsonb_typeof(l.value -> 'quantity'), '') <> 'number' or (l.value ->> 'quantity') !~ '^[1-9][0-9]?$' then 'quantity: an integer from 1 to 99'
        when l.value ? 'note' and (jsonb_typeof(l.value -> 'note') <> 'string' or length(l.value ->> 'note') > 280) then 'note: at most 280 characters'
        when l.value ? 'course' and not private.is_course(l.value -> 'course', p_order) then 'course: an integer from 1 to 9, at tables'
        when not l.value ? 'options' then null
        when jsonb_typeof(l.value -> 'options') <> 'array' then 'options: an array'
        when (select count(*) > 50 or count(*) <> count(distinct lower(o.value #>> '{}')) or bool_or(jsonb_typeof(o.value) <> 'string' or (o.value #>> '{}') !~ c_uuid)
              from jsonb_array_elements(l.value -> 'options') o) then 'options: at most 50 different uuids'
      end as problem
      from jsonb_array_elements(p_order -> 'lines') with ordinality l
    ) l
    where l.problem is not null order by l.ordinality limit 1;
  end if;
  if v_problem is not null then
    perform private.fail('order_invalid', v_problem);
  end if;
end $$;
comment on function private.check_order(jsonb, boolean) is
  'Refuses an order that is not {fulfilment, payment_mode, customer?: {name?, phone?, email?}, tip_minor?, discount_code?, loyalty?, lines: '
  '[{menu_item_id, quantity 1-99, options?: [uuid], note?, course? 1-9}]} with 1 to 100 lines (or none, if it may be empty), '
  'naming the first problem. Errors: order_invalid.';

create function private.price_order(
  p_venue public.venues, p_order jsonb, p_kept private.priced_line[] default null, p_discounts private.priced_discount[] default null) returns private.priced_order
language plpgsql stable set search_path = '' as $$
declare
  v_priced private.priced_order;
  v_problem text;
  v_position integer;
  v_last integer := coalesce((select max(k.position) from unnest(p_kept) k), 0);
  v_has_discounts boolean;
begin
  perform private.check_order(p_order, p_kept is not null);
  if p_venue.menu_version is null then
    perform private.fail('menu_not_published');
  end if;

  select array_agg((l.position, l.menu_item_id, l.name, l.quantity, l.price_minor, l.options, l.options_minor, l.line_minor, 0::bigint,
      l.tax_rate_bp, private.tax_of(l.line_minor - l.comp_minor, l.tax_rate_bp, p_venue.prices_include_tax),
      l.station_id, l.note, l.line_id, l.course, l.comp_minor)::private.priced_line order by l.position),
    (array_agg(l.problem order by l.position) filter (where l.problem is not null))[1] as problem,
    (array_agg(l.position order by l.position) filter (where l.problem is not null))[1] as position,
    exists (select 1 from public.discounts d where d.venue_id = p_venue.id and d.is_active)
  into v_priced.lines, v_problem, v_position, v_has_discounts
  from (
    select line.*, p.name, p.price_minor, p.tax_rate_bp, choice.options, choice.options_minor,
      greatest(p.price_minor + choice.options_minor, 0) * line.quantity as line_minor,
      coalesce(active.id, expo.id) as station_id, null::uuid as line_id, 0::bigint as comp_minor,
      case
        when p.menu_item_id is null then 'menu_item_unknown'
        when not live.is_available then 'menu_item_unavailable'
        when choice.unknown then 'option_unknown'
        when choice.unavailable then 'option_unavailable'
        when exists (
          select 1 from jsonb_array_elements(p.choice_limits) with ordinality g
          where (select count(*) from unnest(choice.groups) c where c = g.ordinality)
            not between (g.value ->> 0)::bigint and (g.value ->> 1)::bigint
        ) then 'option_count_invalid'
      end as problem
    from (
      select v_last + l.ordinality::integer as position, (l.value ->> 'menu_item_id')::uuid as menu_item_id, (l.value ->> 'quantity')::integer as quantity,
        nullif(trim(l.value ->> 'note'), '') as note, coalesce(l.value -> 'options', '[]') as option_ids,
        coalesce((l.value ->> 'course')::integer, 1) as course
      from jsonb_array_elements(p_order -> 'lines') with ordinality l
    ) line
    -- The limits keep these as one index lookup per line: the planner expects 100 lines and would hash the whole menu.
    left join lateral (
      select i.menu_item_id, i.name, i.price_minor, i.tax_rate_bp, i.station_id, i.options, i.choice_limits
      from public.published_menu_items i
      where i.venue_id = p_venue.id and i.version = p_venue.menu_version and i.menu_item_id = line.menu_item_id limit 1
    ) p on true
    left join lateral (
      select i.is_available from public.menu_items i where i.venue_id = p_venue.id and i.id = line.menu_item_id limit 1
    ) live on true
    left join public.kitchen_stations active on active.venue_id = p_venue.id and active.id = p.station_id and active.is_active
    left join public.kitchen_stations expo on expo.venue_id = p_venue.id and expo.kind = 'expo'
    cross join lateral (
      select coalesce(jsonb_agg(c.option - 'group' order by (c.option ->> 'group')::bigint, c.ordinality), '[]') as options,
        array_agg((c.option ->> 'group')::bigint) as groups,
        coalesce(sum((c.option ->> 'price_delta_minor')::bigint), 0)::bigint as options_minor,
        coalesce(bool_or(c.option is null), false) as unknown, coalesce(bool_or(not mo.is_available), false) as unavailable
      from (select p.options -> lower(o.value) as option, lower(o.value)::uuid as id, o.ordinality
            from jsonb_array_elements_text(line.option_ids) with ordinality o) c
      left join lateral (
        -- An option that the draft has deleted stays on sale until the next publication, as guests see it.
        select o.is_available from public.modifier_options o where o.venue_id = p_venue.id and o.id = c.id limit 1
      ) mo on true
    ) choice
    union all
    -- What is already on the order keeps its price; a line that is now changed has no line_id.
    select k.position, k.menu_item_id, k.quantity, k.note, null, k.course, k.name, k.unit_price_minor, k.tax_rate_bp, k.options, k.options_minor,
      greatest(k.unit_price_minor + k.options_minor, 0) * k.quantity, k.station_id, k.line_id, k.comp_minor, null
    from unnest(p_kept) k
  ) l;
  if v_problem is not null then
    perform private.fail(v_problem, format('lines[%s]', v_position - v_last - 1));
  end if;

  v_priced.discounts := '{}';
  if p_kept is not null then
    if p_discounts <> '{}' then
      v_priced := private.apply_again(p_venue, v_priced.lines, p_discounts);
    end if;
  elsif v_has_discounts or p_order ? 'discount_code' then
    v_priced := private.apply_discounts(p_venue, v_priced.lines, p_order ->> 'discount_code');
  end if;
  if p_order ? 'loyalty' then
    v_priced := private.apply_points(p_venue, v_priced, p_order -> 'loyalty');
  end if;

  v_priced.menu_version := p_venue.menu_version;
  v_priced.currency := p_venue.currency;
  v_priced.prices_include_tax := p_venue.prices_include_tax;
  select sum(l.line_minor - l.comp_minor), sum(l.discount_minor), sum(l.tax_minor)
  into v_priced.subtotal_minor, v_priced.discount_minor, v_priced.tax_minor from unnest(v_priced.lines) l;
  v_priced.service_charge_minor := case when p_order ->> 'fulfilment' = 'table'
    then private.divide_half_up((v_priced.subtotal_minor - v_priced.discount_minor) * p_venue.service_charge_bp, 10000) else 0 end;
  v_priced.tip_minor := coalesce((p_order ->> 'tip_minor')::bigint, 0);
  v_priced.total_minor := v_priced.subtotal_minor - v_priced.discount_minor + v_priced.service_charge_minor + v_priced.tip_minor
    + case when p_venue.prices_include_tax then 0 else v_priced.tax_minor end;
  return v_priced;
end $$;
comment on function private.price_order(public.venues, jsonb, private.priced_line[], private.priced_discount[]) is
  'Prices an order from the venue''s published menu: lines with options, discounts, tax half-up per line (inclusive or exclusive by '
  'venue), service charge at tables, tip. p_kept: lines that the order already has, which keep the prices they were ordered '
  'at, less what is on the house; the order''s own lines follow them, and all get the discounts that the order already has, '
  'p_discounts, by their terms. Errors: order_invalid, '
  'menu_not_published, menu_item_unknown, menu_item_unavailable, option_unknown, option_unavailable, option_count_invalid, '
  'discount_code_invalid, discount_used_up, discount_not_applicable, loyalty_not_offered, loyalty_card_invalid, '
  'loyalty_points_too_few, loyalty_points_insufficient.';
