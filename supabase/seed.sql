-- Two organisations to look around in, for people; tests make their own data. Runs once, on a database without them.
-- Never on a project that serves guests: every password and every QR token here is public.
--
-- Sign in with the password "servio-demo" as
--
--   Example Kitchens (slug example-kitchens, plan pro): Example Café, Example Restaurant
--     owner@example.com     manager@example.com     staff@example.com      all permissions of their role in both venues
--     kitchen@example.com   server@example.com      cashier@example.com
--     cafe-manager@example.com                      a manager narrowed to the café: sees nothing of the restaurant
--   Sample Street Food (slug sample-street-food, plan starter): Sample Food Truck
--     truck-owner@example.com   truck-kitchen@example.com   truck-cashier@example.com
--
-- Guests need no account. The QR tokens, for start_table_session, are
--
--   servio-demo-example-cafe-1 … -8        servio-demo-example-cafe-counter
--   servio-demo-example-restaurant-1 … -12
--   servio-demo-sample-food-truck-counter
--
-- Whatever has an RPC is made by that RPC, as the person who would call it, so that it is checked like any other call.
-- Menus and tables are plain rows, as for every client. Amounts are pence with VAT. Rates are the United Kingdom's:
-- 20 % on everything eaten in, on hot food and on drinks; 0 % on cold food to take away, but not on crisps.

-- ── People ──────────────────────────────────────────────────────────────────────────────────────────────────────────

create temporary table seed_people (position integer, email text, organisation text, role text, venue text);
insert into seed_people values
  (1, 'owner@example.com', 'example-kitchens', 'owner', null),
  (2, 'manager@example.com', 'example-kitchens', 'manager', null),
  (3, 'staff@example.com', 'example-kitchens', 'staff', null),
  (4, 'kitchen@example.com', 'example-kitchens', 'kitchen', null),
  (5, 'server@example.com', 'example-kitchens', 'server', null),
  (6, 'cashier@example.com', 'example-kitchens', 'cashier', null),
  (7, 'cafe-manager@example.com', 'example-kitchens', 'manager', 'example-cafe'),
  (8, 'truck-owner@example.com', 'sample-street-food', 'owner', null),
  (9, 'truck-kitchen@example.com', 'sample-street-food', 'kitchen', null),
  (10, 'truck-cashier@example.com', 'sample-street-food', 'cashier', null);

-- Auth reads the four token columns as text, so they are empty instead of null.
insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data,
  raw_user_meta_data, confirmation_token, recovery_token, email_change, email_change_token_new, created_at, updated_at)
select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'authenticated', 'authenticated', p.email,
  extensions.crypt('servio-demo', extensions.gen_salt('bf')), now(), '{"provider": "email", "providers": ["email"]}',
  '{}', '', '', '', '', now(), now()
from seed_people p;
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
  perform pg_temp.act_as('owner@example.com');
  v_kitchens := public.create_organisation('Example Kitchens', 'example-kitchens') ->> 'id';
  perform pg_temp.act_as('truck-owner@example.com');
  v_street_food := public.create_organisation('Sample Street Food', 'sample-street-food') ->> 'id';
  -- What a verified billing event would set: paid plans, so that nothing here turns read-only when a trial would end.
  update public.organisations o set subscription_status = 'active', tier = case o.id when v_kitchens then 'pro' else 'starter' end
  where o.id in (v_kitchens, v_street_food);

  perform public.create_venue(v_street_food, 'Sample Food Truck', 'sample-food-truck', 'food_truck');
  perform pg_temp.act_as('owner@example.com');
  perform public.create_venue(v_kitchens, 'Example Café', 'example-cafe', 'cafe');
  perform public.create_venue(v_kitchens, 'Example Restaurant', 'example-restaurant', 'restaurant');
  update public.venues v set service_type = 'counter_pickup', collection_pays_at_till = true where v.slug = 'sample-food-truck';
  update public.venues v set service_type = 'table_service', service_charge_bp = 1250 where v.slug = 'example-restaurant';

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
end $$;

-- ── Menus ───────────────────────────────────────────────────────────────────────────────────────────────────────────

