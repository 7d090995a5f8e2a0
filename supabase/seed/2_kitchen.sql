-- What the dishes are: allergens, diets and spice, names in other languages, recipes with what they cost. Then tables, QR
-- codes, discounts, questions, and the publication of all of it.

create temporary table seed_labels (name text, allergens text[], tags text[] default '{}', spice integer default 0);
insert into seed_labels (name, allergens, tags) values
  ('Espresso', '{}', '{vegan}'), ('Long black', '{}', '{vegan}'), ('Flat white', '{milk}', '{vegetarian}'),
  ('Cappuccino', '{milk,soya}', '{vegetarian}'), ('Latte', '{milk}', '{vegetarian}'), ('Mocha', '{milk,soya}', '{vegetarian}'),
  ('Hot chocolate', '{milk,soya}', '{vegetarian}'), ('Chai latte', '{milk}', '{vegetarian}'), ('Pot of tea', '{}', '{vegetarian}'),
  ('Iced latte', '{milk}', '{vegetarian}'), ('Orange juice', '{}', '{vegan}'), ('Elderflower pressé', '{}', '{vegan}'),
  ('Mineral water', '{}', '{vegan}'), ('Full breakfast', '{eggs,gluten,sulphites}', '{}'),
  ('Garden breakfast', '{eggs,gluten,milk}', '{vegetarian}'), ('Eggs on toast', '{eggs,gluten,milk}', '{vegetarian}'),
  ('Avocado toast', '{gluten,sesame}', '{vegan}'), ('Bacon roll', '{gluten,milk}', '{}'), ('Porridge', '{gluten,milk,nuts}', '{vegetarian}'),
  ('Soup of the day', '{celery,gluten,milk}', '{vegetarian}'), ('Cheese toastie', '{gluten,milk}', '{vegetarian}'),
  ('Chicken club sandwich', '{eggs,gluten,mustard}', '{}'), ('Warm halloumi salad', '{milk}', '{gluten_free,vegetarian}'),
  ('Jacket potato', '{milk}', '{gluten_free,vegetarian}'), ('Carrot cake', '{eggs,gluten,milk,nuts}', '{vegetarian}'),
  ('Chocolate brownie', '{eggs,milk,soya}', '{gluten_free,vegetarian}'), ('Lemon drizzle cake', '{eggs,gluten,milk}', '{vegetarian}'),
  ('Cream tea', '{eggs,gluten,milk}', '{vegetarian}'), ('Cheese and pickle sandwich', '{gluten,milk,mustard,sulphites}', '{vegetarian}'),
  ('Tuna sandwich', '{eggs,fish,gluten,mustard}', '{}'), ('Falafel wrap', '{gluten,sesame}', '{vegan}'),
  ('Carrot cake, boxed', '{eggs,gluten,milk,nuts}', '{vegetarian}'), ('Sourdough loaf', '{gluten}', '{vegan}'),
  ('Coffee beans', '{}', '{vegan}'), ('Crisps', '{}', '{vegan}'),
  ('Sourdough and butter', '{gluten,milk}', '{vegetarian}'), ('Nocellara olives', '{}', '{gluten_free,vegan}'),
  ('Burrata', '{milk}', '{gluten_free,vegetarian}'), ('Prawn cocktail', '{crustaceans,eggs,fish,mustard}', '{}'),
  ('Chicken liver parfait', '{gluten,milk,sulphites}', '{}'), ('Rib-eye steak', '{}', '{gluten_free}'), ('Sirloin steak', '{}', '{gluten_free}'),
  ('Half chicken', '{}', '{gluten_free}'), ('Grilled cauliflower', '{nuts}', '{gluten_free,vegan}'),
  ('House burger', '{eggs,gluten,milk,mustard,sesame}', '{}'), ('Chicken burger', '{eggs,gluten,milk,mustard,sesame}', '{}'),
  ('Mushroom burger', '{eggs,gluten,milk,sesame}', '{vegetarian}'), ('Fish and chips', '{eggs,fish,gluten,mustard}', '{}'),
  ('Pie of the day', '{celery,eggs,gluten,milk}', '{}'), ('Wild mushroom risotto', '{celery,milk}', '{gluten_free}'),
  ('Roast salmon', '{fish,milk}', '{gluten_free}'), ('Chips', '{}', '{gluten_free,vegan}'), ('Onion rings', '{gluten}', '{vegan}'),
  ('Tenderstem broccoli', '{}', '{gluten_free,vegan}'), ('House salad', '{mustard}', '{gluten_free,vegan}'),
  ('Sticky toffee pudding', '{eggs,gluten,milk}', '{vegetarian}'), ('Chocolate tart', '{eggs,gluten,milk,soya}', '{vegetarian}'),
  ('Cheese board', '{gluten,milk,sulphites}', '{}'), ('Lemonade', '{}', '{vegan}'), ('Cola', '{}', '{vegan}'),
  ('Lager', '{gluten}', '{}'), ('Pale ale', '{gluten}', '{}'), ('House white', '{sulphites}', '{}'), ('House red', '{sulphites}', '{}'),
  ('Negroni', '{sulphites}', '{}'), ('Three tacos', '{}', '{}'), ('Burrito', '{gluten}', '{}'), ('Burrito bowl', '{}', '{}'),
  ('Loaded nachos', '{milk}', '{vegetarian}'), ('Churros', '{eggs,gluten,milk,soya}', '{vegetarian}'), ('Lime soda', '{}', '{vegan}'),
  ('Bean salad pot', '{}', '{gluten_free,vegan}'), ('Guacamole pot', '{}', '{gluten_free,vegan}'), ('Tortilla chips', '{}', '{vegan}');
