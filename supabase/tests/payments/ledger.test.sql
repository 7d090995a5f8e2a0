-- The books: append-only for everybody, balanced by constraint, and the only source of what an order has been paid.
begin;
select plan(54);
select tests.fixture();
select tests.call('service_role', format('confirm_refund({refund_a1}, ''succeeded'', ''re_a1'')'));
select tests.collect('tipped', 'cashier_a1', 'later_a1', 1000, 'card_terminal', ', 77');
select tests.call('cashier_a1', 'refund_payment({tipped}, 500, ''x'', ''k'')');

-- what the fixture's evening left: sums by hand for venue a1
select results_eq($$select e.account, sum(e.amount_minor)::bigint from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id where t.venue_id = tests.id('venue_a1') group by 1 order by 1$$,
  $$values ('card_terminal', 577::bigint), ('cash', 666), ('orders', -2166), ('provider', 1000), ('tips', -77)$$, 'each account says where money is and what it was for');
select is((select count(*) from (select t.id from private.ledger_transactions t left join private.ledger_entries e on e.transaction_id = t.id group by t.id having coalesce(sum(e.amount_minor), 1) <> 0) x), 0::bigint, 'every transaction sums to zero');
select is((select count(*) from public.orders o where format('%s %s', o.paid_minor, o.refunded_minor) <> (
    select format('%s %s', coalesce(sum(-e.amount_minor) filter (where t.kind = 'settlement'), 0), coalesce(sum(e.amount_minor) filter (where t.kind = 'refund'), 0))
    from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id where t.order_id = o.id and e.account in ('orders', 'tips'))), 0::bigint, 'every order equals its ledger');
select is((select count(*) from public.payments p where p.status = 'succeeded' and not exists (select 1 from private.ledger_transactions t where t.payment_id = p.id and t.kind = 'settlement')), 0::bigint, 'every settled payment is booked');

-- append-only: for clients and the service role by privilege, for the database's owner by trigger
select tests.refused(a, format(c, t), '42501', format('%s: ' || c, a, t))
from unnest(array['private.ledger_transactions', 'private.ledger_entries']) t,
  unnest(array['anon', 'owner_a', 'service_role', 'postgres']) a,
  unnest(array['delete from %s', 'truncate %s cascade']) c;
select tests.refused(a, 'update private.ledger_entries set amount_minor = 1', '42501', a || ' changes no entry') from unnest(array['anon', 'owner_a', 'service_role', 'postgres']) a;
select tests.refused(a, 'update private.ledger_transactions set occurred_at = now()', '42501', a || ' changes no transaction') from unnest(array['anon', 'owner_a', 'service_role', 'postgres']) a;
select tests.refused('service_role', 'select 1 from private.ledger_entries', '42501', 'the service role does not even read them');

-- cheating with whole rights: each attempt ends like a commit, and fails there
create function pg_temp.book(p_entries text, p_payment text default 'online_b1', p_kind text default 'settlement') returns text language sql as $$
  select format($q$with t as (insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id)
      select p.organisation_id, p.venue_id, p.currency, %L, p.order_id, p.id from public.payments p where p.id = {%s} returning id)
    insert into private.ledger_entries (transaction_id, account, amount_minor) select t.id, e.account, e.amount from t, (values %s) e (account, amount)$q$, p_kind, p_payment, p_entries)
