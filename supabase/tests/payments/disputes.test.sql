-- Disputes: the books follow what the provider moves, in whatever order its events come, and people are told.
begin;
select plan(49);
select tests.fixture();
delete from private.notices;
create function pg_temp.event(p_name text, p_type text, p_dispute jsonb, p_at timestamptz default now()) returns text language sql as $$
  select replace(tests.event_call(p_name, 'charge.dispute.' || p_type, p_dispute), 'now()', quote_literal(p_at))
$$;
create function pg_temp.moved(p_id text, p_amount bigint, p_fee bigint) returns jsonb language sql as $$
  select jsonb_build_object('id', p_id, 'amount', p_amount, 'fee', p_fee, 'net', p_amount - p_fee, 'currency', 'gbp')
$$;
create function pg_temp.books(p_payment text) returns text language sql as $$
  select string_agg(x.account || ' ' || x.sum, ', ' order by x.account) from (
    select e.account, sum(e.amount_minor) as sum from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
    where t.payment_id = tests.id(p_payment) and t.kind = 'dispute' group by 1 having sum(e.amount_minor) <> 0) x
$$;
create function pg_temp.told() returns text language sql as $$
  with gone as (delete from private.notices returning about)
  select string_agg(distinct g.about ->> 'kind', ', ') || ' ' || count(*) from gone g
$$;
create temporary table steps as select jsonb_build_array(pg_temp.moved('txn_w', -1250, 2000)) as withdrawn, jsonb_build_array(pg_temp.moved('txn_w', -1250, 2000), pg_temp.moved('txn_r', 1250, 0)) as reinstated;

-- opened
select tests.answers('service_role', pg_temp.event('e1', 'created', tests.dispute('du_1', 'online_a1'), now() - interval '9 days'), '{"status": "applied", "outcome": "dispute_needs_response"}', 'a dispute is opened');
select is(pg_temp.told(), 'dispute_opened 3', 'owner and managers are told');
select is(pg_temp.books('online_a1'), null, 'no money has moved yet');
select tests.answers('service_role', pg_temp.event('e2', 'funds_withdrawn', tests.dispute('du_1', 'online_a1', (select jsonb_build_object('balance_transactions', withdrawn) from steps)), now() - interval '9 days'), '{"outcome": "dispute_needs_response"}', 'the bank takes it');
select is(pg_temp.books('online_a1'), 'dispute_fees 2000, disputes 1250, provider -3250', 'the disputed sum is held, the fee is gone');
select tests.answers('service_role', pg_temp.event('e3', 'updated', tests.dispute('du_1', 'online_a1', (select jsonb_build_object('status', 'under_review', 'balance_transactions', withdrawn) from steps)), now() - interval '8 days'), '{"outcome": "dispute_under_review"}', 'evidence is sent');
select is(pg_temp.books('online_a1'), 'dispute_fees 2000, disputes 1250, provider -3250', 'a movement is booked once, however often it is told');
select is((select concat_ws(' ', o.payment_status, o.paid_minor, o.refunded_minor) from public.orders o where o.id = tests.id('paid_a1')), 'paid 1250 0', 'the order stays as it was paid');
select is(pg_temp.told(), null, 'nobody is told of what they did themselves');

-- lost
select tests.answers('service_role', pg_temp.event('e4', 'closed', tests.dispute('du_1', 'online_a1', (select jsonb_build_object('status', 'lost', 'balance_transactions', withdrawn) from steps)), now() - interval '1 day'), '{"outcome": "dispute_lost"}', 'the bank decides');
select is(pg_temp.books('online_a1'), 'dispute_fees 2000, dispute_losses 1250, provider -3250', 'what was held is lost');
select is(pg_temp.told(), 'dispute_lost 3', 'which is told');
select tests.answers('service_role', pg_temp.event('e5', 'updated', tests.dispute('du_1', 'online_a1', (select jsonb_build_object('status', 'under_review', 'balance_transactions', withdrawn) from steps)), now() - interval '2 days'), '{"outcome": "dispute_lost"}', 'an older event does not open it again');
select is(pg_temp.books('online_a1') || coalesce(pg_temp.told(), ''), 'dispute_fees 2000, dispute_losses 1250, provider -3250', 'nor move anything');
-- and won after all
select tests.answers('service_role', pg_temp.event('e6', 'funds_reinstated', tests.dispute('du_1', 'online_a1', (select jsonb_build_object('status', 'won', 'balance_transactions', reinstated) from steps))), '{"outcome": "dispute_won"}', 'an appeal is won');
select is(pg_temp.books('online_a1'), 'dispute_fees 2000, provider -2000', 'the loss comes back, the fee does not');
select is(pg_temp.told(), 'dispute_won 3', 'which is told');

