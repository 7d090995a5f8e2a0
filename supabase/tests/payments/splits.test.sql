-- split_bill and cancel_bill_split: an order's or a table's bill in shares, paid at the till and online, to the last penny.
begin;
select plan(148);
select tests.fixture();
create function pg_temp.split(p_split text, p_of text, p_key text default 'split') returns text language sql as $$
  select format('split_bill(%L, %L, %s)', p_split, p_key, case when p_of like 'guest%' then format('null, {%s}', p_of) else format('{%s}', p_of) end)
$$;
-- Splits, and keeps the shares of its orders as <name>1, <name>2 …, in the order of the answer.
create function pg_temp.keep_split(p_name text, p_actor text, p_split text, p_of text) returns jsonb language plpgsql as $$
declare
  v_bill jsonb := tests.call(p_actor, pg_temp.split(p_split, p_of, 'split ' || p_name));
begin
  perform tests.keep(p_name, (v_bill ->> 'bill_id')::uuid);
  perform tests.keep(p_name || n.n, (n.part ->> 'share_id')::uuid)
  from (select row_number() over (order by s.ordinality, p.ordinality) as n, p.value as part
    from jsonb_array_elements(v_bill -> 'shares') with ordinality s, jsonb_array_elements(s.value -> 'parts') with ordinality p) n;
  return v_bill;
end $$;
create function pg_temp.amounts(p_bill jsonb) returns text language sql as $$
  select string_agg(s.value ->> 'amount_minor', ' ' order by s.ordinality) from jsonb_array_elements(p_bill -> 'shares') with ordinality s
$$;
create function pg_temp.pay(p_order text, p_share text, p_amount bigint, p_key text, p_more text default '0, null, null') returns text language sql as $$
  select format('collect_payment({%s}, ''cash'', %s, %L, %s, {%s})', p_order, p_amount, p_key, p_more, p_share)
$$;
create function pg_temp.due(p_order text) returns bigint language sql as $$ select o.total_minor - o.paid_minor from public.orders o where o.id = tests.id(p_order) $$;
create function pg_temp.outcome(p_bill text) returns text language sql as $$ select string_agg(coalesce(b.outcome, 'open'), ' ' order by b.outcome) from public.bill_splits b where b.bill_id = tests.id(p_bill) $$;

-- who may: payments.collect
select tests.refused('anon', pg_temp.split('{"method": "equal", "shares": 2}', 'later_a1'), '42501', 'a guest splits no bill');
select tests.refused(a, pg_temp.split('{"method": "equal", "shares": 2}', 'later_a1'), 'permission_denied', a || ' splits no order') from unnest(array['staff_a', 'kitchen_a1']) a;
select tests.refused(a, pg_temp.split('{"method": "equal", "shares": 2}', 'guest_a1'), 'permission_denied', a || ' splits no table''s bill') from unnest(array['staff_a', 'kitchen_a1']) a;
select tests.refused(a, pg_temp.split('{"method": "equal", "shares": 2}', 'later_a1'), 'order_not_found', a || ' finds no such order') from unnest(array['owner_b', 'cashier_b1', 'stranger']) a;
select tests.refused(a, pg_temp.split('{"method": "equal", "shares": 2}', 'guest_a1'), 'table_session_not_found', a || ' finds no such table') from unnest(array['owner_b', 'cashier_b1', 'stranger']) a;
select tests.refused('cashier_a1', 'split_bill(''{"method": "equal", "shares": 2}'', ''k'')', 'invalid_input', 'of an order or a table');
select tests.refused('cashier_a1', 'split_bill(''{"method": "equal", "shares": 2}'', ''k'', {later_a1}, {guest_a1})', 'invalid_input', 'and not of both');

