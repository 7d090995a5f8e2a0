-- advance_order, cancel_order and the expiry clock: who may, what must be settled, what happens to stock and tickets.
begin;
select plan(59);
select tests.fixture();

-- who may advance: orders.update; who sees nothing finds nothing
select tests.refused('anon', $$advance_order({later_a1}, 'accepted')$$, '42501', 'a guest advances nothing');
select tests.refused(a, $$advance_order({later_a1}, 'accepted')$$, 'permission_denied', a || ' advances nothing') from unnest(array['staff_a', 'staff_a1', 'cashier_a', 'cashier_a1']) a;
select tests.refused(a, $$advance_order({later_a1}, 'accepted')$$, 'order_not_found', a || ' finds no such order') from unnest(array['owner_b', 'manager_b1', 'stranger']) a;
select tests.refused('manager_a1', $$advance_order({later_a2}, 'accepted')$$, 'order_not_found', 'nor does a manager of another venue');
select tests.refused('owner_a', $$advance_order(null, 'accepted')$$, 'order_not_found', 'no order is not found');
select tests.answers('server_a1', $$advance_order({later_a1}, 'accepted')$$, '{"status": "accepted"}', 'a server accepts');
select tests.answers('server_a1', $$advance_order({later_a1}, 'accepted')$$, '{"status": "accepted"}', 'a repeat returns the same');
select is((select count(*) from public.order_events e where e.order_id = tests.id('later_a1') and e.to_status = 'accepted'), 1::bigint, 'and is no second event');
select tests.answers('kitchen_a', $$advance_order({later_a1}, 'preparing')$$, '{"status": "preparing"}', 'a cook prepares');
select tests.answers('manager_a1', $$advance_order({later_a1}, 'ready')$$, '{"status": "ready"}', 'a manager may too');
select tests.answers('server_a', $$advance_order({later_a1}, 'served', '  window seat ')$$, '{"status": "served"}', 'a server serves');
select results_eq($$select e.from_status, e.to_status, e.actor_kind, e.actor_id, e.reason, e.trace_id from public.order_events e where e.order_id = tests.id('later_a1') order by e.id desc limit 1$$,
  $$values ('ready', 'served', 'member', tests.id('server_a'), 'window seat', '0123456789abcdef0123456789abcdef')$$, 'the event says from where, to where, who, why and in which request');

-- completing needs a settled bill, or force with a reason by owner or manager
select tests.refused('server_a', $$advance_order({later_a1}, 'completed')$$, 'order_unsettled', 'an unpaid order does not complete');
select tests.refused('server_a', $$advance_order({later_a1}, 'completed', 'guest left')$$, 'order_unsettled', 'a reason alone is not force');
select tests.refused('server_a', $$advance_order({later_a1}, 'completed', 'guest left', true)$$, 'permission_denied', 'a server cannot force');
select tests.refused('server_a', $$advance_order({later_a1}, 'completed', 'guest left', null)$$, 'order_unsettled', 'a null force is no force');
select tests.refused('kitchen_a', $$advance_order({later_a1}, 'completed', 'guest left', null)$$, 'order_unsettled', 'for nobody');
select tests.refused('owner_a', $$advance_order({later_a1}, 'completed', null, true)$$, 'order_unsettled', 'force needs a reason');
select tests.refused('owner_a', $$advance_order({later_a1}, 'completed', '  ', true)$$, 'order_unsettled', 'a blank one is none');
select tests.collect('part_a1', 'server_a', 'later_a1', 2024);
select tests.refused('server_a', $$advance_order({later_a1}, 'completed')$$, 'order_unsettled', 'a penny short is unpaid');
select is((tests.attempt('server_a', $$advance_order({later_a1}, 'completed')$$)).detail, '1 is due', 'and the refusal names it');
select tests.answers('manager_a1', $$advance_order({later_a1}, 'completed', 'waived a penny', true)$$, '{"status": "completed", "due_minor": 1}', 'a manager forces it with a reason');
select tests.collect('rest_a1', 'server_a', 'later_a1', 1);
select is((select o.payment_status from public.orders o where o.id = tests.id('later_a1')), 'paid', 'what is due can still be collected');

-- cancel_order: who may, and never while it holds money
select tests.refused('anon', $$cancel_order({waiting_a1}, 'x')$$, '42501', 'a guest cancels nothing');
select tests.refused(a, $$cancel_order({waiting_a1}, 'x')$$, 'permission_denied', a || ' cancels nothing') from unnest(array['staff_a', 'kitchen_a', 'server_a', 'cashier_a']) a;
select tests.refused('owner_b', $$cancel_order({waiting_a1}, 'x')$$, 'order_not_found', 'a stranger finds nothing to cancel');
select tests.refused('owner_a', $$cancel_order({waiting_a1}, null)$$, 'invalid_input', 'a reason is needed');
select tests.refused('owner_a', $$cancel_order({waiting_a1}, repeat('x', 281))$$, 'invalid_input', 'a short one');
select tests.refused('owner_a', $$cancel_order({till_a1}, 'x')$$, 'order_paid', 'an order that holds money is refunded first');
select tests.refused('owner_a', $$cancel_order({paid_a1}, 'x')$$, 'order_paid', 'also while its refund is pending');
select tests.call('owner_a', $$refund_payment({cash_a1}, 666, 'wrong', 'all')$$);
select tests.answers('owner_a', $$cancel_order({till_a1}, 'wrong')$$, '{"status": "cancelled", "payment_status": "refunded"}', 'refunded, it can be cancelled');
select tests.answers('owner_a', $$cancel_order({till_a1}, 'again')$$, '{"status": "cancelled"}', 'a repeat returns the same');
select is((select count(*) from public.order_events e where e.order_id = tests.id('till_a1') and e.to_status = 'cancelled'), 1::bigint, 'and is no second event');

