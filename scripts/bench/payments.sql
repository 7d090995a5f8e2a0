-- What the payment lanes use up: bills to pay online, bills to pay at the till, bills that are paid already, and tables where
-- everybody pays at once. Consistent by construction. $bills is replaced by a number.

create table bench.bills as
select b.n, b.kind, gen_random_uuid() as order_id, gen_random_uuid() as line_id, gen_random_uuid() as payment_id, gen_random_uuid() as transaction_id,
  v.venue_id, v.organisation_id, v.item_id, v.station_id, v.session_id, v.table_id
from (
  select row_number() over () as n, k.kind from (values ('online', $bills), ('till', 3 * $bills), ('paid', $bills), ('hot', 300)) k (kind, count)
  cross join lateral generate_series(1, k.count)) b
join (select v.*, f.item_id, f.station_id from bench.venues v join bench.floors f on f.n = v.i) v on v.i = 1 + b.n % $venues;
alter table bench.bills add primary key (kind, n);

set session_replication_role = replica;
insert into public.orders (id, venue_id, organisation_id, number, business_date, session_id, table_id, source, fulfilment, payment_mode, status, menu_version,
  currency, prices_include_tax, subtotal_minor, tax_minor, service_charge_minor, tip_minor, total_minor, paid_minor)
select b.order_id, b.venue_id, b.organisation_id, 2000000 + b.n, current_date, b.session_id, b.table_id, 'qr', 'table',
  case b.kind when 'online' then 'pay_now' else 'pay_later' end, case b.kind when 'online' then 'pending_payment' when 'paid' then 'completed' else 'served' end,
  1, 'GBP', true, 1000, 167, 0, 0, 1000, case b.kind when 'paid' then 1000 else 0 end
from bench.bills b;
insert into public.order_lines (id, venue_id, order_id, position, menu_item_id, name, quantity, unit_price_minor, options, options_minor, line_minor, tax_rate_bp,
  tax_minor, station_id)
select b.line_id, b.venue_id, b.order_id, 1, b.item_id, 'Item', 2, 500, '[]', 0, 1000, 2000, 167, b.station_id from bench.bills b;
insert into public.payments (id, venue_id, organisation_id, order_id, method, status, amount_minor, currency, provider, provider_reference, settled_at)
select b.payment_id, b.venue_id, b.organisation_id, b.order_id, 'online', 'pending', 1000, 'GBP', 'stripe', 'pi_bench_' || b.n, null from bench.bills b where b.kind = 'online'
union all
select b.payment_id, b.venue_id, b.organisation_id, b.order_id, 'cash', 'succeeded', 1000, 'GBP', null, null, now() from bench.bills b where b.kind = 'paid';
insert into private.ledger_transactions (id, organisation_id, venue_id, currency, kind, order_id, payment_id)
select b.transaction_id, b.organisation_id, b.venue_id, 'GBP', 'settlement', b.order_id, b.payment_id from bench.bills b where b.kind = 'paid';
insert into private.ledger_entries (transaction_id, account, amount_minor)
select b.transaction_id, e.account, e.amount_minor from bench.bills b, (values ('cash', 1000), ('orders', -1000)) e (account, amount_minor) where b.kind = 'paid';
set session_replication_role = origin;

-- Nobody is woken: the worker would spend the cores that are measured on refunds of charges that no provider has.
delete from vault.secrets where name = 'functions_url';

-- The floors: the same rows into the same tables, and nothing asked.
create function bench.book(p_bill bench.bills, p_kind text, p_refund uuid, p_account text, p_amount bigint) returns void language plpgsql as $$
declare
  v_id uuid := gen_random_uuid();
begin
  insert into private.ledger_transactions (id, organisation_id, venue_id, currency, kind, order_id, payment_id, refund_id)
  values (v_id, p_bill.organisation_id, p_bill.venue_id, 'GBP', p_kind, p_bill.order_id, p_bill.payment_id, p_refund);
  insert into private.ledger_entries (transaction_id, account, amount_minor) values (v_id, p_account, p_amount), (v_id, 'orders', -p_amount);
end $$;
create function bench.settle(p_n bigint, p_event jsonb) returns void language plpgsql as $$
declare
  b bench.bills;
begin
  select * into b from bench.bills where kind = 'online' and n = p_n;
  insert into private.provider_events (provider, event_id, type, status, outcome, payload, created_at)
  values ('stripe', p_event ->> 'id', 'payment_intent.succeeded', 'applied', 'settled', p_event, now());
  update public.payments set status = 'succeeded', settled_at = now() where id = b.payment_id;
  perform bench.book(b, 'settlement', null, 'provider', 1000);
  update public.orders set status = 'placed' where id = b.order_id;
  insert into public.order_events (venue_id, order_id, from_status, to_status, actor_kind) values (b.venue_id, b.order_id, 'pending_payment', 'placed', 'provider');
  insert into public.kitchen_tickets (venue_id, order_id, order_line_id, station_id) values (b.venue_id, b.order_id, b.line_id, b.station_id);
end $$;
create function bench.collect(p_n bigint, p_ledger boolean, p_key text) returns void language plpgsql as $$
declare
  b bench.bills;
  v_request jsonb := jsonb_build_object('n', p_n);
begin
  select * into b from bench.bills where kind = 'till' and n = p_n;
  if p_key is not null then
    perform private.replay_idempotent(b.venue_id, 'user:bench', 'bench.collect', p_key, v_request);
  end if;
  insert into public.payments (id, venue_id, organisation_id, order_id, method, status, amount_minor, currency, settled_at)
  values (b.payment_id, b.venue_id, b.organisation_id, b.order_id, 'cash', 'succeeded', 1000, 'GBP', now());
  if p_ledger then
    perform bench.book(b, 'settlement', null, 'cash', 1000);
  end if;
  if p_key is not null then
    perform private.store_idempotent(b.venue_id, 'user:bench', 'bench.collect', p_key, v_request, v_request);
  end if;
end $$;
create function bench.refund(p_n bigint) returns void language plpgsql as $$
declare
  b bench.bills;
  v_refund uuid := gen_random_uuid();
begin
  select * into b from bench.bills where kind = 'paid' and n = p_n;
  update public.payments set refund_claimed_minor = 100 where id = b.payment_id;
  insert into public.refunds (id, venue_id, payment_id, amount_minor, reason, status, settled_at)
  values (v_refund, b.venue_id, b.payment_id, 100, 'bench', 'succeeded', now());
  perform bench.book(b, 'refund', v_refund, 'cash', -100);
end $$;
grant select on bench.bills to postgres;
grant execute on all functions in schema bench to postgres;