update seed_labels l set spice = s.spice from (values ('Loaded nachos', 2), ('Tenderstem broccoli', 1), ('Avocado toast', 1)) s (name, spice)
where l.name = s.name;
update public.menu_items m set allergens = l.allergens, dietary_tags = l.tags, spice = l.spice
from seed_labels l, public.venues v where m.name = l.name and v.id = m.venue_id and v.slug in ('example-cafe', 'example-restaurant', 'sample-food-truck');

-- ── Other languages; what is missing falls back to English ──────────────────────────────────────────────────────────

create temporary table seed_words (venue text, name text, fr text, es text);
insert into seed_words values
  ('example-restaurant', 'To start', 'Entrées', 'Entrantes'), ('example-restaurant', 'From the grill', 'Au gril', 'A la parrilla'),
  ('example-restaurant', 'Burgers', 'Burgers', 'Hamburguesas'), ('example-restaurant', 'Mains', 'Plats', 'Platos principales'),
  ('example-restaurant', 'Sides', 'Accompagnements', 'Guarniciones'), ('example-restaurant', 'Puddings', 'Desserts', 'Postres'),
  ('example-restaurant', 'Soft drinks', 'Boissons sans alcool', 'Refrescos'),
  ('example-restaurant', 'Beer, wine and cocktails', 'Bières, vins et cocktails', 'Cervezas, vinos y cócteles'),
  ('example-restaurant', 'Sourdough and butter', 'Pain au levain et beurre', 'Pan de masa madre y mantequilla'),
  ('example-restaurant', 'Nocellara olives', 'Olives Nocellara', 'Aceitunas Nocellara'), ('example-restaurant', 'Burrata', 'Burrata', 'Burrata'),
  ('example-restaurant', 'Prawn cocktail', 'Cocktail de crevettes', 'Cóctel de gambas'),
  ('example-restaurant', 'Chicken liver parfait', 'Parfait de foies de volaille', 'Parfait de hígado de pollo'),
  ('example-restaurant', 'Rib-eye steak', 'Entrecôte', 'Entrecot'), ('example-restaurant', 'Sirloin steak', 'Faux-filet', 'Solomillo bajo'),
  ('example-restaurant', 'Half chicken', 'Demi-poulet', 'Medio pollo'), ('example-restaurant', 'Grilled cauliflower', 'Chou-fleur grillé', 'Coliflor a la parrilla'),
  ('example-restaurant', 'House burger', 'Burger maison', 'Hamburguesa de la casa'), ('example-restaurant', 'Chicken burger', 'Burger au poulet', 'Hamburguesa de pollo'),
  ('example-restaurant', 'Mushroom burger', 'Burger aux champignons', 'Hamburguesa de champiñones'),
  ('example-restaurant', 'Fish and chips', 'Poisson frit et frites', 'Pescado frito con patatas'), ('example-restaurant', 'Pie of the day', 'Tourte du jour', 'Pastel salado del día'),
  ('example-restaurant', 'Wild mushroom risotto', 'Risotto aux champignons des bois', 'Risotto de setas silvestres'),
  ('example-restaurant', 'Roast salmon', 'Saumon rôti', 'Salmón asado'), ('example-restaurant', 'Chips', 'Frites', 'Patatas fritas'),
  ('example-restaurant', 'Onion rings', 'Rondelles d''oignon', 'Aros de cebolla'), ('example-restaurant', 'Tenderstem broccoli', 'Jeunes brocolis', 'Bimi'),
  ('example-restaurant', 'House salad', 'Salade maison', 'Ensalada de la casa'),
  ('example-restaurant', 'Sticky toffee pudding', 'Gâteau aux dattes et caramel', 'Pudin de dátiles y tofe'),
  ('example-restaurant', 'Chocolate tart', 'Tarte au chocolat', 'Tarta de chocolate'), ('example-restaurant', 'Cheese board', 'Assiette de fromages', 'Tabla de quesos'),
  ('example-restaurant', 'Mineral water', 'Eau minérale', 'Agua mineral'), ('example-restaurant', 'Lemonade', 'Citronnade', 'Limonada'),
  ('example-restaurant', 'Lager', 'Bière blonde', 'Cerveza rubia'), ('example-restaurant', 'House white', 'Vin blanc de la maison', 'Vino blanco de la casa'),
  ('example-restaurant', 'House red', 'Vin rouge de la maison', 'Vino tinto de la casa'),
  ('example-cafe', 'Coffee and tea', 'Cafés et thés', 'Café y té'), ('example-cafe', 'Cold drinks', 'Boissons fraîches', 'Bebidas frías'),
  ('example-cafe', 'Breakfast', 'Petit déjeuner', 'Desayuno'), ('example-cafe', 'Lunch', 'Déjeuner', 'Almuerzo'), ('example-cafe', 'Cakes', 'Gâteaux', 'Tartas'),
  ('example-cafe', 'To take away, cold', 'À emporter, froid', 'Para llevar, frío'), ('example-cafe', 'Pot of tea', 'Théière', 'Tetera'),
  ('example-cafe', 'Hot chocolate', 'Chocolat chaud', 'Chocolate caliente'), ('example-cafe', 'Orange juice', 'Jus d''orange', 'Zumo de naranja'),
  ('example-cafe', 'Eggs on toast', 'Œufs sur toast', 'Huevos con tostada'), ('example-cafe', 'Avocado toast', 'Tartine à l''avocat', 'Tostada de aguacate'),
  ('example-cafe', 'Soup of the day', 'Soupe du jour', 'Sopa del día'), ('example-cafe', 'Cheese toastie', 'Croque au fromage', 'Sándwich de queso caliente'),
  ('example-cafe', 'Carrot cake', 'Gâteau aux carottes', 'Tarta de zanahoria'), ('example-cafe', 'Lemon drizzle cake', 'Cake au citron', 'Bizcocho de limón'),
  ('sample-food-truck', 'Cold, to take away', null, 'Frío, para llevar'), ('sample-food-truck', 'Drinks', null, 'Bebidas'),
  ('sample-food-truck', 'Tacos and burritos', null, 'Tacos y burritos'), ('sample-food-truck', 'Three tacos', null, 'Tres tacos'),
  ('sample-food-truck', 'Burrito bowl', null, 'Tazón de burrito'), ('sample-food-truck', 'Loaded nachos', null, 'Nachos con todo'),
  ('sample-food-truck', 'Lime soda', null, 'Refresco de lima'), ('sample-food-truck', 'Mineral water', null, 'Agua mineral'),
  ('sample-food-truck', 'Bean salad pot', null, 'Ensalada de frijoles'), ('sample-food-truck', 'Tortilla chips', null, 'Totopos');
