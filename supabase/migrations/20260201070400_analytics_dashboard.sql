-- The day so far, what sells, and both as files for a spreadsheet.

create function private.top_items(p_venue_id uuid, p_from date, p_until date, p_limit integer)
returns table (menu_item_id uuid, name text, orders bigint, quantity bigint, sales_minor bigint, net_minor bigint,
  costed_net_minor bigint, cost_minor bigint, margin_minor bigint, margin_bp bigint)
language sql stable set search_path = '' as $$
  select k.menu_item_id, i.name, k.orders, k.quantity, k.sales_minor, k.net_minor, k.costed_net_minor, k.cost_minor,
    private.margin_minor(k.costed_net_minor, k.cost_minor), private.margin_bp(k.costed_net_minor, k.cost_minor)
  from (
    select s.menu_item_id, sum(s.orders)::bigint as orders, sum(s.quantity)::bigint as quantity, sum(s.sales_minor)::bigint as sales_minor,
      sum(s.net_minor)::bigint as net_minor, sum(s.costed_net_minor)::bigint as costed_net_minor, sum(s.cost_minor)::bigint as cost_minor
    from private.read_rollup(null::private.kpi_items, array[p_venue_id], p_from, p_until) s group by s.menu_item_id
  ) k
  join public.menu_items i on i.venue_id = p_venue_id and i.id = k.menu_item_id
  order by k.quantity desc, k.sales_minor desc, i.name, i.id limit p_limit
$$;
comment on function private.top_items(uuid, date, date, integer) is 'Top items: what was sold most often, by quantity, then by sales.';

create function public.get_top_items(p_venue_id uuid, p_from date, p_until date, p_limit integer default 10) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('analytics.read', p_venue_id);
begin
  perform private.require_feature(v_venue.organisation_id, 'advanced_analytics'), private.require_range(p_from, p_until, 'day');
  if p_limit is null or p_limit not between 1 and 100 then
    perform private.fail('invalid_input', 'p_limit: 1 to 100');
  end if;
  return (
    select jsonb_build_object('venue_id', v_venue.id, 'currency', v_venue.currency, 'from', p_from, 'until', p_until,
      'items', coalesce(jsonb_agg(to_jsonb(t) order by t.quantity desc, t.sales_minor desc, t.name, t.menu_item_id), '[]'))
    from private.top_items(p_venue_id, p_from, p_until, p_limit) t);
end $$;
comment on function public.get_top_items(uuid, date, date, integer) is
  'What was sold most often from one business day to another: {venue_id, currency, from, until, items: [{menu_item_id, name, '
  'orders, quantity, sales_minor, net_minor, costed_net_minor, cost_minor, margin_minor, margin_bp}]}; sales before discounts and '
  'refunds, net revenue after them and tax, the margin of what was sold at a known cost (null without). At most p_limit, 1 to 100. Needs '
  'analytics.read and advanced_analytics. Definer: as get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive, '
  'entitlement_exceeded, invalid_input.';
grant execute on function public.get_top_items(uuid, date, date, integer) to authenticated;

