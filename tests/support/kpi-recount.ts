/**
 * The KPIs of every business day, made here from orders, ledger, tickets and sessions, one order at a time: the reference
 * that rollups and reports are compared with. It shares no code with them.
 */
import type { Sql } from "postgres";

type Row = Readonly<Record<string, string | null>>;
const sum = (rows: readonly Row[], value: (row: Row) => number) => rows.reduce((total, row) => total + value(row), 0);
const rank = (sorted: readonly number[], share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? null;
const half = (n: number, d: number) => (d === 0 ? null : Math.floor((2 * n + d) / (2 * d)));

/** The numbers of each business day, from orders, ledger, tickets and sessions. */
export async function recount(sql: Sql): Promise<Map<string, Record<string, number | null>>> {
  const rows = await sql<Row[]>`
    select o.id, o.business_date::text as day, o.status, o.session_id, o.total_minor as total, o.tip_minor as tip, o.tax_minor as tax,
      (select coalesce(-sum(e.amount_minor), 0) from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
       where t.order_id = o.id and t.kind = 'settlement' and e.account in ('orders', 'tips')) as paid,
      (select coalesce(sum(e.amount_minor), 0) from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
       where t.order_id = o.id and t.kind = 'refund' and e.account in ('orders', 'tips')) as back,
      extract(epoch from s.closed_at - s.opened_at)::bigint as stayed
    from public.orders o join public.table_sessions s on s.id = o.session_id where o.status not in ('pending_payment', 'expired')`;
  const tickets = await sql<Row[]>`
    select order_id, extract(epoch from ready_at - created_at)::integer as seconds from public.kitchen_tickets
    where ready_at is not null and status <> 'cancelled'`;
  const days = new Map<string, Record<string, number | null>>();
  for (const day of new Set(rows.map((row) => String(row.day)))) {
    const here = rows.filter((row) => row.day === day);
    const sold = here.filter((row) => row.status !== "cancelled");
    const bill = (row: Row) => Number(row.total) - Number(row.tip);
    const given = (row: Row) => {
      const overpaid = Math.max(0, Number(row.paid) - Number(row.total));
      return Math.min(Number(row.total), Math.max(0, Number(row.back) - overpaid));
    };
    const refund = (row: Row) => Math.min(given(row), bill(row));
    const gross = sum(sold, bill);
    const refunds = sum(sold, refund);
    const tax = sum(sold, (row) => Number(row.tax) - (half(Number(row.tax) * refund(row), bill(row)) ?? 0));
    const ids = new Set(sold.map((row) => row.id));
    const cooked = tickets.filter((row) => ids.has(row.order_id ?? "")).map((row) => Number(row.seconds));
    cooked.sort((a, b) => a - b);
    const stays = new Map(sold.filter((row) => row.stayed !== null).map((row) => [row.session_id, Number(row.stayed)]));
    const stayed = [...stays.values()].reduce((a, b) => a + b, 0);
    days.set(day, {
      orders: sold.length,
      cancelled_orders: here.length - sold.length,
      gross_minor: gross,
      refunds_minor: refunds,
      tax_minor: tax,
      net_minor: gross - refunds - tax,
      tips_minor: sum(sold, (row) => Number(row.tip) - (given(row) - refund(row))),
      average_order_minor: half(gross, sold.length),
      refund_rate_bp: half(10_000 * refunds, gross),
      prep_p50_seconds: rank(cooked, 0.5),
      prep_p95_seconds: rank(cooked, 0.95),
      table_turn_seconds: half(stayed, stays.size),
    });
  }
  return days;
}
