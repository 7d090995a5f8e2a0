-- API keys: who makes, rotates, revokes and lists them, and what is kept of a secret.
begin;
select plan(87);
select tests.fixture();
create function pg_temp.making(p_name text, p_scopes text default '{orders.read}', p_more text default '', p_organisation text default 'org_a') returns text language sql as $$
  select format('create_api_key({%s}, %L, %L%s)', p_organisation, p_name, p_scopes, p_more)
$$;

-- the plan
select tests.refused('owner_a', pg_temp.making('Trial'), 'entitlement_exceeded', 'a trial has no integrations');
update public.organisations set subscription_status = 'active', tier = 'starter' where id = tests.id('org_a');
select tests.pay_for('org_a', '{integrations}');
select tests.refused('owner_a', pg_temp.making('Starter'), 'entitlement_exceeded', 'nor has starter, whatever it pays for');
update public.organisations set tier = 'pro' where id = tests.id('org_a');
select tests.pay_for('org_a', '{}');
select tests.refused('owner_a', pg_temp.making('Pro'), 'entitlement_exceeded', 'nor has pro without the add-on');
select tests.pay_for('org_a', '{integrations}');
select tests.answers('owner_a', pg_temp.making('Pro'), '{"name": "Pro"}', 'with it pro has');
update public.organisations set tier = 'enterprise' where id = tests.id('org_a');
select tests.pay_for('org_a', '{}');
select tests.answers('owner_a', pg_temp.making('Enterprise'), '{"name": "Enterprise"}', 'and enterprise has without');
update public.organisations set subscription_status = 'unpaid' where id = tests.id('org_a');
select tests.refused('owner_a', pg_temp.making('Unpaid'), 'subscription_inactive', 'but nobody makes keys in a read-only organisation');
update public.organisations set subscription_status = 'active', tier = 'pro' where id in (tests.id('org_a'), tests.id('org_b'));
select tests.pay_for(o, '{integrations}') from unnest(array['org_a', 'org_b']) o;

-- who may make one
select tests.refused(a, pg_temp.making('No'), 'permission_denied', a || ' makes no key') from unnest(array['manager_a', 'staff_a', 'kitchen_a', 'server_a', 'cashier_a', 'manager_a1', 'owner_b', 'stranger']) a;
select tests.refused('authenticated', pg_temp.making('No'), 'not_authenticated', 'nor does nobody');
select tests.refused(a, pg_temp.making('No'), '42501', 'nor ' || a) from unnest(array['anon', 'service_role']) a;
select tests.refused('owner_a', 'create_api_key(null, ''No'', ''{orders.read}'')', 'permission_denied', 'no organisation is nobody''s');

-- what it may be
select tests.refused('owner_a', pg_temp.making('No', s), 'invalid_input', 'scopes: ' || s)
from unnest(array['{}', '{tele.port}', '{orders.read,NULL}', '{staff.manage}', '{staff.roles}', '{integrations.manage}', '{billing.read}', '{billing.edit}', '{venue.delete}', '{orders.read,ai.use}']) s;
select tests.refused('owner_a', 'create_api_key({org_a}, ''No'', null)', 'invalid_input', 'scopes: none');
select tests.refused('owner_a', pg_temp.making(n), 'invalid_input', format('a name of %s characters', length(trim(n)))) from unnest(array['', '  ', repeat('x', 61)]) n;
select tests.refused('owner_a', 'create_api_key({org_a}, null, ''{orders.read}'')', 'invalid_input', 'no name');
select tests.refused('owner_a', pg_temp.making('No', '{orders.read}', ', {venue_b1}'), 'invalid_input', 'a venue of another organisation');
select tests.refused('owner_a', pg_temp.making('No', '{orders.read}', ', {org_a}'), 'invalid_input', 'a venue that does not exist');
select tests.refused('owner_a', pg_temp.making('No', '{orders.read}', ', null, now()'), 'invalid_input', 'an end that is no later than its beginning');
select tests.refused('owner_a', pg_temp.making('pro'), 'api_key_name_taken', 'a name that another key has');
select tests.answers('owner_b', pg_temp.making('Pro', '{orders.read}', '', 'org_b'), '{"name": "Pro"}', 'in another organisation it is another name');
delete from public.role_permissions where role = 'owner' and permission = 'orders.cancel';
select tests.refused('owner_a', pg_temp.making('No', '{orders.read,orders.cancel}'), 'permission_denied', 'nobody gives what they do not have');
insert into public.role_permissions values ('owner', 'orders.cancel');

-- what is answered and what is kept
create temporary table made as select tests.call('owner_a', pg_temp.making(' Till ', '{payments.collect,orders.read,orders.read}', ', {venue_a1}, ''2100-01-01''')) as key;
select ok(m.key @> jsonb_build_object('organisation_id', tests.id('org_a'), 'venue_id', tests.id('venue_a1'), 'name', 'Till', 'scopes', '["orders.read", "payments.collect"]'::jsonb,
  'revoked_at', null, 'created_by', tests.id('owner_a')) and (m.key ->> 'expires_at')::timestamptz = '2100-01-01', 'the answer says what the key is') from made m;
select matches(m.key ->> 'secret', '^servio_[\w-]{43}$', 'and its secret') from made m;
select tests.keep('till', (m.key ->> 'api_key_id')::uuid, m.key ->> 'secret') from made m;
select results_eq($$select s.secret_hash, s.hint, s.ends_at from private.api_key_secrets s where s.api_key_id = tests.id('till')$$,
  $$values (sha256(convert_to(tests.secret('till'), 'UTF8')), left(tests.secret('till'), 12), null::timestamptz)$$, 'of which the database has the hash and the beginning');
