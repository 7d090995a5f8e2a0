-- Counting, and keeping what was counted. The same functions count a day for the rollups and for whoever looks at
-- the day before it is rolled up, so that the two cannot differ.

create function private.sold_lines(p_venue_ids uuid[], p_business_dates date[])
returns table (venue_id uuid, business_date date, order_id uuid, sold_at timestamptz, menu_item_id uuid, quantity integer, sales_minor bigint, net_minor bigint, cost_minor bigint)
language sql stable set search_path = '' as $$
  select o.venue_id, o.business_date, o.id, o.created_at, l.menu_item_id, l.quantity, l.net_minor,
    -- Of the line without its tax, the share that was not given back of the whole bill, rounded half-up.
    n.net_minor - coalesce(round(n.net_minor::numeric * private.refunds_minor(o.total_minor, o.tip_minor, o.paid_minor, o.refunded_minor)
      / nullif(o.total_minor - o.tip_minor, 0)), 0)::bigint, c.cost_minor
  from unnest(p_venue_ids, p_business_dates) d (venue_id, business_date)
  join public.orders o on o.venue_id = d.venue_id and o.business_date = d.business_date
  join public.order_lines l on l.venue_id = o.venue_id and l.order_id = o.id
  cross join lateral (select l.net_minor - l.discount_minor - case when o.prices_include_tax then l.tax_minor else 0 end as net_minor) n
  left join lateral (
    select case when count(*) = count(m.cost_per_1000_minor) then round(-sum(m.quantity * m.cost_per_1000_minor) / 1000)::bigint end as cost_minor
    from public.stock_movements m where m.venue_id = l.venue_id and m.order_line_id = l.id and m.kind = 'sale' having count(*) > 0
  ) c on true
  where private.is_sale(o.status) and l.voided_at is null
$$;
comment on function private.sold_lines(uuid[], date[]) is
  'What was sold on business days, line by line, with its net revenue and what its ingredients cost at the sale, rounded half-up once; '
  'null for a line without a recipe, or with an ingredient whose cost nobody knew. Arguments as count_quarters.';

