-- What the provider keeps comes into the books from its balance transactions, as reconciliation reads them: once for each, of
-- settled payments only, whichever of the two is there first.
begin;
select plan(21);
select tests.fixture();
select tests.keep('worker', gen_random_uuid());
create function pg_temp.begins() returns uuid language sql as $$
  select tests.keep('run', (tests.call('service_role', 'request_reconciliation()') ->> 'run_id')::uuid) from (select tests.keep('run', null)) k
$$;
create function pg_temp.moved(p_id text, p_category text, p_amount bigint, p_fee bigint, p_more jsonb default '{"payment_intent": "pi_online_a1"}') returns jsonb language sql as $$
  select jsonb_build_object('id', p_id, 'object', 'balance_transaction', 'reporting_category', p_category, 'amount', p_amount, 'currency', 'gbp', 'fee', p_fee, 'net', p_amount - p_fee,
    'balance_currency', 'gbp', 'created', extract(epoch from now() - interval '2 days')::bigint) || p_more
$$;
create function pg_temp.reads(variadic p_moved jsonb[]) returns jsonb language sql as $$
  select tests.call('service_role', format('save_reconciliation_page({run}, {worker}, ''balance'', null, %L)', to_jsonb(p_moved)))
$$;
create function pg_temp.ends() returns jsonb language sql as $$ select tests.call('service_role', 'finish_reconciliation({run}, {worker})') $$;
create function pg_temp.booked() returns table (fee text) language sql as $$
  select concat_ws(' ', t.provider_reference, t.currency, e.account, e.amount_minor) from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id where t.kind = 'fee'
$$;
select pg_temp.begins(), tests.call('service_role', 'claim_reconciliation({run}, {worker})');

-- with the page that shows them
select pg_temp.reads(pg_temp.moved('txn_1', 'charge', 1250, 39));
select set_eq($$select * from pg_temp.booked()$$, array['txn_1 GBP provider -39', 'txn_1 GBP provider_fees 39'], 'from the provider to its fees');
select results_eq($$select t.organisation_id, t.venue_id, t.order_id, t.payment_id from private.ledger_transactions t where t.kind = 'fee'$$,
  $$select p.organisation_id, p.venue_id, p.order_id, p.id from public.payments p where p.id = tests.id('online_a1')$$, 'it is the fee of that payment');
select pg_temp.reads(pg_temp.moved('txn_1', 'charge', 1250, 39), pg_temp.moved('txn_1', 'charge', 1250, 39));
select is((select count(*) from pg_temp.booked()), 2::bigint, 'a page that is read again books nothing again');
select is((select concat_ws(' ', o.paid_minor, o.refunded_minor) from public.orders o where o.id = tests.id('paid_a1')), '1250 0', 'the order does not notice');
select pg_temp.reads(pg_temp.moved('txn_2', 'charge', 1250, 0));
select is((select count(*) from pg_temp.booked()), 2::bigint, 'where nothing is kept nothing is booked');
select pg_temp.reads(pg_temp.moved('txn_3', 'refund', -250, -4), pg_temp.moved('txn_4', 'refund_failure', 250, 9, '{"payment_intent": "pi_online_a1", "balance_currency": "eur"}'));
select set_eq($$select * from pg_temp.booked() where fee not like 'txn_1 %'$$, array['txn_3 GBP provider 4', 'txn_3 GBP provider_fees -4', 'txn_4 EUR provider -9', 'txn_4 EUR provider_fees 9'],
  'what comes back with a refund is booked back; each in the currency that the provider settles in');
select pg_temp.reads(pg_temp.moved('txn_5', 'dispute', -1250, 2000), pg_temp.moved('txn_6', 'charge', 900, 20, '{"payment_intent": "pi_strange"}'), pg_temp.moved('txn_7', 'payout', -5000, 10, '{}'));
select is((select count(*) from pg_temp.booked()), 6::bigint, 'a dispute''s fee comes with the dispute; what is not ours, or no payment, is nobody''s fee');
set constraints all immediate;
set constraints all deferred;

