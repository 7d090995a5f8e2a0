-- Online payments: reserve, attach, settle by the provider's event, whatever order, number or time the events arrive in.
begin;
select plan(72);
select tests.fixture();
create function pg_temp.event(p_name text, p_type text, p_payment text, p_more jsonb default '{}') returns text language sql as $$
  select tests.event_call(p_name, 'payment_intent.' || p_type, tests.intent(p_payment, p_more))
$$;
create function pg_temp.state(p_order text) returns text language sql as $$
  select concat_ws(' ', o.status, o.payment_status, o.paid_minor, o.refunded_minor) from public.orders o where o.id = tests.id(p_order)
$$;

-- who may call what
select tests.refused(a, pg_temp.event('e', 'succeeded', 'online_a1'), '42501', a || ' cannot report an event') from unnest(array['anon', 'owner_a', 'stranger']) a;
select tests.refused(a, 'attach_payment({online_a1}, ''pi_x'')', '42501', a || ' cannot attach a payment') from unnest(array['anon', 'owner_a']) a;
select tests.refused(a, 'cancel_payment({online_a1})', '42501', a || ' cannot cancel a payment') from unnest(array['anon', 'owner_a']) a;

-- start_payment: one open payment per order, for what is due
select tests.refused('anon', 'start_payment(''guess'', {waiting_a1})', 'guest_session_invalid', 'a guessed secret starts nothing');
select tests.refused('anon', 'start_payment({$guest_a2}, {waiting_a1})', 'order_not_found', 'nor does a guest of another venue');
select tests.refused('anon', 'start_payment({$guest2_a1}, {waiting_a1})', 'order_not_found', 'nor of another table');
select tests.refused('anon', 'start_payment({$guest_a1}, {paid_a1})', 'order_already_paid', 'a paid order needs none');
select is((select n from tests.start_payment('pay_a1', 'guest_a1', 'waiting_a1') p, lateral (select p ->> 'status' || ' ' || (p ->> 'description')) x (n)), 'reserved Order #004', 'an order is paid under the number that is called out');
select tests.answers('anon', 'start_payment({$guest_a1}, {waiting_a1})', jsonb_build_object('payment_id', tests.id('pay_a1'), 'status', 'pending', 'amount_minor', 333, 'currency', 'GBP', 'provider_reference', 'pi_pay_a1'),
  'asked again, the open payment is returned');
select throws_ok($$insert into public.payments (venue_id, organisation_id, order_id, method, status, amount_minor, currency, provider) select venue_id, organisation_id, order_id, method, 'reserved', 1, currency, provider from public.payments where id = tests.id('pay_a1')$$,
  '23505', null, 'a second open one is impossible');
select tests.answers('service_role', 'attach_payment({pay_a1}, ''pi_pay_a1'')', '{"status": "pending"}', 'attaching twice is the same');
select tests.refused('service_role', 'attach_payment({pay_a1}, ''pi_other'')', 'payment_reference_conflict', 'another object is a conflict');
select tests.refused('service_role', 'attach_payment({pay_a1}, null)', 'payment_reference_conflict', 'so is none');
select tests.refused('service_role', 'attach_payment(gen_random_uuid(), ''pi_x'')', 'payment_not_found', 'an unknown payment is not found');

-- events that contradict the books are quarantined and change nothing
select tests.answers('service_role', tests.event_call('bad_' || n, 'payment_intent.succeeded', tests.intent('pay_a1', more) - drop_key), jsonb_build_object('status', 'quarantined', 'outcome', outcome), 'quarantined: ' || n)
from (values ('less', '{"amount_received": 332}'::jsonb, '', 'amount_mismatch'), ('more', '{"amount_received": 334}', '', 'amount_mismatch'), ('no amount', '{}', 'amount_received', 'amount_mismatch'),
  ('yen', '{"currency": "jpy"}', '', 'amount_mismatch'), ('no currency', '{}', 'currency', 'amount_mismatch'), ('other object', '{"id": "pi_other"}', '', 'reference_mismatch'), ('no object', '{}', 'id', 'reference_mismatch')) as e (n, more, drop_key, outcome);
