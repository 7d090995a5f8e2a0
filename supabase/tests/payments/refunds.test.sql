-- refund_payment, confirm_refund and refunds made at the provider: never above what was paid, booked once, freed when they fail.
begin;
select plan(62);
select tests.fixture();
create function pg_temp.refund_entries(p_payment text) returns text language sql as $$
  select string_agg(x.line, ' | ' order by x.created_at, x.line) from (
    select r.created_at, string_agg(e.account || ' ' || e.amount_minor, ', ' order by e.amount_minor desc, e.account) as line
    from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id join public.refunds r on r.id = t.refund_id
    where t.payment_id = tests.id(p_payment) and t.kind = 'refund' group by r.id, r.created_at) x
$$;
create function pg_temp.refund(p_name text, p_actor text, p_payment text, p_amount bigint) returns text language sql as $$
  select tests.keep(p_name, (r ->> 'refund_id')::uuid)::text from tests.call(p_actor, format('refund_payment({%s}, %s, ''test'', ''key of %s'')', p_payment, p_amount, p_name)) r
$$;
create function pg_temp.refund_event(p_event text, p_type text, p_object jsonb) returns text language sql as $$
  select tests.event_call(p_event, 'refund.' || p_type, '{"payment_intent": "pi_online_a1", "currency": "gbp"}'::jsonb || p_object)
$$;

-- who may: payments.refund
select tests.refused('anon', 'refund_payment({cash_a1}, 1, ''x'', ''k'')', '42501', 'a guest refunds nothing');
select tests.refused(a, 'refund_payment({cash_a1}, 1, ''x'', ''k'')', 'permission_denied', a || ' refunds nothing') from unnest(array['staff_a', 'kitchen_a', 'server_a', 'server_a1']) a;
select tests.refused(a, 'refund_payment({cash_a1}, 1, ''x'', ''k'')', 'payment_not_found', a || ' finds no such payment') from unnest(array['owner_b', 'cashier_b1', 'stranger']) a;
select tests.refused('cashier_a1', 'refund_payment({cash_a2}, 1, ''x'', ''k'')', 'payment_not_found', 'nor does a cashier of another venue');
select tests.refused(a, 'confirm_refund({refund_a1}, ''succeeded'')', '42501', a || ' confirms nothing') from unnest(array['anon', 'owner_a']) a;

-- at the till: 666 were paid in cash
select tests.refused('cashier_a1', format('refund_payment({cash_a1}, %s, ''x'', ''k'')', a), code, 'refused amount: ' || a) from (values ('0', 'amount_invalid'), ('-1', 'amount_invalid'), ('null', 'amount_invalid'), ('667', 'refund_exceeds_payment')) v (a, code);
select tests.refused('cashier_a1', 'refund_payment({cash_a1}, 1, ''  '', ''k'')', 'invalid_input', 'a reason is needed');
select tests.answers('cashier_a1', 'refund_payment({cash_a1}, 600, ''cold'', ''k'')', '{"amount_minor": 600, "status": "succeeded"}', 'a part in cash is given at once');
select tests.answers('cashier_a1', 'refund_payment({cash_a1}, 600, ''cold'', ''k'')', '{"amount_minor": 600}', 'repeated, it is the same refund');
select is((select count(*) from public.refunds r where r.payment_id = tests.id('cash_a1')), 1::bigint, 'given once');
select tests.refused('cashier_a1', 'refund_payment({cash_a1}, 60, ''cold'', ''k'')', 'idempotency_key_reused', 'the same key for another sum is refused');
select tests.refused('cashier_a1', 'refund_payment({cash_a1}, 67, ''x'', ''k2'')', 'refund_exceeds_payment', 'a penny above the rest is refused');
select is((tests.attempt('cashier_a1', 'refund_payment({cash_a1}, 67, ''x'', ''k2'')')).detail, 'at most 66', 'and the refusal names the rest');
select is((select o.payment_status from public.orders o where o.id = tests.id('till_a1')), 'partially_refunded', 'the order is partly refunded');
select tests.answers('manager_a1', 'refund_payment({cash_a1}, 66, ''all of it'', ''k3'')', '{"status": "succeeded"}', 'the rest');
select is((select concat_ws(' ', o.payment_status, o.paid_minor, o.refunded_minor) from public.orders o where o.id = tests.id('till_a1')), 'refunded 666 666', 'makes it refunded');
select tests.refused('manager_a1', 'refund_payment({cash_a1}, 1, ''x'', ''k4'')', 'refund_exceeds_payment', 'and then nothing is left');

