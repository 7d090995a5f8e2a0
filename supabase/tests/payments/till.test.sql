-- collect_payment: cash and card terminal, tips, change, parts of a bill, and what is refused.
begin;
select plan(52);
select tests.fixture();
create function pg_temp.pay(p_order text, p_method text, p_amount text, p_key text, p_more text default '') returns text language sql as $$
  select format('collect_payment({%s}, %L, %s, %L%s)', p_order, p_method, p_amount, p_key, p_more)
$$;
create function pg_temp.entries(p_payment text) returns text language sql as $$
  select string_agg(e.account || ' ' || e.amount_minor, ', ' order by e.amount_minor desc, e.account) from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
  where t.payment_id = tests.id(p_payment) and t.kind = 'settlement'
$$;

-- who may: payments.collect
select tests.refused('anon', pg_temp.pay('later_a1', 'cash', '1', 'k'), '42501', 'a guest does not open the till');
select tests.refused(a, pg_temp.pay('later_a1', 'cash', '1', 'k'), 'permission_denied', a || ' does not') from unnest(array['staff_a', 'staff_a1', 'kitchen_a']) a;
select tests.refused(a, pg_temp.pay('later_a1', 'cash', '1', 'k'), 'order_not_found', a || ' finds no such order') from unnest(array['owner_b', 'cashier_b1', 'stranger']) a;
select tests.refused('cashier_a1', pg_temp.pay('later_a2', 'cash', '1', 'k'), 'order_not_found', 'nor does a cashier of another venue');

-- what is refused: later_a1 owes 2025
select tests.refused('cashier_a1', pg_temp.pay('later_a1', 'cash', a, 'k'), 'amount_invalid', 'refused amount: ' || a) from unnest(array['0', '-1', '2026', 'null']) a;
select tests.refused('cashier_a1', pg_temp.pay('later_a1', m, '1', 'k'), 'invalid_input', 'refused method: ' || m) from unnest(array['online', 'gold', '']) m;
select tests.refused('cashier_a1', pg_temp.pay('later_a1', 'cash', '1', 'k', x), 'amount_invalid', 'refused tip and cash: ' || x)
from unnest(array[', -1', ', 10000001', ', null', ', 0, 0', ', 5, 5']) x;
select tests.refused('cashier_a1', pg_temp.pay('later_a1', 'card_terminal', '1', 'k', ', 0, 10'), 'amount_invalid', 'a card is not tendered');
select tests.refused('cashier_a1', pg_temp.pay('later_a1', 'card_terminal', '1', 'k', ', 0, null, repeat(''x'', 121)'), 'invalid_input', 'a terminal''s reference is short');
select tests.refused('cashier_a1', pg_temp.pay('later_a1', 'cash', '1', ''), 'idempotency_key_invalid', 'a key is needed');
select is((select o.paid_minor from public.orders o where o.id = tests.id('later_a1')), 0::bigint, 'nothing refused was booked');

-- parts, change, tip, terminal: to the penny
select tests.answers('cashier_a1', pg_temp.pay('later_a1', 'cash', '1000', 'part 1', ', 0, 2000'), '{"amount_minor": 1000, "tip_minor": 0, "change_minor": 1000, "payment_status": "partially_paid", "due_minor": 1025}', 'a part in cash, with change');
select tests.answers('cashier_a1', pg_temp.pay('later_a1', 'cash', '1000', 'part 1', ', 0, 2000'), '{"change_minor": 1000, "due_minor": 1025}', 'repeated, it is the same payment');
select is((select count(*) from public.payments p where p.order_id = tests.id('later_a1')), 1::bigint, 'taken once');
select tests.refused('cashier_a1', pg_temp.pay('later_a1', 'cash', '1000', 'part 1', ', 0, 1500'), 'idempotency_key_reused', 'the same key for another sum is refused');
select tests.answers('server_a1', pg_temp.pay('later_a1', 'cash', '25', 'part 1', ', 0, 25'), '{"due_minor": 1000}', 'another person''s key is another key');
select tests.collect('tipped', 'server_a1', 'later_a1', 1000, 'card_terminal', ', 150, null, ''T-1''');
select results_eq($$select p.method, p.amount_minor, p.tip_minor, p.tendered_minor, p.terminal_reference, p.collected_by, p.status from public.payments p where p.id = tests.id('tipped')$$,
  $$values ('card_terminal', 1150::bigint, 150::bigint, null::bigint, 'T-1', tests.id('server_a1'), 'succeeded')$$, 'the rest by card, with a tip on top');