select tests.answers('service_role', tests.event_call('bad_payment', 'payment_intent.succeeded', tests.intent('pay_a1', jsonb_build_object('metadata', jsonb_build_object('payment_id', gen_random_uuid())))), '{"status": "quarantined", "outcome": "unknown_payment"}', 'quarantined: a payment that does not exist');
select tests.answers('service_role', tests.event_call('bad_method', 'payment_intent.succeeded', tests.intent('cash_a1')), '{"status": "quarantined", "outcome": "reference_mismatch"}', 'quarantined: a payment that was cash');
select is(pg_temp.state('waiting_a1'), 'pending_payment unpaid 0 0', 'the order is as it was');
select is((select (tests.call('service_role', 'get_health()') ->> 'quarantined_events')::integer), 9, 'health counts the nine');
select tests.answers('service_role', tests.event_call('not_ours', 'payment_intent.succeeded', '{"id": "pi_z", "amount_received": 1, "currency": "gbp", "metadata": {}}'), '{"status": "ignored", "outcome": "not_ours"}', 'somebody else''s payment is stored and ignored');
select tests.answers('service_role', tests.event_call('odd_id', 'payment_intent.succeeded', '{"id": "pi_z", "metadata": {"payment_id": "1; drop table"}}'), '{"status": "ignored", "outcome": "not_ours"}', 'so is metadata that is no id');
select tests.answers('service_role', tests.event_call('odd_type', 'payout.paid', '{}'), '{"status": "ignored", "outcome": "type_not_handled"}', 'so is a type that nothing handles');
select tests.refused('service_role', replace(pg_temp.event('e2', 'succeeded', 'pay_a1'), '''stripe''', '''paypal'''), 'invalid_input', 'a provider that does not exist is refused');
select tests.refused('service_role', 'record_provider_event(''stripe'', null, ''x'', now(), ''{}'')', 'invalid_input', 'so is an event without an id');

-- declined, then succeeded; twice; and a decline that comes late
select tests.answers('service_role', pg_temp.event('evt_declined', 'payment_failed', 'pay_a1', '{"last_payment_error": {"code": "card_declined", "decline_code": "insufficient_funds"}}'), '{"outcome": "payment_declined"}', 'a decline is noted');
select is((select p.failure_code from public.payments p where p.id = tests.id('pay_a1')), 'insufficient_funds', 'with its reason');
select tests.answers('service_role', pg_temp.event('evt_ok', 'succeeded', 'pay_a1'), '{"duplicate": false, "status": "applied", "outcome": "settled"}', 'the next attempt succeeds');
select is(pg_temp.state('waiting_a1'), 'placed paid 333 0', 'and sends the order to the kitchen');
select results_eq($$select p.status, p.failure_code, p.settled_at is not null from public.payments p where p.id = tests.id('pay_a1')$$, $$values ('succeeded', null::text, true)$$, 'the decline is forgotten');
select tests.answers('service_role', pg_temp.event('evt_ok', 'succeeded', 'pay_a1'), '{"duplicate": true, "outcome": "settled"}', 'the same event again is a duplicate');
select tests.answers('service_role', pg_temp.event('evt_ok2', 'succeeded', 'pay_a1'), '{"status": "ignored", "outcome": "already_settled"}', 'another event of the same success settles nothing more');
select tests.answers('service_role', pg_temp.event('evt_declined2', 'payment_failed', 'pay_a1'), '{"status": "ignored"}', 'a decline that comes late changes nothing');
select tests.answers('service_role', pg_temp.event('evt_canceled2', 'canceled', 'pay_a1'), '{"status": "ignored"}', 'nor does a cancellation');
select tests.answers('service_role', 'cancel_payment({pay_a1})', '{"status": "succeeded"}', 'a settled payment is not cancelled');
select is(pg_temp.state('waiting_a1'), 'placed paid 333 0', 'paid once');
select is((select count(*) from private.ledger_transactions t where t.payment_id = tests.id('pay_a1')), 1::bigint, 'booked once');
select is((select count(*) from public.kitchen_tickets t where t.order_id = tests.id('waiting_a1')), 1::bigint, 'cooked once');

-- an effect that fails leaves no event: the provider sends it again, and then it counts
select tests.place('troubled', 'guest_a1', 'table', 'pay_now', 'cola_a1'), tests.start_payment('pay_troubled', 'guest_a1', 'troubled');
create function pg_temp.trouble() returns trigger language plpgsql as $$ begin raise exception 'no lock' using errcode = '55P03'; end $$;
create trigger trouble before insert on private.ledger_entries for each row execute function pg_temp.trouble();
select tests.refused('service_role', pg_temp.event('evt_troubled', 'succeeded', 'pay_troubled'), '55P03', 'an event whose effect fails is not accepted');
select is((select count(*) from private.provider_events e where e.event_id = 'evt_troubled'), 0::bigint, 'nor is it marked as done');
drop trigger trouble on private.ledger_entries;
select tests.answers('service_role', pg_temp.event('evt_troubled', 'succeeded', 'pay_troubled'), '{"duplicate": false, "outcome": "settled"}', 'sent again, it settles');

