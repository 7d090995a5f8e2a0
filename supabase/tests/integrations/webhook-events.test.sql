-- What is an event: told once, in the transaction that causes it, to whom it concerns, without personal data; and what it costs nobody.
begin;
select plan(51);
select tests.fixture();
update public.organisations set tier = 'enterprise', subscription_status = 'active';
delete from private.outbox;
create function pg_temp.told() returns table (type text, data jsonb) language sql as $$
  with taken as (delete from private.outbox o where o.topic = 'webhook.happened' returning o.id, o.payload) select t.payload ->> 'type', t.payload -> 'data' from taken t order by t.id
$$;
create function pg_temp.types() returns text[] language sql as $$ select coalesce(array_agg(t.type), '{}') from pg_temp.told() t $$;

-- without an endpoint, nothing
select tests.place('quiet', 'guest_a1', 'table', 'pay_later', 'cola_a1');
select is(pg_temp.types(), '{}', 'without an endpoint nothing is written');
create function pg_temp.endpoint(p_name text, p_owner text, p_call text) returns uuid language sql as $$ select tests.keep(p_name, (tests.call(p_owner, p_call) ->> 'endpoint_id')::uuid) $$;
select pg_temp.endpoint('paid_only', 'owner_a', $$create_webhook_endpoint({org_a}, 'https://a.example/', '{order.paid}')$$);
select tests.place('unwanted', 'guest_a1', 'table', 'pay_later', 'cola_a1');
select is(pg_temp.types(), '{}', 'what nobody has chosen neither');
select pg_temp.endpoint('all_a2', 'owner_a', format($$create_webhook_endpoint({org_a}, 'https://a.example/', %L, {venue_a2})$$, array(select type from public.webhook_event_types)));
select tests.place('elsewhere', 'guest_a1', 'table', 'pay_later', 'cola_a1');
select is(pg_temp.types(), '{}', 'nor what happens at another venue');
select pg_temp.endpoint('all_a', 'owner_a', format($$create_webhook_endpoint({org_a}, 'https://b.example/', %L)$$, array(select type from public.webhook_event_types)));
select tests.place('of_b', 'guest_b1', 'table', 'pay_later', 'cola_b1');
select is(pg_temp.types(), '{}', 'nor at another organisation');

-- an order's life
select tests.place('one', 'guest_a1', 'table', 'pay_later', 'cola_a1');
select results_eq('select * from pg_temp.told()', $$select 'order.placed', jsonb_build_object('order_id', o.id, 'number', o.number, 'business_date', o.business_date, 'status', 'placed', 'payment_status', 'unpaid', 'source', 'qr', 'fulfilment', 'table',
  'payment_mode', 'pay_later', 'table_id', tests.id('t1_a1'), 'currency', 'GBP', 'total_minor', 333, 'paid_minor', 0, 'refunded_minor', 0) from public.orders o where o.id = tests.id('one')$$, 'an order that is placed is told, in ids, statuses and amounts');
select tests.call('owner_a', format('advance_order({one}, %L)', s)), is(pg_temp.types(), array['order.' || s], s || ' is told') from unnest(array['accepted', 'preparing', 'ready', 'served']) with ordinality s (s, n) order by n;
select tests.collect('cash_one', 'owner_a', 'one', 333, 'cash', ', 0, 400');
select results_eq('select type, data - ''order_id'' - ''number'' - ''business_date'' from pg_temp.told() order by 1', $$values
  ('order.paid', '{"status": "served", "payment_status": "paid", "source": "qr", "fulfilment": "table", "payment_mode": "pay_later", "currency": "GBP", "total_minor": 333, "paid_minor": 333, "refunded_minor": 0}'::jsonb || jsonb_build_object('table_id', tests.id('t1_a1'))),
  ('payment.succeeded', jsonb_build_object('payment_id', tests.id('cash_one'), 'method', 'cash', 'currency', 'GBP', 'amount_minor', 333, 'tip_minor', 0))$$, 'a payment is, and that the order is paid');
