/**
 * What must be true of the books whatever happened before, in whatever order. Each rule is one query that returns the
 * rows which break it; books.race.ts proves every rule red. Asked of a whole database, or of one organisation of it.
 */
import type { Sql } from "postgres";
import { CONNECT_RULES } from "./books-connect.ts";
import { LOYALTY_RULES } from "./books-loyalty.ts";
import { ORDER_RULES } from "./books-orders.ts";
import { STOCK_RULES } from "./books-stock.ts";
import { TILL_RULES } from "./books-till.ts";

/** SQL with columns organisation_id, subject, detail. */
export type Rules = Readonly<Record<string, string>>;

// What was claimed for refunds, and what a rule of ours wanted to give back but the provider could not (a person must).
const GOING_BACK = `
  select coalesce(sum(p.refund_claimed_minor + f.failed), 0) as claimed from public.payments p
  cross join lateral (
    select coalesce(sum(r.amount_minor), 0) as failed from public.refunds r
    where r.venue_id = p.venue_id and r.payment_id = p.id and r.status = 'failed' and r.reason like 'paid %') f
  where p.venue_id = o.venue_id and p.order_id = o.id`;

export const MONEY_RULES: Rules = {
  "ledger transactions sum to zero": `
    select t.organisation_id, t.id::text as subject, sum(e.amount_minor)::text as detail
    from private.ledger_transactions t left join private.ledger_entries e on e.transaction_id = t.id
    group by t.organisation_id, t.id having sum(e.amount_minor) is distinct from 0`,
  "an organisation's ledger sums to zero": `
    select t.organisation_id, t.currency as subject, sum(e.amount_minor)::text as detail
    from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
    group by t.organisation_id, t.currency having sum(e.amount_minor) <> 0`,
  "orders are paid and refunded as the ledger says": `
    select o.organisation_id, o.id::text as subject, format('%s, %s', o.paid_minor, o.refunded_minor) as detail
    from public.orders o
    cross join lateral (
      select coalesce(-sum(e.amount_minor) filter (where t.kind = 'settlement'), 0) as paid,
        coalesce(sum(e.amount_minor) filter (where t.kind in ('refund', 'refund_failure')), 0) as refunded
      from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
      where t.venue_id = o.venue_id and t.order_id = o.id and e.account in ('orders', 'tips')) l
    where (o.paid_minor, o.refunded_minor) is distinct from (l.paid::bigint, l.refunded::bigint)`,
  "a payment is in the ledger once if it succeeded, else not at all": `
    select p.organisation_id, p.id::text as subject, format('%s, booked %s', p.status, l.booked) as detail
    from public.payments p
    cross join lateral (
      select coalesce(sum(e.amount_minor), 0) as booked
      from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
      where t.payment_id = p.id and t.kind = 'settlement' and e.amount_minor > 0) l
    where l.booked <> case when p.status = 'succeeded' then p.amount_minor else 0 end`,
  // One that came back is there with its reverse.
  "a refund is in the ledger once if it succeeded, else not at all": `
    select p.organisation_id, r.id::text as subject, format('%s, booked %s', r.status, l.booked) as detail
    from public.refunds r join public.payments p on p.id = r.payment_id
    cross join lateral (
      select coalesce(sum(e.amount_minor), 0) as booked
      from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
      where t.refund_id = r.id and e.account in ('orders', 'tips', 'excess')) l
    where l.booked <> case when r.status = 'succeeded' then r.amount_minor else 0 end`,
  "a fee is what the provider kept of that movement": `
    select t.organisation_id, t.provider_reference as subject, format('booked %s of %s', e.amount_minor, b.fee_minor) as detail
    from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id and e.account = 'provider_fees'
    left join private.balance_transactions b on b.id = t.provider_reference
    where t.kind = 'fee' and e.amount_minor is distinct from b.fee_minor`,
  "a payment's claim is the sum of its refunds and at most the payment": `
    select p.organisation_id, p.id::text as subject, format('claimed %s of %s', p.refund_claimed_minor, p.amount_minor) as detail
    from public.payments p
    cross join lateral (
      select coalesce(sum(r.amount_minor), 0) as refunds from public.refunds r
      where r.venue_id = p.venue_id and r.payment_id = p.id and r.status <> 'failed') r
    where p.refund_claimed_minor <> r.refunds or r.refunds > p.amount_minor`,
  "what was paid too much is being refunded": `
    select o.organisation_id, o.id::text as subject, format('paid %s of %s, claimed %s', o.paid_minor, o.total_minor, c.claimed) as detail
    from public.orders o
    cross join lateral (${GOING_BACK}) c
    where o.paid_minor - c.claimed > o.total_minor`,
  "no money stays with a cancelled or expired order": `
    select o.organisation_id, o.id::text as subject, o.status || ', holds ' || (o.paid_minor - c.claimed) as detail
    from public.orders o
    cross join lateral (${GOING_BACK}) c
    where o.status in ('cancelled', 'expired') and o.paid_minor > c.claimed`,
};

export interface Violation {
  readonly rule: string;
  readonly subject: string;
  readonly detail: string;
}

const ALL_RULES: Rules = {
  ...MONEY_RULES,
  ...ORDER_RULES,
  ...STOCK_RULES,
  ...LOYALTY_RULES,
  ...TILL_RULES,
  ...CONNECT_RULES,
};

/** Every row that breaks a rule; of every organisation unless one is named. */
export async function violations(sql: Sql, organisationId?: string, rules: Rules = ALL_RULES): Promise<Violation[]> {
  const all = Object.entries(rules).map(
    ([rule, query]) => `select '${rule.replaceAll("'", "''")}' as rule, v.* from (${query}) v`,
  );
  return sql.unsafe<Violation[]>(
    `select rule, subject, detail from (${all.join(" union all ")}) v
     where $1::uuid is null or organisation_id = $1::uuid limit 100`,
    [organisationId ?? null],
  );
}

export const RULES: readonly string[] = Object.keys(ALL_RULES);
