-- amend_order: lines come, go and change while nobody cooks; money, stock and tickets follow, never below what is paid.
begin;
select plan(78);
select tests.fixture();
-- {name} within JSON is an id as a string
create function pg_temp.json(p_text text) returns jsonb language plpgsql as $$
declare
  v_text text := p_text;
  v_part text[];
begin
  for v_part in select distinct m from regexp_matches(p_text, '<([a-z0-9_]+)>', 'g') m loop
    v_text := replace(v_text, '<' || v_part[1] || '>', format('"%s"', tests.id(v_part[1])));
  end loop;
  return v_text::jsonb;
end $$;
create function pg_temp.amend(p_order text, p_key text, p_changes text) returns text language sql as $$
  select format('amend_order({%s}, %L, %L)', p_order, p_key, pg_temp.json(p_changes))
$$;
create function pg_temp.beef() returns numeric language sql as $$ select i.on_hand from public.ingredients i where i.id = tests.id('beef_a1') $$;
create function pg_temp.tickets(p_order text) returns text language sql as $$
  select string_agg(l.name || ' ' || l.quantity || ' ' || t.status, ', ' order by l.position) from public.order_lines l left join public.kitchen_tickets t on t.order_line_id = l.id where l.order_id = tests.id(p_order)
$$;
create function pg_temp.sums(p_order text) returns setof bigint[] language sql as $$ select array[o.subtotal_minor, o.tax_minor, o.service_charge_minor, o.tip_minor, o.total_minor] from public.orders o where o.id = tests.id(p_order) $$;

-- who may
select tests.answers(a, pg_temp.amend('later_a1', 'who ' || a, '{"change": [{"line_id": <later_a1_line2>, "note": "cold"}]}'), '{"total_minor": 2025}', a || ' may') from unnest(array['owner_a', 'manager_a', 'server_a1', 'cashier_a1']) a;
select tests.refused(a, pg_temp.amend('later_a1', 'who ' || a, '{"change": [{"line_id": <later_a1_line2>, "note": "cold"}]}'), 'permission_denied', a || ' may not') from unnest(array['staff_a', 'kitchen_a1']) a;
select tests.refused(a, pg_temp.amend('later_a1', 'who ' || a, '{"change": [{"line_id": <later_a1_line2>, "note": "cold"}]}'), 'order_not_found', a || ' sees no order') from unnest(array['owner_b', 'stranger']) a;
select tests.refused('server_a1', pg_temp.amend('later_a2', 'who', '{"remove": [<later_a2_line2>]}'), 'order_not_found', 'nor does a server of another venue');
select tests.refused(a, pg_temp.amend('later_a1', 'who', '{"remove": [<later_a1_line2>]}'), '42501', a || ' may not call it') from unnest(array['anon', 'service_role']) a;
select tests.refused('owner_a', 'amend_order(null, ''k'', ''{"add": []}'')', 'order_not_found', 'no order is none');

-- what is malformed
select tests.refused('owner_a', pg_temp.amend('later_a1', 'bad ' || c, c), 'order_invalid', 'refused: ' || c) from unnest(array[
  '[]', '7', '{}', '{"lines": []}', '{"add": {}}', '{"remove": [7]}', '{"remove": ["x"]}', '{"remove": [<later_a1_line1>, <later_a1_line1>]}',
  '{"change": [7]}', '{"change": [{"line_id": <later_a1_line1>}]}', '{"change": [{"quantity": 1}]}', '{"change": [{"line_id": <later_a1_line1>, "quantity": 0}]}',
  '{"change": [{"line_id": <later_a1_line1>, "quantity": 100}]}', '{"change": [{"line_id": <later_a1_line1>, "quantity": "2"}]}', '{"change": [{"line_id": <later_a1_line1>, "price_minor": 1}]}',
  '{"change": [{"line_id": <later_a1_line1>, "note": 7}]}', '{"change": [{"line_id": <later_a1_line1>, "quantity": 2}], "remove": [<later_a1_line1>]}',
  '{"add": [{"menu_item_id": <beer_a1>}]}', '{"add": [{"menu_item_id": <beer_a1>, "quantity": 1, "price_minor": 1}]}', '{"remove": [<later_a1_line1>, <later_a1_line2>]}']) c;