-- the bill part goes back before the tip
select tests.collect('tipped', 'cashier_a', 'later_a1', 2025, 'card_terminal', ', 200');
select pg_temp.refund('r1', 'cashier_a', 'tipped', 2000) is null, pg_temp.refund('r2', 'cashier_a', 'tipped', 100) is null, pg_temp.refund('r3', 'cashier_a', 'tipped', 125) is null;
select set_eq($$select string_agg(e.account || ' ' || e.amount_minor, ', ' order by e.amount_minor desc, e.account) from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
    where t.payment_id = tests.id('tipped') and t.kind = 'refund' group by t.id$$,
  array['orders 2000, card_terminal -2000', 'tips 75, orders 25, card_terminal -100', 'tips 125, card_terminal -125'], '2025 of bill, then 200 of tip');

-- online: claimed at once, booked when the provider confirms. The fixture's payment is 1250, of it 250 claimed
select is((select p.refund_claimed_minor from public.payments p where p.id = tests.id('online_a1')), 250::bigint, 'a pending refund claims its part');
select is((select o.refunded_minor from public.orders o where o.id = tests.id('paid_a1')), 0::bigint, 'but is not booked');
select tests.refused('cashier_a1', 'refund_payment({online_a1}, 1001, ''x'', ''o1'')', 'refund_exceeds_payment', 'what is claimed cannot be refunded again');
select pg_temp.refund('rest', 'cashier_a1', 'online_a1', 1000) is null;
select tests.answers('service_role', 'confirm_refund({rest}, ''pending'', ''re_rest'')', '{"outcome": "pending"}', 'the provider took it up');
select tests.answers('service_role', 'confirm_refund({rest}, ''failed'', ''re_rest'', ''expired_or_canceled_card'')', '{"outcome": "failed"}', 'and failed');
select results_eq($$select r.status, r.provider_reference, r.failure_code, p.refund_claimed_minor from public.refunds r join public.payments p on p.id = r.payment_id where r.id = tests.id('rest')$$,
  $$values ('failed', 're_rest', 'expired_or_canceled_card', 250::bigint)$$, 'which frees its claim');
select tests.answers('service_role', 'confirm_refund({rest}, ''succeeded'', ''re_rest'')', '{"outcome": "already_settled"}', 'a failed one stays failed');
select pg_temp.refund('rest2', 'cashier_a1', 'online_a1', 1000) is null;
select tests.answers('service_role', 'confirm_refund({refund_a1}, ''succeeded'', ''re_1'')', '{"outcome": "succeeded"}', 'another succeeds');
select tests.answers('service_role', 'confirm_refund({refund_a1}, ''succeeded'', ''re_1'')', '{"outcome": "already_settled"}', 'once');
select is(pg_temp.refund_entries('online_a1'), 'orders 250, provider -250', 'and is booked once');
select tests.refused('service_role', 'confirm_refund(gen_random_uuid(), ''succeeded'')', 'refund_not_found', 'an unknown refund is not found');
select tests.refused('service_role', 'confirm_refund({rest2}, ''lost'')', 'invalid_input', 'an unknown status is refused');
select tests.refused('service_role', 'confirm_refund({rest2}, null)', 'invalid_input', 'so is none');

-- by event: ours by its metadata, then by its reference
select tests.answers('service_role', pg_temp.refund_event('evt_r1', 'created', jsonb_build_object('id', 're_2', 'status', 'pending', 'amount', 1000, 'metadata', jsonb_build_object('refund_id', tests.id('rest2')))), '{"outcome": "refund_pending"}', 'the event finds our refund');
select tests.answers('service_role', pg_temp.refund_event('evt_r2', 'updated', '{"id": "re_2", "status": "succeeded", "amount": 1000}'), '{"outcome": "refund_succeeded"}', 'the next one by its reference');
select tests.answers('service_role', pg_temp.refund_event('evt_r3', 'updated', '{"id": "re_2", "status": "succeeded", "amount": 1000}'), '{"status": "ignored", "outcome": "refund_already_settled"}', 'once');
select is((select concat_ws(' ', o.payment_status, o.paid_minor, o.refunded_minor) from public.orders o where o.id = tests.id('paid_a1')), 'refunded 1250 1250', 'all is refunded');

-- made in the provider's dashboard: becomes ours, if the books allow it
select tests.answers('service_role', tests.event_call('evt_d0', 'refund.created', '{"id": "re_d0", "payment_intent": "pi_online_a1", "status": "succeeded", "amount": 1, "currency": "gbp"}'), '{"status": "quarantined", "outcome": "refund_exceeds_payment"}', 'dashboard: more than was paid is quarantined');
select tests.answers('service_role', tests.event_call('evt_d1', 'refund.created', '{"id": "re_d1", "payment_intent": "pi_online_a2", "status": "pending", "amount": 400, "currency": "gbp"}'), '{"status": "applied", "outcome": "refund_pending"}', 'dashboard: a refund that we did not ask for');
select results_eq($$select r.amount_minor, r.status, r.reason, r.requested_by, p.refund_claimed_minor from public.refunds r join public.payments p on p.id = r.payment_id where r.provider_reference = 're_d1'$$,
  $$values (400::bigint, 'pending', 'refunded at the provider', null::uuid, 650::bigint)$$, 'dashboard: is claimed beside ours');