-- what is not a split: later_a1 owes 2025, for a burger of 1425 and a beer of 600
select tests.refused('cashier_a1', pg_temp.split(replace(replace(s, 'LINE', tests.id('later_a1_line1')::text), 'OTHER', tests.id('till_a1_line1')::text), 'later_a1'), 'split_invalid', 'no split: ' || s) from unnest(array[
  '[]', '"equal"', '{}', '{"method": "equal"}', '{"method": "fair", "shares": 2}', '{"method": "equal", "shares": 2, "by": 1}',
  '{"method": "equal", "shares": 1}', '{"method": "equal", "shares": 51}', '{"method": "equal", "shares": 2.5}', '{"method": "equal", "shares": "2"}', '{"method": "equal", "shares": [2]}',
  '{"method": "amount", "shares": 2}', '{"method": "amount", "shares": []}', '{"method": "amount", "shares": [0]}', '{"method": "amount", "shares": [-5]}', '{"method": "amount", "shares": ["5"]}',
  '{"method": "amount", "shares": [2025]}', '{"method": "amount", "shares": [2000, 26]}', '{"method": "amount", "shares": [12345678901]}',
  '{"method": "items", "shares": 2}', '{"method": "items", "shares": [[]]}', '{"method": "items", "shares": [[], {}]}', '{"method": "items", "shares": [[], [1]]}',
  '{"method": "items", "shares": [[], [{"line_id": "LINE"}]]}', '{"method": "items", "shares": [[], [{"line_id": "LINE", "quantity": 0}]]}',
  '{"method": "items", "shares": [[], [{"line_id": "LINE", "quantity": 1, "name": "x"}]]}', '{"method": "items", "shares": [[], [{"line_id": "x", "quantity": 1}]]}',
  '{"method": "items", "shares": [[], [{"line_id": "LINE", "quantity": 2}]]}', '{"method": "items", "shares": [[{"line_id": "LINE", "quantity": 1}], [{"line_id": "LINE", "quantity": 1}]]}',
  '{"method": "items", "shares": [[], [{"line_id": "OTHER", "quantity": 1}]]}']) s;
select tests.refused('cashier_a1', 'split_bill(null, ''k'', {later_a1})', 'split_invalid', 'nor is nothing');
select tests.refused('cashier_a1', pg_temp.split(jsonb_build_object('method', 'amount', 'shares', (select jsonb_agg(1) from generate_series(1, 51)))::text, 'later_a1'), 'split_invalid', 'nor are more than fifty');
select tests.place('penny', 'guest2_a1', 'table', 'pay_later', 'cola_a1');
select tests.collect('all_but_one', 'cashier_a1', 'penny', 332);
select tests.refused('cashier_a1', pg_temp.split('{"method": "equal", "shares": 2}', 'penny'), 'split_invalid', 'a penny is not split');
select tests.refused('cashier_a1', pg_temp.split('{"method": "equal", "shares": 2}', 'later_a1', ''), 'idempotency_key_invalid', 'a key is needed');
select tests.refused('cashier_a1', pg_temp.split('{"method": "equal", "shares": 2}', 'till_a1'), 'order_already_paid', 'what is paid is not split');
select is((select count(*) from public.bill_splits), 0::bigint, 'nothing refused was split');