create function private.count_quarters(p_venue_ids uuid[], p_business_dates date[]) returns setof private.kpi_quarters
language sql stable set search_path = '' as $$
  with sales as materialized (
    select o.venue_id, o.business_date, o.id, o.session_id, o.created_at,
      date_bin('15 minutes', o.created_at, '2000-01-01 00:00:00+00') as quarter_at, private.is_sale(o.status) as is_sale,
      o.status = 'cancelled' as is_cancelled, o.total_minor - o.tip_minor as gross_minor, o.tax_minor, o.tip_minor, r.refunds_minor,
      private.refunds_minor(o.total_minor, 0, o.paid_minor, o.refunded_minor) - r.refunds_minor as tip_back_minor
    from unnest(p_venue_ids, p_business_dates) d (venue_id, business_date)
    join public.orders o on o.venue_id = d.venue_id and o.business_date = d.business_date
    cross join lateral (select private.refunds_minor(o.total_minor, o.tip_minor, o.paid_minor, o.refunded_minor) as refunds_minor) r
    where private.is_sale(o.status) or o.status = 'cancelled'
  ), parties as (
    select distinct on (s.venue_id, s.business_date, s.session_id) s.venue_id, s.business_date, s.quarter_at,
      extract(epoch from t.closed_at - t.opened_at)::bigint as seconds
    from sales s join public.table_sessions t on t.venue_id = s.venue_id and t.id = s.session_id
    where s.is_sale and t.table_id is not null and t.closed_at is not null
    order by s.venue_id, s.business_date, s.session_id, s.created_at, s.id
  ), facts as (
    -- One above the other and then added up: joined side by side, many days would be compared with one another.
    select s.venue_id, s.business_date, s.quarter_at, s.is_sale::integer as orders, s.is_cancelled::integer as cancelled_orders,
      case when s.is_sale then s.gross_minor end as gross_minor, case when s.is_sale then s.refunds_minor end as refunds_minor,
      -- Tax given back is the share of the bill that was, rounded half-up; numeric, because the product may exceed a bigint.
      case when s.is_sale then s.tax_minor - coalesce(round(s.tax_minor::numeric * s.refunds_minor / nullif(s.gross_minor, 0)), 0) end as tax_minor,
      case when s.is_sale then s.tip_minor - s.tip_back_minor end as tips_minor, 0 as turns, null::bigint as turn_seconds, null::integer as prep_seconds,
      null::bigint as costed_net_minor, null::bigint as cost_minor
    from sales s
    union all
    select p.venue_id, p.business_date, p.quarter_at, 0, 0, null, null, null, null, 1, p.seconds, null, null, null from parties p
    union all
    select s.venue_id, s.business_date, s.quarter_at, 0, 0, null, null, null, null, 0, null, extract(epoch from t.ready_at - t.fired_at)::integer, null, null
    from sales s join public.kitchen_tickets t on t.venue_id = s.venue_id and t.order_id = s.id
    where s.is_sale and t.status in ('ready', 'bumped')
    union all
    select l.venue_id, l.business_date, date_bin('15 minutes', l.sold_at, '2000-01-01 00:00:00+00'), 0, 0, null, null, null, null, 0, null, null, l.net_minor, l.cost_minor
    from private.sold_lines(p_venue_ids, p_business_dates) l where l.cost_minor is not null
  )
  select f.venue_id, f.business_date, f.quarter_at, sum(f.orders), sum(f.cancelled_orders), coalesce(sum(f.gross_minor), 0)::bigint,
    coalesce(sum(f.refunds_minor), 0)::bigint, coalesce(sum(f.tax_minor), 0)::bigint, coalesce(sum(f.tips_minor), 0)::bigint,
    sum(f.turns), coalesce(sum(f.turn_seconds), 0)::bigint,
    coalesce(array_agg(f.prep_seconds order by f.prep_seconds) filter (where f.prep_seconds is not null), '{}'),
    coalesce(sum(f.costed_net_minor), 0)::bigint, coalesce(sum(f.cost_minor), 0)::bigint
  from facts f group by f.venue_id, f.business_date, f.quarter_at
$$;
comment on function private.count_quarters(uuid[], date[]) is
  'Counts business days from their rows, by quarter of an hour; the arrays name venue and day in pairs, each pair once.';

create function private.count_items(p_venue_ids uuid[], p_business_dates date[]) returns setof private.kpi_items
language sql stable set search_path = '' as $$
  select l.venue_id, l.business_date, l.menu_item_id, count(distinct l.order_id), sum(l.quantity)::bigint, sum(l.sales_minor)::bigint, sum(l.net_minor)::bigint,
    coalesce(sum(l.net_minor) filter (where l.cost_minor is not null), 0)::bigint, coalesce(sum(l.cost_minor), 0)::bigint
  from private.sold_lines(p_venue_ids, p_business_dates) l
  group by l.venue_id, l.business_date, l.menu_item_id
$$;
comment on function private.count_items(uuid[], date[]) is 'Counts what was sold on business days, by item; arguments as count_quarters.';

create function private.count_payments(p_venue_ids uuid[], p_business_dates date[]) returns setof private.kpi_payments
language sql stable set search_path = '' as $$
  select o.venue_id, o.business_date, p.method, count(*), sum(p.amount_minor)::bigint, sum(p.tip_minor)::bigint, coalesce(sum(r.refunded_minor), 0)::bigint
  from unnest(p_venue_ids, p_business_dates) d (venue_id, business_date)
  join public.orders o on o.venue_id = d.venue_id and o.business_date = d.business_date
  join public.payments p on p.venue_id = o.venue_id and p.order_id = o.id and p.status = 'succeeded'
  left join lateral (
    select sum(f.amount_minor)::bigint as refunded_minor from public.refunds f
    where f.venue_id = p.venue_id and f.payment_id = p.id and f.status = 'succeeded') r on true
  group by o.venue_id, o.business_date, p.method
