-- Every gap of a crossing to the provider has an owner: what has no outcome in time is asked about, once at a time, and what the
-- provider answers has the effect of the event that did not come. By back-dated rows, never by waiting.
begin;
select plan(76);
select tests.fixture();
select tests.call('service_role', 'confirm_refund({refund_' || v || '}, ''succeeded'', ''re_' || v || ''')') from unnest(array['a1', 'a2', 'b1']) v;
delete from private.outbox;
create function pg_temp.state(p_payment text) returns text language sql as $$
  select concat_ws(' ', p.status, p.provider_reference, o.status, o.payment_status) from public.payments p join public.orders o on o.id = p.order_id where p.id = tests.id(p_payment)
$$;
create function pg_temp.age(p_payment text, p_age interval) returns void language sql as $$ update public.payments set created_at = now() - p_age where id = tests.id(p_payment) $$;
create function pg_temp.asked() returns text language sql as $$
  with gone as (delete from private.outbox returning topic, payload)
  select string_agg(g.topic || ' ' || coalesce(i.name, '?'), ', ' order by g.topic, i.name) from gone g
  left join tests.ids i on i.id = coalesce(g.payload ->> 'refund_id', g.payload ->> 'payment_id')::uuid
$$;
create function pg_temp.reserve(p_name text, p_order text) returns void language sql as $$
  select tests.keep(p_name, (tests.call('anon', format('start_payment({$guest_a1}, {%s})', p_order)) ->> 'payment_id')::uuid)
$$;

-- who may call what
select tests.refused(a, c, '42501', a || ' does not call ' || split_part(c, '(', 1)) from unnest(array['anon', 'owner_a']) a,
  unnest(array['get_payment_check({online_a1})', 'report_payment({online_a1}, ''dead'')', 'finish_claim({online_a1})']) c;

-- reserved, and nobody came back
select tests.place('o1', 'guest_a1', 'table', 'pay_now', 'cola_a1'), pg_temp.reserve('reserved', 'o1');
select is(private.sweep_payments(), 0, 'a payment that was reserved a moment ago is left to its function');
select pg_temp.age('reserved', '119 seconds');
select is(private.sweep_payments(), 0, 'for two minutes');
select pg_temp.age('reserved', '121 seconds');
select is(private.sweep_payments(), 1, 'then its maker is not coming back');
select is(pg_temp.asked(), 'payment.cancel_requested reserved', 'and whatever it made is ended');
select is(private.sweep_payments(), 0, 'by one job at a time');
update private.provider_checks set requested_at = now() - interval '61 minutes';
select is(private.sweep_payments() || ' ' || pg_temp.asked(), '1 payment.cancel_requested reserved', 'a job that was lost or is dead is asked for again after an hour');
select tests.answers('service_role', 'cancel_payment({reserved})', '{"status": "canceled", "provider_reference": null, "amount_minor": 333, "currency": "GBP", "description": "Order #005"}', 'the worker learns what may have been made');
select is(private.sweep_payments(), 0, 'and then it is over');
select isnt(tests.start_payment('next', 'guest_a1', 'o1') ->> 'payment_id', tests.id('reserved')::text, 'the bill is open: the order can be paid by another attempt');
delete from private.outbox;

-- pending, and no event came
select is(private.sweep_payments(), 0, 'a payment that the guest is making is left alone');
select pg_temp.age('next', '6 minutes');
select is(private.sweep_payments() || ' ' || pg_temp.asked(), '1 payment.check_requested next', 'after five minutes the provider is asked');
select tests.answers('service_role', 'get_payment_check({next})', jsonb_build_object('payment_id', tests.id('next'), 'status', 'pending', 'provider_reference', 'pi_next', 'is_over', false), 'with what is known of it');
select tests.answers('service_role', 'report_payment({next}, ''open'')', '{"outcome": "open"}', 'the guest is still at it');
select is(pg_temp.state('next'), 'pending pi_next pending_payment unpaid', 'nothing changes');
select is(private.sweep_payments(), 0, 'and nobody is asked for ten minutes');
update private.provider_checks set answered_at = now() - interval '10 minutes';
select is(private.sweep_payments() || ' ' || pg_temp.asked(), '1 payment.check_requested next', 'then again');
select tests.answers('service_role', 'report_payment({next}, ''processing'')', '{"outcome": "processing"}', 'money on its way is waited for');
select pg_temp.age('next', '31 minutes');
select tests.answers('service_role', 'get_payment_check({next})', '{"is_over": true}', 'after half an hour the guest has had their time');
select tests.answers('service_role', 'report_payment({next}, ''succeeded'', ''pi_next'', 333, ''gbp'')', '{"outcome": "settled"}', 'paid: the effect of the event that did not come');
select is(pg_temp.state('next'), 'succeeded pi_next placed paid', 'the kitchen has it');
select tests.answers('service_role', 'report_payment({next}, ''succeeded'', ''pi_next'', 333, ''gbp'')', '{"outcome": "already_settled"}', 'asked twice, settled once');
select tests.answers('service_role', tests.event_call('evt_next', 'payment_intent.succeeded', tests.intent('next')), '{"status": "ignored", "outcome": "already_settled"}', 'the event that comes after all changes nothing');
select is((select count(*) from private.ledger_transactions t where t.payment_id = tests.id('next')), 1::bigint, 'booked once');
select is((select count(*) from private.provider_checks), 1::bigint, 'what has an outcome is not asked about: only the cancelled one''s row is left');
select is(private.sweep_payments(), 0, 'nor swept');
select tests.answers('service_role', 'report_payment({next}, ''dead'')', '{"outcome": "already_settled"}', 'and cannot die any more');

-- dead at the provider
select tests.place('o2', 'guest_a1', 'table', 'pay_now', 'cola_a1'), tests.start_payment('dead', 'guest_a1', 'o2'), pg_temp.age('dead', '1 hour');
delete from private.outbox;
select is(private.sweep_payments(), 1, 'another');
select tests.answers('service_role', 'report_payment({dead}, ''dead'')', '{"outcome": "payment_canceled"}', 'what died there is given up here');
select is(pg_temp.state('dead'), 'canceled pi_dead pending_payment unpaid', 'and the order can be paid again');
-- the guest was faster than the cancellation, and the event never came
select tests.answers('service_role', 'report_payment({dead}, ''succeeded'', ''pi_dead'', 333, ''gbp'')', '{"outcome": "settled"}', 'a cancelled one that was paid all the same is settled');
-- contradictions change nothing
select tests.place('o3', 'guest_a1', 'table', 'pay_now', 'cola_a1'), tests.start_payment('odd', 'guest_a1', 'o3');
select tests.answers('service_role', format('report_payment({odd}, ''succeeded'', %s)', a), jsonb_build_object('outcome', o), 'refused by the books: ' || a)
from (values ('''pi_odd'', 332, ''gbp''', 'amount_mismatch'), ('''pi_odd'', 333, ''eur''', 'amount_mismatch'), ('''pi_odd''', 'amount_mismatch'), ('''pi_other'', 333, ''gbp''', 'reference_mismatch'), ('null, 333, ''gbp''', 'reference_mismatch')) v (a, o);
select is(pg_temp.state('odd'), 'pending pi_odd pending_payment unpaid', 'the payment is as it was');
select tests.refused('service_role', c, e, 'refused: ' || c) from (values ('report_payment({odd}, ''lost'')', 'invalid_input'), ('report_payment({odd}, null)', 'invalid_input'), ('report_payment(gen_random_uuid(), ''dead'')', 'payment_not_found'),
  ('report_payment({cash_a1}, ''dead'')', 'payment_not_found'), ('get_payment_check(gen_random_uuid())', 'payment_not_found'), ('get_payment_check({cash_a1})', 'payment_not_found')) v (c, e);

