-- What contradicts the books: kept, told, and ended by a person, from a closed list, on record. And what is only early waits.
begin;
select plan(94);
select tests.fixture();
delete from private.notices;
update auth.users set email_confirmed_at = now() where id = tests.id('owner_a');
delete from private.outbox;
create function pg_temp.event(p_name text, p_type text, p_payment text, p_more jsonb default '{}') returns text language sql as $$
  select tests.event_call(p_name, 'payment_intent.' || p_type, tests.intent(p_payment, p_more))
$$;
create function pg_temp.resolve(p_event text, p_resolution text, p_reason text default 'looked into') returns text language sql as $$
  select format('resolve_provider_event(%L, %L, %L)', p_event, p_resolution, p_reason)
$$;
create function pg_temp.state(p_order text) returns text language sql as $$
  select concat_ws(' ', o.status, o.payment_status, o.paid_minor, o.refunded_minor) from public.orders o where o.id = tests.id(p_order)
$$;
select tests.place('o' || n, 'guest_a1', 'table', 'pay_now', 'cola_a1'), tests.start_payment('p' || n, 'guest_a1', 'o' || n) from generate_series(1, 6) n;
delete from private.outbox;

-- told
select tests.answers('service_role', pg_temp.event('less', 'succeeded', 'p1', '{"amount_received": 300}'), '{"status": "quarantined", "outcome": "amount_mismatch"}', 'less than was asked');
select tests.answers('service_role', pg_temp.event('more', 'succeeded', 'p2', '{"amount_received": 400}'), '{"status": "quarantined", "outcome": "amount_mismatch"}', 'more than was asked');
select tests.answers('service_role', pg_temp.event('other', 'succeeded', 'p3', '{"id": "pi_orphan"}'), '{"status": "quarantined", "outcome": "reference_mismatch"}', 'a second charge for one payment');
select tests.answers('service_role', pg_temp.event('yen', 'succeeded', 'p4', '{"currency": "jpy"}'), '{"status": "quarantined", "outcome": "amount_mismatch"}', 'another currency');
select tests.answers('service_role', tests.event_call('nobody', 'payment_intent.succeeded', jsonb_build_object('id', 'pi_nobody', 'amount_received', 5, 'currency', 'gbp', 'metadata', jsonb_build_object('payment_id', gen_random_uuid()))), '{"outcome": "unknown_payment"}', 'a payment that is in no books');
select results_eq($$select distinct n.template, n.about from private.notices n order by 2$$, $$select 'payment_trouble', jsonb_build_object('kind', 'event_quarantined', 'amount_minor', 333, 'order_number', n) from generate_series(5, 8) n$$, 'each is told, but the one that is nobody''s');
select is((select count(*) from private.notices), 12::bigint, 'to the owner and two managers');
select set_eq($$select o.topic, o.payload ->> 'event_id' as event_id, o.payload ->> 'outcome' as outcome from private.outbox o where o.topic like 'operators.%'$$,
  $$select t, e.event_id, e.outcome from private.provider_events e, unnest(array['operators.alerted', 'operators.mailed']) t where e.status = 'quarantined'$$, 'the operators of each, also of that one, once');
select is((tests.call('service_role', format('get_mail(''payment_trouble'', %L)', (select n.id from private.notices n where n.user_id = tests.id('owner_a') order by n.about ->> 'order_number' limit 1))) - '{organisation}'::text[]),
  '{"to": "owner_a@example.test", "kind": "event_quarantined", "venue": "Venue a1", "locale": "en-GB", "currency": "GBP", "amount_minor": 333, "order_number": 5}', 'by a mail that says what and where');
select is((tests.call('service_role', 'get_health()') ->> 'quarantined_events')::integer, 5, 'and readiness counts five');

-- listed
select is(jsonb_array_length(tests.call('owner_a', 'list_quarantined_events({org_a})')), 4, 'the owner sees the four of the house');
select is((select e - '{received_at,created_at,object,venue_id}'::text[] from jsonb_array_elements(tests.call('owner_a', 'list_quarantined_events({org_a}, 1)')) e), '{"type": "payment_intent.succeeded", "outcome": "amount_mismatch", "event_id": "less"}', 'page by page');
select is(jsonb_array_length(tests.call('owner_b', 'list_quarantined_events({org_b})')), 0, 'another house has none');
select is(jsonb_array_length(tests.call('service_role', 'list_quarantined_events()')), 5, 'the secret key sees all');
select is(jsonb_array_length(tests.call('service_role', 'list_quarantined_events({org_a})')), 4, 'or one house''s');
select tests.refused(a, 'list_quarantined_events({org_a})', c, a || ' sees none of it') from (values ('anon', '42501'), ('owner_b', 'permission_denied'), ('cashier_a', 'permission_denied'), ('manager_a1', 'permission_denied'), ('stranger', 'permission_denied')) v (a, c);
select tests.refused('owner_a', 'list_quarantined_events()', 'permission_denied', 'a member names the house');