-- equally, by amount, by item: to the penny
select is(pg_temp.amounts(pg_temp.keep_split('equal', 'server_a1', '{"method": "equal", "shares": 7}', 'later_a1')), '290 290 289 289 289 289 289', 'equally: the odd pennies go to the first');
select tests.answers('server_a1', pg_temp.split('{"method": "equal", "shares": 7}', 'later_a1', 'split equal'), jsonb_build_object('bill_id', tests.id('equal')), 'a repeat is the same split');
select tests.refused('server_a1', pg_temp.split('{"method": "equal", "shares": 8}', 'later_a1', 'split equal'), 'idempotency_key_reused', 'another one is another key');
select tests.refused('server_a1', pg_temp.split('{"method": "equal", "shares": 2}', p, 'again'), 'bill_is_split', 'it is split once: ' || p) from unnest(array['later_a1', 'guest_a1']) p;
select tests.answers('server_a1', 'cancel_bill_split({equal})', '{"is_open": false, "paid_minor": 0}', 'and once cancelled');
select tests.answers('cashier_a1', 'cancel_bill_split({equal})', '{"is_open": false}', 'a repeat is the same');
select is(pg_temp.amounts(pg_temp.keep_split('amount', 'cashier_a1', '{"method": "amount", "shares": [1000, 25]}', 'later_a1')), '1000 25 1000', 'by amount: what is left is one more share');
select tests.call('cashier_a1', 'cancel_bill_split({amount})');
select is(pg_temp.amounts(pg_temp.keep_split('exact', 'cashier_a1', '{"method": "amount", "shares": [1000, 1025]}', 'later_a1')), '1000 1025', 'unless nothing is');
select tests.call('cashier_a1', 'cancel_bill_split({exact})');
select is(pg_temp.amounts(pg_temp.keep_split('items', 'manager_a1', format('{"method": "items", "shares": [[{"line_id": "%s", "quantity": 1}], []]}', tests.id('later_a1_line1')), 'later_a1')), '1725 300',
  'by item: the burger, and the beer, which nobody took, by halves');
select is((select jsonb_agg(s.items order by s.number) from public.bill_shares s join public.bill_splits b on b.id = s.split_id where b.bill_id = tests.id('items')),
  format('[[{"line_id": "%s", "quantity": 1}], []]', tests.id('later_a1_line1'))::jsonb, 'and it says who took what');
select tests.call('owner_a', 'cancel_bill_split({items})');
select is(pg_temp.due('later_a1'), 2025::bigint, 'whatever was split, what is due stays');
update public.venues set service_charge_bp = 1250 where id = tests.id('venue_a1');
select tests.place('served', 'guest2_a1', 'table', 'pay_later', 'burger_a1*3+rare_a1, cola_a1*2', '{"tip_minor": 101}');
select is(pg_temp.amounts(pg_temp.keep_split('served_items', 'server_a1', format('{"method": "items", "shares": [[{"line_id": "%1$s", "quantity": 2}, {"line_id": "%2$s", "quantity": 1}], [{"line_id": "%1$s", "quantity": 1}, {"line_id": "%2$s", "quantity": 1}]]}',
  tests.id('served_line1'), tests.id('served_line2')), 'served')), '3252 1817', 'service charge and tip fall on everybody by what they had, of a line''s quantity, too');
select tests.call('server_a1', 'cancel_bill_split({served_items})');
select tests.call('manager_a1', $$cancel_order({served}, 'left')$$);
update public.venues set service_charge_bp = 0 where id = tests.id('venue_a1');

-- a table's bill: every unpaid order of it, oldest first
select tests.place('round', 'guest_a1', 'table', 'pay_later', 'cola_a1');
create temporary table bill as select pg_temp.keep_split('table', 'cashier_a1', '{"method": "equal", "shares": 3}', 'guest_a1') as bill;
select is((select pg_temp.amounts(bill) from bill), '897 897 897', 'the table''s bill by three');
select is((select string_agg(p.value ->> 'amount_minor', ' ' order by s.ordinality, p.ordinality) from bill, jsonb_array_elements(bill -> 'shares') with ordinality s, jsonb_array_elements(s.value -> 'parts') with ordinality p), '897 897 231 333 333',
  'of which few reach from one order into another');
