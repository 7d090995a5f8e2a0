-- How discounts take something off: called by private.price_order, and only when a venue has any. The rule is told in
-- docs/decisions/0007-discounts.md; every amount is kept per line, so that tax follows what is really charged.

create function private.split_minor(p_amount bigint, p_weights numeric[]) returns bigint[]
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return (with weights as (
    select w.ordinality as n, case when max(w.weight) over () = 0 then 1 else w.weight end as weight
    from unnest(p_weights) with ordinality as w (weight, ordinality)
  ), quotas as (
    select q.n, div(q.exact, q.whole) as base, q.exact % q.whole as remainder
    from (select w.n, p_amount * w.weight as exact, sum(w.weight) over () as whole from weights w) q
  ), ranked as (
    select q.n, q.base, row_number() over (order by q.remainder desc, q.n) as rank, p_amount - sum(q.base) over () as left_over
    from quotas q
  )
  select coalesce(array_agg((r.base + case when r.rank <= r.left_over then 1 else 0 end)::bigint order by r.n), '{}') from ranked r);
end $$;
comment on function private.split_minor(bigint, numeric[]) is
  'Splits an amount >= 0 in proportion to whole weights >= 0, to the penny: everybody gets the integer part of their quota, and what '
  'is left goes, a penny each, to the largest remainders, the first of equals first (the method of largest remainders: '
  'Hamilton 1792, Balinski and Young, Fair Representation). Nobody is more than a penny off, and an amount of at most the sum '
  'of the weights gives nobody more than their weight. Weights that are all zero count as equal.';

create type private.discounting as (left_minor bigint[], amounts_minor bigint[]);
comment on type private.discounting is 'What is left of each line, and what each discount has taken off.';

create function private.take_off(p_lines private.priced_line[], p_categories uuid[], p_discounts public.discounts[]) returns private.discounting
language plpgsql stable set search_path = '' as $$
declare
  v_result private.discounting;
  v_discount public.discounts;
  v_amount bigint;
begin
  v_result.left_minor := array(select l.line_minor - l.comp_minor from unnest(p_lines) with ordinality l order by l.ordinality);
  foreach v_discount in array p_discounts loop
    if v_discount.scope = 'order' then
      select sum(l) into v_amount from unnest(v_result.left_minor) l;
      v_amount := case when v_discount.percent_bp is null then least(v_discount.amount_minor, v_amount)
        else private.divide_half_up(v_amount * v_discount.percent_bp, 10000) end;
      select array_agg(s.whole - s.share order by s.ordinality) into v_result.left_minor
      from unnest(v_result.left_minor, private.split_minor(v_amount, v_result.left_minor)) with ordinality as s (whole, share, ordinality);
    else
      select array_agg(o.whole - o.off order by o.ordinality), sum(o.off) into v_result.left_minor, v_amount
      from (
        select l.ordinality, s.whole, case
            when (v_discount.menu_item_id = l.menu_item_id or v_discount.category_id = s.category_id) is not true then 0
            when v_discount.percent_bp is not null then private.divide_half_up(s.whole * v_discount.percent_bp, 10000)
            else least(v_discount.amount_minor * l.quantity, s.whole)
          end as off
        from unnest(p_lines) with ordinality l
        join unnest(v_result.left_minor, p_categories) with ordinality as s (whole, category_id, ordinality) on s.ordinality = l.ordinality
      ) o;
    end if;
    v_result.amounts_minor := v_result.amounts_minor || v_amount;
  end loop;
  return v_result;
end $$;
comment on function private.take_off(private.priced_line[], uuid[], public.discounts[]) is
  'Takes discounts off lines, one after the other, each off what those before it have left. Items and categories: percent '
  'half-up per line, amount per portion. Order: percent half-up or amount once, split over the lines.';

create function private.terms_of(p_discount public.discounts) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object('scope', p_discount.scope, 'percent_bp', p_discount.percent_bp,
    'amount_minor', p_discount.amount_minor, 'menu_item_id', p_discount.menu_item_id, 'category_id', p_discount.category_id));
end $$;
comment on function private.terms_of(public.discounts) is 'What a discount takes off what, as an order keeps it.';

create function private.categories_of(p_venue_id uuid, p_lines private.priced_line[]) returns uuid[]
language plpgsql stable set search_path = '' as $$
begin
  return array(
    select i.category_id from unnest(p_lines) with ordinality l
    left join public.menu_items i on i.venue_id = p_venue_id and i.id = l.menu_item_id order by l.ordinality);
end $$;
comment on function private.categories_of(uuid, private.priced_line[]) is 'The category of each line''s item, in the draft, as discounts see it.';

