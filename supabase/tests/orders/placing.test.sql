-- place_order: which code allows which fulfilment and payment mode, where the order goes, numbers, repeats, limits.
begin;
select plan(57);
select tests.fixture();

-- every kind of code × fulfilment × payment mode
create temporary table modes as
select k.guest, f.fulfilment, m.mode, case
    when k.guest = 'guest_a1' and f.fulfilment <> 'table' or k.guest = 'pickup_a1' and f.fulfilment <> 'counter' or k.guest = 'counter_a1' and f.fulfilment = 'table' then 'fulfilment_not_allowed'
    when k.guest <> 'guest_a1' and m.mode = 'pay_later' then 'payment_mode_not_allowed'
    when f.fulfilment = 'collection' and m.mode = 'pay_at_till' then 'payment_mode_not_allowed'
    when m.mode = 'pay_now' then 'pending_payment' else 'placed' end as outcome
from unnest(array['guest_a1', 'pickup_a1', 'counter_a1']) k (guest), unnest(array['table', 'counter', 'collection']) f (fulfilment), unnest(array['pay_now', 'pay_later', 'pay_at_till']) m (mode);
select is((select string_agg(outcome || ' ' || n, ', ' order by outcome) from (select outcome, count(*) n from modes group by 1) t),
  'fulfilment_not_allowed 15, payment_mode_not_allowed 4, pending_payment 4, placed 4', 'the matrix of the rules, counted by hand');
select case when outcome ~ 'allowed' then tests.refused('anon', call, outcome, name) else tests.answers('anon', call, jsonb_build_object('status', outcome), name) end
from (select outcome, format('%s: %s, %s → %s', guest, fulfilment, mode, outcome) as name, tests.place_call(guest, fulfilment || mode, fulfilment, mode, 'cola_a1') as call from modes) m order by name;
select tests.affects('owner_a', 'update public.venues set collection_pays_at_till = true where id = {venue_a1}', 1, 'a venue may allow paying on collection');
select tests.answers('anon', tests.place_call('counter_a1', 'c', 'collection', 'pay_at_till', 'cola_a1'), '{"status": "placed"}', 'then it is allowed');
select tests.refused('anon', replace(tests.place_call('counter_a1', 'c', 'table', 'pay_now', 'cola_a1'), 'place_order({$counter_a1}, ''c''', 'quote_order({$counter_a1}'), 'fulfilment_not_allowed', 'a quote refuses what placing refuses');

-- where an order goes: to the kitchen at once, or after its payment; what costs nothing need not be paid
select is((select count(*) from public.kitchen_tickets t where t.order_id = tests.id('waiting_a1')), 0::bigint, 'an order that waits for payment has no tickets');
select is((select count(*) from public.kitchen_tickets t where t.order_id = tests.id('paid_a1')), 1::bigint, 'paid, it has');
select is((select count(*) from public.kitchen_tickets t where t.order_id = tests.id('later_a1')), 2::bigint, 'paying later has, one per line');
select is((select count(*) from public.kitchen_tickets t where t.order_id = tests.id('till_a1')), 1::bigint, 'paying at the till has, too');
update public.menu_items set price_minor = 0 where id = tests.id('cola_a1');
select tests.call('owner_a', 'publish_menu({venue_a1})');
select tests.answers('anon', tests.place_call('guest_a1', 'free', 'table', 'pay_now', 'cola_a1'), '{"status": "placed", "payment_status": "paid", "due_minor": 0}', 'a free order goes straight to the kitchen');
select results_eq($$select e.from_status, e.to_status, e.actor_kind, e.actor_id is not null, e.reason from public.order_events e where e.order_id = tests.id('paid_a1') order by e.id$$,
  $$values (null, 'pending_payment', 'guest', true, null), ('pending_payment', 'placed', 'provider', false, 'paid')$$, 'its history says who and why');
select results_eq($$select c.name, c.phone, c.email from public.order_customers c where c.order_id = tests.id('paid_a1')$$, $$values ('Ada', '07700 900123', null::text)$$, 'what a guest tells of themselves is kept apart');
select is((select count(*) from public.order_customers c where c.order_id = tests.id('later_a1')), 0::bigint, 'a guest who tells nothing leaves no row');
select results_eq($$select o.source, o.session_id, o.table_id, o.organisation_id, o.menu_version from public.orders o where o.id = tests.id('later_a1')$$,
  $$values ('qr', tests.id('guest_a1'), tests.id('t1_a1'), tests.id('org_a'), 1)$$, 'the order knows its session, table, organisation and menu');

