/** Cooks who finish at the same moment: the order is ready exactly once, and never left behind. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { meal, type Order, place, type Session, scan } from "../../../tests/support/guests.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(10);
const ROUNDS = [1, 2, 3, 4, 5];
let venue: Venue;
let session: Session;
beforeAll(async () => {
  venue = await buildVenue(world);
  session = await scan(world.api, venue.tables[0].qr);
});
afterAll(() => world.close());

interface Advanced {
  readonly order_status: string;
}

const advancing = (ticketId: string, to: string) =>
  call(world, venue.members.kitchen, "advance_ticket", { p_ticket_id: ticketId, p_to: to });

async function placed(): Promise<{ order: Order; tickets: [string, string] }> {
  const order = must(await place(world.api, session, meal(venue.menu, "pay_later")));
  const rows = await world.sql<{ id: string }[]>`select id from public.kitchen_tickets where order_id = ${order.id}`;
  return { order, tickets: rows.map((row) => row.id) as [string, string] };
}

const advanceBoth = async (tickets: readonly string[], to: string) =>
  race<Advanced>(world, await Promise.all(tickets.map((ticket) => advancing(ticket, to))));

async function history(orderId: string): Promise<string[]> {
  const rows = await world.sql<{ to_status: string }[]>`
    select to_status from public.order_events where order_id = ${orderId} order by id`;
  return rows.map((row) => row.to_status);
}

test.each(ROUNDS)("two cooks start, then finish, an order's two tickets at once (round %i)", async () => {
  const { order, tickets } = await placed();
  expect(tally((await advanceBoth(tickets, "in_progress")).map(outcome))).toEqual({ ok: 2 });
  const finished = await advanceBoth(tickets, "ready");
  expect(tally(finished.map((answer) => must(answer).order_status))).toEqual({ preparing: 1, ready: 1 });
  expect(await history(order.id)).toEqual(["placed", "accepted", "preparing", "ready"]);
  expect(await violations(world.sql)).toEqual([]);
});

test("ten taps on one ticket move it one step", async () => {
  const { order, tickets } = await placed();
  const racers = await Promise.all(Array.from({ length: 10 }, () => advancing(tickets[0], "in_progress")));
  expect(tally((await race(world, racers)).map(outcome))).toEqual({ ok: 10 });
  expect(await history(order.id)).toEqual(["placed", "accepted", "preparing"]);
});

test.each(ROUNDS)("starting to cook while the order is cancelled (round %i)", async () => {
  const { order, tickets } = await placed();
  const args = { p_order_id: order.id, p_reason: "gone" };
  const [started, cancelled] = await race(world, [
    await advancing(tickets[0], "in_progress"),
    await call(world, venue.owner, "cancel_order", args),
  ]);
  if (!started || !cancelled) throw new Error("a racer is missing");
  expect(outcome(cancelled)).toBe("ok");
  expect(["ok", "ticket_transition_invalid"]).toContain(outcome(started));
  const left = await world.sql`
    select distinct status from public.kitchen_tickets where order_id = ${order.id}`;
  expect(left.map((row) => row.status)).toEqual(["cancelled"]);
  expect(await violations(world.sql)).toEqual([]);
});
