-- comp_line and void_line: what is on the house stays on the bill, what is void leaves it; both before the money.
begin;
select plan(72);
select tests.fixture();
create function pg_temp.sums(p_order text) returns bigint[] language sql as $$ select array[o.subtotal_minor, o.tax_minor, o.service_charge_minor, o.tip_minor, o.total_minor, o.paid_minor] from public.orders o where o.id = tests.id(p_order) $$;
create function pg_temp.tickets(p_order text) returns text language sql as $$
  select string_agg(l.name || ' ' || t.status, ', ' order by l.position) from public.order_lines l left join public.kitchen_tickets t on t.order_line_id = l.id where l.order_id = tests.id(p_order)
$$;
create function pg_temp.moved(p_order text) returns text language sql as $$
  select string_agg(m.kind || ' ' || trunc(m.quantity), ', ' order by m.id) from public.stock_movements m join public.order_lines l on l.id = m.order_line_id where l.order_id = tests.id(p_order)
$$;

-- who may: orders.cancel
select tests.refused(a, c, 'permission_denied', a || ': ' || c) from unnest(array['server_a1', 'cashier_a', 'kitchen_a1', 'staff_a']) a, unnest(array['comp_line({later_a1_line1}, ''late'')', 'void_line({later_a1_line1}, ''wrong'')']) c;
select tests.refused(a, c, 'order_line_not_found', a || ' finds no line: ' || c) from unnest(array['owner_b', 'stranger']) a, unnest(array['comp_line({later_a1_line1}, ''late'')', 'void_line({later_a1_line1}, ''wrong'')']) c;
select tests.refused('manager_a1', c, 'order_line_not_found', 'nor does a manager of another venue: ' || c) from unnest(array['comp_line({later_a2_line1}, ''late'')', 'void_line({later_a2_line1}, ''wrong'')']) c;
select tests.refused(a, c, '42501', a || ' may not call ' || c) from unnest(array['anon', 'service_role']) a, unnest(array['comp_line({later_a1_line1}, ''late'')', 'void_line({later_a1_line1}, ''wrong'')']) c;
select tests.refused('owner_a', c, 'order_line_not_found', 'no line: ' || c) from unnest(array['comp_line(null, ''late'')', 'void_line(null, ''wrong'')']) c;

-- a reason, an amount within the line
select tests.refused('owner_a', format(c, r), 'invalid_input', format(c, r)) from unnest(array['comp_line({later_a1_line1}, %s)', 'void_line({later_a1_line1}, %s)']) c, unnest(array['null', '''''', '''  ''', 'repeat(''x'', 281)']) r;
select tests.refused('owner_a', format('comp_line({later_a1_line1}, ''late'', %s)', n), 'amount_invalid', 'a comp of ' || n) from unnest(array[-1, 1426]) n;
select is(pg_temp.sums('later_a1'), array[2025, 338, 0, 0, 2025, 0]::bigint[], 'nothing has changed');