-- who may end it
select tests.refused('anon', pg_temp.resolve('less', 'dismiss'), '42501', 'a guest ends nothing');
select tests.refused('authenticated', pg_temp.resolve('less', 'dismiss'), 'not_authenticated', 'nor does a token without a subject');
select tests.refused(a, pg_temp.resolve('less', 'dismiss'), 'provider_event_not_found', a || ' finds no such event') from unnest(array['owner_b', 'stranger']) a;
select tests.refused(a, pg_temp.resolve('less', 'dismiss'), 'permission_denied', a || ' may not') from unnest(array['cashier_a1', 'server_a1', 'kitchen_a']) a;
select tests.refused('owner_a', pg_temp.resolve('nobody', 'dismiss'), 'provider_event_not_found', 'what is nobody''s is not a member''s');
select tests.refused('service_role', pg_temp.resolve('no such', 'dismiss'), 'provider_event_not_found', 'an event that does not exist');
select tests.refused('owner_a', pg_temp.resolve('evt_paid_a1', 'dismiss'), 'provider_event_not_found', 'one that is not in quarantine belongs to no venue');
select tests.refused('service_role', pg_temp.resolve('evt_paid_a1', 'dismiss'), 'provider_event_not_open', 'and is not open');
select tests.refused('owner_a', pg_temp.resolve('less', r, w), 'invalid_input', 'refused: ' || x) from (values ('shrug', 'x', 'another resolution'), (null, 'x', 'none'), ('dismiss', '  ', 'no reason'), ('dismiss', null, 'null for a reason'), ('dismiss', repeat('x', 281), 'a long reason')) v (r, w, x);
update public.organisations set subscription_status = 'unpaid', trial_ends_at = now() - interval '1 day' where id = tests.id('org_a');
select tests.refused('owner_a', pg_temp.resolve('less', 'dismiss'), 'subscription_inactive', 'nor in read-only mode');
update public.organisations set subscription_status = 'trialing', trial_ends_at = now() + interval '1 day' where id = tests.id('org_a');

-- book: what was charged counts
select tests.answers('manager_a1', pg_temp.resolve('less', 'book'), '{"event_id": "less", "resolution": "book", "outcome": "settled"}', 'less is booked');
select is(pg_temp.state('o1'), 'pending_payment partially_paid 300 0', 'a rest stays due');
select is((tests.start_payment('rest', 'guest_a1', 'o1') ->> 'amount_minor')::integer, 33, 'and can be paid');
select tests.answers('owner_a', pg_temp.resolve('more', 'book'), '{"outcome": "settled"}', 'more is booked');
select is(pg_temp.state('o2'), 'placed paid 400 0', 'the order is paid');
select is((select r.amount_minor from public.refunds r where r.payment_id = tests.id('p2')), 67::bigint, 'and what is too much goes back');
select tests.answers('owner_a', pg_temp.resolve('more', 'book', 'again'), '{"outcome": "settled"}', 'repeated, it is the same');
select tests.refused('owner_a', pg_temp.resolve('more', 'dismiss'), 'provider_event_not_open', 'another resolution comes too late');
select is((select count(*) from private.ledger_transactions t where t.payment_id = tests.id('p2') and t.kind = 'settlement'), 1::bigint, 'booked once');
select results_eq($$select e.status, e.resolution, e.resolution_reason, e.resolved_by, e.resolved_at is not null from private.provider_events e where e.event_id = 'more'$$, $$select 'resolved', 'book', 'looked into', tests.id('owner_a'), true$$, 'with who, why and when');
select is((select a.after - 'outcome' from private.audit_events a where a.table_name = 'provider_events' and a.after ->> 'event_id' = 'more' and a.actor_id = tests.id('owner_a') and a.venue_id = tests.id('venue_a1')), '{"reason": "looked into", "event_id": "more", "resolution": "book"}', 'on record');
select tests.refused('owner_a', pg_temp.resolve(e, r), 'resolution_not_applicable', x) from (values ('yen', 'book', 'another currency cannot be booked'), ('other', 'book', 'nor a charge that is not the payment''s'), ('yen', 'apply', 'what is still wrong is not applied')) v (e, r, x);
select is((select string_agg(e.status, ' ') from private.provider_events e where e.event_id in ('yen', 'other')), 'quarantined quarantined', 'and stays in quarantine');

