-- What a plan includes, and that no way of adding goes past it: one row, many rows, reactivation, acceptance.
begin;
select plan(116);
select tests.fixture();

-- the plans as literals
select results_eq($$select t.tier, t.monthly_price_minor, t.currency from public.tiers t order by t.monthly_price_minor$$,
  $$values ('starter', 9900::bigint, 'GBP'), ('pro', 24900, 'GBP'), ('enterprise', 49900, 'GBP')$$, 'three plans at their prices');
create temporary table plans as
select e.entitlement, t.tier, t.n from (values ('tables', 5, 40, null::bigint), ('menu_items', 50, 200, null), ('staff', 3, 15, null), ('venues', 1, 3, null),
    ('kitchen_stations', 0, null, null), ('inventory', 0, null, null),
    ('advanced_analytics', 0, null, null), ('cross_venue_analytics', 0, 0, null), ('csv_export', 0, null, null), ('loyalty', 0, null, null), ('tenant_schema', 0, 0, null),
    ('integrations', 0, 0, null), ('api_requests', 100, 600, 10000), ('webhook_endpoints', 0, 3, 20), ('multi_venue_kitchen', 0, 0, null), ('assistant', 0, 0, null),
    ('assistant_requests', 0, 0, 1000), ('assistant_tokens', 0, 0, 5000000), ('assistant_cost_micro', 0, 0, 5000000)) e (entitlement, a, b, c)
  cross join lateral (values ('starter', e.a::bigint), ('pro', e.b::bigint), ('enterprise', e.c)) t (tier, n);
select set_eq('select e.entitlement, e.tier, e.max_count from public.tier_entitlements e', 'select entitlement, tier, n from plans', 'each plan includes what the rules say');
create function pg_temp.limit_of(p_tier text, p_entitlement text) returns bigint language sql as $$
  update public.organisations set tier = p_tier, subscription_status = 'active' where id = tests.id('org_b');
  select private.entitlement_limit(tests.id('org_b'), p_entitlement)
$$;
select is(pg_temp.limit_of(p.tier, p.entitlement), p.n, format('%s: %s %s', p.tier, coalesce(p.n::text, 'any number of'), p.entitlement)) from plans p order by p.tier, p.entitlement;
select is(pg_temp.limit_of('enterprise', 'teleport'), 0::bigint, 'and nothing that no plan names, not even the largest');
select tests.pay_for('org_b', '{integrations}');
select is(pg_temp.limit_of(t.tier, 'integrations'), t.n, format('with the add-on of pro: %s %s integrations', t.tier, coalesce(t.n::text, 'any number of')))
from (values ('starter', 0::bigint), ('pro', 1), ('enterprise', null)) t (tier, n);
select tests.pay_for('org_b', '{}');
select is(pg_temp.limit_of('pro', 'integrations'), 0::bigint, 'until it is paid for no more');
update public.organisations o set tier = a.tier, subscription_status = a.subscription_status from public.organisations a where o.id = tests.id('org_b') and a.id = tests.id('org_a');
select is((select array_agg(private.entitlement_limit(tests.id('org_a'), e) order by e) from unnest(array['tables', 'menu_items', 'staff', 'venues']) e), array[200, 15, 40, 3]::bigint[],
  'a trial carries pro entitlements');
select is(private.entitlement_limit(tests.id('org_a'), 'integrations'), 0::bigint, 'and no add-on');

-- a small organisation on the smallest plan
select tests.keep('org_s', (tests.call('stranger', $$create_organisation('Small', 'pgtap-small')$$) ->> 'id')::uuid);
select tests.keep('venue_s', (tests.call('stranger', $$create_venue({org_s}, 'Small', 'pgtap-small-venue')$$) ->> 'id')::uuid);
update public.organisations set subscription_status = 'active' where id = tests.id('org_s');
select is((select array_agg(private.entitlement_limit(tests.id('org_s'), e) order by e) from unnest(array['tables', 'menu_items', 'staff', 'venues']) e), array[50, 3, 5, 1]::bigint[],
  'a paid starter has starter''s');
select tests.refused('stranger', $$create_venue({org_s}, 'Second', 'pgtap-second')$$, 'entitlement_exceeded', 'venues: a second is too many');
select tests.answers('stranger', $$create_venue({org_s}, 'Small', 'pgtap-small-venue')$$, '{"name": "Small"}', 'venues: repeating the first is not a second');