create temporary table seed_categories (position integer, venue text, name text, station text, kind text);
insert into seed_categories values
  (1, 'example-cafe', 'Coffee and tea', 'Coffee bar', 'bar'),
  (2, 'example-cafe', 'Cold drinks', 'Coffee bar', 'bar'),
  (3, 'example-cafe', 'Breakfast', 'Kitchen', 'grill'),
  (4, 'example-cafe', 'Lunch', 'Kitchen', 'grill'),
  (5, 'example-cafe', 'Cakes', 'Counter', 'cold'),
  (6, 'example-cafe', 'To take away, cold', 'Counter', 'cold'),
  (1, 'example-restaurant', 'To start', 'Cold', 'cold'),
  (2, 'example-restaurant', 'From the grill', 'Grill', 'grill'),
  (3, 'example-restaurant', 'Burgers', 'Grill', 'grill'),
  (4, 'example-restaurant', 'Mains', 'Grill', 'grill'),
  (5, 'example-restaurant', 'Sides', 'Fryer', 'fryer'),
  (6, 'example-restaurant', 'Puddings', 'Cold', 'cold'),
  (7, 'example-restaurant', 'Soft drinks', 'Bar', 'bar'),
  (8, 'example-restaurant', 'Beer, wine and cocktails', 'Bar', 'bar'),
  (1, 'sample-food-truck', 'Tacos and burritos', 'Hot plate', 'grill'),
  (2, 'sample-food-truck', 'Cold, to take away', null, null),
  (3, 'sample-food-truck', 'Drinks', null, null);

create temporary table seed_items (position serial, venue text, category text, name text, description text,
  price_minor bigint, tax_rate_bp integer default 2000, choices text[] default '{}');
