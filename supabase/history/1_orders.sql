-- Two weeks of orders as they might have been, thought up here and written in the next file. Chance is a hash of what is
-- being decided, so that a day has the same guests whenever and wherever it is loaded; today's come until now, and some
-- of them sit here at this moment. Prices are private.price_order's, as for every order.

create function pg_temp.dice(p_key text) returns double precision
language sql immutable as $$ select ('x' || substr(md5(p_key), 1, 7))::bit(28)::integer / 268435456.0 $$;

create temporary table seed_days as
select v.id as venue_id, v.slug, v.timezone, v.day_starts_at, now() as at, n as ago, b.today - n as day, extract(isodow from b.today - n)::integer as weekday,
  
  (b.today - n + v.day_starts_at) at time zone v.timezone as begins_at, (b.today - n + 1 + v.day_starts_at) at time zone v.timezone as ends_at
from public.venues v
cross join lateral (select private.business_date(v.timezone, v.day_starts_at, now()) as today) b
cross join generate_series(0, 13) n
where v.slug in ('example-cafe', 'example-restaurant', 'sample-food-truck');

-- ── Who comes: parties at the restaurant's tables, queues at the two counters ───────────────────────────────────────

-- When parties come and for how long, in minutes, and how full the place then is from Monday to Sunday.
create temporary table seed_sittings (sitting integer, starts time, spread integer, stay integer, more integer, fullness double precision[]);
insert into seed_sittings values
  (1, '12:00', 35, 45, 25, '{.32,.34,.38,.42,.56,.76,.84}'), (2, '13:50', 30, 42, 20, '{.08,.10,.13,.15,.28,.52,.58}'),
  (3, '17:45', 30, 64, 15, '{.36,.40,.44,.52,.74,.80,.44}'), (4, '19:40', 30, 66, 20, '{.30,.38,.45,.56,.88,.92,.28}'),
  (5, '21:40', 20, 45, 15, '{.03,.05,.10,.15,.45,.52,.04}');
create temporary table seed_parties as
select gen_random_uuid() as id, d.*, p.key, t.id as table_id, t.label, p.sitting, p.opened_at, p.closed_at,
  case t.seats when 2 then case when pg_temp.dice(p.key || 'size') < .15 then 1 else 2 end
    when 4 then 2 + floor(3 * pg_temp.dice(p.key || 'size'))::integer else 3 + floor(4 * pg_temp.dice(p.key || 'size'))::integer end as guests
from seed_days d
join public.tables t on t.venue_id = d.venue_id
cross join lateral (
  select k.key, s.sitting, o.opened_at, o.opened_at + make_interval(secs => round(60 * (s.stay + s.more * pg_temp.dice(k.key || 'stay')))) as closed_at
  from seed_sittings s
  cross join lateral (select concat(d.slug, d.day, t.label, '/', s.sitting) as key) k
  cross join lateral (
    select (d.day + s.starts + make_interval(secs => round(60 * s.spread * pg_temp.dice(k.key || 'opened')))) at time zone d.timezone as opened_at) o
  where pg_temp.dice(k.key || 'comes') < s.fullness[d.weekday]
  union all
  -- At this moment: minutes since they sat down. Nobody is at these tables twice, or before the day began.
  select concat(d.slug, d.day, 'now', l.label), 0, greatest(d.at - make_interval(mins => l.minutes), d.begins_at), null
  from (values ('2', 66), ('4', 31), ('7', 22), ('12', 18), ('9', 13), ('11', 8), ('5', 4)) l (label, minutes) where d.ago = 0 and l.label = t.label
) p
where p.closed_at is null or d.ago > 0 or p.closed_at < d.at - interval '75 minutes';

