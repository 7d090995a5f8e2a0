-- What managers ask: numbers of a period, the day so far, what sells. History comes from the rollups, what they do not
-- know yet from rows.

create function private.live_days(p_venue_ids uuid[], p_from date, p_until date, out venue_ids uuid[], out business_dates date[])
language sql stable set search_path = '' as $$
  select coalesce(array_agg(d.venue_id order by d.venue_id, d.business_date), '{}'), coalesce(array_agg(d.business_date order by d.venue_id, d.business_date), '{}')
  from (
    select s.venue_id, s.business_date from private.stale_days s
    where s.venue_id = any (p_venue_ids) and s.business_date between p_from and p_until
    union
    -- From the day before: until the next run of the clock it is in no rollup.
    select v.id, t.today + n from public.venues v
    cross join lateral (select private.business_date(v.timezone, v.day_starts_at) as today) t
    cross join generate_series(-1, 1) n
    where v.id = any (p_venue_ids) and t.today + n between p_from and p_until
  ) d
$$;
comment on function private.live_days(uuid[], date, date) is
  'The business days of a range that are read from rows: the current one with its neighbours, and those that changed since they were rolled up.';

create function private.read_rollup(p_shape anyelement, p_venue_ids uuid[], p_from date, p_until date) returns setof anyelement
language plpgsql stable set search_path = '' as $$
declare
  v_live record := private.live_days(p_venue_ids, p_from, p_until);
begin
  return query execute format('
    select k.* from %1$s k
    where k.venue_id = any ($1) and k.business_date between $2 and $3
      and not exists (select 1 from unnest($4, $5) d (venue_id, business_date) where d.venue_id = k.venue_id and d.business_date = k.business_date)
    union all
    select * from private.%2$I($4, $5)', pg_typeof(p_shape), replace(pg_typeof(p_shape)::text, 'private.kpi_', 'count_'))
  using p_venue_ids, p_from, p_until, v_live.venue_ids, v_live.business_dates;
end $$;
comment on function private.read_rollup(anyelement, uuid[], date, date) is
  'The rows of a rollup, named by a null of its type (null::private.kpi_items), of venues from one business day to another: rolled '
  'up, or counted by the function of the same name (private.count_items).';

create type private.kpis as (
  orders bigint, cancelled_orders bigint, gross_minor bigint, refunds_minor bigint, tax_minor bigint, net_minor bigint, tips_minor bigint,
  average_order_minor bigint, refund_rate_bp bigint, prep_p50_seconds integer, prep_p95_seconds integer, table_turn_seconds bigint,
  costed_net_minor bigint, cost_minor bigint, margin_minor bigint, margin_bp bigint);
comment on type private.kpis is 'The numbers of a period.';

create function private.kpis_by(p_venue_ids uuid[], p_from date, p_until date, p_granularity text)
returns table (currency text, venue_id uuid, is_total boolean, starts_on date, starts_at timestamptz, local_time text, kpis private.kpis)
language sql stable set search_path = '' as $$
  with quarters as materialized (
    select v.currency, v.timezone, q.venue_id, private.day_of_period(q.business_date, p_granularity) as starts_on,
      case p_granularity when 'hour' then date_trunc('hour', q.quarter_at, v.timezone) end as starts_at,
      q.orders, q.cancelled_orders, q.gross_minor, q.refunds_minor, q.tax_minor, q.tips_minor, q.turns, q.turn_seconds, q.prep_seconds,
      q.costed_net_minor, q.cost_minor
    from private.read_rollup(null::private.kpi_quarters, p_venue_ids, p_from, p_until) q join public.venues v on v.id = q.venue_id
  ), sums as (
    -- By period, by venue, over all; currencies are never added up.
    select q.currency, q.venue_id, grouping(q.starts_on) = 1 as is_total, q.starts_on, q.starts_at, min(q.timezone) as timezone,
      sum(q.orders)::bigint as orders, sum(q.cancelled_orders)::bigint as cancelled_orders, sum(q.gross_minor)::bigint as gross_minor,
      sum(q.refunds_minor)::bigint as refunds_minor, sum(q.tax_minor)::bigint as tax_minor, sum(q.tips_minor)::bigint as tips_minor,
      sum(q.turns)::bigint as turns, sum(q.turn_seconds)::bigint as turn_seconds,
      sum(q.costed_net_minor)::bigint as costed_net_minor, sum(q.cost_minor)::bigint as cost_minor
    from quarters q group by q.currency, grouping sets ((q.starts_on, q.starts_at), (q.venue_id), ())
  ), cooked as (
    select q.currency, coalesce(q.venue_id::text, q.starts_at::text, q.starts_on::text, '') as period,
      percentile_disc(array[0.5, 0.95]) within group (order by s.seconds) as p
    from quarters q cross join lateral unnest(q.prep_seconds) s (seconds)
    group by q.currency, grouping sets ((q.starts_on, q.starts_at), (q.venue_id), ())
  )
  select s.currency, s.venue_id, s.is_total, s.starts_on, s.starts_at, to_char(s.starts_at at time zone s.timezone, 'YYYY-MM-DD"T"HH24:MI'),
    row(s.orders, s.cancelled_orders, s.gross_minor, s.refunds_minor, s.tax_minor,
      private.net_revenue_minor(s.gross_minor, s.refunds_minor, s.tax_minor), s.tips_minor, private.average_order_minor(s.gross_minor, s.orders),
      private.refund_rate_bp(s.refunds_minor, s.gross_minor), c.p[1], c.p[2], private.table_turn_seconds(s.turn_seconds, s.turns),
      s.costed_net_minor, s.cost_minor, private.margin_minor(s.costed_net_minor, s.cost_minor), private.margin_bp(s.costed_net_minor, s.cost_minor))::private.kpis
  from sums s
  left join cooked c on c.currency = s.currency and c.period = coalesce(s.venue_id::text, s.starts_at::text, s.starts_on::text, '')
$$;
comment on function private.kpis_by(uuid[], date, date, text) is
  'The KPIs of venues from one business day to another, per currency: a row per period with orders (is_total false), one per '
  'venue and one over all (is_total). p_granularity: hour, day, week or month, of the venue''s own business days.';

create function private.require_range(p_from date, p_until date, p_granularity text) returns void
language plpgsql stable set search_path = '' as $$
begin
  if p_granularity is null or p_granularity not in ('hour', 'day', 'week', 'month') then
    perform private.fail('invalid_input', 'p_granularity: hour, day, week or month');
  end if;
  perform private.check_days(p_from, p_until, case p_granularity when 'hour' then 31 else 1096 end);
end $$;
comment on function private.require_range(date, date, text) is 'Refuses a period that is none, or too long. Errors: invalid_input.';

create function public.get_kpis(p_venue_id uuid, p_from date, p_until date, p_granularity text default 'day') returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('analytics.read', p_venue_id);
begin
  perform private.require_range(p_from, p_until, p_granularity);
  if p_granularity = 'hour' then
    perform private.require_feature(v_venue.organisation_id, 'advanced_analytics');
  end if;
  return (
    with numbers as materialized (select * from private.kpis_by(array[p_venue_id], p_from, p_until, p_granularity))
    select jsonb_build_object('venue_id', v_venue.id, 'currency', v_venue.currency, 'timezone', v_venue.timezone, 'granularity', p_granularity,
      'from', p_from, 'until', p_until,
      'total', (select to_jsonb(n.kpis) from numbers n where n.is_total and n.venue_id is null),
      'periods', (
        select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('starts_on', n.starts_on, 'starts_at', n.starts_at, 'local_time', n.local_time))
          || to_jsonb(n.kpis) order by n.starts_on, n.starts_at), '[]') from numbers n where not n.is_total),
      'payments', (
        select coalesce(jsonb_agg(jsonb_build_object('method', p.method, 'payments', p.payments, 'collected_minor', p.collected_minor,
          'tips_minor', p.tips_minor, 'refunded_minor', p.refunded_minor) order by p.method), '[]')
        from (
          select k.method, sum(k.payments) as payments, sum(k.collected_minor) as collected_minor, sum(k.tips_minor) as tips_minor, sum(k.refunded_minor) as refunded_minor
          from private.read_rollup(null::private.kpi_payments, array[p_venue_id], p_from, p_until) k group by k.method) p)));
