-- write_off_order: what nobody will pay is given up by a manager, with a reason, in balanced books.
begin;
select plan(38);
select tests.fixture();
create function pg_temp.off(p_order text, p_reason text default 'left without paying', p_key text default 'k') returns text language sql as $$
  select format('write_off_order({%s}, %L, %L)', p_order, p_reason, p_key)
$$;

-- who may: owner and manager of the venue
select tests.refused('anon', pg_temp.off('later_a1'), '42501', 'a guest writes nothing off');
select tests.refused(a, pg_temp.off('later_a1'), 'permission_denied', a || ' writes nothing off') from unnest(array['staff_a', 'kitchen_a', 'server_a', 'cashier_a']) a;
select tests.refused(a, pg_temp.off('later_a1'), 'order_not_found', a || ' finds no such order') from unnest(array['manager_b1', 'owner_b', 'stranger']) a;
select tests.refused('manager_a1', pg_temp.off('later_a2'), 'order_not_found', 'nor a manager one of another venue');

-- what: the rest of a completed order
select tests.refused('owner_a', pg_temp.off(o), 'order_not_completed', o || ' is not completed') from unnest(array['later_a1', 'waiting_a1', 'till_a1']) o;
select tests.collect('part_a1', 'owner_a', 'later_a1', 1000);
update public.orders set status = 'served' where id = tests.id('later_a1');
select tests.call('owner_a', $$advance_order({later_a1}, 'completed', 'walked out', true)$$);
select tests.refused('owner_a', 'close_table_session({guest_a1})', 'table_session_unsettled', 'completed by force, it still keeps the table open');
select tests.refused('owner_a', pg_temp.off('later_a1', r), 'invalid_input', 'needs a reason') from unnest(array[null, ' ', repeat('x', 281)]) r;
select tests.refused('owner_a', pg_temp.off('later_a1', 'x', k), 'idempotency_key_invalid', 'needs a key') from unnest(array[null, '']) k;
create temporary table before as select private.business_date('Europe/London', '04:00') as day, tests.call('owner_a', 'get_ledger_balance({org_a})') as balance;
select tests.answers('manager_a1', pg_temp.off('later_a1', ' left without paying '), '{"amount_minor": 1025, "payment_status": "paid", "due_minor": 0}', 'a manager gives up the rest');
select tests.answers('manager_a1', pg_temp.off('later_a1', ' left without paying '), '{"amount_minor": 1025}', 'a repeat is the same answer');
select tests.refused('manager_a1', pg_temp.off('later_a1', 'another reason'), 'idempotency_key_reused', 'another request is another key');
select tests.refused('owner_a', pg_temp.off('later_a1', 'again', 'k2'), 'order_already_paid', 'what is settled is not written off again');
select tests.keep('off_a1', p.id) from public.payments p where p.method = 'write_off';
select is((select count(*) from public.payments p where p.method = 'write_off'), 1::bigint, 'once');
select results_eq($$select e.account, e.amount_minor from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id where t.payment_id = tests.id('off_a1') order by 1$$,
  $$values ('orders', -1025::bigint), ('write_off', 1025)$$, 'balanced entries, and no money');
select is(((tests.call('owner_a', 'get_ledger_balance({org_a})') #>> '{0,accounts,write_off}')::bigint), 1025::bigint, 'the trial balance shows the loss');
select is(tests.call('owner_a', 'get_ledger_balance({org_a})') #>> '{0,sum_minor}', '0', 'and sums to nothing');
select is(tests.call('owner_a', 'get_ledger_balance({org_a})') #> '{0,accounts,cash}', (select balance #> '{0,accounts,cash}' from before), 'the till is as it was');
select results_eq($$select e.actor_id, e.after ->> 'reason', e.after ->> 'amount_minor' from private.audit_events e where e.row_id = tests.id('off_a1')$$, $$values (tests.id('manager_a1'), 'left without paying', '1025')$$, 'who gave up how much, and why, is kept');
select tests.refused('owner_a', $$refund_payment({off_a1}, 100, 'came back', 'r')$$, 'payment_not_refundable', 'what was not paid is not given back');
select tests.refused('owner_a', $$collect_payment({later_a1}, 'cash', 100, 'c')$$, 'order_already_paid', 'nor collected any more');
select tests.answers('owner_a', $$refund_payment({part_a1}, 1000, 'cold', 'r2')$$, '{"amount_minor": 1000}', 'what was paid of it can still be refunded');
select tests.call('owner_a', $$cancel_order({waiting_a1}, 'gone')$$);
select tests.answers('owner_a', 'close_table_session({guest_a1})', '{}', 'and the table can be closed');

-- by constraint
select throws_ok(format($$insert into public.payments (venue_id, organisation_id, order_id, method, status, amount_minor, currency, settled_at, collected_by, reason, tip_minor)
  select venue_id, organisation_id, order_id, %s from public.payments where id = tests.id('off_a1')$$, c), '23514', null, c)
from unnest(array['''write_off'', ''succeeded'', 1, ''GBP'', now(), collected_by, null, 0', '''write_off'', ''succeeded'', 1, ''GBP'', now(), collected_by, '' '', 0',
  '''write_off'', ''succeeded'', 1, ''GBP'', now(), null, ''x'', 0', '''write_off'', ''succeeded'', 1, ''GBP'', now(), collected_by, ''x'', 1', '''cash'', ''succeeded'', 1, ''GBP'', now(), collected_by, ''x'', 0']) c;
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select tests.refused('owner_a', pg_temp.off('later_a1', 'x', 'k3'), 'subscription_inactive', 'a read-only organisation gives nothing up');

select * from finish();
rollback;