-- repeats
select is(tests.call('anon', tests.place_call('guest_a1', 'key of later_a1', 'table', 'pay_later', 'burger_a1+well_a1+cheese_a1, beer_a1')) ->> 'id', tests.id('later_a1')::text, 'the same key and order is the same order');
select is((tests.call('anon', tests.place_call('guest_a1', 'key of later_a1', 'table', 'pay_later', 'burger_a1+well_a1+cheese_a1, beer_a1', '{"tip_minor": null, "customer": null}')) ->> 'id')::uuid, tests.id('later_a1'), 'a null field is no other order');
select tests.refused('anon', tests.place_call('guest_a1', 'key of later_a1', 'table', 'pay_later', 'beer_a1'), 'idempotency_key_reused', 'the same key with another order is refused');
select isnt(tests.call('anon', tests.place_call('pickup_a1', 'key of later_a1', 'counter', 'pay_at_till', 'beer_a1')) ->> 'id', tests.id('later_a1')::text, 'another device''s key is another key');
select tests.refused('anon', tests.place_call('guest_a1', '', 'table', 'pay_later', 'beer_a1'), 'idempotency_key_invalid', 'an empty key is refused');
select tests.refused('anon', tests.place_call('guest_a1', repeat('k', 256), 'table', 'pay_later', 'beer_a1'), 'idempotency_key_invalid', 'so is one of 256 characters');
select tests.refused('anon', replace(tests.place_call('guest_a1', 'kk', 'table', 'pay_later', 'beer_a1'), '''kk''', 'null'), 'idempotency_key_invalid', 'and none');
select tests.answers('anon', tests.place_call('guest_a1', repeat('k', 255), 'table', 'pay_later', 'beer_a1'), '{}', 'one of 255 is accepted');
update private.idempotency_keys set expires_at = now() where operation = 'place_order' and key = 'key of later_a1' and scope_id = tests.id('venue_a1');
select isnt(tests.call('anon', tests.place_call('guest_a1', 'key of later_a1', 'table', 'pay_later', 'beer_a1')) ->> 'id', tests.id('later_a1')::text, 'an expired key is a new key');
select tests.refused('anon', tests.place_call('guest_a1', 'key of later_a1', 'table', 'pay_later', 'cola_a1'), 'idempotency_key_reused', 'which holds again');

-- stock that is not there
select tests.call('owner_a', $$adjust_stock({beef_a1}, 'waste', -9500, 'x', 'w')$$);
select tests.refused('anon', tests.place_call('guest_a1', 'two', 'table', 'pay_later', 'burger_a1*2+rare_a1'), 'out_of_stock', 'an order that the stock cannot make is refused');
select is((select i.on_hand from public.ingredients i where i.id = tests.id('beef_a1')), 200::numeric, 'and takes nothing');
select is((select count(*) from public.kitchen_tickets t join public.orders o on o.id = t.order_id where o.venue_id = tests.id('venue_a1') and t.station_id = tests.id('grill_a1')), 2::bigint, 'nor reaches the kitchen');
select tests.answers('anon', tests.place_call('guest_a1', 'one', 'table', 'pay_later', 'burger_a1+rare_a1'), '{}', 'one that it can make is not');

-- limit per device
update private.rate_limits set used = 29 where scope = 'place_order' and subject = (select d.id from private.guest_devices d where d.secret_hash = private.token_hash(tests.secret('guest_a1')));
select tests.answers('anon', tests.place_call('guest_a1', 'thirty', 'table', 'pay_later', 'beer_a1'), '{}', 'the 30th order of a minute is placed');
select tests.refused('anon', tests.place_call('guest_a1', 'thirty-one', 'table', 'pay_later', 'beer_a1'), 'rate_limited', 'the 31st is not');
select tests.answers('anon', tests.place_call('guest_a1', 'thirty', 'table', 'pay_later', 'beer_a1'), '{}', 'a repeat is no further order');

select * from finish();
rollback;
