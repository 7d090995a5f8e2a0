/**
 * A number of operations that move money, a third each of settling by the provider's event, collecting at the till and
 * refunding, by 32 clients; every tenth is sent twice. No speed is asked for here: not one may fail, each must have its
 * effect once, and afterwards the books must be in order.
 */
import postgres from "postgres";
import { MONEY_RULES, type Violation, violations } from "../../tests/support/books.ts";
import type { StackState } from "../stack/state.ts";
import { loadFiles } from "./databases.ts";
import { emptyLoad, type LoadResult, summarize } from "./load.ts";
import { AS_OWNER, AS_WEBHOOK, each } from "./payments.ts";
import { type Bill, succeeded } from "./webhook.ts";

export interface OperationsResult extends LoadResult {
  clients: number;
  repeated: number;
  errorMessages: Record<string, number>;
  /** What the books have of it, and what was done. */
  booked: Effects;
  done: Effects;
  violations: Violation[];
}

interface Effects {
  settled: number;
  collected: number;
  refunded: number;
}

const CLIENTS = 32;
const SENT_TWICE_EVERY = 10;

interface Operation {
  readonly effect: keyof Effects;
  readonly claims: Record<string, string>;
  ask(sql: postgres.Sql): Promise<unknown>;
}

export async function runOperations(
  state: StackState,
  { operations, venues }: { operations: number; venues: number },
  progress: (text: string) => void,
): Promise<OperationsResult> {
  const bills = Math.ceil(operations / 3);
  progress(`loading ${5 * bills} bills of ${venues} venues`);
  await loadFiles(state.adminDbUrl, ["tenants.sql", "orders.sql", "payments.sql"], { venues, orders: 0, bills });
  const sql = postgres(state.dbUrl, { max: CLIENTS, onnotice: () => {} });
  try {
    const pool = async (kind: string) =>
      each(
        await sql<Bill[]>`select n, order_id, payment_id, venue_id from bench.bills where kind = ${kind} order by n`,
      );
    const [online, till, paid] = [await pool("online"), await pool("till"), await pool("paid")];
    const kinds = [() => settle(online()), () => collect(till()), () => refund(paid())];
    const before = await effects(sql);
    progress(`${operations} operations by ${CLIENTS} clients`);
    const load = emptyLoad();
    const done: Effects = { settled: 0, collected: 0, refunded: 0 };
    let [begun, repeated] = [0, 0];
    const start = performance.now();
    const client = async () => {
      while (begun < operations) {
        const n = begun++;
        const operation = kinds[n % kinds.length]?.() as Operation;
        const sent = performance.now();
        try {
          const answer = await asked(sql, operation);
          done[operation.effect] += 1;
          load.histogram.recordValue(Math.max(1, Math.round((performance.now() - sent) * 1000)));
          if (n % SENT_TWICE_EVERY === 0) {
            repeated += 1;
            requireSame(operation, answer, await asked(sql, operation));
          }
        } catch (error) {
          const message = `${operation.effect}: ${error instanceof Error ? error.message : String(error)}`;
          load.errors.set(message, (load.errors.get(message) ?? 0) + 1);
        }
        if (n % Math.ceil(operations / 10) === 0) progress(`  ${n}`);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    load.seconds = (performance.now() - start) / 1000;
    progress("asking whether the books are in order");
    const after = await effects(sql);
    const booked = {
      settled: after.settled - before.settled,
      collected: after.collected - before.collected,
      refunded: after.refunded - before.refunded,
    };
    const broken = await violations(sql, undefined, MONEY_RULES);
    const errorMessages = Object.fromEntries(load.errors);
    return { ...summarize(load), clients: CLIENTS, repeated, errorMessages, booked, done, violations: broken };
  } finally {
    await sql.end();
  }
}

/** As PostgREST calls: a transaction under the caller's role and claims. */
const asked = (sql: postgres.Sql, { claims, ask }: Operation): Promise<unknown> =>
  sql.begin(async (tx) => {
    for (const [name, value] of Object.entries(claims)) await tx`select set_config(${name}, ${value}, true)`;
    return await ask(tx as unknown as postgres.Sql);
  });

function settle(bill: Bill): Operation {
  const event = succeeded(bill);
  return {
    effect: "settled",
    claims: AS_WEBHOOK,
    async ask(sql) {
      const [row] = await sql`
        select public.record_provider_event('stripe', ${event.id}, ${event.type}, now(), ${sql.json(event)}) as answer`;
      if (row?.answer.outcome !== "settled") throw new Error(JSON.stringify(row?.answer));
      return { outcome: row.answer.outcome };
    },
  };
}

function collect({ order_id }: Bill): Operation {
  const key = crypto.randomUUID();
  const ask = async (sql: postgres.Sql) =>
    (await sql`select public.collect_payment(${order_id}, 'cash', 1000, ${key}) as answer`)[0]?.answer;
  return { effect: "collected", claims: AS_OWNER, ask };
}

function refund({ payment_id }: Bill): Operation {
  const key = crypto.randomUUID();
  const ask = async (sql: postgres.Sql) =>
    (await sql`select public.refund_payment(${payment_id}, 100, 'bench', ${key}) as answer`)[0]?.answer;
  return { effect: "refunded", claims: AS_OWNER, ask };
}

function requireSame({ effect }: Operation, first: unknown, second: unknown): void {
  const [one, other] = [JSON.stringify(first), JSON.stringify(second)];
  if (one !== other) throw new Error(`${effect} twice: ${one}, then ${other}`);
}

async function effects(sql: postgres.Sql): Promise<Effects> {
  const [row] = await sql<[Effects]>`
    select count(*) filter (where t.kind = 'settlement' and p.method = 'online')::int as settled,
      count(*) filter (where t.kind = 'settlement' and p.method = 'cash')::int as collected,
      count(*) filter (where t.kind = 'refund')::int as refunded
    from private.ledger_transactions t join public.payments p on p.id = t.payment_id`;
  return row;
}

export const isPerfect = ({ errors, violations: broken, booked, done }: OperationsResult): boolean =>
  errors === 0 && broken.length === 0 && JSON.stringify(booked) === JSON.stringify(done);

export function* describeOperations(result: OperationsResult): Generator<string> {
  const { requests, clients, perSecond, p95Ms, repeated, errors, booked, done, violations: broken } = result;
  yield `${requests} operations by ${clients} clients, ${repeated} of them sent twice: ${perSecond}/s, p95 ${p95Ms} ms`;
  yield `booked: ${booked.settled} settled, ${booked.collected} collected, ${booked.refunded} refunded`;
  yield `done:   ${done.settled} settled, ${done.collected} collected, ${done.refunded} refunded`;
  yield `errors: ${errors}`;
  for (const [message, count] of Object.entries(result.errorMessages)) yield `  ${count} × ${message}`;
  yield `violated invariants: ${broken.length} (${Object.keys(MONEY_RULES).length} rules)`;
  for (const { rule, subject, detail } of broken.slice(0, 20)) yield `  ${rule}: ${subject}, ${detail}`;
}
