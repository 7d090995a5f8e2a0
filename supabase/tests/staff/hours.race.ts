/** Nobody is in two places at once, however many plan, clock in and correct at the same moment. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../../../tests/support/actors.ts";
import { type Answer, must, outcome, tally } from "../../../tests/support/api.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, join, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const PLANNERS = 20;
const ROUNDS = [1, 2, 3, 4, 5];
const world = await cloneWorld(PLANNERS);
const { api, sql } = world;
let venue: Venue;
let secondVenueId: string;
let day = 0;
beforeAll(async () => {
  venue = await buildVenue(world);
  await sql`update public.organisations set tier = 'enterprise' where id = ${venue.organisationId}`;
  const second = { p_organisation_id: venue.organisationId, p_name: "Second", p_slug: `${venue.slug}-second` };
  secondVenueId = must(await api.rpc<{ id: string }>(venue.owner, "create_venue", second)).id;
});
afterAll(() => world.close());

interface Shift {
  readonly shift_id: string;
}
interface Entry {
  readonly time_entry_id: string;
  readonly status: string;
}
const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const planning = (member: Actor, from: number, until: number, venueId = venue.venueId) =>
  call(world, venue.owner, "plan_shift", {
    ...{ p_venue_id: venueId, p_user_id: member.userId },
    ...{ p_starts_at: at(from), p_ends_at: at(until) },
  });
const others = (total: number) => Array.from({ length: total }, (_, index) => index);

/** Pairs of hours of one person that overlap: what must never be. */
async function overlaps(): Promise<number> {
  const [found] = await sql<{ count: number }[]>`
    select (select count(*) from public.shifts a join public.shifts b using (organisation_id, user_id)
        where a.id < b.id and 'cancelled' not in (a.status, b.status)
          and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at))::int
      + (select count(*) from public.time_entries a join public.time_entries b using (organisation_id, user_id)
        where a.id < b.id and 'forgotten' not in (a.status, b.status)
          and tstzrange(a.clocked_in_at, a.clocked_out_at) && tstzrange(b.clocked_in_at, b.clocked_out_at))::int as count`;
  return found?.count ?? -1;
}

test.each(ROUNDS)("twenty overlapping shifts for one person in two venues: one is planned (round %i)", async () => {
  day += 24;
  const racers = others(PLANNERS).map((index) =>
    planning(venue.members.server, day + index / 10, day + 8 + index / 10, index % 2 ? venue.venueId : secondVenueId),
  );
  const answers = await race(world, await Promise.all(racers));
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, shift_overlap: PLANNERS - 1 });
  expect(await overlaps()).toBe(0);
});

test.each(ROUNDS)("one shift sent twenty times is planned once (round %i)", async () => {
  day += 24;
  const racer = await planning(venue.members.server, day, day + 8);
  const answers = await race<Shift>(
    world,
    others(PLANNERS).map(() => racer),
  );
  expect(tally(answers.map(outcome))).toEqual({ ok: PLANNERS });
  expect(new Set(answers.map((answer) => must(answer).shift_id)).size).toBe(1);
});

test("everybody planned for one slot: all of them work", async () => {
  day += 24;
  const everybody = Object.values(venue.members);
  const answers = await race(world, await Promise.all(everybody.map((member) => planning(member, day, day + 8))));
  expect(tally(answers.map(outcome))).toEqual({ ok: everybody.length });
});

