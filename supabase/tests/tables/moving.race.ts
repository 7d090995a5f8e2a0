/** Tables merged, parted, moved to and blocked while their guests order and others scan. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Actor, guest } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { place, placing, type Session, scan, snack } from "../../../tests/support/guests.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, rotate, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(12);
const { api, sql } = world;
const ROUNDS = [1, 2, 3, 4, 5];
let venue: Venue;
let third: { id: string; qr: string };
let manager: Actor;
let server: Actor;
beforeAll(async () => {
  venue = await buildVenue(world);
  ({ manager, server } = venue.members);
  const [table] = must(await api.insert(venue.owner, "tables", [{ venue_id: venue.venueId, label: "3" }]));
  const id = table?.id ?? "";
  third = { id, qr: await rotate(api, venue.owner, venue.venueId, "table", id) };
});
afterAll(() => world.close());

const ordering = (session: Session) =>
  call(world, guest, "place_order", placing(session, snack(venue.menu.coffee, "pay_later")));
const scanning = (qr: string) => call(world, guest, "start_table_session", { p_qr_token: qr });
const merging = (leader: string, other: string) =>
  call(world, manager, "merge_tables", { p_table_id: leader, p_table_ids: [other], p_confirm: true });
const open = async () =>
  sql<{ id: string; label: string }[]>`select s.id, t.label from public.table_sessions s
    join public.tables t on t.id = s.table_id where s.venue_id = ${venue.venueId} and s.closed_at is null order by t.label`;

/** Everything free again: bills cancelled, sessions closed, groups apart. */
async function clear(): Promise<void> {
  const orders = await sql`select id from public.orders where venue_id = ${venue.venueId} and status <> 'cancelled'`;
  for (const { id } of orders) {
    must(await api.rpc(venue.owner, "cancel_order", { p_order_id: id, p_reason: "the round is over" }));
  }
  for (const { id } of [...venue.tables, third]) must(await api.rpc(manager, "unmerge_tables", { p_table_id: id }));
  for (const { id } of await open()) must(await api.rpc(server, "close_table_session", { p_session_id: id }));
  for (const { id } of [...venue.tables, third]) {
    must(await api.rpc(server, "set_table_state", { p_table_id: id, p_state: "free" }));
  }
}

test.each(ROUNDS)("merging while both tables order and scan: one bill with every order (round %i)", async () => {
  const [one, two] = venue.tables;
  const sessions = [await scan(api, one.qr), await scan(api, two.qr)] as const;
  for (const session of sessions) must(await place(api, session, snack(venue.menu.coffee, "pay_later")));
  const answers = await race(world, [
    await merging(one.id, two.id),
    ...(await Promise.all([...sessions, ...sessions, sessions[1]].map(ordering))),
    await scanning(two.qr),
    await scanning(one.qr),
  ]);
  expect(tally(answers.map(outcome))).toEqual({ ok: 8 });
  expect(await open()).toMatchObject([{ id: sessions[0].session_id, label: "1" }]);
  const [bill] = await sql`select count(*)::int as orders from public.orders
    where session_id = ${sessions[0].session_id} and status <> 'cancelled'`;
  expect(bill?.orders).toBe(7);
  expect(await violations(sql)).toEqual([]);
  await clear();
});

test.each(ROUNDS)(
  "moving while ordering and scanning: every open order is where the party sits (round %i)",
  async () => {
    const [one] = venue.tables;
    const session = await scan(api, one.qr);
    const moving = call(world, server, "move_table", { p_session_id: session.session_id, p_table_id: third.id });
    const racers = [
      moving,
      ordering(session),
      ordering(session),
      ordering(session),
      scanning(one.qr),
      scanning(third.qr),
    ];
    const [moved, ...others] = await race(world, await Promise.all(racers));
    expect(["ok", "table_occupied"]).toContain(moved && outcome(moved));
    expect(tally(others.map(outcome))).toEqual({ ok: 5 });
    expect(await violations(sql)).toEqual([]);
    await clear();
  },
);

test.each(ROUNDS)("parting while both order: each party keeps its own orders (round %i)", async () => {
  const [one, two] = venue.tables;
  const sessions = [await scan(api, one.qr), await scan(api, two.qr)] as const;
  must(await api.rpc(manager, "merge_tables", { p_table_id: one.id, p_table_ids: [two.id], p_confirm: true }));
  const answers = await race(world, [
    await call(world, manager, "unmerge_tables", { p_table_id: two.id }),
    ...(await Promise.all([...sessions, ...sessions, ...sessions].map(ordering))),
  ]);
  expect(tally(answers.map(outcome))).toEqual({ ok: 7 });
  expect((await open()).map(({ label }) => label)).toEqual(["1", "2"]);
  const bills = await sql`select t.label, count(*)::int as orders from public.orders o
    join public.table_sessions s on s.id = o.session_id join public.tables t on t.id = s.table_id
    where s.venue_id = ${venue.venueId} and s.closed_at is null group by t.label order by t.label`;
  expect([...bills]).toEqual([
    { label: "1", orders: 3 },
    { label: "2", orders: 3 },
  ]);
  expect(await violations(sql)).toEqual([]);
  await clear();
});

test.each(ROUNDS)("two managers merge in opposite directions: one wins, nobody deadlocks (round %i)", async () => {
  const [one, two] = venue.tables;
  const answers = await race(world, [
    await merging(one.id, two.id),
    await merging(two.id, one.id),
    await merging(two.id, third.id),
    await merging(third.id, one.id),
  ]);
  const counts = tally(answers.map(outcome));
  expect((counts.ok ?? 0) + (counts.table_merged ?? 0)).toBe(4);
  expect(counts.ok).toBeGreaterThanOrEqual(1);
  expect(await violations(sql)).toEqual([]);
  await clear();
});

test.each(ROUNDS)("blocking while scanning: blocked and empty, or occupied (round %i)", async () => {
  const block = { p_table_id: third.id, p_state: "blocked", p_reason: "wobbles" };
  const [blocked, ...scans] = await race(world, [
    await call(world, server, "set_table_state", block),
    await scanning(third.qr),
    await scanning(third.qr),
  ]);
  const free = blocked && outcome(blocked) === "ok";
  expect(tally(scans.map(outcome))).toEqual(free ? { table_blocked: 2 } : { ok: 2 });
  if (!free) expect(blocked && outcome(blocked)).toBe("table_occupied");
  expect(await violations(sql)).toEqual([]);
  await clear();
});

test.each(ROUNDS)("orders sent to two bills at once are on one of them (round %i)", async () => {
  const [one, two] = venue.tables;
  const sessions = [await scan(api, one.qr), await scan(api, two.qr)] as const;
  const orders: string[] = [];
  for (const session of [...sessions, ...sessions]) {
    orders.push(must(await place(api, session, snack(venue.menu.coffee, "pay_later"))).id);
  }
  const transfer = (session: Session, ids: string[]) =>
    call(world, server, "transfer_orders", { p_order_ids: ids, p_session_id: session.session_id });
  const answers = await race(world, [
    await transfer(sessions[0], orders),
    await transfer(sessions[1], [...orders].reverse()),
    await ordering(sessions[0]),
    await ordering(sessions[1]),
  ]);
  expect(tally(answers.map(outcome))).toEqual({ ok: 4 });
  expect(await violations(sql)).toEqual([]);
  await clear();
});