-- tables: multi-row, one row, switching on again
select tests.refused('stranger', $$insert into public.tables (venue_id, label) select {venue_s}, 'M' || n from generate_series(1, 6) n$$, 'entitlement_exceeded', 'tables: six in one statement');
select tests.affects('stranger', $$insert into public.tables (venue_id, label) select {venue_s}, 'T' || n from generate_series(1, 5) n$$, 5, 'tables: five in one statement');
select tests.refused('stranger', $$insert into public.tables (venue_id, label) values ({venue_s}, 'T6')$$, 'entitlement_exceeded', 'tables: the sixth');
select tests.affects('stranger', $$update public.tables set is_active = false where venue_id = {venue_s} and label in ('T1', 'T2')$$, 2, 'tables: switching two off');
select tests.affects('stranger', $$insert into public.tables (venue_id, label) values ({venue_s}, 'T6')$$, 1, 'tables: makes room for one');
select tests.refused('stranger', $$update public.tables set is_active = true where venue_id = {venue_s}$$, 'entitlement_exceeded', 'tables: but not for both again');
select tests.affects('stranger', $$update public.tables set is_active = true where venue_id = {venue_s} and label = 'T1'$$, 1, 'tables: one comes back');
select tests.affects('stranger', $$update public.tables set seats = 6 where venue_id = {venue_s}$$, 6, 'tables: at the limit they can still be changed');
select is((select count(*) from public.tables t where t.venue_id = tests.id('venue_s') and t.is_active), 5::bigint, 'tables: five are active');

-- menu items: archived ones do not count, until they come back
select tests.insert('cat_s', 'stranger', $$insert into public.menu_categories (venue_id, name) values ({venue_s}, 'All')$$);
select tests.affects('stranger', $$insert into public.menu_items (venue_id, category_id, name, price_minor) select {venue_s}, {cat_s}, 'I' || n, 100 from generate_series(1, 50) n$$, 50, 'menu items: fifty');
select tests.refused('stranger', $$insert into public.menu_items (venue_id, category_id, name, price_minor) values ({venue_s}, {cat_s}, 'I51', 100)$$, 'entitlement_exceeded', 'menu items: not one more');
select tests.affects('stranger', $$update public.menu_items set archived_at = now() where venue_id = {venue_s} and name = 'I1'$$, 1, 'menu items: archiving one');
select tests.affects('stranger', $$insert into public.menu_items (venue_id, category_id, name, price_minor) values ({venue_s}, {cat_s}, 'I51', 100)$$, 1, 'menu items: makes room');
select tests.refused('stranger', $$update public.menu_items set archived_at = null where venue_id = {venue_s} and name = 'I1'$$, 'entitlement_exceeded', 'menu items: which it cannot take back');
select tests.affects('stranger', $$update public.menu_items set archived_at = now() where venue_id = {venue_s} and name = 'I2'$$, 1, 'menu items: unless another');
select tests.affects('stranger', $$update public.menu_items set archived_at = null where venue_id = {venue_s} and name = 'I1'$$, 1, 'menu items: leaves');
select tests.refused('stranger', $$insert into public.menu_items (venue_id, category_id, name, price_minor) values ({venue_s}, {cat_s}, 'I52', 100) on conflict do nothing$$, 'entitlement_exceeded',
  'menu items: "on conflict" opens no way past');

-- staff: counted as people, when an invitation is accepted
create function pg_temp.join(p_name text, p_venue text) returns tests.outcome language plpgsql as $$
declare
  v_token text := tests.call('stranger', format('invite_member({org_s}, ''%s@example.test'', ''staff'', %s)', p_name, p_venue)) ->> 'token';
begin
  return tests.attempt(p_name, format('accept_invitation(%L)', v_token));
