/** The rules about stock: movements, counts, deliveries and transfers; see books.ts. */
import type { Rules } from "./books.ts";

export const STOCK_RULES: Rules = {
  "stock on hand is the sum of its movements": `
    select v.organisation_id, i.id::text as subject, format('%s, moved %s', i.on_hand, m.moved) as detail
    from public.ingredients i join public.venues v on v.id = i.venue_id
    cross join lateral (
      select coalesce(sum(m.quantity), 0) as moved from public.stock_movements m where m.ingredient_id = i.id) m
    where i.on_hand <> m.moved`,
  "a transfer has two movements, in one organisation, which are zero together": `
    select (array_agg(v.organisation_id))[1] as organisation_id, m.transfer_id::text as subject, sum(m.quantity)::text as detail
    from public.stock_movements m join public.venues v on v.id = m.venue_id where m.transfer_id is not null
    group by m.transfer_id having sum(m.quantity) <> 0 or count(*) <> 2 or count(distinct v.organisation_id) <> 1`,
  "a posted stocktake has booked its differences, any other nothing": `
    select v.organisation_id, c.stocktake_id::text as subject, format('%s, booked %s', s.status, m.booked) as detail
    from public.stocktake_counts c
    join public.stocktakes s on s.id = c.stocktake_id join public.venues v on v.id = c.venue_id
    cross join lateral (select coalesce(sum(m.quantity), 0) as booked from public.stock_movements m
      where m.stocktake_id = c.stocktake_id and m.ingredient_id = c.ingredient_id) m
    where m.booked <> case when s.status = 'posted' then c.counted - c.expected else 0 end`,
  "a purchase order's lines have received what was delivered": `
    select v.organisation_id, l.id::text as subject, format('%s, delivered %s', l.received_quantity, m.delivered) as detail
    from public.purchase_order_lines l join public.venues v on v.id = l.venue_id
    cross join lateral (select coalesce(sum(m.quantity), 0) as delivered from public.stock_movements m
      where m.purchase_order_line_id = l.id) m
    where l.received_quantity <> m.delivered`,
  "a purchase order is received when all of it has come, partial when some has": `
    select v.organisation_id, o.id::text as subject, format('%s, received %s of %s', o.status, l.received, l.ordered) as detail
    from public.purchase_orders o join public.venues v on v.id = o.venue_id
    cross join lateral (select coalesce(sum(l.received_quantity), 0) as received, coalesce(sum(l.quantity), 0) as ordered
      from public.purchase_order_lines l where l.purchase_order_id = o.id) l
    where o.status <> 'cancelled' and (l.received = 0) <> (o.status in ('draft', 'sent'))
      or (o.status = 'received') <> (l.received = l.ordered and o.status not in ('draft', 'cancelled'))`,
};