select is_empty($$select 1 from private.audit_events e where e.organisation_id = tests.id('org_a') and e.table_name like 'api_key%' and (e.after::text ~ (substr(tests.secret('till'), 14)) or e.after ? 'secret_hash')$$, 'the history has neither');
select results_eq($$select e.action, e.actor_id, e.after ->> 'name' from private.audit_events e where e.table_name = 'api_keys' and e.row_id = tests.id('till')$$,
  $$values ('insert', tests.id('owner_a'), 'Till')$$, 'but who made it');

-- listing
select is((select array_agg(k ->> 'name' order by k ->> 'name') from jsonb_array_elements(tests.call('owner_a', 'list_api_keys({org_a})')) k), array['Enterprise', 'Pro', 'Till'], 'an owner lists the keys of the organisation');
select ok(not exists (select 1 from jsonb_array_elements(tests.call('owner_a', 'list_api_keys({org_a})')) k where k ? 'secret' or k::text ~ tests.secret('till')), 'without their secrets');
select tests.refused(a, 'list_api_keys({org_a})', 'permission_denied', a || ' lists none') from unnest(array['manager_a', 'manager_a1', 'owner_b', 'stranger', 'till']) a;

-- rotating
select tests.refused(a, c, 'permission_denied', format('%s: %s', a, c)) from unnest(array['manager_a', 'cashier_a1', 'till']) a, unnest(array['rotate_api_key({till})', 'revoke_api_key({till})']) c;
select tests.refused(a, c, 'api_key_not_found', format('%s: %s', a, c)) from unnest(array['owner_b', 'stranger']) a, unnest(array['rotate_api_key({till})', 'revoke_api_key({till})']) c;
select tests.refused('owner_a', c, 'api_key_not_found', 'no key: ' || c) from unnest(array['rotate_api_key(null)', 'revoke_api_key({venue_a1})']) c;
select tests.refused('owner_a', format('rotate_api_key({till}, %s)', m), 'invalid_input', 'an overlap of ' || m) from unnest(array['-1', '10081', 'null']) m;
create temporary table rotated as select tests.call('owner_a', 'rotate_api_key({till})') as key;
select tests.keep('till_new', tests.id('till'), r.key ->> 'secret') from rotated r;
select isnt(tests.secret('till_new'), tests.secret('till'), 'a rotation gives another secret');
select is((select array_agg(s ->> 'ends_at' is null) from rotated r, jsonb_array_elements(r.key -> 'secrets') s), array[true, false], 'there are two, and one of them ends');
select is((select s.ends_at from private.api_key_secrets s where s.api_key_id = tests.id('till') and s.ends_at is not null), now() + interval '1 hour', 'in an hour');
select tests.affects(k, 'select 1 from public.orders where id = {paid_a1}', 1, k || ' works') from unnest(array['till', 'till_new']) k;
select tests.answers('owner_a', 'rotate_api_key({till}, 120)', '{"name": "Till"}', 'a second rotation');
select results_eq($$select s.hint, s.ends_at from private.api_key_secrets s where s.api_key_id = tests.id('till') and s.ends_at is not null order by s.ends_at$$,
  $$values (left(tests.secret('till'), 12), now() + interval '1 hour'), (left(tests.secret('till_new'), 12), now() + interval '2 hours')$$, 'leaves the first secret the time it had');
select tests.answers('owner_a', 'rotate_api_key({till}, 0)', '{"name": "Till"}', 'without overlap');
select tests.refused(k, 'select 1 from public.orders', 'api_key_expired', k || ' works no longer') from unnest(array['till', 'till_new']) k;
select is((select count(*) from private.audit_events e where e.table_name = 'api_key_secrets' and e.organisation_id = tests.id('org_a') and e.action = 'insert'), 6::bigint, 'the history has every secret that was given');
select throws_ok($$insert into private.api_key_secrets (secret_hash, organisation_id, api_key_id, hint) values ('\x00', tests.id('org_a'), tests.id('till'), 'x')$$, '23505', null, 'a key has one current secret');
select tests.pay_for('org_a', '{}');
select tests.refused('owner_a', 'rotate_api_key({till})', 'entitlement_exceeded', 'nobody rotates what the plan has no more');
select tests.pay_for('org_a', '{integrations}');

-- revoking
select tests.api_key('mail', 'owner_a', 'org_a', '{orders.read}');
select tests.affects('mail', 'select 1 from public.orders where id = {paid_a1}', 1, 'a key works');
create temporary table revoked as select tests.call('owner_a', 'revoke_api_key({mail})') as key;
select is((r.key ->> 'revoked_at')::timestamptz, now(), 'until it is revoked') from revoked r;
select tests.refused('mail', 'select 1 from public.orders', 'api_key_revoked', 'then it does not');
select is(tests.call('owner_a', 'revoke_api_key({mail})'), r.key, 'a repeat answers the same') from revoked r;
select is((select k.revoked_by from private.api_keys k where k.id = tests.id('mail')), tests.id('owner_a'), 'and it is known who did it');
select tests.refused('owner_a', 'rotate_api_key({mail})', 'api_key_revoked', 'what is revoked is not rotated');
select tests.answers('owner_a', pg_temp.making('mail'), '{"name": "mail"}', 'and its name is free again');
update private.api_keys set created_at = '2026-01-01', expires_at = '2026-01-02' where id = tests.id('till');
select tests.refused('owner_a', 'rotate_api_key({till})', 'api_key_expired', 'nor is what has ended');

select * from finish();
rollback;