test.each(ROUNDS)(
  "moving, planning and publishing at once: never two at a time, never a deadlock (round %i)",
  async () => {
    day += 48;
    const one = must<Shift>(await oneShift(day, day + 4));
    const two = must<Shift>(await oneShift(day + 8, day + 12));
    const moving = (shift: Shift, from: number) =>
      call(world, venue.owner, "change_shift", {
        p_shift_id: shift.shift_id,
        p_starts_at: at(from),
        p_ends_at: at(from + 4),
      });
    const publishing = { p_venue_id: venue.venueId, p_from: at(day - 1), p_until: at(day + 24) };
    const answers = await race(world, [
      await moving(one, day + 5),
      await moving(two, day + 5),
      await planning(venue.members.kitchen, day + 4, day + 8),
      await planning(venue.members.kitchen, day + 6, day + 10),
      await call(world, venue.owner, "publish_shifts", publishing),
      await call(world, venue.owner, "publish_shifts", publishing),
    ]);
    const counts = tally(answers.map(outcome));
    expect((counts.ok ?? 0) + (counts.shift_overlap ?? 0)).toBe(6);
    expect(answers.slice(4).map(outcome)).toEqual(["ok", "ok"]);
    expect(await overlaps()).toBe(0);
  },
);

const oneShift = async (from: number, until: number, member = venue.members.kitchen): Promise<Answer<Shift>> => {
  const args = { p_venue_id: venue.venueId, p_user_id: member.userId };
  return api.rpc<Shift>(venue.owner, "plan_shift", { ...args, p_starts_at: at(from), p_ends_at: at(until) });
};

test.each(ROUNDS)("ten times clocking in at once: one open entry (round %i)", async () => {
  const racer = await call(world, venue.members.server, "clock_in", { p_venue_id: venue.venueId });
  const answers = await race<Entry>(
    world,
    others(10).map(() => racer),
  );
  expect(tally(answers.map(outcome))).toEqual({ ok: 10 });
  const ids = new Set(answers.map((answer) => must(answer).time_entry_id));
  expect(ids.size).toBe(1);
  expect(await overlaps()).toBe(0);
  must(await api.rpc(venue.members.server, "clock_out", { p_time_entry_id: [...ids][0] }));
});

test.each(ROUNDS)("clocking in at two venues at once: in one of them (round %i)", async () => {
  const places = others(10).map((index) => (index % 2 ? venue.venueId : secondVenueId));
  const racers = places.map((id) => call(world, venue.members.cashier, "clock_in", { p_venue_id: id }));
  const answers = await race<Entry>(world, await Promise.all(racers));
  expect(tally(answers.map(outcome))).toEqual({ ok: 5, already_clocked_in: 5 });
  expect(await overlaps()).toBe(0);
  const entry = answers.flatMap((answer) => (answer.ok ? [answer.value.time_entry_id] : []))[0];
  must(await api.rpc(venue.members.cashier, "clock_out", { p_time_entry_id: entry }));
});

test.each(ROUNDS)("clocking in for a shift while it is cancelled: one of the two (round %i)", async () => {
  const [worker] = (await world.users(1)) as [Actor];
  await join(api, venue.owner, worker, venue.organisationId, "server");
  const { shift_id } = must(await oneShift(0.5, 4, worker));
  const publishing = { p_venue_id: venue.venueId, p_from: at(0), p_until: at(1) };
  must(await api.rpc(venue.owner, "publish_shifts", publishing));
  const [clocked, cancelled] = await race<{ shift: Shift | null }>(world, [
    await call(world, worker, "clock_in", { p_venue_id: venue.venueId }),
    await call(world, venue.owner, "cancel_shift", { p_shift_id: shift_id, p_reason: "quiet" }),
  ]);
  if (!clocked || !cancelled) throw new Error("a racer is missing");
  expect(must(clocked).shift === null ? "ok" : "shift_closed").toBe(outcome(cancelled));
});

test.each(ROUNDS)("planning for somebody who is being removed: no shift to come stays (round %i)", async () => {
  const [worker] = (await world.users(1)) as [Actor];
  const { membership_id } = await join(api, venue.owner, worker, venue.organisationId, "server");
  const answers = await race(world, [
    await planning(worker, 24, 28),
    await call(world, venue.owner, "remove_member", { p_membership_id: membership_id }),
  ]);
  expect([
    ["ok", "ok"],
    ["member_not_found", "ok"],
  ]).toContainEqual(answers.map(outcome));
  const rows = await sql`select 1 from public.shifts where user_id = ${worker.userId} and status <> 'cancelled'`;
  expect(rows.length).toBe(0);
});
