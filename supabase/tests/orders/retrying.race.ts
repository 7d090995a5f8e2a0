/**
 * Deadlocks on purpose: 64 clients pay, refund, cook and order at one table through the shared retry helper, while other
 * sessions lock the same rows the other way round. Whoever is chosen as the victim repeats its call with the same key:
 * no call fails for good, and none counts twice.
 */
import { randomUUID } from "node:crypto";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Actor, guest, machine } from "../../../tests/support/actors.ts";
import { type Answer, type Arguments, must, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { dice } from "../../../tests/support/dice.ts";
import { collect, meal, place, placing, type Session, scan, snack } from "../../../tests/support/guests.ts";
import { persistently } from "../../../tests/support/persistently.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const CLIENTS = 64;
const CALLS = 8;
const CONTRARY = 6;
const world = await cloneWorld(CLIENTS + CONTRARY);
const { api, sql } = world;
const random = dice("retrying.race");
let venue: Venue;
let orders: string[];
let payments: string[];

beforeAll(async () => {
  // A second is long for a test. Of the database, because only a superuser may set it for a session.
  const admin = postgres(world.stack.adminDbUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe(`alter database ${new URL(world.url).pathname.slice(1)} set deadlock_timeout = '15ms'`);
  await admin.end();
  venue = await buildVenue(world);
  const session = await scan(api, venue.tables[0].qr);
  const order = meal(venue.menu, "pay_later");
  const placed = [1, 2, 3, 4].map(async () => must(await place(api, session, order)).id);
  orders = await Promise.all(placed);
  const paid = orders.map(async (id) => must(await collect(api, venue.members.cashier, id, 1000)).payment_id);
  payments = await Promise.all(paid);
});
afterAll(() => world.close());

/** Two rows the wrong way round, again and again, until `isOver`. Its own deadlocks are its own business. */
async function lockContrarily(isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const first = random.roll(orders.length);
    const [one, other] = [first, (first + 1 + random.roll(orders.length - 1)) % orders.length].sort();
    const [low, high] = [orders[one ?? 0] ?? "", orders[other ?? 0] ?? ""].sort();
    const backwards = [
      // Payment before order, and orders from the highest id down.
      [`select 1 from public.payments where id = '${payments[first]}' for update`, "orders", orders[first] ?? ""],
      [`select 1 from public.orders where id = '${high}' for update`, "orders", low ?? ""],
    ] as const;
    const [lock, table, id] = random.pick(backwards);
    const work = sql.begin(async (tx) => {
      await tx.unsafe(lock);
      await tx.unsafe(`select 1 from public.${table} where id = '${id}' for update`);
    });
    await work.catch((error: unknown) => {
      if (!(error instanceof postgres.PostgresError && error.code === "40P01")) throw error;
    });
  }
}

interface Call {
  readonly actor: Actor;
  readonly name: string;
  readonly args: Arguments;
}
const keyed = () => ({ p_idempotency_key: randomUUID() });
const cashier = () => venue.members.cashier;

const CALLS_THERE_ARE: readonly ((device: Session) => Promise<Call>)[] = [
  async () => {
    const more = { p_method: "cash", p_amount_minor: 1, ...keyed() };
    return { actor: cashier(), name: "collect_payment", args: { p_order_id: random.pick(orders), ...more } };
  },
  async () => {
    const more = { p_amount_minor: 1, p_reason: "cold", ...keyed() };
    return { actor: cashier(), name: "refund_payment", args: { p_payment_id: random.pick(payments), ...more } };
  },
  async () => {
    const tickets = await sql<{ id: string }[]>`select id from public.kitchen_tickets where status <> 'cancelled'`;
    const p_ticket_ids = [random.pick(tickets).id, random.pick(tickets).id, random.pick(tickets).id];
    return { actor: venue.members.kitchen, name: "advance_tickets", args: { p_ticket_ids, p_to: "in_progress" } };
  },
  async (device) => ({
    actor: guest,
    name: "place_order",
    args: placing(device, snack(venue.menu.coffee, "pay_later")),
  }),
  async () => ({ actor: machine, name: "relay_outbox", args: {} }),
];

test(`${CLIENTS} clients among deadlocks: none of their calls fails, none counts twice`, async () => {
  const met: { name: string; answer: Answer<unknown> }[] = [];
  const repeated: string[] = [];
  let over = false;
  const contrary = Array.from({ length: CONTRARY }, () => lockContrarily(() => over));
  const play = async (): Promise<void> => {
    const device = await scan(api, venue.tables[0].qr); // each may order so often
    for (let turn = 0; turn < CALLS; turn += 1) {
      const { actor, name, args } = await random.pick(CALLS_THERE_ARE)(device);
      const ask = () => api.rpc(actor, name, args);
      const onRetry = ({ problem }: { problem: { code: string } }) => repeated.push(`${name} ${problem.code}`);
      met.push({ name, answer: await persistently(ask, { onRetry, random: () => random.roll(1000) / 1000 }) });
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, play)).finally(() => {
    over = true;
  });
  await Promise.all(contrary);

  const told = `SEED=${random.seed}: ${JSON.stringify(tally(repeated))}`;
  console.info(told);
  const refused = met.filter(({ answer }) => !answer.ok).map(({ name, answer }) => [name, answer]);
  expect(refused, told).toEqual([]);
  expect(met).toHaveLength(CLIENTS * CALLS);
  expect(repeated.filter((one) => one.endsWith("40P01")).length, told).toBeGreaterThan(0);

  const calls = tally(met.map(({ name }) => name));
  const [counted] = await sql`
    select (select count(*)::int from public.payments where amount_minor = 1) as collect_payment,
      (select count(*)::int from public.refunds) as refund_payment,
      (select count(*)::int from public.orders) - ${orders.length} as place_order`;
  const { collect_payment, refund_payment, place_order } = calls;
  expect({ ...counted }, told).toEqual({ collect_payment, refund_payment, place_order });
  expect(await violations(sql), told).toEqual([]);
});
