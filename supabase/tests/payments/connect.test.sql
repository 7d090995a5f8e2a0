-- An organisation's own account: who links it, what is believed of it, what goes there, what refunds bring back, what owners see.
begin;
select plan(125);
select tests.fixture();

create function pg_temp.account(p_more jsonb default '{}') returns jsonb language sql as $$
  select '{"id": "acct_a", "object": "account", "charges_enabled": true, "payouts_enabled": true, "capabilities": {"card_payments": "active", "transfers": "active"}, "requirements": {"currently_due": [], "disabled_reason": null}}'::jsonb || p_more
$$;
create function pg_temp.apply_call(p_more jsonb default '{}', p_seen text default now()::text) returns text language sql as $$ select format('apply_account(%L, %L)', pg_temp.account(p_more), p_seen) $$;
create function pg_temp.books(p_payment text, p_kind text) returns text language sql as $$
  select string_agg(x.line, ' | ' order by x.created_at, x.id) from (
    select coalesce(r.created_at, t.occurred_at) as created_at, t.id, string_agg(e.account || ' ' || e.amount_minor, ', ' order by e.amount_minor desc, e.account) as line
    from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id left join public.refunds r on r.id = t.refund_id
    where t.payment_id = tests.id(p_payment) and t.kind = p_kind group by 1, 2) x
$$;
create function pg_temp.refund(p_name text, p_payment text, p_amount bigint) returns text language sql as $$
  select tests.keep(p_name, (r ->> 'refund_id')::uuid)::text from tests.call('cashier_a1', format('refund_payment({%s}, %s, ''test'', ''key of %s'')', p_payment, p_amount, p_name)) r
$$;
create function pg_temp.owed() returns text language sql as $$
  select concat_ws(' ', b ->> 'currency', b ->> 'transferred_minor', b ->> 'owed_minor') from jsonb_array_elements(tests.call('owner_a', 'get_payouts({org_a})') -> 'balances') b
$$;

-- who may
select tests.refused(a, c, '42501', format('%s: %s', a, c)) from unnest(array['anon', 'service_role']) a, unnest(array['start_account_link({org_a})', 'unlink_account({org_a})', 'get_payouts({org_a})']) c;
select tests.refused(a, c, 'permission_denied', format('%s: %s', a, c)) from unnest(array['manager_a', 'cashier_a', 'manager_a1', 'owner_b', 'stranger']) a, unnest(array['start_account_link({org_a})', 'unlink_account({org_a})', 'get_payouts({org_a})']) c;
select tests.refused('authenticated', c, 'not_authenticated', 'a token without a user: ' || c) from unnest(array['start_account_link({org_a})', 'unlink_account({org_a})', 'get_payouts({org_a})']) c;
select tests.refused(a, c, '42501', format('%s does not speak for the provider: %s', a, c)) from unnest(array['anon', 'owner_a']) a,
  unnest(array['attach_account(gen_random_uuid(), ''acct_a'')', 'apply_account(''{}'', now())', 'refuse_destination({online_a1})']) c;
select tests.refused('service_role', c, e, c) from (values ('attach_account(gen_random_uuid(), ''acct_a'')', 'account_not_found'), ('attach_account(gen_random_uuid(), ''cus_a'')', 'invalid_input'), ('attach_account(gen_random_uuid(), null)', 'invalid_input'),
  ('apply_account(''{"object": "account"}'', null)', 'invalid_input'), ('apply_account(null, now())', 'invalid_input'), ('apply_account(''{"object": "customer"}'', now())', 'invalid_input'), ('refuse_destination({online_a1})', 'payment_not_found')) x (c, e);
select tests.refused('owner_a', 'unlink_account({org_a})', 'account_not_found', 'there is nothing to unlink');
select tests.refused('owner_a', format('get_payouts({org_a}, %L, %L)', f, u), 'invalid_input', 'days: ' || d) from (values ('2026-01-02'::date, '2026-01-01'::date, 'none'), ('2026-01-01', '2026-04-03', '93')) x (f, u, d);