select tests.call('owner_a', $$advance_order({one}, 'completed')$$), is(pg_temp.types(), array['order.completed'], 'completed is told');
select tests.call('owner_a', $$refund_payment({cash_one}, 100, 'Ada was ill', 'back one')$$);
select results_eq('select type, data - ''refund_id'' from pg_temp.told()', $$values ('refund.succeeded', jsonb_build_object('payment_id', tests.id('cash_one'), 'order_id', tests.id('one'), 'method', 'cash', 'currency', 'GBP', 'amount_minor', 100))$$,
  'money that was given back is, without what was said of it');

-- online: placed when it is paid; expired when it is not
select tests.place('two', 'guest_a1', 'table', 'pay_now', 'cola_a1', '{"customer": {"name": "Ada Secret", "phone": "07700 900999", "email": "ada@secret.example"}}');
select is(pg_temp.types(), '{}', 'an order that waits for its payment is no news');
select tests.start_payment('online_two', 'guest_a1', 'two');
select is(pg_temp.types(), '{}', 'nor is a payment that was begun');
select tests.call('service_role', tests.event_call('evt_two', 'payment_intent.succeeded', tests.intent('online_two')));
create temporary table paid as select * from pg_temp.told();
select set_eq('select type from paid', array['payment.succeeded', 'order.paid', 'order.placed'], 'once it is paid, all three are');
select is_empty($$select from paid where data::text ~* 'ada|07700|secret'$$, 'nothing of the guest is told');
select tests.call('service_role', tests.event_call('evt_two', 'payment_intent.succeeded', tests.intent('online_two')));
select is(pg_temp.types(), '{}', 'the provider''s repeat is no second event');
select tests.keep('refund_two', (tests.call('owner_a', $$refund_payment({online_two}, 100, 'cold', 'back two')$$) ->> 'refund_id')::uuid);
select is(pg_temp.types(), '{}', 'a refund that is under way is not told');
select tests.call('service_role', $$confirm_refund({refund_two}, 'failed', null, 'expired_card')$$), is(pg_temp.types(), array['refund.failed'], 'that the provider refused it is');
select tests.keep('refund_three', (tests.call('owner_a', $$refund_payment({online_two}, 100, 'cold', 'back three')$$) ->> 'refund_id')::uuid);
select tests.call('service_role', $$confirm_refund({refund_three}, 'succeeded', 're_three')$$), is(pg_temp.types(), array['refund.succeeded'], 'and that it was made');
select tests.place('three', 'guest_a1', 'table', 'pay_now', 'cola_a1');
update public.orders set created_at = now() - interval '1 hour' where id = tests.id('three');
select private.expire_orders(tests.id('venue_a1')), is(pg_temp.types(), array['order.expired'], 'expired is told');
select tests.place('four', 'guest_a1', 'table', 'pay_later', 'cola_a1'), tests.call('owner_a', $$cancel_order({four}, 'mistake')$$), is(pg_temp.types(), array['order.placed', 'order.cancelled'], 'cancelled is told');

-- what is not money is no payment
select tests.place('five', 'guest_a1', 'table', 'pay_later', 'cola_a1'), tests.call('owner_a', format('advance_order({five}, %L)', s)) from unnest(array['accepted']) s;
select tests.call('owner_a', format('advance_order({five}, %L)', s)) from unnest(array['preparing', 'ready', 'served']) with ordinality s (s, n) order by n;
select tests.call('owner_a', $$cancel_order({five}, 'walked out')$$) where false;
select pg_temp.types();
insert into public.payments (venue_id, organisation_id, order_id, method, status, amount_minor, currency, collected_by, reason, settled_at)
select o.venue_id, o.organisation_id, o.id, 'write_off', 'succeeded', 1, 'GBP', tests.id('owner_a'), 'gone', now() from public.orders o where o.id = tests.id('five');
select is(pg_temp.types(), '{}', 'a write-off is no payment');
update public.orders set updated_at = now(), tip_minor = tip_minor where id = tests.id('five');
select is(pg_temp.types(), '{}', 'a change of nothing that is told is none');

-- nothing is told of what did not happen
select tests.attempt('owner_a', $$cancel_order({five}, 'mistake')$$, true);
select is(pg_temp.types(), '{}', 'what is rolled back was never told');