select is((select string_agg(distinct o.id::text, ' ') from public.orders o where o.split_id is not null and o.id not in (tests.id('later_a1'), tests.id('waiting_a1'), tests.id('round'))), null, 'what is paid is not a part of it');
select is(tests.call('anon', 'get_bill({$guest_a1})') #> '{splits,0}', (select bill from bill), 'guests see it on their bill');
select is(tests.call('anon', 'get_bill({$guest2_a1})') -> 'splits', '[]'::jsonb, 'those of another table do not');

-- paying a share, at the till
select tests.refused('cashier_a1', pg_temp.pay('later_a1', 'table1', a, 'k'), 'amount_invalid', 'a share is paid as a whole: ' || a) from unnest(array[0, 896, 898]) a;
select tests.refused('cashier_a1', pg_temp.pay('round', 'table1', 333, 'k'), 'bill_share_not_found', 'by its own order');
select tests.refused('cashier_a1', pg_temp.pay('later_a1', 'equal1', 290, 'k'), 'bill_share_not_found', 'nor is one of a split that is over paid');
select tests.refused('cashier_a1', $$collect_payment({later_a1}, 'cash', 100, 'k')$$, 'bill_is_split', 'a part that is no share is not taken');
select tests.answers('cashier_a1', pg_temp.pay('later_a1', 'table1', 897, 'p1', '50, 1000, null'), '{"amount_minor": 947, "tip_minor": 50, "change_minor": 53, "due_minor": 1128, "payment_status": "partially_paid"}', 'one pays in cash, with a tip');
select tests.answers('cashier_a1', pg_temp.pay('later_a1', 'table1', 897, 'p1', '50, 1000, null'), '{"amount_minor": 947}', 'a repeat is the same payment');
select tests.refused('server_a1', pg_temp.pay('later_a1', 'table1', 897, 'p1'), 'bill_share_paid', 'a share is paid once');
select is((tests.call('anon', 'get_bill({$guest_a1})') #> '{splits,0,shares,0}') - 'parts', '{"number": 1, "amount_minor": 897, "paid_minor": 897}'::jsonb, 'the bill says who has paid');

-- and online: two guests, two shares, at once
create function pg_temp.start(p_share text, p_order text, p_guest text default 'guest_a1') returns text language sql as $$ select format('start_payment({$%s}, {%s}, p_share_id => {%s})', p_guest, p_order, p_share) $$;
select tests.refused('anon', pg_temp.start('table1', 'later_a1'), 'bill_share_paid', 'what is paid is not paid online');
select tests.refused('anon', pg_temp.start('equal1', 'later_a1'), 'bill_share_not_found', 'nor a share that is over');
select tests.refused('anon', pg_temp.start('table2', 'later_a1', 'guest2_a1'), 'order_not_found', 'nor one of another table');
select tests.keep('online2', (tests.call('anon', pg_temp.start('table2', 'later_a1')) ->> 'payment_id')::uuid), tests.keep('online3', (tests.call('anon', pg_temp.start('table3', 'later_a1')) ->> 'payment_id')::uuid);
select results_eq($$select p.amount_minor from public.payments p where p.id in (tests.id('online2'), tests.id('online3')) and p.status = 'reserved' order by 1$$, 'values (231::bigint), (897)', 'each of their own share');
select tests.answers('anon', pg_temp.start('table2', 'later_a1'), jsonb_build_object('payment_id', tests.id('online2')), 'a share has one open payment');
select is(tests.call('anon', 'get_bill({$guest_a1})') #>> '{splits,0,shares,1,parts,0,status}', 'being_paid', 'and the bill says so');
select tests.answers('service_role', tests.event_call('e2', 'payment_intent.succeeded', tests.intent('online2')), '{"outcome": "settled"}', 'the second share is paid online');
select is(pg_temp.due('later_a1'), 231::bigint, 'what is due is the third');

-- the third is paid at the till while its guest is paying online: one counts, the other goes back, and nobody owes more or less
select tests.call('cashier_a1', pg_temp.pay('later_a1', 'table3', 231, 'p3'));
select is((select count(*) from private.outbox x where x.topic = 'payment.cancel_requested' and x.payload ->> 'payment_id' = tests.id('online3')::text), 1::bigint, 'the provider is asked to cancel the other');
select is((select o.split_id from public.orders o where o.id = tests.id('later_a1')), null, 'the last share closes the order');
select is((select b.outcome from public.bill_splits b join public.bill_shares s on s.split_id = b.id where s.id = tests.id('table1')), 'paid', 'and its split');
select tests.answers('service_role', tests.event_call('e3', 'payment_intent.succeeded', tests.intent('online3')), '{"outcome": "refunded_paid_share", "status": "applied"}', 'it comes all the same');
select results_eq($$select p.is_excess, p.status, p.refund_claimed_minor from public.payments p where p.id = tests.id('online3')$$, $$values (true, 'succeeded', 231::bigint)$$, 'and goes back as a whole');
select results_eq($$select o.paid_minor, o.total_minor, o.refunded_minor, o.payment_status from public.orders o where o.id = tests.id('later_a1')$$, $$values (2075::bigint, 2075::bigint, 0::bigint, 'paid')$$, 'the order is paid, exactly');
select tests.keep('back3', r.id) from public.refunds r where r.payment_id = tests.id('online3');
select tests.call('service_role', 'confirm_refund({back3}, ''succeeded'', ''re_3'')');
select results_eq($$select t.kind, e.account, e.amount_minor from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id where t.payment_id = tests.id('online3') order by 1, 2$$,
  $$values ('refund', 'excess', 231::bigint), ('refund', 'provider', -231), ('settlement', 'excess', -231), ('settlement', 'provider', 231)$$, 'in the books it was never the order''s');
select is((select p.order_id from public.payments p where p.id = tests.id('online3')), tests.id('later_a1'), 'though it names it');

-- the same while another share is open: the order still owes that one
select tests.place('pair', 'guest2_a1', 'table', 'pay_later', 'cola_a1*2', '{"tip_minor": 35}');
select pg_temp.keep_split('two', 'cashier_a1', '{"method": "equal", "shares": 2}', 'pair');
select tests.keep('two_online', (tests.call('anon', pg_temp.start('two1', 'pair', 'guest2_a1')) ->> 'payment_id')::uuid);
select tests.call('cashier_a1', pg_temp.pay('pair', 'two1', 351, 't1'));
select tests.answers('service_role', tests.event_call('e4', 'payment_intent.succeeded', tests.intent('two_online')), '{"outcome": "refunded_paid_share"}', 'paid twice, once it goes back');
select is(pg_temp.due('pair'), 350::bigint, 'the other share is due as before');
select tests.answers('cashier_a1', pg_temp.pay('pair', 'two2', 350, 't2'), '{"due_minor": 0, "payment_status": "paid", "tip_minor": 35}', 'and closes the bill, with the order''s tip');

-- an order that waits for its payment goes to the kitchen with its last share
select is((select o.status from public.orders o where o.id = tests.id('waiting_a1')), 'pending_payment', 'unpaid, it waits');
select tests.answers('cashier_a1', pg_temp.pay('waiting_a1', s.name, s.amount_minor, s.name), '{}', 'paid: ' || s.name)
from (select i.name, s.amount_minor from tests.ids i join public.bill_shares s on s.id = i.id and s.order_id = tests.id('waiting_a1') where i.name like 'table_') s;
select is((select o.status from public.orders o where o.id = tests.id('waiting_a1')), 'placed', 'its last share places it');

-- the whole rest at once, at the till and online, while a share is being paid
select tests.place('rest', 'guest2_a1', 'table', 'pay_later', 'beer_a1');
select pg_temp.keep_split('r', 'cashier_a1', '{"method": "equal", "shares": 3}', 'rest');
select tests.call('cashier_a1', pg_temp.pay('rest', 'r1', 200, 'r1'));
select tests.keep('rest_online', (tests.call('anon', pg_temp.start('r2', 'rest', 'guest2_a1')) ->> 'payment_id')::uuid);
select tests.answers('cashier_a1', format('collect_payment({rest}, ''card_terminal'', %s, ''r2'')', pg_temp.due('rest')), '{"due_minor": 0}', 'one pays all of the rest');
select is(pg_temp.outcome('r'), 'paid', 'and the split is over');
select is((select count(*) from private.outbox x where x.topic = 'payment.cancel_requested' and x.payload ->> 'payment_id' = tests.id('rest_online')::text), 1::bigint, 'the running payment is to be cancelled');
select tests.answers('service_role', tests.event_call('e5', 'payment_intent.succeeded', tests.intent('rest_online')), '{"outcome": "settled"}', 'should it succeed all the same');
select is((select sum(r.amount_minor)::bigint from public.refunds r where r.payment_id = tests.id('rest_online')), (select p.amount_minor from public.payments p where p.id = tests.id('rest_online')), 'it is too much, and goes back');
select tests.place('whole', 'guest2_a1', 'table', 'pay_later', 'beer_a1');
select pg_temp.keep_split('halves', 'cashier_a1', '{"method": "equal", "shares": 2}', 'whole');
select tests.keep('half_online', (tests.call('anon', pg_temp.start('halves1', 'whole', 'guest2_a1')) ->> 'payment_id')::uuid), tests.start_payment('whole_online', 'guest2_a1', 'whole');
select tests.call('service_role', tests.event_call('e6', 'payment_intent.succeeded', tests.intent('whole_online')));
select is(pg_temp.outcome('halves'), 'paid', 'all of it paid online, the split is over');
select is((select count(*) from private.outbox x where x.topic = 'payment.cancel_requested' and x.payload ->> 'payment_id' = tests.id('half_online')::text), 1::bigint, 'and the share''s payment is to be cancelled');

-- a payment of the whole that began before the split and asks for what was due then
select tests.place('early', 'guest2_a1', 'table', 'pay_later', 'beer_a1');
select tests.collect('early_part', 'cashier_a1', 'early', 75);
select tests.start_payment('early_online', 'guest2_a1', 'early');
select pg_temp.keep_split('old', 'cashier_a1', '{"method": "equal", "shares": 2}', 'early');
update public.payments set amount_minor = 100 where id = tests.id('early_online');
select tests.call('service_role', tests.event_call('e7', 'payment_intent.succeeded', tests.intent('early_online')));
select results_eq($$select b.outcome, o.split_id from public.bill_splits b join public.orders o on o.id = b.order_id where o.id = tests.id('early')$$, $$values ('overtaken', null::uuid)$$, 'a payment that is no share of it overtakes a split');
select is(pg_temp.due('early'), 425::bigint, 'and what is due is due as a whole');

-- a bill that changes
select tests.place('changing', 'guest2_a1', 'table', 'pay_later', 'beer_a1*2, cola_a1');
select pg_temp.keep_split('c', 'cashier_a1', '{"method": "equal", "shares": 2}', 'changing');
select tests.call('cashier_a1', format('amend_order({changing}, ''note'', %L)', jsonb_build_object('change', jsonb_build_array(jsonb_build_object('line_id', tests.id('changing_line1'), 'note', 'cold')))));
select is(pg_temp.outcome('c'), 'open', 'a note changes no bill');
select tests.call('cashier_a1', format('amend_order({changing}, ''more'', %L)', jsonb_build_object('add', tests.lines('cola_a1'))));
select is(pg_temp.outcome('c'), 'changed', 'an order that is amended is split no longer');
select pg_temp.keep_split('d', 'cashier_a1', '{"method": "equal", "shares": 2}', 'changing');
select tests.keep('d_online', (tests.call('anon', pg_temp.start('d1', 'changing', 'guest2_a1')) ->> 'payment_id')::uuid);
select tests.call('manager_a1', $$comp_line({changing_line1}, 'spilt')$$);
select is(pg_temp.outcome('d'), 'changed', 'nor is one of which a line is on the house');
select pg_temp.keep_split('e', 'cashier_a1', '{"method": "equal", "shares": 2}', 'changing');
select tests.call('manager_a1', $$void_line({changing_line1}, 'never came')$$);
select is(pg_temp.outcome('e'), 'open', 'what cost nothing changes nothing when it goes');
select tests.call('manager_a1', $$void_line({changing_line2}, 'never came')$$);
select is(pg_temp.outcome('e'), 'changed', 'nor one of which a line was taken off');
select tests.keep('changing_line3', l.id) from public.order_lines l where l.order_id = tests.id('changing') and l.position = 3;
select tests.call('cashier_a1', format('amend_order({changing}, ''even more'', %L)', jsonb_build_object('add', tests.lines('burger_a1+rare_a1'))));
select pg_temp.keep_split('f', 'cashier_a1', '{"method": "equal", "shares": 2}', 'changing');
select tests.call('cashier_a1', pg_temp.pay('changing', 'f1', (select s.amount_minor from public.bill_shares s where s.id = tests.id('f1')), 'f1'));
select tests.refused('manager_a1', c, 'bill_split_paid', 'once a share is paid, its price stays: ' || c)
from unnest(array[$$comp_line({changing_line3}, 'spilt')$$, $$void_line({changing_line3}, 'never came')$$, format('amend_order({changing}, ''x'', %L)', jsonb_build_object('add', tests.lines('cola_a1')))]) c;
select tests.refused(a, 'cancel_bill_split({f})', c, a || ' cancels no split') from (values ('staff_a', 'permission_denied'), ('kitchen_a', 'permission_denied'), ('owner_b', 'bill_split_not_found'), ('stranger', 'bill_split_not_found'), ('anon', '42501')) v (a, c);
select tests.refused('owner_a', 'cancel_bill_split(null)', 'bill_split_not_found', 'nor is none cancelled');
select tests.keep('f_online', (tests.call('anon', pg_temp.start('f2', 'changing', 'guest2_a1')) ->> 'payment_id')::uuid);
select tests.answers('server_a1', 'cancel_bill_split({f})', jsonb_build_object('is_open', false, 'paid_minor', (select s.amount_minor from public.bill_shares s where s.id = tests.id('f1'))), 'unless the split is cancelled: what is paid stays paid');
select is((select count(*) from private.outbox x where x.topic = 'payment.cancel_requested' and x.payload ->> 'payment_id' = tests.id('f_online')::text), 1::bigint, 'and what is being paid is to be cancelled');
select is(pg_temp.outcome('f'), 'cancelled', 'cancelled it is');
select tests.call('manager_a1', $$comp_line({changing_line3}, 'spilt', 10)$$);
select tests.call('cashier_a1', format('collect_payment({changing}, ''cash'', 1, ''free'')'));

-- an order that is refunded, written off, cancelled
select pg_temp.keep_split('g', 'cashier_a1', '{"method": "equal", "shares": 2}', 'changing');
select tests.keep('g_paid', (tests.call('cashier_a1', pg_temp.pay('changing', 'g1', (select s.amount_minor from public.bill_shares s where s.id = tests.id('g1')), 'g1')) ->> 'payment_id')::uuid);
select tests.answers('cashier_a1', 'refund_payment({g_paid}, 100, ''cold'', ''g1'')', '{"amount_minor": 100}', 'a share is refunded as any payment');
select tests.refused('cashier_a1', pg_temp.pay('changing', 'g1', (select s.amount_minor from public.bill_shares s where s.id = tests.id('g1')), 'g2'), 'bill_share_paid', 'and is not due again');
update public.orders set status = 'served' where id = tests.id('changing');
select tests.call('manager_a1', $$advance_order({changing}, 'completed', 'left', true)$$);
select tests.call('manager_a1', $$write_off_order({changing}, 'left', 'w')$$);
select is(pg_temp.outcome('g'), 'paid', 'what is written off is settled, and split no longer');
select tests.place('gone', 'guest2_a1', 'table', 'pay_later', 'beer_a1');
select pg_temp.keep_split('h', 'cashier_a1', '{"method": "equal", "shares": 2}', 'gone');
select tests.call('manager_a1', $$cancel_order({gone}, 'left')$$);
select is(pg_temp.outcome('h'), 'cancelled', 'with its order a split is cancelled');
select tests.refused('cashier_a1', pg_temp.split('{"method": "equal", "shares": 2}', 'gone', 'g'), 'order_closed', 'and none is made');
select tests.answers('cashier_a1', pg_temp.split('{"method": "equal", "shares": 2}', 'gone', 'split h'), jsonb_build_object('bill_id', tests.id('h')), 'but the call that made it is answered as before');
select tests.refused('cashier_a1', pg_temp.pay('gone', 'h1', 1, 'g'), 'order_closed', 'nor paid');
select tests.scan('nobody', 'qr_counter_a1');
select tests.refused('cashier_a1', 'split_bill(''{"method": "equal", "shares": 2}'', ''k'', null, {nobody})', 'order_already_paid', 'nothing is not split');

-- everybody at the table hears of it
create function pg_temp.told(p_order text) returns bigint language sql as $$ select count(*) from realtime.messages m where m.topic like 'venue:%:orders' and m.payload ->> 'order_id' = tests.id(p_order)::text $$;
select tests.place('heard', 'guest2_a1', 'table', 'pay_later', 'beer_a1');
select pg_temp.keep_split('x', 'cashier_a1', '{"method": "equal", "shares": 4}', 'heard');
select is(pg_temp.told('heard'), 2::bigint, 'placed, and split');
select tests.call('cashier_a1', pg_temp.pay('heard', 'x1', 150, 'x1')), tests.call('cashier_a1', pg_temp.pay('heard', 'x2', 150, 'x2'));
select is(pg_temp.told('heard'), 4::bigint, 'one has paid, and another');
select tests.call('cashier_a1', 'cancel_bill_split({x})');
select is(pg_temp.told('heard'), 5::bigint, 'and the split is cancelled');

-- by constraint
select tests.place('kept', 'guest2_a1', 'table', 'pay_later', 'beer_a1');
select pg_temp.keep_split('k', 'cashier_a1', '{"method": "equal", "shares": 2}', 'kept');
select tests.refused('postgres', c, '23514', c) from unnest(array[
  'insert into public.bill_shares (venue_id, order_id, split_id, number, amount_minor) select venue_id, order_id, split_id, 9, 1 from public.bill_shares where id = {k1}',
  'update public.bill_splits set amount_minor = amount_minor + 1 where bill_id = {k}',
  'update public.bill_splits set ended_at = now(), outcome = ''paid'' where bill_id = {k}',
  'update public.orders set split_id = null where id = {kept}',
  'update public.orders set total_minor = total_minor + 1, tip_minor = tip_minor + 1 where id = {kept}',
  'update public.bill_splits set ended_at = null, outcome = null where bill_id = {f}']) c;
select tests.refused('postgres', 'update public.orders o set split_id = b.id from public.bill_splits b where o.id = {later_a1} and b.bill_id = {k}', '23503', 'an order is split by its own split');
select tests.refused('postgres', c, '23503', c) from unnest(array[
  'update public.payments set share_id = {k1} where id = {cash_a1}',
  'insert into public.bill_shares (venue_id, order_id, split_id, number, amount_minor) select venue_id, {later_a1}, split_id, 9, 1 from public.bill_shares where id = {k1}']) c;
select throws_ok('truncate public.bill_shares cascade', '42501', 'bill_shares is append-only', 'shares are not swept away, nor what refers to them');
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select tests.refused('owner_a', c, 'subscription_inactive', 'read-only: ' || c) from unnest(array[pg_temp.split('{"method": "equal", "shares": 2}', 'later_a1', 'ro'), 'cancel_bill_split({k})']) c;

select * from finish();
rollback;
