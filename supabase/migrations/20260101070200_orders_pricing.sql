-- The only code that computes money. Its input is an order without a single price; its output is what the order costs.

create type private.priced_line as (
  position integer, menu_item_id uuid, name text, quantity integer, unit_price_minor bigint, options jsonb,
  options_minor bigint, line_minor bigint, discount_minor bigint, tax_rate_bp integer, tax_minor bigint, station_id uuid, note text);

create type private.priced_discount as (discount_id uuid, name text, amount_minor bigint);

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

create function private.check_order(p_order jsonb) returns void
language plpgsql immutable set search_path = '' as $$
declare
  c_uuid constant text := '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$';
  v_problem text;
begin
  -- Every key is on a list: a price, a total or a typing error is refused instead of ignored.
  select case
    when p_order is null or jsonb_typeof(p_order) <> 'object' then 'the order is an object'
    when p_order - array['fulfilment', 'payment_mode', 'customer', 'tip_minor', 'discount_code', 'lines'] <> '{}' then
      'unknown field ' || (select min(k) from jsonb_object_keys(p_order - array['fulfilment', 'payment_mode', 'customer', 'tip_minor', 'discount_code', 'lines']) k)
    when coalesce(p_order ->> 'fulfilment', '') not in ('table', 'collection', 'counter') then 'fulfilment: table, collection or counter'
    when coalesce(p_order ->> 'payment_mode', '') not in ('pay_now', 'pay_later', 'pay_at_till') then 'payment_mode: pay_now, pay_later or pay_at_till'
    when p_order ? 'tip_minor' and (jsonb_typeof(p_order -> 'tip_minor') <> 'number' or (p_order ->> 'tip_minor') !~ '^[0-9]{1,7}$') then 'tip_minor: an integer from 0 to 9999999'
    when p_order ? 'discount_code' and (jsonb_typeof(p_order -> 'discount_code') <> 'string' or length(p_order ->> 'discount_code') > 60) then 'discount_code: a short text'
    when coalesce(jsonb_typeof(p_order -> 'lines'), '') <> 'array' then 'lines: an array'
    when jsonb_array_length(p_order -> 'lines') not between 1 and 100 then 'lines: 1 to 100'
    when p_order ? 'customer' and jsonb_typeof(p_order -> 'customer') <> 'object' then 'customer: an object'
    when p_order ? 'customer' and (p_order -> 'customer') - array['name', 'phone', 'email'] <> '{}' then 'customer: name, phone and email only'
    when p_order ? 'customer' and exists (
      select 1 from jsonb_each(p_order -> 'customer') c
      where jsonb_typeof(c.value) <> 'string' or length(c.value #>> '{}') > case c.key when 'name' then 120 when 'phone' then 40 else 254 end
    ) then 'customer: short texts'
  end into v_problem;
  if v_problem is null then
    select format('lines[%s]: %s', l.ordinality - 1, case
      when jsonb_typeof(l.value) <> 'object' then 'an object'
      when l.value - array['menu_item_id', 'quantity', 'options', 'note'] <> '{}' then 'menu_item_id, quantity, options and note only'
      when coalesce(l.value ->> 'menu_item_id', '') !~ c_uuid then 'menu_item_id: a uuid'
      when coalesce(jsonb_typeof(l.value -> 'quantity'), '') <> 'number' or (l.value ->> 'quantity') !~ '^[1-9][0-9]?$' then 'quantity: an integer from 1 to 99'
      when l.value ? 'note' and (jsonb_typeof(l.value -> 'note') <> 'string' or length(l.value ->> 'note') > 280) then 'note: at most 280 characters'
      when l.value ? 'options' and jsonb_typeof(l.value -> 'options') <> 'array' then 'options: an array'
      else 'options: at most 50 different uuids'
    end) into v_problem
    from jsonb_array_elements(p_order -> 'lines') with ordinality l
    where jsonb_typeof(l.value) <> 'object'
      or l.value - array['menu_item_id', 'quantity', 'options', 'note'] <> '{}'
      or coalesce(l.value ->> 'menu_item_id', '') !~ c_uuid
      or coalesce(jsonb_typeof(l.value -> 'quantity'), '') <> 'number' or (l.value ->> 'quantity') !~ '^[1-9][0-9]?$'
      or (l.value ? 'note' and (jsonb_typeof(l.value -> 'note') <> 'string' or length(l.value ->> 'note') > 280))
      or (l.value ? 'options' and (jsonb_typeof(l.value -> 'options') <> 'array' or exists (
        select 1 from jsonb_array_elements(l.value -> 'options') o
        having count(*) > 50 or count(*) <> count(distinct lower(o.value #>> '{}')) or bool_or(jsonb_typeof(o.value) <> 'string' or (o.value #>> '{}') !~ c_uuid))))
    limit 1;
  end if;
  if v_problem is not null then
    perform private.fail('order_invalid', v_problem);
  end if;
end $$;
comment on function private.check_order(jsonb) is
  'Refuses an order that is not {fulfilment, payment_mode, customer?: {name?, phone?, email?}, tip_minor?, discount_code?, lines: [{menu_item_id, '
  'quantity 1-99, options?: [uuid], note?}]} with 1 to 100 lines, naming the first problem. Errors: order_invalid.';

create function private.price_order(p_venue public.venues, p_order jsonb) returns private.priced_order
language plpgsql stable set search_path = '' as $$
declare
  v_priced private.priced_order;
  v_problem text;
  v_position integer;
  v_has_discounts boolean;
begin
  perform private.check_order(p_order);
  if p_venue.menu_version is null then
    perform private.fail('menu_not_published');
  end if;

  select array_agg((l.position, l.menu_item_id, l.name, l.quantity, l.price_minor, l.options, l.options_minor, l.line_minor, 0::bigint,
      l.tax_rate_bp, private.tax_of(l.line_minor, l.tax_rate_bp, p_venue.prices_include_tax), l.station_id, l.note)::private.priced_line order by l.position),
    (array_agg(l.problem order by l.position) filter (where l.problem is not null))[1] as problem,
    (array_agg(l.position order by l.position) filter (where l.problem is not null))[1] as position,
    exists (select 1 from public.discounts d where d.venue_id = p_venue.id and d.is_active)
  into v_priced.lines, v_problem, v_position, v_has_discounts
  from (
    select line.*, p.name, p.price_minor, p.tax_rate_bp, choice.options, choice.options_minor,
      greatest(p.price_minor + choice.options_minor, 0) * line.quantity as line_minor,
      coalesce(active.id, expo.id) as station_id,
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
      select l.ordinality::integer as position, (l.value ->> 'menu_item_id')::uuid as menu_item_id, (l.value ->> 'quantity')::integer as quantity,
        nullif(trim(l.value ->> 'note'), '') as note, coalesce(l.value -> 'options', '[]') as option_ids
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
  ) l;
  if v_problem is not null then
    perform private.fail(v_problem, format('lines[%s]', v_position - 1));
  end if;

  v_priced.discounts := '{}';
  if v_has_discounts or p_order ? 'discount_code' then
    v_priced := private.apply_discounts(p_venue, v_priced.lines, p_order ->> 'discount_code');
  end if;

  v_priced.menu_version := p_venue.menu_version;
  v_priced.currency := p_venue.currency;
  v_priced.prices_include_tax := p_venue.prices_include_tax;
  select sum(l.line_minor), sum(l.discount_minor), sum(l.tax_minor)
  into v_priced.subtotal_minor, v_priced.discount_minor, v_priced.tax_minor from unnest(v_priced.lines) l;
  v_priced.service_charge_minor := case when p_order ->> 'fulfilment' = 'table'
    then private.divide_half_up((v_priced.subtotal_minor - v_priced.discount_minor) * p_venue.service_charge_bp, 10000) else 0 end;
  v_priced.tip_minor := coalesce((p_order ->> 'tip_minor')::bigint, 0);
  v_priced.total_minor := v_priced.subtotal_minor - v_priced.discount_minor + v_priced.service_charge_minor + v_priced.tip_minor
    + case when p_venue.prices_include_tax then 0 else v_priced.tax_minor end;
  return v_priced;
end $$;
comment on function private.price_order(public.venues, jsonb) is
  'Prices an order from the venue''s published menu: lines with options, discounts, tax half-up per line (inclusive or exclusive by '
  'venue), service charge at tables, tip. Errors: order_invalid, '
  'menu_not_published, menu_item_unknown, menu_item_unavailable, option_unknown, option_unavailable, option_count_invalid, '
  'discount_code_invalid, discount_used_up, discount_not_applicable.';
