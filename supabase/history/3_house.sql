-- The rest of the house in the same two weeks: what the dishes took from stock and who delivered it, who reserved, who
-- worked, what guests said, and the days that were closed. At its end the books are read again and must agree.

-- ── Stock: taken as orders take it, delivered every third day, counted once, some of it spoilt ──────────────────────

create temporary table seed_moves (venue_id uuid, ingredient_id uuid, kind text, quantity numeric, line_id uuid, reason text, moved_by uuid, at timestamptz, delivery uuid, stocktake_id uuid);
insert into seed_moves (venue_id, ingredient_id, kind, quantity, line_id, reason, at)
select u.venue_id, u.ingredient_id, k.kind, k.sign * u.quantity, u.line_id, case when k.kind <> 'sale' then 'order cancelled' end, case k.kind when 'sale' then u.sent_at else u.ends_at end
from (
  select r.venue_id, x.ingredient_id, r.line_id, sum(x.quantity) * r.quantity as quantity, s.sent_at, s.ends_at, s.fate, c.status
  from seed_rows r
  join seed_settled s on s.id = r.order_id
  join seed_states c on c.order_id = r.order_id and c.status not in ('pending_payment', 'expired')
  cross join lateral (
    select l.ingredient_id, l.quantity from public.recipe_lines l where l.venue_id = r.venue_id and l.menu_item_id = r.menu_item_id
    union all
    select l.ingredient_id, l.quantity from jsonb_array_elements(r.options) o
    join public.option_recipe_lines l on l.venue_id = r.venue_id and l.option_id = (o.value ->> 'id')::uuid) x
  group by r.venue_id, x.ingredient_id, r.line_id, r.quantity, s.sent_at, s.ends_at, s.fate, c.status having sum(x.quantity) > 0
) u
cross join lateral (values ('sale', -1, true), ('return', 1, u.status = 'cancelled'), ('waste', -1, u.status = 'cancelled' and u.fate = 'not collected')) k (kind, sign, is_so)
where k.is_so;

-- What each ingredient needs by day; two of them were not ordered again in time, and run low.
create temporary table seed_needs as
select i.venue_id, i.id as ingredient_id, i.name, i.unit, i.supplier_id, i.cost_per_1000_minor as cost, p.grain, n.by_day, n.total / 14 as average, i.on_hand,
  i.name in ('Burrata', 'Lemon drizzle slices') as is_short, d.slug
from public.ingredients i
join (select distinct d.venue_id, d.slug from seed_days d) d on d.venue_id = i.venue_id
cross join lateral (select case i.unit when 'each' then 1 else 100 end as grain) p
cross join lateral (
  select coalesce(sum(q.quantity), 0) as total, jsonb_object_agg(q.ago, q.quantity) as by_day
  from (select d.ago, -sum(m.quantity) as quantity from seed_moves m join seed_days d on d.venue_id = m.venue_id and m.at >= d.begins_at and m.at < d.ends_at
        where m.ingredient_id = i.id and m.kind = 'sale' group by d.ago) q) n;
create temporary table seed_deliveries as
select gen_random_uuid() as line_id, n.venue_id, n.ingredient_id, n.supplier_id, w.ago, d.begins_at + case w.ago when 13 then interval '1 hour' else interval '4 hours' end as at, q.quantity,
  round(q.quantity * n.cost / 1000)::bigint as cost_minor
from seed_needs n
join (values (13, 13, 11), (10, 10, 8), (7, 7, 5), (4, 4, 2), (1, 1, -1)) w (ago, first, last) on true
join seed_days d on d.venue_id = n.venue_id and d.ago = w.ago
cross join lateral (
  select n.grain * ceil(1 / n.grain::numeric * (
    case when w.ago = 1 then case when n.is_short then 0 else n.average + coalesce((n.by_day ->> '1')::numeric, 0) + coalesce((n.by_day ->> '0')::numeric, 0) end
      else (select coalesce(sum((n.by_day ->> g::text)::numeric), 0) from generate_series(case when w.ago = 4 and n.is_short then 0 else w.last end, w.first) g) end
    + case when w.ago = 13 then case when n.is_short then n.grain else n.average * 1.2 + 2 * n.grain end - n.on_hand else 0 end)) as quantity) q