-- the same story, told backwards
select tests.answers('service_role', pg_temp.event('b1', 'funds_reinstated', tests.dispute('du_2', 'online_a2', (select jsonb_build_object('status', 'won', 'balance_transactions', jsonb_build_array(pg_temp.moved('txn_w2', -1250, 2000), pg_temp.moved('txn_r2', 1250, 0))) from steps))), '{"outcome": "dispute_won"}', 'backwards: the end comes first');
select tests.answers('service_role', pg_temp.event('b2', 'created', tests.dispute('du_2', 'online_a2'), now() - interval '9 days'), '{"outcome": "dispute_won"}', 'backwards: the beginning last');
select is(pg_temp.books('online_a2'), 'dispute_fees 2000, provider -2000', 'backwards: the same books');
select is(pg_temp.told(), 'dispute_won 2', 'backwards: told once, of the end');
select tests.answers('service_role', pg_temp.event('c1', 'closed', tests.dispute('du_3', 'online_b1', '{"status": "lost"}')), '{"outcome": "dispute_lost"}', 'lost before the money is known to be gone');
select is(pg_temp.books('online_b1'), null, 'moves nothing');
select tests.answers('service_role', pg_temp.event('c2', 'funds_withdrawn', tests.dispute('du_3', 'online_b1', jsonb_build_object('balance_transactions', jsonb_build_array(pg_temp.moved('txn_w3', -1250, 2000)))), now() - interval '9 days'), '{"outcome": "dispute_lost"}', 'the withdrawal comes late');
select is(pg_temp.books('online_b1'), 'dispute_fees 2000, dispute_losses 1250, provider -3250', 'and is lost at once');
select is((select sum(e.amount_minor) from private.ledger_entries e), 0::numeric, 'the books balance');

-- of one second, the decision counts
select tests.answers('service_role', pg_temp.event('s1', 'closed', tests.dispute('du_4', 'online_a2', '{"status": "won"}'), '2026-01-01'), '{"outcome": "dispute_won"}', 'decided');
select tests.answers('service_role', pg_temp.event('s2', 'updated', tests.dispute('du_4', 'online_a2', '{"status": "under_review"}'), '2026-01-01'), '{"outcome": "dispute_won"}', 'in the same second: still decided');

-- what does not fit
select tests.answers('service_role', pg_temp.event('x1', 'created', tests.dispute('du_5', 'online_a1', '{"currency": "eur"}')), '{"status": "quarantined", "outcome": "dispute_mismatch"}', 'another currency is quarantined');
select tests.answers('service_role', pg_temp.event('x2', 'updated', tests.dispute('du_1', 'online_a2')), '{"status": "quarantined", "outcome": "dispute_mismatch"}', 'so is a dispute that changes its payment');
select tests.answers('service_role', pg_temp.event('x3', 'created', tests.dispute('du_6', 'online_a1', '{"status": "shrugged"}')), '{"status": "quarantined", "outcome": "malformed"}', 'so is a status that nobody knows');
select throws_ok(tests.expand($$insert into private.ledger_transactions (organisation_id, venue_id, currency, kind, order_id, payment_id, dispute_id) select p.organisation_id, p.venue_id, 'GBP', 'dispute', p.order_id, p.id, d.id
  from public.payments p, public.disputes d where p.id = {online_a1} and d.provider_reference = 'du_3'$$), '23503', null, 'no books of another payment''s dispute');
select throws_ok($$insert into public.disputes (venue_id, payment_id, provider_reference, status, reason, amount_minor, opened_at, reported_at) select tests.id('venue_b1'), tests.id('online_a1'), 'du_x', 'lost', 'x', 1, now(), now()$$, '23503', null, 'nor a dispute of another venue''s payment');

-- before the payment is known to be paid
select tests.start_payment('early', 'guest_a1', 'waiting_a1');
select tests.answers('service_role', pg_temp.event('d1', 'created', tests.dispute('du_8', 'early')), '{"status": "deferred", "outcome": "payment_not_settled"}', 'a dispute of what is not paid yet waits');
select tests.answers('service_role', tests.event_call('d2', 'payment_intent.succeeded', tests.intent('early')), '{"outcome": "settled"}', 'then it is paid');
select is((select e.status || ' ' || e.outcome from private.provider_events e where e.event_id = 'd1'), 'applied dispute_needs_response', 'and disputed');

-- who sees what
select tests.affects(a, 'select 1 from public.disputes where venue_id = {venue_a1}', n, format('%s sees %s', a, n)) from (values ('owner_a', 2), ('kitchen_a1', 2), ('owner_b', 0), ('stranger', 0)) v (a, n);
select tests.refused('anon', 'select 1 from public.disputes', '42501', 'a guest sees none');
select tests.refused(a, 'update public.disputes set status = ''won''', '42501', a || ' decides none') from unnest(array['owner_a', 'service_role']) a;
select is((select jsonb_agg(d - '{dispute_id,venue_id,order_id,payment_id,business_date,respond_by,opened_at}'::text[]) from jsonb_array_elements(tests.call('owner_b', 'get_disputes({org_b})')) d),
  '[{"status": "lost", "reason": "fraudulent", "currency": "GBP", "held_minor": 0, "lost_minor": 1250, "fees_minor": 2000, "amount_minor": 1250, "order_number": 1}]', 'the owner''s report: what is held, lost and kept');
select is(jsonb_array_length(tests.call('manager_a', 'get_disputes({org_a})')), 4, 'of all venues of the house');
select tests.refused(a, 'get_disputes({org_a})', c, a || ' gets no report') from (values ('anon', '42501'), ('cashier_a', 'permission_denied'), ('manager_a1', 'permission_denied'), ('owner_b', 'permission_denied')) v (a, c);

select * from finish();
rollback;