create function public.get_dashboard(p_venue_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('analytics.read', p_venue_id);
  v_today date := private.business_date(v_venue.timezone, v_venue.day_starts_at);
begin
  return (
    with today as materialized (select * from private.kpis_by(array[p_venue_id], v_today, v_today, 'hour'))
    select jsonb_build_object('venue_id', v_venue.id, 'business_date', v_today, 'currency', v_venue.currency, 'shown_at', now(),
      'today', (select to_jsonb(t.kpis) from today t where t.is_total and t.venue_id is null),
      'hours', (select coalesce(jsonb_agg(jsonb_build_object('starts_at', t.starts_at, 'local_time', t.local_time,
                  'orders', (t.kpis).orders, 'gross_minor', (t.kpis).gross_minor) order by t.starts_at), '[]') from today t where not t.is_total),
      'week_ago', (select to_jsonb(k.kpis) from private.kpis_by(array[p_venue_id], v_today - 7, v_today - 7, 'day') k where k.is_total and k.venue_id is null),
      'top_items', (select coalesce(jsonb_agg(to_jsonb(i) order by i.quantity desc, i.sales_minor desc, i.name, i.menu_item_id), '[]')
                    from private.top_items(p_venue_id, v_today, v_today, 5) i),
      'open', (
        select jsonb_build_object('orders', coalesce(sum(o.orders), 0), 'due_minor', coalesce(sum(o.due_minor), 0),
          'by_status', coalesce(jsonb_object_agg(o.status, o.orders), '{}'))
        from (
          select o.status, count(*) as orders, sum(greatest(o.total_minor - o.paid_minor, 0))::bigint as due_minor
          from public.orders o where o.venue_id = p_venue_id and o.status not in ('completed', 'cancelled', 'expired') group by o.status) o)));
end $$;
comment on function public.get_dashboard(uuid) is
  'The venue''s business day so far, from rows: {venue_id, business_date, currency, shown_at, today, hours: [{starts_at, '
  'local_time, orders, gross_minor}], week_ago, top_items: as get_top_items, open: {orders, '
  'due_minor, by_status}}; today and week_ago hold the numbers of get_kpis, or null. Needs analytics.read. Definer: as get_kpis. '
  'Errors: not_authenticated, permission_denied, subscription_inactive.';
grant execute on function public.get_dashboard(uuid) to authenticated;

create function public.export_kpis(p_venue_id uuid, p_from date, p_until date, p_granularity text default 'day') returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('analytics.read', p_venue_id);
begin
  perform private.require_feature(v_venue.organisation_id, 'csv_export'), private.require_range(p_from, p_until, p_granularity);
  return (
    select E'starts_on,local_time,currency,orders,cancelled_orders,gross_minor,refunds_minor,tax_minor,net_minor,tips_minor,'
        || E'average_order_minor,refund_rate_bp,prep_p50_seconds,prep_p95_seconds,table_turn_seconds,costed_net_minor,cost_minor,margin_minor,margin_bp\r\n'
      || coalesce(string_agg(format(E'%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\r\n', n.starts_on, n.local_time, n.currency, (n.kpis).orders,
        (n.kpis).cancelled_orders, (n.kpis).gross_minor, (n.kpis).refunds_minor, (n.kpis).tax_minor, (n.kpis).net_minor, (n.kpis).tips_minor,
        (n.kpis).average_order_minor, (n.kpis).refund_rate_bp, (n.kpis).prep_p50_seconds, (n.kpis).prep_p95_seconds, (n.kpis).table_turn_seconds,
        (n.kpis).costed_net_minor, (n.kpis).cost_minor, (n.kpis).margin_minor, (n.kpis).margin_bp), ''
        order by n.starts_on, n.starts_at), '')
    from private.kpis_by(array[p_venue_id], p_from, p_until, p_granularity) n where not n.is_total);
end $$;
comment on function public.export_kpis(uuid, date, date, text) is
  'The periods of get_kpis as CSV (RFC 4180) with a header; local_time is empty but by the hour. Needs analytics.read and '
  'csv_export. Definer: as get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.';
grant execute on function public.export_kpis(uuid, date, date, text) to authenticated;

create function public.export_item_sales(p_venue_id uuid, p_from date, p_until date) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('analytics.read', p_venue_id);
begin
  perform private.require_feature(v_venue.organisation_id, 'csv_export'), private.require_range(p_from, p_until, 'day');
  return (
    select E'menu_item_id,name,currency,orders,quantity,sales_minor,net_minor,costed_net_minor,cost_minor,margin_minor,margin_bp\r\n'
      || coalesce(string_agg(format(E'%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\r\n', t.menu_item_id, private.csv_cell(t.name), v_venue.currency,
        t.orders, t.quantity, t.sales_minor, t.net_minor, t.costed_net_minor, t.cost_minor, t.margin_minor, t.margin_bp), ''
        order by t.quantity desc, t.sales_minor desc, t.name, t.menu_item_id), '')
    from private.top_items(p_venue_id, p_from, p_until, null) t);
end $$;
comment on function public.export_item_sales(uuid, date, date) is
  'Every item sold from one business day to another as CSV (RFC 4180) with a header; no name can act as a formula. Needs '
  'analytics.read and csv_export. Definer: as get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.';
grant execute on function public.export_item_sales(uuid, date, date) to authenticated;