where q.quantity > 0;
insert into seed_moves (venue_id, ingredient_id, kind, quantity, reason, at, delivery, moved_by)
select e.venue_id, e.ingredient_id, 'receive', e.quantity, 'delivery', e.at, e.line_id, m.user_id
from seed_deliveries e join seed_staff m on m.venue_id = e.venue_id and m.job = 'manager';
insert into seed_moves (venue_id, ingredient_id, kind, quantity, reason, at, moved_by)
select d.venue_id, n.ingredient_id, 'waste', -n.grain, (array['dropped', 'past its date', 'burnt', 'broken in delivery'])[1 + floor(4 * pg_temp.dice(d.slug || d.day || 'why'))::integer],
  d.begins_at + interval '12 hours 30 minutes', m.user_id
from seed_days d
cross join lateral (select n.* from seed_needs n where n.venue_id = d.venue_id and not n.is_short and n.average > n.grain
  order by pg_temp.dice(concat(d.slug, d.day, n.name)) limit 1) n
join seed_staff m on m.venue_id = d.venue_id and m.job = 'kitchen' where d.ago > 0;

create temporary table seed_counts as
select t.id as stocktake_id, t.venue_id, t.at, n.ingredient_id, e.expected, n.grain * floor(e.expected / n.grain * case when n.is_short then 1 else t.least + (1 - t.least) * pg_temp.dice(n.slug || n.name) end) as counted
from (select gen_random_uuid() as id, d.venue_id, d.begins_at + interval '23 hours' as at, .97 as least from seed_days d where d.ago = 6 and d.slug <> 'sample-food-truck') t
join seed_needs n on n.venue_id = t.venue_id
cross join lateral (select n.on_hand + coalesce(sum(m.quantity), 0) as expected from seed_moves m where m.ingredient_id = n.ingredient_id and m.at < t.at) e;
insert into public.stocktakes (id, venue_id, status, opened_by, opened_at, closed_by, closed_at)
select distinct c.stocktake_id, c.venue_id, 'posted', m.user_id, c.at - interval '50 minutes', m.user_id, c.at
from seed_counts c join seed_staff m on m.venue_id = c.venue_id and m.job = 'manager';
insert into public.stocktake_counts (venue_id, stocktake_id, ingredient_id, counted, expected, counted_by, counted_at)
select c.venue_id, c.stocktake_id, c.ingredient_id, c.counted, c.expected, m.user_id, c.at
from seed_counts c join seed_staff m on m.venue_id = c.venue_id and m.job = 'kitchen';
insert into seed_moves (venue_id, ingredient_id, kind, quantity, reason, at, stocktake_id, moved_by)
select c.venue_id, c.ingredient_id, 'stocktake', c.counted - c.expected, 'stocktake', c.at, c.stocktake_id, m.user_id
from seed_counts c join seed_staff m on m.venue_id = c.venue_id and m.job = 'manager' where c.counted <> c.expected;

-- One purchase order for each supplier and delivery; of the last one from two of them something is still to come.
create temporary table seed_purchases as
select gen_random_uuid() as id, p.*, p.ago = 1 and u.name in ('Grocer', 'Drinks wholesaler') as is_partial
from (select distinct e.venue_id, e.supplier_id, e.ago, e.at from seed_deliveries e) p join public.suppliers u on u.id = p.supplier_id;
insert into public.purchase_orders (id, venue_id, supplier_id, status, created_by, created_at, sent_at, closed_at, updated_at)
select p.id, p.venue_id, p.supplier_id, case when p.is_partial then 'partial' else 'received' end, m.user_id, p.at - interval '17 hours', p.at - interval '16 hours',
  case when not p.is_partial then p.at end, p.at