insert into seed_items (venue, category, name, description, price_minor, choices) values
  ('example-cafe', 'Coffee and tea', 'Espresso', 'Double shot', 240, '{Coffee extras}'),
  ('example-cafe', 'Coffee and tea', 'Long black', 'Double shot over hot water', 290, '{Size,Coffee extras}'),
  ('example-cafe', 'Coffee and tea', 'Flat white', 'Double shot, silky milk', 340, '{Milk,Coffee extras}'),
  ('example-cafe', 'Coffee and tea', 'Cappuccino', 'With a dusting of chocolate', 350, '{Size,Milk,Coffee extras}'),
  ('example-cafe', 'Coffee and tea', 'Latte', 'Long and milky', 360, '{Size,Milk,Coffee extras}'),
  ('example-cafe', 'Coffee and tea', 'Mocha', 'Espresso and dark chocolate', 390, '{Size,Milk,Coffee extras}'),
  ('example-cafe', 'Coffee and tea', 'Hot chocolate', 'Whipped cream on request', 370, '{Size,Milk}'),
  ('example-cafe', 'Coffee and tea', 'Chai latte', 'Black tea, spices, steamed milk', 370, '{Size,Milk}'),
  ('example-cafe', 'Coffee and tea', 'Pot of tea', 'Breakfast, Earl Grey, green or peppermint', 290, '{}'),
  ('example-cafe', 'Cold drinks', 'Iced latte', 'Double shot, cold milk, ice', 390, '{Milk,Coffee extras}'),
  ('example-cafe', 'Cold drinks', 'Orange juice', 'Pressed this morning', 380, '{}'),
  ('example-cafe', 'Cold drinks', 'Elderflower pressé', 'Sparkling', 310, '{}'),
  ('example-cafe', 'Cold drinks', 'Mineral water', 'Still or sparkling, 330 ml', 210, '{}'),
  ('example-cafe', 'Breakfast', 'Full breakfast', 'Eggs, bacon, sausage, tomato, beans, toast', 1250, '{Eggs,Bread,Breakfast extras}'),
  ('example-cafe', 'Breakfast', 'Garden breakfast', 'Eggs, halloumi, mushrooms, tomato, beans, toast', 1190, '{Eggs,Bread,Breakfast extras}'),
  ('example-cafe', 'Breakfast', 'Eggs on toast', 'Two free-range eggs', 850, '{Eggs,Bread,Breakfast extras}'),
  ('example-cafe', 'Breakfast', 'Avocado toast', 'Lime, chilli, seeds', 950, '{Bread,Breakfast extras}'),
  ('example-cafe', 'Breakfast', 'Bacon roll', 'Dry-cured back bacon', 650, '{Breakfast extras}'),
  ('example-cafe', 'Breakfast', 'Porridge', 'Honey and toasted almonds', 620, '{Milk}'),
  ('example-cafe', 'Lunch', 'Soup of the day', 'With sourdough and butter', 690, '{}'),
  ('example-cafe', 'Lunch', 'Cheese toastie', 'Mature Cheddar, spring onion', 790, '{}'),
  ('example-cafe', 'Lunch', 'Chicken club sandwich', 'Toasted, with bacon and crisps', 1080, '{Bread}'),
  ('example-cafe', 'Lunch', 'Warm halloumi salad', 'Peppers, rocket, chickpeas', 1090, '{}'),
  ('example-cafe', 'Lunch', 'Jacket potato', 'Beans or Cheddar, side salad', 820, '{}'),
  ('example-cafe', 'Cakes', 'Carrot cake', 'Cream-cheese icing', 420, '{}'),
  ('example-cafe', 'Cakes', 'Chocolate brownie', 'Gluten-free', 360, '{}'),
  ('example-cafe', 'Cakes', 'Lemon drizzle cake', 'By the slice', 380, '{}'),
  ('example-cafe', 'Cakes', 'Cream tea', 'Two scones, jam, clotted cream, pot of tea', 890, '{}'),
  ('example-restaurant', 'To start', 'Sourdough and butter', 'Cultured butter, sea salt', 450, '{}'),
  ('example-restaurant', 'To start', 'Nocellara olives', 'Marinated', 420, '{}'),
  ('example-restaurant', 'To start', 'Burrata', 'Heritage tomatoes, basil', 1050, '{}'),
  ('example-restaurant', 'To start', 'Prawn cocktail', 'Baby gem, Marie Rose, lemon', 1100, '{}'),
  ('example-restaurant', 'To start', 'Chicken liver parfait', 'Onion jam, toast', 890, '{}'),
  ('example-restaurant', 'From the grill', 'Rib-eye steak', '280 g, dry-aged, with chips', 2950, '{Cooked,Sauce}'),
  ('example-restaurant', 'From the grill', 'Sirloin steak', '250 g, with chips', 2650, '{Cooked,Sauce}'),
  ('example-restaurant', 'From the grill', 'Half chicken', 'Lemon, thyme, with chips', 1850, '{Sauce}'),
  ('example-restaurant', 'From the grill', 'Grilled cauliflower', 'Romesco, almonds, herbs', 1450, '{}'),
  ('example-restaurant', 'Burgers', 'House burger', 'Beef, Cheddar, pickles, with fries', 1550, '{Burger extras}'),
  ('example-restaurant', 'Burgers', 'Chicken burger', 'Buttermilk-fried, slaw, with fries', 1480, '{Burger extras}'),
  ('example-restaurant', 'Burgers', 'Mushroom burger', 'Portobello, halloumi, with fries', 1420, '{Burger extras}'),
  ('example-restaurant', 'Mains', 'Fish and chips', 'Beer-battered haddock, peas, tartare sauce', 1690, '{}'),
  ('example-restaurant', 'Mains', 'Pie of the day', 'Mash, greens, gravy', 1620, '{}'),
  ('example-restaurant', 'Mains', 'Wild mushroom risotto', 'Parmesan, chives', 1490, '{}'),
  ('example-restaurant', 'Mains', 'Roast salmon', 'New potatoes, samphire, butter sauce', 1980, '{}'),
  ('example-restaurant', 'Sides', 'Chips', 'Twice cooked', 480, '{}'),
  ('example-restaurant', 'Sides', 'Onion rings', 'Beer batter', 490, '{}'),
  ('example-restaurant', 'Sides', 'Tenderstem broccoli', 'Chilli, garlic', 520, '{}'),
  ('example-restaurant', 'Sides', 'House salad', 'Mustard dressing', 480, '{}'),
  ('example-restaurant', 'Puddings', 'Sticky toffee pudding', 'Vanilla ice cream', 790, '{}'),
  ('example-restaurant', 'Puddings', 'Chocolate tart', 'Crème fraîche', 820, '{}'),
  ('example-restaurant', 'Puddings', 'Cheese board', 'Three British cheeses, crackers, chutney', 1150, '{}'),
  ('example-restaurant', 'Soft drinks', 'Mineral water', 'Still or sparkling, 750 ml', 420, '{}'),
  ('example-restaurant', 'Soft drinks', 'Lemonade', 'Made here', 350, '{}'),
  ('example-restaurant', 'Soft drinks', 'Cola', '330 ml', 320, '{}'),
  ('example-restaurant', 'Beer, wine and cocktails', 'Lager', '4.4 %', 620, '{Beer size}'),
  ('example-restaurant', 'Beer, wine and cocktails', 'Pale ale', '4.0 %', 640, '{Beer size}'),
  ('example-restaurant', 'Beer, wine and cocktails', 'House white', 'Dry and crisp', 650, '{Wine size}'),
  ('example-restaurant', 'Beer, wine and cocktails', 'House red', 'Medium-bodied', 650, '{Wine size}'),
  ('example-restaurant', 'Beer, wine and cocktails', 'Negroni', 'Gin, vermouth, bitter', 1050, '{}'),
  ('sample-food-truck', 'Tacos and burritos', 'Three tacos', 'Corn tortillas, onion, coriander', 950, '{Filling,Heat,Extras}'),
  ('sample-food-truck', 'Tacos and burritos', 'Burrito', 'Rice, black beans, salsa', 1050, '{Filling,Heat,Extras}'),
  ('sample-food-truck', 'Tacos and burritos', 'Burrito bowl', 'No tortilla, more salad', 1050, '{Filling,Heat,Extras}'),
  ('sample-food-truck', 'Tacos and burritos', 'Loaded nachos', 'Cheese sauce, jalapeños, pico de gallo', 850, '{Heat,Extras}'),
  ('sample-food-truck', 'Tacos and burritos', 'Churros', 'Cinnamon sugar, chocolate dip', 550, '{}'),
  ('sample-food-truck', 'Drinks', 'Lime soda', '330 ml', 280, '{}'),
  ('sample-food-truck', 'Drinks', 'Mineral water', '500 ml', 200, '{}');
