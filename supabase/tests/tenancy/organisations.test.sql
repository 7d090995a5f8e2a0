-- create_organisation and create_venue: who may, what a repeat does, and what a stranger learns (nothing).
begin;
select plan(46);
select tests.fixture();

-- anon and service role
select tests.refused('anon', $$create_organisation('X', 'pgtap-x')$$, '42501', 'a guest cannot create an organisation');
select tests.refused('service_role', $$create_organisation('X', 'pgtap-x')$$, '42501', 'nor can the service role');
select tests.refused('anon', $$create_venue({org_a}, 'X', 'pgtap-x')$$, '42501', 'a guest cannot create a venue');

-- anybody who is signed in becomes the owner of what they create
select tests.answers('stranger', $$create_organisation('  Trattoria  ', 'pgtap-trattoria')$$,
  '{"name": "Trattoria", "slug": "pgtap-trattoria", "subscription_status": "trialing"}', 'a user creates an organisation on trial');
select is((select o.trial_ends_at - o.created_at from public.organisations o where o.slug = 'pgtap-trattoria'), interval '14 days', 'the trial lasts 14 days');
select results_eq(
  $$select m.role, m.venue_id, m.user_id = tests.id('stranger') from public.memberships m
    join public.organisations o on o.id = m.organisation_id where o.slug = 'pgtap-trattoria'$$,
  $$values ('owner', null::uuid, true)$$, 'its creator is its only member, and its owner');
select tests.keep('org_t', o.id) from public.organisations o where o.slug = 'pgtap-trattoria';
select tests.answers('stranger', $$create_organisation('Trattoria', 'pgtap-trattoria')$$,
  jsonb_build_object('id', tests.id('org_t')), 'a repeat by the creator returns the same organisation');
select is((select count(*) from public.memberships m where m.organisation_id = tests.id('org_t')), 1::bigint, 'and adds no membership');
select tests.refused('stranger', $$create_organisation('Another', 'pgtap-trattoria')$$, 'slug_taken', 'another name under the same slug is refused');
select tests.refused('owner_b', $$create_organisation('Trattoria', 'pgtap-trattoria')$$, 'slug_taken', 'somebody else''s slug is refused, whatever the name');
select is(private.entitlement_limit(tests.id('org_t'), 'venues'), 3::bigint, 'the trial carries pro entitlements');

-- shapes that are not accepted
select tests.refused('stranger', format('create_organisation(%L, %L)', n.name, n.slug), 'invalid_input', 'refused: ' || n.why)
from (values
  (null, 'pgtap-y', 'no name'), ('   ', 'pgtap-y', 'a blank name'), (repeat('x', 121), 'pgtap-y', 'a name of 121 characters'),
  ('Y', null, 'no slug'), ('Y', 'ab', 'a slug of two characters'), ('Y', 'Pgtap', 'a capital in the slug'),
  ('Y', 'pgtap--y', 'a double hyphen'), ('Y', 'pgtap y', 'a space in the slug')) as n (name, slug, why);

-- venues: organisation-wide settings.edit, so owners and organisation-wide managers
select tests.answers('manager_b', $$create_venue({org_b}, ' Bistro ', 'pgtap-bistro', 'cafe', 'EUR', 'fr-FR', 'Europe/Paris')$$,
  '{"name": "Bistro", "currency": "EUR", "timezone": "Europe/Paris"}', 'an organisation-wide manager creates a venue');
select is((select count(*) from public.kitchen_stations s join public.venues v on v.id = s.venue_id
           where v.slug = 'pgtap-bistro' and s.kind = 'expo' and s.is_active), 1::bigint, 'it has its expo station');
select tests.answers('owner_b', $$create_venue({org_b}, 'Bistro', 'pgtap-bistro')$$,
  '{"currency": "EUR"}', 'a repeat returns the venue as it is');
select tests.refused('owner_a', $$create_venue({org_a}, 'Bistro', 'pgtap-bistro')$$, 'slug_taken', 'another organisation''s slug is refused');
select tests.refused('manager_a1', $$create_venue({org_a}, 'X', 'pgtap-x')$$, 'permission_denied', 'a manager of one venue cannot create another');
select tests.refused('staff_a', $$create_venue({org_a}, 'X', 'pgtap-x')$$, 'permission_denied', 'staff cannot');
select tests.refused('owner_b', $$create_venue({org_a}, 'X', 'pgtap-x')$$, 'permission_denied', 'an owner of another organisation cannot');
select tests.refused('owner_b', $$create_venue(gen_random_uuid(), 'X', 'pgtap-x')$$, 'permission_denied', 'and learns nothing about which exist');
select tests.refused('owner_a', $$create_venue({org_a}, 'X', 'pgtap-x', 'palace')$$, 'invalid_input', 'an unknown venue type is refused');
select tests.refused('owner_a', $$create_venue({org_a}, 'X', 'pgtap-x', 'cafe', 'pounds')$$, 'invalid_input', 'a currency that is not ISO 4217 is refused');
select tests.refused('owner_a', $$create_venue({org_a}, 'X', 'pgtap-x', 'cafe', 'GBP', 'en-GB', 'Mars/Olympus')$$, 'invalid_input', 'an unknown time zone is refused');
select tests.refused('owner_a', $$create_venue({org_a}, 'X', 'pgtap-x', 'cafe', null)$$, 'invalid_input', 'a null currency is refused');
select is((select count(*) from public.venues v where v.slug = 'pgtap-x'), 0::bigint, 'none of the refused venues exists');

-- settings: what may change, by whom, and what is set once
select tests.affects('manager_a1', $$update public.venues set name = 'Renamed', timezone = 'Europe/Dublin', service_charge_bp = 1250 where id = {venue_a1}$$, 1, 'a venue''s manager changes its settings');
select tests.affects(a, $$update public.venues set name = 'Mine' where id = {venue_a1}$$, 0, a || ' does not') from unnest(array['staff_a', 'cashier_a1', 'owner_b']) a;
select tests.refused('owner_a', format('update public.venues set %s where id = {venue_a1}', c), '42501', 'set once: ' || c)
from unnest(array['slug = ''pgtap-other''', 'currency = ''EUR''', 'organisation_id = {org_b}', 'menu_version = null']) c;
select tests.refused('owner_a', format('update public.venues set %s where id = {venue_a1}', c), code, 'refused: ' || c)
from (values ('timezone = ''Nowhere''', 'invalid_input'), ('service_charge_bp = 2501', '23514'), ('service_charge_bp = -1', '23514'), ('name = ''''', '23514'), ('service_type = ''drive_in''', '23514')) v (c, code);
select tests.refused('owner_a', $$update public.organisations set name = 'X' where id = {org_a}$$, '42501', 'an organisation''s row is written by no client');

select * from finish();
rollback;