from seed_purchases p join seed_staff m on m.venue_id = p.venue_id and m.job = 'manager';
insert into public.purchase_order_lines (id, venue_id, purchase_order_id, ingredient_id, quantity, cost_minor, received_quantity, received_cost_minor)
select e.line_id, e.venue_id, p.id, e.ingredient_id, e.quantity * f.times, e.cost_minor * f.times, e.quantity, e.cost_minor
from seed_deliveries e
join seed_purchases p on p.venue_id = e.venue_id and p.supplier_id = e.supplier_id and p.ago = e.ago
cross join lateral (select case when p.is_partial then 2 else 1 end as times) f;
-- And one that is to come tomorrow.
with sent as (
  insert into public.purchase_orders (venue_id, supplier_id, status, created_by, created_at, sent_at)
  select u.venue_id, u.id, 'sent', m.user_id, now() - interval '3 hours', now() - interval '2 hours'
  from public.suppliers u join seed_staff m on m.venue_id = u.venue_id and m.job = 'manager' where u.name = 'Bakery' returning id, venue_id, supplier_id
)
insert into public.purchase_order_lines (venue_id, purchase_order_id, ingredient_id, quantity, cost_minor)
select s.venue_id, s.id, n.ingredient_id, n.grain * ceil(n.average * 3 / n.grain), round(n.grain * ceil(n.average * 3 / n.grain) * n.cost / 1000)
from sent s join seed_needs n on n.venue_id = s.venue_id and n.supplier_id = s.supplier_id where n.average > 0 and not n.is_short;

insert into public.stock_movements (venue_id, ingredient_id, kind, quantity, order_line_id, reason, created_by, created_at, purchase_order_line_id, stocktake_id, cost_per_1000_minor)
select m.venue_id, m.ingredient_id, m.kind, m.quantity, m.line_id, m.reason, m.moved_by, m.at, m.delivery, m.stocktake_id,
  case when m.kind = 'sale' then i.cost_per_1000_minor end -- what it cost when it was sold: prices did not move in these two weeks
from seed_moves m join public.ingredients i on i.venue_id = m.venue_id and i.id = m.ingredient_id order by m.at;
update public.ingredients i set par_level = n.grain * ceil(greatest(n.average, n.grain) * 3 / n.grain), reorder_level = n.grain * ceil(greatest(n.average, n.grain) * .8 / n.grain)
from seed_needs n where n.ingredient_id = i.id;

-- ── Reservations and the waiting list. Whoever reserves here is a party of so many, and nobody's name ───────────────

