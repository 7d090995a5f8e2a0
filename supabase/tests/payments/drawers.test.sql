-- The cash drawer: opened with a float, filled by cash payments, emptied by refunds, counted at the end; in balanced books.
begin;
select plan(129);
select tests.fixture();
create function pg_temp.open(p_name text, p_actor text, p_float bigint, p_drawer text, p_blind boolean default false) returns jsonb language plpgsql as $$
declare
  v_drawer jsonb := tests.call(p_actor, format('open_drawer({venue_a1}, %L, %s, %L, %L)', p_drawer, p_float, 'open ' || p_name, p_blind));
begin
  perform tests.keep(p_name, (v_drawer ->> 'drawer_session_id')::uuid);
  return v_drawer;
end $$;
create function pg_temp.open_call(p_name text, p_float text default '0', p_key text default 'k') returns text language sql as $$ select format('open_drawer({venue_a1}, %L, %s, %L)', p_name, p_float, p_key) $$;
create function pg_temp.cash(p_order text, p_amount bigint, p_key text, p_drawer text default null, p_method text default 'cash') returns text language sql as $$
  select format('collect_payment({%s}, %L, %s, %L, 0, null, null, null, %s)', p_order, p_method, p_amount, p_key, coalesce('{' || p_drawer || '}', 'null'))