-- refunds
select tests.keep('refund', (tests.call('owner_a', 'refund_payment({online_a1}, 100, ''cold'', ''r1'')') ->> 'refund_id')::uuid);
delete from private.outbox;
update public.payments set created_at = now() where id = tests.id('odd');
select is(private.sweep_payments(), 0, 'a refund that was asked for a moment ago is left to its job');
update public.refunds set created_at = now() - interval '6 minutes' where id = tests.id('refund');
select is(private.sweep_payments(), 1, 'one that nobody confirmed is asked about');
select is((select o.payload - 'refund_id' from private.outbox o), '{"amount_minor": 100, "refund_reference": null, "payment_reference": "pi_online_a1"}'::jsonb, 'with all that makes it the same refund');
select is(pg_temp.asked(), 'refund.check_requested refund', 'once');
select tests.answers('service_role', 'confirm_refund({refund}, ''pending'', ''re_slow'')', '{"outcome": "pending"}', 'the bank takes its time');
update private.provider_checks set answered_at = answered_at - interval '11 minutes' where kind = 'refund';
select is(private.sweep_payments(), 0, 'a refund that the provider has is left to it for an hour');
update public.refunds set created_at = now() - interval '61 minutes' where id = tests.id('refund');
select is(private.sweep_payments(), 1, 'then it is asked about by its reference');
select is((select o.payload ->> 'refund_reference' from private.outbox o), 're_slow', 'which the job names');
select tests.answers('service_role', 'confirm_refund({refund}, ''succeeded'', ''re_slow'')', '{"outcome": "succeeded"}', 'and has its outcome');
select is(private.sweep_payments(), 0, 'for good');
update private.provider_checks set requested_at = now() - interval '25 hours';
select is(private.sweep_payments(), 0, 'old rows');
select is((select count(*) from private.provider_checks), 0::bigint, 'are swept away');

