-- What stands beside a printed code, for whoever holds its token and may print it.
begin;
select plan(26);
select tests.fixture();
create temporary table made as select tests.call('owner_a', 'create_qr_codes({venue_a1}, array[{t1_a1}, {t2_a1}])') as codes;
select tests.keep('new_' || lower(c ->> 'label'), (c ->> 'qr_code_id')::uuid, c ->> 'token') from made, jsonb_array_elements(made.codes) c;

-- get_qr_sheet: tables.manage
select tests.answers(a, 'get_qr_sheet({venue_a1}, array[{$new_t2}, {$new_t1}])', jsonb_build_object('venue', jsonb_build_object('name', 'Venue a1', 'locale', 'en-GB'),
  'codes', jsonb_build_array(jsonb_build_object('qr_code_id', tests.id('new_t2'), 'kind', 'table', 'table_id', tests.id('t2_a1'), 'label', 'T2'),
    jsonb_build_object('qr_code_id', tests.id('new_t1'), 'label', 'T1', 'area', 'Window'))), a || ' prints both, in the order of the tokens')
from unnest(array['owner_a', 'manager_a', 'manager_a1']) a;
select is(jsonb_path_query_array(tests.call('owner_a', 'get_qr_sheet({venue_a1}, array[{$new_t2}, {$new_t1}])'), '$.codes[*].label'), '["T2", "T1"]', 'in that order indeed');
select is(tests.call('owner_a', 'get_qr_sheet({venue_a1}, array[{$qr_counter_a1}])') #> '{codes,0}',
  jsonb_build_object('qr_code_id', tests.id('qr_counter_a1'), 'kind', 'counter', 'table_id', null, 'label', null, 'area', null), 'a counter has neither table nor label');
select unalike((tests.call('owner_a', 'get_qr_sheet({venue_a1}, array[{$new_t1}])'))::text, '%' || tests.secret('new_t1') || '%', 'the answer repeats no token');
select tests.refused('anon', 'get_qr_sheet({venue_a1}, array[{$new_t1}])', '42501', 'a guest prints nothing');
select tests.refused(a, 'get_qr_sheet({venue_a1}, array[{$new_t1}])', 'permission_denied', a || ' prints nothing')
from unnest(array['server_a1', 'staff_a', 'cashier_a', 'kitchen_a', 'owner_b', 'stranger']) a;
select tests.refused('owner_a', format('get_qr_sheet({venue_a1}, %s)', t), 'invalid_input', left(t, 40) || ' is no list of tokens')
from unnest(array['null', 'array[]::text[]', 'array[null]::text[]', 'array[{$new_t1}, null]', 'array[{$new_t1}, {$new_t1}]', 'array[[{$new_t1}]]',
  '(select array_agg(n::text) from generate_series(1, 101) n)']) t;
select tests.refused('owner_a', 'get_qr_sheet({venue_a1}, (select array_agg(n::text) from generate_series(1, 100) n))', 'qr_code_invalid', 'a hundred are not too many');
select tests.refused('owner_a', 'get_qr_sheet({venue_a1}, array[{$new_t1}, {$qr_table_a1}])', 'qr_code_invalid', 'one that was rotated spoils the sheet');
select tests.refused('owner_a', 'get_qr_sheet({venue_a2}, array[{$new_t1}])', 'qr_code_invalid', 'another venue''s code is none');
select tests.refused('owner_a', 'get_qr_sheet({venue_a1}, array[''guessed''])', 'qr_code_invalid', 'nor is a guess');
select tests.call('owner_a', 'revoke_qr_code({new_t1})');
select tests.refused('owner_a', 'get_qr_sheet({venue_a1}, array[{$new_t1}])', 'qr_code_invalid', 'nor one taken back');
update public.tables set is_active = false where id = tests.id('t2_a1');
select tests.refused('owner_a', 'get_qr_sheet({venue_a1}, array[{$new_t2}])', 'qr_code_invalid', 'nor one of a table out of use');

select * from finish();
rollback;
