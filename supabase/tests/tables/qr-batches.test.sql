-- QR codes by the batch, and revoking one.
begin;
select plan(28);
select tests.fixture();
create temporary table made as select tests.call('owner_a', 'create_qr_codes({venue_a1}, array[{t1_a1}, {t2_a1}])') as codes;
select tests.keep('new_' || lower(c ->> 'label'), (c ->> 'qr_code_id')::uuid, c ->> 'token') from made, jsonb_array_elements(made.codes) c;

-- create_qr_codes: tables.manage
select tests.refused('anon', 'create_qr_codes({venue_a1}, array[{t1_a1}])', '42501', 'a guest makes no codes');
select tests.refused(a, 'create_qr_codes({venue_a1}, array[{t1_a1}])', 'permission_denied', a || ' makes no codes') from unnest(array['server_a1', 'staff_a', 'cashier_a', 'kitchen_a', 'owner_b', 'stranger']) a;
select tests.refused('owner_a', format('create_qr_codes({venue_a1}, %s)', t), 'invalid_input', left(t, 40) || ' is no batch')
from unnest(array['null', 'array[]::uuid[]', 'array[null]::uuid[]', 'array_fill({t1_a1}, array[101])', 'array[{t1_a1}], ''counter''', 'array[{t1_a1}], null']) t;
select tests.refused('owner_a', format('create_qr_codes({venue_a1}, array[{t1_a1}, {%s}])', t), 'table_not_found', t || ' is no table of this venue: none is made') from unnest(array['t1_a2', 't1_b1']) t;
select is((select jsonb_array_length(codes) from made), 2, 'a code for each table');
select ok((select codes from made) @> jsonb_build_array(jsonb_build_object('table_id', tests.id('t1_a1'), 'label', 'T1', 'area', 'Window', 'kind', 'table')), 'with what is printed beside it');
select tests.answers('anon', 'start_table_session({$new_t1})', jsonb_build_object('session_id', tests.id('guest_a1')), 'they work');
select tests.refused('anon', 'start_table_session({$qr_table_a1})', 'qr_code_invalid', 'the ones before no longer');
select tests.answers('anon', 'start_table_session({$qr_pickup_a1})', '{"kind": "table_pickup"}', 'those of another kind still');
select is((select count(*) from public.qr_codes q where q.venue_id = tests.id('venue_a1') and q.revoked_at is null and q.token_hash = any (array[private.token_hash(tests.secret('new_t1')), private.token_hash(tests.secret('new_t2'))])), 2::bigint, 'only their hashes are kept');

-- revoke_qr_code: tables.manage
select tests.refused('anon', 'revoke_qr_code({new_t1})', '42501', 'a guest revokes nothing');
select tests.refused('server_a1', 'revoke_qr_code({new_t1})', 'permission_denied', 'nor does a server');
select tests.refused('owner_b', 'revoke_qr_code({new_t1})', 'qr_code_not_found', 'a stranger finds no such code');
select tests.answers('manager_a1', 'revoke_qr_code({new_t1})', jsonb_build_object('qr_code_id', tests.id('new_t1')), 'a manager revokes it');
select tests.answers('manager_a1', 'revoke_qr_code({new_t1})', jsonb_build_object('qr_code_id', tests.id('new_t1')), 'a repeat returns the same');
select tests.refused('anon', 'start_table_session({$new_t1})', 'qr_code_invalid', 'a revoked code opens nothing');
select tests.answers('anon', 'get_bill({$guest_a1})', '{"is_open": true}', 'who is seated stays');

select * from finish();
rollback;