-- a key with a lease
select tests.place('o4', 'guest_a1', 'table', 'pay_now', 'cola_a1');
create temporary table answers as select tests.call('anon', 'start_payment({$guest_a1}, {o4}, ''key 1'', ''{"method": "checkout"}'')') as a;
select tests.keep('claim', (a ->> 'claim_id')::uuid), tests.keep('keyed', (a ->> 'payment_id')::uuid) from answers;
select tests.refused('anon', 'start_payment({$guest_a1}, {o4}, ''key 1'', ''{"method": "checkout"}'')', 'idempotency_key_in_use', 'while it runs the key is in use');
select tests.refused('anon', 'start_payment({$guest_a1}, {o4}, ''key 1'', ''{"method": "payment_intent"}'')', 'idempotency_key_reused', 'and stands for its request alone');
select tests.refused('anon', 'start_payment({$guest_a1}, {o3}, ''key 1'', ''{"method": "checkout"}'')', 'idempotency_key_reused', 'and its order');
select tests.refused('anon', 'start_payment({$guest_a1}, {o4}, '''')', 'idempotency_key_invalid', 'an empty key is none');
select tests.refused('anon', 'start_payment(''guess'', {o4}, ''key 1'', ''{"method": "checkout"}'')', 'guest_session_invalid', 'whoever has the key but not the secret gets nothing');
update private.idempotency_keys set claimed_until = now() where claim_id = tests.id('claim');
truncate answers;
insert into answers select tests.call('anon', 'start_payment({$guest_a1}, {o4}, ''key 1'', ''{"method": "checkout"}'')');
select is((select a ->> 'payment_id' from answers), tests.id('keyed')::text, 'when the lease is over the next call takes it over, with the same payment');
select isnt((select a ->> 'claim_id' from answers), tests.id('claim')::text, 'under its own claim');
select tests.answers('service_role', 'finish_claim({claim}, ''{"payment_id": "x"}'')', 'false', 'the first, should it live, closes nothing any more');
select tests.keep('claim', (a ->> 'claim_id')::uuid) from answers;
select tests.answers('service_role', format('finish_claim({claim}, %L)', jsonb_build_object('payment_id', tests.id('keyed'))), 'true', 'the second does');
select tests.answers('service_role', 'finish_claim({claim})', 'false', 'once');
select tests.refused('service_role', 'finish_claim(null)', 'invalid_input', 'no claim is refused');
select tests.call('service_role', 'report_payment({keyed}, ''succeeded'', ''pi_keyed'', 333, ''gbp'')');
select tests.answers('anon', 'start_payment({$guest_a1}, {o4}, ''key 1'', ''{"method": "checkout"}'')', jsonb_build_object('payment_id', tests.id('keyed'), 'replayed', true, 'status', 'succeeded'), 'the key is answered with its payment, though the order is paid');
select tests.refused('anon', 'start_payment({$guest_a1}, {o4}, ''key 2'')', 'order_already_paid', 'another key is another attempt');
select tests.answers('anon', 'start_payment({$guest_a1}, {o3}, ''key 2'')', '{"status": "pending"}', 'what was refused left its key free');
select tests.keep('claim', (select k.claim_id from private.idempotency_keys k where k.key = 'key 2'));
select tests.answers('service_role', 'finish_claim({claim})', 'true', 'a claim without an answer is given up');
select tests.answers('anon', 'start_payment({$guest_a1}, {o3}, ''key 2'')', '{"status": "pending"}', 'and free at once');

select * from finish();
rollback;
