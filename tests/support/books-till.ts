/** The rules about bills that are split and cash drawers that are counted; see books.ts. */
import type { Rules } from "./books.ts";

const PAID = `exists (select 1 from public.payments p where p.share_id = s.id and p.status = 'succeeded' and not p.is_excess)`;

export const TILL_RULES: Rules = {
  "the shares of a split add up to it": `
    select o.organisation_id, b.id::text as subject, format('%s, shares %s', b.amount_minor, s.shares) as detail
    from public.bill_splits b join public.orders o on o.id = b.order_id
    cross join lateral (select coalesce(sum(s.amount_minor), 0) as shares from public.bill_shares s where s.split_id = b.id) s
    where b.amount_minor <> s.shares`,
  "what is due on a split order is its unpaid shares": `
    select o.organisation_id, o.id::text as subject, format('%s due, shares %s', o.total_minor - o.paid_minor, s.unpaid) as detail
    from public.orders o
    cross join lateral (
      select coalesce(sum(s.amount_minor) filter (where not ${PAID}), 0) as unpaid from public.bill_shares s where s.split_id = o.split_id) s
    where o.split_id is not null and o.total_minor - o.paid_minor <> s.unpaid`,
  "a split is open exactly while its order says so": `
    select o.organisation_id, b.id::text as subject, coalesce(b.outcome, 'open') as detail
    from public.bill_splits b join public.orders o on o.id = b.order_id
    where (b.ended_at is null) <> coalesce(o.split_id = b.id, false)`,
  "a payment in excess goes back, and is no order's": `
    select p.organisation_id, p.id::text as subject, format('claimed %s of %s, booked %s', p.refund_claimed_minor, p.amount_minor, l.booked) as detail
    from public.payments p
    cross join lateral (
      select coalesce(sum(e.amount_minor), 0) as booked from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
      where t.payment_id = p.id and e.account in ('orders', 'tips')) l
    where p.is_excess and (l.booked <> 0 or p.refund_claimed_minor <> p.amount_minor
      and not exists (select 1 from public.refunds r where r.payment_id = p.id and r.status = 'failed'))`,
  "a drawer was counted after what it says went through it": `
    select v.organisation_id, d.id::text as subject, format('expected %s, moved %s', d.expected_minor, s.expected_minor) as detail
    from public.drawer_sessions d join public.venues v on v.id = d.venue_id
    cross join lateral private.drawer_sums(d.venue_id, d.id) s
    where d.closed_at is not null and d.expected_minor <> s.expected_minor`,
  "cash in the books is what is in open drawers, and what went into none": `
    select o.id as organisation_id, o.slug as subject, format('%s, not %s + %s', b.cash, d.cash, n.cash) as detail
    from public.organisations o
    cross join lateral (
      select coalesce(sum(e.amount_minor), 0) as cash from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
      where t.organisation_id = o.id and e.account = 'cash') b
    cross join lateral (
      select coalesce(sum(s.expected_minor), 0) as cash from public.venues v join public.drawer_sessions d on d.venue_id = v.id
      cross join lateral private.drawer_sums(d.venue_id, d.id) s where v.organisation_id = o.id and d.closed_at is null) d
    cross join lateral (
      select coalesce(sum(p.amount_minor) filter (where p.drawer_session_id is null), 0) - coalesce((
        select sum(r.amount_minor) from public.refunds r join public.payments q on q.id = r.payment_id
        where q.organisation_id = o.id and q.method = 'cash' and r.status = 'succeeded' and r.drawer_session_id is null), 0) as cash
      from public.payments p where p.organisation_id = o.id and p.method = 'cash' and p.status = 'succeeded') n
    where b.cash <> d.cash + n.cash`,
};