-- refund: the charge is in no books
delete from private.outbox;
select tests.answers('owner_a', pg_temp.resolve('other', 'refund'), '{"resolution": "refund"}', 'a charge that is not the payment''s goes back');
select tests.answers('service_role', pg_temp.resolve('nobody', 'refund'), '{"resolution": "refund"}', 'so does one of nobody''s, by the secret key');
select tests.answers('owner_a', pg_temp.resolve('yen', 'refund'), '{"resolution": "refund"}', 'and one in another currency');
select set_eq($$select o.topic, o.payload from private.outbox o where o.topic like 'charge%'$$, $$values ('charge.refund_requested', '{"event_id": "other", "payment_reference": "pi_orphan"}'::jsonb), ('charge.refund_requested', '{"event_id": "nobody", "payment_reference": "pi_nobody"}'), ('charge.refund_requested', '{"event_id": "yen", "payment_reference": "pi_p4"}')$$, 'by a job each');
select is((select string_agg(p.status, ' ' order by p.provider_reference) from public.payments p where p.id in (tests.id('p3'), tests.id('p4'))), 'pending canceled', 'the payment whose own charge goes back is over; the other one is still open');
select tests.answers('service_role', tests.event_call('gone', 'refund.created', '{"id": "re_gone", "payment_intent": "pi_orphan", "status": "succeeded", "amount": 333, "currency": "gbp", "metadata": {"orphan_of": "other"}}'), '{"status": "applied", "outcome": "orphan_refunded"}', 'the provider reports it');
select tests.answers('service_role', tests.event_call('lie', 'refund.created', '{"id": "re_lie", "payment_intent": "pi_online_a1", "status": "succeeded", "amount": 100, "currency": "gbp", "metadata": {"orphan_of": "more"}}'), '{"outcome": "refund_succeeded"}', 'a refund that only says so is booked like any other');
select tests.answers('service_role', pg_temp.event('twice', 'succeeded', 'online_a2', '{"amount_received": 1}'), '{"status": "quarantined", "outcome": "amount_mismatch"}', 'an event about a settled payment');
select tests.refused('service_role', pg_temp.resolve('twice', 'refund'), 'resolution_not_applicable', 'is refunded as that payment, not as an orphan');
select tests.answers('service_role', pg_temp.resolve('twice', 'dismiss'), '{"resolution": "dismiss", "outcome": "amount_mismatch"}', 'or dismissed');
select tests.answers('service_role', tests.event_call('no_id', 'payment_intent.succeeded', tests.intent('rest') - 'id'), '{"outcome": "reference_mismatch"}', 'an event that names no charge');
select tests.refused('service_role', pg_temp.resolve('no_id', 'refund'), 'resolution_not_applicable', 'has none to give back');
select tests.answers('service_role', tests.event_call('too_much', 'refund.created', '{"id": "re_x", "payment_intent": "pi_online_a1", "status": "succeeded", "amount": 99999, "currency": "gbp"}'), '{"outcome": "refund_exceeds_payment"}', 'a refund above the payment');
select tests.refused('owner_a', pg_temp.resolve('too_much', r), 'resolution_not_applicable', r || ' is for payments') from unnest(array['book', 'refund']) r;

-- apply: what was wrong has been put right
select tests.answers('service_role', pg_temp.event('late_row', 'succeeded', 'p5', '{"amount_received": 334}'), '{"outcome": "amount_mismatch"}', 'a payment whose row is wrong');
update public.payments set amount_minor = 334 where id = tests.id('p5');
select tests.answers('owner_a', pg_temp.resolve('late_row', 'apply'), '{"outcome": "settled"}', 'is applied once it has been corrected');
select is(pg_temp.state('o5'), 'placed paid 334 0', 'as if nothing had been');