create temporary table seed_hours (slug text, hour integer, weekday double precision, weekend double precision);
insert into seed_hours values
  ('example-cafe', 7, 5, 0), ('example-cafe', 8, 17, 6), ('example-cafe', 9, 14, 12), ('example-cafe', 10, 11, 16), ('example-cafe', 11, 8, 15),
  ('example-cafe', 12, 13, 12), ('example-cafe', 13, 12, 10), ('example-cafe', 14, 8, 9), ('example-cafe', 15, 8, 9), ('example-cafe', 16, 5, 6),
  ('sample-food-truck', 11, 8, 7), ('sample-food-truck', 12, 21, 16), ('sample-food-truck', 13, 14, 15), ('sample-food-truck', 14, 3, 6),
  ('sample-food-truck', 17, 7, 9), ('sample-food-truck', 18, 15, 20), ('sample-food-truck', 19, 12, 18), ('sample-food-truck', 20, 4, 9);
create temporary table seed_orders as
with counters as (
  -- How many orders a counter has from Monday to Sunday: the truck stays at home on Mondays.
  select d.*, concat(d.slug, d.day, '#', n) as key
  from seed_days d
  join (values ('example-cafe', '{20,21,22,22,25,30,23}'::integer[]), ('sample-food-truck', '{0,10,11,12,15,18,12}')) c (slug, orders) on c.slug = d.slug
  cross join lateral generate_series(1, round(c.orders[d.weekday] * (.9 + .2 * pg_temp.dice(concat(d.slug, d.day))))::integer) n
), timed as (
  select c.*, (c.day + make_interval(secs => 3600 * h.hour + floor(3600 * pg_temp.dice(c.key || 'minute')))) at time zone c.timezone as placed_at
  from counters c
  join (
    select e.slug, e.hour, w.is_weekend, sum(w.weight) over before / sum(w.weight) over whole - w.weight / sum(w.weight) over whole as low, sum(w.weight) over before / sum(w.weight) over whole as high
    from seed_hours e cross join lateral (values (false, e.weekday), (true, e.weekend)) w (is_weekend, weight)
    window whole as (partition by e.slug, w.is_weekend), before as (partition by e.slug, w.is_weekend order by e.hour)
  ) h on h.slug = c.slug and h.is_weekend = (c.weekday > 5) and pg_temp.dice(c.key || 'hour') >= h.low and pg_temp.dice(c.key || 'hour') < h.high
), wanted as (
  select t.key, null::uuid as party_id, null::uuid as table_id, null::timestamptz as closed_at, t.venue_id, t.slug, t.day, t.ago, t.at, t.timezone, t.weekday,
    t.placed_at, 1 as round, 1 + (pg_temp.dice(t.key || 'two') > .68)::integer as guests, false as is_live
  from timed t where t.ago > 0 or t.placed_at < t.at - interval '40 minutes'
  union all
  select concat(d.slug, d.day, 'now', l.seconds), null, null, null, d.venue_id, d.slug, d.day, d.ago, d.at, d.timezone, d.weekday,
    greatest(d.at - make_interval(secs => l.seconds), d.begins_at), 1, 1, true
  from seed_days d cross join (values (620), (430), (290), (170), (80), (35)) l (seconds) where d.ago = 0 and d.slug <> 'example-restaurant'
  union all
  select concat(p.key, '.', r.round), p.id, p.table_id, p.closed_at, p.venue_id, p.slug, p.day, p.ago, p.at, p.timezone, p.weekday,
    -- They order soon after sitting down, and most of them again when they have eaten.
    case when p.sitting = 0 then greatest(p.at - r.live, p.opened_at) when r.round = 1 then p.opened_at + make_interval(secs => 240 + floor(300 * pg_temp.dice(p.key || 'first')))
      else p.opened_at + (p.closed_at - p.opened_at) * (.56 + .1 * pg_temp.dice(p.key || 'second')) end,
    r.round, p.guests, p.sitting = 0
  from seed_parties p
  cross join lateral (
    select 1 as round, case p.label when '2' then interval '60 minutes' when '4' then interval '22 minutes' when '7' then interval '14 minutes' when '12' then interval '9 minutes'
      when '9' then interval '5 minutes' when '11' then interval '40 seconds' end as live
    union all select 2, case p.label when '2' then interval '3 minutes' end) r
  where (r.round = 1 or pg_temp.dice(p.key || 'again') < .58 or p.label = '2') and (p.sitting > 0 or r.live is not null)
)
select gen_random_uuid() as id, w.*, row_number() over (partition by w.venue_id, w.day order by w.placed_at, w.key)::integer as number,
  extract(hour from w.placed_at at time zone w.timezone)::integer as hour, h.source, h.fulfilment, h.payment_mode,
  -- Who scans at a counter has a session of their own.
  coalesce(w.party_id, case when h.source = 'qr' then gen_random_uuid() end) as session_id