select tests.refused('owner_a', 'amend_order({later_a1}, ''null'', null)', 'order_invalid', 'refused: null');
select tests.refused('owner_a', pg_temp.amend('later_a1', 'strange', c), 'order_line_not_found', 'no line of the order: ' || c) from unnest(array['{"remove": [<till_a1_line1>]}', '{"change": [{"line_id": <burger_a1>, "quantity": 2}]}']) c;
select is((select count(*) from public.order_events e where e.order_id = tests.id('later_a1') and e.action = 'amended'), 4::bigint, 'what is refused leaves no event');
select is(pg_temp.tickets('later_a1'), 'Burger 1 new, Beer 1 new', 'and moves no ticket');
select is(pg_temp.beef(), 9700::numeric, 'nor stock');

-- add, change, remove at once; the menu's price has changed meanwhile
select is((select l.note from public.order_lines l where l.id = tests.id('later_a1_line2')), 'cold', 'a note changes in place');
update public.menu_items set price_minor = 2000 where id = tests.id('burger_a1');
update public.venues set service_charge_bp = 1000 where id = tests.id('venue_a1');
select tests.call('owner_a', 'publish_menu({venue_a1})');
select tests.answers('server_a1', pg_temp.amend('later_a1', 'three', '{"change": [{"line_id": <later_a1_line1>, "quantity": 3}], "remove": [<later_a1_line2>], "add": [{"menu_item_id": <burger_a1>, "quantity": 1, "options": [<rare_a1>]}, {"menu_item_id": <cola_a1>, "quantity": 2, "note": "no ice"}]}'),
  '{"subtotal_minor": 6941, "service_charge_minor": 0, "total_minor": 6941, "status": "placed", "lines": [{"name": "Burger", "quantity": 3, "unit_price_minor": 1250, "line_minor": 4275}, {"quantity": 1, "unit_price_minor": 2000}, {"name": "Cola", "quantity": 2, "line_minor": 666, "note": "no ice"}]}',
  'what stays keeps its price, what is added costs what the menu says now');
select results_eq($$select * from pg_temp.sums('later_a1')$$, 'values (array[6941, 713 + 333 + 111, 0, 0, 6941]::bigint[])', 'with tax per line, and the service charge that there was when it was placed');
select is(pg_temp.tickets('later_a1'), 'Burger 1 cancelled, Beer 1 cancelled, Burger 3 new, Burger 1 new, Cola 2 new', 'tickets follow');
select is(pg_temp.beef(), 9700 + 150 - 450 - 150.0, 'so does stock');
select results_eq($$select m.kind, sum(m.quantity) from public.stock_movements m join public.order_lines l on l.id = m.order_line_id where l.order_id = tests.id('later_a1') group by 1 order by 1$$, $$values ('return', 150.000), ('sale', -750.000)$$, 'as movements, once per line');
select results_eq($$select e.from_status, e.to_status, e.actor_id, e.details ->> 'total_before_minor', e.details ->> 'total_minor', jsonb_array_length(e.details -> 'removed') from public.order_events e where e.order_id = tests.id('later_a1') and e.action = 'amended' order by e.id desc limit 1$$,
  $$values ('placed', 'placed', tests.id('server_a1'), '2025', '6941', 2)$$, 'and history says who and how much');
select is((select count(*) from public.order_lines l where l.order_id = tests.id('later_a1') and l.voided_at is not null and l.net_minor = 0 and l.tax_minor = 0), 2::bigint, 'what went costs nothing');
select tests.refused('server_a1', pg_temp.amend('later_a1', 'gone', '{"remove": [<later_a1_line2>]}'), 'order_line_not_found', 'and cannot go again');
select tests.answers('server_a1', pg_temp.amend('later_a1', 'three', '{"change": [{"line_id": <later_a1_line1>, "quantity": 3}], "remove": [<later_a1_line2>], "add": [{"menu_item_id": <burger_a1>, "quantity": 1, "options": [<rare_a1>]}, {"menu_item_id": <cola_a1>, "quantity": 2, "note": "no ice"}]}'), '{"total_minor": 6941}', 'a repeat adds nothing');
select tests.refused('server_a1', pg_temp.amend('later_a1', 'three', '{"remove": [<later_a1_line1>]}'), 'idempotency_key_reused', 'its key is used');

