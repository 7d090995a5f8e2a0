-- What the three venues sell: categories with their stations, items with choices, allergens, diets and spice. Amounts are
-- minor units: pence with VAT in London, where 20 % is due on everything eaten in, on hot food and on drinks, and nothing
-- on cold food to take away, but for crisps; cents without tax in Texas, where 8.25 % comes on top.

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
  ('sample-food-truck', 'Tacos and burritos', 'Three tacos', 'Corn tortillas, onion, coriander', 1350, '{Filling,Heat,Extras}'),
  ('sample-food-truck', 'Tacos and burritos', 'Burrito', 'Rice, black beans, salsa', 1450, '{Filling,Heat,Extras}'),
  ('sample-food-truck', 'Tacos and burritos', 'Burrito bowl', 'No tortilla, more salad', 1450, '{Filling,Heat,Extras}'),
  ('sample-food-truck', 'Tacos and burritos', 'Loaded nachos', 'Cheese sauce, jalapeños, pico de gallo', 1150, '{Heat,Extras}'),
  ('sample-food-truck', 'Tacos and burritos', 'Churros', 'Cinnamon sugar, chocolate dip', 750, '{}'),
  ('sample-food-truck', 'Drinks', 'Lime soda', '12 oz', 350, '{}'),
  ('sample-food-truck', 'Drinks', 'Mineral water', '16 oz', 250, '{}');
insert into seed_items (venue, category, name, description, price_minor, tax_rate_bp) values
  ('example-cafe', 'To take away, cold', 'Cheese and pickle sandwich', 'Malted bread', 480, 0),
  ('example-cafe', 'To take away, cold', 'Tuna sandwich', 'Lemon mayonnaise, cucumber', 520, 0),
  ('example-cafe', 'To take away, cold', 'Falafel wrap', 'Houmous, pickled cabbage', 560, 0),
  ('example-cafe', 'To take away, cold', 'Carrot cake, boxed', 'One slice', 360, 0),
  ('example-cafe', 'To take away, cold', 'Sourdough loaf', '800 g', 450, 0),
  ('example-cafe', 'To take away, cold', 'Coffee beans', '250 g, whole', 950, 0),
  ('example-cafe', 'To take away, cold', 'Crisps', 'Sea salt, 40 g', 160, 2000),
  ('sample-food-truck', 'Cold, to take away', 'Bean salad pot', 'Lime dressing', 650, 825),
  ('sample-food-truck', 'Cold, to take away', 'Guacamole pot', 'Without chips', 550, 825),
  ('sample-food-truck', 'Cold, to take away', 'Tortilla chips', '4 oz bag', 350, 825);

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
  ('sample-food-truck', 'Filling', 1, 1, '{Pulled pork,Chipotle chicken,Slow-cooked beef,Roast squash}', '{0,0,150,0}'),
  ('sample-food-truck', 'Heat', 1, 1, '{Mild,Medium,Hot}', '{0,0,0}'),
  ('sample-food-truck', 'Extras', 0, 3, '{Guacamole,Cheese,Sour cream}', '{250,150,100}');

update seed_items set tax_rate_bp = 825 where venue = 'sample-food-truck';

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