create function pg_temp.fee(p_payment text, p_id text, p_minor bigint) returns integer language sql as $$
  select private.book_fees(array[p_id]) from public.payments p, private.keep_balance_transactions(jsonb_build_array(jsonb_build_object('object', 'balance_transaction', 'id', p_id, 'reporting_category', 'charge', 'amount', p.amount_minor,
    'currency', 'gbp', 'fee', p_minor, 'net', p.amount_minor - p_minor, 'balance_currency', 'gbp', 'payment_intent', p.provider_reference, 'created', extract(epoch from now())::bigint))) k
  where p.id = tests.id(p_payment)
$$;

-- without an account: it stays with us and is owed, less what the provider keeps
select is(pg_temp.owed(), 'GBP 0 2500', 'what guests paid is owed');
select is(pg_temp.fee('online_a1', 'txn_1', 39), 1, 'what the provider keeps is booked');
select tests.call('service_role', 'confirm_refund({refund_a1}, ''succeeded'', ''re_1'')') is null;
select results_eq($$select d ->> 'currency', (d ->> 'gross_minor')::bigint, (d ->> 'refunds_minor')::bigint, (d ->> 'provider_fees_minor')::bigint, (d ->> 'platform_fees_minor')::bigint, (d ->> 'disputes_minor')::bigint, (d ->> 'transferred_minor')::bigint, (d ->> 'owed_minor')::bigint
    from jsonb_array_elements(tests.call('owner_a', 'get_payouts({org_a})') -> 'days') d$$,
  $$values ('GBP', 2500::bigint, 250::bigint, 39::bigint, 0::bigint, 0::bigint, 0::bigint, 2211::bigint)$$, 'gross, refunds, fees, and what is owed');
