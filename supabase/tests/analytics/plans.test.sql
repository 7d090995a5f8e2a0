-- How the numbers are found among many rows: by index. Planned are the very statements that the functions run, read from
-- the catalog, over three years of generated orders.
begin;
select plan(21);
select tests.fixture();

create temporary table history as
select gen_random_uuid() as id, v.venue_id, v.organisation_id, v.session_id, d.day, n.n, (d.day + time '12:00' + n.n * interval '1 hour') at time zone 'UTC' as at,
  gen_random_uuid() as line_id, v.item_id, v.expo_id, v.beef_id
from (select x.id as venue_id, x.organisation_id, tests.id('guest_' || p) as session_id, tests.id('cola_' || p) as item_id, tests.id('expo_' || p) as expo_id, tests.id('beef_' || p) as beef_id
      from unnest(array['a1', 'a2', 'b1']) p join public.venues x on x.id = tests.id('venue_' || p)) v
cross join (select current_date - n as day from generate_series(1, 1200) n) d cross join generate_series(1, 3) n (n)
order by at;
insert into public.orders (id, venue_id, organisation_id, number, business_date, session_id, source, fulfilment, payment_mode, status, menu_version, currency,
  prices_include_tax, subtotal_minor, tax_minor, service_charge_minor, tip_minor, total_minor, created_at, updated_at)
select h.id, h.venue_id, h.organisation_id, h.n, h.day, h.session_id, 'qr', 'table', 'pay_later', 'completed', 1, 'GBP', true, 333, 56, 0, 0, 333, h.at, h.at from history h order by h.at;
insert into public.order_lines (id, venue_id, order_id, position, menu_item_id, name, quantity, unit_price_minor, options, options_minor, line_minor, tax_rate_bp, tax_minor, station_id)
select h.line_id, h.venue_id, h.id, 1, h.item_id, 'Cola', 1, 333, '[]', 0, 333, 2000, 56, h.expo_id from history h order by h.at;
insert into public.kitchen_tickets (venue_id, order_id, order_line_id, station_id, status, created_at, fired_at, ready_at, updated_at)
select h.venue_id, h.id, h.line_id, h.expo_id, 'bumped', h.at, h.at, h.at + interval '5 minutes', h.at from history h order by h.at;
insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, order_line_id, cost_per_1000_minor)
select h.venue_id, h.beef_id, 'sale', -1, h.line_id, 5000 from history h order by h.at;
insert into public.payments (venue_id, organisation_id, order_id, method, status, amount_minor, currency, settled_at, created_at)
select h.venue_id, h.organisation_id, h.id, 'cash', 'succeeded', 333, 'GBP', h.at, h.at from history h order by h.at;
analyze; -- as autovacuum does long before a live table has so many rows
select private.roll_up(10000);
select is((select count(*) from private.kpi_quarters), 10800::bigint, 'all of it is rolled up, an order per quarter');
analyze;
-- What autovacuum does on a live table.
select brin_summarize_new_values(i.indexrelid) from pg_index i where i.indexrelid::regclass::text ~ '_by_change$';

-- A statement of a function, with values for its parameters.
create function pg_temp.statement(p_function text, p_from text, p_values jsonb) returns text language plpgsql as $$
declare
  v_sql text;
  v_value record;
begin
  select substring(p.prosrc from p_from) into strict v_sql from pg_proc p where p.pronamespace = 'private'::regnamespace and p.proname = p_function;
  for v_value in select * from jsonb_each_text(p_values) loop
    v_sql := replace(v_sql, v_value.key, v_value.value);
  end loop;
  return v_sql;
end $$;
create function pg_temp.plan_of(p_sql text) returns text language plpgsql as $$
declare
  v_line text;
  v_plan text := '';
begin
  for v_line in execute 'explain ' || p_sql loop
    v_plan := v_plan || v_line || E'\n';
  end loop;
  return v_plan;
end $$;
create function pg_temp.values_of(p_rollup text) returns jsonb language sql as $$
  select jsonb_build_object('%1$s', 'private.kpi_' || p_rollup, '$4', '''{}''::uuid[]', '$5', '''{}''::date[]', '$1', 'p_venue_ids', '$2', 'p_from', '$3', 'p_until',
    'p_venue_ids', format('array[%L]::uuid[]', tests.id('venue_a1')), 'p_business_dates', format('array[%L]::date[]', current_date - 1),
    'p_station_id', 'null::uuid', 'p_venue_id and', quote_literal(tests.id('venue_a1')) || ' and', 'p_from', format('%L::date', current_date - 31), 'p_until', format('%L::date', current_date - 1), 'v_since', '(now() - interval ''30 minutes'')')
$$;
create temporary table plans as
select s.name, pg_temp.plan_of(pg_temp.statement(s.function, s.part, pg_temp.values_of(substring(s.name from '^\w+')))) as plan
from (values ('quarters of a day', 'count_quarters', '.*'), ('lines of a day', 'sold_lines', '.*'), ('payments of a day', 'count_payments', '.*'),
  ('quarters of a month', 'read_rollup', 'select k\..*?(?=\s+union all)'), ('items of a month', 'read_rollup', 'select k\..*?(?=\s+union all)'), ('payments of a month', 'read_rollup', 'select k\..*?(?=\s+union all)'),
  ('guests who came back', 'guest_visits', '.*'), ('boards of venues', 'board_tickets', 'select coalesce.*(?=\);\s+end)'),
  ('what changed', 'note_stale_days', 'insert into private\.stale_days[^;]*')) s (name, function, part);

select ok(plan !~ 'Seq Scan on (orders|order_lines|kitchen_tickets|stock_movements|payments|kpi_)', name || ': no table is read through') || case when plan ~ 'Seq Scan on (orders|order_lines|kitchen_tickets|stock_movements|payments|kpi_)' then E'\n' || diag(plan) else '' end from plans order by name;
select ok(p.plan ~ x.index, format('%s: %s is used', x.name, x.index)) || case when p.plan ~ x.index then '' else E'\n' || diag(p.plan) end
from (values ('quarters of a day', 'one_number_per_business_day'), ('quarters of a day', 'kitchen_tickets_by_order'), ('lines of a day', 'one_line_per_position'), ('lines of a day', 'stock_movements_by_line'),
  ('quarters of a month', 'kpi_quarters_pkey'), ('items of a month', 'kpi_items_pkey'), ('payments of a month', 'kpi_payments_pkey'),
  ('boards of venues', 'open_kitchen_tickets'), ('what changed', 'orders_by_change'), ('what changed', 'kitchen_tickets_by_change')) x (name, index) join plans p using (name) order by x.name, x.index;
select ok(pg_temp.plan_of('select * from public.orders where total_minor = 1') ~ 'Seq Scan on orders', 'a statement without an index is noticed');

select * from finish();
rollback;
