-- The same orders, priced, cooked, paid and written to the books. Every time is worked out to its end, and what has not
-- happened yet is left out: so whoever sits here at this moment waits for what the kitchen is cooking.

create temporary table seed_staff as
select v.id as venue_id, s.job, u.id as user_id
from (values ('example-restaurant', 'kitchen', 'kitchen'), ('example-restaurant', 'floor', 'server'), ('example-restaurant', 'till', 'cashier'), ('example-restaurant', 'manager', 'manager'),
  ('example-cafe', 'kitchen', 'cafe-kitchen'), ('example-cafe', 'floor', 'cafe-kitchen'), ('example-cafe', 'till', 'cafe-cashier'), ('example-cafe', 'manager', 'cafe-manager'),
  ('sample-food-truck', 'kitchen', 'truck-kitchen'), ('sample-food-truck', 'floor', 'truck-kitchen'), ('sample-food-truck', 'till', 'truck-cashier'),
  ('sample-food-truck', 'manager', 'truck-owner')) s (slug, job, who)
join public.venues v on v.slug = s.slug
join auth.users u on u.email = s.who || '@example.com';

-- ── Prices, discounts, what went on the house ───────────────────────────────────────────────────────────────────────

create temporary table seed_bills as
select o.id, private.price_order(v, jsonb_build_object('fulfilment', o.fulfilment, 'payment_mode', o.payment_mode, 'lines', l.lines)) as priced, null::jsonb as comp
from seed_orders o
join public.venues v on v.id = o.venue_id
join (
  select l.order_id, jsonb_agg(jsonb_build_object('menu_item_id', l.item_id, 'quantity', l.quantity, 'options', l.options, 'course', l.course) order by l.course, l.want) as lines
  from seed_lines l group by l.order_id) l on l.order_id = o.id;

insert into public.discounts (venue_id, name, code, percent_bp, amount_minor, category_id, weekdays, from_time, until_time)
select v.id, d.name, d.code, d.percent_bp, d.amount_minor, c.id, d.weekdays, d.from_time, d.until_time
from (values ('example-restaurant', 'Early burgers', null, 1500, null::bigint, 'Burgers', '{1,2,3,4}'::integer[], '17:00'::time, '18:30'::time),
  ('example-restaurant', 'First visit', 'WELCOME10', 1000, null, null, null, null, null), ('example-cafe', 'Students', 'STUDENT10', 1000, null, null, null, null, null),
  ('sample-food-truck', 'Two dollars off', 'TACO2', null, 200, null, null, null, null)) d (slug, name, code, percent_bp, amount_minor, category, weekdays, from_time, until_time)
join public.venues v on v.slug = d.slug
left join public.menu_categories c on c.venue_id = v.id and c.name = d.category;
create temporary table seed_special as
select o.id, v, o.fulfilment, o.payment_mode, b.priced, d.discount, x.comp
from seed_orders o
join seed_bills b on b.id = o.id
join public.venues v on v.id = o.venue_id
left join lateral (
  select d as discount, d.id from public.discounts d
  where d.venue_id = v.id and case
    when d.code is null then private.discount_is_on(d, v.timezone, v.day_starts_at, o.placed_at) and exists (
      select 1 from unnest((b.priced).lines) l join public.menu_items i on i.venue_id = v.id and i.id = l.menu_item_id and i.category_id = d.category_id)
    else pg_temp.dice(o.key || 'code') < .035 end
  order by d.code nulls first limit 1
) d on true
left join lateral (
  select l.position as comp from unnest((b.priced).lines) l
  where o.table_id is not null and not o.is_live and cardinality((b.priced).lines) > 1 and pg_temp.dice(o.key || 'comp') < .022 order by l.position desc limit 1
) x on true
where d.id is not null or x.comp is not null;
update seed_bills b
set comp = jsonb_build_object('position', s.comp),
    priced = private.price_order(s.v, jsonb_build_object('fulfilment', s.fulfilment, 'payment_mode', s.payment_mode, 'lines', '[]'::jsonb),
      array(select (l.position, l.menu_item_id, l.name, l.quantity, l.unit_price_minor, l.options, l.options_minor, l.line_minor, l.discount_minor, l.tax_rate_bp, l.tax_minor,
          l.station_id, l.note, l.line_id, l.course, case l.position when s.comp then l.line_minor else 0 end)::private.priced_line
        from unnest((s.priced).lines) l order by l.position),
      case when (s.discount).id is null then '{}' else array[((s.discount).id, (s.discount).name, 0, private.terms_of(s.discount))::private.priced_discount] end)
