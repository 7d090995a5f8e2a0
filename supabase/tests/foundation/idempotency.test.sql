-- Idempotency keys, rate counters, secrets and the error registry.
begin;
select plan(40);
select tests.fixture();
create function pg_temp.open(p_scope text, p_caller text, p_operation text, p_key text, p_request jsonb) returns text language sql as $$
  select format('select private.replay_idempotent({%s}, %L, %L, %L, %L)', p_scope, p_caller, p_operation, p_key, p_request)
$$;

-- scope, caller and operation each make another key
select private.store_idempotent(tests.id('venue_a1'), 'user:1', 'test', 'k', '{"a": 1}', '{"answer": 42}') = '{"answer": 42}';
select is(private.replay_idempotent(tests.id('venue_a1'), 'user:1', 'test', 'k', '{"a": 1}'), '{"answer": 42}', 'the same key and request is answered with the stored answer');
select is(private.replay_idempotent(tests.id('venue_a1'), 'user:1', 'test', 'k', '{ "a":1 }'), '{"answer": 42}', 'whitespace is no other request');
select tests.refused('postgres', pg_temp.open('venue_a1', 'user:1', 'test', 'k', '{"a": 2}'), 'idempotency_key_reused', 'another request is refused');
select tests.refused('postgres', pg_temp.open('venue_a1', 'user:1', 'test', 'k', null), 'idempotency_key_reused', 'so is none');
select is(private.replay_idempotent(tests.id('venue_a2'), 'user:1', 'test', 'k', '{"a": 2}'), null, 'another tenant''s key is another key');
select is(private.replay_idempotent(tests.id('venue_a1'), 'user:2', 'test', 'k', '{"a": 2}'), null, 'another caller''s too');
select is(private.replay_idempotent(tests.id('venue_a1'), 'guest:1', 'test', 'k', '{"a": 2}'), null, 'a guest''s too');
select is(private.replay_idempotent(tests.id('venue_a1'), 'user:1', 'other', 'k', '{"a": 2}'), null, 'another operation''s too');
select is(private.replay_idempotent(tests.id('venue_a1'), 'user:1', 'test', 'K', '{"a": 2}'), null, 'and keys tell capitals apart');
select tests.refused('postgres', pg_temp.open('venue_a1', 'user:1', 'test', k, '{}'), 'idempotency_key_invalid', 'refused key: ' || left(coalesce(k, 'null'), 10)) from unnest(array['', repeat('k', 256)]) k;
select tests.refused('postgres', $$select private.replay_idempotent({venue_a1}, 'user:1', 'test', null, '{}')$$, 'idempotency_key_invalid', 'refused key: null');

-- lifetime: at least a day; an expired key is free, and purged
select ok((select min(k.expires_at - k.created_at) from private.idempotency_keys k) >= interval '24 hours', 'answers live for a day and more');
update private.idempotency_keys set expires_at = now() where caller = 'user:1' and key = 'k' and operation = 'test';
select is(private.replay_idempotent(tests.id('venue_a1'), 'user:1', 'test', 'k', '{"a": 2}'), null, 'an expired key is free for another request');
select private.store_idempotent(tests.id('venue_a1'), 'user:1', 'test', 'k', '{"a": 2}', '{"answer": 43}') is null;
select is(private.replay_idempotent(tests.id('venue_a1'), 'user:1', 'test', 'k', '{"a": 2}'), '{"answer": 43}', 'which is stored in its place');
update private.idempotency_keys set expires_at = now() where caller = 'user:1' and key = 'k' and operation = 'test';
select ok(private.purge_expired() >= 1, 'the clock purges');
select is((select count(*) from private.idempotency_keys k where k.expires_at <= now()), 0::bigint, 'what has expired');
select ok((select count(*) from private.idempotency_keys k) > 5, 'and nothing else');

-- a failed operation leaves no key
select tests.refused('cashier_a1', $$collect_payment({later_a1}, 'cash', 99999, 'retry')$$, 'amount_invalid', 'an operation that fails');
select tests.answers('cashier_a1', $$collect_payment({later_a1}, 'cash', 2025, 'retry')$$, '{"payment_status": "paid"}', 'can be repeated, corrected, under the same key');