insert into seed_items (venue, category, name, description, price_minor, tax_rate_bp) values
  ('example-cafe', 'To take away, cold', 'Cheese and pickle sandwich', 'Malted bread', 480, 0),
  ('example-cafe', 'To take away, cold', 'Tuna sandwich', 'Lemon mayonnaise, cucumber', 520, 0),
  ('example-cafe', 'To take away, cold', 'Falafel wrap', 'Houmous, pickled cabbage', 560, 0),
  ('example-cafe', 'To take away, cold', 'Carrot cake, boxed', 'One slice', 360, 0),
  ('example-cafe', 'To take away, cold', 'Sourdough loaf', '800 g', 450, 0),
  ('example-cafe', 'To take away, cold', 'Coffee beans', '250 g, whole', 950, 0),
  ('example-cafe', 'To take away, cold', 'Crisps', 'Sea salt, 40 g', 160, 2000),
  ('sample-food-truck', 'Cold, to take away', 'Bean salad pot', 'Lime dressing', 450, 0),
  ('sample-food-truck', 'Cold, to take away', 'Guacamole pot', 'Without chips', 350, 0),
  ('sample-food-truck', 'Cold, to take away', 'Tortilla chips', '100 g bag', 220, 2000);

create temporary table seed_choices (venue text, name text, min_choices integer, max_choices integer, options text[], deltas integer[]);
insert into seed_choices values
  ('example-cafe', 'Milk', 1, 1, '{Whole milk,Semi-skimmed milk,Oat milk,Soya milk}', '{0,0,40,40}'),
  ('example-cafe', 'Size', 1, 1, '{Regular,Large}', '{0,60}'),
  ('example-cafe', 'Coffee extras', 0, 3, '{Extra shot,Vanilla syrup,Decaffeinated}', '{60,50,0}'),
  ('example-cafe', 'Eggs', 1, 1, '{Poached,Scrambled,Fried}', '{0,0,0}'),
  ('example-cafe', 'Bread', 1, 1, '{Sourdough,Wholemeal,White,Gluten-free}', '{0,0,0,100}'),
  ('example-cafe', 'Breakfast extras', 0, 4, '{Mushrooms,Half an avocado,Bacon,Halloumi}', '{150,250,220,280}'),
  ('example-restaurant', 'Cooked', 1, 1, '{Rare,Medium rare,Medium,Well done}', '{0,0,0,0}'),
  ('example-restaurant', 'Sauce', 0, 2, '{Peppercorn,Béarnaise,Garlic butter}', '{250,250,150}'),
  ('example-restaurant', 'Burger extras', 0, 4, '{Bacon,Extra Cheddar,Second patty,Salad instead of fries}', '{200,120,450,-100}'),
  ('example-restaurant', 'Beer size', 1, 1, '{Pint,Half}', '{0,-300}'),
  ('example-restaurant', 'Wine size', 1, 1, '{175 ml,250 ml,Bottle}', '{0,220,1950}'),
  ('sample-food-truck', 'Filling', 1, 1, '{Pulled pork,Chipotle chicken,Slow-cooked beef,Roast squash}', '{0,0,100,0}'),
  ('sample-food-truck', 'Heat', 1, 1, '{Mild,Medium,Hot}', '{0,0,0}'),
  ('sample-food-truck', 'Extras', 0, 3, '{Guacamole,Cheese,Sour cream}', '{180,120,100}');

