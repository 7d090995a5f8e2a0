-- Guests have no table at all: every table, every command, read from the catalogs. What they have is a short list of RPCs.
begin;
select plan(16);
select tests.fixture();

create temporary table attempts as
select format('%I.%I', n.nspname, c.relname) as relation, n.nspname as room, v.command, format(v.sql, n.nspname, c.relname) as sql
from pg_class c join pg_namespace n on n.oid = c.relnamespace,
  (values ('select', 'select 1 from %I.%I'), ('insert', 'insert into %I.%I default values'), ('delete', 'delete from %I.%I'), ('truncate', 'truncate %I.%I')) v (command, sql)
where n.nspname in ('public', 'private', 'pgmq', 'cron', 'auth', 'vault') and c.relkind in ('r', 'p', 'v', 'm')
union all
select format('%I.%I', n.nspname, c.relname), n.nspname, 'update', format('update %I.%I set %I = null', n.nspname, c.relname,
  (select a.attname from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = '' order by a.attnum limit 1))
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'private', 'pgmq', 'cron', 'auth', 'vault') and c.relkind in ('r', 'p', 'v', 'm')
  and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and a.attgenerated = '' and a.attidentity = '');
select cmp_ok((select count(*) from attempts where room = 'public'), '>=', 150::bigint, 'the catalogs list the public tables');
select cmp_ok((select count(*) from attempts where room = 'private'), '>=', 60::bigint, 'and the private ones');

create function pg_temp.outcomes(p_actor text) returns table (relation text, room text, command text, state text) language sql as $$
  select a.relation, a.room, a.command, (tests.attempt(p_actor, a.sql, true)).state from attempts a
$$;
select set_eq($$select relation, command from pg_temp.outcomes('anon') where state <> '42501' and room <> 'auth'$$, $$values ('public.tiers', 'select'), ('public.tier_entitlements', 'select'), ('public.add_ons', 'select')$$,
  'a guest may read the plans, and nothing else, in any room, with any command');
select is_empty($$select relation, command from pg_temp.outcomes('service_role') where state <> '42501' and room in ('public', 'private', 'pgmq', 'cron')$$,
  'the service role has no table at all: its rights are functions');
select is_empty($$select relation, command from pg_temp.outcomes('stranger') where state <> '42501' and room in ('private', 'pgmq', 'cron', 'vault')$$,
  'a member has none in the back rooms');
select is_empty($$select relation, command from pg_temp.outcomes('anon') where room = 'auth' and state <> '42501'$$, 'nor has a guest one of Auth''s');

-- columns that hold the hash of a secret are readable by no API role, in any table
select cmp_ok((select count(*) from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'private') and a.attname ~ '_hash$' and c.relkind = 'r'), '>=', 3::bigint, 'there are hashes of secrets');
select is_empty($$select c.relname, a.attname, r.rolname, p.privilege from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace,
    pg_roles r, unnest(array['select', 'insert', 'update', 'references']) p (privilege)
  where n.nspname in ('public', 'private') and c.relkind = 'r' and a.attname ~ '(_hash|secret|token)$' and r.rolname in ('anon', 'authenticated', 'service_role')
    and has_column_privilege(r.rolname, c.oid, a.attnum, p.privilege)$$, 'and no API role reads or writes one');
select tests.refused('owner_a', 'select * from public.invitations', '42501', 'an owner does not see the tokens'' hashes by asking for everything');
select tests.refused('owner_a', 'select token_hash from public.qr_codes', '42501', 'nor by name');
select tests.affects('owner_a', 'select id, kind from public.qr_codes where venue_id = {venue_a1}', 4, 'but sees the codes');

-- a secret reaches its own session only
select is((select array_agg(distinct o ->> 'id') from jsonb_array_elements(tests.call('anon', 'get_bill({$guest_a1})') -> 'orders') o),
  (select array_agg(distinct o.id::text) from public.orders o where o.session_id = tests.id('guest_a1')), 'a bill holds the orders of its session, and only those');
select is((select count(*) from tests.ids g, public.orders o where g.name ~ '^(guest|guest2|pickup|counter)_' and o.session_id <> g.id
  and (tests.attempt('anon', format('get_guest_order(%L, %L)', g.secret, o.id))).state = '00000'), 0::bigint, 'no secret opens an order of another session');
select is((select count(*) from tests.ids g, public.orders o where g.name ~ '^(guest|guest2|pickup|counter)_' and o.session_id = g.id
  and (tests.attempt('anon', format('get_guest_order(%L, %L)', g.secret, o.id))).state <> '00000'), 0::bigint, 'each opens those of its own');
select ok(tests.call('anon', 'get_bill({$guest_a1})')::text !~ 'Ada|07700', 'a bill does not repeat what a guest told of themselves');
select is((select array_agg(k order by k) from jsonb_object_keys(tests.call('anon', $$get_menu('pgtap-venue-a1')$$) -> 'venue') k), array['currency', 'locale', 'name', 'prices_include_tax', 'service_charge_bp', 'slug'], 'a menu tells of its venue what guests need');

select * from finish();
rollback;