from (select w.*, pg_temp.dice(w.key || 'how') as how from wanted w) w
cross join lateral (
  select s.source, case when w.table_id is not null then 'table' when s.source = 'counter' or w.how > .85 then 'counter' else 'collection' end as fulfilment,
    case when w.table_id is not null then 'pay_later' when s.source = 'counter' then 'pay_at_till'
      when w.how > .80 or w.slug <> 'example-cafe' then 'pay_now' else 'pay_at_till' end as payment_mode
  from (select case when w.table_id is null then case when w.how < .64 then 'counter' else 'qr' end when w.how < .45 then 'pos' else 'qr' end as source) s
) h;

-- ── What they want: a kind of dish for each, then the dish, then its choices ────────────────────────────────────────

create temporary table seed_dishes as
select i.venue_id, i.id as item_id, i.name, k.kind,
  sum(w.weight) over before / sum(w.weight) over whole - w.weight / sum(w.weight) over whole as low, sum(w.weight) over before / sum(w.weight) over whole as high
from public.menu_items i
join public.menu_categories c on c.venue_id = i.venue_id and c.id = i.category_id
join (values ('Coffee and tea', 'hot'), ('Cold drinks', 'cold'), ('Breakfast', 'breakfast'), ('Lunch', 'lunch'), ('Cakes', 'cake'), ('To take away, cold', 'bag'),
  ('To start', 'starter'), ('From the grill', 'main'), ('Burgers', 'main'), ('Mains', 'main'), ('Sides', 'side'), ('Puddings', 'pudding'),
  ('Soft drinks', 'soft'), ('Beer, wine and cocktails', 'alcohol'), ('Tacos and burritos', 'street'), ('Cold, to take away', 'bag'), ('Drinks', 'soft')) k (category, kind)
  on k.category = c.name
join public.venues v on v.id = i.venue_id and v.slug in ('example-cafe', 'example-restaurant', 'sample-food-truck')
left join (values ('Flat white', 9), ('Latte', 8), ('Cappuccino', 6), ('Long black', 4), ('Pot of tea', 5), ('Bacon roll', 5), ('Avocado toast', 4), ('Full breakfast', 3),
  ('Cheese toastie', 5), ('Soup of the day', 4), ('Carrot cake', 4), ('Chocolate brownie', 4), ('Cream tea', 1), ('Coffee beans', 1), ('Sourdough loaf', 1), ('House burger', 8),
  ('Fish and chips', 7), ('Chicken burger', 4), ('Rib-eye steak', 3), ('Half chicken', 4), ('Roast salmon', 3), ('Chips', 6), ('Sticky toffee pudding', 5), ('Lager', 5),
  ('House white', 4), ('House red', 4), ('Negroni', 2), ('Three tacos', 8), ('Burrito', 7), ('Burrito bowl', 4), ('Churros', 1), ('Lime soda', 4), ('Tortilla chips', 4)) p (name, weight)
  on p.name = i.name
cross join lateral (select coalesce(p.weight, 2)::double precision as weight) w
where i.name <> 'Jacket potato' -- is off today, and nobody has missed it
window whole as (partition by i.venue_id, k.kind), before as (partition by i.venue_id, k.kind order by i.position, i.name);

