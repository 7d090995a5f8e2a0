-- place_staff_order: who may, where it is served, how it is paid, and that it is an order like any other.
begin;
select plan(49);
select tests.fixture();
create function pg_temp.staff(p_key text, p_fulfilment text, p_mode text, p_session text default null, p_source text default 'pos', p_lines text default 'burger_a1+rare_a1, beer_a1*2', p_more jsonb default '{}', p_venue text default 'a1') returns text language sql as $$
  select format('place_staff_order({venue_%s}, %L, %L, %s, %L)', p_venue, p_key,
    jsonb_build_object('fulfilment', p_fulfilment, 'payment_mode', p_mode, 'lines', tests.lines(p_lines)) || p_more, coalesce('{' || p_session || '}', 'null'), p_source)
$$;

-- who may: payments.collect, in their own venue
select tests.answers(a, pg_temp.staff('who ' || a, 'table', 'pay_later', 'guest_a1'), '{"status": "placed", "total_minor": 2450}', a || ' takes orders') from unnest(array['owner_a', 'manager_a1', 'server_a', 'server_a1', 'cashier_a1']) a;
select tests.refused(a, pg_temp.staff('who ' || a, 'table', 'pay_later', 'guest_a1'), 'permission_denied', a || ' takes none') from unnest(array['staff_a', 'kitchen_a1', 'owner_b', 'stranger']) a;
select tests.refused('server_a1', pg_temp.staff('elsewhere', 'counter', 'pay_at_till', null, 'pos', 'cola_a2', '{}', 'a2'), 'permission_denied', 'nor does a server of another venue');
select tests.refused('anon', pg_temp.staff('guest', 'table', 'pay_later', 'guest_a1'), '42501', 'nor does a guest');
select tests.refused('service_role', pg_temp.staff('machine', 'table', 'pay_later', 'guest_a1'), '42501', 'nor a machine');
select tests.refused('owner_a', 'place_staff_order(null, ''k'', ''{}'')', 'permission_denied', 'no venue is nobody''s venue');

-- where: at a table if and only if there is a table's session; every mode
select tests.refused('server_a', pg_temp.staff('w1', 'table', 'pay_later'), 'fulfilment_not_allowed', 'no table without a session');
select tests.refused('server_a', pg_temp.staff('w2', 'counter', 'pay_at_till', 'guest_a1'), 'fulfilment_not_allowed', 'a table''s order is served there');
select tests.refused('server_a', pg_temp.staff('w3', 'table', 'pay_later', 'counter_a1'), 'fulfilment_not_allowed', 'a counter''s session has no table');
select tests.refused('server_a', pg_temp.staff('w4', 'table', 'pay_later', 'guest_a2'), 'table_session_not_found', 'nor another venue''s session');
select tests.refused('server_a', pg_temp.staff('w5', 'table', 'pay_later', 'burger_a1'), 'table_session_not_found', 'nor none at all');
select tests.refused('server_a', pg_temp.staff('w6', 'counter', 'pay_later'), 'payment_mode_not_allowed', 'paying later is for tables');
select tests.refused('server_a', pg_temp.staff('w7', 'collection', 'pay_at_till'), 'payment_mode_not_allowed', 'collection pays at the till where the venue says so');
update public.venues set collection_pays_at_till = true where id = tests.id('venue_a1');
select tests.answers('server_a', pg_temp.staff('w8', 'collection', 'pay_at_till'), '{"status": "placed"}', 'as it does now');
select tests.answers('cashier_a', pg_temp.staff('w9', 'counter', 'pay_at_till', null, 'counter'), '{"status": "placed"}', 'at the counter');
select tests.answers('cashier_a', pg_temp.staff('w10', 'table', 'pay_at_till', 'guest_a1'), '{"status": "placed"}', 'at the table, paid at the till');
select tests.refused('cashier_a', pg_temp.staff('w11', 'counter', 'pay_at_till', null, s), 'invalid_input', 'source: ' || s) from unnest(array['qr', 'api', '']) s;
select tests.refused('cashier_a', replace(pg_temp.staff('w12', 'counter', 'pay_at_till'), '''pos''', 'null'), 'invalid_input', 'source: null');