-- the envelope, and its order
select tests.place('six', 'guest_a1', 'table', 'pay_later', 'cola_a1'), tests.call('owner_a', $$cancel_order({six}, 'mistake')$$);
create temporary table sent as select o.payload, o.id from private.outbox o where o.topic = 'webhook.happened';
select is((select array_agg(s.payload ->> 'type' order by (s.payload ->> 'sequence')::bigint) from sent s), array['order.placed', 'order.cancelled'], 'the later event has the larger sequence');
select results_eq($$select distinct (s.payload ->> 'organisation_id')::uuid, (s.payload ->> 'venue_id')::uuid, (s.payload ->> 'created_at')::timestamptz from sent s$$, $$values (tests.id('org_a'), tests.id('venue_a1'), now())$$, 'each says where and when');
select is((select count(distinct s.payload ->> 'id') from sent s), 2::bigint, 'and has an id of its own');

-- spreading: one delivery each, for those who want it now, once
create function pg_temp.spread() returns integer language sql as $$ select sum(tests.call('service_role', format('spread_webhook_event(%L)', s.payload))::text::integer)::integer from sent s $$;
select is(pg_temp.spread(), 2, 'two events to the one endpoint that wants both');
select is(pg_temp.spread(), 0, 'a message that comes twice is spread once');
select results_eq('select v.type, d.endpoint_id, d.status from public.webhook_deliveries d join public.webhook_events v on v.id = d.event_id order by v.sequence',
  $$values ('order.placed', tests.id('all_a'), 'pending'), ('order.cancelled', tests.id('all_a'), 'pending')$$, 'each is a delivery');
select is((select count(*) from pgmq.q_webhooks), 2::bigint, 'and a message');
create function pg_temp.event(p_more jsonb) returns text language sql as $$
  select format('spread_webhook_event(%L)', s.payload || jsonb_build_object('id', gen_random_uuid()) || p_more) from sent s limit 1
$$;
select tests.answers('service_role', pg_temp.event('{"type": "order.paid"}'), '2', 'one that two want is two deliveries');
select tests.answers('service_role', pg_temp.event(jsonb_build_object('type', 'order.paid', 'venue_id', tests.id('venue_a2'))), '3', 'at the other venue it is three');
select tests.answers('service_role', pg_temp.event(jsonb_build_object('created_at', now() - interval '1 second')), '0', 'an endpoint is not told of what was before it');
select tests.answers('service_role', pg_temp.event(jsonb_build_object('organisation_id', tests.id('org_b'), 'venue_id', tests.id('venue_b1'))), '0', 'an organisation without endpoints is nobody''s news');
select tests.answers('service_role', pg_temp.event(jsonb_build_object('venue_id', gen_random_uuid())), '0', 'nor is what happened at a venue that has been deleted');
select tests.call('owner_a', 'update_webhook_endpoint({all_a}, p_is_enabled => false)');
select tests.answers('service_role', pg_temp.event('{}'), '0', 'one that is off is not told');
select tests.call('owner_a', 'update_webhook_endpoint({all_a}, p_is_enabled => true)');
update public.organisations set tier = 'pro' where id = tests.id('org_a');
select tests.answers('service_role', pg_temp.event('{}'), '0', 'nor one whose plan has ended');
select tests.pay_for('org_a', '{integrations}');
select tests.answers('service_role', pg_temp.event('{}'), '1', 'the add-on brings it back');
select tests.refused('service_role', pg_temp.event(e), 'invalid_input', 'no event: ' || e::text)
from unnest(array['{"type": "order.eaten"}', '{"type": null}', '{"id": null}', '{"organisation_id": null}', '{"sequence": null}', '{"created_at": null}', '{"data": null}']::jsonb[]) e;
select tests.refused('service_role', 'spread_webhook_event(null)', 'invalid_input', 'nor nothing');
select tests.refused(a, pg_temp.event('{}'), '42501', a || ' spreads nothing') from unnest(array['anon', 'owner_a', 'stranger']) a;

select * from finish();
rollback;