from seed_special s where s.id = b.id;

-- ── How long everything takes ───────────────────────────────────────────────────────────────────────────────────────

create temporary table seed_rows as
select gen_random_uuid() as line_id, o.id as order_id, o.venue_id, l.position, l.menu_item_id, l.name, l.quantity, l.unit_price_minor, l.options, l.options_minor, l.line_minor,
  l.discount_minor, l.tax_rate_bp, l.tax_minor, l.station_id, l.course, l.comp_minor, c.fired_at, c.started_at,
  c.started_at + make_interval(secs => floor(k.least + k.more * pg_temp.dice(n.key || 'cook') ^ 1.4)) as ready_at,
  10 + floor(40 * pg_temp.dice(n.key || 'pass')) as pass
from seed_orders o
join seed_bills b on b.id = o.id
cross join lateral unnest((b.priced).lines) l
join public.kitchen_stations s on s.venue_id = o.venue_id and s.id = l.station_id
cross join lateral (select concat(o.key, l.position) as key) n
join (values ('bar', 50, 190), ('cold', 100, 300), ('fryer', 240, 280), ('grill', 330, 520), ('expo', 30, 90)) k (kind, least, more) on k.kind = s.kind
cross join lateral (select o.placed_at + make_interval(secs => case when o.payment_mode = 'pay_now' then 20 + floor(40 * pg_temp.dice(o.key || 'paid')) else 0 end
  + case l.course when 2 then 720 + floor(240 * pg_temp.dice(o.key || 'fire')) else 0 end) as fired_at) f
cross join lateral (select f.fired_at, f.fired_at + make_interval(secs => floor(case when s.kind = 'bar' then 15 else 50 end + 90 * pg_temp.dice(n.key || 'start'))) as started_at) c;

create temporary table seed_times as
select o.*, t.sent_at, t.fires_at, t.started_at, t.ready_at, t.sent_at + (t.started_at - t.sent_at) * .4 as accepted_at, e.fate,
  t.ready_at + make_interval(secs => floor(60 + 100 * pg_temp.dice(o.key || 'carry'))) as handed_at,
  -- Before a cook begins, or when nobody has come for it.
  case e.fate when 'cancelled' then t.sent_at + (t.started_at - t.sent_at) * .8 when 'not collected' then t.ready_at + interval '50 minutes'
    when 'expired' then o.placed_at + interval '30 minutes' end as ends_at
from seed_orders o
join (
  select r.order_id, min(r.fired_at) as sent_at, max(r.fired_at) filter (where r.course = 2) as fires_at, min(r.started_at) as started_at, max(r.ready_at) as ready_at
  from seed_rows r group by r.order_id
) t on t.order_id = o.id
cross join lateral (select case
  when o.is_live then 'done'
  when o.table_id is not null and pg_temp.dice(o.key || 'fate') < .014 then 'cancelled'
  when o.slug = 'example-cafe' and o.source = 'qr' and o.payment_mode = 'pay_at_till' and pg_temp.dice(o.key || 'fate') < .06 then 'not collected'
  when o.payment_mode = 'pay_now' and pg_temp.dice(o.key || 'fate') < .05 then 'expired'
  else 'done' end as fate) e;
-- A party leaves when it has been served, however slow the kitchen was.
update seed_parties p set closed_at = greatest(p.closed_at, t.last + interval '6 minutes')
from (select t.session_id, max(t.handed_at) as last from seed_times t group by t.session_id) t where t.session_id = p.id and p.closed_at is not null;