end $$;
select tests.create_user('s' || n) from generate_series(1, 3) n;
select is((pg_temp.join('s1', 'null')).state, '00000', 'staff: the second person joins');
select is((pg_temp.join('s2', '{venue_s}')).state, '00000', 'staff: and the third, in one venue');
select is((pg_temp.join('s2', 'null')).state, '00000', 'staff: the third person''s second membership counts no one new');
select is((pg_temp.join('s3', 'null')).message, 'entitlement_exceeded', 'staff: the fourth person is too many');
select is((select i.status from public.invitations i where i.email = 's3@example.test'), 'pending', 'staff: their invitation stays, for after the upgrade');
update public.organisations set tier = 'pro' where id = tests.id('org_s');
select is((tests.attempt('stranger', $$create_venue({org_s}, 'Second', 'pgtap-second')$$)).state, '00000', 'an upgrade works at once: a second venue');
select is((tests.attempt('stranger', $$create_venue({org_s}, 'Third', 'pgtap-third')$$)).state, '00000', 'and a third');
select tests.refused('stranger', $$create_venue({org_s}, 'Fourth', 'pgtap-fourth')$$, 'entitlement_exceeded', 'pro has three');
update public.organisations set tier = 'enterprise' where id = tests.id('org_s');
select is((tests.attempt('stranger', $$create_venue({org_s}, 'Fourth', 'pgtap-fourth')$$)).state, '00000', 'enterprise has as many as it likes');

-- stations and stock, back on the smallest plan: what is there stays, nothing is added
update public.organisations set tier = 'starter' where id = tests.id('org_s');
select tests.refused('stranger', $$insert into public.kitchen_stations (venue_id, name, kind) values ({venue_s}, 'Grill', 'grill')$$, 'entitlement_exceeded', 'stations: none beside the expo without the add-on');
insert into public.organisation_add_ons (organisation_id, add_on) values (tests.id('org_s'), 'kitchen_display');
select tests.affects('stranger', $$insert into public.kitchen_stations (venue_id, name, kind) values ({venue_s}, 'Grill', 'grill')$$, 1, 'stations: one beside the expo');
select tests.refused('stranger', $$insert into public.kitchen_stations (venue_id, name, kind) values ({venue_s}, 'Bar', 'bar')$$, 'entitlement_exceeded', 'stations: not a second');
select tests.affects('stranger', $$update public.kitchen_stations set is_active = false where venue_id = {venue_s} and kind = 'grill'$$, 1, 'stations: one off');
select tests.affects('stranger', $$insert into public.kitchen_stations (venue_id, name, kind) values ({venue_s}, 'Bar', 'bar')$$, 1, 'stations: another on');
select tests.refused('stranger', $$update public.kitchen_stations set is_active = true where venue_id = {venue_s} and kind = 'grill'$$, 'entitlement_exceeded', 'stations: the first cannot return');
select tests.refused('stranger', $$insert into public.ingredients (venue_id, name, unit) values ({venue_s}, 'Flour', 'g')$$, 'entitlement_exceeded', 'inventory: not in this plan');
select tests.refused('stranger', 'export_ingredients({venue_s})', 'entitlement_exceeded', 'inventory: nor its list as CSV');
select is((select count(*) from public.venues v where v.organisation_id = tests.id('org_s')), 4::bigint, 'a downgrade deletes nothing');
select tests.refused('stranger', $$create_venue({org_s}, 'Fifth', 'pgtap-fifth')$$, 'entitlement_exceeded', 'and adds nothing');

-- one organisation's limit is not another's
select tests.affects('owner_a', $$insert into public.tables (venue_id, label) select {venue_a1}, 'X' || n from generate_series(1, 36) n$$, 36, 'org A fills its forty tables');
select tests.refused('owner_a', $$insert into public.tables (venue_id, label) values ({venue_a2}, 'X')$$, 'entitlement_exceeded', 'counted over both its venues');
select tests.affects('owner_b', $$insert into public.tables (venue_id, label) values ({venue_b1}, 'X')$$, 1, 'org B is not concerned');

-- anybody sees the plans, nobody changes them
select tests.affects('anon', 'select 1 from public.tiers', 3, 'guests see the plans');
select tests.affects('anon', 'select 1 from public.tier_entitlements', 57, 'and what they include');
select results_eq($$select a.add_on, a.tier, a.entitlement, a.max_count, a.monthly_price_minor, a.currency from public.add_ons a order by 1$$, $$values ('integrations', 'pro', 'integrations', 1::bigint, 2900::bigint, 'GBP'), ('kitchen_display', 'starter', 'kitchen_stations', 1, 1900, 'GBP')$$, 'two add-ons, with their prices');
select tests.affects('anon', 'select 1 from public.add_ons', 2, 'which guests see, too');
select is(private.plan_limit('enterprise', '{kitchen_display}', 'kitchen_stations'), null, 'an add-on takes nothing from what is unlimited');
select tests.refused(a, 'update public.tier_entitlements set max_count = null', '42501', a || ' cannot change what a plan includes')
from unnest(array['anon', 'owner_a', 'service_role']) a;

select * from finish();
rollback;