insert into public.kitchen_stations (venue_id, name, kind)
select distinct v.id, c.station, c.kind from seed_categories c join public.venues v on v.slug = c.venue where c.station is not null;
insert into public.menu_categories (venue_id, name, position, station_id)
select v.id, c.name, c.position, s.id
from seed_categories c
join public.venues v on v.slug = c.venue
left join public.kitchen_stations s on s.venue_id = v.id and s.name = c.station;
insert into public.menu_items (venue_id, category_id, name, description, price_minor, tax_rate_bp, position)
select v.id, c.id, i.name, i.description, i.price_minor, i.tax_rate_bp, i.position
from seed_items i
join public.venues v on v.slug = i.venue
join public.menu_categories c on c.venue_id = v.id and c.name = i.category;
insert into public.modifier_groups (venue_id, name, min_choices, max_choices)
select v.id, c.name, c.min_choices, c.max_choices from seed_choices c join public.venues v on v.slug = c.venue;
insert into public.modifier_options (venue_id, group_id, name, price_delta_minor, position)
select v.id, g.id, o.name, o.delta, o.position
from seed_choices c
join public.venues v on v.slug = c.venue
join public.modifier_groups g on g.venue_id = v.id and g.name = c.name
cross join lateral unnest(c.options, c.deltas) with ordinality as o (name, delta, position);
insert into public.menu_item_modifier_groups (venue_id, menu_item_id, group_id, position)
select v.id, m.id, g.id, c.position
from seed_items i
join public.venues v on v.slug = i.venue
join public.menu_items m on m.venue_id = v.id and m.name = i.name
cross join lateral unnest(i.choices) with ordinality as c (name, position)
join public.modifier_groups g on g.venue_id = v.id and g.name = c.name;

-- ── Stock: recipes of what can run out ──────────────────────────────────────────────────────────────────────────────