create temporary table seed_settled as
select t.*, p.left_at, case when t.table_id is not null then p.left_at - interval '2 minutes' when t.payment_mode = 'pay_now' then t.sent_at
    when t.source = 'counter' then t.placed_at + make_interval(secs => floor(8 + 30 * pg_temp.dice(t.key || 'till'))) else t.handed_at end as paid_at,
  case when t.table_id is not null then p.left_at - interval '1 minute' else t.handed_at + interval '10 seconds' end as completed_at,
  case when t.payment_mode = 'pay_now' or (t.table_id is not null and l.luck < .14) then 'online' when l.luck < .3 then 'cash' else 'card_terminal' end as method,
  (b.priced).total_minor + x.tip_minor as total_minor, x.tip_minor, (b.priced).subtotal_minor as subtotal_minor
from seed_times t
join seed_bills b on b.id = t.id
left join lateral (select p.closed_at as left_at from seed_parties p where p.id = t.session_id) p on true
cross join lateral (select pg_temp.dice(t.key || 'method') as luck, pg_temp.dice(t.key || 'tip') as tip) l
cross join lateral (select case
  when l.luck < .3 and t.payment_mode <> 'pay_now' then 0
  when t.slug = 'sample-food-truck' and l.tip < .6 then round((b.priced).subtotal_minor * case when l.tip < .2 then .15 when l.tip < .5 then .18 else .2 end)::bigint
  when t.slug = 'example-cafe' and l.tip < .07 and t.source = 'counter' then 50
  when t.slug = 'example-restaurant' and l.tip < .22 then greatest(100, 100 * round((b.priced).total_minor * .0006))::bigint
  else 0 end as tip_minor) x;

create temporary table seed_events as
select s.id as order_id, s.venue_id, e.seq, e.was, e.becomes, e.action, e.at, e.actor, m.user_id, e.reason, e.details
from seed_settled s
cross join lateral (values
  (1, null, case when s.payment_mode = 'pay_now' then 'pending_payment' else 'placed' end, 'moved', s.placed_at, case s.source when 'qr' then 'guest' when 'pos' then 'floor' else 'till' end, null, null::jsonb),
  (2, 'pending_payment', 'placed', 'moved', case when s.payment_mode = 'pay_now' and s.fate <> 'expired' then s.sent_at end, 'provider', 'paid', null),
  (3, 'placed', 'accepted', 'moved', case when s.fate not in ('expired', 'cancelled') then s.accepted_at end, 'kitchen', null, null),
  (4, 'accepted', 'preparing', 'moved', case when s.fate not in ('expired', 'cancelled') then s.started_at end, 'kitchen', 'first ticket started', null),
  (5, 'preparing', 'preparing', 'fired', case when s.fate = 'done' then s.fires_at end, 'floor', null, '{"course": 2}'),
  (6, 'preparing', 'ready', 'moved', case when s.fate not in ('expired', 'cancelled') then s.ready_at end, 'kitchen', 'every ticket is ready', null),
  (7, 'ready', 'served', 'moved', case when s.table_id is not null and s.fate = 'done' then s.handed_at end, 'floor', null, null),
  (9, case when s.table_id is null then 'ready' else 'served' end, 'completed', 'moved', case when s.fate = 'done' then s.completed_at end, 'floor', null, null),
  (9, case s.fate when 'expired' then 'pending_payment' when 'cancelled' then 'placed' else 'ready' end, case s.fate when 'expired' then 'expired' else 'cancelled' end, 'moved', s.ends_at,
    case s.fate when 'expired' then 'clock' else 'manager' end, case s.fate when 'expired' then 'not paid within 30 minutes' when 'cancelled' then
      (array['ordered twice', 'wrong table', 'the party had to leave', 'changed their mind'])[1 + floor(4 * pg_temp.dice(s.key || 'reason'))::integer] else s.fate end, null)
) e (seq, was, becomes, action, at, actor, reason, details)
left join seed_staff m on m.venue_id = s.venue_id and m.job = e.actor
where e.at <= s.at
union all
select s.id, s.venue_id, 8, 'served', 'served', 'comped', s.handed_at + interval '3 minutes', 'manager', m.user_id,
  (array['long wait', 'not as ordered', 'a birthday', 'arrived cold'])[1 + floor(4 * pg_temp.dice(s.key || 'reason'))::integer],
  jsonb_build_object('line_id', r.line_id, 'comp_minor', r.comp_minor, 'comp_before_minor', 0)
