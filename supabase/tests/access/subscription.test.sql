-- Trial, grace and read-only mode: the same answer in policies and in RPCs, from the row's timestamps alone.
begin;
select plan(69);
select tests.fixture();

create function pg_temp.set_subscription(p_status text, p_trial_ends interval, p_past_due interval) returns setof text language sql as $$
  update public.organisations set subscription_status = p_status, trial_ends_at = now() + p_trial_ends, past_due_since = now() - p_past_due
  where id = tests.id('org_a');
  select null::text where false;
$$;

-- the states as a truth table
select is(private.subscription_is_active(s.status, now() + s.trial, now() - s.due), s.active, format('%s, trial %s, past due %s: %s', s.status, s.trial, s.due, s.active))
from (values
  ('active', interval '-1 year', null::interval, true), ('trialing', '1 second', null, true), ('trialing', '0', null, false),
  ('trialing', '-1 second', null, false), ('past_due', '-1 year', interval '6 days 23:59:59', true), ('past_due', '-1 year', interval '7 days', false),
  ('past_due', '10 days', interval '8 days', false), ('unpaid', '10 days', null, false), ('canceled', '10 days', null, false)) as s (status, trial, due, active);
select throws_ok($$update public.organisations set subscription_status = 'past_due' where id = tests.id('org_a')$$, '23514', null, 'past due needs its start');
select throws_ok($$update public.organisations set subscription_status = 'free' where id = tests.id('org_a')$$, '23514', null, 'an unknown state is impossible');
select tests.refused('owner_a', $$update public.organisations set subscription_status = 'active' where id = {org_a}$$, '42501', 'no client can pay with an update');
select tests.refused('owner_a', $$update public.organisations set tier = 'enterprise' where id = {org_a}$$, '42501', 'nor choose a plan');

-- in each read-only state: every kind of write is refused, by policy and by RPC; reading and billing stay
create temporary table frozen (nr integer, status text, trial interval, due interval);
insert into frozen values (1, 'trialing', '-1 second', null), (2, 'past_due', '-30 days', '8 days'), (3, 'canceled', '10 days', null), (4, 'unpaid', '10 days', null);
create function pg_temp.frozen_tests() returns setof text language plpgsql as $$
declare
  f record;
begin
  for f in select * from frozen order by nr loop
    perform pg_temp.set_subscription(f.status, f.trial, f.due);
    return next tests.affects('owner_a', $q$update public.menu_items set name = 'Free' where venue_id = {venue_a1}$q$, 0, f.status || ': policies let nothing be updated');
    return next tests.refused('owner_a', $q$insert into public.menu_categories (venue_id, name) values ({venue_a1}, 'Free')$q$, '42501', f.status || ': nor inserted');
    return next tests.affects('owner_a', $q$delete from public.recipe_lines where venue_id = {venue_a1}$q$, 0, f.status || ': nor deleted');
    return next tests.refused('owner_a', 'publish_menu({venue_a1})', 'subscription_inactive', f.status || ': RPCs say why');
    return next tests.refused('staff_a', 'publish_menu({venue_a1})', 'permission_denied', f.status || ': but only to whom they would serve');
    return next tests.refused('anon', tests.place_call('guest_a1', 'frozen', 'table', 'pay_later', 'cola_a1'), 'subscription_inactive', f.status || ': guests cannot order');
    return next tests.refused('anon', 'start_table_session({$qr_table_a1})', 'subscription_inactive', f.status || ': nor scan');
    return next tests.affects('owner_a', 'select 1 from public.orders where venue_id = {venue_a1}', 4, f.status || ': members still see their orders');
    return next tests.answers('anon', 'get_bill({$guest_a1})', '{"is_open": true}', f.status || ': guests still see their bill');
  end loop;
end $$;
select pg_temp.frozen_tests();
select is((select string_agg(p.permission, ' ' order by p.permission) from public.permissions p
  where (select private.organisations_with(p.permission) from set_config('request.jwt.claims', json_build_object('sub', tests.id('owner_a'))::text, true)) <> '{}'),
  'analytics.read billing.edit billing.read inventory.read kitchen.read menu.read orders.read payments.refund settings.read staff.read tables.read',
  'an owner of a read-only organisation may read, give guests their money back, and pay us');
do $$ begin perform set_config('request.jwt.claims', '', true); end $$;

-- each write RPC of a member, in read-only mode
select tests.refused('owner_a', c, 'subscription_inactive', 'read-only: ' || split_part(c, '(', 1))
from unnest(array[$$create_venue({org_a}, 'X', 'pgtap-x')$$, $$invite_member({org_a}, 'x@example.test', 'staff')$$, $$change_role({membership_staff_a}, 'cashier')$$,
  $$remove_member({membership_staff_a})$$, $$set_availability({venue_a1}, true, array[{burger_a1}])$$, $$rotate_qr_code({venue_a1}, 'counter')$$,
  'open_table_session({t2_a1})', 'close_table_session({guest_a1})', $$adjust_stock({beef_a1}, 'receive', 1, 'x', 'k')$$, $$advance_order({later_a1}, 'accepted')$$,
  $$cancel_order({later_a1}, 'x')$$, $$collect_payment({later_a1}, 'cash', 1, 'k')$$, $$advance_ticket({later_a1_ticket1}, 'in_progress')$$]) c;

-- money that is on its way still arrives, guests get theirs back, and one may always leave
select tests.answers('owner_a', $$refund_payment({cash_a1}, 1, 'x', 'k')$$, '{"status": "succeeded"}', 'read-only: a guest''s money is given back');
select tests.answers('staff_a', 'remove_member({membership_staff_a})', '{"removed": true}', 'read-only: a member may leave');
select tests.start_payment('online2_a1', 'guest_a1', 'waiting_a1') is not null;
select tests.answers('service_role', tests.event_call('evt_frozen', 'payment_intent.succeeded', tests.intent('online2_a1')), '{"outcome": "settled"}', 'read-only: a payment under way settles');

-- back in grace or paid: everything works again
select pg_temp.set_subscription('past_due', '-30 days', '6 days');
select tests.affects('owner_a', $$update public.menu_items set name = name where venue_id = {venue_a1}$$, 3, 'grace: policies let writes through');
select tests.answers('owner_a', 'publish_menu({venue_a1})', '{"changed": false}', 'grace: so do RPCs');
select pg_temp.set_subscription('active', '-1 year', null);
select tests.answers('anon', tests.place_call('guest_a1', 'thawed', 'table', 'pay_later', 'cola_a1'), '{"status": "placed"}', 'paid: guests order again');

select * from finish();
rollback;