-- a comp: a part, all, more, lifted
update public.venues set service_charge_bp = 1000 where id = tests.id('venue_a1');
select tests.place('bill', 'guest_a1', 'table', 'pay_later', 'burger_a1+well_a1+cheese_a1, beer_a1');
update public.venues set service_charge_bp = 2000 where id = tests.id('venue_a1');
select tests.answers('manager_a1', 'comp_line({bill_line1}, '' waited too long '', 425)', '{"subtotal_minor": 1600, "service_charge_minor": 160, "total_minor": 1760, "lines": [{"name": "Burger", "line_minor": 1425, "comp_minor": 425}, {"name": "Beer", "comp_minor": 0}]}', 'a part is on the house, the price stays on the bill');
select is(pg_temp.sums('bill'), array[1600, 167 + 100, 160, 0, 1760, 0]::bigint[], 'and carries no tax and no service charge');
select results_eq($$select e.action, e.reason, e.actor_id, e.from_status = e.to_status, e.details ->> 'comp_minor' from public.order_events e where e.order_id = tests.id('bill') order by e.id desc limit 1$$, $$values ('comped', 'waited too long', tests.id('manager_a1'), true, '425')$$, 'history says who, why and how much');
select tests.answers('owner_a', 'comp_line({bill_line1}, ''again'', 425)', '{"total_minor": 1760}', 'the same comp again is no other');
select is((select count(*) from public.order_events e where e.order_id = tests.id('bill') and e.action = 'comped'), 1::bigint, 'and no second event');
select tests.answers('owner_a', 'comp_line({bill_line1}, ''all of it'')', '{"subtotal_minor": 600, "total_minor": 660}', 'without an amount, all of the line');
select is(pg_temp.tickets('bill'), 'Burger new, Beer new', 'a comp is cooked all the same');
select is(pg_temp.moved('bill'), 'sale -150', 'and takes its stock');
select ok(tests.call('anon', 'get_bill({$guest_a1})') @> '{"orders": [{"lines": [{"name": "Burger", "comp_minor": 1425}]}]}', 'the guests see it on their bill');
select tests.answers('owner_a', 'comp_line({bill_line1}, ''not after all'', 0)', '{"subtotal_minor": 2025, "total_minor": 2228}', 'and it can be lifted');
update public.venues set service_charge_bp = 1000 where id = tests.id('venue_a1');
select is((select count(*) from private.ledger_transactions t where t.order_id = tests.id('bill')), 0::bigint, 'the books know nothing of it: nothing was paid');
select tests.call('owner_a', 'comp_line({bill_line2}, ''friend'')');
select tests.refused('owner_a', format('amend_order({bill}, ''k'', %L)', jsonb_build_object('remove', jsonb_build_array(tests.id('bill_line2')))), 'order_invalid', 'a line on the house is not amended away');
select throws_ok($$update public.order_lines set comp_minor = 601 where id = tests.id('bill_line2')$$, '23514', null, 'no comp exceeds its line, by constraint');
select tests.refused('postgres', 'update public.order_lines set comp_minor = 0 where id = {bill_line2}', '23514', 'and the order equals what its lines cost, by constraint');
select throws_ok($$update public.order_lines set tax_minor = 1 where id = tests.id('bill_line2')$$, '23514', null, 'nor is there tax on what costs nothing');

-- a void: not begun goes back, begun is waste; the line is gone from bill and board
select tests.place('cook', 'guest_a1', 'table', 'pay_later', 'burger_a1+rare_a1, burger_a1*2+rare_a1, beer_a1');
select tests.call('kitchen_a1', 'advance_ticket({cook_ticket1}, ''in_progress'')'), tests.call('kitchen_a1', 'advance_ticket({cook_ticket1}, ''ready'')');
select tests.call('kitchen_a1', 'advance_ticket({cook_ticket3}, ''in_progress'')'), tests.call('kitchen_a1', 'advance_ticket({cook_ticket3}, ''ready'')');
select tests.answers('manager_a1', 'void_line({cook_line2}, ''rung up twice'')', '{"subtotal_minor": 1850, "service_charge_minor": 185}', 'a line taken off the bill');
select is((select string_agg(l.value ->> 'name', ', ' order by l.ordinality) from jsonb_array_elements(private.order_json(tests.id('venue_a1'), tests.id('cook')) -> 'lines') with ordinality l), 'Burger, Beer', 'is not on it any more');
select is(pg_temp.tickets('cook'), 'Burger ready, Burger cancelled, Beer ready', 'its ticket is cancelled');
select is(pg_temp.moved('cook'), 'sale -150, sale -300, return 300', 'what nobody had begun goes back');
select is((select o.status from public.orders o where o.id = tests.id('cook')), 'ready', 'and the order is ready: it was the last one');
select tests.answers('manager_a1', 'void_line({cook_line2}, ''again'')', '{"subtotal_minor": 1850}', 'a repeat is answered with the order');
select is((select count(*) from public.order_events e where e.order_id = tests.id('cook') and e.action = 'voided' and e.reason = 'rung up twice' and e.actor_id = tests.id('manager_a1')), 1::bigint, 'and leaves no second event');
select tests.refused('manager_a1', 'comp_line({cook_line2}, ''late'')', 'order_line_not_found', 'a void line cannot be comped');
select tests.answers('manager_a1', 'void_line({cook_line1}, ''cold'')', '{"subtotal_minor": 600}', 'a line that was cooked');
select is(pg_temp.moved('cook'), 'sale -150, sale -300, return 300, return 150, waste -150', 'is waste');
select tests.refused('manager_a1', 'void_line({cook_line3}, ''all of it'')', 'order_invalid', 'the last line is not voided: the order is cancelled');
select tests.call('manager_a', 'cancel_order({cook}, ''left'')');
select is(pg_temp.moved('cook'), 'sale -150, sale -300, return 300, return 150, waste -150', 'and books back only what was still on it');
select tests.refused('manager_a1', c, 'order_closed', 'a cancelled order: ' || c) from unnest(array['comp_line({cook_line3}, ''late'')', 'void_line({cook_line3}, ''wrong'')']) c;
-- moved on by hand, everything counts as cooked
select tests.place('hand', 'guest_a1', 'table', 'pay_later', 'burger_a1+rare_a1, beer_a1');
select tests.call('server_a1', 'advance_order({hand}, ''accepted'')'), tests.call('server_a1', 'advance_order({hand}, ''preparing'')'), tests.call('server_a1', 'advance_order({hand}, ''ready'')');
select tests.call('owner_a', 'void_line({hand_line1}, ''cold'')');
select is(pg_temp.moved('hand'), 'sale -150, return 150, waste -150', 'ready by hand is cooked');

