-- What lanes a, b and c write to: a table with guests in each venue, and a year of orders behind them. $venues and $orders
-- are replaced by numbers.

insert into public.tables (id, venue_id, label) select table_id, venue_id, '1' from bench.venues;
insert into public.table_sessions (id, venue_id, table_id) select session_id, venue_id, table_id from bench.venues;

-- A device may place 30 orders a minute, so there are many; lane b and c take them in turn.
create table bench.devices as
select row_number() over () as n, v.venue_id, v.session_id, encode(gen_random_bytes(32), 'hex') as token, (
    select jsonb_build_object('fulfilment', 'table', 'payment_mode', 'pay_later', 'lines', jsonb_agg(jsonb_build_object(
      'menu_item_id', l.id, 'quantity', 2, 'options', (
        select jsonb_agg(o.id) from (select mo.id from public.modifier_options mo where mo.venue_id = v.venue_id order by mo.position limit 2) o))))
    from (select mi.id from public.menu_items mi where mi.venue_id = v.venue_id order by mi.position limit 3) l) as order_json
from bench.venues v, generate_series(1, greatest(2, 10000 / $venues)) d;
insert into private.guest_devices (venue_id, session_id, kind, secret_hash)
select venue_id, session_id, 'table', private.token_hash(token) from bench.devices;

-- History: consistent by construction, so its checks are not run a million times over.
set session_replication_role = replica;
insert into public.orders (venue_id, organisation_id, number, business_date, session_id, table_id, source, fulfilment, payment_mode, status,
  menu_version, currency, prices_include_tax, subtotal_minor, tax_minor, service_charge_minor, tip_minor, total_minor, paid_minor, created_at, updated_at)
select v.venue_id, v.organisation_id, 1 + o / $venues % 20, current_date - 1 - o / $venues / 20, v.session_id, v.table_id, 'qr', 'table', 'pay_later', 'completed',
  1, 'GBP', true, 1000, 167, 0, 0, 1000, 1000, t.placed_at, t.placed_at
from generate_series(0, $orders - 1) o join bench.venues v on v.i = 1 + o % $venues
cross join lateral (select now() - interval '1 day' - o / $venues * interval '5 minutes' as placed_at) t;
set session_replication_role = origin;
-- A database that has lived this year has counted it already: else the clock would, in the middle of the measurement.
update private.rollup_watermark set seen_until = now();

-- Lane a: nothing but the rows, one order, three lines, one payment, one event, into the same tables.
create sequence bench.number;
create function bench.floor(p_venue uuid, p_organisation uuid, p_item uuid, p_station uuid) returns uuid language plpgsql as $$
declare
  v_order uuid;
begin
  insert into public.orders (venue_id, organisation_id, number, business_date, source, fulfilment, payment_mode, status, menu_version,
    currency, prices_include_tax, subtotal_minor, tax_minor, service_charge_minor, tip_minor, total_minor)
  values (p_venue, p_organisation, 1000000 + nextval('bench.number'), current_date, 'qr', 'table', 'pay_later', 'placed', 1,
    'GBP', true, 3000, 501, 0, 0, 3000) returning id into v_order;
  insert into public.order_lines (venue_id, order_id, position, menu_item_id, name, quantity, unit_price_minor, options, options_minor,
    line_minor, tax_rate_bp, tax_minor, station_id)
  select p_venue, v_order, n, p_item, 'Item', 2, 500, '[]', 0, 1000, 2000, 167, p_station from generate_series(1, 3) n;
  insert into public.payments (venue_id, organisation_id, order_id, method, status, amount_minor, currency, settled_at)
  values (p_venue, p_organisation, v_order, 'cash', 'succeeded', 3000, 'GBP', now());
  insert into public.order_events (venue_id, order_id, to_status, actor_kind) values (p_venue, v_order, 'placed', 'guest');
  return v_order;
end $$;
create table bench.floors as
select row_number() over () as n, v.venue_id, v.organisation_id, (select i.id from public.menu_items i where i.venue_id = v.venue_id limit 1) as item_id,
  (select s.id from public.kitchen_stations s where s.venue_id = v.venue_id limit 1) as station_id
from bench.venues v;

-- The list that a venue's screen shows, as a loop inside the server: what differs between two callers is their policies.
create function bench.list_orders(p_venue uuid, p_times integer) returns double precision language plpgsql as $$
declare
  v_start timestamptz := clock_timestamp();
  v_list json;
begin
  for v_round in 1..p_times loop
    -- As PostgREST writes it for from("orders").select("*"): the rows of the page, as JSON.
    select coalesce(json_agg(l), '[]') into v_list from (
      select o.* from public.orders o where o.venue_id = p_venue order by o.created_at desc, o.id desc limit 50) l;
    if json_array_length(v_list) <> 50 then
      raise exception 'expected 50 orders, saw %', json_array_length(v_list);
    end if;
  end loop;
  return extract(epoch from clock_timestamp() - v_start) * 1000 / p_times;
end $$;
grant execute on function bench.list_orders(uuid, integer) to authenticated;
grant select on all tables in schema bench to postgres;
grant execute on function bench.floor(uuid, uuid, uuid, uuid) to postgres;
grant usage on sequence bench.number to postgres;
