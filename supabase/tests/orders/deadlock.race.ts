/**
 * Everything that can happen to the orders of one table, from 16 sessions at once and in no order at all. Locks are
 * taken in the documented order (organisation → venue → session → order → payment → refund → stock by id), so nobody
 * may ever meet a deadlock, and every refusal must be one of ours.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clock, guest, machine } from "../../../tests/support/actors.ts";
import { type Answer, type Arguments, must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { type Dice, dice } from "../../../tests/support/dice.ts";
import { collect, meal, place, type Session, scan, snack } from "../../../tests/support/guests.ts";
import { providerEvent, providerId, record, startPayment, succeeded } from "../../../tests/support/payments.ts";
import { becoming, refusalOf } from "../../../tests/support/sql-api.ts";
import { buildVenue, stock, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const SESSIONS = 16;
const STEPS = 25;
const ROUNDS = [1, 2, 3];
const world = await cloneWorld(SESSIONS);
const { api, sql } = world;
let venue: Venue;
let cakes: string;
beforeAll(async () => {
  venue = await buildVenue(world);
  cakes = await stock(api, venue.owner, venue.venueId, venue.menu.cake, 40);
  await stock(api, venue.owner, venue.venueId, venue.menu.coffee, 1000);
  const off = { venue_id: venue.venueId, is_stackable: true };
  must(await api.insert(venue.owner, "discounts", [{ ...off, name: "Tenth", percent_bp: 1000 }]));
  const cake = { ...off, name: "Cake", menu_item_id: venue.menu.cake, amount_minor: 50, max_uses: 20 };
  must(await api.insert(venue.owner, "discounts", [cake]));
});
afterAll(() => world.close());

interface Game {
  readonly session: Session;
  readonly orders: readonly string[];
  readonly random: Dice;
}
type Step = (game: Game, orderId: string) => Promise<Answer<unknown>>;

const someId = async (table: "payments" | "kitchen_tickets" | "refunds", random: Dice): Promise<string> => {
  const rows = await sql<{ id: string }[]>`select id from public.${sql(table)} order by created_at desc, id limit 20`;
  return rows[random.roll(Math.max(rows.length, 1))]?.id ?? randomUUID();
};

const someLine = async (orderId: string, random: Dice): Promise<string> => {
  const rows = await sql<{ id: string }[]>`select id from public.order_lines where order_id = ${orderId}`;
  return rows[random.roll(Math.max(rows.length, 1))]?.id ?? randomUUID();
};

async function asClock(statement: string): Promise<Answer<unknown>> {
  try {
    await sql.begin((tx) => [tx.unsafe(becoming(clock)), tx.unsafe(statement)]);
    return { ok: true, status: 200, value: null };
  } catch (error) {
    return refusalOf(error);
  }
}

const STEPS_THERE_ARE: Readonly<Record<string, Step>> = {
  collect: ({ random }, order) =>
    collect(api, venue.members.cashier, order, 1 + random.roll(900), { p_tip_minor: random.roll(3) }),
  start: ({ session }, order) => startPayment(api, session, order),
  succeed: async ({ random }) => {
    const payment = await someId("payments", random);
    const [row] = await sql`select amount_minor from public.payments where id = ${payment}`;
    return record(api, succeeded({ payment_id: payment, amount_minor: Number(row?.amount_minor ?? 1) }));
  },
  decline: async ({ random }) => {
    const metadata = { payment_id: await someId("payments", random) };
    return record(api, providerEvent("payment_intent.payment_failed", { id: providerId("pi"), metadata }));
  },
  giveUp: async ({ random }) => api.rpc(machine, "cancel_payment", { p_payment_id: await someId("payments", random) }),
  refund: async ({ random }) =>
    api.rpc(venue.owner, "refund_payment", {
      p_payment_id: await someId("payments", random),
      p_amount_minor: 1 + random.roll(400),
      p_reason: "cold",
      p_idempotency_key: randomUUID(),
    }),
  confirmRefund: async ({ random }) =>
    api.rpc(machine, "confirm_refund", {
      p_refund_id: await someId("refunds", random),
      p_status: random.pick(["succeeded", "failed", "pending"]),
    }),
  cook: async ({ random }) =>
    api.rpc(venue.members.kitchen, "advance_ticket", {
      p_ticket_id: await someId("kitchen_tickets", random),
      p_to: random.pick(["in_progress", "ready", "bumped", "new"]),
    }),
  advance: ({ random }, order) =>
    api.rpc(venue.members.server, "advance_order", {
      p_order_id: order,
      p_to: random.pick(["accepted", "preparing", "ready", "served", "completed"]),
    }),
  amend: async ({ random }, order) => {
    const changes = random.pick([
      { add: [{ menu_item_id: random.pick([venue.menu.cake, venue.menu.coffee]), quantity: 1 + random.roll(2) }] },
      { remove: [await someLine(order, random)] },
      { change: [{ line_id: await someLine(order, random), quantity: 1 + random.roll(3) }] },
    ]);
    const key = { p_idempotency_key: randomUUID() };
    return api.rpc(venue.members.server, "amend_order", { p_order_id: order, p_changes: changes, ...key });
  },
  comp: async ({ random }, order) =>
    api.rpc(venue.owner, "comp_line", {
      p_line_id: await someLine(order, random),
      p_reason: "late",
      p_amount_minor: random.roll(300),
    }),
  void: async ({ random }, order) =>
    api.rpc(venue.owner, "void_line", { p_line_id: await someLine(order, random), p_reason: "wrong" }),
  fire: ({ random }, order) =>
    api.rpc(venue.members.server, "fire_course", { p_order_id: order, p_course: 1 + random.roll(2) }),
  cookMany: async ({ random }) =>
    api.rpc(venue.members.kitchen, "advance_tickets", {
      p_ticket_ids: [await someId("kitchen_tickets", random), await someId("kitchen_tickets", random)],
      p_to: random.pick(["in_progress", "ready"]),
    }),
  orderForTable: ({ session, random }) =>
    api.rpc(venue.members.server, "place_staff_order", {
      p_venue_id: venue.venueId,
      p_idempotency_key: randomUUID(),
      p_order: snack(random.pick([venue.menu.cake, venue.menu.coffee]), "pay_later"),
      p_table_session_id: session.session_id,
    }),
  cancel: ({ random }, order) =>
    random.roll(4) > 0
      ? api.rpc(guest, "get_menu", { p_venue_slug: venue.slug })
      : api.rpc(venue.owner, "cancel_order", { p_order_id: order, p_reason: "gone" }),
  order: ({ session, random }) =>
    place(api, session, snack(random.pick([venue.menu.cake, venue.menu.coffee]), "pay_later")),
  close: ({ session }) => api.rpc(venue.members.server, "close_table_session", { p_session_id: session.session_id }),
  rearrange: ({ session, random }, order) => {
    const [one, two] = venue.tables;
    const table = random.pick([one, two]).id;
    const changes: [string, Arguments][] = [
      ["move_table", { p_session_id: session.session_id, p_table_id: table }],
      ["merge_tables", { p_table_id: one.id, p_table_ids: [two.id], p_confirm: true }],
      ["merge_tables", { p_table_id: two.id, p_table_ids: [one.id], p_confirm: true }],
      ["unmerge_tables", { p_table_id: table }],
      ["transfer_orders", { p_order_ids: [order], p_session_id: session.session_id }],
      ["set_table_state", { p_table_id: table, p_state: "free" }],
      ["create_qr_codes", { p_venue_id: venue.venueId, p_table_ids: [two.id, one.id], p_kind: "table_pickup" }],
      ["get_floor", { p_venue_id: venue.venueId }],
    ];
    return api.rpc(venue.owner, ...random.pick(changes));
  },
  reserve: async ({ random }) => {
    const booked = await sql<{ id: string }[]>`select id from public.reservations order by created_at desc, id limit 5`;
    const id = { p_reservation_id: booked[random.roll(Math.max(booked.length, 1))]?.id ?? randomUUID() };
    const hours = random.roll(6);
    const p_starts_at = new Date(Date.now() + hours * 3_600_000).toISOString();
    const book = { p_venue_id: venue.venueId, p_starts_at, p_party_size: 2, p_name: "A. Guest" };
    const changes: [string, Arguments][] = [
      ["book_reservation", { ...book, p_table_id: random.pick(venue.tables).id, p_idempotency_key: randomUUID() }],
      ["book_reservation", { ...book, p_idempotency_key: randomUUID() }],
      ["assign_reservation", id],
      ["check_in_reservation", { ...id, p_join: true }],
      ["cancel_reservation", id],
    ];
    const clocks = ["advance_reservations()", "close_due_days(now() + interval '1 day')"];
    return random.roll(5) === 0
      ? asClock(`select private.${random.pick(clocks)}`)
      : api.rpc(venue.members.server, ...random.pick(changes));
  },
  scan: () => api.rpc(guest, "start_table_session", { p_qr_token: venue.tables[0].qr }),
  bill: ({ session }) => api.rpc(guest, "get_bill", { p_session_token: session.session_token }),
  restock: () =>
    api.rpc(venue.owner, "adjust_stock", {
      p_ingredient_id: cakes,
      p_kind: "receive",
      p_quantity: 1,
      p_reason: "delivery",
      p_idempotency_key: randomUUID(),
    }),
  publish: () => api.rpc(venue.owner, "publish_menu", { p_venue_id: venue.venueId }),
  expire: async ({ random }, order) => {
    if (random.roll(4) === 0) {
      await sql`update public.orders set created_at = now() - interval '31 minutes' where id = ${order}`;
    }
    return asClock("select private.expire_orders()");
  },
  relay: () => api.rpc(machine, "relay_outbox"),
};

test.each(ROUNDS)("16 sessions, everything at once: no deadlock, no error, balanced books (round %i)", async () => {
  const random = dice("deadlock.race");
  const session = await scan(api, venue.tables[0].qr);
  const requests = [meal(venue.menu, "pay_now"), meal(venue.menu, "pay_now"), snack(venue.menu.cake, "pay_later", 2)];
  const orders: string[] = [];
  for (const request of requests) orders.push(must(await place(api, session, request)).id);
  const game: Game = { session, orders, random };

  const steps = Object.entries(STEPS_THERE_ARE);
  const met: { step: string; answer: Answer<unknown> }[] = [];
  const play = async (): Promise<void> => {
    for (let turn = 0; turn < STEPS; turn += 1) {
      const [step, work] = random.pick(steps);
      met.push({ step, answer: await work(game, random.pick(game.orders)) });
    }
  };
  await Promise.all(Array.from({ length: SESSIONS }, play));

  const ours = (answer: Answer<unknown>) => answer.ok || (answer.status >= 400 && answer.status < 500);
  const broken = met.filter(({ answer }) => !ours(answer)).map(({ step, answer }) => `${step}: ${outcome(answer)}`);
  expect(tally(broken), `SEED=${random.seed}`).toEqual({});
  expect(met.filter(({ answer }) => answer.ok).length).toBeGreaterThan(SESSIONS);
  expect(await violations(sql), `SEED=${random.seed}`).toEqual([]);
});
