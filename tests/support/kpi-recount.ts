/**
 * The KPIs of every business day, made here from orders, ledger, tickets and sessions, one order at a time: the reference
 * that rollups and reports are compared with. It shares no code with them.
 */
import type { Sql } from "postgres";

type Row = Readonly<Record<string, string | null>>;
const sum = (rows: readonly Row[], value: (row: Row) => number) => rows.reduce((total, row) => total + value(row), 0);
const rank = (sorted: readonly number[], share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? null;
const half = (n: number, d: number) => (d === 0 ? null : Math.floor((2 * n + d) / (2 * d)));

const away = (n: number, d: number) => (n < 0 ? -(half(-n, d) ?? 0) : half(n, d));

/** What the ingredients of each order line cost when it was sold; null when nobody knew. */
export type Costs = ReadonlyMap<string, number | null>;

/** The numbers of each business day, from orders, ledger, tickets, sessions, and the costs that the test wrote down. */
export async function recount(sql: Sql, costs: Costs): Promise<Map<string, Record<string, number | null>>> {
  const rows = await sql<Row[]>`
    select o.id, o.business_date::text as day, o.status, o.session_id, o.total_minor as total, o.tip_minor as tip, o.tax_minor as tax,
      (select coalesce(-sum(e.amount_minor), 0) from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
       where t.order_id = o.id and t.kind = 'settlement' and e.account in ('orders', 'tips')) as paid,
      (select coalesce(sum(e.amount_minor), 0) from private.ledger_transactions t join private.ledger_entries e on e.transaction_id = t.id
       where t.order_id = o.id and t.kind = 'refund' and e.account in ('orders', 'tips')) as back,
      extract(epoch from s.closed_at - s.opened_at)::bigint as stayed
    from public.orders o join public.table_sessions s on s.id = o.session_id where o.status not in ('pending_payment', 'expired')`;
  const tickets = await sql<Row[]>`
    select order_id, extract(epoch from ready_at - fired_at)::integer as seconds from public.kitchen_tickets
    where ready_at is not null and status <> 'cancelled'`;
  const lines = await sql<Row[]>`
    select id, order_id, line_minor - comp_minor - discount_minor - tax_minor as net from public.order_lines where voided_at is null`;
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
    const costed = sold.flatMap((row) =>
      lines
        .filter(({ id, order_id }) => order_id === row.id && typeof costs.get(id ?? "") === "number")
        .map(({ id, net }) => ({
          net: Number(net) - (half(Number(net) * refund(row), bill(row)) ?? 0),
          cost: costs.get(id ?? "") ?? 0,
        })),
    );
    const net = costed.reduce((total, line) => total + line.net, 0);
    const cost = costed.reduce((total, line) => total + line.cost, 0);
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
      costed_net_minor: net,
      cost_minor: cost,
      margin_minor: net === 0 && cost === 0 ? null : net - cost,
      margin_bp: net > 0 ? away(10_000 * (net - cost), net) : null,
    });
  }
  return days;
}

/** Guests and those who came back, by business day and in all, from the contacts that are there now. */
export async function recountGuests(sql: Sql): Promise<Map<string, { guests: number; repeat_guests: number }>> {
  const rows = await sql<{ day: string; phone: string | null; email: string | null }[]>`
    select o.business_date::text as day, c.phone, c.email from public.order_customers c join public.orders o on o.id = c.order_id
    where o.status not in ('pending_payment', 'expired', 'cancelled')`;
  const digits = (phone: string | null) => (phone ?? "").replace(/\D/g, "");
  const address = (email: string | null) => (email ?? "").trim().toLowerCase();
  const guestOf = ({ phone, email }: { phone: string | null; email: string | null }) => {
    const same = rows.filter((row) => address(email) !== "" && address(row.email) === address(email));
    const numbers = same.map((row) => digits(row.phone)).filter((number) => number !== "");
    return digits(phone) || numbers.sort()[0] || address(email);
  };
  const visits = rows.map((row) => ({ day: row.day, guest: guestOf(row) })).filter(({ guest }) => guest !== "");
  const numbersOf = (days: ReadonlySet<string>) => {
    const here = visits.filter(({ day }) => days.has(day));
    const back = here.filter(({ guest, day }) => visits.some((one) => one.guest === guest && one.day < day));
    return {
      guests: new Set(here.map(({ guest }) => guest)).size,
      repeat_guests: new Set(back.map(({ guest }) => guest)).size,
    };
  };
  const days = new Set(visits.map(({ day }) => day));
  return new Map([...[...days].map((day) => [day, numbersOf(new Set([day]))] as const), ["total", numbersOf(days)]]);
}