$$;
comment on function private.count_payments(uuid[], date[]) is
  'Counts how the orders of business days were paid, by method, cancelled orders included; arguments as count_quarters.';

create function private.note_stale_days() returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_seen_until timestamptz;
  v_since timestamptz;
begin
  select w.seen_until into v_seen_until from private.rollup_watermark w for update skip locked;
  if not found then
    return; -- another run is at it
  end if;
  -- A row bears the time at which its transaction began, and appears when that ends. So the last half hour is looked at
  -- again: far longer than any transaction that writes orders may take.
  v_since := v_seen_until - interval '30 minutes';
  insert into private.stale_days (venue_id, business_date)
  select c.venue_id, c.business_date from (
    select o.venue_id, o.business_date from public.orders o where o.updated_at >= v_since
    union
    select o.venue_id, o.business_date from public.kitchen_tickets t
    join public.orders o on o.venue_id = t.venue_id and o.id = t.order_id where t.updated_at >= v_since
    union
    select o.venue_id, o.business_date from public.table_sessions s
    join public.orders o on o.venue_id = s.venue_id and o.session_id = s.id where s.closed_at >= v_since
  ) c
  -- Not left to the conflict alone, which would wait for whoever is counting such a day now. Should its count have begun
  -- before the change, the next runs look at the change again.
  where not exists (select 1 from private.stale_days d where d.venue_id = c.venue_id and d.business_date = c.business_date)
  on conflict do nothing;
  update private.rollup_watermark w set seen_until = now();
end $$;
comment on function private.note_stale_days() is 'Notes the business days whose orders, tickets or sessions changed, for every venue.';

create function private.count_stale_days(p_max_days integer default 5000, p_venue_id uuid default null) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_venue_ids uuid[];
  v_business_dates date[];
  v_rollup text;
begin
  with over as (
    select d.venue_id, d.business_date
    from private.stale_days d join public.venues v on v.id = d.venue_id
    where d.venue_id = coalesce(p_venue_id, d.venue_id) and d.business_date < private.business_date(v.timezone, v.day_starts_at)
    order by d.business_date desc, d.venue_id limit p_max_days
  ), taken as (
    delete from private.stale_days d using over o where d.venue_id = o.venue_id and d.business_date = o.business_date
    returning d.venue_id, d.business_date
  )
  select array_agg(t.venue_id order by t.venue_id, t.business_date), array_agg(t.business_date order by t.venue_id, t.business_date)
  into v_venue_ids, v_business_dates from taken t;
  if v_venue_ids is null then
    return 0;
  end if;

  foreach v_rollup in array array['quarters', 'items', 'payments'] loop
    execute format('delete from private.%I k using unnest($1, $2) d (venue_id, business_date) where k.venue_id = d.venue_id and k.business_date = d.business_date',
      'kpi_' || v_rollup) using v_venue_ids, v_business_dates;
    execute format('insert into private.%I select * from private.%I($1, $2)', 'kpi_' || v_rollup, 'count_' || v_rollup) using v_venue_ids, v_business_dates;
  end loop;
  return cardinality(v_venue_ids);
end $$;
comment on function private.count_stale_days(integer, uuid) is
  'Counts the noted days of a venue (null: of all) again that are over, the latest first, at most p_max_days. Returns how many.';

create function private.roll_up(p_max_days integer default 5000) returns integer
language plpgsql volatile set search_path = '' as $$
begin
  perform private.note_stale_days();
  return private.count_stale_days(p_max_days);
end $$;
comment on function private.roll_up(integer) is
  'By hand, after loading data: notes and counts what the clock and the jobs of the venues otherwise do apart. Returns how many days.';
