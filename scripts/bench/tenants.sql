-- What every measurement runs on: many tenants with a published menu each; the first twenty have a long one, and a
-- manager. Runs as the superuser of a database that is thrown away. $venues is replaced by a number.

create schema bench;
create table bench.venues as
select i, gen_random_uuid() as venue_id, gen_random_uuid() as category_id, gen_random_uuid() as group_id, gen_random_uuid() as table_id,
  gen_random_uuid() as session_id, ('00000000-0000-4000-8000-' || lpad(to_hex((i - 1) / 20 + 1), 12, '0'))::uuid as organisation_id
from generate_series(1, $venues) i;

-- The owner of everything publishes the menus; the reader is a manager of twenty venues, one membership each.
insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-00000000be01', 'owner@bench.example.com'), ('00000000-0000-4000-8000-00000000be02', 'reader@bench.example.com');
insert into public.organisations (id, name, slug, tier, subscription_status)
select distinct organisation_id, 'Bench', 'bench-' || substr(organisation_id::text, 25), 'enterprise', 'active' from bench.venues;
insert into public.memberships (organisation_id, user_id, role)
select distinct organisation_id, '00000000-0000-4000-8000-00000000be01'::uuid, 'owner' from bench.venues;
insert into public.venues (id, organisation_id, name, slug) select venue_id, organisation_id, 'Bench', 'bench-venue-' || i from bench.venues;
insert into public.memberships (organisation_id, venue_id, user_id, role)
select organisation_id, venue_id, '00000000-0000-4000-8000-00000000be02', 'manager' from bench.venues where i <= 20;

insert into public.menu_categories (id, venue_id, name) select category_id, venue_id, 'All' from bench.venues;
insert into public.menu_items (venue_id, category_id, name, price_minor, position)
select venue_id, category_id, 'Item ' || n, 500 + 25 * n, n from bench.venues, generate_series(1, case when i <= 20 then 200 else 40 end) n;
insert into public.modifier_groups (id, venue_id, name, max_choices) select group_id, venue_id, 'Extras', 3 from bench.venues;
insert into public.modifier_options (venue_id, group_id, name, price_delta_minor, position)
select venue_id, group_id, 'Extra ' || n, 50 * n, n from bench.venues, generate_series(1, 4) n;
insert into public.menu_item_modifier_groups (venue_id, menu_item_id, group_id)
select i.venue_id, i.id, v.group_id from public.menu_items i join bench.venues v using (venue_id);
select set_config('request.jwt.claims', '{"sub":"00000000-0000-4000-8000-00000000be01","role":"authenticated"}', false);
select count(public.publish_menu(venue_id)) from bench.venues;

grant usage on schema bench to postgres, authenticated;