-- what is written
select tests.keep('pos', (tests.call('server_a1', pg_temp.staff('pos', 'table', 'pay_later', 'guest_a1')) ->> 'id')::uuid);
select results_eq($$select o.source, o.session_id, o.table_id, o.organisation_id from public.orders o where o.id = tests.id('pos')$$, $$values ('pos', tests.id('guest_a1'), tests.id('t1_a1'), tests.id('org_a'))$$, 'the order knows source, session, table and organisation');
select results_eq($$select e.to_status, e.action, e.actor_kind, e.actor_id from public.order_events e where e.order_id = tests.id('pos')$$, $$values ('placed', 'moved', 'member', tests.id('server_a1'))$$, 'its history names the member');
select is((select count(*) from public.kitchen_tickets t where t.order_id = tests.id('pos')), 2::bigint, 'the kitchen has its tickets');
select ok(tests.call('anon', 'get_bill({$guest_a1})') -> 'orders' @> jsonb_build_array(jsonb_build_object('id', tests.id('pos'))), 'the guests of the table see it on their bill');
select tests.keep('src', (tests.call('cashier_a', pg_temp.staff('src', 'counter', 'pay_at_till', null, 'counter')) ->> 'id')::uuid);
select is((select o.source from public.orders o where o.id = tests.id('src')), 'counter', 'a counter''s order is the counter''s');

-- pay first: the kitchen waits for the till
select tests.keep('first', (tests.call('cashier_a1', pg_temp.staff('first', 'counter', 'pay_now', null, 'counter', 'cola_a1')) ->> 'id')::uuid);
select is((select count(*) from public.kitchen_tickets t where t.order_id = tests.id('first')), 0::bigint, 'pay_now reaches no kitchen yet');
select is(tests.collect('first_cash', 'cashier_a1', 'first', 333) ->> 'order_status', 'placed', 'paid at the till, it does');
select is((select count(*) from public.kitchen_tickets t where t.order_id = tests.id('first')), 1::bigint, 'with its ticket');

-- priced like any other; nothing that staff send is believed either
select tests.refused('owner_a', pg_temp.staff('p1', 'table', 'pay_later', 'guest_a1', 'pos', 'beer_a1', '{"total_minor": 1}'), 'order_invalid', 'a total is not part of an order');
select tests.refused('owner_a', pg_temp.staff('p2', 'table', 'pay_later', 'guest_a1', 'pos', 'beer_b1'), 'menu_item_unknown', 'nor is an item of another venue');
select tests.refused('owner_a', pg_temp.staff('p3', 'table', 'pay_later', 'guest_a1', 'pos', 'burger_a1'), 'option_count_invalid', 'nor a burger without its cooking');
select tests.refused('owner_a', pg_temp.staff('p4', 'table', 'pay_later', 'guest_a1', 'pos', 'burger_a1*99+rare_a1'), 'out_of_stock', 'nor more than there is');
select tests.call('owner_a', 'set_availability({venue_a1}, false, array[{beer_a1}])');
select tests.refused('owner_a', pg_temp.staff('p5', 'table', 'pay_later', 'guest_a1', 'pos', 'beer_a1'), 'menu_item_unavailable', 'nor what is 86');
select tests.answers('server_a', pg_temp.staff('p6', 'table', 'pay_later', 'guest_a1', 'pos', 'cola_a1', '{"tip_minor": 100, "customer": {"name": "Bo"}}'), '{"total_minor": 433}', 'a tip and a name are');

-- repeats, per member
select is((tests.call('server_a1', pg_temp.staff('pos', 'table', 'pay_later', 'guest_a1')) ->> 'id')::uuid, tests.id('pos'), 'the same key and order is the same order');
select tests.refused('server_a1', pg_temp.staff('pos', 'table', 'pay_later', 'guest_a1', 'pos', 'cola_a1'), 'idempotency_key_reused', 'the same key with another order is refused');
select tests.refused('server_a1', pg_temp.staff('pos', 'table', 'pay_later', 'guest2_a1'), 'idempotency_key_reused', 'or for another table');
select isnt((tests.call('server_a', pg_temp.staff('pos', 'table', 'pay_later', 'guest_a1', 'pos', 'cola_a1')) ->> 'id')::uuid, tests.id('pos'), 'another member''s key is another key');
select tests.refused('server_a1', pg_temp.staff('', 'counter', 'pay_at_till'), 'idempotency_key_invalid', 'a key is needed');

-- a closed session, a read-only organisation
update public.table_sessions set closed_at = now() where id = tests.id('guest2_a1');
select tests.refused('server_a', pg_temp.staff('c1', 'table', 'pay_later', 'guest2_a1', 'pos', 'cola_a1'), 'table_session_closed', 'a closed session takes no orders');
update public.organisations set trial_ends_at = now() - interval '1 second' where id = tests.id('org_a');
select tests.refused('owner_a', pg_temp.staff('c2', 'table', 'pay_later', 'guest_a1', 'pos', 'cola_a1'), 'subscription_inactive', 'nor does a house whose trial has ended');
select tests.refused('owner_a', pg_temp.staff('pos', 'table', 'pay_later', 'guest_a1'), 'subscription_inactive', 'whatever the key');

select * from finish();
rollback;
