-- Points redeemed as a discount: the same on the quote and the order, to the penny, in tax and service charge; taken when the
-- order is placed, given back when it ends without needing them. Every number was worked out on paper.
begin;
select plan(78);
select tests.fixture();
select tests.call('owner_' || left(v, 1), format('save_loyalty_programme({venue_%s}, ''House points'', true, 1, 100, 5, 20, 365)', v)) from unnest(array['a1', 'a2', 'b1']) v;
create function pg_temp.join(p_name text, p_guest text, p_points integer) returns void language plpgsql as $$
declare
  v_joined jsonb := tests.call('anon', format('join_loyalty({$%s})', p_guest));
begin
  perform tests.keep(p_name, (v_joined #>> '{account,account_id}')::uuid, v_joined ->> 'card');
  perform tests.call('owner_' || substr(split_part(p_guest, '_', 2), 1, 1), format('adjust_points({%s}, %s, ''welcome'', ''welcome %s'')', p_name, p_points, p_name));
end $$;
select pg_temp.join('ada', 'guest_a1', 1000), pg_temp.join('bea', 'guest_a2', 1000), pg_temp.join('cy', 'guest_b1', 1000);
create function pg_temp.points(p_account text default 'ada') returns bigint language sql as $$ select a.points from public.loyalty_accounts a where a.id = tests.id(p_account) $$;
create function pg_temp.with(p_points integer, p_account text default 'ada', p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('loyalty', jsonb_strip_nulls(jsonb_build_object('card', tests.secret(p_account), 'points', p_points))) || p_more
$$;
create function pg_temp.quoted(p_lines text, p_more jsonb) returns jsonb language sql as $$
  select tests.call('anon', format('quote_order({$guest_a1}, %L)', jsonb_build_object('fulfilment', 'table', 'payment_mode', 'pay_later', 'lines', tests.lines(p_lines)) || p_more))
$$;
create function pg_temp.quote(p_lines text, p_more jsonb) returns bigint[] language sql as $$
  select array[q ->> 'subtotal_minor', q ->> 'discount_minor', q ->> 'tax_minor', q ->> 'service_charge_minor', q ->> 'total_minor']::bigint[] from pg_temp.quoted(p_lines, p_more) q
$$;
create function pg_temp.order(p_lines text, p_more jsonb, p_key text default 'k') returns text language sql as $$ select tests.place_call('guest_a1', p_key, 'table', 'pay_later', p_lines, p_more) $$;

-- what it takes off
select is(pg_temp.quote('beer_a1*2, cola_a1', pg_temp.with(null)), array[1533, 0, 256, 0, 1533]::bigint[], 'a card alone takes nothing off');
select is(pg_temp.quote('beer_a1*2, cola_a1', pg_temp.with(100)), array[1533, 500, 172, 0, 1033]::bigint[], '100 points at 5p, once: 391 + 109, tax of 809 and 224');
select is(pg_temp.quoted('beer_a1*2, cola_a1', pg_temp.with(100)) -> 'discounts', '[{"name": "House points", "amount_minor": 500}]', 'by the name that the venue gave it');
select is(pg_temp.quote('cola_a1', pg_temp.with(100)), array[333, 333, 0, 0, 0]::bigint[], 'never more than there is');
select is(pg_temp.quote('beer_a1*2, cola_a1', pg_temp.with(1000, p_more => '{"tip_minor": 40}')), array[1533, 1533, 0, 0, 40]::bigint[], 'all of it; the tip stays');
update public.venues set service_charge_bp = 1250 where id = tests.id('venue_a1');
select is(pg_temp.quote('beer_a1*2, cola_a1', pg_temp.with(100)), array[1533, 500, 172, 129, 1162]::bigint[], 'the service charge follows: 12.5 % of 10.33 is 129.125');
update public.venues set prices_include_tax = false, service_charge_bp = 0 where id = tests.id('venue_a1');
select is(pg_temp.quote('beer_a1*2, cola_a1', pg_temp.with(100)), array[1533, 500, 207, 0, 1240]::bigint[], 'tax on top, too: 161.8 and 44.8');
update public.venues set prices_include_tax = true where id = tests.id('venue_a1');
select tests.insert('ten', 'owner_a', $$insert into public.discounts (venue_id, name, percent_bp) values ({venue_a1}, 'Ten', 1000)$$);
select is(pg_temp.quote('beer_a1*2, cola_a1', pg_temp.with(100)), array[1533, 653, 147, 0, 880]::bigint[], 'after other discounts, also those that do not stack: 153, then 5.00 off 13.80');
select is(pg_temp.quoted('beer_a1*2, cola_a1', pg_temp.with(100)) -> 'discounts', '[{"name": "Ten", "amount_minor": 153}, {"name": "House points", "amount_minor": 500}]', 'in this order');
select tests.place('both', 'guest_a1', 'table', 'pay_later', 'beer_a1*2, cola_a1', pg_temp.with(100));
select results_eq($$select o.discount_minor, o.total_minor, (select d.used_count from public.discounts d where d.id = tests.id('ten')) from public.orders o where o.id = tests.id('both')$$, $$values (653::bigint, 880::bigint, 1)$$, 'the order costs what was quoted');
select tests.answers('owner_a', 'cancel_order({both}, ''x'')', '{"status": "cancelled"}', 'and can be cancelled');
select is((select d.used_count from public.discounts d where d.id = tests.id('ten')), 0, 'which gives back the discount''s use');
select is(pg_temp.points(), 1000::bigint, 'and the points');
update public.discounts set is_active = false where id = tests.id('ten');

-- what is refused
select tests.refused('anon', pg_temp.order('beer_a1', jsonb_build_object('loyalty', replace(l, '$', tests.secret('ada'))::jsonb)), 'order_invalid', 'malformed: ' || l) from unnest(array['"x"', '[]', '{}', '{"points": 20}', '{"card": ""}', '{"card": 5}', '{"card": "$", "points": 0}',
  '{"card": "$", "points": -20}', '{"card": "$", "points": 20.5}', '{"card": "$", "points": "20"}', '{"card": "$", "points": 10000000}', '{"card": "$", "amount_minor": 500}']) l;
select tests.refused('anon', pg_temp.order('beer_a1', jsonb_build_object('loyalty', jsonb_build_object('card', repeat('x', 101)))), 'order_invalid', 'a card has at most 100 characters');
select tests.refused('anon', pg_temp.order('beer_a1', '{"loyalty": {"card": "guessed"}}'), 'loyalty_card_invalid', 'a guessed card');
select tests.refused('anon', pg_temp.order('beer_a1', pg_temp.with(null, 'bea')), 'loyalty_card_invalid', 'a card of another venue of the organisation');
select tests.refused('anon', pg_temp.order('beer_a1', pg_temp.with(20, 'cy')), 'loyalty_card_invalid', 'and of another organisation');
select tests.refused('anon', pg_temp.order('beer_a1', pg_temp.with(19)), 'loyalty_points_too_few', 'fewer than the minimum');
select tests.refused('anon', pg_temp.order('beer_a1', pg_temp.with(1001)), 'loyalty_points_insufficient', 'more than there are');
select is(pg_temp.points(), 1000::bigint, 'none of which took a point');

-- placed: reserved at once, once
select tests.place('first', 'guest_a1', 'table', 'pay_later', 'beer_a1*2, cola_a1', pg_temp.with(100));
select is(pg_temp.points(), 900::bigint, 'placing takes the points');
select tests.answers('anon', pg_temp.order('beer_a1*2, cola_a1', pg_temp.with(100), 'key of first'), '{"total_minor": 1033}', 'a repeat returns the same');
select is(pg_temp.points(), 900::bigint, 'and takes none');
select tests.refused('anon', pg_temp.order('beer_a1*2, cola_a1', pg_temp.with(101), 'key of first'), 'idempotency_key_reused', 'the key does not redeem other points');
select results_eq($$select d.discount_id, d.amount_minor, d.terms from public.order_discounts d where d.order_id = tests.id('first')$$, $$values (null::uuid, 500::bigint, '{"scope": "order", "amount_minor": 500, "points": 100}'::jsonb)$$, 'the order keeps it as a discount');
select results_eq($$select l.account_id, l.redeemed_points, l.earn_points, l.point_value_minor, l.earned_points from public.order_loyalty l where l.order_id = tests.id('first')$$, $$values (tests.id('ada'), 100::bigint, 1, 5::bigint, 0::bigint)$$, 'and the terms');
select results_eq($$select m.kind, m.points, m.step from public.loyalty_movements m where m.order_id = tests.id('first')$$, $$values ('redeem', -100::bigint, 1)$$, 'the ledger says so');
select tests.place('part', 'guest_a1', 'table', 'pay_later', 'cola_a1', pg_temp.with(100));
select is(pg_temp.points(), 833::bigint, 'of 100 points an order of 3.33 takes 67, of the last one a part');
select tests.refused('postgres', s, c, 'impossible: ' || s) from (values
  ('insert into public.loyalty_movements (venue_id, account_id, kind, points, order_id, step) values ({venue_a1}, {ada}, ''redeem'', -1, {first}, 2)', '23505'),
  ('insert into public.loyalty_movements (venue_id, account_id, kind, points, order_id, step) values ({venue_a1}, {ada}, ''earn'', 1, {first}, 1)', '23505'),
  ('insert into public.loyalty_movements (venue_id, account_id, kind, points) values ({venue_a1}, {ada}, ''expire'', -834)', 'loyalty_points_insufficient'),
  ('insert into public.loyalty_movements (venue_id, account_id, kind, points) values ({venue_a1}, {ada}, ''redeem'', -1)', '23514'),
  ('insert into public.loyalty_movements (venue_id, account_id, kind, points) values ({venue_a1}, {ada}, ''adjust'', 1)', '23514'),
  ('insert into public.loyalty_movements (venue_id, account_id, kind, points) values ({venue_a1}, {ada}, ''expire'', 1)', '23514'),
  ('insert into public.loyalty_movements (venue_id, account_id, kind, points) values ({venue_a1}, {bea}, ''expire'', -1)', '23503'),
  ('insert into public.loyalty_movements (venue_id, account_id, kind, points) values ({venue_a1}, {ada}, ''gift'', 1)', '23514'),
  ('insert into public.loyalty_movements (venue_id, account_id, kind, points, reason, created_by) values ({venue_a1}, {ada}, ''adjust'', 1, '' '', {owner_a})', '23514'),
  ('insert into public.loyalty_movements (venue_id, account_id, kind, points, reason) values ({venue_a1}, {ada}, ''adjust'', 1, ''x'')', '23514'),
  ('insert into public.loyalty_movements (venue_id, account_id, kind, points, order_id) values ({venue_a1}, {ada}, ''earn'', 1, {first})', '23514'),
  ('insert into public.loyalty_movements (venue_id, account_id, kind, points, order_id, step) values ({venue_a1}, {ada}, ''earn'', 1, {till_a2}, 9)', '23503'),
  ('insert into public.order_loyalty (venue_id, order_id, account_id, earn_points, earn_per_minor, point_value_minor, redeemed_points) values ({venue_a1}, {till_a1}, {bea}, 1, 1, 1, 0)', '23503'),
  ('insert into public.order_loyalty (venue_id, order_id, account_id, earn_points, earn_per_minor, point_value_minor, redeemed_points) values ({venue_a1}, {till_a2}, {ada}, 1, 1, 1, 0)', '23503'),
  ('insert into private.loyalty_cards (venue_id, account_id, card_hash) select venue_id, gen_random_uuid(), card_hash from private.loyalty_cards', '23505'),
  ('update public.loyalty_movements set points = points - 1', '42501'), ('delete from public.loyalty_movements', '42501'), ('truncate public.loyalty_movements', '42501'),
  ('update public.order_loyalty set returned_points = 101 where order_id = {first}', '23514'), ('update public.order_loyalty set earned_points = -1 where order_id = {first}', '23514')) v (s, c);

-- changes: the points are those it was placed with, and come back when it ends without needing them
select tests.call('owner_a', 'void_line({first_line1}, ''spilled'')');
select results_eq($$select o.discount_minor, o.total_minor from public.orders o where o.id = tests.id('first')$$, $$values (333::bigint, 0::bigint)$$, 'what is left costs nothing');
select is(pg_temp.points(), 833::bigint, 'the points wait: a line may still be added');
select tests.call('owner_a', format('amend_order({first}, ''more'', %L)', jsonb_build_object('add', tests.lines('beer_a1'))));
select results_eq($$select o.subtotal_minor, o.discount_minor, o.total_minor from public.orders o where o.id = tests.id('first')$$, $$values (933::bigint, 500::bigint, 433::bigint)$$, 'and then they count again');
select tests.call('owner_a', format('comp_line(%L, ''late'')', l.id)) from public.order_lines l where l.order_id = tests.id('first') and l.name = 'Beer' and l.voided_at is null;
select is(pg_temp.points(), 833::bigint, 'nor does what goes on the house');
create function pg_temp.finish(p_order text) returns void language plpgsql as $$
begin
  perform tests.call('owner_a', format('advance_order({%s}, %L)', p_order, t)) from unnest(array['accepted', 'preparing', 'ready', 'served', 'completed']) t;
end $$;
select pg_temp.finish('first');
select is(pg_temp.points(), 866::bigint, 'completed with 3.33 taken off, 67 were needed and 33 come back');
select results_eq($$select m.kind, m.points, m.step from public.loyalty_movements m where m.order_id = tests.id('first') order by m.id$$, $$values ('redeem', -100::bigint, 1), ('return', 33::bigint, 2)$$, 'once');
select pg_temp.finish('part');
select is(pg_temp.points(), 866::bigint, 'who needed all gets none back');
select tests.place('gone', 'guest_a1', 'table', 'pay_later', 'beer_a1', pg_temp.with(20));
select tests.call('manager_a1', 'cancel_order({gone}, ''x'')'), tests.call('manager_a1', 'cancel_order({gone}, ''x'')');
select is(pg_temp.points(), 866::bigint, 'a cancelled order gives all back, once, however often it is asked for');
select tests.place('late', 'guest_a1', 'table', 'pay_now', 'beer_a1', pg_temp.with(20));
select tests.start_payment('late_payment', 'guest_a1', 'late');
update public.orders set created_at = now() - interval '31 minutes' where id = tests.id('late');
select is(private.expire_orders(), 1, 'one that is not paid expires');
select is(pg_temp.points(), 866::bigint, 'and gives all back');
select tests.call('service_role', tests.event_call('evt_late', 'payment_intent.succeeded', tests.intent('late_payment')));
select is(pg_temp.points(), 866::bigint, 'a payment that comes too late brings none');

-- staff take the card at the till
select tests.answers('cashier_a1', format('place_staff_order({venue_a1}, ''s1'', %L)', jsonb_build_object('fulfilment', 'counter', 'payment_mode', 'pay_at_till', 'lines', tests.lines('beer_a1')) || pg_temp.with(20)), '{"discount_minor": 100, "total_minor": 500}', 'staff take the same order');
select is(pg_temp.points(), 846::bigint, 'with the same points');
-- a meal that points pay for wholly needs no payment
select tests.answers('anon', tests.place_call('guest_a1', 'free', 'table', 'pay_now', 'cola_a1', pg_temp.with(100)), '{"status": "placed", "total_minor": 0, "due_minor": 0}', 'it goes to the kitchen at once');
select is(pg_temp.points(), 779::bigint, 'for 67 points');
select is((select count(*) from public.orders o where o.has_member <> exists (select 1 from public.order_loyalty l where l.order_id = o.id)), 0::bigint, 'orders say whether they have a member');
select is((select count(*) from public.loyalty_accounts a where a.points <> (select coalesce(sum(m.points), 0) from public.loyalty_movements m where m.account_id = a.id)), 0::bigint, 'and accounts hold the sum of their movements');
-- a card is a secret: it is nowhere but with its guest
select is((select count(*) from private.idempotency_keys k where k.response::text like '%' || tests.secret('ada') || '%') + (select count(*) from private.loyalty_cards c where c.card_hash = convert_to(tests.secret('ada'), 'UTF8'))
  + (select count(*) from private.audit_events e where e.after::text like '%' || tests.secret('ada') || '%') + (select count(*) from private.outbox x where x.payload::text like '%' || tests.secret('ada') || '%'), 0::bigint, 'no table holds the card itself');

select * from finish();
rollback;