-- money that is in: refund instead
select tests.refused('owner_a', 'comp_line({till_a1_line1}, ''late'')', 'order_below_paid', 'what is paid is not comped');
select tests.refused('owner_a', 'comp_line({paid_a1_line1}, ''late'', 1)', 'order_below_paid', 'not even by a penny; a refund that is not through counts as paid');
select tests.place('part', 'guest_a1', 'table', 'pay_later', 'beer_a1, cola_a1');
select tests.collect('part_cash', 'cashier_a1', 'part', 500);
select tests.answers('owner_a', 'void_line({part_line2}, ''late'')', '{"total_minor": 660, "due_minor": 160, "payment_status": "partially_paid"}', 'what is not paid may be');
select tests.refused('owner_a', 'comp_line({part_line1}, ''late'', 146)', 'order_below_paid', 'down to what is') ;
select tests.answers('owner_a', 'comp_line({part_line1}, ''late'', 145)', '{"total_minor": 501, "due_minor": 1}', 'and no further');
select is((select count(*) from private.ledger_transactions t where t.order_id = tests.id('part')), 1::bigint, 'the books hold the payment and nothing else');

-- an order that waits for its payment is placed when nothing is due
select tests.start_payment('waiting_online', 'guest_a1', 'waiting_a1');
select tests.call('owner_a', 'comp_line({waiting_a1_line1}, ''birthday'')');
select results_eq($$select o.status, o.total_minor from public.orders o where o.id = tests.id('waiting_a1')$$, $$values ('placed', 0::bigint)$$, 'a comp of everything sends it to the kitchen');
select is((select count(*) from private.outbox o where o.payload ->> 'payment_id' = tests.id('waiting_online')::text), 1::bigint, 'and gives up the payment under way');
select tests.call('service_role', tests.event_call('evt_after', 'payment_intent.succeeded', tests.intent('waiting_online')));
select is((select r.amount_minor from public.refunds r where r.payment_id = tests.id('waiting_online')), 333::bigint, 'which is refunded if it succeeds all the same');
update public.table_sessions set closed_at = now() where id = tests.id('guest_a1');
select tests.refused('owner_a', c, 'table_session_closed', 'a session that is over: ' || c) from unnest(array['comp_line({hand_line2}, ''late'')', 'void_line({hand_line2}, ''wrong'')']) c;

select * from finish();
rollback;