create temporary table seed_reservations as
select gen_random_uuid() as id, r.venue_id, r.table_id, r.guests, r.starts_at, r.starts_at + interval '90 minutes' as ends_at, r.status, r.session_id, r.booked_at
from (
  -- Who came as booked; in the evening the next party at the table comes two hours later.
  select p.venue_id, p.table_id, p.guests, date_bin('15 minutes', p.opened_at, '2000-01-01 00:00:00+00') as starts_at,
    case when p.closed_at is null then 'checked_in' else 'completed' end as status, p.id as session_id, p.opened_at - interval '1 day' * (1 + floor(6 * pg_temp.dice(p.key || 'ahead'))) as booked_at
  from seed_parties p where pg_temp.dice(p.key || 'booked') < case when p.sitting in (3, 4) then .45 else .12 end or p.label = '4' and p.sitting = 0
  union all
  -- Who did not, or said so before.
  select d.venue_id, t.id, 2 + floor(3 * pg_temp.dice(k.key))::integer, (d.day + time '20:00') at time zone d.timezone,
    case when pg_temp.dice(k.key || 'said') < .6 then 'cancelled' else 'no_show' end, null, d.begins_at - interval '2 days'
  from seed_days d join public.tables t on t.venue_id = d.venue_id and t.seats >= 4
  cross join lateral (select concat(d.slug, d.day, t.label, 'missed') as key) k
  where d.ago > 0 and pg_temp.dice(k.key || '?') < .12
  union all
  -- Who will come: one in a quarter of an hour, then the evenings of this week, some without a table as yet.
  select d.venue_id, t.id, least(t.seats, 4), date_bin('15 minutes', d.at + interval '24 minutes', '2000-01-01 00:00:00+00'), 'booked', null, d.at - interval '5 hours'
  from seed_days d join public.tables t on t.venue_id = d.venue_id and t.label = '8' where d.ago = 0
  union all
  select d.venue_id, case when pg_temp.dice(k.key || 'table') < .85 then t.id end, least(t.seats, 2 + floor(5 * pg_temp.dice(k.key))::integer), k.starts_at, 'booked', null, d.at - interval '1 day' * pg_temp.dice(k.key || 'ahead')
  from seed_days d
  join public.tables t on t.venue_id = d.venue_id
  cross join generate_series(0, 6) ahead
  cross join (values (time '13:00', .12), (time '18:15', .25), (time '20:00', .4)) s (starts, share)
  cross join lateral (select concat(d.slug, d.day + ahead, t.label, s.starts) as key, (d.day + ahead + s.starts) at time zone d.timezone as starts_at) k
  where d.ago = 0 and t.label <> '8' and d.slug = 'example-restaurant' and pg_temp.dice(k.key || '?') < s.share and k.starts_at > d.at + interval '2 hours'
) r where r.starts_at is not null and (r.table_id is not null or r.status = 'booked');
insert into public.reservations (id, venue_id, table_id, party_size, starts_at, ends_at, status, session_id, booked_by, created_at, updated_at)
select r.id, r.venue_id, r.table_id, r.guests, r.starts_at, r.ends_at, r.status, r.session_id, m.user_id, r.booked_at, least(greatest(r.booked_at, r.ends_at), now())
from seed_reservations r join seed_staff m on m.venue_id = r.venue_id and m.job = 'floor';
insert into public.reservation_customers (reservation_id, venue_id, name, created_at)
select r.id, r.venue_id, 'Party of ' || (array['one', 'two', 'three', 'four', 'five', 'six'])[r.guests], r.booked_at from seed_reservations r;
insert into public.waiting_parties (venue_id, party_size, quoted_minutes, status, session_id, name, created_at, updated_at)
select p.venue_id, p.guests, 20, 'seated', p.id, null, p.opened_at - interval '18 minutes', p.opened_at
from seed_parties p where p.sitting = 4 and p.weekday in (5, 6) and p.closed_at is not null and pg_temp.dice(p.key || 'waited') < .15
union all
select d.venue_id, w.size, w.minutes, 'waiting', null, w.name, greatest(d.at - make_interval(mins => w.since), d.begins_at), greatest(d.at - make_interval(mins => w.since), d.begins_at)
from seed_days d cross join (values (2, 15, 9, 'Party of two'), (4, 30, 4, 'Party of four')) w (size, minutes, since, name) where d.ago = 0 and d.slug = 'example-restaurant';

-- ── Who worked, and will: two weeks behind, one ahead ───────────────────────────────────────────────────────────────

create temporary table seed_shifts as
select gen_random_uuid() as id, v.organisation_id, v.id as venue_id, u.id as user_id, k.key, d.at, k.starts_at, k.ends_at
from (values ('example-restaurant', 'kitchen', time '11:00', 720, '{2,3,4,5,6,7}'::integer[]), ('example-restaurant', 'server', '11:30', 720, '{1,2,4,5,6,7}'),
  ('example-restaurant', 'cashier', '17:00', 375, '{3,4,5,6,7}'), ('example-restaurant', 'manager', '12:00', 600, '{2,3,4,5,6}'), ('example-restaurant', 'staff', '17:30', 330, '{4,5,6}'),
  ('example-cafe', 'cafe-kitchen', '07:00', 600, '{1,2,3,4,5,6}'), ('example-cafe', 'cafe-cashier', '07:00', 615, '{1,2,3,4,5,7}'), ('example-cafe', 'cafe-manager', '07:30', 540, '{1,2,4,5,6}'),
  ('sample-food-truck', 'truck-kitchen', '10:30', 660, '{2,3,4,5,6,7}'), ('sample-food-truck', 'truck-cashier', '10:45', 630, '{2,3,4,5,6,7}')) s (slug, who, starts, minutes, weekdays)