from seed_settled s join seed_rows r on r.order_id = s.id and r.comp_minor > 0 join seed_staff m on m.venue_id = s.venue_id and m.job = 'manager'
where s.fate = 'done' and s.left_at is not null;
create temporary table seed_states as
select distinct on (e.order_id) e.order_id, e.becomes as status, e.at as changed_at from seed_events e order by e.order_id, e.at desc, e.seq desc;

-- Payments fill the bill before the tip; some parties split theirs into two halves.
create temporary table seed_payments as
select gen_random_uuid() as id, gen_random_uuid() as transaction_id, s.id as order_id, s.venue_id, s.at, s.method, s.paid_at + make_interval(secs => 20 * (n - 1)) as paid_at, n,
  case when h.half is null then s.total_minor when n = 1 then h.half else s.total_minor - h.half end as amount_minor,
  case when h.half is not null and n = 1 then 0 else s.tip_minor end as tip_minor, s.key, s.fate
from seed_settled s
cross join lateral (select case when s.table_id is not null and s.guests > 1 and s.round = 1 and s.method = 'card_terminal' and s.subtotal_minor > 5000 and pg_temp.dice(s.key || 'split') < .2
  then (s.total_minor - s.tip_minor + 1) / 2 end as half) h
cross join lateral generate_series(1, case when h.half is null then 1 else 2 end) n
where s.fate = 'done' and s.paid_at <= s.at and s.total_minor > 0;
-- Nothing here has statistics, and a loop over loops is what the planner makes of that.
set enable_nestloop = off;
create temporary table seed_refunds as
select gen_random_uuid() as id, gen_random_uuid() as transaction_id, p.id as payment_id, p.order_id, p.venue_id, p.method, p.key, s.completed_at + interval '7 minutes' as refunded_at,
  least(p.amount_minor - p.tip_minor, r.line_minor - r.comp_minor - r.discount_minor) as amount_minor
from seed_payments p
join seed_settled s on s.id = p.order_id
join seed_rows r on r.order_id = p.order_id and r.position = 1
where p.n = 1 and pg_temp.dice(p.key || 'refund') < .012 and s.completed_at + interval '7 minutes' <= p.at and r.comp_minor = 0 and r.line_minor > r.discount_minor;
reset enable_nestloop;

-- ── Written as a restore writes: constraints stay, triggers that note today's time, or tell screens, are off ────────

set constraints all immediate;
alter table public.orders disable trigger user;
alter table public.order_lines disable trigger user;
alter table public.order_discounts disable trigger user;
alter table public.kitchen_tickets disable trigger user;
alter table private.ledger_transactions disable trigger user;
alter table private.ledger_entries disable trigger user;

insert into public.table_sessions (id, venue_id, table_id, opened_at, closed_at, opened_by, closed_by)
select p.id, p.venue_id, p.table_id, p.opened_at, p.closed_at, case when pg_temp.dice(p.key || 'seated') < .5 then m.user_id end, case when p.closed_at is not null then m.user_id end
from seed_parties p join seed_staff m on m.venue_id = p.venue_id and m.job = 'floor';
insert into public.table_sessions (id, venue_id, opened_at, closed_at)
select o.session_id, o.venue_id, o.placed_at - interval '90 seconds', case when o.ago > 0 then d.ends_at + interval '40 seconds' end
from seed_orders o join seed_days d on d.venue_id = o.venue_id and d.ago = o.ago where o.table_id is null and o.session_id is not null;
-- The phones of those who are here: nobody knows their secrets.
insert into private.guest_devices (venue_id, session_id, table_id, kind, secret_hash, created_at, expires_at)
select p.venue_id, p.id, p.table_id, 'table', sha256(gen_random_uuid()::text::bytea), p.opened_at, p.opened_at + interval '12 hours'
from seed_parties p cross join lateral generate_series(1, least(p.guests, 2)) n where p.closed_at is null;