select tests.answers('service_role', tests.event_call('evt_d2', 'refund.updated', '{"id": "re_d1", "payment_intent": "pi_online_a2", "status": "succeeded", "amount": 400, "currency": "gbp"}'), '{"outcome": "refund_succeeded"}', 'dashboard: and booked when it succeeds');
select is((select concat_ws(' ', o.payment_status, o.refunded_minor) from public.orders o where o.id = tests.id('paid_a2')), 'partially_refunded 400', 'dashboard: the order knows');
select tests.answers('service_role', tests.event_call('evt_d3', 'refund.created', '{"id": "re_d3", "payment_intent": "pi_nobody", "status": "succeeded", "amount": 400, "currency": "gbp"}'), '{"status": "deferred", "outcome": "payment_not_settled"}', 'dashboard: of a payment that is not ours waits for one: sweeper.test.sql');
select tests.answers('service_role', tests.event_call('evt_d5', 'refund.created', '{"id": "re_d5", "payment_intent": "pi_online_a2", "status": "succeeded", "amount": 5, "currency": "jpy"}'), '{"status": "quarantined", "outcome": "refund_mismatch"}', 'dashboard: in another currency');
select tests.answers('service_role', tests.event_call('evt_d4', 'refund.created', jsonb_build_object('id', 're_d4', 'payment_intent', 'pi_online_a2', 'status', 'succeeded', 'amount', 999, 'currency', 'gbp', 'metadata', jsonb_build_object('refund_id', tests.id('refund_a2')))), '{"status": "quarantined", "outcome": "refund_mismatch"}',
  'an event about our refund with another amount is quarantined');
select is((select r.status from public.refunds r where r.id = tests.id('refund_a2')), 'pending', 'and changes nothing');

-- a refund that failed after it had succeeded: the money is with the provider again, and so say the books
select tests.answers('service_role', pg_temp.refund_event('evt_r4', 'failed', '{"id": "re_2", "status": "failed", "amount": 1000, "failure_reason": "lost_or_stolen_card"}'), '{"status": "applied", "outcome": "refund_failed_late"}', 'a late failure is booked');
select results_eq($$select r.status, r.failure_code, r.settled_at, p.refund_claimed_minor, o.payment_status, o.refunded_minor from public.refunds r join public.payments p on p.id = r.payment_id join public.orders o on o.id = p.order_id where r.provider_reference = 're_2'$$,
  $$values ('failed', 'lost_or_stolen_card', null::timestamptz, 250::bigint, 'partially_refunded', 250::bigint)$$, 'the refund has failed, its claim is free, the order is refunded in part');
select results_eq($$select t.kind, e.account, e.amount_minor from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id join public.refunds r on r.id = t.refund_id where r.provider_reference = 're_2' order by t.kind, e.account$$,
  $$values ('refund', 'orders', 1000::bigint), ('refund', 'provider', -1000), ('refund_failure', 'orders', -1000), ('refund_failure', 'provider', 1000)$$, 'what was booked stands, and its reverse beside it');
select tests.answers('service_role', pg_temp.refund_event('evt_r5', 'updated', '{"id": "re_2", "status": "failed", "amount": 1000}'), '{"status": "ignored", "outcome": "refund_already_settled"}', 'once');
select is((select count(*) from private.notices n where n.template = 'payment_trouble' and n.about ->> 'kind' = 'refund_failed' and n.venue_id = tests.id('venue_a1')), 3::bigint, 'who may see the figures is told: the owner, and the managers of the house and the venue');
select tests.answers('cashier_a1', 'refund_payment({online_a1}, 1000, ''again'', ''o9'')', '{"status": "pending"}', 'and it can be refunded again');

-- what cannot be refunded
select tests.start_payment('open', 'guest_a1', 'waiting_a1');
select tests.refused('owner_a', 'refund_payment({open}, 1, ''x'', ''u'')', 'payment_not_refundable', 'a payment that is not settled');
select throws_ok($$update public.payments set refund_claimed_minor = amount_minor + 1 where id = tests.id('cash_a1')$$, '23514', null, 'by constraint no payment gives back more than it is');
select throws_ok($$update public.orders set refunded_minor = paid_minor + 1 where id = tests.id('paid_a2')$$, '23514', null, 'nor any order');

select * from finish();
rollback;
