-- A house whose subscription has ended sees its floor and changes nothing on it; what is open there is closed with the day.
begin;
select plan(27);
select tests.fixture();
select tests.keep('r', (tests.call('owner_a', $$book_reservation({venue_a1}, 'r', now() + interval '3 hours', 2, 'Ada')$$) ->> 'reservation_id')::uuid),
  tests.keep('w', (tests.call('owner_a', $$add_waiting_party({venue_a1}, 'w', 2, 'Bob', 10)$$) ->> 'waiting_party_id')::uuid);
update public.organisations set subscription_status = 'canceled' where id = tests.id('org_a');
select tests.refused('owner_a', c, 'subscription_inactive', split_part(c, '(', 1) || ' changes nothing')
from unnest(array['create_qr_codes({venue_a1}, array[{t1_a1}])', 'get_qr_sheet({venue_a1}, array[{$qr_table_a1}])', 'revoke_qr_code({qr_table_a1})', $$set_table_state({t1_a1}, 'free')$$, 'move_table({guest_a1}, {t2_a1})',
  'merge_tables({t1_a1}, array[{t2_a1}], true)', 'unmerge_tables({t1_a1})', 'transfer_orders(array[{later_a1}], {guest2_a1})', 'assign_reservation({r})',
  $$book_reservation({venue_a1}, 'x', now() + interval '3 hours', 2, 'Ada')$$, 'check_in_reservation({r}, {t2_a1}, true)', 'cancel_reservation({r})',
  $$add_waiting_party({venue_a1}, 'x', 2, 'Bob', 10)$$, 'seat_waiting_party({w}, {t2_a1})', 'leave_waiting_list({w})']) c;
select tests.answers('server_a1', 'get_floor({venue_a1})', '{"waiting_parties": 1}', 'the floor is still to be seen');
select cmp_ok(private.close_due_days(now() + interval '1 day'), '>=', 3, 'its day is closed like any other');
-- guests' names and numbers: still seen by those who served them, by nobody else
select tests.affects(a, 'select 1 from public.order_customers where venue_id = {venue_a1}', n, format('%s sees %s customers', a, n))
from (values ('owner_a', 1), ('cashier_a1', 1), ('server_a', 1), ('kitchen_a', 0), ('owner_b', 0)) t (a, n);
select tests.affects(a, 'select 1 from public.reservation_customers where venue_id = {venue_a1}', n, format('%s sees %s reservations'' guests', a, n))
from (values ('server_a1', 1), ('cashier_a1', 0)) t (a, n);
select tests.affects(a, 'select 1 from public.waiting_parties where venue_id = {venue_a1}', n, format('%s sees %s who wait', a, n))
from (values ('staff_a', 1), ('kitchen_a1', 0)) t (a, n);
select tests.answers('cashier_a', $$refund_payment({cash_a1}, 1, 'x', 'k')$$, '{"status": "succeeded"}', 'refunding stays: the money is the guests''');
select * from finish();
rollback;
