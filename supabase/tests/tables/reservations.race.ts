/** One slot wanted by many, one party checked in by everybody, one table for two parties. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clock, guest } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(20);
const { api, sql } = world;
const ROUNDS = [1, 2, 3, 4, 5];
let venue: Venue;
let hour = 1;
beforeAll(async () => {
  venue = await buildVenue(world);
});
afterAll(() => world.close());

interface Reservation {
  readonly reservation_id: string;
  readonly table_id: string | null;
  readonly session_id: string | null;
  readonly status: string;
}
const booking = (startsAt: string, tableId: string | null, key: string = randomUUID()) => ({
  ...{ p_venue_id: venue.venueId, p_idempotency_key: key, p_starts_at: startsAt, p_party_size: 2, p_name: "A. Guest" },
  p_table_id: tableId,
});
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const later = () => {
  hour += 2;
  return inHours(hour);
};
const { stringify } = JSON;
const book = async (startsAt: string, tableId: string | null) =>
  must(await api.rpc<Reservation>(venue.members.server, "book_reservation", booking(startsAt, tableId))).reservation_id;

test.each(ROUNDS)("twenty book the same slot: one has it (round %i)", async () => {
  const startsAt = later();
  const { server } = venue.members;
  const args = Array.from({ length: 20 }, () => booking(startsAt, venue.tables[0].id));
  const answers = await race(world, await Promise.all(args.map((one) => call(world, server, "book_reservation", one))));
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, reservation_overlap: 19 });
  expect(await violations(sql)).toEqual([]);
});

test.each(ROUNDS)("one booking sent ten times is made once (round %i)", async () => {
  const args = booking(later(), venue.tables[0].id);
  const racers = Array.from({ length: 10 }, () => call(world, venue.members.server, "book_reservation", args));
  const answers = await race<Reservation>(world, await Promise.all(racers));
  const counts = tally(answers.map(outcome));
  expect((counts.ok ?? 0) + (counts.idempotency_key_in_use ?? 0), stringify(counts)).toBe(10);
  const ids = answers.flatMap((answer) => (answer.ok ? [answer.value.reservation_id] : []));
  expect(new Set(ids).size).toBe(1);
});

test.each(ROUNDS)("parties that are given a table at once get different ones (round %i)", async () => {
  const startsAt = later();
  const ids = [await book(startsAt, null), await book(startsAt, null), await book(startsAt, null)];
  const assigning = ids.map((id) => call(world, venue.members.server, "assign_reservation", { p_reservation_id: id }));
  const answers = await race<Reservation>(world, await Promise.all(assigning));
  expect(tally(answers.map(outcome))).toEqual({ ok: 2, no_table_free: 1 });
  const tables = answers.flatMap((answer) => (answer.ok ? [answer.value.table_id] : []));
  expect(new Set(tables).size).toBe(2);
  expect(await violations(sql)).toEqual([]);
});

/** Ends what a round has begun, so that the table is free for the next. */
async function clear(): Promise<void> {
  const open = await sql`select id from public.table_sessions where venue_id = ${venue.venueId} and closed_at is null`;
  for (const { id } of open) must(await api.rpc(venue.owner, "close_table_session", { p_session_id: id }));
  await sql`select private.advance_reservations()`;
  const due = await sql`select id from public.reservations where venue_id = ${venue.venueId} and status = 'booked'
    and starts_at < now() + interval '40 minutes'`;
  for (const { id } of due) must(await api.rpc(venue.owner, "cancel_reservation", { p_reservation_id: id }));
}

test.each(ROUNDS)("ten members check one party in: one session (round %i)", async () => {
  const id = await book(inHours(0.1), venue.tables[0].id);
  const actors = [venue.owner, venue.members.manager, venue.members.server, venue.members.staff];
  const racers = Array.from({ length: 10 }, (_, i) =>
    call(world, actors[i % 4] ?? venue.owner, "check_in_reservation", { p_reservation_id: id }),
  );
  const answers = await race<Reservation>(world, await Promise.all(racers));
  expect(tally(answers.map(outcome))).toEqual({ ok: 10 });
  expect(new Set(answers.map((answer) => must(answer).session_id)).size).toBe(1);
  expect(await violations(sql)).toEqual([]);
  await clear();
});

test.each(ROUNDS)("checked in or cancelled or missed, never two of them (round %i)", async () => {
  const id = await book(inHours(0), venue.tables[0].id);
  await sql`update public.reservations set starts_at = now() - interval '21 minutes' where id = ${id}`;
  const [checkedIn, cancelled] = await race<Reservation>(world, [
    await call(world, venue.members.server, "check_in_reservation", { p_reservation_id: id }),
    await call(world, venue.members.staff, "cancel_reservation", { p_reservation_id: id }),
    { actor: clock, statement: "select private.advance_reservations() as answer" },
  ]);
  const [row] = await sql<{ status: string; sessions: number }[]>`select r.status, (select count(*)::int
    from public.table_sessions s where s.id = r.session_id and s.closed_at is null) as sessions
    from public.reservations r where r.id = ${id}`;
  const ends = { checked_in: ["ok", "reservation_closed"], cancelled: ["reservation_closed", "ok"] };
  const missed = ["reservation_closed", "reservation_closed"];
  const expected = (ends as Record<string, string[]>)[row?.status ?? ""] ?? missed;
  expect([checkedIn, cancelled].map((answer) => answer && outcome(answer))).toEqual(expected);
  expect(row?.sessions).toBe(row?.status === "checked_in" ? 1 : 0);
  await clear();
});

test.each(ROUNDS)(
  "a waiting party, a reservation and a scan want one table: one party sits there (round %i)",
  async () => {
    const [table] = venue.tables;
    const { server } = venue.members;
    const id = await book(inHours(0.5), null);
    const party = { ...booking("", null), p_quoted_minutes: 10 };
    const { p_venue_id, p_idempotency_key, p_party_size, p_name, p_quoted_minutes } = party;
    const waiting = { p_venue_id, p_idempotency_key, p_party_size, p_name, p_quoted_minutes };
    const { waiting_party_id } = must(
      await api.rpc<{ waiting_party_id: string }>(server, "add_waiting_party", waiting),
    );
    const answers = await race(world, [
      await call(world, server, "check_in_reservation", { p_reservation_id: id, p_table_id: table.id }),
      await call(world, server, "seat_waiting_party", { p_waiting_party_id: waiting_party_id, p_table_id: table.id }),
      await call(world, guest, "start_table_session", { p_qr_token: table.qr }),
    ]);
    const [seated, other] = answers.slice(0, 2).map(outcome);
    expect([seated, other].filter((one) => one === "ok").length).toBeLessThanOrEqual(1);
    expect([seated, other].filter((one) => one !== "ok").every((one) => one === "table_occupied")).toBe(true);
    expect(await violations(sql)).toEqual([]);
    must(await api.rpc(server, "close_table_session", { p_session_id: (await openAt(table.id)) ?? "" }));
    await clear();
  },
);

const openAt = async (tableId: string): Promise<string | undefined> =>
  (await sql`select id from public.table_sessions where table_id = ${tableId} and closed_at is null`)[0]?.id;