insert into private.order_counters (venue_id, business_date, last_number) select o.venue_id, o.day, max(o.number) from seed_orders o group by o.venue_id, o.day;
insert into public.orders (id, venue_id, organisation_id, number, business_date, session_id, table_id, source, fulfilment, payment_mode, status, menu_version, currency,
  prices_include_tax, subtotal_minor, discount_minor, tax_minor, service_charge_bp, service_charge_minor, tip_minor, total_minor, paid_minor, refunded_minor, created_at, updated_at)
select s.id, s.venue_id, v.organisation_id, s.number, s.day, s.session_id, s.table_id, s.source, s.fulfilment, s.payment_mode, c.status, v.menu_version, v.currency, v.prices_include_tax,
  (b.priced).subtotal_minor, (b.priced).discount_minor, (b.priced).tax_minor, v.service_charge_bp, (b.priced).service_charge_minor, t.tip_minor, (b.priced).total_minor + t.tip_minor,
  coalesce(p.paid, 0), coalesce(r.refunded, 0), s.placed_at, greatest(c.changed_at, p.last, r.last)
from seed_settled s
join seed_bills b on b.id = s.id
join seed_states c on c.order_id = s.id
join public.venues v on v.id = s.venue_id
left join (select p.order_id, sum(p.amount_minor) as paid, max(p.paid_at) as last from seed_payments p group by p.order_id) p on p.order_id = s.id
left join (select r.order_id, sum(r.amount_minor) as refunded, max(r.refunded_at) as last from seed_refunds r group by r.order_id) r on r.order_id = s.id
cross join lateral (select case when p.paid > 0 then s.tip_minor else 0 end as tip_minor) t
order by s.placed_at;
insert into public.order_lines (id, venue_id, order_id, position, menu_item_id, name, quantity, unit_price_minor, options, options_minor, line_minor, discount_minor, tax_rate_bp,
  tax_minor, station_id, course, comp_minor)
select r.line_id, r.venue_id, r.order_id, r.position, r.menu_item_id, r.name, r.quantity, r.unit_price_minor, r.options, r.options_minor, r.line_minor, r.discount_minor, r.tax_rate_bp,
  r.tax_minor, r.station_id, r.course, r.comp_minor
from seed_rows r;
insert into public.order_discounts (venue_id, order_id, position, discount_id, name, amount_minor, terms)
select o.venue_id, o.id, 1, d.discount_id, d.name, d.amount_minor, d.terms
from seed_orders o join seed_bills b on b.id = o.id cross join lateral unnest((b.priced).discounts) d where (b.priced).discount_minor > 0;
update public.discounts d set used_count = u.uses
from (select od.discount_id, count(*) as uses from public.order_discounts od join seed_states c on c.order_id = od.order_id
      where c.status not in ('cancelled', 'expired') group by od.discount_id) u
where u.discount_id = d.id;
insert into public.order_events (venue_id, order_id, from_status, to_status, actor_kind, actor_id, reason, action, details, occurred_at)
select e.venue_id, e.order_id, e.was, e.becomes, case when e.actor in ('guest', 'provider', 'clock') then e.actor else 'member' end, e.user_id, e.reason, e.action, e.details, e.at
from seed_events e order by e.at, e.order_id, e.seq;
insert into public.kitchen_tickets (venue_id, order_id, order_line_id, station_id, status, created_at, fired_at, started_at, ready_at, bumped_at, updated_at, ready_by)
select r.venue_id, r.order_id, r.line_id, r.station_id, case when c.status = 'cancelled' then 'cancelled' when t.fired_at is null then 'held' when t.started_at is null then 'new'
    when t.ready_at is null then 'in_progress' when t.bumped_at is null then 'ready' else 'bumped' end,
  s.sent_at, t.fired_at, t.started_at, t.ready_at, case when c.status <> 'cancelled' then t.bumped_at end,
  greatest(s.sent_at, t.fired_at, t.started_at, t.ready_at, t.bumped_at, case when c.status = 'cancelled' then s.ends_at end), case when t.ready_at is not null then m.user_id end
