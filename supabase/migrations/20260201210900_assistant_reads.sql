-- What the assistant reads of tables, stock and people, where there was no function yet. Each asks for the permission of its
-- own domain: apps may call them as well.

create function public.list_qr_codes(p_venue_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_venue('tables.read', p_venue_id);
  return (
    select jsonb_build_object('venue_id', p_venue_id, 'codes', coalesce(jsonb_agg(jsonb_build_object('qr_code_id', q.id, 'kind', q.kind, 'table_id', q.table_id,
        'label', t.label, 'area', t.area, 'made_at', q.created_at) order by t.area, t.label, q.kind, q.id), '[]'),
      'tables_without_code', (select coalesce(jsonb_agg(jsonb_build_object('table_id', w.id, 'label', w.label) order by w.label), '[]') from public.tables w
        where w.venue_id = p_venue_id and w.is_active and not exists (
          select 1 from public.qr_codes x where x.venue_id = w.venue_id and x.table_id = w.id and x.kind = 'table' and x.revoked_at is null)))
    from public.qr_codes q left join public.tables t on t.venue_id = q.venue_id and t.id = q.table_id
    where q.venue_id = p_venue_id and q.revoked_at is null);
end $$;
comment on function public.list_qr_codes(uuid) is
  'The working QR codes of a venue, without their secrets: {venue_id, codes: [{qr_code_id, kind, table_id, label, area, made_at}], tables_without_code: '
  '[{table_id, label}]}. Needs tables.read. Definer: one answer over several tables. Errors: not_authenticated, permission_denied, subscription_inactive.';
grant execute on function public.list_qr_codes(uuid) to authenticated;

create function public.get_table_revenue(p_venue_id uuid, p_from date, p_until date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('analytics.read', p_venue_id);
begin
  perform private.check_days(p_from, p_until);
  return (
    select jsonb_build_object('venue_id', p_venue_id, 'currency', v_venue.currency, 'from', p_from, 'until', p_until,
      'tables', coalesce(jsonb_agg(to_jsonb(r) order by r.sales_minor desc, r.label), '[]'))
    from (
      select t.id as table_id, t.label, t.seats, count(o.id) as orders, coalesce(sum(o.total_minor - o.tip_minor - o.refunded_minor), 0)::bigint as sales_minor,
        (coalesce(sum(o.total_minor - o.tip_minor - o.refunded_minor), 0) / t.seats)::bigint as per_seat_minor
      from public.tables t left join public.orders o on o.venue_id = t.venue_id and o.table_id = t.id
        and o.business_date between p_from and p_until and private.is_sale(o.status)
      where t.venue_id = p_venue_id and t.is_active group by t.id) r);
end $$;
comment on function public.get_table_revenue(uuid, date, date) is
  'What each table in use sold from one business day to another, both included, at most 92: {venue_id, currency, from, until, tables: [{table_id, label, seats, orders, '
  'sales_minor, per_seat_minor}]}; totals with service charge, without tips and refunds. An order counts for the table it ended at. Needs analytics.read. '
  'Definer: as get_kpis. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.';
grant execute on function public.get_table_revenue(uuid, date, date) to authenticated;

create function public.list_stock(p_venue_id uuid, p_query text, p_limit integer default 50) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_venue('inventory.read', p_venue_id);
  if p_limit is null or p_limit not between 1 and 100 then
    perform private.fail('invalid_input', 'p_limit: 1 to 100');
  elsif p_query is null or length(p_query) > 100 then
    perform private.fail('invalid_input', 'p_query: up to 100 characters');
  end if;
  return (
    select jsonb_build_object('venue_id', p_venue_id, 'ingredients', coalesce(jsonb_agg(to_jsonb(f) order by f.name), '[]'))
    from (
      select i.id as ingredient_id, i.name, i.unit, i.on_hand, i.par_level, i.reorder_level, private.is_low(i.on_hand, i.par_level, i.reorder_level) as is_low
      from public.ingredients i where i.venue_id = p_venue_id and position(lower(trim(p_query)) in lower(i.name)) > 0 order by i.name limit p_limit) f);
end $$;
comment on function public.list_stock(uuid, text, integer) is
  'Stock of the ingredients of which the name contains p_query, at most p_limit, 1 to 100; an empty one finds all: {venue_id, ingredients: [{ingredient_id, name, '
  'unit, on_hand, par_level, reorder_level, is_low}]}. Needs inventory.read. Definer: as get_low_stock. Errors: not_authenticated, permission_denied, '
  'subscription_inactive, invalid_input.';
grant execute on function public.list_stock(uuid, text, integer) to authenticated;

create function private.team(p_venue public.venues) returns table (user_id uuid, name text, role text, is_organisation_wide boolean)
language sql stable set search_path = '' as $$
  select (m ->> 'user_id')::uuid, m ->> 'name', m ->> 'role', m -> 'venue_id' = 'null'
  from jsonb_array_elements(public.list_members(p_venue.organisation_id)) m where m -> 'venue_id' = 'null' or (m ->> 'venue_id')::uuid = p_venue.id
$$;
comment on function private.team(public.venues) is 'Who works in a venue, as far as list_members shows them to the signed-in user. Errors: not_authenticated, permission_denied.';

create function public.get_team(p_venue_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('staff.read', p_venue_id);
begin
  return jsonb_build_object('venue_id', p_venue_id,
    'members', (select coalesce(jsonb_agg(to_jsonb(t) order by t.name, t.user_id, t.role), '[]') from private.team(v_venue) t),
    'roles', (select jsonb_agg(jsonb_build_object('role', r.role, 'permissions', (
      select jsonb_agg(p.permission order by p.permission) from public.role_permissions p where p.role = r.role)) order by r.rank desc, r.role) from public.roles r));
end $$;
comment on function public.get_team(uuid) is
  'Who works in a venue, without addresses, and what each role may do: {venue_id, members: [{user_id, name, role, is_organisation_wide}], roles: [{role, permissions}]}. '
  'Needs staff.read. Definer: as list_members. Errors: not_authenticated, permission_denied, subscription_inactive.';
grant execute on function public.get_team(uuid) to authenticated;

create function public.get_schedule(p_venue_id uuid, p_from timestamptz, p_until timestamptz) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_venue public.venues := private.require_venue('staff.read', p_venue_id);
begin
  perform private.check_window(p_from, p_until, 31);
  return (
    select jsonb_build_object('venue_id', p_venue_id, 'from', p_from, 'until', p_until, 'shifts', coalesce(jsonb_agg(jsonb_build_object(
      'shift_id', s.id, 'user_id', s.user_id, 'name', t.name, 'starts_at', s.starts_at, 'ends_at', s.ends_at, 'status', s.status) order by s.starts_at, s.id), '[]'))
    from public.shifts s left join (select distinct on (m.user_id) m.user_id, m.name from private.team(v_venue) m order by m.user_id) t on t.user_id = s.user_id
    where s.venue_id = p_venue_id and s.starts_at >= p_from and s.starts_at < p_until and s.status <> 'cancelled');
end $$;
comment on function public.get_schedule(uuid, timestamptz, timestamptz) is
  'The shifts of a venue that start in a window of at most 31 days, without cancelled ones: {venue_id, from, until, shifts: [{shift_id, user_id, name, starts_at, '
  'ends_at, status}]}. Needs staff.read. Definer: as list_members. Errors: not_authenticated, permission_denied, subscription_inactive, invalid_input.';
grant execute on function public.get_schedule(uuid, timestamptz, timestamptz) to authenticated;
