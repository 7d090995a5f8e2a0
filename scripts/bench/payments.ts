/**
 * What money costs: settling by the provider's event, collecting at the till, refunding, thirty-two people who pay one
 * table's bill, and the way of an event through the webhook's signature, inbox and effect. Beside each operation the same
 * rows written with nothing asked.
 */
import postgres from "postgres";
import type { StackState } from "../stack/state.ts";
import { loadFiles } from "./databases.ts";
import { type Lane, openInSql } from "./lanes.ts";
import type { BenchOptions } from "./options.ts";
import type { LaneResult } from "./report.ts";
import { takeTurns } from "./turns.ts";
import { type Bill, measureWebhook, succeeded } from "./webhook.ts";

export interface PaymentResult {
  loadSeconds: number;
  lanes: LaneResult[];
  /** Operation over its floor at the most clients; what the ledger and the key cost: the same rows with over without. */
  ratios: { settle: number; collect: number; refund: number; ledger: number; idempotency: number };
  webhook: { paced: LaneResult; most: LaneResult };
}

const CLIENTS = [8, 32];
const MOST_PER_SECOND = 3_000; // of all lanes of a pool together, on average; a bill is used once
const PAYMENTS_PER_HOT_BILL = 100; // in parts of 10, the last one closes it
const OWNER = JSON.stringify({ sub: "00000000-0000-4000-8000-00000000be01", role: "authenticated" });
export const AS_OWNER = { role: "authenticated", "request.jwt.claims": OWNER };
export const AS_WEBHOOK = { role: "service_role", "request.jwt.claims": '{"role":"service_role"}' };

export async function measurePayments(
  state: StackState,
  options: BenchOptions,
  progress: (text: string) => void,
): Promise<PaymentResult> {
  const { venues, seconds } = options;
  const bills = Math.ceil(MOST_PER_SECOND * (seconds + 1) * CLIENTS.length);
  progress(`loading ${5 * bills} bills of ${venues} venues`);
  const begun = performance.now();
  const files = options.parts.includes("orders") ? ["payments.sql"] : ["tenants.sql", "orders.sql", "payments.sql"];
  await loadFiles(state.adminDbUrl, files, { venues, orders: options.orders, bills });
  const loadSeconds = Math.round((performance.now() - begun) / 1000);

  const sql = postgres(state.dbUrl, { max: 1, onnotice: () => {} });
  const pool = async (kind: string) =>
    each(await sql<Bill[]>`select n, order_id, payment_id, venue_id from bench.bills where kind = ${kind} order by n`);
  const [online, till, paid, hot] = [await pool("online"), await pool("till"), await pool("paid"), await pool("hot")];
  await sql.end();

  const turns = { ...options, clients: CLIENTS };
  const settle = await takeTurns(settleLanes(state, online), turns, progress);
  const collect = await takeTurns(collectLanes(state, till), turns, progress);
  const refund = await takeTurns(refundLanes(state, paid), turns, progress);
  const crowd = await takeTurns([hotLane(state, hot)], { ...turns, clients: [32] }, progress);
  progress("the webhook, at a pace | as many as get through");
  const webhook = await measureWebhook(state, online, options.seconds);
  const ratio = ({ overFirst }: typeof settle, lane = -1) => overFirst.at(-1)?.ratios.at(lane) ?? Number.NaN;
  return {
    loadSeconds,
    lanes: [settle, collect, refund, crowd].flatMap(({ lanes }) => lanes),
    ratios: {
      settle: ratio(settle),
      collect: ratio(collect) / ratio(collect, 1),
      refund: ratio(refund),
      ledger: ratio(collect, 1),
      idempotency: ratio(collect, 2) / ratio(collect, 1),
    },
    webhook,
  };
}

/** Each of them once; a lane that has used them up fails loudly. */
export function each<T>(items: readonly T[]): () => T {
  let next = 0;
  return () => {
    const item = items[next++];
    if (item === undefined) throw new Error("the bills are used up: fewer --seconds");
    return item;
  };
}

function settleLanes(state: StackState, next: () => Bill): Lane[] {
  const inSql = openInSql(state.dbUrl);
  return [
    {
      name: "settle: rows only",
      open: (count) =>
        inSql(count, {}, (sql) => async () => {
          const bill = next();
          await sql`select bench.settle(${bill.n}, ${sql.json(succeeded(bill))})`;
        }),
    },
    {
      name: "record_provider_event",
      open: (count) =>
        inSql(count, AS_WEBHOOK, (sql) => async () => {
          const event = succeeded(next());
          const [row] = await sql`
            select public.record_provider_event('stripe', ${event.id}, ${event.type}, now(), ${sql.json(event)}) as answer`;
          if (row?.answer.outcome !== "settled") throw new Error(`settle: ${JSON.stringify(row?.answer)}`);
        }),
    },
  ];
}

function collectLanes(state: StackState, next: () => Bill): Lane[] {
  const inSql = openInSql(state.dbUrl);
  const rows = (name: string, ledger: boolean, key: () => string | null): Lane => ({
    name,
    open: (count) =>
      inSql(count, {}, (sql) => async () => void (await sql`select bench.collect(${next().n}, ${ledger}, ${key()})`)),
  });
  return [
    rows("collect: payment row", false, () => null),
    rows("  and the ledger", true, () => null),
    rows("  and an idempotency key", true, () => crypto.randomUUID()),
    {
      name: "collect_payment",
      open: (count) => inSql(count, AS_OWNER, (sql) => async () => void (await collect(sql, next().order_id, 1000))),
    },
  ];
}

const collect = (sql: postgres.Sql, order: string, amount: number) =>
  sql`select public.collect_payment(${order}, 'cash', ${amount}, ${crypto.randomUUID()})`;

function refundLanes(state: StackState, next: () => Bill): Lane[] {
  const inSql = openInSql(state.dbUrl);
  return [
    {
      name: "refund: rows only",
      open: (count) => inSql(count, {}, (sql) => async () => void (await sql`select bench.refund(${next().n})`)),
    },
    {
      name: "refund_payment",
      open: (count) =>
        inSql(count, AS_OWNER, (sql) => async () => {
          const key = crypto.randomUUID();
          await sql`select public.refund_payment(${next().payment_id}, 100, 'bench', ${key})`;
        }),
    },
  ];
}

function hotLane(state: StackState, next: () => Bill): Lane {
  let [bill, left] = [next(), PAYMENTS_PER_HOT_BILL];
  const send = (sql: postgres.Sql) => async () => {
    if (left === 0) [bill, left] = [next(), PAYMENTS_PER_HOT_BILL];
    left -= 1;
    await collect(sql, bill.order_id, 1000 / PAYMENTS_PER_HOT_BILL);
  };
  return { name: "collect, all on one bill", open: (count) => openInSql(state.dbUrl)(count, AS_OWNER, send) };
}
