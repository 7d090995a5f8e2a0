/** A table, scanned, seated, closed and given a new code by everybody at once. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { guest } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { collect, type Order, placing, type Session, scan, snack } from "../../../tests/support/guests.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, rotate, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(12);
const ROUNDS = [1, 2, 3, 4, 5];
let venue: Venue;
beforeAll(async () => {
  venue = await buildVenue(world);
});
afterAll(() => world.close());

const scanning = (qr: string) => call(world, guest, "start_table_session", { p_qr_token: qr });
const closing = (sessionId: string) =>
  call(world, venue.members.server, "close_table_session", { p_session_id: sessionId });
const close = async (sessionId: string) =>
  must(await world.api.rpc(venue.members.server, "close_table_session", { p_session_id: sessionId }));

test.each(ROUNDS)("ten devices scan a free table: one session, ten secrets (round %i)", async () => {
  const [table] = venue.tables;
  const answers = await race<Session>(world, await Promise.all(Array.from({ length: 10 }, () => scanning(table.qr))));
  expect(tally(answers.map(outcome))).toEqual({ ok: 10 });
  const sessions = answers.map(must);
  expect(new Set(sessions.map((session) => session.session_id)).size).toBe(1);
  expect(new Set(sessions.map((session) => session.session_token)).size).toBe(10);
  expect(await violations(world.sql)).toEqual([]);
  await close(sessions[0]?.session_id ?? "");
});

test("guests scan while staff seat them: one session", async () => {
  const [, table] = venue.tables;
  const seating = call(world, venue.members.server, "open_table_session", { p_table_id: table.id });
  const racers = [seating, scanning(table.qr), scanning(table.qr), seating, scanning(table.qr)];
  const answers = await race<Session>(world, await Promise.all(racers));
  expect(new Set(answers.map((answer) => must(answer).session_id)).size).toBe(1);
  await close(must(answers[0] as (typeof answers)[number]).session_id);
});

test.each(ROUNDS)("closing while ordering: counted by the close or refused by it (round %i)", async () => {
  const session = await scan(world.api, venue.tables[0].qr);
  const [closed, ordered] = await race<Order>(world, [
    await closing(session.session_id),
    await call(world, guest, "place_order", placing(session, snack(venue.menu.coffee, "pay_later"))),
  ]);
  if (!closed || !ordered) throw new Error("a racer is missing");
  expect([
    ["ok", "table_session_closed"],
    ["table_session_unsettled", "ok"],
  ]).toContainEqual([outcome(closed), outcome(ordered)]);
  expect(await violations(world.sql)).toEqual([]);
  if (ordered.ok) {
    must(await collect(world.api, venue.owner, ordered.value.id, ordered.value.total_minor));
    await close(session.session_id);
  }
});

test.each(ROUNDS)("closing while scanning: nobody joins a closed session (round %i)", async () => {
  const session = await scan(world.api, venue.tables[0].qr);
  const answers = await race<Session>(world, [
    await closing(session.session_id),
    await scanning(venue.tables[0].qr),
    await scanning(venue.tables[0].qr),
  ]);
  expect(tally(answers.map(outcome)).ok).toBeGreaterThanOrEqual(2);
  const joined = answers.slice(1).flatMap((answer) => (answer.ok ? [answer.value.session_id] : []));
  const rows =
    await world.sql`select id from public.table_sessions where id = any (${joined}::uuid[]) and closed_at is null`;
  // Who joined the old session before the close has to scan again; who came after it is in a new, open one.
  expect(new Set(joined.filter((id) => id !== session.session_id)).size).toBe(rows.length);
  expect(await violations(world.sql)).toEqual([]);
  for (const row of rows) await close(row.id);
});

test.each(ROUNDS)("rotating a code while it is scanned: once rotated, never again (round %i)", async () => {
  const [, table] = venue.tables;
  const old = await rotate(world.api, venue.owner, venue.venueId, "table", table.id);
  const args = { p_venue_id: venue.venueId, p_kind: "table", p_table_id: table.id };
  const answers = await race<Session & { token: string }>(world, [
    await call(world, venue.owner, "rotate_qr_code", args),
    ...(await Promise.all(Array.from({ length: 8 }, () => scanning(old)))),
  ]);
  const counts = tally(answers.slice(1).map(outcome));
  expect((counts.ok ?? 0) + (counts.qr_code_invalid ?? 0)).toBe(8);
  const late = await world.api.rpc(guest, "start_table_session", { p_qr_token: old });
  expect(outcome(late)).toBe("qr_code_invalid");
  const { session_id } = await scan(world.api, must(answers[0] as (typeof answers)[number]).token);
  expect(await violations(world.sql)).toEqual([]);
  await close(session_id);
});

test("ten managers rotate one code at once: one code works", async () => {
  const args = { p_venue_id: venue.venueId, p_kind: "counter" };
  const racers = Array.from({ length: 10 }, () => call(world, venue.owner, "rotate_qr_code", args));
  const answers = await race<{ token: string }>(world, await Promise.all(racers));
  expect(tally(answers.map(outcome))).toEqual({ ok: 10 });
  const scans = [];
  for (const answer of answers) {
    scans.push(outcome(await world.api.rpc(guest, "start_table_session", { p_qr_token: must(answer).token })));
  }
  expect(tally(scans)).toEqual({ ok: 1, qr_code_invalid: 9 });
  expect(await violations(world.sql)).toEqual([]);
});