-- rate counters: per scope, subject and minute
select lives_ok($$select private.take_rate_limit('test', tests.id('venue_a1'), 2) from generate_series(1, 2)$$, 'two of two');
select tests.refused('postgres', $$select private.take_rate_limit('test', {venue_a1}, 2)$$, 'rate_limited', 'the third is refused');
select lives_ok($$select private.take_rate_limit('test', tests.id('venue_a2'), 2)$$, 'another subject is not');
select lives_ok($$select private.take_rate_limit('test2', tests.id('venue_a1'), 2)$$, 'nor another scope');
update private.rate_limits set minute = minute - interval '1 minute' where scope = 'test';
select lives_ok($$select private.take_rate_limit('test', tests.id('venue_a1'), 2)$$, 'nor the next minute');

-- a limit that cannot be counted lets nobody through
alter table private.rate_limits rename to lost;
select tests.refused('anon', tests.place_call('guest_a1', 'uncounted', 'table', 'pay_later', 'cola_a1'), '42P01', 'without its counter nobody orders');
alter table private.lost rename to rate_limits;
select tests.answers('anon', tests.place_call('guest_a1', 'uncounted', 'table', 'pay_later', 'cola_a1'), '{"status": "placed"}', 'with it they do');

-- secrets
select is((select count(distinct private.random_token()) from generate_series(1, 200)), 200::bigint, 'secrets do not repeat');
select ok((select bool_and(private.random_token() ~ '^[A-Za-z0-9_-]{43}$') from generate_series(1, 50)), 'they are 256 bits, safe in a link');
select is(private.token_hash('abc'), '\xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'::bytea, 'their hash is SHA-256');
select is(private.token_hash(null), null, 'nothing has no hash, so it matches none');

-- the registry
select throws_ok($$select private.fail('no_such_code')$$, 'XX000', 'unregistered error code no_such_code', 'a code that is not registered cannot be raised by accident');
select throws_ok($$select private.fail('order_not_found')$$, 'PT404', 'order_not_found', 'a registered one carries its HTTP status');
select is((tests.attempt('postgres', $$select private.fail('order_not_found', 'only this')$$)).detail, 'only this', 'and the detail it is given');
select is((tests.attempt('postgres', $$select private.fail('order_not_found')$$)).detail, (select e.meaning from private.errors e where e.code = 'order_not_found'), 'or its meaning');
select is((select count(*) from private.errors e where e.http_status not between 400 and 429 or e.meaning !~ '\.$' or e.remedy !~ '\.$'), 0::bigint, 'each says in sentences what was refused and what to do');
-- what functions raise is registered, and what is registered is raised (also by other code than SQL: none today)
create temporary table raised as
select distinct m[1] as code from pg_proc p join pg_namespace n on n.oid = p.pronamespace, regexp_matches(p.prosrc, '''([a-z]+(?:_[a-z]+)+)''', 'g') m where n.nspname in ('public', 'private', 'request');
select ok((select count(*) from raised) > 100, 'the sources are read');
select is_empty('select code from private.errors except select code from raised', 'every registered code is named in a function');
select is_empty($$select m[1] from pg_proc p join pg_namespace n on n.oid = p.pronamespace, regexp_matches(p.prosrc, 'private\.fail\(''([a-z_]+)''', 'g') m
  where n.nspname in ('public', 'private', 'request') except select code from private.errors$$, 'every code that is raised is registered');
-- and every code a public function can raise is in its comment or stands for one there
select is_empty($$select p.proname, m[1] from pg_proc p join pg_namespace n on n.oid = p.pronamespace, regexp_matches(p.prosrc, 'private\.fail\(''([a-z_]+)''', 'g') m
  where n.nspname = 'public' and obj_description(p.oid, 'pg_proc') !~ (m[1] || '|' || split_part(m[1], '_', 1) || '_\*')$$, 'every code a public function raises itself is in its comment');

select * from finish();
rollback;
