-- QR codes and table sessions: rotation revokes, one open session per table, nothing closes while unpaid, secrets expire.
begin;
select plan(60);
select tests.fixture();

-- rotate_qr_code: who may
select tests.refused('anon', $$rotate_qr_code({venue_a1}, 'table', {t1_a1})$$, '42501', 'a guest makes no codes');
select tests.refused(a, $$rotate_qr_code({venue_a1}, 'table', {t1_a1})$$, 'permission_denied', a || ' makes no codes')
from unnest(array['staff_a', 'server_a1', 'kitchen_a', 'cashier_a', 'owner_b', 'stranger']) a;
select tests.refused('manager_a1', $$rotate_qr_code({venue_a2}, 'table', {t1_a2})$$, 'permission_denied', 'a manager makes none for another venue');
select tests.refused('owner_a', $$rotate_qr_code({venue_a1}, 'table', {t1_b1})$$, 'table_not_found', 'nor for a table of another tenant');
select tests.refused('owner_a', $$rotate_qr_code({venue_a1}, 'table', {t1_a2})$$, 'table_not_found', 'nor across one''s own venues');
select tests.refused('owner_a', $$rotate_qr_code({venue_a1}, 'table')$$, 'invalid_input', 'a table''s code needs its table');
select tests.refused('owner_a', $$rotate_qr_code({venue_a1}, 'counter', {t1_a1})$$, 'invalid_input', 'the counter''s has none');
select tests.refused('owner_a', $$rotate_qr_code({venue_a1}, 'rocket', {t1_a1})$$, 'invalid_input', 'an unknown kind is refused');
select tests.refused('owner_a', $$rotate_qr_code({venue_a1}, null)$$, 'invalid_input', 'so is none');

-- scanning
select tests.refused('anon', $$start_table_session('nonsense')$$, 'qr_code_invalid', 'an unknown code opens nothing');
select tests.refused('anon', $$start_table_session(null)$$, 'qr_code_invalid', 'nor does none');
select tests.refused('anon', $$start_table_session(encode(sha256({$qr_table_a1}::bytea), 'hex'))$$, 'qr_code_invalid', 'nor the hash of one');
select tests.answers('anon', $$start_table_session({$qr_table_a1})$$,
  jsonb_build_object('session_id', tests.id('guest_a1'), 'kind', 'table', 'table', '{"label": "T1", "area": "Window"}'::jsonb, 'venue', '{"slug": "pgtap-venue-a1", "currency": "GBP"}'::jsonb), 'a second phone at the table joins its session');
select is(tests.id('pickup_a1'), tests.id('guest_a1'), 'the table''s pick-up code leads to the same session');
select isnt(tests.id('counter_a1'), tests.id('guest_a1'), 'a counter session is its own');
select isnt(tests.call('anon', $$start_table_session({$qr_counter_a1})$$) ->> 'session_id', tests.id('counter_a1')::text, 'and nobody joins it');
select isnt(tests.call('anon', $$start_table_session({$qr_table_a1})$$) ->> 'session_token', tests.secret('guest_a1'), 'each device has its own secret');
select is((select count(*) from private.guest_devices d where d.secret_hash = private.token_hash(tests.secret('guest_a1'))), 1::bigint, 'stored as its hash');
select ok(tests.secret('qr_table_a1') ~ '^[A-Za-z0-9_-]{43}$', 'codes carry 256 bits');

-- rotation
select tests.keep('rotated', (r.code ->> 'qr_code_id')::uuid, r.code ->> 'token') from (select tests.call('manager_a1', $$rotate_qr_code({venue_a1}, 'table', {t1_a1})$$) as code) r;
select tests.refused('anon', $$start_table_session({$qr_table_a1})$$, 'qr_code_invalid', 'a rotated code works no longer');
select tests.answers('anon', $$start_table_session({$rotated})$$, jsonb_build_object('session_id', tests.id('guest_a1')), 'the new one leads to the same session');
select tests.answers('anon', $$start_table_session({$qr_pickup_a1})$$, '{"kind": "table_pickup"}', 'codes of another kind are not concerned');
select tests.answers('anon', $$get_bill({$guest_a1})$$, '{"is_open": true}', 'nor are guests who are seated');
select is((select count(*) from public.qr_codes q where q.table_id = tests.id('t1_a1') and q.kind = 'table' and q.revoked_at is null), 1::bigint, 'one code of a kind is active');
select throws_ok($$insert into public.qr_codes (venue_id, table_id, kind, token_hash) values (tests.id('venue_a1'), tests.id('t1_a1'), 'table', 'x')$$, '23505', null, 'by constraint');
select throws_ok($$insert into public.table_sessions (venue_id, table_id) values (tests.id('venue_a1'), tests.id('t1_a1'))$$, '23505', null, 'so is one open session');