end $$;
comment on function public.get_kpis(uuid, date, date, text) is
  'The numbers of a venue from one business day to another, both included: {venue_id, currency, timezone, granularity, from, '
  'until, total, periods: [{starts_on, starts_at?, local_time?, …}], payments: [{method, payments, collected_minor, tips_minor, '
  'refunded_minor}]}. Total and periods hold orders, cancelled_orders, gross_minor, refunds_minor, tax_minor, net_minor, '
  'tips_minor, average_order_minor, refund_rate_bp, prep_p50_seconds, prep_p95_seconds, table_turn_seconds, costed_net_minor, '
  'cost_minor, margin_minor and margin_bp; the margin is that of what has a recipe and known costs. Periods without '
  'orders are left out, and total is null without any. p_granularity: hour (advanced_analytics; at most 31 days), day, week or '
  'month. Current to the moment for today, to five minutes for what changes in the past. Needs analytics.read. Definer: the '
  'rollups are not readable by clients. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.';
grant execute on function public.get_kpis(uuid, date, date, text) to authenticated;

create function public.get_organisation_kpis(p_organisation_id uuid, p_from date, p_until date, p_granularity text default 'day') returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_organisation('analytics.read', p_organisation_id), private.require_feature(p_organisation_id, 'cross_venue_analytics');
  if p_granularity = 'hour' then
    perform private.fail('invalid_input', 'p_granularity: day, week or month; venues may be in different time zones');
  end if;
  perform private.require_range(p_from, p_until, p_granularity);
  return (
    with numbers as materialized (
      select * from private.kpis_by(array(select v.id from public.venues v where v.organisation_id = p_organisation_id), p_from, p_until, p_granularity))
    select jsonb_build_object('organisation_id', p_organisation_id, 'granularity', p_granularity, 'from', p_from, 'until', p_until,
      'currencies', (
        select coalesce(jsonb_agg(jsonb_build_object('currency', t.currency, 'total', to_jsonb(t.kpis),
          'periods', (select coalesce(jsonb_agg(jsonb_build_object('starts_on', n.starts_on) || to_jsonb(n.kpis) order by n.starts_on), '[]')
                      from numbers n where not n.is_total and n.currency = t.currency),
          'venues', (select coalesce(jsonb_agg(jsonb_build_object('venue_id', v.id, 'name', v.name) || to_jsonb(n.kpis) order by v.name, v.id), '[]')
                     from numbers n join public.venues v on v.id = n.venue_id where n.is_total and n.currency = t.currency)) order by t.currency), '[]')
        from numbers t where t.is_total and t.venue_id is null)));
end $$;
comment on function public.get_organisation_kpis(uuid, date, date, text) is
  'The numbers of all venues together, per currency: {organisation_id, granularity, from, until, currencies: [{currency, total, '
  'periods: [{starts_on, …}], venues: [{venue_id, name, …}]}]}, with the numbers of get_kpis; each venue by its own business day. '
  'p_granularity: day, week or month. Needs analytics.read for the whole organisation and cross_venue_analytics. Definer: as '
  'get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.';
grant execute on function public.get_organisation_kpis(uuid, date, date, text) to authenticated;
