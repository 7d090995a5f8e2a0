/**
 * Twelve rules that hold after every step, whatever the reference thinks. Each is a query of the rows of one venue that break
 * it, with a column "subject". They are written from docs/domain.md, apart from the functions and from the books' rules
 * (tests/support/books.ts), which are asked once at the end of each script.
 */
import type { House } from "./house.ts";

const PENNY = `private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id`;
const REACHED_KITCHEN = `exists (select 1 from public.order_events v where v.venue_id = o.venue_id and v.order_id = o.id and v.to_status = 'placed')`;

export const INVARIANTS: Readonly<Record<string, string>> = {
  "every ledger transaction has entries, and they sum to zero": `
    select t.id as subject from private.ledger_transactions t
    where t.venue_id = $1 and (select sum(e.amount_minor) from private.ledger_entries e where e.transaction_id = t.id) is distinct from 0`,
  "an order is paid and refunded as its ledger says": `
    select o.id as subject from public.orders o where o.venue_id = $1 and (o.paid_minor, o.refunded_minor) is distinct from (
      select (coalesce(-sum(e.amount_minor) filter (where t.kind = 'settlement'), 0)::bigint, coalesce(sum(e.amount_minor) filter (where t.kind in ('refund', 'refund_failure')), 0)::bigint)
      from ${PENNY} where t.venue_id = o.venue_id and t.order_id = o.id and e.account in ('orders', 'tips'))`,
  "a payment is settled once, with its whole amount, if it succeeded, and never otherwise": `
    select p.id as subject from public.payments p where p.venue_id = $1 and (
      select coalesce(array_agg(e.amount_minor), '{}') from ${PENNY}
      where t.venue_id = p.venue_id and t.order_id = p.order_id and t.payment_id = p.id and t.kind = 'settlement' and e.amount_minor > 0
    ) <> case when p.status = 'succeeded' then array[p.amount_minor] else '{}' end`,
  "a refund is booked once if it succeeded, and all of a payment's together are at most the payment": `
    select p.id as subject from public.payments p
    cross join lateral (select coalesce(sum(r.amount_minor) filter (where r.status = 'succeeded'), 0) as made,
        coalesce(sum(r.amount_minor) filter (where r.status <> 'failed'), 0) as claimed
      from public.refunds r where r.venue_id = p.venue_id and r.payment_id = p.id) r
    where p.venue_id = $1 and (r.claimed > p.amount_minor or r.claimed <> p.refund_claimed_minor or r.made <> (
      select coalesce(sum(e.amount_minor), 0) from ${PENNY}
      where t.venue_id = p.venue_id and t.order_id = p.order_id and t.payment_id = p.id and t.kind in ('refund', 'refund_failure') and e.account in ('orders', 'tips', 'excess')))`,
  "stock is what came in less what its recipes took, once for each line in the kitchen": `
    select i.id as subject from public.ingredients i
    where i.venue_id = $1 and i.on_hand <> (select coalesce(sum(m.quantity), 0) from public.stock_movements m where m.venue_id = i.venue_id and m.ingredient_id = i.id)
    union all
    select l.id from public.order_lines l
    join public.orders o on o.venue_id = l.venue_id and o.id = l.order_id
    join public.recipe_lines r on r.venue_id = l.venue_id and r.menu_item_id = l.menu_item_id
    cross join lateral (select coalesce(-sum(m.quantity) filter (where m.kind = 'sale'), 0) as sold,
        coalesce(sum(m.quantity) filter (where m.kind = 'return'), 0) as back,
        coalesce(-sum(m.quantity) filter (where m.kind = 'waste'), 0) as wasted
      from public.stock_movements m where m.venue_id = l.venue_id and m.order_line_id = l.id and m.ingredient_id = r.ingredient_id) m
    where l.venue_id = $1 and (
      m.sold <> case when exists (select 1 from public.kitchen_tickets k where k.venue_id = l.venue_id and k.order_line_id = l.id)
        then r.quantity * l.quantity else 0 end
      or m.back <> case when o.status = 'cancelled' or l.voided_at is not null then m.sold else 0 end
      or m.wasted not in (0, m.back))`,
  "a line in the kitchen has one ticket, any other none": `
    select l.id as subject from public.order_lines l join public.orders o on o.venue_id = l.venue_id and o.id = l.order_id
    cross join lateral (select count(*) as tickets from public.kitchen_tickets k where k.venue_id = l.venue_id and k.order_line_id = l.id) k
    where l.venue_id = $1 and (k.tickets > 1 or l.voided_at is null and k.tickets <> case when ${REACHED_KITCHEN} then 1 else 0 end)`,
  "a refund that the provider has not heard of has its message in outbox or queue, or is a dead letter": `
    select r.id as subject from public.refunds r
    where r.venue_id = $1 and r.status = 'pending' and r.provider_reference is null
      and not exists (select 1 from private.outbox x where x.relayed_at is null and x.payload ->> 'refund_id' = r.id::text)
      and not exists (select 1 from pgmq.q_provider_calls q where q.message #>> '{payload,refund_id}' = r.id::text)
      and not exists (select 1 from pgmq.q_provider_calls_dead q where q.message #>> '{payload,refund_id}' = r.id::text)`,
  "no order to be paid first is cooked unpaid, and no money stays with one that is not cooked": `
    select o.id as subject from public.orders o where o.venue_id = $1 and (
      o.payment_mode = 'pay_now' and ${REACHED_KITCHEN} and o.paid_minor = 0
        and not exists (select 1 from public.order_events v where v.venue_id = o.venue_id and v.order_id = o.id and v.action in ('comped', 'voided'))
      or o.status = 'pending_payment' and o.paid_minor >= o.total_minor
      or o.status in ('cancelled', 'expired') and o.paid_minor > (
        select sum(p.refund_claimed_minor + (select coalesce(sum(r.amount_minor), 0) from public.refunds r
          where r.venue_id = p.venue_id and r.payment_id = p.id and r.status = 'failed' and r.reason like 'paid %'))
        from public.payments p where p.venue_id = o.venue_id and p.order_id = o.id and not p.is_excess))`,
  "an order costs what its lines cost at their prices, and its tip": `
    select o.id as subject from public.orders o where o.venue_id = $1 and (
      select coalesce(sum(case when l.voided_at is null then l.quantity * (l.unit_price_minor + l.options_minor) - l.comp_minor else 0 end), 0)
      from public.order_lines l where l.venue_id = o.venue_id and l.order_id = o.id) + o.tip_minor <> o.total_minor`,
  "shares add up to their split, and those that are not paid to what is due": `
    select b.id as subject from public.bill_splits b join public.orders o on o.venue_id = b.venue_id and o.id = b.order_id
    cross join lateral (select sum(s.amount_minor) as whole, coalesce(sum(s.amount_minor) filter (where not exists (
          select 1 from public.payments p where p.venue_id = s.venue_id and p.order_id = s.order_id and p.share_id = s.id and p.status = 'succeeded' and not p.is_excess)), 0) as unpaid
      from public.bill_shares s where s.venue_id = b.venue_id and s.order_id = b.order_id and s.split_id = b.id) s
    where b.venue_id = $1 and (s.whole is distinct from b.amount_minor or (b.ended_at is null) <> (o.split_id is not distinct from b.id)
      or b.ended_at is null and s.unpaid <> o.total_minor - o.paid_minor)
    union all
    select p.id from public.payments p where p.venue_id = $1 and p.is_excess and (p.refund_claimed_minor + (
      select coalesce(sum(r.amount_minor), 0) from public.refunds r where r.venue_id = p.venue_id and r.payment_id = p.id and r.status = 'failed') < p.amount_minor)`,
  "cash in the books is what open drawers hold and what went into none, and a counted drawer is empty": `
    select v.id as subject from public.venues v where v.id = $1 and (
      select coalesce(sum(e.amount_minor), 0) from ${PENNY} where t.venue_id = v.id and e.account = 'cash'
    ) <> (
      select coalesce(sum(m.amount_minor), 0) from public.drawer_movements m join public.drawer_sessions d on d.venue_id = m.venue_id and d.id = m.drawer_session_id
      where m.venue_id = v.id and d.closed_at is null
    ) + (
      select coalesce(sum(p.amount_minor), 0) from public.payments p left join public.drawer_sessions d on d.venue_id = p.venue_id and d.id = p.drawer_session_id
      where p.venue_id = v.id and p.method = 'cash' and d.closed_at is null
    ) - (
      select coalesce(sum(r.amount_minor), 0) from public.refunds r join public.payments p on p.venue_id = r.venue_id and p.id = r.payment_id
      left join public.drawer_sessions d on d.venue_id = r.venue_id and d.id = r.drawer_session_id
      where r.venue_id = v.id and p.method = 'cash' and r.status = 'succeeded' and d.closed_at is null)`,
  "orders of a day count from one without a gap": `
    select o.business_date::text as subject from public.orders o where o.venue_id = $1
    group by o.business_date having count(*) <> max(o.number) or count(distinct o.number) <> count(*)`,
};

const ALL = Object.entries(INVARIANTS)
  .map(([rule, query]) => `select '${rule.replaceAll("'", "''")}' as rule, b.subject::text from (${query}) b`)
  .join(" union all ");

/** The rules that are broken, with the rows that break them. */
export async function broken({ eye, handles, venueId }: House): Promise<string[]> {
  const rows = await eye.unsafe<{ rule: string; subject: string }[]>(`${ALL} limit 20`, [venueId], { prepare: true });
  return rows.map(({ rule, subject }) => `${rule}: not ${handles.get(subject) ?? subject}`);
}
