-- Two organisations to look around in, for people; tests make their own data. Runs once, on a database without them.
-- Never on a project that serves guests: every password and every QR token here is public. The files in seed/ follow
-- this one, in the order of their names and in the same session: menus, what they are made of, two weeks of history.
--
-- Sign in with the password "servio-demo" as
--
--   Example Kitchens (slug example-kitchens, plan pro): Example Café, Example Restaurant (London, pounds)
--     owner@example.com     manager@example.com     staff@example.com      all permissions of their role in both venues
--     kitchen@example.com   server@example.com      cashier@example.com
--     cafe-manager@example.com                      a manager narrowed to the café: sees nothing of the restaurant
--     cafe-kitchen@example.com   cafe-cashier@example.com                   narrowed to the café as well
--   Sample Street Food (slug sample-street-food, plan starter): Sample Food Truck (Texas, dollars, tax on top)
--     truck-owner@example.com   truck-kitchen@example.com   truck-cashier@example.com
--
-- Guests need no account. The QR tokens, for start_table_session, are
--
--   servio-demo-example-cafe-counter                 collection only: nothing is served
--   servio-demo-example-restaurant-1 … -12
--   servio-demo-sample-food-truck-counter            collection only, too
--
-- Whatever has an RPC is made by that RPC, as the person who would call it, so that it is checked like any other call;
-- history alone cannot be, and is checked as a whole once it is written. Menus and tables are plain rows, as for every
-- client. The people are roles: nobody here is anybody.

-- ── People ──────────────────────────────────────────────────────────────────────────────────────────────────────────

create temporary table seed_people (position integer, email text, name text, organisation text, role text, venue text);
insert into seed_people values
  (1, 'owner@example.com', 'Owner', 'example-kitchens', 'owner', null),
  (2, 'manager@example.com', 'Manager', 'example-kitchens', 'manager', null),
  (3, 'staff@example.com', 'Host', 'example-kitchens', 'staff', null),
  (4, 'kitchen@example.com', 'Kitchen', 'example-kitchens', 'kitchen', null),
  (5, 'server@example.com', 'Floor', 'example-kitchens', 'server', null),
  (6, 'cashier@example.com', 'Till', 'example-kitchens', 'cashier', null),
  (7, 'cafe-manager@example.com', 'Café manager', 'example-kitchens', 'manager', 'example-cafe'),
  (8, 'cafe-kitchen@example.com', 'Café kitchen', 'example-kitchens', 'kitchen', 'example-cafe'),
  (9, 'cafe-cashier@example.com', 'Café till', 'example-kitchens', 'cashier', 'example-cafe'),
  (10, 'truck-owner@example.com', 'Truck owner', 'sample-street-food', 'owner', null),
  (11, 'truck-kitchen@example.com', 'Truck kitchen', 'sample-street-food', 'kitchen', null),
  (12, 'truck-cashier@example.com', 'Truck till', 'sample-street-food', 'cashier', null);

-- Auth reads the four token columns as text, so they are empty instead of null.
insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data,
  raw_user_meta_data, confirmation_token, recovery_token, email_change, email_change_token_new, created_at, updated_at)
select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'authenticated', 'authenticated', p.email,
  h.hash, now(), '{"provider": "email", "providers": ["email"]}', jsonb_build_object('full_name', p.name), '', '', '', '', now(), now()
-- One hash for one public password: hashing it for each of them would be a third of the seed's time.
from (select extensions.crypt('servio-demo', extensions.gen_salt('bf')) as hash offset 0) h cross join seed_people p;
insert into auth.identities (provider, provider_id, user_id, identity_data, last_sign_in_at, created_at, updated_at)
select 'email', u.id::text, u.id,
  jsonb_build_object('sub', u.id, 'email', u.email, 'email_verified', true, 'phone_verified', false), now(), now(), now()
from seed_people p join auth.users u on u.email = p.email;

create function pg_temp.act_as(p_email text) returns void language plpgsql as $$
begin
  perform set_config('request.jwt.claims', jsonb_build_object('sub', u.id, 'role', 'authenticated')::text, false)
  from auth.users u where u.email = p_email;
end $$;

-- ── Organisations, venues, staff ────────────────────────────────────────────────────────────────────────────────────

do $$
declare
  v_kitchens uuid;
  v_street_food uuid;
  v_person record;
  v_invitation jsonb;
begin
  -- Nobody reads the invitations' mails: no worker is woken for them, and they are gone with the end of this file.
  perform set_config('servio.worker_woken', 'yes', true);
  perform pg_temp.act_as('owner@example.com');
  v_kitchens := public.create_organisation('Example Kitchens', 'example-kitchens') ->> 'id';
  perform pg_temp.act_as('truck-owner@example.com');
  v_street_food := public.create_organisation('Sample Street Food', 'sample-street-food') ->> 'id';
  -- What a verified billing event would set: paid plans, so that nothing here turns read-only when a trial would end.
  update public.organisations o set subscription_status = 'active', tier = case o.id when v_kitchens then 'pro' else 'starter' end
  where o.id in (v_kitchens, v_street_food);
  insert into public.organisation_add_ons (organisation_id, add_on) values (v_street_food, 'kitchen_display');

  perform public.create_venue(v_street_food, 'Sample Food Truck', 'sample-food-truck', 'food_truck', 'USD', 'en-US', 'America/Chicago');
  perform pg_temp.act_as('owner@example.com');
  perform public.create_venue(v_kitchens, 'Example Café', 'example-cafe', 'cafe');
  perform public.create_venue(v_kitchens, 'Example Restaurant', 'example-restaurant', 'restaurant');
  update public.venues v set service_type = 'counter_pickup', collection_pays_at_till = true where v.slug in ('sample-food-truck', 'example-cafe');
  update public.venues v set prices_include_tax = false where v.slug = 'sample-food-truck';
  update public.venues v set service_type = 'table_service', service_charge_bp = 1250, overdue_minutes = 20 where v.slug = 'example-restaurant';

  for v_person in
    select p.*, o.id as organisation_id, v.id as venue_id, w.email as owner
    from seed_people p
    join public.organisations o on o.slug = p.organisation
    join seed_people w on w.organisation = p.organisation and w.role = 'owner'
    left join public.venues v on v.slug = p.venue
    where p.role <> 'owner' order by p.position
  loop
    perform pg_temp.act_as(v_person.owner);
    v_invitation := public.invite_member(v_person.organisation_id, v_person.email, v_person.role, v_person.venue_id);
    perform pg_temp.act_as(v_person.email);
    perform public.accept_invitation(v_invitation ->> 'token');
  end loop;
  perform set_config('request.jwt.claims', '', false);
end $$;
delete from private.outbox b where b.created_at >= (select min(o.created_at) from public.organisations o where o.slug in ('example-kitchens', 'sample-street-food'));
