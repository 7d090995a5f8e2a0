/** One line of a purchase order, ten people at the back door: what was ordered is received once. And proposing, once. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeEach, expect, test } from "vitest";
import { guest } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { placing, type Session, scan } from "../../../tests/support/guests.ts";
import { call, type Racer, race } from "../../../tests/support/race.ts";
import { addSupplier, delivery, order } from "../../../tests/support/stockroom.ts";
import { buildVenue, stock, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const RACERS = 10;
const world = await cloneWorld(2 * RACERS);
let venue: Venue;
let supplier: string;
let cakes: string;
let coffees: string;

beforeEach(async () => {
  venue = await buildVenue(world);
  supplier = await addSupplier(world.api, venue.owner, venue.venueId);
  cakes = await stock(world.api, venue.owner, venue.venueId, venue.menu.cake, 50);
  coffees = await stock(world.api, venue.owner, venue.venueId, venue.menu.coffee, 50);
});
afterAll(() => world.close());

const receiving = (args: (index: number) => object): Promise<Racer[]> =>
  Promise.all(
    Array.from({ length: RACERS }, (_, i) => call(world, venue.owner, "receive_purchase_order", { ...args(i) })),
  );
async function of(ingredientId: string): Promise<{ on_hand: number; cost: number }> {
  const [row] = await world.sql<{ on_hand: number; cost: number }[]>`
    select on_hand::float8 as on_hand, cost_per_1000_minor::float8 as cost from public.ingredients where id = ${ingredientId}`;
  if (!row) throw new Error("no such ingredient");
  return row;
}

test("a whole line delivered ten times over arrives once", async () => {
  const id = await order(world.api, venue.owner, venue.venueId, supplier, cakes, 7);
  const answers = await race(world, await receiving(() => delivery(id, cakes, 7)));
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, purchase_order_transition_invalid: RACERS - 1 });
  expect(await of(cakes)).toEqual({ on_hand: 57, cost: 100_000 });
  expect(await violations(world.sql)).toEqual([]);
});

test("parts are received until the line is full, and no further", async () => {
  const id = await order(world.api, venue.owner, venue.venueId, supplier, cakes, 10);
  const answers = await race(world, await receiving(() => delivery(id, cakes, 3)));
  expect(tally(answers.map(outcome))).toEqual({ ok: 3, delivery_exceeds_order: RACERS - 3 });
  expect((await of(cakes)).on_hand).toBe(59);
  must(await world.api.rpc(venue.owner, "receive_purchase_order", delivery(id, cakes, 1)));
  expect(await of(cakes)).toEqual({ on_hand: 60, cost: 100_000 });
  expect(await violations(world.sql)).toEqual([]);
});

test("a delivery repeated under one key, or cancelled meanwhile, counts once or not at all", async () => {
  const id = await order(world.api, venue.owner, venue.venueId, supplier, cakes, 10);
  const key = randomUUID();
  const answers = await race(world, await receiving(() => delivery(id, cakes, 5, key)));
  const counts = tally(answers.map(outcome));
  expect((counts.ok ?? 0) + (counts.idempotency_key_in_use ?? 0)).toBe(RACERS);
  expect((await of(cakes)).on_hand).toBe(55);
  const last = await race(world, [
    ...(await receiving(() => delivery(id, cakes, 5))),
    await call(world, venue.owner, "cancel_purchase_order", { p_purchase_order_id: id }),
  ]);
  expect(last.filter(({ ok }) => ok)).toHaveLength(1);
  expect([55, 60]).toContain((await of(cakes)).on_hand);
  expect(await violations(world.sql)).toEqual([]);
});

test("deliveries and orders of the same two ingredients, in opposite order, never deadlock", async () => {
  const lines = [cakes, coffees].map((id) => ({ ingredient_id: id, quantity: 100 }));
  const draft = { p_venue_id: venue.venueId, p_supplier_id: supplier, p_lines: lines };
  const saved = must(await world.api.rpc<{ purchase_order_id: string }>(venue.owner, "save_purchase_order", draft));
  const { purchase_order_id } = saved;
  must(await world.api.rpc(venue.owner, "send_purchase_order", { p_purchase_order_id: purchase_order_id }));
  const sessions: Session[] = await Promise.all(
    Array.from({ length: RACERS }, () => scan(world.api, venue.tables[0].qr)),
  );
  const basket = [venue.menu.cake, venue.menu.coffee].map((id) => ({ menu_item_id: id, quantity: 1 }));
  const parts = lines.map((line) => ({ ...line, quantity: 10 }));
  const turned = <T>(list: readonly T[], i: number) => (i % 2 ? [...list] : list.toReversed());
  const orders = await Promise.all(
    sessions.map((session, i) => {
      const request = { fulfilment: "table", payment_mode: "pay_later", lines: turned(basket, i) };
      return call(world, guest, "place_order", placing(session, request));
    }),
  );
  const deliveries = await receiving((i) => ({
    ...delivery(purchase_order_id, cakes, 0),
    p_lines: turned(parts, i),
  }));
  const answers = await race(world, [...orders, ...deliveries]);
  expect(tally(answers.map(outcome))).toEqual({ ok: 2 * RACERS });
  expect([(await of(cakes)).on_hand, (await of(coffees)).on_hand]).toEqual([140, 140]);
  expect(await violations(world.sql)).toEqual([]);
});

test("ten people propose and send at once: what is missing is ordered once", async () => {
  await world.sql`update public.ingredients set par_level = 60, supplier_id = ${supplier} where id in ${world.sql([cakes, coffees])}`;
  const statement = `select coalesce(jsonb_agg(send_purchase_order((o ->> 'purchase_order_id')::uuid)), '[]') as answer
    from jsonb_array_elements(propose_purchase_orders('${venue.venueId}') -> 'purchase_orders') o`;
  const racers = Array.from({ length: RACERS }, () => ({ actor: venue.owner, statement }));
  const answers = await race<unknown[]>(world, racers);
  expect(tally(answers.map(outcome))).toEqual({ ok: RACERS });
  expect(answers.flatMap(must)).toHaveLength(1);
  const lines = await world.sql<{ status: string; quantity: number }[]>`
    select o.status, l.quantity::float8 as quantity from public.purchase_orders o
    join public.purchase_order_lines l on l.purchase_order_id = o.id where o.venue_id = ${venue.venueId}`;
  expect([...lines]).toEqual([
    { status: "sent", quantity: 12 },
    { status: "sent", quantity: 12 },
  ]);
});