$$;
create function pg_temp.balance() returns jsonb language sql as $$ select tests.call('owner_a', 'get_ledger_balance({org_a})') -> 0 $$;
create function pg_temp.moved(p_before jsonb, p_account text) returns bigint language sql as $$
  select coalesce((pg_temp.balance() #>> array['accounts', p_account])::bigint, 0) - coalesce((p_before #>> array['accounts', p_account])::bigint, 0)
$$;
create temporary table at_first as select pg_temp.balance() as balance;

-- who may: payments.collect opens, fills and counts; payments.refund takes out; analytics.read reads the report
select tests.refused('anon', pg_temp.open_call('Bar'), '42501', 'a guest opens no drawer');
select tests.refused(a, pg_temp.open_call('Bar'), 'permission_denied', a || ' opens none') from unnest(array['staff_a', 'kitchen_a1', 'owner_b', 'cashier_b1', 'stranger']) a;
select tests.refused('cashier_a1', pg_temp.open_call(n), 'invalid_input', 'a drawer has a short name') from unnest(array[null, ' ', repeat('x', 61)]) n;
select tests.refused('cashier_a1', pg_temp.open_call('Bar', f), 'amount_invalid', 'no float: ' || f) from unnest(array['null', '-1', '100000001']) f;
select tests.refused('cashier_a1', pg_temp.open_call('Bar', '0', k), 'idempotency_key_invalid', 'a key is needed') from unnest(array[null, '']) k;
select is(pg_temp.open('bar', 'cashier_a1', 10000, ' Bar ') - array['drawer_session_id', 'opened_at', 'business_date'], jsonb_build_object('name', 'Bar', 'is_blind', false, 'opened_by', tests.id('cashier_a1'), 'closed_by', null, 'closed_at', null,
  'float_minor', 10000, 'paid_in_minor', 0, 'paid_out_minor', 0, 'payments', 0, 'sales_minor', 0, 'tips_minor', 0, 'refunds', 0, 'refunded_minor', 0, 'expected_minor', 10000, 'counted_minor', null, 'difference_minor', null), 'a cashier opens one with a float');
select tests.answers('cashier_a1', $$open_drawer({venue_a1}, ' Bar ', 10000, 'open bar', false)$$, jsonb_build_object('drawer_session_id', tests.id('bar')), 'a repeat is the same drawer');
select tests.refused('cashier_a1', $$open_drawer({venue_a1}, ' Bar ', 9000, 'open bar', false)$$, 'idempotency_key_reused', 'with another float it is not');
select tests.refused('server_a1', pg_temp.open_call(n), 'drawer_open', 'one drawer is open once: ' || n) from unnest(array['Bar', 'bar', ' BAR']) n;
select is((select d.business_date from public.drawer_sessions d where d.id = tests.id('bar')), private.business_date('Europe/London', '04:00'), 'it belongs to the business day');

-- cash goes into the only open drawer; cards and online payments do not
select tests.collect('in_bar', 'server_a1', 'later_a1', 1000, 'cash', ', 50, 1100');
select tests.collect('by_card', 'server_a1', 'later_a1', 100, 'card_terminal');
select is((select array_agg(p.drawer_session_id order by p.amount_minor) from public.payments p where p.id in (tests.id('in_bar'), tests.id('by_card'))), array[null, tests.id('bar')], 'cash is in the drawer, a card is not');
select tests.refused('server_a1', pg_temp.cash('later_a1', 100, 'x', 'bar', 'card_terminal'), 'invalid_input', 'nor can it be');
select tests.refused('server_a1', pg_temp.cash('later_a1', 100, 'x', 'venue_a1'), 'drawer_not_found', 'nor cash in what is no drawer');
select tests.answers('cashier_a1', 'get_drawers({venue_a1})', jsonb_build_array(jsonb_build_object('drawer_session_id', tests.id('bar'), 'payments', 1, 'sales_minor', 1050, 'tips_minor', 50, 'expected_minor', 11050)), 'its people see what should be in it');
select tests.refused(a, 'get_drawers({venue_a1})', 'permission_denied', a || ' does not') from unnest(array['staff_a', 'kitchen_a1', 'owner_b', 'stranger']) a;

-- a refund comes out of it
select tests.call('cashier_a1', $$refund_payment({in_bar}, 300, 'cold', 'r1')$$);
select is((select r.drawer_session_id from public.refunds r where r.payment_id = tests.id('in_bar')), tests.id('bar'), 'a refund in cash comes out of the drawer');
select tests.call('cashier_a1', $$refund_payment({by_card}, 40, 'cold', 'r2')$$);
select is((select r.drawer_session_id from public.refunds r where r.payment_id = tests.id('by_card')), null, 'one to a card does not');
select tests.refused('cashier_a1', $$refund_payment({by_card}, 40, 'cold', 'r3', {bar})$$, 'invalid_input', 'nor can it');
select tests.refused('cashier_a1', $$refund_payment({in_bar}, 300, 'cold', 'r4', {venue_a1})$$, 'drawer_not_found', 'or out of what is no drawer');

-- in and out
select tests.refused('staff_a', $$pay_into_drawer({bar}, 500, 'change', 'k')$$, 'permission_denied', 'staff put nothing in');
select tests.refused(a, format('%s({bar}, 500, ''change'', ''k'')', f), 'drawer_not_found', format('%s: no such drawer for %s', f, a)) from unnest(array['owner_b', 'stranger']) a, unnest(array['pay_into_drawer', 'pay_out_of_drawer']) f;
select tests.refused('server_a1', $$pay_out_of_drawer({bar}, 500, 'change', 'k')$$, 'permission_denied', 'who may not refund takes nothing out');
select tests.refused('cashier_a1', format('%s({bar}, %s, %L, %L)', f, v.amount, v.reason, v.key), v.code, format('%s: %s', f, v)) from unnest(array['pay_into_drawer', 'pay_out_of_drawer']) f,
  (values ('0', 'x', 'k', 'amount_invalid'), ('-1', 'x', 'k', 'amount_invalid'), ('null', 'x', 'k', 'amount_invalid'), ('100000001', 'x', 'k', 'amount_invalid'), ('5', ' ', 'k', 'invalid_input'), ('5', null, 'k', 'invalid_input'), ('5', repeat('x', 281), 'k', 'invalid_input'), ('5', 'x', '', 'idempotency_key_invalid')) v (amount, reason, key, code);
select tests.answers('server_a1', $$pay_into_drawer({bar}, 500, ' change ', 'in')$$, '{"paid_in_minor": 500, "expected_minor": 11250}', 'change is put in');
select tests.answers('server_a1', $$pay_into_drawer({bar}, 500, ' change ', 'in')$$, '{"paid_in_minor": 500}', 'once');
select tests.refused('server_a1', $$pay_into_drawer({bar}, 600, ' change ', 'in')$$, 'idempotency_key_reused', 'more of it has its own key');
select tests.answers('cashier_a1', $$pay_out_of_drawer({bar}, 1250, 'ice', 'out')$$, '{"paid_out_minor": 1250, "expected_minor": 10000}', 'a cashier buys ice');
select tests.answers('cashier_a1', $$pay_out_of_drawer({bar}, 1250, 'ice', 'out')$$, '{"paid_out_minor": 1250}', 'once');
select results_eq($$select m.kind, m.amount_minor, m.reason, m.made_by from public.drawer_movements m order by m.amount_minor desc$$,
  $$values ('float', 10000::bigint, null, tests.id('cashier_a1')), ('pay_in', 500, 'change', tests.id('server_a1')), ('pay_out', -1250, 'ice', tests.id('cashier_a1'))$$, 'who moved what and why is kept');

-- several drawers: named, or one's own
select pg_temp.open('terrace', 'server_a1', 0, 'Terrace');
select is((select count(*) from public.drawer_movements m where m.drawer_session_id = tests.id('terrace')), 0::bigint, 'no float is no movement');
select tests.refused('manager_a1', pg_temp.cash('later_a1', 100, 'm'), 'drawer_required', 'of two drawers one must be named');
select tests.refused('manager_a1', $$refund_payment({in_bar}, 10, 'cold', 'm2')$$, 'drawer_required', 'for a refund, too');
select tests.call('manager_a1', pg_temp.cash('later_a1', 100, 'm', 'bar')), tests.call('server_a1', pg_temp.cash('later_a1', 101, 's')), tests.call('cashier_a1', pg_temp.cash('later_a1', 102, 'c'));
select results_eq($$select p.amount_minor, p.drawer_session_id from public.payments p where p.order_id = tests.id('later_a1') and p.amount_minor between 100 and 102 and p.method = 'cash' order by 1$$,
  $$values (100::bigint, tests.id('bar')), (101, tests.id('terrace')), (102, tests.id('bar'))$$, 'the named one, or the caller''s own');
select pg_temp.open('second', 'server_a1', 0, 'Second');
select tests.refused('server_a1', pg_temp.cash('later_a1', 100, 's2'), 'drawer_required', 'of two of one''s own one is named');
select tests.call('owner_a', 'open_drawer({venue_a2}, ''Bar'', 100, ''a2'')');
select tests.refused('owner_a', format('collect_payment({later_a1}, ''cash'', 100, ''o'', 0, null, null, null, %L)', (select d.id from public.drawer_sessions d where d.venue_id = tests.id('venue_a2'))), 'drawer_not_found', 'another venue''s drawer is none');

-- counting
select tests.refused(a, 'close_drawer({bar}, 0, ''k'')', c, a || ' counts none') from (values ('anon', '42501'), ('staff_a', 'permission_denied'), ('kitchen_a1', 'permission_denied'), ('owner_b', 'drawer_not_found'), ('stranger', 'drawer_not_found')) v (a, c);
select tests.refused('cashier_a1', format('close_drawer({bar}, %s, ''k'')', n), 'amount_invalid', 'counted: ' || n) from unnest(array['null', '-1', '1000000001']) n;
select tests.refused('cashier_a1', 'close_drawer({bar}, 1, '''')', 'idempotency_key_invalid', 'a key is needed');
select tests.refused('cashier_a1', 'close_drawer(null, 1, ''k'')', 'drawer_not_found', 'and a drawer');
create temporary table before as select pg_temp.balance() as balance;
select tests.answers('cashier_a1', 'close_drawer({bar}, 10102, ''close'')', jsonb_build_object('expected_minor', 10202, 'counted_minor', 10102, 'difference_minor', -100, 'closed_by', tests.id('cashier_a1')), 'a pound is missing');
select tests.answers('cashier_a1', 'close_drawer({bar}, 10102, ''close'')', '{"difference_minor": -100}', 'a repeat is the same count');
select tests.refused('cashier_a1', 'close_drawer({bar}, 10202, ''close'')', 'idempotency_key_reused', 'another one is not');
select tests.refused('cashier_a1', 'close_drawer({bar}, 10202, ''again'')', 'drawer_closed', 'it is counted once');
select results_eq($$select m.kind, m.amount_minor from public.drawer_movements m where m.drawer_session_id = tests.id('bar') and m.reason is null order by 2$$, $$values ('taken_out', -10102::bigint), ('difference', -100), ('float', 10000)$$, 'the difference is booked, and what was counted leaves it');
select results_eq($$select pg_temp.moved(balance, 'cash'), pg_temp.moved(balance, 'drawer') from before$$, 'values (-10202::bigint, 10202::bigint)', 'in the books cash loses what should have been there');
select is(pg_temp.balance() ->> 'sum_minor', '0', 'which balance');
select tests.refused('cashier_a1', pg_temp.cash('later_a1', 1, 'late', 'bar'), 'drawer_closed', 'no cash goes into a closed drawer');
select tests.refused('cashier_a1', $$refund_payment({in_bar}, 10, 'cold', 'late', {bar})$$, 'drawer_closed', 'nor comes out of it');
select tests.refused('cashier_a1', format('%s({bar}, 1, ''late'', ''late'')', f), 'drawer_closed', f || ': nor otherwise') from unnest(array['pay_into_drawer', 'pay_out_of_drawer']) f;
select tests.answers('cashier_a1', 'close_drawer({second}, 0, ''none'')', '{"difference_minor": 0, "expected_minor": 0}', 'nothing in, nothing out');
select is((select count(*) from public.drawer_movements m where m.drawer_session_id = tests.id('second')), 0::bigint, 'is no movement');
select tests.answers('cashier_a1', 'close_drawer({terrace}, 111, ''more'')', '{"difference_minor": 10}', 'too much is a difference, too');

-- counted blind
select pg_temp.open('blind', 'cashier_a1', 5000, 'Bar', true);
select tests.call('cashier_a1', pg_temp.cash('later_a1', 103, 'b'));
select is(array(select jsonb_object_keys(tests.call('cashier_a1', 'get_drawers({venue_a1})') -> 0) k order by 1), array['business_date', 'closed_at', 'closed_by', 'counted_minor', 'drawer_session_id', 'float_minor', 'is_blind', 'name', 'opened_at', 'opened_by', 'paid_in_minor', 'paid_out_minor'],
  'a cashier is not told what should be in it');
select tests.answers('manager_a1', 'get_drawers({venue_a1})', '[{"expected_minor": 5103}]', 'a manager is');
select is(tests.call('cashier_a1', 'close_drawer({blind}, 5000, ''blind'')') ?| array['expected_minor', 'difference_minor', 'sales_minor'], false, 'nor when it is counted');
select is((select d.counted_minor - d.expected_minor from public.drawer_sessions d where d.id = tests.id('blind')), -103::bigint, 'the difference is kept');
select tests.affects(a, 'select 1 from public.drawer_sessions where venue_id = {venue_a1}', n, a || ' reads drawers: ' || n) from (values ('manager_a1', 4), ('cashier_a1', 0), ('server_a1', 0), ('owner_b', 0)) v (a, n);

-- the day's report
select tests.answers('manager_a1', format('get_drawer_report({venue_a1}, %L)', private.business_date('Europe/London', '04:00')), jsonb_build_object('counted_minor', 15213, 'difference_minor', -193, 'open_drawers', 0, 'outside_minor', 666, 'currency', 'GBP',
  'drawers', jsonb_build_array(jsonb_build_object('name', 'Bar', 'movements', jsonb_build_array(jsonb_build_object('kind', 'pay_out', 'amount_minor', -1250, 'reason', 'ice', 'made_by', tests.id('cashier_a1')))))), 'a manager reads the day');
select tests.answers('manager_a1', 'get_drawer_report({venue_a1}, ''2020-01-01'')', '{"counted_minor": 0, "difference_minor": 0, "drawers": [], "outside_minor": 0}', 'another day is empty');
select tests.refused(a, 'get_drawer_report({venue_a1}, ''2020-01-01'')', 'permission_denied', a || ' does not') from unnest(array['cashier_a1', 'server_a', 'staff_a', 'owner_b', 'stranger']) a;
select tests.refused('manager_a1', 'get_drawer_report({venue_a1}, null)', 'invalid_input', 'of a day');

-- a venue may insist on a drawer
select tests.call('server_a1', pg_temp.cash('later_a1', 104, 'free'));
select is((select p.drawer_session_id from public.payments p where p.amount_minor = 104), null, 'none open, cash goes into none');
select tests.call('manager_a1', 'update public.venues set cash_needs_drawer = true where id = {venue_a1}');
select tests.refused('server_a1', pg_temp.cash('later_a1', 105, 'strict'), 'drawer_required', 'unless the venue insists');
select tests.answers('server_a1', pg_temp.cash('later_a1', 105, 'card', null, 'card_terminal'), '{}', 'on cash');

-- the daily close reports what is open, and closes nothing
select pg_temp.open('night', 'cashier_a1', 5000, 'Bar');
select private.close_due_days(now() + interval '1 day', tests.id('venue_a1'));
select results_eq($$select c.open_drawers -> 0 ->> 'name', jsonb_array_length(c.open_drawers) from public.daily_closes c where c.venue_id = tests.id('venue_a1')$$, $$values ('Bar', 1)$$, 'the daily close names a drawer that nobody counted');
select is((select d.closed_at from public.drawer_sessions d where d.id = tests.id('night')), null, 'and leaves it open');
update auth.users set email_confirmed_at = now() where id = tests.id('owner_a');
select is((tests.call('service_role', format('get_mail(''daily_close'', %L)', n.id)) #>> '{open_drawers,0,name}'), 'Bar', 'its mail does, too') from private.notices n where n.venue_id = tests.id('venue_a1') and n.template = 'daily_close' and n.user_id = tests.id('owner_a');
select is((select c.open_drawers from public.daily_closes c where c.venue_id = tests.id('venue_b1')), null, 'others have their own');

-- every movement is in the books, and nobody rewrites them
select is_empty($$select m.id from public.drawer_movements m where (select sum(e.amount_minor) from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
  where t.drawer_movement_id = m.id and t.kind = 'drawer' and t.venue_id = m.venue_id and e.account = 'cash') is distinct from m.amount_minor$$, 'each movement is in the books once');
select is((select sum(case when d.closed_at is null then s.expected_minor else 0 end)::bigint from public.drawer_sessions d cross join lateral private.drawer_sums(d.venue_id, d.id) s) + (select coalesce(sum(p.amount_minor) filter (where p.drawer_session_id is null and p.method = 'cash'), 0)::bigint from public.payments p where p.organisation_id = tests.id('org_a')),
  (pg_temp.balance() #>> '{accounts,cash}')::bigint, 'cash in the books is what is in open drawers and what went into none');
select tests.refused('owner_a', format('insert into public.%s default values', t), '42501', 'nobody writes ' || t) from unnest(array['drawer_sessions', 'drawer_movements']) t;
select tests.refused('postgres', c, '23514', c) from unnest(array['update public.payments set drawer_session_id = {bar} where id = {by_card}']) c;
select tests.refused('postgres', c, '23503', c) from unnest(array['update public.payments set drawer_session_id = (select id from public.drawer_sessions where venue_id = {venue_a2}) where id = {in_bar}',
  'update public.refunds set drawer_session_id = (select id from public.drawer_sessions where venue_id = {venue_a2}) where payment_id = {in_bar}',
  'insert into public.drawer_movements (venue_id, drawer_session_id, kind, amount_minor, reason, made_by) values ({venue_a2}, {bar}, ''pay_in'', 1, ''x'', {owner_a})']) c;
select throws_ok('truncate public.drawer_movements cascade', '42501', 'drawer_movements is append-only', 'nor sweeps movements away');
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select tests.refused('owner_a', c, 'subscription_inactive', 'read-only: ' || c) from unnest(array[pg_temp.open_call('Till', '0', 'ro'), 'close_drawer({night}, 1, ''ro'')', $$pay_into_drawer({night}, 1, 'x', 'ro')$$, 'get_drawers({venue_a1})']) c;
select tests.answers('owner_a', $$pay_out_of_drawer({night}, 1, 'x', 'ro')$$, '{"name": "Bar"}', 'read-only, what gives money away goes on');
select tests.answers('owner_a', 'get_drawer_report({venue_a1}, ''2020-01-01'')', '{}', 'read-only, the report is read');

select * from finish();
rollback;
