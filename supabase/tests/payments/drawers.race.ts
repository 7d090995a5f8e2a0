/** A drawer is opened once, counted once, and what is counted is what went in: whoever takes cash meanwhile. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { meal, type Order, place, scan } from "../../../tests/support/guests.ts";
import { call, race } from "../../../tests/support/race.ts";
import { closing, type Drawer, openDrawer, opening } from "../../../tests/support/till.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(20);
const ROUNDS = [1, 2, 3];
let venue: Venue;
let orders: Order[];
beforeAll(async () => {
  venue = await buildVenue(world);
  const session = await scan(world.api, venue.tables[0].qr);
  orders = [];
  for (let n = 0; n < 8; n += 1) orders.push(must(await place(world.api, session, meal(venue.menu, "pay_later"))));
});
afterAll(() => world.close());

const many = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make));
const open = async (floatMinor: number) =>
  must(await openDrawer(world.api, venue.members.cashier, venue.venueId, `Drawer ${randomUUID()}`, floatMinor));
const collecting = (order: Order, drawer: Drawer, amount: number) =>
  call(world, venue.members.server, "collect_payment", {
    p_order_id: order.id,
    p_method: "cash",
    p_amount_minor: amount,
    p_idempotency_key: randomUUID(),
    p_drawer_session_id: drawer.drawer_session_id,
  });
const counting = (drawer: Drawer, counted: number) =>
  call(world, venue.members.cashier, "close_drawer", closing(drawer.drawer_session_id, counted));

test.each(ROUNDS)("ten open the same drawer: one does (round %i)", async (round) => {
  const answers = await race(
    world,
    await many(10, () =>
      call(world, venue.members.cashier, "open_drawer", opening(venue.venueId, `Bar ${round}`, 100)),
    ),
  );
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, drawer_open: 9 });
  expect(await violations(world.sql)).toEqual([]);
});

test.each(ROUNDS)("cash is taken while the drawer is counted: in it, or refused (round %i)", async () => {
  const drawer = await open(1_000);
  const takings = await Promise.all(orders.map((order, n) => collecting(order, drawer, n + 1)));
  const [closed, ...taken] = await race(world, [await counting(drawer, 1_000), ...takings]);
  if (!closed) throw new Error("nobody counted");
  const inside = taken.reduce((sum, answer, n) => sum + (answer.ok ? n + 1 : 0), 0);
  const { ok = 0, drawer_closed = 0 } = tally(taken.map(outcome));
  expect(ok + drawer_closed).toBe(orders.length);
  expect(must(closed)).toMatchObject({ expected_minor: 1_000 + inside, difference_minor: 0 - inside });
  expect(await violations(world.sql)).toEqual([]);
});

test.each(ROUNDS)("two count one drawer: one does (round %i)", async () => {
  const drawer = await open(500);
  const answers = await race(world, [await counting(drawer, 500), await counting(drawer, 499)]);
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, drawer_closed: 1 });
  expect(await violations(world.sql)).toEqual([]);
});

test.each(ROUNDS)("cash is given back and put in while the drawer is counted (round %i)", async () => {
  const drawer = await open(5_000);
  const [order] = orders;
  if (!order) throw new Error("no order");
  const [paid] = await race<{ payment_id: string }>(world, [await collecting(order, drawer, 50)]);
  if (!paid) throw new Error("nothing was paid");
  const into = { p_drawer_session_id: drawer.drawer_session_id, p_idempotency_key: randomUUID() };
  const back = { ...into, p_payment_id: must(paid).payment_id, p_amount_minor: 20, p_reason: "cold" };
  const [closed, refund, change] = await race(world, [
    await counting(drawer, 5_050),
    await call(world, venue.members.cashier, "refund_payment", back),
    await call(world, venue.members.cashier, "pay_into_drawer", { ...into, p_amount_minor: 7, p_reason: "change" }),
  ]);
  if (!closed || !refund || !change) throw new Error("a racer is missing");
  const expected = 5_050 - (refund.ok ? 20 : 0) + (change.ok ? 7 : 0);
  expect(must(closed)).toMatchObject({ expected_minor: expected });
  for (const answer of [refund, change]) expect(["ok", "drawer_closed"]).toContain(outcome(answer));
  expect(await violations(world.sql)).toEqual([]);
});

test.each(ROUNDS)(
  "the only drawer is counted while cash comes that names none: in it, or in none (round %i)",
  async () => {
    const { venueId, members, menu, tables } = await buildVenue(world);
    const session = await scan(world.api, tables[0].qr);
    const drawer = must(await openDrawer(world.api, members.cashier, venueId, "Bar", 1_000));
    const takings = await many(8, async () => {
      const order = must(await place(world.api, session, meal(menu, "pay_later")));
      const cash = { p_order_id: order.id, p_method: "cash", p_amount_minor: 1, p_idempotency_key: randomUUID() };
      return call(world, members.server, "collect_payment", cash);
    });
    const count = await call(world, members.cashier, "close_drawer", closing(drawer.drawer_session_id, 1_000));
    const answers = await race(world, [count, ...takings]);
    expect(tally(answers.map(outcome))).toEqual({ ok: 9 });
    expect(await violations(world.sql)).toEqual([]);
  },
);