insert into public.menu_translations (venue_id, locale, category_id, menu_item_id, name)
select v.id, t.locale, c.id, i.id, t.name
from seed_words w
join public.venues v on v.slug = w.venue
cross join lateral (values ('fr', w.fr), ('es', w.es)) t (locale, name)
left join public.menu_categories c on c.venue_id = v.id and c.name = w.name
left join public.menu_items i on i.venue_id = v.id and i.name = w.name and c.id is null
where t.name is not null;

-- ── Recipes: per portion, in g, ml or pieces; cost per 1000 of the unit. The starter plan of the truck keeps no stock ───

create temporary table seed_stock (venue text, supplier text, ingredient text, unit text, cost bigint, recipes jsonb);
insert into seed_stock values
  ('example-cafe', 'Coffee roaster', 'Coffee beans', 'g', 1900, '{"Espresso": 18, "Long black": 18, "Flat white": 18, "Cappuccino": 18, "Latte": 18, "Mocha": 18, "Iced latte": 18, "Extra shot": 9}'),
  ('example-cafe', 'Coffee roaster', 'Coffee, 250 g bags', 'each', 520000, '{"Coffee beans": 1}'),
  ('example-cafe', 'Coffee roaster', 'Tea bags', 'each', 9000, '{"Pot of tea": 2, "Chai latte": 1, "Cream tea": 2}'),
  ('example-cafe', 'Dairy', 'Milk', 'ml', 95, '{"Flat white": 130, "Cappuccino": 150, "Latte": 220, "Mocha": 200, "Hot chocolate": 250, "Chai latte": 220, "Iced latte": 200, "Porridge": 200, "Pot of tea": 40}'),
  ('example-cafe', 'Dairy', 'Oat milk', 'ml', 160, '{"Oat milk": 180}'),
  ('example-cafe', 'Dairy', 'Cheese', 'g', 980, '{"Cheese toastie": 70, "Cheese and pickle sandwich": 60, "Jacket potato": 50}'),
  ('example-cafe', 'Dairy', 'Halloumi', 'g', 1150, '{"Garden breakfast": 60, "Warm halloumi salad": 90, "Halloumi": 60}'),
  ('example-cafe', 'Grocer', 'Eggs', 'each', 28000, '{"Full breakfast": 2, "Garden breakfast": 2, "Eggs on toast": 2}'),
  ('example-cafe', 'Grocer', 'Bacon rashers', 'each', 31000, '{"Full breakfast": 2, "Bacon roll": 3, "Chicken club sandwich": 2, "Bacon": 2}'),
  ('example-cafe', 'Grocer', 'Avocados', 'each', 70000, '{"Avocado toast": 1, "Half an avocado": 0.5}'),
  ('example-cafe', 'Grocer', 'Vegetables', 'g', 240, '{"Full breakfast": 120, "Garden breakfast": 180, "Soup of the day": 250, "Warm halloumi salad": 160, "Falafel wrap": 60, "Jacket potato": 300, "Mushrooms": 80}'),
  ('example-cafe', 'Grocer', 'Chicken, cooked', 'g', 900, '{"Chicken club sandwich": 110}'),
  ('example-cafe', 'Grocer', 'Tuna', 'g', 850, '{"Tuna sandwich": 70}'),
  ('example-cafe', 'Grocer', 'Falafel', 'each', 18000, '{"Falafel wrap": 4}'),
  ('example-cafe', 'Grocer', 'Oats', 'g', 150, '{"Porridge": 60}'),
  ('example-cafe', 'Grocer', 'Chocolate powder', 'g', 950, '{"Mocha": 20, "Hot chocolate": 30, "Cappuccino": 2}'),
  ('example-cafe', 'Grocer', 'Oranges', 'each', 32000, '{"Orange juice": 3}'),
  ('example-cafe', 'Grocer', 'Soft drinks, bottled', 'each', 85000, '{"Elderflower pressé": 1, "Mineral water": 1}'),
  ('example-cafe', 'Grocer', 'Crisps, 40 g bags', 'each', 55000, '{"Crisps": 1, "Chicken club sandwich": 0.5}'),
  ('example-cafe', 'Bakery', 'Bread, sliced', 'each', 14000, '{"Full breakfast": 2, "Garden breakfast": 2, "Eggs on toast": 2, "Avocado toast": 2, "Cheese toastie": 2, "Chicken club sandwich": 3, "Soup of the day": 1, "Cheese and pickle sandwich": 2, "Tuna sandwich": 2, "Bacon roll": 1}'),
  ('example-cafe', 'Bakery', 'Sourdough loaves', 'each', 190000, '{"Sourdough loaf": 1}'),
  ('example-cafe', 'Bakery', 'Carrot cake slices', 'each', 120000, '{"Carrot cake": 1, "Carrot cake, boxed": 1}'),
  ('example-cafe', 'Bakery', 'Brownies', 'each', 95000, '{"Chocolate brownie": 1}'),
  ('example-cafe', 'Bakery', 'Lemon drizzle slices', 'each', 105000, '{"Lemon drizzle cake": 1}'),
  ('example-cafe', 'Bakery', 'Scones', 'each', 60000, '{"Cream tea": 2}'),
  ('example-restaurant', 'Butcher', 'Rib-eye, 280 g', 'each', 890000, '{"Rib-eye steak": 1}'),
  ('example-restaurant', 'Butcher', 'Sirloin, 250 g', 'each', 720000, '{"Sirloin steak": 1}'),
  ('example-restaurant', 'Butcher', 'Chickens', 'each', 680000, '{"Half chicken": 0.5}'),
  ('example-restaurant', 'Butcher', 'Chicken thighs', 'each', 95000, '{"Chicken burger": 2}'),
  ('example-restaurant', 'Butcher', 'Beef patties', 'each', 165000, '{"House burger": 1, "Second patty": 1}'),
  ('example-restaurant', 'Butcher', 'Pies', 'each', 390000, '{"Pie of the day": 1}'),
  ('example-restaurant', 'Butcher', 'Chicken livers', 'g', 620, '{"Chicken liver parfait": 90}'),
  ('example-restaurant', 'Butcher', 'Bacon rashers', 'each', 31000, '{"Bacon": 2}'),
  ('example-restaurant', 'Fishmonger', 'Haddock fillets', 'each', 390000, '{"Fish and chips": 1}'),
  ('example-restaurant', 'Fishmonger', 'Salmon fillets', 'each', 480000, '{"Roast salmon": 1}'),
  ('example-restaurant', 'Fishmonger', 'Prawns', 'g', 2400, '{"Prawn cocktail": 100}'),
  ('example-restaurant', 'Greengrocer', 'Potatoes', 'g', 110, '{"Chips": 250, "Fish and chips": 250, "House burger": 200, "Chicken burger": 200, "Mushroom burger": 200, "Rib-eye steak": 250, "Sirloin steak": 250, "Half chicken": 250, "Pie of the day": 220, "Roast salmon": 180, "Salad instead of fries": -200}'),
  ('example-restaurant', 'Greengrocer', 'Mushrooms', 'g', 780, '{"Mushroom burger": 120, "Wild mushroom risotto": 150}'),
  ('example-restaurant', 'Greengrocer', 'Cauliflowers', 'each', 140000, '{"Grilled cauliflower": 0.5}'),
  ('example-restaurant', 'Greengrocer', 'Broccoli', 'g', 620, '{"Tenderstem broccoli": 150}'),
  ('example-restaurant', 'Greengrocer', 'Onions', 'g', 120, '{"Onion rings": 200}'),
  ('example-restaurant', 'Greengrocer', 'Salad leaves', 'g', 850, '{"House salad": 80, "Prawn cocktail": 40, "Salad instead of fries": 60}'),
  ('example-restaurant', 'Greengrocer', 'Lemons', 'each', 30000, '{"Lemonade": 1, "Fish and chips": 0.25}'),
  ('example-restaurant', 'Greengrocer', 'Olives', 'g', 900, '{"Nocellara olives": 90}'),
  ('example-restaurant', 'Dairy', 'Burrata', 'each', 290000, '{"Burrata": 1}'),
  ('example-restaurant', 'Dairy', 'British cheese', 'g', 1650, '{"Cheese board": 120}'),
  ('example-restaurant', 'Dairy', 'Cheddar', 'g', 980, '{"House burger": 30, "Extra Cheddar": 30}'),
  ('example-restaurant', 'Dairy', 'Risotto rice', 'g', 320, '{"Wild mushroom risotto": 90}'),
  ('example-restaurant', 'Dairy', 'Ice cream', 'ml', 450, '{"Sticky toffee pudding": 80}'),
  ('example-restaurant', 'Bakery', 'Burger buns', 'each', 38000, '{"House burger": 1, "Chicken burger": 1, "Mushroom burger": 1}'),
  ('example-restaurant', 'Bakery', 'Sourdough loaves', 'each', 260000, '{"Sourdough and butter": 0.25, "Chicken liver parfait": 0.125}'),
  ('example-restaurant', 'Bakery', 'Toffee puddings', 'each', 135000, '{"Sticky toffee pudding": 1}'),
  ('example-restaurant', 'Bakery', 'Chocolate tart slices', 'each', 160000, '{"Chocolate tart": 1}'),
  ('example-restaurant', 'Drinks wholesaler', 'Mineral water, 750 ml', 'each', 88000, '{"Mineral water": 1}'),
  ('example-restaurant', 'Drinks wholesaler', 'Cola, 330 ml', 'each', 62000, '{"Cola": 1}'),
  ('example-restaurant', 'Drinks wholesaler', 'Lager', 'ml', 310, '{"Lager": 568, "Half": -284}'),
  ('example-restaurant', 'Drinks wholesaler', 'Pale ale', 'ml', 330, '{"Pale ale": 568, "Half": -284}'),
  ('example-restaurant', 'Drinks wholesaler', 'White wine', 'ml', 820, '{"House white": 175}'),
  ('example-restaurant', 'Drinks wholesaler', 'Red wine', 'ml', 850, '{"House red": 175}'),
  ('example-restaurant', 'Drinks wholesaler', 'Gin', 'ml', 2100, '{"Negroni": 30}'),
  ('example-restaurant', 'Drinks wholesaler', 'Vermouth and bitter', 'ml', 1500, '{"Negroni": 60}');