-- stock: back before cooking, waste afterwards; each once
create function pg_temp.beef() returns numeric language sql as $$ select i.on_hand from public.ingredients i where i.id = tests.id('beef_a1') $$;
create function pg_temp.movements(p_order text) returns text language sql as $$
  select string_agg(m.kind || ' ' || m.quantity, ', ' order by m.id) from public.stock_movements m where m.order_line_id in (select l.id from public.order_lines l where l.order_id = tests.id(p_order))
$$;
select is(pg_temp.beef(), 9700::numeric, 'two burgers took 300 g');
select tests.place('early', 'guest_a1', 'table', 'pay_later', 'burger_a1*2+rare_a1, burger_a1+well_a1');
select is(pg_temp.beef(), 9250::numeric, 'three more took 450 g');
select is(pg_temp.movements('early'), 'sale -300.000, sale -150.000', 'one movement per line and ingredient');
select tests.call('owner_a', $$cancel_order({early}, 'changed their mind')$$);
select is(pg_temp.beef(), 9700::numeric, 'cancelled before cooking, it is back');
select is(pg_temp.movements('early'), 'sale -300.000, sale -150.000, return 300.000, return 150.000', 'as a return');
select is((select string_agg(distinct t.status, ',') from public.kitchen_tickets t where t.order_id = tests.id('early')), 'cancelled', 'its tickets are cancelled');
select tests.place('late', 'guest_a1', 'table', 'pay_later', 'burger_a1+rare_a1');
select tests.call('kitchen_a', 'advance_ticket({late_ticket1}, ''in_progress'')');
select tests.call('owner_a', $$cancel_order({late}, 'too slow')$$);
select is(pg_temp.beef(), 9550::numeric, 'cancelled while cooking, it is gone');
select is(pg_temp.movements('late'), 'sale -150.000, return 150.000, waste -150.000', 'as waste instead of a sale');
select tests.refused('kitchen_a', 'advance_ticket({late_ticket1}, ''ready'')', 'ticket_transition_invalid', 'a cancelled ticket is not cooked on');
select tests.call('owner_a', $$cancel_order({waiting_a1}, 'left')$$);
select is(pg_temp.movements('waiting_a1'), null, 'an order that never reached the kitchen moves no stock');
select throws_ok($$insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, order_line_id) select venue_id, ingredient_id, kind, quantity, order_line_id from public.stock_movements where order_line_id = tests.id('late_line1') and kind = 'sale'$$,
  '23505', null, 'a line takes an ingredient once, by constraint');

-- the expiry clock: only what waits for payment, only after 30 minutes, never with money in it
select tests.place('old', 'guest_a1', 'table', 'pay_now', 'cola_a1'), tests.place('fresh', 'guest_a1', 'table', 'pay_now', 'cola_a1'), tests.place('half', 'guest_a1', 'table', 'pay_now', 'cola_a1*2'),
  tests.place('cooking', 'guest_a1', 'table', 'pay_later', 'cola_a1');
select tests.start_payment('late_payment', 'guest_a1', 'old');
select tests.collect('half_paid', 'cashier_a', 'half', 100);
update public.orders set created_at = now() - interval '30 minutes 1 second' where id in (tests.id('old'), tests.id('half'), tests.id('cooking'));
update public.orders set created_at = now() - interval '30 minutes' where id = tests.id('fresh');
select is(private.expire_orders(), 1, 'the clock expires one order');
select results_eq($$select i.name, o.status from public.orders o join tests.ids i using (id) where i.name in ('old', 'fresh', 'half', 'cooking') order by 1$$,
  $$values ('cooking', 'placed'), ('fresh', 'pending_payment'), ('half', 'pending_payment'), ('old', 'expired')$$, 'the old unpaid one; not the fresh one, nor one with money in it, nor one that is cooked');
select is((select count(*) from private.outbox x where x.topic = 'payment.cancel_requested' and x.payload ->> 'payment_id' = tests.id('late_payment')::text), 1::bigint, 'its open payment is to be cancelled at the provider');
select results_eq($$select e.actor_kind, e.reason from public.order_events e where e.order_id = tests.id('old') and e.to_status = 'expired'$$, $$values ('clock', 'not paid within 30 minutes')$$, 'the history says that the clock did it');
select tests.answers('cashier_a', $$collect_payment({half}, 'cash', 566, 'rest')$$, '{"order_status": "placed", "payment_status": "paid"}', 'the half-paid order can still be paid');
select tests.refused('anon', 'start_payment({$guest_a1}, {old})', 'order_closed', 'the expired one cannot');
select is(private.expire_orders(), 0, 'a second run finds nothing');

select * from finish();
rollback;