-- the last line goes, another comes: positions of lines that went stay theirs
select tests.place('turn', 'guest_a1', 'table', 'pay_later', 'beer_a1, cola_a1');
select tests.answers('server_a1', pg_temp.amend('turn', 't1', '{"remove": [<turn_line2>], "add": [{"menu_item_id": <beer_a1>, "quantity": 1}]}'), '{"subtotal_minor": 1200}', 'the last line is replaced');
select results_eq($$select l.position, l.voided_at is null from public.order_lines l where l.order_id = tests.id('turn') order by 1$$, 'values (1, true), (2, false), (3, true)', 'at a place of its own');
select tests.answers('server_a1', pg_temp.amend('turn', 't2', '{"change": [{"line_id": <turn_line1>, "quantity": 1}]}'), '{"subtotal_minor": 1200}', 'the same quantity changes nothing');
select is(pg_temp.tickets('turn'), 'Beer 1 new, Cola 1 cancelled, Beer 1 new', 'not even a ticket');

-- availability: what is on the order stays, more of it needs to be there
select tests.call('owner_a', 'set_availability({venue_a1}, false, array[{beer_a1}])');
select tests.answers('server_a1', pg_temp.amend('turn', 't3', '{"change": [{"line_id": <turn_line1>, "note": "quick"}]}'), '{}', 'a line whose item is 86 stays');
select tests.refused('server_a1', pg_temp.amend('turn', 't4', '{"change": [{"line_id": <turn_line1>, "quantity": 2}]}'), 'menu_item_unavailable', 'but does not grow');
select tests.place('pair', 'guest_a1', 'table', 'pay_later', 'cola_a1*3, cola_a1');
select tests.call('owner_a', 'set_availability({venue_a1}, false, array[{cola_a1}])');
select tests.answers('server_a1', pg_temp.amend('pair', 'p1', '{"change": [{"line_id": <pair_line1>, "quantity": 2, "note": "  "}], "remove": [<pair_line2>]}'), '{"subtotal_minor": 666, "lines": [{"quantity": 2, "note": null}]}', 'it shrinks, whatever else goes; a blank note is none');
select tests.call('owner_a', 'set_availability({venue_a1}, true, array[{cola_a1}])');
select tests.refused('server_a1', pg_temp.amend('turn', 't5', '{"add": [{"menu_item_id": <beer_a1>, "quantity": 1}]}'), 'menu_item_unavailable', 'nor is it added');
select tests.refused('server_a1', pg_temp.amend('turn', 't6', '{"add": [{"menu_item_id": <burger_b1>, "quantity": 1}]}'), 'menu_item_unknown', 'nor an item of another venue');
select tests.call('owner_a', 'set_availability({venue_a1}, true, array[{beer_a1}])');
select tests.refused('server_a1', pg_temp.amend('turn', 't7', '{"add": [{"menu_item_id": <burger_a1>, "quantity": 99, "options": [<rare_a1>]}]}'), 'out_of_stock', 'nor more than the stock can make');
select is(pg_temp.tickets('turn'), 'Beer 1 new, Cola 1 cancelled, Beer 1 new', 'then nothing has changed');

-- money: never below what is paid; what is due grows and shrinks
select tests.place('half', 'guest_a1', 'table', 'pay_later', 'beer_a1, cola_a1', '{"tip_minor": 100}');
select is((select array[o.service_charge_minor, o.total_minor] from public.orders o where o.id = tests.id('half')), array[93, 1126]::bigint[], 'beer, cola, service and tip');
select tests.collect('half_cash', 'cashier_a1', 'half', 700);
select tests.refused('cashier_a1', pg_temp.amend('half', 'h1', '{"remove": [<half_line1>]}'), 'order_below_paid', 'an order never costs less than was paid');
select tests.answers('cashier_a1', pg_temp.amend('half', 'h2', '{"remove": [<half_line2>]}'), '{"total_minor": 760, "paid_minor": 700, "due_minor": 60, "tip_minor": 100}', 'it may cost less than it did; the tip stays');
select tests.answers('cashier_a1', pg_temp.amend('half', 'h3', '{"add": [{"menu_item_id": <cola_a1>, "quantity": 1}]}'), '{"total_minor": 1126, "due_minor": 426}', 'and more');
select tests.call('cashier_a', $$refund_payment({half_cash}, 700, 'wrong card', 'half back')$$);
select tests.answers('cashier_a1', pg_temp.amend('half', 'h4', '{"remove": [<half_line1>]}'), '{"total_minor": 466}', 'what was refunded does not hold it up');