-- early: a refund before its payment
select tests.answers('service_role', tests.event_call('early', 'refund.created', '{"id": "re_early", "payment_intent": "pi_p6", "status": "succeeded", "amount": 333, "currency": "gbp"}'), '{"status": "deferred", "outcome": "payment_not_settled"}', 'a refund of what is not paid yet waits');
select is(private.sweep_events(), 0, 'a moment');
select tests.answers('service_role', tests.event_call('charged', 'charge.refunded', jsonb_build_object('id', 'ch_6', 'payment_intent', 'pi_p6', 'amount_captured', 333, 'currency', 'gbp', 'metadata', jsonb_build_object('payment_id', tests.id('p6')))), '{"status": "applied", "outcome": "settled"}', 'the charge''s refund is the first to say that it was paid');
select is((select e.status || ' ' || e.outcome from private.provider_events e where e.event_id = 'early'), 'applied refund_succeeded', 'then the refund is applied');
select is(pg_temp.state('o6'), 'placed refunded 333 333', 'and the order paid and refunded');
select tests.answers('service_role', pg_temp.event('after_all', 'succeeded', 'p6'), '{"outcome": "already_settled"}', 'the success itself comes last and changes nothing');
select tests.answers('service_role', tests.event_call('foreign_charge', 'charge.refunded', '{"id": "ch_z", "payment_intent": "pi_z", "metadata": {}}'), '{"status": "ignored", "outcome": "not_ours"}', 'somebody else''s charge is not ours');
select tests.answers('service_role', tests.event_call('foreign', 'refund.created', '{"id": "re_f", "payment_intent": "pi_foreign", "status": "succeeded", "amount": 1, "currency": "gbp"}'), '{"status": "deferred"}', 'a refund of a payment that never comes');
update private.provider_events set received_at = now() - interval '59 minutes' where event_id = 'foreign';
select is(private.sweep_events(), 0, 'waits an hour');
update private.provider_events set received_at = now() - interval '61 minutes' where event_id = 'foreign';
select is(private.sweep_events(), 1, 'then it is for a person');
select is((select e.status || ' ' || e.outcome from private.provider_events e where e.event_id = 'foreign'), 'quarantined unknown_payment', 'in quarantine');

-- other accounts, the other mode, and what comes before it is stored
select tests.answers('service_role', replace(tests.event_call('connect', 'payment_intent.succeeded', tests.intent('rest')), '"type"', '"account": "acct_1", "type"'), '{"status": "ignored", "outcome": "other_account"}', 'an event of a connected account changes nothing');
select tests.answers('service_role', format('record_provider_event(''stripe'', ''live'', ''payment_intent.succeeded'', now(), %L, false)', jsonb_build_object('livemode', true, 'data', jsonb_build_object('object', tests.intent('rest')))), '{"status": "ignored", "outcome": "other_mode"}', 'nor does one of the other mode');
select is(pg_temp.state('o1'), 'pending_payment partially_paid 300 0', 'nothing at all');
select tests.answers('service_role', format('record_provider_event(''stripe'', ''test'', ''payment_intent.succeeded'', now(), %L, false)', jsonb_build_object('livemode', false, 'data', jsonb_build_object('object', tests.intent('rest')))), '{"outcome": "settled"}', 'one of this mode does');
select tests.place('o7', 'guest_a1', 'table', 'pay_now', 'cola_a1'), tests.keep('p7', (tests.call('anon', 'start_payment({$guest_a1}, {o7})') ->> 'payment_id')::uuid);
select tests.answers('service_role', pg_temp.event('before', 'succeeded', 'p7'), '{"outcome": "settled"}', 'a success before its intent is stored');
select tests.answers('service_role', 'attach_payment({p7}, ''pi_p7'')', '{"status": "succeeded"}', 'is found by who comes to store it');

-- late, where the venue wants it
select tests.place('l' || n, 'guest_a1', 'table', 'pay_now', 'cola_a1'), tests.start_payment('lp' || n, 'guest_a1', 'l' || n) from generate_series(1, 3) n;
update public.orders set created_at = now() - interval '31 minutes' where id in (select tests.id('l' || n) from generate_series(1, 3) n);
select tests.affects('owner_a', 'update public.venues set revives_late_orders = true where id = {venue_a1}', 1, 'a venue wants its late orders');
select private.expire_orders() >= 3;
select tests.answers('service_role', pg_temp.event('lev1', 'succeeded', 'lp1'), '{"outcome": "settled"}', 'paid late');
select is(pg_temp.state('l1'), 'placed paid 333 0', 'it is cooked');
select is((select count(*) from public.kitchen_tickets t where t.order_id = tests.id('l1')), 1::bigint, 'with its ticket');
update public.orders set business_date = business_date - 1, number = 999 where id = tests.id('l2');
select tests.answers('service_role', pg_temp.event('lev2', 'succeeded', 'lp2'), '{"outcome": "refunded_closed_order"}', 'but not on another day');
update public.venues set revives_late_orders = false where id = tests.id('venue_a1');
select tests.answers('service_role', pg_temp.event('lev3', 'succeeded', 'lp3'), '{"outcome": "refunded_closed_order"}', 'nor where the venue does not want it');

select * from finish();
rollback;
