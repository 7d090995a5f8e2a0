-- A reconciliation from its request to its end, as the worker's calls move it: who may ask, whose it is, what each difference
-- is called, and what of it whom is told.
begin;
select plan(165);
select tests.fixture();
create function pg_temp.call(p_name text, p_rest text default '', p_worker text default 'worker_1') returns text language sql as $$
  select format('%s({run}, {%s}%s)', p_name, p_worker, p_rest)
$$;
create function pg_temp.asks(p_actor text default 'service_role', p_since text default '') returns jsonb language plpgsql as $$
declare
  v_run jsonb := tests.call(p_actor, format('request_reconciliation(%s)', p_since));
begin
  perform tests.keep('run', (v_run ->> 'run_id')::uuid);
  return v_run;
end $$;
create function pg_temp.compare(p_object jsonb) returns jsonb language sql as $$
  select tests.call('service_role', pg_temp.call('compare_with_provider', format(', %L', jsonb_build_array(p_object)))) -> 0
$$;
-- What is noted of one object: the kinds that are open for it.
create function pg_temp.noted(p_object jsonb) returns text language plpgsql as $$
begin
  perform tests.call('service_role', pg_temp.call('save_reconciliation_page', format(', ''payments'', null, %L', jsonb_build_array(p_object))));
  return (select string_agg(f.kind, ' ' order by f.kind) from private.reconciliation_findings f where f.subject = p_object ->> 'id' and f.resolved_at is null);
end $$;
create function pg_temp.pi(p_payment text, p_status text, p_more jsonb default '{}') returns jsonb language sql as $$
  select tests.intent(p_payment) || jsonb_build_object('object', 'payment_intent', 'status', p_status) || p_more