from seed_rows r
join seed_settled s on s.id = r.order_id
join seed_states c on c.order_id = r.order_id and c.status not in ('pending_payment', 'expired')
join seed_staff m on m.venue_id = r.venue_id and m.job = 'kitchen'
cross join lateral (select r.ready_at + make_interval(secs => r.pass) as bumped_at) b
cross join lateral (select least(s.at, case when s.fate = 'cancelled' then s.ends_at end) as until) u
cross join lateral (select case when r.fired_at <= u.until then r.fired_at end as fired_at, case when r.started_at <= u.until then r.started_at end as started_at,
  case when r.ready_at <= u.until then r.ready_at end as ready_at, case when b.bumped_at <= u.until then b.bumped_at end as bumped_at) t
order by s.sent_at;

insert into public.payments (id, venue_id, organisation_id, order_id, method, status, amount_minor, tip_minor, currency, tendered_minor, refund_claimed_minor, provider,
  provider_reference, terminal_reference, collected_by, settled_at, created_at, updated_at)
select p.id, p.venue_id, v.organisation_id, p.order_id, p.method, 'succeeded', p.amount_minor, p.tip_minor, v.currency,
  case p.method when 'cash' then 500 * ceil(p.amount_minor / 500.0) end, coalesce(r.amount_minor, 0), case p.method when 'online' then 'stripe' end,
  case p.method when 'online' then 'pi_seed_' || replace(p.id::text, '-', '') end, case p.method when 'card_terminal' then 'seed-' || left(md5(concat(p.key, p.n)), 8) end,
  case when p.method <> 'online' then m.user_id end, p.paid_at, p.paid_at, coalesce(r.refunded_at, p.paid_at)
from seed_payments p
join public.venues v on v.id = p.venue_id
join seed_orders o on o.id = p.order_id
join seed_staff m on m.venue_id = p.venue_id and m.job = case when o.table_id is not null then 'floor' else 'till' end
left join seed_refunds r on r.payment_id = p.id
order by p.paid_at;
insert into public.refunds (id, venue_id, payment_id, amount_minor, reason, status, provider_reference, requested_by, settled_at, created_at, updated_at)
select r.id, r.venue_id, r.payment_id, r.amount_minor, (array['not as ordered', 'sent back', 'sold out after all', 'charged twice'])[1 + floor(4 * pg_temp.dice(r.key || 'why'))::integer], 'succeeded',
  case r.method when 'online' then 're_seed_' || replace(r.id::text, '-', '') end, m.user_id, r.refunded_at, r.refunded_at, r.refunded_at
from seed_refunds r join seed_staff m on m.venue_id = r.venue_id and m.job = 'manager' order by r.refunded_at;
insert into private.ledger_transactions (id, organisation_id, venue_id, currency, kind, order_id, payment_id, refund_id, occurred_at)
select t.id, v.organisation_id, v.id, v.currency, t.kind, t.order_id, t.payment_id, t.refund_id, t.at
from (select p.transaction_id, p.venue_id, 'settlement', p.order_id, p.id, null::uuid, p.paid_at from seed_payments p
      union all select r.transaction_id, r.venue_id, 'refund', r.order_id, r.payment_id, r.id, r.refunded_at from seed_refunds r) t (id, venue_id, kind, order_id, payment_id, refund_id, at)
join public.venues v on v.id = t.venue_id order by t.at;
insert into private.ledger_entries (transaction_id, account, amount_minor)
select e.transaction_id, e.account, e.amount_minor
from (select p.transaction_id, a.account, a.amount_minor from seed_payments p
        cross join lateral (values (case p.method when 'online' then 'provider' else p.method end, p.amount_minor), ('orders', p.tip_minor - p.amount_minor), ('tips', -p.tip_minor)) a (account, amount_minor)
      union all select r.transaction_id, a.account, a.amount_minor from seed_refunds r
        cross join lateral (values (case r.method when 'online' then 'provider' else r.method end, -r.amount_minor), ('orders', r.amount_minor)) a (account, amount_minor)) e
where e.amount_minor <> 0;

alter table public.orders enable trigger user;
alter table public.order_lines enable trigger user;
alter table public.order_discounts enable trigger user;
alter table public.kitchen_tickets enable trigger user;
alter table private.ledger_transactions enable trigger user;
alter table private.ledger_entries enable trigger user;
set constraints all deferred;