insert into public.suppliers (venue_id, name, email)
select distinct v.id, s.supplier, replace(lower(s.supplier), ' ', '-') || '@example.com' from seed_stock s join public.venues v on v.slug = s.venue;
insert into public.ingredients (venue_id, name, unit, cost_per_1000_minor, supplier_id)
select v.id, s.ingredient, s.unit, s.cost, u.id
from seed_stock s join public.venues v on v.slug = s.venue join public.suppliers u on u.venue_id = v.id and u.name = s.supplier;
create temporary table seed_recipes as
select v.id as venue_id, g.id as ingredient_id, r.key as name, r.value::numeric as quantity
from seed_stock s
join public.venues v on v.slug = s.venue
join public.ingredients g on g.venue_id = v.id and g.name = s.ingredient
cross join lateral jsonb_each_text(s.recipes) r;
insert into public.recipe_lines (venue_id, menu_item_id, ingredient_id, quantity)
select r.venue_id, m.id, r.ingredient_id, r.quantity
from seed_recipes r join public.menu_items m on m.venue_id = r.venue_id and m.name = r.name;
insert into public.option_recipe_lines (venue_id, option_id, ingredient_id, quantity)
select r.venue_id, o.id, r.ingredient_id, r.quantity
from seed_recipes r join public.modifier_options o on o.venue_id = r.venue_id and o.name = r.name;

