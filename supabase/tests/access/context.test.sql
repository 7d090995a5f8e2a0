-- get_access_context: what an app asks first. It must say exactly what policies and RPCs will then do.
begin;
select plan(28);
select tests.fixture();
create function pg_temp.venue_of(p_actor text, p_slug text) returns jsonb language sql as $$
  select v from jsonb_array_elements(tests.call(p_actor, 'get_access_context()') -> 'organisations') o, jsonb_array_elements(o -> 'venues') v where v ->> 'slug' = p_slug
$$;
create function pg_temp.list(p_list jsonb) returns text language sql as $$ select string_agg(x, ' ' order by x) from jsonb_array_elements_text(p_list) x $$;

select tests.refused('anon', 'get_access_context()', '42501', 'a guest has no context');
select tests.refused('service_role', 'get_access_context()', '42501', 'nor has a machine');
select tests.answers('stranger', 'get_access_context()', jsonb_build_object('user_id', tests.id('stranger'), 'email', 'stranger@example.test', 'organisations', '[]'::jsonb), 'a stranger belongs nowhere');
select tests.answers('owner_a', 'get_access_context()', '{"organisations": [{"slug": "pgtap-org-a", "roles": ["owner"], "venues": [{"slug": "pgtap-venue-a1", "roles": ["owner"]}, {"slug": "pgtap-venue-a2"}]}]}', 'an owner sees their organisation and its venues');
select is(jsonb_array_length(tests.call('owner_a', 'get_access_context()') -> 'organisations'), 1, 'and no other');
select is(pg_temp.venue_of('owner_a', 'pgtap-venue-b1'), null, 'nor another''s venues');
select tests.answers('staff_a1', 'get_access_context()', '{"organisations": [{"roles": [], "permissions": [], "venues": [{"slug": "pgtap-venue-a1", "roles": ["staff"]}]}]}', 'a member of one venue has no organisation-wide role or permission');
select is(pg_temp.venue_of('staff_a1', 'pgtap-venue-a2'), null, 'and does not see the other venue');

-- the permissions are the helpers' own
select is(pg_temp.list(pg_temp.venue_of(r || '_a', 'pgtap-venue-a2') -> 'permissions'), (select string_agg(rp.permission, ' ' order by rp.permission) from public.role_permissions rp where rp.role = r), r || ' is told the permissions of the matrix')
from unnest(array['owner', 'manager', 'staff', 'kitchen', 'server', 'cashier']) r;
select is(pg_temp.list(o -> 'permissions'), (select string_agg(rp.permission, ' ' order by rp.permission) from public.role_permissions rp where rp.role = 'manager'), 'an organisation-wide manager has them for the whole organisation, too')
from jsonb_array_elements(tests.call('manager_a', 'get_access_context()') -> 'organisations') o;

-- two memberships
select tests.call('staff_a1', format('accept_invitation(%L)', tests.call('owner_a', $$invite_member({org_a}, 'again@example.test', 'cashier')$$) ->> 'token')) is not null;
select is(pg_temp.list(pg_temp.venue_of('staff_a1', 'pgtap-venue-a1') -> 'roles') || ' | ' || pg_temp.list(pg_temp.venue_of('staff_a1', 'pgtap-venue-a2') -> 'roles'), 'cashier staff | cashier', 'roles add up where both reach');
select ok(pg_temp.venue_of('staff_a1', 'pgtap-venue-a1') -> 'permissions' ?& array['payments.refund', 'tables.seat'] and not pg_temp.venue_of('staff_a1', 'pgtap-venue-a2') -> 'permissions' ? 'tables.seat', 'so do permissions');

-- plan and state
select tests.answers('kitchen_a1', 'get_access_context()', '{"organisations": [{"tier": "starter", "subscription": {"status": "trialing", "is_active": true}, "entitlements": {"venues": {"limit": 3, "used": 2}, "tables": {"limit": 40, "used": 4}, "menu_items": {"limit": 200, "used": 6}, "staff": {"limit": 15, "used": 11}}}]}',
  'the plan''s limits and what is used of them');
update public.organisations set trial_ends_at = now() where id = tests.id('org_a');
select tests.answers('owner_a', 'get_access_context()', '{"organisations": [{"subscription": {"is_active": false}}]}', 'an ended trial shows');
select is(pg_temp.list(pg_temp.venue_of('owner_a', 'pgtap-venue-a1') -> 'permissions'), 'analytics.read billing.edit billing.read inventory.read kitchen.read menu.read orders.read payments.refund settings.read staff.read tables.read', 'with what remains: reading, giving guests their money back, and paying us');

-- the owner's trial balance
select tests.refused('anon', 'get_ledger_balance({org_a})', '42501', 'a guest does not see the books');
select tests.refused(a, 'get_ledger_balance({org_a})', 'permission_denied', a || ' does not see the books') from unnest(array['manager_a1', 'staff_a', 'cashier_a', 'owner_b', 'stranger']) a;
select is(tests.call('owner_a', 'get_ledger_balance({org_a})'), '[{"currency": "GBP", "sum_minor": 0, "accounts": {"cash": 1332, "orders": -3832, "provider": 2500}}]', 'an owner sees them, also in read-only mode, and they balance');
select is(tests.call('manager_b', 'get_ledger_balance({org_b})'), '[{"currency": "GBP", "sum_minor": 0, "accounts": {"cash": 666, "orders": -1916, "provider": 1250}}]', 'each organisation its own');

select * from finish();
rollback;