create function private.discounted(p_venue public.venues, p_lines private.priced_line[], p_left_minor bigint[]) returns private.priced_line[]
language plpgsql stable set search_path = '' as $$
begin
  return array(
    select (l.position, l.menu_item_id, l.name, l.quantity, l.unit_price_minor, l.options, l.options_minor, l.line_minor, l.line_minor - l.comp_minor - b.whole,
      l.tax_rate_bp, private.tax_of(b.whole, l.tax_rate_bp, p_venue.prices_include_tax), l.station_id, l.note, l.line_id, l.course, l.comp_minor)::private.priced_line
    from unnest(p_lines) with ordinality l
    cross join lateral (select coalesce(p_left_minor[l.ordinality], l.line_minor - l.comp_minor) as whole) b
    order by l.ordinality);
end $$;
comment on function private.discounted(public.venues, private.priced_line[], bigint[]) is
  'Lines with their share of the discounts, which have left this much of each, and taxed on it; null leaves everything.';

create function private.apply_again(p_venue public.venues, p_lines private.priced_line[], p_discounts private.priced_discount[]) returns private.priced_order
language plpgsql stable set search_path = '' as $$
declare
  v_priced private.priced_order;
  v_result private.discounting := private.take_off(p_lines, private.categories_of(p_venue.id, p_lines), array(
    select jsonb_populate_record(null::public.discounts, d.terms) from unnest(p_discounts) with ordinality d order by d.ordinality));
begin
  v_priced.lines := private.discounted(p_venue, p_lines, v_result.left_minor);
  v_priced.discounts := array(
    select (d.discount_id, d.name, v_result.amounts_minor[d.ordinality], d.terms)::private.priced_discount
    from unnest(p_discounts) with ordinality d order by d.ordinality);
  return v_priced;
end $$;
comment on function private.apply_again(public.venues, private.priced_line[], private.priced_discount[]) is
  'The lines of an order that has changed, with what its discounts take off them now, by the terms of when it was placed: '
  'neither windows nor uses nor the choice among discounts are looked at again, nor whether they still exist.';

create function private.apply_discounts(p_venue public.venues, p_lines private.priced_line[], p_code text) returns private.priced_order
language plpgsql stable set search_path = '' as $$
declare
  v_priced private.priced_order;
  v_coded public.discounts;
  v_all public.discounts[];
  v_set public.discounts[];
  v_taken public.discounts[];
  v_result private.discounting;
  v_best private.discounting;
  v_off bigint;
  v_most bigint := 0;
  v_by_code bigint := 0;
  v_categories uuid[] := private.categories_of(p_venue.id, p_lines);
begin
  if p_code is not null then
    select * into v_coded from public.discounts d where d.venue_id = p_venue.id and d.code = upper(trim(p_code)) and d.is_active;
    if not found or not private.discount_is_on(v_coded, p_venue.timezone, p_venue.day_starts_at) then
      perform private.fail('discount_code_invalid');
    elsif v_coded.used_count >= v_coded.max_uses then
      perform private.fail('discount_used_up');
    end if;
  end if;
  -- Parts of the order before the whole, amounts before percentages, the older of two alike first.
  select coalesce(array_agg(d order by d.scope = 'order', d.percent_bp is not null, d.created_at, d.id), '{}') into v_all
  from public.discounts d
  where d.venue_id = p_venue.id and d.is_active and (d.code is null or d.id = v_coded.id)
    and (d.max_uses is null or d.used_count < d.max_uses) and private.discount_is_on(d, p_venue.timezone, p_venue.day_starts_at);

  -- All that stack (round 0), or one that does not: whichever takes most off, the first of equals.
  for v_round in 0..cardinality(v_all) loop
    if v_round = 0 then
      v_set := array(select v_all[n] from generate_subscripts(v_all, 1) n where (v_all[n]).is_stackable order by n);
    elsif (v_all[v_round]).is_stackable then
      continue;
    else
      v_set := array[v_all[v_round]];
    end if;
    v_result := private.take_off(p_lines, v_categories, v_set);
    select sum(a.amount), coalesce(max(a.amount) filter (where (v_set[a.n]).id = v_coded.id), v_by_code) into v_off, v_by_code
    from unnest(v_result.amounts_minor) with ordinality as a (amount, n);
    if v_off > v_most then
      v_most := v_off;
      v_best := v_result;
      v_taken := v_set;
    end if;
  end loop;
  if p_code is not null and v_by_code = 0 then
    perform private.fail('discount_not_applicable');
  end if;

  v_priced.lines := private.discounted(p_venue, p_lines, v_best.left_minor);
  v_priced.discounts := array(
    select ((v_taken[a.n]).id, (v_taken[a.n]).name, a.amount, private.terms_of(v_taken[a.n]))::private.priced_discount
    from unnest(v_best.amounts_minor) with ordinality as a (amount, n) where a.amount > 0 order by a.n);
  return v_priced;
end $$;
comment on function private.apply_discounts(public.venues, private.priced_line[], text) is
  'The lines of an order with their share of what its discounts take off, taxed on what is left, and those discounts. Those '
  'without a code apply by themselves. A code takes part, and is refused where it can take nothing off. Errors: discount_code_invalid, '
  'discount_used_up, discount_not_applicable.';
