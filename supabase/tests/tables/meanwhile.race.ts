/** What happens to a call that meets a rearrangement half-way: it waits, and then acts on what is true by then. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { guest } from "../../../tests/support/actors.ts";
import { must, outcome } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { type Order, placing, type Session, scan, snack } from "../../../tests/support/guests.ts";
import { interleave } from "../../../tests/support/interleave.ts";
import { call } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(4);
const { api, sql } = world;
let venue: Venue;
beforeEach(async () => {
  venue = await buildVenue(world);
});
afterAll(() => world.close());

const ordering = (session: Session) =>
  call(world, guest, "place_order", placing(session, snack(venue.menu.coffee, "pay_later")));
const scanning = (qr: string) => call(world, guest, "start_table_session", { p_qr_token: qr });
const merging = (p_table_id: string, other: string) =>
  call(world, venue.owner, "merge_tables", { p_table_id, p_table_ids: [other], p_confirm: true });
interface Parted {
  readonly parted_tables: readonly [{ readonly session_id: string }];
}
const tableOf = async (order: Order) =>
  (await sql`select table_id, session_id from public.orders where id = ${order.id}`)[0];

test("an order that waits for a move is served at the new table", async () => {
  const [one, two] = venue.tables;
  const session = await scan(api, one.qr);
  const move = { p_session_id: session.session_id, p_table_id: two.id };
  const moving = await call(world, venue.owner, "move_table", move);
  const [, order] = await interleave<unknown, Order>(world, moving, await ordering(session));
  expect(await tableOf(must(order))).toMatchObject({ table_id: two.id, session_id: session.session_id });
  expect(await violations(sql)).toEqual([]);
});

test("an order that waits for a merge is on the common bill", async () => {
  const [one, two] = venue.tables;
  const leading = await scan(api, one.qr);
  const following = await scan(api, two.qr);
  const [, order] = await interleave<unknown, Order>(world, await merging(one.id, two.id), await ordering(following));
  expect(await tableOf(must(order))).toMatchObject({ table_id: one.id, session_id: leading.session_id });
  expect(await violations(sql)).toEqual([]);
});

test("an order that waits for its table to part is on the bill of that table", async () => {
  const [one, two] = venue.tables;
  await scan(api, one.qr);
  const following = await scan(api, two.qr);
  must(await api.rpc(venue.owner, "merge_tables", { p_table_id: one.id, p_table_ids: [two.id], p_confirm: true }));
  const parting = await call(world, venue.owner, "unmerge_tables", { p_table_id: two.id });
  const [parted, order] = await interleave<Parted, Order>(world, parting, await ordering(following));
  const [{ session_id }] = must(parted).parted_tables;
  expect(await tableOf(must(order))).toMatchObject({ table_id: two.id, session_id });
  expect(await violations(sql)).toEqual([]);
});

test("an order that waits for a close is refused", async () => {
  const session = await scan(api, venue.tables[0].qr);
  const closing = await call(world, venue.owner, "close_table_session", { p_session_id: session.session_id });
  const [, order] = await interleave<unknown, Order>(world, closing, await ordering(session));
  expect(outcome(order)).toBe("table_session_closed");
});

test("a scan that waits for a merge joins the common session", async () => {
  const [one, two] = venue.tables;
  const leading = await scan(api, one.qr);
  const [, joined] = await interleave<unknown, Session>(world, await merging(one.id, two.id), await scanning(two.qr));
  expect(must(joined).session_id).toBe(leading.session_id);
  expect(await violations(sql)).toEqual([]);
});

test("a scan that waits for a block is refused", async () => {
  const [one] = venue.tables;
  const block = { p_table_id: one.id, p_state: "blocked", p_reason: "wobbles" };
  const blocking = await call(world, venue.owner, "set_table_state", block);
  const [, joined] = await interleave<unknown, Session>(world, blocking, await scanning(one.qr));
  expect(outcome(joined)).toBe("table_blocked");
});

test("a merge that waits for an order takes it along", async () => {
  const [one, two] = venue.tables;
  const leading = await scan(api, one.qr);
  const following = await scan(api, two.qr);
  const [order] = await interleave<Order, unknown>(world, await ordering(following), await merging(one.id, two.id));
  expect(await tableOf(must(order))).toMatchObject({ table_id: one.id, session_id: leading.session_id });
  expect(await violations(sql)).toEqual([]);
});

test("a merge that waits for a booking sees the table reserved", async () => {
  const [one, two] = venue.tables;
  await scan(api, one.qr);
  const booking = await call(world, venue.owner, "book_reservation", {
    ...{ p_venue_id: venue.venueId, p_idempotency_key: "1", p_party_size: 2, p_name: "A. Guest", p_table_id: two.id },
    p_starts_at: new Date(Date.now() + 600_000).toISOString(),
  });
  const [, merged] = await interleave(world, booking, await merging(one.id, two.id));
  expect(outcome(merged)).toBe("table_reserved");
});