join public.venues v on v.slug = s.slug
join auth.users u on u.email = s.who || '@example.com'
join seed_days d on d.venue_id = v.id and d.ago = 0
cross join generate_series(-13, 7) ahead
cross join lateral (select concat(s.who, d.day + ahead) as key, (d.day + ahead + s.starts) at time zone d.timezone as starts_at) b
cross join lateral (select b.key, b.starts_at, b.starts_at + make_interval(mins => s.minutes) as ends_at) k
where extract(isodow from d.day + ahead)::integer = any (s.weekdays);
insert into public.shifts (id, organisation_id, venue_id, user_id, starts_at, ends_at, status, published_at, created_at)
select s.id, s.organisation_id, s.venue_id, s.user_id, s.starts_at, s.ends_at, case when s.starts_at > s.at + interval '5 days' then 'draft' else 'published' end,
  case when s.starts_at <= s.at + interval '5 days' then least(s.starts_at, s.at) - interval '3 days' end, least(s.starts_at, s.at) - interval '4 days'
from seed_shifts s;
insert into public.time_entries (organisation_id, venue_id, user_id, shift_id, status, clocked_in_at, clocked_out_at, created_at)
select s.organisation_id, s.venue_id, s.user_id, s.id, case when t.out_at <= s.at then 'closed' else 'open' end, t.in_at, case when t.out_at <= s.at then t.out_at end, t.in_at
from seed_shifts s
cross join lateral (select s.starts_at + make_interval(secs => floor(900 * pg_temp.dice(s.key || 'in')) - 600) as in_at, s.ends_at + make_interval(secs => floor(1800 * pg_temp.dice(s.key || 'out')) - 600) as out_at) t
where t.in_at <= s.at;

-- ── What guests said ────────────────────────────────────────────────────────────────────────────────────────────────

create temporary table seed_feedback as
select gen_random_uuid() as id, s.venue_id, s.id as order_id, s.key, s.completed_at + interval '1 minute' * (2 + floor(50 * pg_temp.dice(s.key || 'when'))) as said_at,
  case when l.luck < .03 then 1 when l.luck < .08 then 2 when l.luck < .2 then 3 when l.luck < .5 then 4 else 5 end as stars
from seed_settled s join seed_states c on c.order_id = s.id and c.status = 'completed'
cross join lateral (select pg_temp.dice(s.key || 'stars') as luck) l
where s.source = 'qr' and s.completed_at < s.at - interval '1 hour' and pg_temp.dice(s.key || 'feedback') < .17;
insert into public.feedback (id, venue_id, order_id, created_at) select f.id, f.venue_id, f.order_id, f.said_at from seed_feedback f;
insert into public.feedback_answers (venue_id, feedback_id, question_id, kind, stars, choice, body)
select f.venue_id, f.id, q.id, q.kind, case q.kind when 'stars' then f.stars end, case q.kind when 'choice' then case when f.stars > 3 then 'Yes' when f.stars = 3 then 'Perhaps' else 'No' end end,
  case q.kind when 'text' then w.words end
from seed_feedback f
join public.feedback_questions q on q.venue_id = f.venue_id
cross join lateral (select case when pg_temp.dice(f.key || 'words') < .45 then (case
  when f.stars = 5 then array['Just right, and quick.', 'Best we have had in a while.', 'Lovely, thank you.', 'Ordering by phone was easy.', 'Warm welcome, good food.', 'Will be back.']
  when f.stars = 4 then array['Very good, a little loud.', 'Tasty. Could be warmer.', 'Nice, the wait was on the long side.', 'Good value for what you get.']
  when f.stars = 3 then array['Fine, nothing special.', 'Food good, service slow.', 'Portions have become smaller.']
  else array['Waited far too long.', 'It was cold when it came.', 'Not what was ordered.'] end) end as said) s