$$;
-- a payment that is open, so that nothing else stands in the way
select tests.start_payment('open_a1', 'guest_a1', 'waiting_a1');
select tests.refused('postgres', pg_temp.book('(''cash'', 100)', 'open_a1'), '23514', 'one-sided');
select tests.refused('postgres', pg_temp.book('(''cash'', 100), (''orders'', -99)', 'open_a1'), '23514', 'a penny off');
select tests.refused('postgres', $$insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id) select p.organisation_id, p.venue_id, p.currency, 'settlement', p.order_id, p.id from public.payments p where p.id = {open_a1}$$, '23514', 'a transaction without entries');
select tests.refused('postgres', $$insert into private.ledger_entries select t.id, 'tips', 5 from private.ledger_transactions t where t.payment_id = {cash_a1}$$, '23514', 'a second entry later');
select tests.refused('postgres', pg_temp.book('(''cash'', 0), (''orders'', 0)', 'open_a1'), '23514', 'entries of nothing');
select tests.refused('postgres', pg_temp.book('(''pocket'', 100), (''orders'', -100)', 'open_a1'), '23514', 'an account that does not exist');
select tests.refused('postgres', pg_temp.book('(''cash'', 1), (''orders'', -1)', 'cash_a1'), '23505', 'a second settlement of a payment');
select tests.refused('postgres', pg_temp.book('(''cash'', -1), (''orders'', 1)', 'cash_a1', 'refund'), '23514', 'a refund that names no refund');
-- across tenants
select tests.start_payment('open_b1', 'guest_b1', 'waiting_b1');
select tests.refused('postgres', $$insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id) select {org_b}, p.venue_id, p.currency, 'settlement', p.order_id, p.id from public.payments p where p.id = {open_a1}$$, '23503', 'another organisation''s books');
select tests.refused('postgres', $$insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id) select p.organisation_id, p.venue_id, p.currency, 'settlement', {later_b1}, p.id from public.payments p where p.id = {open_a1}$$, '23503', 'another tenant''s order');
select tests.refused('postgres', $$insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id) select {org_a}, {venue_a1}, 'GBP', 'settlement', {later_a1}, {open_b1}$$, '23503', 'another tenant''s payment');
select tests.refused('postgres', replace(replace(pg_temp.book('(''cash'', 100), (''orders'', -100)', 'open_a1'), 'payment_id)', 'payment_id, occurred_at)'), 'p.order_id, p.id from', 'p.order_id, p.id, now() - interval ''1 day'' from'), '23514', 'balanced entries for a transaction of another day: they come with it, or never');
select tests.affects('postgres', pg_temp.book('(''cash'', 100), (''orders'', -100)', 'open_a1'), 2, 'a balanced one is accepted: the refusals are not about something else');
select is((select o.paid_minor from public.orders o where o.id = tests.id('waiting_a1')), 100::bigint, 'and moves the order');

-- what an order has been paid is written by the ledger alone, and its totals by its lines
select tests.refused('postgres', format('update public.orders set %s where id = {%s}', c, o), '23514', format('the database''s owner cannot set %s', c))
from (values ('paid_minor = total_minor', 'later_a1'), ('paid_minor = 0, refunded_minor = 0', 'paid_a1'), ('refunded_minor = 1', 'till_a1'), ('subtotal_minor = 1, total_minor = 1 + tip_minor', 'later_a1'), ('tax_minor = 0', 'later_a1')) v (c, o);
select tests.refused('postgres', $$insert into public.order_lines (venue_id, order_id, position, menu_item_id, name, quantity, unit_price_minor, options, options_minor, line_minor, tax_rate_bp, tax_minor, station_id)
  select l.venue_id, l.order_id, 9, l.menu_item_id, l.name, l.quantity, l.unit_price_minor, l.options, l.options_minor, l.line_minor, l.tax_rate_bp, l.tax_minor, l.station_id from public.order_lines l where l.id = {waiting_a1_line1}$$, '23514', 'nor can a line join that its order does not count');
select tests.refused('postgres', 'delete from public.order_lines where id = {waiting_a1_line1}', '23514', 'a line cannot vanish from its order');
select tests.refused('postgres', 'update public.order_lines set quantity = 2 where id = {waiting_a1_line1}', '23514', 'nor count more than it costs');
select tests.refused('postgres', 'update public.order_lines set quantity = 2, line_minor = 666, tax_minor = 111 where id = {waiting_a1_line1}', '23514', 'nor cost more than its order');
select tests.refused('postgres', $$with l as (update public.order_lines set order_id = {waiting_a1}, position = 9 where id = {later_a1_line2} returning line_minor, tax_minor)
  update public.orders o set subtotal_minor = subtotal_minor + l.line_minor, total_minor = total_minor + l.line_minor, tax_minor = o.tax_minor + l.tax_minor from l where o.id = {waiting_a1}$$, '23514', 'nor move to another, even when that one is adjusted');

-- a transaction names a payment of its own order
select tests.place('other_a1', 'guest_a1', 'table', 'pay_now', 'cola_a1'), tests.start_payment('fresh_a1', 'guest_a1', 'other_a1');
select tests.refused('postgres', $$with t as (insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id)
    select o.organisation_id, o.venue_id, o.currency, 'settlement', o.id, {fresh_a1} from public.orders o where o.id = {later_a1} returning id)
  insert into private.ledger_entries (transaction_id, account, amount_minor) select t.id, e.account, e.amount from t, (values ('cash', 1), ('orders', -1)) e (account, amount)$$,
  '23503', 'no transaction books the payment of another order');

select * from finish();
rollback;