-- late success on an order that is expired or cancelled: refunded in full
select tests.place('to_expire', 'guest_a1', 'table', 'pay_now', 'cola_a1'), tests.place('to_cancel', 'guest_a1', 'table', 'pay_now', 'beer_a1');
select tests.start_payment('pay_expired', 'guest_a1', 'to_expire'), tests.start_payment('pay_cancelled', 'guest_a1', 'to_cancel');
update public.orders set created_at = now() - interval '31 minutes' where id = tests.id('to_expire');
select private.expire_orders() = 1;
select tests.call('owner_a', 'cancel_order({to_cancel}, ''closing'')');
select tests.answers('service_role', pg_temp.event('evt_' || n, 'succeeded', 'pay_' || n), '{"status": "applied", "outcome": "refunded_closed_order"}', 'late success on an order that is ' || n) from unnest(array['expired', 'cancelled']) n;
select is(pg_temp.state('to_expire') || ' | ' || pg_temp.state('to_cancel'), 'expired paid 333 0 | cancelled paid 600 0', 'the books show the money while it is here');
select results_eq($$select i.name, r.amount_minor, r.status from public.refunds r join tests.ids i on i.id = r.payment_id where i.name in ('pay_expired', 'pay_cancelled') order by 1$$,
  $$values ('pay_cancelled', 600::bigint, 'pending'), ('pay_expired', 333, 'pending')$$, 'and its refund is under way');
select is((select count(*) from private.outbox x join public.refunds r on x.payload ->> 'refund_id' = r.id::text where x.topic = 'refund.requested' and r.payment_id in (tests.id('pay_expired'), tests.id('pay_cancelled'))), 2::bigint, 'the provider is asked for both');
select is((select count(*) from public.kitchen_tickets t where t.order_id in (tests.id('to_expire'), tests.id('to_cancel'))), 0::bigint, 'nothing is cooked');

-- cancelled at the provider; a payment for a smaller rest replaces the old one
select tests.place('again', 'guest_a1', 'table', 'pay_now', 'beer_a1');
select tests.start_payment('first_try', 'guest_a1', 'again');
select tests.answers('service_role', pg_temp.event('evt_cancel', 'canceled', 'first_try'), '{"outcome": "payment_canceled"}', 'a cancelled payment');
select tests.start_payment('second_try', 'guest_a1', 'again');
select isnt(tests.id('second_try'), tests.id('first_try'), 'makes room for another');
select tests.collect('part', 'cashier_a1', 'again', 200);
select is((tests.start_payment('third_try', 'guest_a1', 'again') ->> 'amount_minor')::bigint, 400::bigint, 'after a part at the till only the rest is asked for');
select is((select p.status from public.payments p where p.id = tests.id('second_try')), 'canceled', 'the old attempt is given up');
select is((select count(*) from private.outbox x where x.topic = 'payment.cancel_requested' and x.payload ->> 'payment_id' = tests.id('second_try')::text), 1::bigint, 'and cancelled at the provider');
select tests.answers('service_role', pg_temp.event('evt_third', 'succeeded', 'third_try'), '{"outcome": "settled"}', 'the rest is paid');
select tests.answers('service_role', pg_temp.event('evt_second', 'succeeded', 'second_try'), '{"outcome": "settled"}', 'the old attempt succeeds all the same');
select is((select r.amount_minor from public.refunds r where r.payment_id = tests.id('second_try')), 600::bigint, 'what is too much goes back');
select is((select sum(e.amount_minor) from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id where t.organisation_id = tests.id('org_a')), 0::numeric, 'the books balance');

-- a Checkout Session is the payment's reference until it is paid; then its PaymentIntent is
select tests.place('by_checkout', 'guest_a1', 'table', 'pay_now', 'cola_a1');
select tests.keep('checkout', (tests.call('anon', 'start_payment({$guest_a1}, {by_checkout})') ->> 'payment_id')::uuid);
select tests.answers('service_role', 'attach_payment({checkout}, ''cs_checkout'')', '{"status": "pending"}', 'a session is attached');
select tests.refused('service_role', 'attach_payment({checkout}, ''cs_other'')', 'payment_reference_conflict', 'a second session is a conflict');
select tests.answers('service_role', pg_temp.event('evt_checkout', 'succeeded', 'checkout', '{"id": "pi_checkout"}'), '{"outcome": "settled"}', 'the intent that the session made settles it');
select is((select p.provider_reference from public.payments p where p.id = tests.id('checkout')), 'pi_checkout', 'and is the reference from now on');
select tests.answers('service_role', pg_temp.event('evt_checkout2', 'succeeded', 'checkout', '{"id": "pi_second"}'), '{"status": "quarantined", "outcome": "reference_mismatch"}', 'another intent is not');

-- limits and lifetimes
update private.rate_limits set used = 19 where scope = 'start_payment' and subject = tests.id('guest_a1');
select tests.place('more', 'guest_a1', 'table', 'pay_now', 'beer_a1');
select tests.answers('anon', 'start_payment({$guest_a1}, {more})', '{"amount_minor": 600}', 'the 20th payment of a session and minute starts');
select tests.refused('anon', 'start_payment({$guest_a1}, {more})', 'rate_limited', 'the 21st does not');

select * from finish();
rollback;
