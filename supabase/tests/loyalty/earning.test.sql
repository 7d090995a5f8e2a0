-- Points for what was paid for the food: with every payment, back with every refund, in proportion and exactly; and what
-- else moves them: people, with a reason, and time.
begin;
select plan(87);
select tests.fixture();
select tests.call('owner_a', 'save_loyalty_programme({venue_a1}, ''House points'', true, 1, 100, 5, 20, 365)');
select tests.keep('ada', (j #>> '{account,account_id}')::uuid, j ->> 'card') from tests.call('anon', 'join_loyalty({$guest_a1})') j;
create function pg_temp.points() returns bigint language sql as $$ select a.points from public.loyalty_accounts a where a.id = tests.id('ada') $$;
create function pg_temp.place(p_name text, p_lines text, p_points integer default null, p_mode text default 'pay_later', p_more jsonb default '{}') returns jsonb language sql as $$
  select tests.place(p_name, 'guest_a1', 'table', p_mode, p_lines, jsonb_build_object('loyalty', jsonb_strip_nulls(jsonb_build_object('card', tests.secret('ada'), 'points', p_points))) || p_more)
$$;
create function pg_temp.pay(p_order text, p_amount bigint, p_more text default '') returns bigint language sql as $$
  select tests.collect(p_order || p_amount, 'owner_a', p_order, p_amount, 'cash', p_more); select pg_temp.points()
$$;
create function pg_temp.refund(p_payment text, p_amount bigint, p_key text) returns bigint language sql as $$
  select tests.call('owner_a', format('refund_payment({%s}, %s, ''cold'', %L)', p_payment, p_amount, p_key)); select pg_temp.points()
$$;
create function pg_temp.moved(p_order text) returns text language sql as $$
  select string_agg(m.kind || ' ' || m.points, ', ' order by m.id) from public.loyalty_movements m where m.order_id = tests.id(p_order)
$$;

-- by what was paid for the lines
select pg_temp.place('plain', 'beer_a1*2, cola_a1');
select is(pg_temp.points(), 0::bigint, 'ordering brings nothing');
select is(pg_temp.pay('plain', 1000), 10::bigint, '10.00 of 15.33 are paid: 10');
select is(pg_temp.pay('plain', 533, ', 200'), 15::bigint, 'the rest, and a tip of 2.00: 15.33 rounded down, once');
select tests.answers('owner_a', 'collect_payment({plain}, ''cash'', 533, ''key of plain533'', 200)', '{"payment_status": "paid"}', 'a repeat');
select is(pg_temp.moved('plain'), 'earn 10, earn 5', 'brings nothing');
select is(pg_temp.refund('plain1000', 100, 'r1'), 14::bigint, '14.33 are left after a refund');
select is(pg_temp.refund('plain1000', 34, 'r2'), 13::bigint, '13.99 after the next: in proportion, rounded down once');
select is(pg_temp.refund('plain1000', 866, 'r3'), 5::bigint, '5.33');
select is(pg_temp.refund('plain533', 533, 'r4'), 0::bigint, 'nothing is left of the bill');
select is(pg_temp.refund('plain533', 200, 'r5'), 0::bigint, 'the tip had brought nothing');
select is(pg_temp.moved('plain'), 'earn 10, earn 5, reverse -1, reverse -1, reverse -8, reverse -5', 'never more is taken back than was brought');
select tests.answers('owner_a', 'cancel_order({plain}, ''x'')', '{"status": "cancelled"}', 'cancelled at last');
select is(pg_temp.points(), 0::bigint, 'nothing more to take back');

-- not for what was written off
select pg_temp.place('left', 'beer_a1*2, cola_a1');
select is(pg_temp.pay('left', 1000), 10::bigint, 'half of it is paid');
select tests.call('manager_a1', format('advance_order({left}, %L)', s)) from unnest(array['accepted', 'preparing', 'ready', 'served']) s;
select tests.call('manager_a1', 'advance_order({left}, ''completed'', ''they left'', true)');
select tests.answers('manager_a1', 'write_off_order({left}, ''they left'', ''gone'')', '{"payment_status": "paid"}', 'the rest is given up');
select is(pg_temp.moved('left'), 'earn 10', 'and brings no points');
select tests.call('owner_a', 'adjust_points({ada}, -10, ''back to nothing'', ''zero'')');

-- not for comps, discounts, redeemed points, service charge or tax on top
select pg_temp.place('comped', 'beer_a1*2, cola_a1');
select tests.call('owner_a', 'comp_line({comped_line1}, ''late'', 1000)');
select is(pg_temp.pay('comped', 533), 5::bigint, 'what is on the house brings nothing: 5.33');
select tests.insert('half', 'owner_a', $$insert into public.discounts (venue_id, name, code, percent_bp) values ({venue_a1}, 'Half', 'HALF', 5000)$$);
select pg_temp.place('half_price', 'beer_a1*2', null, 'pay_later', '{"discount_code": "half"}');
select is(pg_temp.pay('half_price', 600), 11::bigint, 'nor what a discount took off: 6.00');
select pg_temp.place('wholly_free', 'cola_a1', null, 'pay_later', '{"discount_code": "half"}');
select tests.call('owner_a', 'comp_line({wholly_free_line1}, ''late'')');
select is(pg_temp.points(), 11::bigint, 'nor a meal for nothing');
select tests.call('manager_a', 'adjust_points({ada}, 100, ''a birthday'', ''b'')');
select pg_temp.place('redeemed', 'beer_a1*2, cola_a1', 100);
select is(pg_temp.points(), 11::bigint, 'a hundred are redeemed');
select is(pg_temp.pay('redeemed', 1033), 21::bigint, 'which bring nothing themselves: 10.33 does');
update public.venues set service_charge_bp = 1250 where id = tests.id('venue_a1');
select pg_temp.place('served_at_table', 'beer_a1*2');
select is(pg_temp.pay('served_at_table', 1350), 33::bigint, 'of 13.50, 1.50 are service charge: 12');
select is(pg_temp.refund('served_at_table1350', 675, 'r6'), 27::bigint, 'half of it back is half of the points');
update public.venues set service_charge_bp = 0, prices_include_tax = false where id = tests.id('venue_a1');
select pg_temp.place('taxed', 'beer_a1*2');
select is(pg_temp.pay('taxed', 1440), 39::bigint, 'of 14.40, 2.40 are tax: 12');
update public.venues set prices_include_tax = true where id = tests.id('venue_a1');
select pg_temp.place('dearer', 'beer_a1');
select is(pg_temp.pay('dearer', 600), 45::bigint, 'paid: 6');
select tests.call('owner_a', format('amend_order({dearer}, ''more'', %L)', jsonb_build_object('add', tests.lines('beer_a1'))));
select is(pg_temp.points(), 45::bigint, 'one more is ordered, and brings nothing');
select tests.collect('dearer_rest', 'owner_a', 'dearer', 600);
select is(pg_temp.points(), 51::bigint, 'until it is paid');

-- online: however often the provider says so
select pg_temp.place('online', 'beer_a1', null, 'pay_now');
select tests.start_payment('intent', 'guest_a1', 'online');
select tests.call('service_role', tests.event_call('evt_1', 'payment_intent.succeeded', tests.intent('intent')));
select is(pg_temp.points(), 57::bigint, 'an online payment brings them');
select tests.call('service_role', tests.event_call(e, 'payment_intent.succeeded', tests.intent('intent'))) from unnest(array['evt_1', 'evt_2']) e;
select is(pg_temp.points(), 57::bigint, 'an event that comes twice, or a second one of the same, brings nothing');
select tests.keep('back', (r ->> 'refund_id')::uuid) from tests.call('owner_a', 'refund_payment({intent}, 300, ''cold'', ''o'')') r;
select is(pg_temp.points(), 57::bigint, 'a refund that is under way has taken nothing back');
select tests.call('service_role', 'confirm_refund({back}, ''succeeded'', ''re_1'')'), tests.call('service_role', 'confirm_refund({back}, ''succeeded'', ''re_1'')');
select is(pg_temp.points(), 54::bigint, 'one that is made has, once');
-- paid at the till and online at once: the excess goes back, and is no refund of the meal
select pg_temp.place('twice', 'beer_a1', null, 'pay_later');
select tests.start_payment('second', 'guest_a1', 'twice');
select is(pg_temp.pay('twice', 400), 58::bigint, '4.00 at the till');
select tests.call('service_role', tests.event_call('evt_3', 'payment_intent.succeeded', tests.intent('second')));
select is(pg_temp.points(), 60::bigint, '6.00 online, of which 2.00 were due');
select tests.keep('excess', r.id) from public.refunds r where r.payment_id = tests.id('second');
select tests.call('service_role', 'confirm_refund({excess}, ''succeeded'', ''re_2'')');
select is(pg_temp.points(), 60::bigint, 'what was paid too much goes back and takes no points along');

-- points that were spent before their order was refunded are owed
select pg_temp.place('spent', 'beer_a1', 60);
select is(pg_temp.points(), 0::bigint, 'all spent');
select is(pg_temp.refund('twice400', 400, 'r7'), -4::bigint, 'and 4.00 of what had brought them go back: four are owed');
select tests.refused('anon', tests.place_call('guest_a1', 'k', 'table', 'pay_later', 'beer_a1', jsonb_build_object('loyalty', jsonb_build_object('card', tests.secret('ada'), 'points', 20))), 'loyalty_points_insufficient', 'nothing to redeem');
select tests.answers('anon', 'get_loyalty({$guest_a1}, {$ada})', '{"account": {"points": -4, "worth_minor": 0}}', 'worth nothing');
select is(private.expire_points(), 0, 'and nothing to expire');
select tests.answers('manager_a1', 'adjust_points({ada}, 104, ''our mistake'', ''m'')', '{"points": 100}', 'a person can settle it');

-- people, with a reason
select tests.refused(a, 'adjust_points({ada}, 5, ''x'', ''k'')', c, a || ' adjusts nothing') from (values ('anon', '42501'), ('service_role', '42501'), ('authenticated', 'not_authenticated'), ('stranger', 'loyalty_account_not_found'), ('owner_b', 'loyalty_account_not_found'),
  ('staff_a', 'permission_denied'), ('server_a', 'permission_denied'), ('cashier_a1', 'permission_denied'), ('kitchen_a1', 'permission_denied')) v (a, c);
select tests.refused('owner_a', format('adjust_points({ada}, %s)', a), c, a) from (values ('5, '' '', ''k''', 'invalid_input'), ('5, null, ''k''', 'invalid_input'), ('5, repeat(''x'', 281), ''k''', 'invalid_input'), ('0, ''x'', ''k''', 'invalid_input'), ('null, ''x'', ''k''', 'invalid_input'),
  ('1000001, ''x'', ''k''', 'invalid_input'), ('-1000001, ''x'', ''k''', 'invalid_input'), ('-101, ''x'', ''k''', 'loyalty_points_insufficient'), ('5, ''x'', ''''', 'idempotency_key_invalid'), ('5, ''x'', null', 'idempotency_key_invalid')) v (a, c);
select tests.answers('owner_a', 'adjust_points({ada}, -100, ''left'', ''o'')', '{"points": 0}', 'down to nothing');
select tests.answers('owner_a', 'adjust_points({ada}, -100, ''left'', ''o'')', '{"points": 0}', 'a repeat returns the same');
select tests.refused('owner_a', 'adjust_points({ada}, -101, ''left'', ''o'')', 'idempotency_key_reused', 'its key is for nothing else');
select results_eq($$select m.points, m.reason, m.created_by from public.loyalty_movements m where m.kind = 'adjust' order by m.id desc limit 1$$, $$values (-100::bigint, 'left', tests.id('owner_a'))$$, 'who and why stay');

-- time
select tests.call('owner_a', 'adjust_points({ada}, 30, ''again'', ''a'')');
update public.loyalty_accounts set used_at = now() - interval '364 days' where id = tests.id('ada');
select is(private.expire_points(), 0, 'on the last day they are kept');
update public.loyalty_accounts set used_at = now() - interval '366 days' where id = tests.id('ada');
select is(private.expire_points(), 1, 'then they expire');
select is(pg_temp.points(), 0::bigint, 'all of them');
select is(private.expire_points(), 0, 'once');
select is((select count(*) from public.loyalty_accounts a where a.id = tests.id('ada')), 1::bigint, 'the account stays, for its history');
select tests.keep('never', (tests.call('anon', 'join_loyalty({$guest2_a1})') #>> '{account,account_id}')::uuid), tests.keep('member', (tests.call('anon', 'join_loyalty({$counter_a1})') #>> '{account,account_id}')::uuid);
update public.loyalty_accounts set used_at = now() - interval '366 days' where id = tests.id('never');
select is(private.expire_points(), 0, 'who never had points loses none');
select is((select array_agg(i.name) from public.loyalty_accounts a join tests.ids i on i.id = a.id where i.name in ('never', 'member')), array['member'], 'an old card that never was used is removed, a young one is not');
select tests.call('owner_a', 'adjust_points({member}, 9, ''welcome'', ''w'')');
update public.loyalty_accounts set used_at = now() - interval '366 days' where id = tests.id('member');
select is(private.expire_points(), 1, 'who was only given points loses them');
select is((select a.points from public.loyalty_accounts a where a.id = tests.id('member')), 0::bigint, 'but not the account');

-- what counts as use: earning, redeeming and a person's hand; not what comes back or is taken back
create function pg_temp.is_used(p_what text) returns boolean language plpgsql as $$
declare
  v_used boolean;
begin
  select a.used_at = now() into v_used from public.loyalty_accounts a where a.id = tests.id('ada');
  update public.loyalty_accounts set used_at = now() - interval '10 days' where id = tests.id('ada');
  return v_used;
end $$;
select pg_temp.is_used('before');
select tests.call('owner_a', 'adjust_points({ada}, 60, ''again'', ''u'')');
select is(pg_temp.is_used('adjust'), true, 'adjusting is use');
select pg_temp.place('used', 'beer_a1', 20);
select is(pg_temp.is_used('redeem'), true, 'redeeming is');
select pg_temp.pay('used', 500);
select is(pg_temp.is_used('earn'), true, 'earning is');
select pg_temp.refund('used500', 500, 'u2');
select is(pg_temp.is_used('reverse'), false, 'a refund is not');
select tests.call('owner_a', 'cancel_order({used}, ''x'')');
select is(pg_temp.is_used('return'), false, 'nor is what a cancelled order gives back');
select is(pg_temp.points(), 60::bigint, 'all of it');
select tests.call('owner_a', 'adjust_points({ada}, -60, ''done'', ''u3'')');

-- the report: what is owed, and how points moved
select tests.call('owner_a', 'adjust_points({ada}, 40, ''again'', ''a2'')');
select tests.refused(a, 'get_loyalty_report({venue_a1}, now() - interval ''1 day'', now() + interval ''1 day'')', c, a || ' has no report') from (values ('anon', '42501'), ('cashier_a', 'permission_denied'), ('staff_a', 'permission_denied'), ('owner_b', 'permission_denied'), ('stranger', 'permission_denied')) v (a, c);
select tests.refused('owner_a', 'get_loyalty_report({venue_a1}, now(), now() + interval ''93 days'')', 'invalid_input', 'at most 92 days');
select tests.answers('manager_a1', 'get_loyalty_report({venue_a1}, now() - interval ''1 day'', now() + interval ''1 day'')',
  '{"currency": "GBP", "accounts": 2, "outstanding_points": 40, "outstanding_minor": 200, "moved": {"adjust": 173, "expire": -39, "redeem": -180, "return": 20}}', 'what members could redeem now, and what moved');
select is((select a.points from public.loyalty_accounts a where a.id = tests.id('ada')), (select sum(m.points)::bigint from public.loyalty_movements m where m.account_id = tests.id('ada')), 'the account is the sum of its movements');
select is((select count(*) from public.order_loyalty l join public.orders o on o.id = l.order_id where l.earned_points <> private.points_earned(o, l.earn_points, l.earn_per_minor)), 0::bigint, 'and every order has brought what it is worth');

select * from finish();
rollback;
