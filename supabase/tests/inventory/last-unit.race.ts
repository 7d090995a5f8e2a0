/** One portion left, twenty guests: one eats. And the way back: what is cancelled can be sold again, once. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { guest } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { type Order, type OrderRequest, placing, type Session, scan, snack } from "../../../tests/support/guests.ts";
import { call, race } from "../../../tests/support/race.ts";
import { writeRecipe } from "../../../tests/support/stockroom.ts";
import { buildVenue, stock, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const GUESTS = 20;
const world = await cloneWorld(GUESTS);
let venue: Venue;
let sessions: Session[];
let cakes: string;
let coffees: string;

beforeAll(async () => {
  venue = await buildVenue(world);
  cakes = await stock(world.api, venue.owner, venue.venueId, venue.menu.cake, 1);
  coffees = await stock(world.api, venue.owner, venue.venueId, venue.menu.coffee, 10);
  sessions = await Promise.all(Array.from({ length: GUESTS }, () => scan(world.api, venue.tables[0].qr)));
});
afterAll(() => world.close());

const all = (order: (index: number) => OrderRequest) =>
  Promise.all(sessions.map((session, i) => call(world, guest, "place_order", placing(session, order(i)))));

async function onHand(ingredientId: string): Promise<number> {
  const [found] = await world.sql<
    { on_hand: string }[]
  >`select on_hand from public.ingredients where id = ${ingredientId}`;
  return Number(found?.on_hand);
}

test("the last unit is sold once, and once again after its order was cancelled", async () => {
  for (const round of [1, 2, 3]) {
    const answers = await race<Order>(world, await all(() => snack(venue.menu.cake, "pay_later")));
    expect(tally(answers.map(outcome)), `round ${round}`).toEqual({ ok: 1, out_of_stock: GUESTS - 1 });
    expect(await onHand(cakes)).toBe(0);
    expect(await violations(world.sql)).toEqual([]);
    const winner = answers.find((answer) => answer.ok);
    if (!winner) throw new Error("nobody won");
    const args = { p_order_id: must(winner).id, p_reason: "changed their mind" };
    must(await world.api.rpc(venue.owner, "cancel_order", args));
    expect(await onHand(cakes)).toBe(1);
  }
});

test("ten units, twenty guests who want one to three each: stock never falls below zero", async () => {
  const answers = await race<Order>(world, await all((i) => snack(venue.menu.coffee, "pay_later", 1 + (i % 3))));
  const counts = tally(answers.map(outcome));
  expect(Object.keys(counts).sort()).toEqual(["ok", "out_of_stock"]);
  const left = await onHand(coffees);
  expect(left).toBeGreaterThanOrEqual(0);
  // Somebody who wanted no more than what is left would have been served.
  expect(left).toBeLessThan(3);
  expect(await violations(world.sql)).toEqual([]);
});

test("baskets that hold the same two ingredients in opposite order never deadlock", async () => {
  const receive = { p_kind: "receive", p_quantity: 100, p_reason: "delivery" };
  for (const id of [cakes, coffees]) {
    const args = { ...receive, p_ingredient_id: id, p_idempotency_key: randomUUID() };
    must(await world.api.rpc(venue.owner, "adjust_stock", args));
  }
  const lines = [
    { menu_item_id: venue.menu.cake, quantity: 1 },
    { menu_item_id: venue.menu.coffee, quantity: 2 },
  ];
  const basket = (i: number) => ({ ...snack("", "pay_later"), lines: i % 2 ? lines : lines.toReversed() });
  for (const _round of [1, 2]) {
    const answers = await race<Order>(world, await all(basket));
    expect(tally(answers.map(outcome))).toEqual({ ok: GUESTS });
  }
  expect(await violations(world.sql)).toEqual([]);
});

test("the last unit of what only an option needs is sold once, and comes back with its order", async () => {
  const { owner, venueId, menu } = venue;
  const [dough] = must(await world.api.insert(owner, "ingredients", [{ venue_id: venueId, name: "Dough", unit: "g" }]));
  if (!dough) throw new Error("nothing was inserted");
  const large = [{ ingredient_id: dough.id, quantity: 0.5, unit: "kg" }];
  await writeRecipe(world.api, owner, venueId, { p_option_id: menu.large }, large);
  const receive = { p_ingredient_id: dough.id, p_kind: "receive", p_quantity: 999, p_reason: "delivery" };
  must(await world.api.rpc(owner, "adjust_stock", { ...receive, p_idempotency_key: randomUUID() }));
  const pizza = (i: number) => {
    const line = { menu_item_id: menu.pizza, quantity: 1, options: [i % 4 ? menu.large : menu.regular] };
    return { ...snack("", "pay_later"), lines: [line] };
  };
  for (const _round of [1, 2]) {
    const answers = await race<Order>(world, await all(pizza));
    expect(tally(answers.map(outcome))).toEqual({ ok: GUESTS / 4 + 1, out_of_stock: (GUESTS * 3) / 4 - 1 });
    expect(await onHand(dough.id)).toBe(499);
    const winner = answers.find((answer, i) => answer.ok && i % 4 > 0);
    if (!winner) throw new Error("nobody won");
    const args = { p_order_id: must(winner).id, p_reason: "changed their mind" };
    must(await world.api.rpc(owner, "cancel_order", args));
    expect(await onHand(dough.id)).toBe(999);
  }
  expect(await violations(world.sql)).toEqual([]);
});

test("a delivery booked twenty times under one key arrives once", async () => {
  const before = await onHand(cakes);
  const args = {
    p_ingredient_id: cakes,
    p_kind: "receive",
    p_quantity: 5,
    p_reason: "delivery",
    p_idempotency_key: randomUUID(),
  };
  const racers = Array.from({ length: GUESTS }, () => call(world, venue.owner, "adjust_stock", args));
  const counts = tally((await race(world, await Promise.all(racers))).map(outcome));
  expect((counts.ok ?? 0) + (counts.idempotency_key_in_use ?? 0)).toBe(GUESTS);
  expect(await onHand(cakes)).toBe(before + 5);
  expect(await violations(world.sql)).toEqual([]);
});