$$;
create function pg_temp.re(p_id text, p_status text, p_amount bigint, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('id', p_id, 'object', 'refund', 'status', p_status, 'amount', p_amount, 'currency', 'gbp', 'payment_intent', 'pi_online_a1') || p_more
$$;
select tests.keep('worker_1', gen_random_uuid()), tests.keep('worker_2', gen_random_uuid()), tests.keep('run', gen_random_uuid());

-- who may call what
select tests.refused(a, c, '42501', a || ': ' || c) from unnest(array['anon', 'owner_a', 'stranger']) a, unnest(array['request_reconciliation()', 'get_reconciliation_status()', pg_temp.call('claim_reconciliation'),
  pg_temp.call('release_reconciliation'), pg_temp.call('get_missing_events', ', array[''evt_1'']'), pg_temp.call('compare_with_provider', ', ''[]'''), pg_temp.call('get_unconfirmed_objects'),
  pg_temp.call('save_reconciliation_page', ', ''events'', null'), pg_temp.call('finish_reconciliation')]) c;
select tests.refused(a, 'select 1 from private.' || t, '42501', a || ' does not read ' || t) from unnest(array['anon', 'owner_a', 'service_role']) a,
  unnest(array['reconciliation_runs', 'reconciliation_findings', 'reconciliation_seen', 'balance_transactions']) t;

-- one is asked for
select tests.answers('service_role', 'get_reconciliation_status()', '{"run": null, "open_findings": 0, "findings": [], "days": []}', 'before the first there is nothing to tell');
select tests.refused('service_role', 'get_reconciliation_status({run})', 'reconciliation_not_found', 'an unknown run is not found');
select tests.refused('service_role', format('request_reconciliation(%s)', s), 'invalid_input', 'refused: since ' || s) from unnest(array['now() + interval ''1 day''', 'now() - interval ''401 days''', '''infinity''']) s;
select ok(pg_temp.asks() ->> 'outcome' is null, 'an operator asks for one');
select results_eq($$select r.requested_by, r.window_from, r.window_to from private.reconciliation_runs r$$, $$values ('operator', date_trunc('day', now() - interval '29 days', 'UTC'), now())$$, 'the first looks back as far as the provider keeps its events, in whole days');
select is(private.reconcile_by_clock(), tests.id('run'), 'the clock finds it under way');
select tests.answers('service_role', 'request_reconciliation(now() - interval ''2 days'')', jsonb_build_object('run_id', tests.id('run')), 'who asks for less joins it');
select tests.refused('service_role', 'request_reconciliation(now() - interval ''40 days'')', 'reconciliation_running', 'who asks for more waits');
select is((select count(*) from private.outbox x where x.topic = 'provider.reconcile' and x.payload ->> 'run_id' = tests.id('run')::text), 3::bigint, 'as long as no worker has it, one is asked each time');

-- one worker has it
select tests.refused('service_role', pg_temp.call('get_missing_events', ', array[''evt_1'']'), 'reconciliation_lost', 'nobody works on what he has not claimed');
select tests.refused('service_role', 'claim_reconciliation({run}, null)', 'invalid_input', 'a worker has a name');
select tests.refused('service_role', 'claim_reconciliation(gen_random_uuid(), {worker_1})', 'reconciliation_not_found', 'an unknown run is not claimed');
select tests.answers('service_role', pg_temp.call('claim_reconciliation'), '{"claimed": true, "step": "events", "page_after": null}', 'the first worker has it');
select tests.answers('service_role', pg_temp.call('claim_reconciliation', p_worker => 'worker_2'), '{"claimed": false}', 'the second does not');
select tests.answers('service_role', pg_temp.call('claim_reconciliation'), '{"claimed": true}', 'the first may ask again');
select is(private.reconcile_by_clock(), tests.id('run'), 'the clock lets them work');
select is((select count(*) from private.outbox x where x.topic = 'provider.reconcile'), 3::bigint, 'and asks no other');
select tests.answers('service_role', pg_temp.call('save_reconciliation_page', ', ''events'', ''evt_9'', ''[]'', ''{"events_seen": 3}'''), '{"new_findings": 0}', 'a page is done');
update private.reconciliation_runs set lease_until = now() - interval '1 second';
select tests.answers('service_role', pg_temp.call('claim_reconciliation', p_worker => 'worker_2'), '{"claimed": true, "step": "events", "page_after": "evt_9"}', 'when the lease is over another one goes on where it was');
select tests.refused('service_role', c, 'reconciliation_lost', 'the first has lost it: ' || split_part(c, '(', 1)) from unnest(array[pg_temp.call('get_missing_events', ', array[''evt_1'']'), pg_temp.call('compare_with_provider', ', ''[]'''),
  pg_temp.call('get_unconfirmed_objects'), pg_temp.call('save_reconciliation_page', ', ''events'', null'), pg_temp.call('finish_reconciliation'), pg_temp.call('release_reconciliation')]) c;
select tests.answers('service_role', pg_temp.call('release_reconciliation', ', ''no answer''', 'worker_2'), '{"released": true}', 'with an error the job is repeated');
select results_eq($$select r.last_error, r.worker, r.lease_until from private.reconciliation_runs r$$, $$values ('no answer', null::uuid, null::timestamptz)$$, 'and the run says why');
select is((select count(*) from private.outbox x where x.topic = 'provider.reconcile'), 3::bigint, 'no other job is needed');
select tests.call('service_role', pg_temp.call('claim_reconciliation')), tests.call('service_role', pg_temp.call('release_reconciliation'));
select is((select count(*) from private.outbox x where x.topic = 'provider.reconcile'), 4::bigint, 'without one, time is over and another job goes on');
select tests.call('service_role', pg_temp.call('claim_reconciliation'));

-- events that never came
select tests.call('service_role', tests.event_call('evt_known', 'invoice.paid', '{}'));
select is(tests.call('service_role', pg_temp.call('get_missing_events', ', array[''evt_b'', ''evt_known'', ''evt_a'']')), '["evt_b", "evt_a"]', 'what is missing, in the order asked');
select tests.refused('service_role', pg_temp.call('get_missing_events', format(', %L', e)), 'invalid_input', 'refused: no events, or more than a hundred') from unnest(array['{}', (select array_agg('evt_' || n)::text from generate_series(1, 101) n)]) e;
select tests.refused('service_role', pg_temp.call('save_reconciliation_page', s), 'invalid_input', 'refused: ' || s) from unnest(array[', ''dance'', null', ', null, null', ', ''events'', null, ''{}''', ', ''events'', null, ''[]'', ''[]''', ', ''events'', null, null']) s;

-- payments: what the provider would have said, and what it is called when that does not settle it
select tests.start_payment('open_a1', 'guest_a1', 'waiting_a1');
select is(pg_temp.compare(pg_temp.pi('online_a1', 'succeeded')), null, 'what agrees is no difference');
select is(pg_temp.compare(pg_temp.pi('open_a1', s)), null, 'nor is an open payment that is ' || s) from unnest(array['requires_payment_method', 'requires_action', 'processing']) s;
select is(pg_temp.compare('{"id": "pi_x", "object": "payment_intent", "status": "succeeded", "amount_received": 5, "currency": "gbp", "metadata": {}}'), null, 'what carries none of our ids is somebody else''s');
select is(pg_temp.compare(pg_temp.pi('open_a1', 'succeeded')), '{"object_id": "pi_open_a1", "event_id": "reconciled:payment_intent.succeeded:pi_open_a1", "type": "payment_intent.succeeded", "seen_at": null}', 'a success that never came');
select is(pg_temp.compare(pg_temp.pi('open_a1', 'canceled')) ->> 'type', 'payment_intent.canceled', 'a cancellation that never came');
select is(pg_temp.compare(pg_temp.pi('open_a1', 'canceled', '{"id": "pi_loser"}')), null, 'unless it is of another attempt');
select is(pg_temp.noted(pg_temp.pi('open_a1', s, m)), k, format('%s: %s', k, n)) from (values
  ('succeeded', '{"amount_received": 332}'::jsonb, 'payment_amount_differs', 'another amount arrived'), ('succeeded', '{"currency": "eur"}', 'payment_amount_differs', 'another currency'),
  ('requires_action', '{"amount": 1}', 'payment_amount_differs', 'another amount is asked for'), ('succeeded', '{}', 'payment_status_differs', 'paid there, open here'),
  ('canceled', '{}', 'payment_status_differs', 'given up there, open here'), ('missing', '{}', 'payment_missing_there', 'open here, unknown there')) v (s, m, k, n);
select is(pg_temp.noted(pg_temp.pi('open_a1', 'processing')), null, 'and when they agree again, it is resolved');
select is((select count(*) from private.reconciliation_findings f where f.subject = 'pi_open_a1' and f.resolved_at is not null), 3::bigint, 'each finding lasts from the first time to the last');
select is(pg_temp.noted(pg_temp.pi('online_a1', s, m)), k, format('%s: %s', k, n)) from (values
  ('succeeded', '{"id": "pi_other"}'::jsonb, 'payment_paid_twice', 'two intents took money for one payment'), ('succeeded', '{"amount_received": 1}', 'payment_amount_differs', 'booked with another amount'),
  ('requires_payment_method', '{}', 'payment_status_differs', 'paid here, open there'), ('canceled', '{}', 'payment_status_differs', 'paid here, given up there'), ('missing', '{}', 'payment_missing_there', 'paid here, unknown there')) v (s, m, k, n);
select is(pg_temp.noted(pg_temp.pi('online_a1', 'succeeded')), null, 'all is well again');
select is(pg_temp.noted(pg_temp.pi('online_a1', 'succeeded', jsonb_build_object('id', 'pi_nowhere', 'metadata', jsonb_build_object('payment_id', gen_random_uuid())))), 'payment_unknown_here', 'money for a payment that does not exist');
select is(pg_temp.noted(pg_temp.pi('online_a1', 'requires_action', jsonb_build_object('id', 'pi_nowhere2', 'metadata', jsonb_build_object('payment_id', gen_random_uuid())))), null, 'without money it is nothing');
select tests.call('service_role', 'cancel_payment({open_a1})');
select is(pg_temp.noted(pg_temp.pi('open_a1', 'requires_payment_method')), null, 'given up a moment ago, it may still be open there');
alter table public.payments disable trigger set_updated_at;
update public.payments set updated_at = now() - interval '16 minutes' where id = tests.id('open_a1');
alter table public.payments enable trigger set_updated_at;
select is(pg_temp.noted(pg_temp.pi('open_a1', 'requires_payment_method')), 'payment_status_differs', 'later it should not');
select is((select count(*) from private.outbox x where x.topic = 'payment.cancel_requested' and x.payload ->> 'payment_id' = tests.id('open_a1')::text), 1::bigint, 'and is cancelled once more');
select is(pg_temp.noted(pg_temp.pi('open_a1', 'canceled')), null, 'which ends it');
select is(pg_temp.compare('{"id": "cs_1", "object": "checkout.session"}'), null, 'a checkout page says nothing by itself');

-- refunds
select is(pg_temp.compare(pg_temp.re('re_1', 'succeeded', 250, jsonb_build_object('metadata', jsonb_build_object('refund_id', tests.id('refund_a1'))))) ->> 'event_id', 'reconciled:refund.updated:re_1:succeeded', 'a refund of ours that was made');
select is(pg_temp.compare(pg_temp.re('re_1', s, 250, jsonb_build_object('metadata', jsonb_build_object('refund_id', tests.id('refund_a1'))))) ->> 'type', 'refund.updated', 'or is ' || s) from unnest(array['failed', 'canceled', 'pending', 'requires_action']) s;
select is(pg_temp.compare(pg_temp.re('re_2', 'succeeded', 10)) ->> 'type', 'refund.created', 'a refund that was made there');
select is(pg_temp.compare(pg_temp.re('re_2', 'failed', 10)), null, 'but not one that failed');
select is(pg_temp.compare(pg_temp.re('re_3', 'succeeded', 10, '{"payment_intent": "pi_x"}')), null, 'nor somebody else''s');
select is(pg_temp.noted(pg_temp.re('re_3', 'succeeded', 10, jsonb_build_object('payment_intent', 'pi_x', 'metadata', jsonb_build_object('refund_id', gen_random_uuid())))), 'refund_unknown_here', 'one with an id of ours that nobody gave');
select is(pg_temp.noted(pg_temp.re('re_2', 'succeeded', 10)), 'refund_unknown_here', 'made there and still not here');
select is(pg_temp.noted(pg_temp.re('re_1', 'succeeded', 251, jsonb_build_object('metadata', jsonb_build_object('refund_id', tests.id('refund_a1'))))), 'refund_amount_differs', 'another amount was refunded');
select is(pg_temp.noted(pg_temp.re('re_1', 'succeeded', 250, jsonb_build_object('currency', 'eur', 'metadata', jsonb_build_object('refund_id', tests.id('refund_a1'))))), 'refund_amount_differs', 'or in another currency');
select tests.call('service_role', 'confirm_refund({refund_a1}, ''succeeded'', ''re_1'')');
select is(pg_temp.noted(pg_temp.re('re_1', 'succeeded', 250)), null, 'the same on both sides');
select is(pg_temp.compare(pg_temp.re('re_1', 'failed', 250)) ->> 'type', 'refund.failed', 'a refund that came back');
select is(pg_temp.noted(pg_temp.re('re_1', s, 250)), k, format('%s: made here, %s there', k, s)) from (values ('failed', 'refund_status_differs'), ('pending', 'refund_status_differs'), ('missing', 'refund_missing_there')) v (s, k);
select is(pg_temp.noted(pg_temp.re('re_1', 'succeeded', 250)), null, 'and all is well');

-- what the lists did not show is asked for by its id
update public.payments set created_at = now() - interval '1 hour' where id = tests.id('online_a1');
update public.refunds set created_at = now() - interval '1 hour' where id = tests.id('refund_a1');
select is(tests.call('service_role', pg_temp.call('get_unconfirmed_objects')), '[]', 'everything of this window has been seen, and so have the findings');
delete from private.reconciliation_seen;
select is(tests.call('service_role', pg_temp.call('get_unconfirmed_objects')), '[{"object": "payment", "object_id": "pi_nowhere"}, {"object": "payment", "object_id": "pi_online_a1"}, {"object": "payment", "object_id": "pi_other"}, {"object": "refund", "object_id": "re_1"}, {"object": "refund", "object_id": "re_2"}, {"object": "refund", "object_id": "re_3"}]',
  'payments and refunds of the window, and what is still open; what was made a moment ago may be on its way');
select is(jsonb_array_length(tests.call('service_role', pg_temp.call('get_unconfirmed_objects', ', 2'))), 2, 'a few at a time');

-- the balance: what moved there, once, beside what is booked
create function pg_temp.moved(p_id text, p_category text, p_amount bigint, p_days integer, p_more jsonb) returns jsonb language sql as $$
  select jsonb_build_object('id', p_id, 'object', 'balance_transaction', 'reporting_category', p_category, 'amount', p_amount, 'currency', 'gbp', 'fee', 35, 'net', p_amount - 35, 'balance_currency', 'gbp',
    'created', extract(epoch from now() - make_interval(days => p_days))::bigint) || p_more
$$;
create function pg_temp.keeps(p_moved jsonb[]) returns jsonb language sql as $$
  select tests.call('service_role', pg_temp.call('save_reconciliation_page', format(', ''balance'', null, %L', to_jsonb(p_moved))))
$$;
select pg_temp.keeps(array[pg_temp.moved('txn_1', 'charge', 1250, 2, '{"payment_intent": "pi_online_a1"}'), pg_temp.moved('txn_2', 'refund', -250, 0, '{"payment_intent": "pi_online_a1", "refund": "re_1"}'),
  pg_temp.moved('txn_3', 'payout', -900, 2, '{}'), pg_temp.moved('txn_1', 'charge', 1250, 2, '{"payment_intent": "pi_online_a1"}')]);
select is((select count(*) from private.balance_transactions), 3::bigint, 'each movement is kept once');
create function pg_temp.days(p_organisation text default 'org_a') returns table (ago integer, figures text) language sql as $$
  select (now() at time zone 'UTC')::date - d.day, concat_ws(' ', d.provider_minor, d.books_minor, d.in_transit_minor, d.unknown_here_minor, d.missing_there_minor, d.amount_differs_minor, d.provider_fees_minor)
  from private.balance_days((now() at time zone 'UTC')::date - 5, (now() at time zone 'UTC')::date + 1, tests.id(p_organisation)) d
$$;
-- the other venue's payment of 1250 is booked, and nothing moved for it
select set_eq($$select * from pg_temp.days()$$, $$values (2, '1250 0 1250 0 0 0 35'), (0, '-250 2250 -1250 0 1250 0 35')$$, 'booked on another day is in transit; booked and never moved is missing there; a payout is neither');
select is((select count(*) from private.balance_differences((now() at time zone 'UTC')::date - 5, (now() at time zone 'UTC')::date)), 0::bigint, 'in transit is explained');
select pg_temp.keeps(array[pg_temp.moved('txn_4', 'charge', 700, 2, jsonb_build_object('payment_intent', 'pi_nowhere', 'metadata', jsonb_build_object('payment_id', tests.id('open_a1')))), pg_temp.moved('txn_5', 'charge', 80, 2, '{"payment_intent": "pi_strange"}')]);
select set_eq($$select * from pg_temp.days() where ago = 2$$, $$values (2, '1950 0 1250 700 0 0 70')$$, 'moved for us and not booked is unknown here; what is not ours does not count');
select is_empty($$select * from private.balance_days((now() at time zone 'UTC')::date - 5, (now() at time zone 'UTC')::date + 1) d where d.provider_minor - d.books_minor <> d.in_transit_minor + d.unknown_here_minor - d.missing_there_minor + d.amount_differs_minor$$, 'the parts always explain the whole');
select set_eq($$select * from pg_temp.days('org_b')$$, $$values (0, '0 1250 0 0 1250 0 0')$$, 'each organisation its own');

-- the end
select tests.answers('service_role', pg_temp.call('finish_reconciliation'), '{"outcome": "differences", "step": "findings"}', 'it ends with differences');
select set_eq($$select f.kind || ' ' || coalesce(i.name, f.subject) from private.reconciliation_findings f left join tests.ids i on i.id::text = f.subject where f.resolved_at is null$$,
  $$values ('payment_unknown_here pi_nowhere'), ('payment_paid_twice pi_other'), ('refund_unknown_here re_2'), ('refund_unknown_here re_3'), ('balance_differs ' || 'GBP ' || (now() at time zone 'UTC')::date - 2)$$, 'by name');
select is((select count(*) from private.reconciliation_seen), 0::bigint, 'nothing is left of what was seen');
select tests.answers('service_role', pg_temp.call('claim_reconciliation', p_worker => w), '{"claimed": false}', 'and nobody goes on: ' || w) from unnest(array['worker_1', 'worker_2']) w;
select tests.refused('service_role', pg_temp.call('finish_reconciliation'), 'reconciliation_lost', 'nor ends it twice');
select tests.answers('service_role', 'get_health()', '{"reconciliation": {"open_findings": 5}}', 'health counts the five');
select tests.answers('service_role', 'get_reconciliation_status({run})', '{"open_findings": 5, "run": {"outcome": "differences", "counts": {"events_seen": 3}}}', 'operators see the run');
select is(jsonb_array_length(tests.call('service_role', 'get_reconciliation_status()') -> 'findings'), 5, 'and all of the findings');

-- the next one: an hour before the end of the last, and it looks at the days that were open
update public.refunds set created_at = now() - interval '2 hours', status = 'pending', settled_at = null, provider_reference = null where id = tests.id('refund_a2');
select pg_temp.asks('service_role'), tests.call('service_role', pg_temp.call('claim_reconciliation'));
select results_eq($$select r.window_from from private.reconciliation_runs r where r.id = tests.id('run')$$, $$values (now() - interval '1 hour')$$, 'windows overlap by an hour');
alter table private.balance_transactions disable trigger balance_transactions_append_only;
delete from private.balance_transactions where id = 'txn_4';
alter table private.balance_transactions enable trigger balance_transactions_append_only;
select tests.call('service_role', pg_temp.call('finish_reconciliation'));
select is((select count(*) from private.reconciliation_findings f where f.kind = 'balance_differs' and f.resolved_at is null), 0::bigint, 'a day that is right is resolved');
select is((select f.subject from private.reconciliation_findings f where f.kind = 'refund_not_made' and f.resolved_at is null), tests.id('refund_a2')::text, 'a refund that was asked for an hour ago and never made has a name');
select pg_temp.asks('service_role', 'now() - interval ''3 days'''), tests.call('service_role', pg_temp.call('claim_reconciliation'));
select results_eq($$select r.window_from from private.reconciliation_runs r where r.id = tests.id('run')$$, $$values (date_trunc('day', now() - interval '3 days', 'UTC'))$$, 'who asks for more gets whole days');
select tests.call('service_role', 'confirm_refund({refund_a2}, ''succeeded'', ''re_a2'')'), tests.call('service_role', pg_temp.call('finish_reconciliation'));
select is((select count(*) from private.reconciliation_findings f where f.kind = 'refund_not_made' and f.resolved_at is null), 0::bigint, 'until it is made');

-- what cannot be finished is given up, and another one begins from the last good one
select pg_temp.asks();
update private.reconciliation_runs set requested_at = now() - interval '7 hours' where id = tests.id('run');
select tests.call('service_role', pg_temp.call('claim_reconciliation'));
select is(private.reconcile_by_clock(), tests.id('run'), 'a worker that has it is left in peace');
update private.reconciliation_runs set lease_until = now() - interval '1 second' where id = tests.id('run');
select isnt(private.reconcile_by_clock(), tests.id('run'), 'after six hours without an end another one begins');
select is((select r.outcome from private.reconciliation_runs r where r.id = tests.id('run')), 'failed', 'and the old one has failed');
select is((select r.window_from from private.reconciliation_runs r where r.outcome is null), now() - interval '1 hour', 'which counts for nothing');

-- the owner's report
select tests.refused('anon', 'get_reconciliation_report({org_a})', '42501', 'a guest has no report');
select tests.refused(a, 'get_reconciliation_report({org_a})', 'permission_denied', a || ' has no report') from unnest(array['manager_a1', 'staff_a', 'cashier_a', 'owner_b', 'stranger']) a;
select tests.refused('owner_a', format('get_reconciliation_report({org_a}, %s)', r), 'invalid_input', 'refused: ' || r) from unnest(array['current_date, current_date - 1', 'current_date - 92, current_date']) r;
select set_eq($$select f ->> 'kind' || ' ' || (f ->> 'subject') from jsonb_array_elements(tests.call('owner_a', 'get_reconciliation_report({org_a})') -> 'findings') f where f ->> 'resolved_at' is null$$,
  $$values ('payment_paid_twice pi_other'), ('refund_unknown_here re_2')$$, 'an owner sees what is the house''s own');
select tests.answers('owner_b', 'get_reconciliation_report({org_b})', '{"findings": []}', 'and another owner nothing of it');
select is((tests.call('owner_a', 'get_reconciliation_report({org_a})') ->> 'reconciled_until')::timestamptz, now(), 'with the time until which it holds');
select set_eq($$select ((now() at time zone 'UTC')::date - (d ->> 'day')::date)::integer as ago, (d ->> 'provider_minor')::integer as moved from jsonb_array_elements(tests.call('owner_a', 'get_reconciliation_report({org_a}, current_date - 91, current_date)') -> 'days') d$$,
  $$values (2, 1250), (0, -250)$$, 'and the days');
select is(tests.call('owner_a', 'get_reconciliation_report({org_a}, current_date - 30, current_date - 20)') -> 'findings', '[]', 'a time before has none');

select * from finish();
rollback;