create temporary table seed_lines as
with wants as (
  select o.id, o.venue_id, o.key, g, k.kind, k.course, concat(o.key, g, k.kind) as want
  from seed_orders o
  cross join lateral generate_series(1, o.guests) g
  join (values ('example-restaurant', 1, 'starter', 1), ('example-restaurant', 1, 'main', 2), ('example-restaurant', 1, 'side', 2), ('example-restaurant', 1, 'soft', 1),
    ('example-restaurant', 1, 'alcohol', 1), ('example-restaurant', 2, 'pudding', 1), ('example-restaurant', 2, 'soft', 1), ('example-restaurant', 2, 'alcohol', 1),
    ('example-cafe', 1, 'hot', 1), ('example-cafe', 1, 'cold', 1), ('example-cafe', 1, 'breakfast', 1), ('example-cafe', 1, 'lunch', 1), ('example-cafe', 1, 'cake', 1),
    ('example-cafe', 1, 'bag', 1), ('sample-food-truck', 1, 'street', 1), ('sample-food-truck', 1, 'soft', 1), ('sample-food-truck', 1, 'bag', 1)) k (slug, round, kind, course)
    on k.slug = o.slug and k.round = o.round
  where pg_temp.dice(concat(o.key, g, k.kind, '?')) < case
    when k.kind in ('main', 'street') then 1
    when g = 1 and (o.round = 2 and k.kind = 'pudding') then 1
    when k.kind = 'starter' then case when o.is_live and o.placed_at > o.at - interval '8 minutes' then 0 when o.hour < 16 then .22 else .42 end
    when k.kind = 'side' then .34
    when k.kind = 'alcohol' then case when o.hour < 16 then .34 else .74 end
    when k.kind = 'soft' then case when o.hour < 16 then .62 else .36 end
    when k.kind = 'pudding' then .4
    when k.kind = 'hot' then case when g = 1 then 1 else .8 end
    when k.kind = 'cold' then .13
    when k.kind = 'breakfast' then case when o.hour < 11 then .36 when o.hour = 11 then .18 else 0 end
    when k.kind = 'lunch' then case when o.hour between 12 and 13 then .48 when o.hour in (11, 14) then .2 else 0 end
    when k.kind = 'cake' then case when o.hour < 11 then .14 when o.hour < 14 then .16 else .42 end
    else .12 end
), dishes as (
  select w.*, d.item_id, coalesce((
    -- One of what must be chosen, the first more often where others cost more; one of four adds something optional.
    select jsonb_agg(c.option_id order by c.option_id)
    from public.menu_item_modifier_groups m
    join public.modifier_groups g on g.venue_id = m.venue_id and g.id = m.group_id
    cross join lateral (select pg_temp.dice(w.want || g.name) as luck, pg_temp.dice(w.want || g.name || 'which') as which) r
    cross join lateral (
      select o.id as option_id from (
        select o.id, row_number() over (order by o.position) - 1 as n, count(*) over () as of, bool_or(o.price_delta_minor > 0) over () as costs
        from public.modifier_options o where o.venue_id = m.venue_id and o.group_id = m.group_id) o
      where o.n = floor(o.of * case when o.costs and g.min_choices > 0 then r.which ^ 2 else r.which end)) c
    where m.venue_id = w.venue_id and m.menu_item_id = d.item_id and (g.min_choices > 0 or r.luck < .25)), '[]') as options
  from wants w
  join seed_dishes d on d.venue_id = w.venue_id and d.kind = w.kind and pg_temp.dice(w.want) >= d.low and pg_temp.dice(w.want) < d.high
)
select d.id as order_id, d.venue_id, d.item_id, d.options, count(*)::integer as quantity, min(d.want) as want,
  max(d.course) as course
from dishes d group by d.id, d.venue_id, d.item_id, d.options;
-- Without a starter everything is cooked at once.
update seed_lines l set course = 1
where l.course = 2 and not exists (
  select 1 from seed_lines s join seed_dishes d on d.venue_id = s.venue_id and d.item_id = s.item_id and d.kind = 'starter' where s.order_id = l.order_id);