select results_eq($$select o.tip_minor, o.total_minor, o.paid_minor, o.payment_status from public.orders o where o.id = tests.id('later_a1')$$,
  $$values (150::bigint, 2175::bigint, 2175::bigint, 'paid')$$, 'the tip becomes part of the order, which is paid');
select is(pg_temp.entries('tipped'), 'card_terminal 1150, tips -150, orders -1000', 'the books keep the tip apart');
select tests.refused('cashier_a1', pg_temp.pay('later_a1', 'cash', '1', 'more'), 'order_already_paid', 'a paid order takes no more');
select tests.answers('cashier_a1', pg_temp.pay('later_a1', 'cash', '1000', 'part 1', ', 0, 2000'), '{"due_minor": 1025}', 'a repeat still gives the first answer');

-- a tip that was ordered along: payments fill the bill first, then the tip
select tests.place('with_tip', 'guest_a1', 'table', 'pay_later', 'cola_a1', '{"tip_minor": 100}');
select tests.collect('bill_part', 'cashier_a', 'with_tip', 300);
select tests.collect('tip_part', 'cashier_a', 'with_tip', 133);
select is(pg_temp.entries('bill_part') || ' | ' || pg_temp.entries('tip_part'), 'cash 300, orders -300 | cash 133, orders -33, tips -100', '333 of bill, then 100 of tip');

-- a guest who was to pay online pays at the till: to the kitchen, and the online attempt is called off
select tests.start_payment('online_waiting', 'guest_a1', 'waiting_a1');
select tests.answers('cashier_a1', pg_temp.pay('waiting_a1', 'cash', '300', 'w1'), '{"order_status": "pending_payment", "payment_status": "partially_paid", "due_minor": 33}', 'a part does not send it to the kitchen');
select tests.answers('cashier_a1', pg_temp.pay('waiting_a1', 'cash', '33', 'w2'), '{"order_status": "placed", "payment_status": "paid"}', 'the rest does');
select is((select count(*) from public.kitchen_tickets t where t.order_id = tests.id('waiting_a1')), 1::bigint, 'with its ticket');
select is((select count(*) from private.outbox x where x.topic = 'payment.cancel_requested' and x.payload ->> 'payment_id' = tests.id('online_waiting')::text), 1::bigint, 'the provider is asked to cancel, once');
select tests.answers('service_role', tests.event_call('evt_too_late', 'payment_intent.succeeded', tests.intent('online_waiting')), '{"outcome": "settled"}', 'should it succeed all the same');
select results_eq($$select r.amount_minor, r.status, r.reason, r.requested_by from public.refunds r where r.payment_id = tests.id('online_waiting')$$,
  $$values (333::bigint, 'pending', 'paid more than was due', null::uuid)$$, 'all of it goes back');
select is((select count(*) from public.kitchen_tickets t where t.order_id = tests.id('waiting_a1')), 1::bigint, 'and nothing is cooked twice');

-- the same when the kitchen was not waiting for the money
select tests.place('at_table', 'guest_a1', 'table', 'pay_later', 'cola_a1');
select tests.start_payment('online_at_table', 'guest_a1', 'at_table');
select tests.collect('some', 'cashier_a1', 'at_table', 133);
select is((select count(*) from private.outbox x where x.topic = 'payment.cancel_requested' and x.payload ->> 'payment_id' = tests.id('online_at_table')::text), 0::bigint, 'while something is due, an online attempt may go on');
select tests.collect('all', 'cashier_a1', 'at_table', 200);
select is((select count(*) from private.outbox x where x.topic = 'payment.cancel_requested' and x.payload ->> 'payment_id' = tests.id('online_at_table')::text), 1::bigint, 'paid in full at the till, the provider is asked to cancel it');

-- closed orders
select tests.place('gone', 'guest_a1', 'table', 'pay_later', 'cola_a1');
select tests.call('owner_a', 'cancel_order({gone}, ''left'')');
select tests.refused('cashier_a', pg_temp.pay('gone', 'cash', '333', 'g'), 'order_closed', 'a cancelled order takes no money');
select tests.refused('cashier_a', 'collect_payment(null, ''cash'', 1, ''n'')', 'order_not_found', 'nor does none');

-- nobody writes money past the functions
select tests.refused(a, format('update public.%s set %s', t, c), '42501', format('%s cannot set %s of %s', a, c, t))
from unnest(array['owner_a', 'service_role']) a, (values ('orders', 'paid_minor = 1'), ('orders', 'total_minor = 0'), ('payments', 'status = ''succeeded''')) v (t, c);

select * from finish();
rollback;