cross join lateral (select s.said[1 + floor(cardinality(s.said) * pg_temp.dice(f.key || 'which'))::integer] as words) w
where q.kind <> 'text' or w.words is not null;

-- ── Days that are over, numbers that are kept, and what is off today ────────────────────────────────────────────────

-- The places have been open for longer than that.
update public.organisations set created_at = created_at - interval '60 days' where slug in ('example-kitchens', 'sample-street-food');
update public.venues set created_at = created_at - interval '60 days' where slug in ('example-cafe', 'example-restaurant', 'sample-food-truck');
update public.memberships m set created_at = m.created_at - interval '60 days'
from public.organisations o where o.id = m.organisation_id and o.slug in ('example-kitchens', 'sample-street-food');
insert into public.daily_closes (venue_id, business_date, closed_at, expired_orders, closed_sessions)
select d.venue_id, d.day, d.ends_at + interval '40 seconds', 0, (
  select count(*) from seed_orders o where o.venue_id = d.venue_id and o.ago = d.ago and o.table_id is null and o.session_id is not null)
from seed_days d where d.ago > 0;
set constraints all immediate;
alter table public.menu_versions disable trigger menu_versions_immutable;
update public.menu_versions mv set published_at = d.begins_at - interval '3 days' from seed_days d where d.venue_id = mv.venue_id and d.ago = 13;
alter table public.menu_versions enable trigger menu_versions_immutable;
set constraints all deferred;
do $$
begin
  perform set_config('request.jwt.claims', jsonb_build_object('sub', u.id, 'role', 'authenticated')::text, true) from auth.users u where u.email = 'cafe-manager@example.com';
  perform public.set_availability(m.venue_id, false, array[m.id])
  from public.menu_items m join public.venues v on v.id = m.venue_id and v.slug = 'example-cafe' where m.name = 'Jacket potato';
  perform set_config('request.jwt.claims', '', false);
end $$;
select private.roll_up();

-- ── What the triggers would have refused is refused here ────────────────────────────────────────────────────────────

do $$
declare
  v_problem text;
begin
  select min(p.what) into v_problem from (
    select 'an order differs from its lines: ' || o.id from public.orders o
    left join (select l.order_id, sum(l.net_minor) as net, sum(l.tax_minor) as tax, sum(l.discount_minor) as discount from public.order_lines l group by l.order_id) l on l.order_id = o.id
    where (o.subtotal_minor, o.tax_minor, o.discount_minor) is distinct from (l.net, l.tax, l.discount)
    union all
    select 'an order differs from its discounts: ' || o.id from public.orders o
    left join (select d.order_id, sum(d.amount_minor) as amount from public.order_discounts d group by d.order_id) d on d.order_id = o.id
    where o.discount_minor <> coalesce(d.amount, 0)
    union all
    select 'a ledger transaction does not balance: ' || t.id from private.ledger_transactions t left join private.ledger_entries e on e.transaction_id = t.id
    group by t.id having sum(e.amount_minor) is distinct from 0
    union all
    select 'an order differs from its ledger: ' || o.id from public.orders o
    left join (
      select t.order_id, sum(-e.amount_minor) filter (where t.kind = 'settlement') as paid, sum(e.amount_minor) filter (where t.kind = 'refund') as refunded
      from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id where e.account in ('orders', 'tips') group by t.order_id) l on l.order_id = o.id
    where (o.paid_minor, o.refunded_minor) is distinct from (coalesce(l.paid, 0), coalesce(l.refunded, 0))
  ) p (what);
  if v_problem is not null then
    raise exception '%', v_problem;
  end if;
end $$;
drop table seed_days, seed_sittings, seed_parties, seed_hours, seed_orders, seed_dishes, seed_lines, seed_staff, seed_bills, seed_special, seed_rows, seed_times,
  seed_settled, seed_events, seed_states, seed_payments, seed_refunds, seed_moves, seed_needs, seed_deliveries, seed_counts, seed_purchases, seed_reservations, seed_shifts, seed_feedback;
