/**
 * One idempotency key, fifty devices' worth of impatience: a guest's phone that repeats its order because the answer
 * does not come. One order is made; whoever meets it running is told to wait (409), and gets the same answer later.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { guest } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { meal, type Order, place, placing, scan, snack } from "../../../tests/support/guests.ts";
import { call, race } from "../../../tests/support/race.ts";
import { becoming } from "../../../tests/support/sql-api.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const REPEATS = 50;
const world = await cloneWorld(REPEATS);
let venue: Venue;
beforeAll(async () => {
  venue = await buildVenue(world);
});
afterAll(() => world.close());

async function countOrders(): Promise<number> {
  const [found] = await world.sql<{ count: number }[]>`select count(*)::int from public.orders`;
  return found?.count ?? 0;
}

test.each([1, 2, 3])("the same key 50 times at once makes one order (round %i)", async () => {
  const session = await scan(world.api, venue.tables[0].qr);
  const before = await countOrders();
  const key = randomUUID();
  const order = meal(venue.menu, "pay_later");
  const racers = await Promise.all(
    Array.from({ length: REPEATS }, () => call(world, guest, "place_order", placing(session, order, key))),
  );
  const answers = await race<Order>(world, racers);

  const counts = tally(answers.map(outcome));
  expect(Object.keys(counts).filter((code) => code !== "ok" && code !== "idempotency_key_in_use")).toEqual([]);
  const ids = new Set(answers.filter((answer) => answer.ok).map((answer) => must(answer).id));
  expect(ids.size).toBe(1);
  const again = must(await place(world.api, session, order, key));
  expect(ids.has(again.id)).toBe(true);
  expect(await countOrders()).toBe(before + 1);
  expect(await violations(world.sql)).toEqual([]);
});

test("a key whose request is still running is refused at once, and answered when it is done", async () => {
  const session = await scan(world.api, venue.tables[0].qr);
  const key = randomUUID();
  const order = meal(venue.menu, "pay_later");
  const { statement } = await call(world, guest, "place_order", placing(session, order, key));
  const running = await world.sql.reserve();
  try {
    await running`begin`;
    await running.unsafe(becoming(guest));
    const [made] = await running.unsafe<{ answer: Order }[]>(statement);
    expect(await place(world.api, session, order, key)).toMatchObject({
      status: 409,
      problem: { message: "idempotency_key_in_use" },
    });
    await running`commit`;
    expect(must(await place(world.api, session, order, key)).id).toBe(made?.answer.id);
  } finally {
    await running`rollback`;
    running.release();
  }
});

test("one key with two different orders at once: one is made, the other is refused for good", async () => {
  const session = await scan(world.api, venue.tables[1].qr);
  const key = randomUUID();
  const orders = [snack(venue.menu.coffee, "pay_later"), snack(venue.menu.cake, "pay_later")];
  const racers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => call(world, guest, "place_order", placing(session, orders[i % 2], key))),
  );
  await race<Order>(world, racers);

  const [made] =
    await world.sql`select count(*)::int as orders from public.orders where session_id = ${session.session_id}`;
  expect(made?.orders).toBe(1);
  const again: string[] = [];
  for (const order of orders) again.push(outcome(await place(world.api, session, order, key)));
  expect(again.sort()).toEqual(["idempotency_key_reused", "ok"]);
  expect(await violations(world.sql)).toEqual([]);
});

test("fifty different keys are fifty orders, numbered without a gap", async () => {
  const sessions = [await scan(world.api, venue.tables[0].qr), await scan(world.api, venue.tables[0].qr)];
  const racers = await Promise.all(
    Array.from({ length: REPEATS }, (_, i) => {
      const session = sessions[i % 2] as (typeof sessions)[number];
      return call(world, guest, "place_order", placing(session, snack(venue.menu.coffee, "pay_later")));
    }),
  );
  const answers = await race<Order>(world, racers);
  expect(tally(answers.map(outcome))).toEqual({ ok: REPEATS });
  expect(new Set(answers.map((answer) => must(answer).number)).size).toBe(REPEATS);
  expect(await violations(world.sql)).toEqual([]);
});
