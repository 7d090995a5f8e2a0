/** The daily close, run by ten clocks at once, and while guests still order. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { clock, guest } from "../../../tests/support/actors.ts";
import { must, outcome } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { meal, type Order, place, placing, scan, snack } from "../../../tests/support/guests.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(12);
const { api, sql } = world;
const ROUNDS = [1, 2, 3];
// Of tomorrow, so that today is over; the other venues of this database are closed with the first run.
const closing = { actor: clock, statement: "select private.close_due_days(now() + interval '1 day') as answer" };
let venue: Venue;
beforeEach(async () => {
  await sql`select private.close_due_days(now() + interval '1 day')`;
  venue = await buildVenue(world);
});
afterAll(() => world.close());

test.each(ROUNDS)("ten clocks close one day: one does, once (round %i)", async () => {
  const settled = await scan(api, venue.counterQr);
  const owing = await scan(api, venue.tables[0].qr);
  must(await place(api, owing, snack(venue.menu.coffee, "pay_later")));
  must(await place(api, owing, meal(venue.menu, "pay_now")));
  const answers = await race<number>(
    world,
    Array.from({ length: 10 }, () => closing),
  );
  expect(answers.map(must).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  const rows = await sql`select closed_sessions, expired_orders, jsonb_array_length(unsettled) as unsettled
    from public.daily_closes where venue_id = ${venue.venueId}`;
  expect([...rows]).toEqual([{ closed_sessions: 1, expired_orders: 1, unsettled: 1 }]);
  const open = await sql`select id from public.table_sessions where venue_id = ${venue.venueId} and closed_at is null`;
  expect(open.map(({ id }) => id)).toEqual([owing.session_id]);
  expect(settled.session_id).not.toBe(owing.session_id);
  const expired = await sql`select to_status from public.order_events e join public.orders o on o.id = e.order_id
    where o.venue_id = ${venue.venueId} and to_status = 'expired'`;
  expect(expired.length).toBe(1);
  expect(await violations(sql)).toEqual([]);
});

test.each(ROUNDS)("closing while ordering and moving: reported or refused, never lost (round %i)", async () => {
  const session = await scan(api, venue.tables[0].qr);
  const move = { p_session_id: session.session_id, p_table_id: venue.tables[1].id };
  const [closed, ordered, moved] = await race<Order>(world, [
    closing,
    await call(world, guest, "place_order", placing(session, snack(venue.menu.coffee, "pay_later"))),
    await call(world, venue.members.server, "move_table", move),
  ]);
  expect(closed && outcome(closed)).toBe("ok");
  expect(["ok", "table_session_closed"]).toContain(moved && outcome(moved));
  const [report] = await sql`select closed_sessions, jsonb_array_length(unsettled) as unsettled
    from public.daily_closes where venue_id = ${venue.venueId}`;
  expect([
    ["ok", { closed_sessions: 0, unsettled: 1 }],
    ["table_session_closed", { closed_sessions: 1, unsettled: 0 }],
  ]).toContainEqual([ordered && outcome(ordered), { ...report }]);
  expect(await violations(sql)).toEqual([]);
});