-- What was there when they began to count: eight portions of whatever takes most of it.
insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, reason, created_at)
select i.venue_id, i.id, 'receive', case when i.name in ('Burrata', 'Lemon drizzle slices') then 2 else ceil(8 * r.most) end, 'opening stock', now() - interval '15 days'
from public.ingredients i join (select r.ingredient_id, max(r.quantity) as most from seed_recipes r group by r.ingredient_id) r on r.ingredient_id = i.id;

-- ── Tables, questions, and everything that goes live by RPC ──────────────────────────────────────────────

insert into public.tables (venue_id, label, seats, area)
select v.id, n::text, case when n % 4 = 0 then 6 when n % 2 = 0 then 4 else 2 end, case when n <= 9 then 'Inside' else 'Terrace' end
from public.venues v cross join generate_series(1, 12) n where v.slug = 'example-restaurant';
insert into public.feedback_questions (venue_id, kind, prompt, choices, position)
select v.id, q.kind, q.prompt, q.choices, q.position
from public.venues v
cross join (values (1, 'stars', 'How was it?', null::text[]), (2, 'choice', 'Would you come again?', '{Yes,Perhaps,No}'),
  (3, 'text', 'What should we know?', null)) q (position, kind, prompt, choices)
where v.slug in ('example-cafe', 'example-restaurant', 'sample-food-truck');

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
  perform set_config('request.jwt.claims', '', false);
end $$;
drop table seed_people, seed_categories, seed_items, seed_choices, seed_labels, seed_words, seed_stock, seed_recipes;
