-- What a kitchen screen shows, and how fast each station is.

create function private.ticket_age(p_seconds integer) returns text
language sql immutable parallel safe set search_path = '' as $$
  select case when p_seconds < 300 then 'green' when p_seconds < 600 then 'yellow' when p_seconds < 900 then 'orange' else 'red' end
$$;
comment on function private.ticket_age(integer) is 'Colour of a ticket''s age: green below 5 minutes, yellow below 10, orange below 15, red after.';

-- One plan for all venues: how many stations or venues are asked for does not change it, and planning four tables anew costs
-- more than reading them, which the planner chooses as soon as the neighbours have many tickets.
create function private.board_tickets(p_venue_ids uuid[], p_station_id uuid default null) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'ticket_id', t.id, 'status', t.status, 'venue_id', t.venue_id, 'station_id', t.station_id, 'fired_at', t.fired_at, 'started_at', t.started_at, 'ready_at', t.ready_at,
      'age_seconds', a.seconds, 'age', case when t.status <> 'held' then private.ticket_age(a.seconds) end,
      'order_id', t.order_id, 'number', o.number, 'fulfilment', o.fulfilment, 'table', d.label, 'course', l.course, 'name', l.name,
      'quantity', l.quantity, 'options', (select coalesce(jsonb_agg(c.value ->> 'name' order by c.ordinality), '[]') from jsonb_array_elements(l.options) with ordinality c),
      'note', l.note) order by t.fired_at nulls last, o.business_date, o.number, l.course, l.position), '[]')
    from public.kitchen_tickets t
    join public.orders o on o.venue_id = t.venue_id and o.id = t.order_id
    join public.order_lines l on l.venue_id = t.venue_id and l.id = t.order_line_id
    left join public.tables d on d.venue_id = o.venue_id and d.id = o.table_id
    cross join lateral (select extract(epoch from coalesce(t.ready_at, now()) - t.fired_at)::integer as seconds) a
    where t.venue_id = any (p_venue_ids) and t.status in ('held', 'new', 'in_progress', 'ready')
      and (p_station_id is null or t.station_id = p_station_id));
end $$;
comment on function private.board_tickets(uuid[], uuid) is 'The open tickets of some venues, or of one station, as a kitchen screen shows them: oldest first, held courses last.';

create function public.get_kitchen_board(p_venue_id uuid, p_station_id uuid default null) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_venue('kitchen.read', p_venue_id);
  if p_station_id is not null and not exists (
    select 1 from public.kitchen_stations s where s.venue_id = p_venue_id and s.id = p_station_id) then
    perform private.fail('station_not_found');
  end if;
  return jsonb_build_object('venue_id', p_venue_id, 'station_id', p_station_id, 'shown_at', now(),
    'tickets', private.board_tickets(array[p_venue_id], p_station_id));
end $$;
comment on function public.get_kitchen_board(uuid, uuid) is
  'The open tickets of a venue or of one station, oldest first, held courses last: {venue_id, station_id, shown_at, tickets: '
  '[{ticket_id, status, venue_id, station_id, fired_at, started_at, ready_at, age_seconds, age, order_id, number, fulfilment, table, '
  'course, name, quantity, options, note}]}. age is green below 5 minutes, yellow below 10, orange below 15, red after, and '
  'stands still once the ticket is ready; held tickets have none. Needs kitchen.read. Definer: cooks may not read tables. '
  'Errors: not_authenticated, permission_denied, station_not_found.';
grant execute on function public.get_kitchen_board(uuid, uuid) to authenticated;

insert into private.errors (code, http_status, meaning, remedy) values
  ('station_not_found', 404, 'There is no such kitchen station in this venue.', 'List the venue''s stations and use one of their ids.');

create index kitchen_tickets_by_readiness on public.kitchen_tickets (venue_id, ready_at) where ready_at is not null;

create function public.get_prep_times(p_venue_id uuid, p_from timestamptz, p_until timestamptz default now()) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  perform private.require_venue('kitchen.read', p_venue_id);
  perform private.check_window(p_from, p_until);
  return (
    with cooked as materialized (
      select t.station_id, l.menu_item_id, extract(epoch from t.ready_at - t.fired_at) as seconds
      from public.kitchen_tickets t
      join public.order_lines l on l.venue_id = t.venue_id and l.id = t.order_line_id
      where t.venue_id = p_venue_id and t.ready_at >= p_from and t.ready_at < p_until and t.status <> 'cancelled'
    ), summed as (
      select grouping(c.menu_item_id) = 1 as is_station, c.station_id, c.menu_item_id, count(*) as tickets,
        percentile_cont(array[0.5, 0.95]) within group (order by c.seconds) as p
      from cooked c group by grouping sets ((c.station_id), (c.menu_item_id))
    )
    select jsonb_build_object('venue_id', p_venue_id, 'from', p_from, 'until', p_until,
      'stations', coalesce(jsonb_agg(jsonb_build_object('station_id', s.station_id, 'name', k.name, 'tickets', s.tickets,
        'p50_seconds', round(s.p[1])::integer, 'p95_seconds', round(s.p[2])::integer) order by k.name) filter (where s.is_station), '[]'),
      'items', coalesce(jsonb_agg(jsonb_build_object('menu_item_id', s.menu_item_id, 'name', i.name, 'tickets', s.tickets,
        'p50_seconds', round(s.p[1])::integer, 'p95_seconds', round(s.p[2])::integer) order by i.name, i.id) filter (where not s.is_station), '[]'))
    from summed s
    left join public.kitchen_stations k on k.venue_id = p_venue_id and k.id = s.station_id
    left join public.menu_items i on i.venue_id = p_venue_id and i.id = s.menu_item_id);
end $$;
comment on function public.get_prep_times(uuid, timestamptz, timestamptz) is
  'How long dishes that became ready in a window of at most 92 days took, from when the kitchen could begin until they were '
  'ready: {venue_id, from, until, stations: [{station_id, name, tickets, p50_seconds, p95_seconds}], items: [{menu_item_id, …}]}. '
  'Needs kitchen.read. Definer: as get_kitchen_board. Errors: not_authenticated, permission_denied, invalid_input.';
grant execute on function public.get_prep_times(uuid, timestamptz, timestamptz) to authenticated;