select is(tests.call('owner_a', 'get_payouts({org_a})') -> 'account', 'null', 'there is no account');
select is(tests.call('owner_a', 'get_payouts({org_a}, ''2026-01-01'', ''2026-01-02'')') -> 'days', '[]', 'on other days there was nothing');
select is((tests.call('owner_b', 'get_payouts({org_b})') #> '{balances,0,owed_minor}'), '1250', 'everybody sees their own');

-- linking
select tests.keep('account', (tests.call('owner_a', 'start_account_link({org_a})') ->> 'account_id')::uuid) is null;
select tests.answers('owner_a', 'start_account_link({org_a})', jsonb_build_object('account_id', tests.id('account'), 'provider_reference', null, 'email', 'owner_a@example.test'), 'asked again, it is the same account');
select is((select count(*) from private.outbox b where b.topic = 'account.changed'), 0::bigint, 'of what the provider has not made, nobody asks');
select tests.answers('service_role', 'attach_account({account}, ''acct_a'')', '{"provider_reference": "acct_a"}', 'the provider has made it');
select tests.answers('service_role', 'attach_account({account}, ''acct_a'')', '{"provider_reference": "acct_a"}', 'a repeat is the same');
select tests.refused('service_role', 'attach_account({account}, ''acct_other'')', 'account_reference_conflict', 'it stays that one');
select tests.keep('account_b', (tests.call('owner_b', 'start_account_link({org_b})') ->> 'account_id')::uuid) is null;
select tests.refused('service_role', 'attach_account({account_b}, ''acct_a'')', 'account_reference_conflict', 'and nobody else''s');
select tests.answers('owner_a', 'start_account_link({org_a})', '{"provider_reference": "acct_a"}', 'now it can be filled in');
select is((select b.payload ->> 'account_reference' from private.outbox b where b.topic = 'account.changed'), 'acct_a', 'and is looked at');
select is((select private.destination_of(tests.id('org_a'), 'GBP', 1000)) is null, true, 'an account that nobody has seen takes nothing');

-- what is believed: only what the provider says when it is asked
select tests.answers('service_role', format('record_provider_event(''stripe'', ''evt_acct'', ''account.updated'', now(), %L)', jsonb_build_object('account', 'acct_a', 'data', jsonb_build_object('object', pg_temp.account('{"email": "x@example.test", "individual": {"first_name": "Ada"}, "external_accounts": {"data": []}}')))),
  '{"status": "applied", "outcome": "account_noted"}', 'an event says that it is time to look');
select is((select count(*) from private.outbox b where b.topic = 'account.changed'), 2::bigint, 'so somebody looks');
select ok(not (select e.payload #> '{data,object}' ?| array['email', 'individual', 'external_accounts'] from private.provider_events e where e.event_id = 'evt_acct'), 'who is behind it is not kept');
select is((select a.charges_enabled from public.connected_accounts a where a.id = tests.id('account')), false, 'what it says is not believed');
select tests.answers('service_role', format('record_provider_event(''stripe'', ''evt_acct2'', ''account.updated'', now(), %L)', jsonb_build_object('account', 'acct_x', 'data', jsonb_build_object('object', pg_temp.account('{"id": "acct_x"}')))), '{"status": "ignored", "outcome": "not_ours"}', 'another account is none of ours');
select tests.answers('service_role', format('record_provider_event(''stripe'', ''evt_acct3'', ''payment_intent.succeeded'', now(), %L)', jsonb_build_object('account', 'acct_a', 'data', jsonb_build_object('object', tests.intent('online_a1')))), '{"status": "ignored", "outcome": "other_account"}', 'nothing else of a connected account counts');
select tests.answers('service_role', pg_temp.apply_call(m), '{"outcome": "applied", "charges_enabled": false}', 'not enough to be paid: ' || m::text) from unnest(array['{"charges_enabled": false}', '{"capabilities": {"card_payments": "active", "transfers": "pending"}}', '{"capabilities": {"transfers": "active"}}', '{"capabilities": null}']::jsonb[]) m;
select tests.refused('service_role', pg_temp.apply_call('{"charges_enabled": "perhaps"}'), 'invalid_input', 'what is no account is refused');
select tests.answers('service_role', pg_temp.apply_call('{"requirements": {"currently_due": ["external_account"], "disabled_reason": "requirements.past_due"}, "payouts_enabled": false}'), jsonb_build_object('outcome', 'applied', 'organisation_id', tests.id('org_a'), 'charges_enabled', true, 'payouts_enabled', false), 'this is');
select tests.answers('owner_a', 'get_payouts({org_a})', '{"account": {"provider_reference": "acct_a", "is_linked": true, "charges_enabled": true, "payouts_enabled": false, "requirements": {"currently_due": ["external_account"], "disabled_reason": "requirements.past_due"}}}', 'the owner sees what is missing');
select tests.answers('service_role', pg_temp.apply_call('{"charges_enabled": false}', '2020-01-01'), '{"outcome": "stale"}', 'an answer that was asked for earlier changes nothing');
select tests.answers('service_role', pg_temp.apply_call('{"id": "acct_x"}'), '{"outcome": "not_ours"}', 'one of nobody neither');
select results_eq($$select a.destination, a.fee_minor from private.destination_of(tests.id('org_a'), 'GBP', 1250) a$$, $$values ('acct_a', 51::bigint)$$, 'by the plan starter two and a half percent, rounded half up, and 20 p');
select is((select a.fee_minor from private.destination_of(tests.id('org_a'), 'GBP', 15) a), 15::bigint, 'never more than is paid');
select is((select count(*) from private.destination_of(tests.id('org_a'), 'JPY', 1250) a), 0::bigint, 'in a currency without a rate it stays with us');

-- a payment that goes on
select tests.start_payment('sent', 'guest_a1', 'later_a1') is null;
select is(tests.call('anon', 'start_payment({$guest_a1}, {later_a1})') - '{payment_id,order_id,venue_id,created_at,description}'::text[], jsonb_build_object('status', 'pending', 'currency', 'GBP', 'provider_reference', 'pi_sent', 'amount_minor', p.amount_minor, 'destination', 'acct_a',
  'application_fee_minor', round(p.amount_minor * 0.025) + 20), 'where it goes and what we keep is part of it') from public.payments p where p.id = tests.id('sent');
-- Odd sums, so that proportions do not come out even.
update public.payments set application_fee_minor = 101 where id = tests.id('sent');
select tests.keep('amount_of_sent', null, p.amount_minor::text) is null from public.payments p where p.id = tests.id('sent');
select tests.answers('service_role', tests.event_call('evt_sent', 'payment_intent.succeeded', tests.intent('sent')), '{"outcome": "settled"}', 'paid');
select is(pg_temp.books('sent', 'settlement'), format('provider %s, orders -%s', p.amount_minor, p.amount_minor), 'it is settled as any other') from public.payments p where p.id = tests.id('sent');
select is(pg_temp.books('sent', 'transfer'), format('connected %s, platform_fees 101, provider -%s', p.amount_minor - 101, p.amount_minor), 'and goes on, less our fee') from public.payments p where p.id = tests.id('sent');
select is(pg_temp.fee('sent', 'txn_2', 60), 1, 'the provider''s fee');
select is(pg_temp.books('sent', 'fee'), 'provider_fees 60, platform_fees -60', 'comes out of ours');
select is(pg_temp.owed(), format('GBP %s 2211', p.amount_minor - 101), 'and what is owed stays what it was') from public.payments p where p.id = tests.id('sent');
select throws_ok($$select private.post_transfer(p) from public.payments p where p.id = tests.id('sent')$$, '23505', null, 'nothing goes on twice');

-- refunds bring it back in proportion: three uneven parts are the whole, to the penny
select tests.call('owner_a', 'unlink_account({org_a})') is null;
select pg_temp.refund('part1', 'sent', 333) is null, pg_temp.refund('part2', 'sent', 334) is null, pg_temp.refund('part3', 'sent', p.amount_minor - 667) is null from public.payments p where p.id = tests.id('sent');
select is((select array_agg(distinct b.payload -> 'reverses_transfer') from private.outbox b where b.topic = 'refund.requested' and b.payload ->> 'payment_id' = tests.id('sent')::text), array['true']::jsonb[], 'the provider is asked to bring them back, whether the account is linked or not');
select is((select b.payload -> 'reverses_transfer' from private.outbox b where b.topic = 'refund.requested' and b.payload ->> 'payment_id' = tests.id('online_a1')::text), null, 'what never left is not brought back');
select tests.call('service_role', format('confirm_refund({%s}, ''succeeded'', ''re_%s'')', r, r)) is null from unnest(array['part1', 'part2', 'part3']) r;
select is((select array_agg(-e.amount_minor order by r.amount_minor) from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id join public.refunds r on r.id = t.refund_id where t.payment_id = tests.id('sent') and t.kind = 'transfer_reversal' and e.account = 'platform_fees'),
  (select array[round(101.0 * 333 / p.amount_minor)::bigint, round(101.0 * 667 / p.amount_minor)::bigint - round(101.0 * 333 / p.amount_minor)::bigint, 101 - round(101.0 * 667 / p.amount_minor)::bigint] from public.payments p where p.id = tests.id('sent')), 'of our fee each brings what the whole so far is worth');
select results_eq($$select e.account, sum(e.amount_minor)::bigint from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id where t.payment_id = tests.id('sent') and t.kind in ('transfer', 'transfer_reversal') group by 1 order by 1$$,
  $$values ('connected', 0::bigint), ('platform_fees', 0::bigint), ('provider', 0::bigint)$$, 'together exactly what was sent');
select tests.answers('service_role', 'confirm_refund({part1}, ''succeeded'', ''re_part1'')', '{"outcome": "already_settled"}', 'a repeat brings nothing back');
select is(pg_temp.owed(), 'GBP 0 2211', 'nothing is left there, and nothing more is owed');

-- for any fee and any parts: never more than was sent, and all of it in the end
select set_eq($$
  with recursive parts (amount, fee, n, back, fee_back) as (
    select a, f, 0, 0::numeric, 0::numeric from unnest(array[1, 7, 100, 333, 1999]) a, unnest(array[0, 1, 3, 50]) f where f <= a
    union all
    select amount, fee, n + 1, least(back + 1 + n * 3 % 7, amount), round(fee * least(back + 1 + n * 3 % 7, amount) / amount) from parts where back < amount)
  select distinct fee_back between 0 and fee and (back < amount or fee_back = fee) from parts$$, array[true], 'the proportion of what is back so far is never more than the fee, and of all of it the fee');

-- unlinked, disabled, refused: new payments stay with us
select is((select count(*) from private.destination_of(tests.id('org_a'), 'GBP', 1250) a), 0::bigint, 'an account that is unlinked takes nothing');
select is((tests.call('owner_a', 'unlink_account({org_a})') ->> 'account_id')::uuid, tests.id('account'), 'unlinking again is the same');
select tests.call('owner_a', 'start_account_link({org_a})') is null;
select is((select count(*) from private.destination_of(tests.id('org_a'), 'GBP', 1250) a), 1::bigint, 'linked again, it takes what comes');
select tests.keep('refused', (tests.call('anon', 'start_payment({$guest_a1}, {waiting_a1})') ->> 'payment_id')::uuid) is null;
select tests.answers('service_role', 'refuse_destination({refused})', '{"status": "canceled"}', 'the provider does not take it');
select ok(not tests.call('anon', 'start_payment({$guest_a1}, {waiting_a1})') ? 'destination', 'the next attempt stays with us');
select tests.answers('service_role', 'refuse_destination({refused})', '{"status": "canceled"}', 'a repeat changes nothing');
select tests.answers('service_role', 'refuse_destination({sent})', '{"status": "succeeded"}', 'nor is a payment undone by it');
select tests.answers('service_role', pg_temp.apply_call(), '{"outcome": "stale"}', 'what was asked before it was refused');
select tests.answers('service_role', pg_temp.apply_call('{}', (clock_timestamp() + interval '1 second')::text), '{"charges_enabled": true}', 'a look afterwards says how it is');
select tests.keep('kept', (tests.call('anon', 'start_payment({$guest_a1}, {waiting_a1})') ->> 'payment_id')::uuid) is null;
select is((select p.destination from public.payments p where p.id = tests.id('kept')), null, 'a payment stays what it was started as');

-- refused, failed, late, and made at the provider
select tests.place('again_a1', 'guest_a1', 'table', 'pay_later', 'cola_a1*3') is null, tests.start_payment('again', 'guest_a1', 'again_a1') is null;
select tests.call('service_role', tests.event_call('evt_again', 'payment_intent.succeeded', tests.intent('again'))) is null;
select pg_temp.refund('no', 'again', 999) is null;
select is((select p.reversal_claimed_minor from public.payments p where p.id = tests.id('again')), 999::bigint, 'a refund under way claims its part of what was sent');
select tests.call('service_role', 'confirm_refund({no}, ''failed'', null, ''refused'')') is null;
select is((select concat_ws(' ', p.refund_claimed_minor, p.reversal_claimed_minor, pg_temp.books('again', 'transfer_reversal')) from public.payments p where p.id = tests.id('again')), '0 0', 'what the provider never had brought nothing back');
select pg_temp.refund('late', 'again', 999) is null;
select tests.call('service_role', 'confirm_refund({late}, ''succeeded'', ''re_late'')') is null;
select tests.call('service_role', tests.event_call('evt_late', 'refund.failed', '{"id": "re_late", "status": "failed", "payment_intent": "pi_again", "amount": 999, "currency": "gbp"}')) is null;
select is(pg_temp.owed(), 'GBP 0 3210', 'a refund that comes back later lies with us: it is owed, and was not sent again');
select pg_temp.refund('from_us', 'again', 999) is null;
select is((select r.reverses_transfer from public.refunds r where r.id = tests.id('from_us')), false, 'so the next one comes from us');
select tests.call('service_role', 'confirm_refund({from_us}, ''succeeded'', ''re_from_us'')') is null;
select is(pg_temp.owed(), 'GBP 0 2211', 'and then nothing is owed for it');
select tests.place('third_a1', 'guest_a1', 'table', 'pay_later', 'cola_a1*3') is null, tests.start_payment('third', 'guest_a1', 'third_a1') is null;
select tests.call('service_role', tests.event_call('evt_third', 'payment_intent.succeeded', tests.intent('third'))) is null;
select tests.call('service_role', tests.event_call('evt_dash1', 'refund.created', '{"id": "re_dash1", "status": "succeeded", "payment_intent": "pi_third", "amount": 99, "currency": "gbp", "transfer_reversal": "trr_1"}')) is null;
select tests.call('service_role', tests.event_call('evt_dash2', 'refund.created', '{"id": "re_dash2", "status": "succeeded", "payment_intent": "pi_third", "amount": 100, "currency": "gbp", "transfer_reversal": null}')) is null;
select is(pg_temp.books('third', 'transfer_reversal'), 'provider 99, platform_fees -4, connected -95', 'of refunds in the dashboard one says that it brought its part back, the other does not');
select is(pg_temp.owed(), 'GBP 859 2111', 'that one we paid');

-- a disputed payment is taken from us, wherever it went: what we have paid for it is owed to us
select tests.call('service_role', tests.event_call('evt_du', 'charge.dispute.funds_withdrawn', tests.dispute('du_1', 'third', '{"balance_transactions": [{"id": "txn_du", "amount": -999, "fee": 2000, "net": -2999, "currency": "gbp"}]}'))) is null;
select is(pg_temp.owed(), 'GBP 859 -888', 'below zero the organisation owes us');
select is((select sum((d ->> 'gross_minor')::bigint - (d ->> 'refunds_minor')::bigint - (d ->> 'provider_fees_minor')::bigint - (d ->> 'platform_fees_minor')::bigint - (d ->> 'disputes_minor')::bigint - (d ->> 'transferred_minor')::bigint - (d ->> 'owed_minor')::bigint)::bigint
  from jsonb_array_elements(tests.call('owner_a', 'get_payouts({org_a})') -> 'days') d), 0::bigint, 'a day''s figures add up');

-- in no books, and gone
select tests.call('service_role', tests.event_call('evt_orphan', 'payment_intent.succeeded', tests.intent('kept', '{"id": "pi_orphan", "amount_received": 1, "transfer_data": {"destination": "acct_a"}}'))) is null;
select tests.call('service_role', 'resolve_provider_event(''evt_orphan'', ''refund'', ''nobody ordered'')') is null;
select is((select b.payload -> 'reverses_transfer' from private.outbox b where b.topic = 'charge.refund_requested'), 'true', 'a charge in no books is brought back from where it went');
update public.connected_accounts set seen_at = now() - interval '25 hours' where provider_reference = 'acct_a';
delete from private.outbox where topic = 'account.changed';
select private.look_at_accounts(), private.look_at_accounts() is null;
select is((select array_agg(distinct b.payload ->> 'account_reference') from private.outbox b where b.topic = 'account.changed'), array['acct_a'], 'with a reconciliation it is looked at once a day');
select tests.answers('service_role', pg_temp.apply_call('{"deleted": true}'), '{"outcome": "applied", "charges_enabled": false, "payouts_enabled": false}', 'an account that is gone takes nothing');
select tests.answers('owner_a', 'start_account_link({org_a})', '{"provider_reference": null}', 'the next link makes another');
select is((select array_agg(a.closed_at is null order by a.provider_reference) from public.connected_accounts a where a.organisation_id = tests.id('org_a')), array[false, true], 'which takes its place');
select tests.answers('service_role', pg_temp.apply_call(), '{"outcome": "stale"}', 'for good');

-- by constraint
select throws_ok(format('update public.payments set %s where id = tests.id(%L)', s, p), '23514', null, format('%s: %s', p, s)) from (values ('application_fee_minor = 1', 'online_a1'), ('application_fee_minor = 1000', 'third'), ('reversal_claimed_minor = 1', 'online_a1'), ('reversal_claimed_minor = 1000', 'third'), ('destination = ''acct_a''', 'cash_a1')) x (s, p);
select throws_ok($$update public.payments set destination = 'acct_a' where id = tests.id('online_b1')$$, '23503', null, 'nothing goes to an account of another organisation');
select throws_ok(format('update public.connected_accounts set %s where id = tests.id(''account_b'')', s), '23514', null, s) from unnest(array['charges_enabled = true', 'provider_reference = ''b''', 'closed_at = now()']) s;
select throws_ok($$insert into public.connected_accounts (organisation_id) values (tests.id('org_b'))$$, '23505', null, 'an organisation has one account');
select throws_ok($$update private.application_fees set basis_points = 10001$$, '23514', null, 'a rate is a part');
select throws_ok($$update private.application_fees set currency = 'pounds'$$, '23514', null, 'of a currency');

select * from finish();
rollback;
