-- What the coming week will be like, as far as the last ones tell, and how wrong the same reckoning would have been then.
--
-- A day is expected to be the mean of the same weekday in the last N weeks. Days on which nobody ordered count as 0, but only
-- from the first one in reach on which somebody did: what did not exist yet was not unwanted. The error is the mean of
-- |what was expected − what came| over the last 7 × N days, each expected from what was known before it.

create function private.forecast(p_venue_id uuid, p_menu_item_id uuid, p_today date, p_weeks integer, p_days integer)
returns table (day date, is_ahead boolean, amount bigint, expected numeric, weeks bigint)
language sql stable set search_path = '' as $$
  with sold as materialized (
    select q.business_date, sum(q.orders)::bigint as amount
    from private.read_rollup(null::private.kpi_quarters, array[p_venue_id], p_today - 14 * p_weeks, p_today - 1) q
    where p_menu_item_id is null group by q.business_date
    union all
    select i.business_date, i.quantity
    from private.read_rollup(null::private.kpi_items, array[p_venue_id], p_today - 14 * p_weeks, p_today - 1) i
    where i.menu_item_id = p_menu_item_id
  ), days as (
    -- Days of the calendar: whether one has 23 hours or 25 is no matter.
    select d.day, case when d.day < p_today then coalesce(s.amount, 0) end as amount
    from (select p_today + n as day from generate_series(-14 * p_weeks, p_days - 1) n) d
    left join sold s on s.business_date = d.day
    where d.day >= least((select min(f.business_date) from sold f where f.amount > 0), p_today)
  )
  select d.day, d.day >= p_today, d.amount, avg(d.amount) over same_weekday, count(d.amount) over same_weekday
  from days d
  window same_weekday as (partition by extract(isodow from d.day) order by d.day rows between p_weeks preceding and 1 preceding)
$$;
comment on function private.forecast(uuid, uuid, date, integer, integer) is
  'By business day, from two spans of p_weeks before p_today on to p_days (at most 7) from it: what came (orders, or how many of an item; null ahead), and what '
  'the mean of up to p_weeks earlier same weekdays let expect, of how many; null without one.';

create function public.forecast_demand(p_venue_id uuid, p_menu_item_id uuid default null, p_weeks integer default 8, p_days integer default 7) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('analytics.read', p_venue_id);
  v_today date := private.business_date(v_venue.timezone, v_venue.day_starts_at);
begin
  perform private.require_feature(v_venue.organisation_id, 'advanced_analytics');
  if p_weeks is null or p_weeks not between 2 and 12 or p_days is null or p_days not between 1 and 7 then
    perform private.fail('invalid_input', 'p_weeks: 2 to 12; p_days: 1 to 7');
  end if;
  if p_menu_item_id is not null then
    perform 1 from public.menu_items i where i.venue_id = p_venue_id and i.id = p_menu_item_id;
    if not found then
      perform private.fail('menu_item_not_found');
    end if;
  end if;
  return (
    with days as materialized (select * from private.forecast(p_venue_id, p_menu_item_id, v_today, p_weeks, p_days)),
    tested as (select d.amount, abs(d.amount - d.expected) as missed from days d where not d.is_ahead and d.day >= v_today - 7 * p_weeks and d.weeks > 0)
    select jsonb_build_object('venue_id', p_venue_id, 'menu_item_id', p_menu_item_id, 'measure', case when p_menu_item_id is null then 'orders' else 'quantity' end,
      'method', 'mean of the same weekday', 'weeks', p_weeks,
      'days', (select jsonb_agg(jsonb_build_object('business_date', d.day, 'weekday', trim(to_char(d.day, 'day')), 'expected', round(d.expected, 1), 'weeks', d.weeks) order by d.day)
        from days d where d.is_ahead),
      'error', (select jsonb_build_object('mean_absolute_error', round(avg(t.missed), 1), 'mean_actual', round(avg(t.amount), 1), 'tested_days', count(*)) from tested t)));
end $$;
comment on function public.forecast_demand(uuid, uuid, integer, integer) is
  'What to expect of the current and the next business days, p_days (1-7) in all: {venue_id, menu_item_id, measure: orders or quantity (of p_menu_item_id), method, weeks, '
  'days: [{business_date, weekday, expected, weeks}], error: {mean_absolute_error, mean_actual, tested_days}}. expected is the mean of the same weekday in the last '
  'p_weeks (2-12), from the first day in reach with any; weeks says of how many, null and 0 without one. The error is what the same reckoning missed by, on '
  'average, on the last 7 x p_weeks days of which it could tell; it knows nothing of holidays, weather or trends. Needs analytics.read and advanced_analytics. '
  'Definer: as get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input, menu_item_not_found.';
grant execute on function public.forecast_demand(uuid, uuid, integer, integer) to authenticated;
