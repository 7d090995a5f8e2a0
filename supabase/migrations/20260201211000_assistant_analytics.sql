-- Questions about the numbers for which there was no function yet. What a number means is said once, where get_kpis has it.

create function public.compare_kpis(p_venue_id uuid, p_from date, p_until date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_now jsonb := public.get_kpis(p_venue_id, p_from, p_until, 'day');
  v_days integer := p_until - p_from + 1;
  v_before jsonb := public.get_kpis(p_venue_id, p_from - v_days, p_until - v_days, 'day');
begin
  return jsonb_build_object('venue_id', p_venue_id, 'currency', v_now -> 'currency', 'from', p_from, 'until', p_until, 'previous_from', p_from - v_days,
    'previous_until', p_until - v_days, 'current', v_now -> 'total', 'previous', v_before -> 'total', 'change_bp', (
      select coalesce(jsonb_object_agg(n.key, round(((n.value #>> '{}')::numeric - (b.value #>> '{}')::numeric) * 10000 / (b.value #>> '{}')::numeric)::bigint), '{}')
      from jsonb_each(case when v_now -> 'total' <> 'null' then v_now -> 'total' else '{}' end) n
      join jsonb_each(case when v_before -> 'total' <> 'null' then v_before -> 'total' else '{}' end) b on b.key = n.key
      where jsonb_typeof(n.value) = 'number' and jsonb_typeof(b.value) = 'number' and b.value <> '0' and n.key !~ '_bp$'));
end $$;
comment on function public.compare_kpis(uuid, date, date) is
  'The numbers of a period and of the one as long before it: {venue_id, currency, from, until, previous_from, previous_until, current, previous, change_bp: {number: basis '
  'points}}; current and previous are the total of get_kpis, null without orders. Needs analytics.read. Definer: as get_kpis. Errors: not_authenticated, '
  'permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.';
grant execute on function public.compare_kpis(uuid, date, date) to authenticated;

create function public.get_bottom_items(p_venue_id uuid, p_from date, p_until date, p_limit integer default 10) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('analytics.read', p_venue_id);
begin
  perform private.require_feature(v_venue.organisation_id, 'advanced_analytics'), private.require_range(p_from, p_until, 'day');
  if p_limit is null or p_limit not between 1 and 100 then
    perform private.fail('invalid_input', 'p_limit: 1 to 100');
  end if;
  return (
    select jsonb_build_object('venue_id', p_venue_id, 'currency', v_venue.currency, 'from', p_from, 'until', p_until,
      'items', coalesce(jsonb_agg(to_jsonb(b) order by b.quantity, b.sales_minor, b.name, b.menu_item_id), '[]'))
    from (
      select i.id as menu_item_id, i.name, coalesce(t.orders, 0) as orders, coalesce(t.quantity, 0) as quantity, coalesce(t.sales_minor, 0) as sales_minor
      from public.published_menu_items p join public.menu_items i on i.venue_id = p.venue_id and i.id = p.menu_item_id
      left join private.top_items(p_venue_id, p_from, p_until, 100000) t on t.menu_item_id = i.id
      where p.venue_id = p_venue_id and p.version = v_venue.menu_version
      order by 4, 5, i.name, i.id limit p_limit) b);
end $$;
comment on function public.get_bottom_items(uuid, date, date, integer) is
  'What of the published menu was sold least from one business day to another, never counted too: {venue_id, currency, from, until, items: [{menu_item_id, name, '
  'orders, quantity, sales_minor}]}, at most p_limit, 1 to 100. Needs analytics.read and advanced_analytics. Definer: as get_kpis. Errors: not_authenticated, '
  'permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.';
grant execute on function public.get_bottom_items(uuid, date, date, integer) to authenticated;

create function public.get_item_pairs(p_venue_id uuid, p_from date, p_until date, p_limit integer default 10) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('analytics.read', p_venue_id);
begin
  perform private.require_feature(v_venue.organisation_id, 'advanced_analytics'), private.check_days(p_from, p_until);
  if p_limit is null or p_limit not between 1 and 100 then
    perform private.fail('invalid_input', 'p_limit: 1 to 100');
  end if;
  return (
    with sold as materialized (
      select distinct l.order_id, l.menu_item_id from public.orders o join public.order_lines l on l.venue_id = o.venue_id and l.order_id = o.id
      where o.venue_id = p_venue_id and o.business_date between p_from and p_until and private.is_sale(o.status) and l.voided_at is null
    ), pairs as (
      select a.menu_item_id as one, b.menu_item_id as other, count(*) as orders from sold a join sold b on b.order_id = a.order_id and b.menu_item_id > a.menu_item_id
      group by 1, 2 order by 3 desc, 1, 2 limit p_limit
    )
    select jsonb_build_object('venue_id', p_venue_id, 'from', p_from, 'until', p_until, 'orders', (select count(distinct s.order_id) from sold s),
      'pairs', coalesce(jsonb_agg(jsonb_build_object('orders', p.orders, 'items', jsonb_build_array(
        jsonb_build_object('menu_item_id', x.id, 'name', x.name), jsonb_build_object('menu_item_id', y.id, 'name', y.name))) order by p.orders desc, x.name, y.name), '[]'))
    from pairs p join public.menu_items x on x.venue_id = p_venue_id and x.id = p.one join public.menu_items y on y.venue_id = p_venue_id and y.id = p.other);
end $$;
comment on function public.get_item_pairs(uuid, date, date, integer) is
  'Which two items were ordered together most often from one business day to another, at most 92: {venue_id, from, until, orders (how many there were), pairs: [{orders, '
  'items: [{menu_item_id, name}, …]}]}, at most p_limit, 1 to 100. Needs analytics.read and advanced_analytics. Definer: as get_kpis. Errors: not_authenticated, '
  'permission_denied, subscription_inactive, entitlement_exceeded, invalid_input.';
grant execute on function public.get_item_pairs(uuid, date, date, integer) to authenticated;