-- an order that waits for its payment: no kitchen yet; a running payment is given up; free, it is placed
select tests.place('waits', 'guest_a1', 'table', 'pay_now', 'beer_a1, cola_a1');
select tests.start_payment('waits_online', 'guest_a1', 'waits');
select tests.answers('server_a1', pg_temp.amend('waits', 'w1', '{"remove": [<waits_line1>], "add": [{"menu_item_id": <burger_a1>, "quantity": 1, "options": [<rare_a1>]}]}'), '{"status": "pending_payment", "subtotal_minor": 2333}', 'amended before it is paid');
select is((select count(*) from private.outbox o where o.topic = 'payment.cancel_requested' and o.payload ->> 'payment_id' = tests.id('waits_online')::text), 1::bigint, 'the payment under way is given up');
select is((select count(*) from public.kitchen_tickets t where t.order_id = tests.id('waits')), 0::bigint, 'nothing is cooked yet');
select tests.collect('waits_cash', 'cashier_a1', 'waits', 2566);
select results_eq($$select l.name, t.status from public.order_lines l left join public.kitchen_tickets t on t.order_line_id = l.id where l.order_id = tests.id('waits') order by l.position$$, $$values ('Beer', null), ('Cola', 'new'), ('Burger', 'new')$$, 'paid, what is still on it is cooked');
update public.menu_items set price_minor = 0 where id = tests.id('cola_a1');
select tests.call('owner_a', 'publish_menu({venue_a1})');
select tests.place('free', 'guest_a1', 'table', 'pay_now', 'beer_a1');
select tests.call('server_a1', pg_temp.amend('free', 'f1', '{"remove": [<free_line1>], "add": [{"menu_item_id": <cola_a1>, "quantity": 1}]}'));
select results_eq($$select o.status, o.total_minor, o.payment_status from public.orders o where o.id = tests.id('free')$$, $$values ('placed', 0::bigint, 'paid')$$, 'an order that now costs nothing is placed');
select is((select count(*) from public.kitchen_tickets t where t.order_id = tests.id('free') and t.status = 'new'), 1::bigint, 'and cooked');

-- cancelled later, what was removed is not returned twice
select tests.place('gone', 'guest_a1', 'table', 'pay_later', 'burger_a1*2+rare_a1, burger_a1+rare_a1');
select tests.keep('beef_before', null, pg_temp.beef()::text);
select tests.call('server_a1', pg_temp.amend('gone', 'g1', '{"remove": [<gone_line1>]}')), tests.call('manager_a', $$cancel_order({gone}, 'left')$$);
select is(pg_temp.beef() - tests.secret('beef_before')::numeric, 450.000, 'each portion went back once');

-- accepted is still early; cooking is too late, however it began; so is the end
select tests.place('late', 'guest_a1', 'table', 'pay_later', 'beer_a1, cola_a1');
select tests.call('server_a1', 'advance_order({late}, ''accepted'')');
select tests.answers('server_a1', pg_temp.amend('late', 'l1', '{"remove": [<late_line2>]}'), '{"status": "accepted"}', 'an accepted order may be amended');
select tests.call('kitchen_a1', 'advance_ticket({late_ticket1}, ''in_progress'')');
select tests.refused('server_a1', pg_temp.amend('late', 'l2', '{"add": [{"menu_item_id": <beer_a1>, "quantity": 1}]}'), 'order_in_preparation', 'once a ticket is started it may not');
select tests.answers('server_a1', pg_temp.amend('late', 'l1', '{"remove": [<late_line2>]}'), '{"status": "accepted"}', 'a repeat is answered all the same');
select tests.refused('owner_a', pg_temp.amend('gone', 'l3', '{"add": [{"menu_item_id": <beer_a1>, "quantity": 1}]}'), 'order_closed', 'a cancelled order is not amended');
select tests.place('shut', 'guest2_a1', 'table', 'pay_later', 'beer_a1');
update public.table_sessions set closed_at = now() where id = tests.id('guest2_a1');
select tests.refused('owner_a', pg_temp.amend('shut', 'l4', '{"add": [{"menu_item_id": <beer_a1>, "quantity": 1}]}'), 'table_session_closed', 'nor one of a session that is over');
update public.organisations set trial_ends_at = now() - interval '1 second' where id = tests.id('org_a');
select tests.refused('owner_a', pg_temp.amend('turn', 'l5', '{"remove": [<turn_line1>]}'), 'subscription_inactive', 'nor one of a house whose trial has ended');

select * from finish();
rollback;