create temporary table seed_stock (venue text, ingredient text, unit text, quantity numeric, recipes jsonb);
insert into seed_stock values
  ('example-cafe', 'Coffee beans', 'g', 6000, '{"Espresso": 18, "Long black": 18, "Flat white": 18, "Cappuccino": 18, "Latte": 18, "Mocha": 18, "Iced latte": 18}'),
  ('example-cafe', 'Milk', 'ml', 20000, '{"Flat white": 130, "Cappuccino": 150, "Latte": 220, "Mocha": 200, "Hot chocolate": 250, "Chai latte": 220, "Iced latte": 200, "Porridge": 200}'),
  ('example-cafe', 'Eggs', 'each', 180, '{"Full breakfast": 2, "Garden breakfast": 2, "Eggs on toast": 2}'),
  ('example-cafe', 'Bread, sliced', 'each', 160, '{"Full breakfast": 2, "Garden breakfast": 2, "Eggs on toast": 2, "Avocado toast": 2, "Cheese toastie": 2, "Chicken club sandwich": 3}'),
  ('example-cafe', 'Bacon rashers', 'each', 90, '{"Full breakfast": 2, "Bacon roll": 3, "Chicken club sandwich": 2}'),
  ('example-cafe', 'Carrot cake slices', 'each', 12, '{"Carrot cake": 1, "Carrot cake, boxed": 1}'),
  ('example-restaurant', 'Rib-eye, 280 g', 'each', 14, '{"Rib-eye steak": 1}'),
  ('example-restaurant', 'Sirloin, 250 g', 'each', 18, '{"Sirloin steak": 1}'),
  ('example-restaurant', 'Beef patties', 'each', 60, '{"House burger": 1}'),
  ('example-restaurant', 'Haddock fillets', 'each', 24, '{"Fish and chips": 1}'),
  ('example-restaurant', 'Potatoes', 'g', 45000, '{"Chips": 250, "Fish and chips": 250, "House burger": 200, "Chicken burger": 200, "Mushroom burger": 200, "Rib-eye steak": 250, "Sirloin steak": 250, "Half chicken": 250, "Pie of the day": 220, "Roast salmon": 180}'),
  ('example-restaurant', 'Burrata', 'each', 10, '{"Burrata": 1}');
insert into public.ingredients (venue_id, name, unit)
select v.id, s.ingredient, s.unit from seed_stock s join public.venues v on v.slug = s.venue;
insert into public.recipe_lines (venue_id, menu_item_id, ingredient_id, quantity)
select v.id, m.id, g.id, r.value::numeric
from seed_stock s
join public.venues v on v.slug = s.venue
join public.ingredients g on g.venue_id = v.id and g.name = s.ingredient
cross join lateral jsonb_each_text(s.recipes) r
join public.menu_items m on m.venue_id = v.id and m.name = r.key;

-- ── Tables, and everything that goes live by RPC ────────────────────────────────────────────────────────────────────

insert into public.tables (venue_id, label, seats, area)
select v.id, n::text, case when n % 4 = 0 then 6 when n % 2 = 0 then 4 else 2 end, case when n <= t.inside then 'Inside' else t.outside end
from (values ('example-cafe', 8, 6, 'Pavement'), ('example-restaurant', 12, 9, 'Terrace')) as t (venue, count, inside, outside)
join public.venues v on v.slug = t.venue
cross join lateral generate_series(1, t.count) n;

do $$
declare
  v_venue record;
  v_code record;
  v_id uuid;
begin
  for v_venue in
    select v.id, v.slug, p.email as owner
    from public.venues v
    join public.organisations o on o.id = v.organisation_id
    join seed_people p on p.organisation = o.slug and p.role = 'owner'
    where v.slug in ('example-cafe', 'example-restaurant', 'sample-food-truck')
  loop
    perform pg_temp.act_as(v_venue.owner);
    perform public.publish_menu(v_venue.id);
    perform public.adjust_stock(i.id, 'receive', s.quantity, 'opening stock', 'seed-' || i.id)
    from seed_stock s join public.ingredients i on i.venue_id = v_venue.id and i.name = s.ingredient where s.venue = v_venue.slug;
    -- A token is random and shown once; these get one that this file can name.
    for v_code in
      select t.id as table_id, 'table' as kind, t.label from public.tables t where t.venue_id = v_venue.id
      union all
      select null, 'counter', 'counter' where v_venue.slug <> 'example-restaurant'
    loop
      v_id := public.rotate_qr_code(v_venue.id, v_code.kind, v_code.table_id) ->> 'qr_code_id';
      update public.qr_codes q set token_hash = private.token_hash(concat_ws('-', 'servio-demo', v_venue.slug, v_code.label))
      where q.id = v_id;
    end loop;
  end loop;
  perform pg_temp.act_as('cafe-manager@example.com');
  perform public.set_availability(m.venue_id, false, array[m.id]) from public.menu_items m where m.name = 'Jacket potato';
end $$;

select set_config('request.jwt.claims', '', false);
drop table seed_people, seed_categories, seed_items, seed_choices, seed_stock;