-- read before the payment is settled here
select tests.start_payment('open_a1', 'guest_a1', 'waiting_a1');
create function pg_temp.late() returns bigint language sql as $$ select count(*) from pg_temp.booked() where fee like 'txn_8 %' $$;
select pg_temp.reads(pg_temp.moved('txn_8', 'charge', 333, 25, '{"payment_intent": "pi_open_a1"}'));
select is(pg_temp.late(), 0::bigint, 'what is not settled here has no fee yet');
select tests.answers('service_role', 'get_reconciliation_status()', '{"days": [{}]}', 'there are days to look at');
create function pg_temp.fees(p_ago integer) returns text language sql as $$
  select concat_ws(' ', d.provider_fees_minor, d.booked_fees_minor) from private.balance_days((now() at time zone 'UTC')::date - 5, (now() at time zone 'UTC')::date + 1, tests.id('org_a')) d
  where d.day = (now() at time zone 'UTC')::date - p_ago and d.currency = 'GBP'
$$;
select is(pg_temp.fees(2), '2060 35', 'the day says what was kept and what of it is booked');
select tests.answers('service_role', format('report_payment({open_a1}, ''succeeded'', ''pi_open_a1'', %s, ''gbp'')', p.amount_minor), '{"outcome": "settled"}', 'it is settled later') from public.payments p where p.id = tests.id('open_a1');
select is(pg_temp.late(), 0::bigint, 'by whom nobody''s fee is booked: settling waits for nothing');
select tests.call('service_role', tests.event_call('evt_du', 'charge.dispute.funds_withdrawn', tests.dispute('du_fee', 'online_a1', jsonb_build_object('balance_transactions',
  jsonb_build_array(jsonb_build_object('id', 'txn_5', 'object', 'balance_transaction', 'amount', -1250, 'fee', 2000, 'net', -3250, 'currency', 'gbp'))))));
select ok(pg_temp.ends() ? 'outcome', 'the run ends');
select is(pg_temp.late(), 2::bigint, 'and books it');
select is(pg_temp.fees(2), '2060 2060', 'on the day on which it was kept, the dispute''s with it');
select is_empty($$select 1 from pg_temp.booked() where fee like 'txn_6 %' or fee like 'txn_7 %'$$, 'and nobody else''s');

-- a settlement after the end of a run is the next one's
select tests.call('service_role', 'request_reconciliation()') ? 'run_id';
update private.reconciliation_runs set finished_at = now(), outcome = 'clean' where finished_at is null;
select tests.place('o2', 'guest_a1', 'table', 'pay_now', 'cola_a1'), tests.start_payment('later', 'guest_a1', 'o2');
select is(private.movements_without_fee(now() - interval '1 hour'), array[]::text[], 'nothing waits');
insert into private.balance_transactions (id, category, amount_minor, currency, fee_minor, net_minor, balance_currency, payment_reference, created_at)
select 'txn_9', 'charge', p.amount_minor, 'GBP', 7, p.amount_minor - 7, 'GBP', p.provider_reference, now() - interval '20 days' from public.payments p where p.id = tests.id('later');
select tests.call('service_role', format('report_payment({later}, ''succeeded'', ''pi_later'', %s, ''gbp'')', p.amount_minor)) from public.payments p where p.id = tests.id('later');
select is(private.movements_without_fee(now() - interval '1 hour'), array['txn_9'], 'however long ago its movement was read');
select is(private.movements_without_fee(now() + interval '1 second'), array[]::text[], 'but not what was settled before');
-- a day on which something kept is not booked has a name
select is((select d.detail ->> 'booked_fees_minor' from private.balance_differences((now() at time zone 'UTC')::date - 21, (now() at time zone 'UTC')::date) d where d.detail ->> 'provider_fees_minor' = '7'), '0', 'a fee that is not booked is a difference');
select is(private.book_fees(array['txn_9', 'txn_1']), 1, 'until it is');
select * from finish();
rollback;
