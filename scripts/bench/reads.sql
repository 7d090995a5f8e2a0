-- What the reads look at. The reader's twenty venues are the same at every size: a month of 500 orders each, and an evening
-- going on. All other orders are their neighbours': what grows is the database around a tenant, and that must not cost him
-- anything. $orders is replaced by a number of at least 10000.

-- Consistent by construction, so its checks are not run a million times over.
set session_replication_role = replica;

insert into public.tables (venue_id, label, seats)
select v.venue_id, n::text, 4 from bench.venues v, generate_series(1, 30) n;
create table bench.seats as
select v.i, v.venue_id, v.organisation_id, t.id as table_id, gen_random_uuid() as session_id, gen_random_uuid() as left_session_id,
  row_number() over (partition by v.i order by t.label::integer)::integer as n,
  (select i.id from public.menu_items i where i.venue_id = v.venue_id limit 1) as menu_item_id,
  (select s.id from public.kitchen_stations s where s.venue_id = v.venue_id limit 1) as station_id
from bench.venues v join public.tables t on t.venue_id = v.venue_id;
create unique index on bench.seats (i, n);

-- Of a venue's orders the first 24 are being cooked, the next 60 were today's, the others are spread over the 30 days before.
create table bench.history as
select gen_random_uuid() as id, gen_random_uuid() as line_id, s.*, o,
  case when o < 24 then 'preparing' else 'completed' end as status,
  case when o < 84 then b.today else b.today - 1 - (o - 84) % 30 end as business_date,
  case when o < 84 then now() - o * interval '3 minutes'
    else (b.today - 1 - (o - 84) % 30) + interval '18 hours' + (o - 84) / 30 % 40 * interval '5 minutes' end as placed_at
from (
  select b.i, b.venue_id, private.business_date(v.timezone, v.day_starts_at) as today,
    case when b.i <= 20 then 500 else ($orders - 10000) / ((select count(*) from bench.venues) - 20) end as orders
  from bench.venues b join public.venues v on v.id = b.venue_id
) b
cross join lateral generate_series(0, b.orders::integer - 1) o
join bench.seats s on s.i = b.i and s.n = 1 + o % 30;

insert into public.table_sessions (id, venue_id, table_id, opened_at, closed_at)
select s.session_id, s.venue_id, s.table_id, now() - interval '1 hour', null from bench.seats s where s.n <= 24 and exists (select 1 from bench.history h where h.i = s.i)
union all
select s.left_session_id, s.venue_id, s.table_id, now() - interval '4 hours', now() - interval '3 hours' from bench.seats s;

insert into private.guest_devices (venue_id, session_id, kind, secret_hash)
select s.venue_id, s.id, 'table', private.token_hash(s.id::text || n) from public.table_sessions s, generate_series(1, 2) n where s.closed_at is null;

insert into public.orders (id, venue_id, organisation_id, number, business_date, session_id, table_id, source, fulfilment, payment_mode, status,
  menu_version, currency, prices_include_tax, subtotal_minor, tax_minor, service_charge_minor, tip_minor, total_minor, paid_minor, created_at, updated_at)
select h.id, h.venue_id, h.organisation_id, o + 1, h.business_date, case when h.status = 'preparing' then h.session_id else h.left_session_id end, h.table_id,
  'qr', 'table', 'pay_later', h.status, 1, 'GBP', true, 1000, 167, 0, 0, 1000, case when h.status = 'preparing' then 0 else 1000 end, h.placed_at, h.placed_at
from bench.history h;
insert into public.order_lines (id, venue_id, order_id, position, menu_item_id, name, quantity, unit_price_minor, options, options_minor,
  line_minor, tax_rate_bp, tax_minor, station_id)
select h.line_id, h.venue_id, h.id, 1, h.menu_item_id, 'Item', 2, 500, '[]', 0, 1000, 2000, 167, h.station_id from bench.history h;
insert into public.kitchen_tickets (venue_id, order_id, order_line_id, station_id, status, created_at, fired_at, started_at, ready_at, bumped_at, updated_at)
select h.venue_id, h.id, h.line_id, h.station_id, case when h.status = 'preparing' then 'in_progress' else 'bumped' end, h.placed_at, h.placed_at, h.placed_at,
  case when h.status = 'completed' then h.placed_at + interval '8 minutes' end, case when h.status = 'completed' then h.placed_at + interval '9 minutes' end, h.placed_at
from bench.history h;
insert into public.payments (venue_id, organisation_id, order_id, method, status, amount_minor, currency, settled_at, created_at)
select h.venue_id, h.organisation_id, h.id, 'cash', 'succeeded', 1000, 'GBP', h.placed_at, h.placed_at from bench.history h where h.status = 'completed';
set session_replication_role = origin;
drop table bench.history;

-- The clock has been at it, every five minutes.
analyze;
do $$ begin while private.roll_up(5000) > 0 loop end loop; end $$;
