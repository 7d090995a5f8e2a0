/** The rules about members' points; see books.ts. */
import type { Rules } from "./books.ts";

export const LOYALTY_RULES: Rules = {
  "a member's points are the sum of their movements": `
    select v.organisation_id, a.id::text as subject, format('%s, moved %s', a.points, m.moved) as detail
    from public.loyalty_accounts a join public.venues v on v.id = a.venue_id
    cross join lateral (
      select coalesce(sum(m.points), 0) as moved from public.loyalty_movements m where m.account_id = a.id) m
    where a.points <> m.moved`,
  "an order has brought what its rows say, of what was paid for its lines and not refunded": `
    select o.organisation_id, o.id::text as subject, format('%s of %s, moved %s', l.earned_points, w.worth, m.moved) as detail
    from public.order_loyalty l join public.orders o on o.id = l.order_id
    cross join lateral (
      select coalesce(sum(m.points), 0) as moved from public.loyalty_movements m
      where m.order_id = o.id and m.kind in ('earn', 'reverse')) m
    cross join lateral (
      select o.total_minor - o.tip_minor as bill, greatest(o.paid_minor - o.total_minor, 0) as excess) b
    cross join lateral (
      select case when b.bill = 0 or o.status in ('cancelled', 'expired') then 0 else
        div((o.subtotal_minor - o.discount_minor)::numeric * l.earn_points
          * greatest(least(o.paid_minor, b.bill) - greatest(o.refunded_minor - b.excess, 0), 0), b.bill::numeric * l.earn_per_minor) end as worth) w
    where l.earned_points <> m.moved or l.earned_points <> w.worth`,
  "an order that is on has the points it redeems, one that is over those it needed": `
    select o.organisation_id, o.id::text as subject, format('%s − %s, moved %s', l.redeemed_points, l.returned_points, m.moved) as detail
    from public.order_loyalty l join public.orders o on o.id = l.order_id
    cross join lateral (
      select coalesce(-sum(m.points), 0) as moved from public.loyalty_movements m
      where m.order_id = o.id and m.kind in ('redeem', 'return')) m
    left join public.order_discounts d on d.order_id = o.id and d.terms ? 'points'
    where m.moved <> l.redeemed_points - l.returned_points
      or m.moved <> case when o.status in ('cancelled', 'expired') then 0
        when o.status = 'completed' then coalesce(ceil(d.amount_minor::numeric / l.point_value_minor), 0) else l.redeemed_points end`,
  "an order says whether it has a member": `
    select o.organisation_id, o.id::text as subject, o.has_member::text as detail from public.orders o
    where o.has_member <> exists (select 1 from public.order_loyalty l where l.order_id = o.id)`,
};