-- a table that is switched off
select tests.call('manager_a1', $$update public.tables set is_active = false where id = {t2_a1}$$);
select tests.refused('anon', $$start_table_session({$qr_table2_a1})$$, 'qr_code_invalid', 'the code of a table that is off works not');
select tests.refused('owner_a', $$open_table_session({t2_a1})$$, 'table_not_found', 'nor can it be opened');
select tests.call('manager_a1', $$update public.tables set is_active = true where id = {t2_a1}$$);

-- open_table_session and close_table_session: tables.seat
select tests.answers('server_a1', $$open_table_session({t1_a1})$$, jsonb_build_object('session_id', tests.id('guest_a1'), 'label', 'T1'), 'a server joins the open session');
select tests.refused('kitchen_a', $$open_table_session({t1_a1})$$, 'permission_denied', 'a cook seats nobody');
select tests.refused('cashier_a1', $$open_table_session({t1_a1})$$, 'permission_denied', 'nor does a cashier');
select tests.refused('server_a1', $$open_table_session({t1_a2})$$, 'table_not_found', 'a server of another venue sees no such table');
select tests.refused('anon', $$open_table_session({t1_a1})$$, '42501', 'a guest opens nothing by a table''s id');
select tests.refused('anon', $$close_table_session({guest_a1})$$, '42501', 'and closes nothing');
select tests.refused('cashier_a', $$close_table_session({guest_a1})$$, 'permission_denied', 'a cashier does not close sessions');
select tests.refused('owner_b', $$close_table_session({guest_a1})$$, 'table_session_not_found', 'a stranger finds none');
select tests.refused('server_a1', $$close_table_session({guest_a1})$$, 'table_session_unsettled', 'nothing closes while something is unpaid');
select is((tests.attempt('server_a1', $$close_table_session({guest_a1})$$)).detail, '2 orders are not paid', 'and it says how much');
select tests.collect('pay_later_a1', 'server_a1', 'later_a1', 2025);
select tests.refused('server_a1', $$close_table_session({guest_a1})$$, 'table_session_unsettled', 'an order that waits for its payment counts');
select tests.call('owner_a', $$cancel_order({waiting_a1}, 'left')$$);
select tests.answers('server_a1', $$close_table_session({guest_a1})$$, jsonb_build_object('session_id', tests.id('guest_a1')), 'when all is settled or cancelled it closes');
select is(tests.call('staff_a', $$close_table_session({guest_a1})$$) ->> 'closed_at', (select to_jsonb(s.closed_at) #>> '{}' from public.table_sessions s where s.id = tests.id('guest_a1')), 'a repeat returns the same');

-- what a closed session still allows: reading
select tests.answers('anon', $$get_bill({$guest_a1})$$, '{"is_open": false, "due_minor": 0, "total_minor": 3275, "paid_minor": 3275}', 'its guests still read their bill');
select tests.answers('anon', $$get_guest_order({$guest_a1}, {later_a1})$$, '{"payment_status": "paid"}', 'and their orders');
select tests.refused('anon', tests.place_call('guest_a1', 'late', 'table', 'pay_later', 'cola_a1'), 'table_session_closed', 'but order nothing more');
select isnt(tests.call('anon', $$start_table_session({$rotated})$$) ->> 'session_id', tests.id('guest_a1')::text, 'the next scan opens a new one');
select tests.answers('anon', $$get_bill({$guest_a1})$$, '{"is_open": false}', 'which the old guests do not see');

-- secrets
select tests.refused('anon', $$get_bill('guess')$$, 'guest_session_invalid', 'a guessed secret reads nothing');
select tests.refused('anon', $$get_bill(null)$$, 'guest_session_invalid', 'nor does none');
select tests.refused('anon', $$get_guest_order({$guest_a2}, {paid_a1})$$, 'order_not_found', 'another venue''s guest reads no order of this one');
select tests.refused('anon', $$get_guest_order({$guest2_a1}, {paid_a1})$$, 'order_not_found', 'nor does another table''s');
select tests.answers('anon', $$get_guest_order({$pickup_a1}, {paid_a1})$$, '{}', 'a device of the same session does');
update private.guest_devices set expires_at = now() where secret_hash = private.token_hash(tests.secret('guest2_a1'));
select tests.refused('anon', $$get_bill({$guest2_a1})$$, 'guest_session_invalid', 'an expired device reads nothing');
select tests.refused('anon', tests.place_call('guest2_a1', 'expired', 'table', 'pay_later', 'cola_a1'), 'guest_session_invalid', 'and orders nothing');

-- limits
update private.rate_limits set used = 119 where scope = 'start_table_session' and subject = tests.id('rotated');
select tests.answers('anon', $$start_table_session({$rotated})$$, '{}', 'the 120th scan of a minute works');
select tests.refused('anon', $$start_table_session({$rotated})$$, 'rate_limited', 'the 121st does not');

select * from finish();
rollback;
