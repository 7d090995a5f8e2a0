-- Members: a card that cannot be guessed, listed or kept after it was replaced; who sees whose points; and what is known of
-- the person, which is at most who was signed in.
begin;
select plan(79);
select tests.fixture();
select tests.call('owner_' || left(v, 1), format('save_loyalty_programme({venue_%s}, ''House points'', true, 1, 100, 5, 20, 365)', v)) from unnest(array['a1', 'a2', 'b1']) v;
create function pg_temp.join(p_name text, p_actor text, p_guest text) returns jsonb language plpgsql as $$
declare
  v_joined jsonb := tests.call(p_actor, format('join_loyalty({$%s})', p_guest));
begin
  perform tests.keep(p_name, (v_joined #>> '{account,account_id}')::uuid, v_joined ->> 'card');
  return v_joined;
end $$;

-- joining without an account: a card, and nothing else
select is(((pg_temp.join('ada', 'anon', 'guest_a1') #- '{account,account_id}') #- '{account,expires_at}') - 'card'::text, '{"programme": {"name": "House points", "is_active": true, "earn_points": 1, "earn_per_minor": 100, "point_value_minor": 5, "min_redeem_points": 20, "expires_after_days": 365},
  "account": {"points": 0, "worth_minor": 0, "movements": []}}', 'who joins has no points');
select ok(tests.secret('ada') ~ '^[A-Za-z0-9_-]{43}$', 'the card is 256 random bits');
select is((select c.card_hash from private.loyalty_cards c where c.account_id = tests.id('ada')), private.token_hash(tests.secret('ada')), 'of which the hash is kept');
select is((select a.user_id from public.loyalty_accounts a where a.id = tests.id('ada')), null::uuid, 'and nobody''s name');
select isnt((select pg_temp.join('bea', 'anon', 'guest_a1') #>> '{account,account_id}'), tests.id('ada')::text, 'another guest of the table is another member');
select tests.call('anon', 'join_loyalty({$guest_a1})') from generate_series(1, 3);
select tests.refused('anon', 'join_loyalty({$guest_a1})', 'rate_limited', 'a device makes five cards a minute');
select tests.refused('anon', 'join_loyalty(''guessed'')', 'guest_session_invalid', 'a guessed session makes none');
select tests.refused('service_role', 'join_loyalty({$guest_a1})', '42501', 'machines join nothing');

-- joining signed in: one account per user and venue, and a new card for it
select pg_temp.join('eve', 'stranger', 'guest2_a1') is not null;
select is((select a.user_id from public.loyalty_accounts a where a.id = tests.id('eve')), tests.id('stranger'), 'who is signed in is known');
select tests.call('owner_a', 'adjust_points({eve}, 70, ''welcome'', ''e'')');
select tests.keep('lost', tests.id('eve'), tests.secret('eve'));
select is(pg_temp.join('eve', 'stranger', 'guest2_a1') #>> '{account,points}', '70', 'joining again is a new card for the same account');
select is(tests.id('lost'), tests.id('eve'), 'which has its points');
select tests.answers('anon', 'get_loyalty({$guest2_a1}, {$eve})', '{"account": {"points": 70, "worth_minor": 350, "movements": [{"kind": "adjust", "points": 70, "order_id": null}]}}', 'the new card works');
select tests.refused('anon', 'get_loyalty({$guest2_a1}, {$lost})', 'loyalty_card_invalid', 'the one before does not');
select tests.refused('anon', tests.place_call('guest2_a1', 'k', 'table', 'pay_later', 'beer_a1', jsonb_build_object('loyalty', jsonb_build_object('card', tests.secret('lost'), 'points', 20))), 'loyalty_card_invalid', 'neither on an order');
select tests.refused('cashier_a1', 'find_loyalty_account({venue_a1}, {$lost})', 'loyalty_card_invalid', 'nor at the till');
select isnt((select pg_temp.join('eve_a2', 'stranger', 'guest_a2') #>> '{account,account_id}'), tests.id('eve')::text, 'another venue is another account');
select is((select count(*) from private.loyalty_cards c where c.account_id = tests.id('eve')), 1::bigint, 'an account has one card');

-- a card says nothing elsewhere, and nothing else says anything
select tests.answers('anon', 'get_loyalty({$counter_a1}, {$ada})', '{"account": {"points": 0}}', 'from any session of the venue');
select tests.refused('anon', format('get_loyalty({$%s}, {$ada})', g), 'loyalty_card_invalid', 'not from ' || g) from unnest(array['guest_a2', 'guest_b1']) g;
select tests.refused('anon', 'get_loyalty(''guessed'', {$ada})', 'guest_session_invalid', 'nor without a session');
select tests.refused('anon', format('get_loyalty({$guest_a1}, %L)', c), 'loyalty_card_invalid', 'no card: ' || left(c, 20)) from unnest(array['', 'guessed', '%', tests.id('ada')::text, encode(private.token_hash(tests.secret('ada')), 'hex')]) c;

-- staff: by the card that is shown, with the right to take money
select tests.answers(a, 'find_loyalty_account({venue_a1}, {$eve})', '{"programme": {"name": "House points"}, "account": {"points": 70}}', a || ' sees the card that is shown') from unnest(array['owner_a', 'manager_a1', 'server_a1', 'cashier_a']) a;
select tests.refused(a, 'find_loyalty_account({venue_a1}, {$eve})', c, a || ' does not') from (values ('anon', '42501'), ('service_role', '42501'), ('authenticated', 'not_authenticated'), ('stranger', 'permission_denied'), ('staff_a', 'permission_denied'), ('kitchen_a1', 'permission_denied'), ('owner_b', 'permission_denied')) v (a, c);
select tests.refused('owner_a', 'find_loyalty_account({venue_a2}, {$eve})', 'loyalty_card_invalid', 'a card belongs to one venue');
select tests.refused('owner_a', 'find_loyalty_account({venue_a1}, null)', 'loyalty_card_invalid', 'no card is none');

-- rows: one's own, and those of the venue for whom it serves
select tests.place('eaten', 'guest2_a1', 'table', 'pay_later', 'beer_a1', jsonb_build_object('loyalty', jsonb_build_object('card', tests.secret('eve'), 'points', 20)));
select tests.affects('stranger', 'select 1 from public.' || t, n, 'a member sees their own: ' || t) from (values ('loyalty_accounts', 2), ('loyalty_movements', 2), ('order_loyalty', 1), ('loyalty_programmes', 0), ('orders', 0)) v (t, n);
select tests.affects('cashier_a1', 'select 1 from public.' || t, n, 'a cashier those of the venue: ' || t) from (values ('loyalty_accounts', 6), ('loyalty_movements', 2), ('order_loyalty', 1)) v (t, n);
select tests.affects(a, 'select 1 from public.' || t, 0, format('%s sees no %s', a, t)) from unnest(array['staff_a', 'kitchen_a1', 'cashier_b1']) a, unnest(array['loyalty_accounts', 'loyalty_movements', 'order_loyalty']) t where (a, t) <> ('cashier_b1', 'loyalty_accounts');
select tests.affects('cashier_b1', 'select 1 from public.loyalty_accounts where venue_id = {venue_a1}', 0, 'nor does another organisation''s cashier');
select tests.refused('anon', 'select 1 from public.' || t, '42501', 'guests see no ' || t) from unnest(array['loyalty_accounts', 'loyalty_movements', 'order_loyalty', 'loyalty_programmes']) t;
select tests.refused('owner_a', 'select ' || c, '42501', 'nobody reads ' || c) from unnest(array['user_id from public.loyalty_accounts', 'created_by from public.loyalty_movements', '1 from private.loyalty_cards']) c;
select tests.refused('owner_a', c, '42501', c) from unnest(array['update public.loyalty_accounts set points = 1000', 'insert into public.loyalty_movements (venue_id, account_id, kind, points) values ({venue_a1}, {ada}, ''earn'', 5)',
  'insert into public.loyalty_accounts (venue_id) values ({venue_a1})', 'update public.order_loyalty set redeemed_points = 0', 'update public.loyalty_programmes set point_value_minor = 100']) c;

-- the person behind it: found by their user's address or number, exported, erased, forgotten
update auth.users set phone = '447700900555' where id = tests.id('stranger');
select tests.answers('owner_a', format('export_guest_data({venue_a1}, %s)', k), '{"tables": {"loyalty_accounts": [{"points": 50}]}, "points": [{"kind": "adjust", "points": 70, "reason": "welcome"}, {"kind": "redeem", "points": -20}]}', 'exported, with every movement: ' || k)
from unnest(array['null, '' Stranger@example.test''', '''+44 7700 900555''']) k;
select tests.answers('owner_a', 'export_guest_data({venue_a1}, null, ''owner_b@example.test'')', '{"tables": {"loyalty_accounts": []}, "points": []}', 'who is no member is not found');
select tests.answers('manager_a1', 'erase_guest_data({venue_a1}, null, ''stranger@example.test'')', '{"erased": {"loyalty_accounts": 1}}', 'erased');
select tests.answers('manager_a1', 'erase_guest_data({venue_a1}, null, ''stranger@example.test'')', '{"erased": {"loyalty_accounts": 0}}', 'once');
select tests.affects('stranger', 'select 1 from public.loyalty_accounts', 1, 'the account is nobody''s any more; the other venue''s stays');
select tests.answers('anon', 'get_loyalty({$guest2_a1}, {$eve})', '{"account": {"points": 50}}', 'whoever holds the card still has the points');
update public.loyalty_accounts set used_at = now() - interval '454 days' where id = tests.id('eve_a2');
select is(private.erase_old_guest_data(), 0, 'a member is one for as long as points last, and 90 days more');
update public.loyalty_accounts set used_at = now() - interval '456 days' where id = tests.id('eve_a2');
select is(private.erase_old_guest_data(), 1, 'then nobody knows who it was');
select is((select count(*) from public.loyalty_accounts a where a.user_id is not null), 0::bigint, 'nobody at all');
select pg_temp.join('again', 'stranger', 'pickup_a1') is not null;
delete from auth.users where id = tests.id('stranger');
select is((select count(*) from public.loyalty_accounts a where a.id = tests.id('again') and a.user_id is null), 1::bigint, 'nor of a user who was deleted');

select * from finish();
rollback;
