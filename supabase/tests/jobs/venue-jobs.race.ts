/** Ten clocks and ten workers at once: a venue has one job of a kind, is told of low stock once, and waits for no other. */
import { afterAll, expect, test } from "vitest";
import { clock, machine } from "../../../tests/support/actors.ts";
import { must, tally } from "../../../tests/support/api.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, stock } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const MANY = 10;
const ROUNDS = [1, 2, 3];
const world = await cloneWorld(MANY + 2);
const { api, sql } = world;
afterAll(() => world.close());

const asking = {
  actor: clock,
  statement: "select private.request_venue_jobs('stock.watch', private.due_venues('stock.watch')) as answer",
};
const times = <T>(thing: T): T[] => Array.from({ length: MANY }, () => thing);

async function lowVenue() {
  const venue = await buildVenue(world);
  const beans = await stock(api, venue.owner, venue.venueId, venue.menu.coffee, 10);
  await sql`update public.ingredients set reorder_level = 10 where id = ${beans}`;
  await sql`update auth.users set email_confirmed_at = now() where email_confirmed_at is null`;
  return venue;
}

test.each(ROUNDS)("ten clocks ask for one job of a venue (round %i)", async () => {
  const venue = await lowVenue();
  (await race<number>(world, times(asking))).map(must);
  const [asked] = await sql`select count(*)::int as jobs from private.outbox o
    where o.topic = 'stock.watch' and o.payload ->> 'venue_id' = ${venue.venueId}`;
  expect(asked).toEqual({ jobs: 1 });
});

test.each(ROUNDS)("ten workers at one venue: each member is told once (round %i)", async () => {
  const venue = await lowVenue();
  const job = await call(world, machine, "run_venue_job", { p_topic: "stock.watch", p_venue_id: venue.venueId });
  const answers = await race<number>(world, times(job));
  expect(tally(answers.map((answer) => String(must(answer))))).toEqual({ "0": MANY - 1, "2": 1 });
  const told = await sql<{ user_id: string }[]>`select user_id from private.notices where venue_id = ${venue.venueId}`;
  const members = [venue.owner.userId, venue.members.manager.userId];
  expect(told.map(({ user_id }) => user_id).sort()).toEqual(members.sort());
});

test("a venue whose job takes its time holds up neither the clock nor the other venues", async () => {
  const slow = await lowVenue();
  const quick = await lowVenue();
  await sql`select private.request_due('stock.watch')`;
  const connection = await sql.reserve();
  try {
    await connection`begin`;
    await connection`select public.run_venue_job('stock.watch', ${slow.venueId})`;
    await sql.begin((tx) => [
      tx`set local lock_timeout = '2s'`,
      tx`update private.venue_jobs set requested_at = now() - interval '2 hours' where venue_id = ${quick.venueId}`,
      tx`select private.request_due('stock.watch')`,
      tx`select public.run_venue_job('stock.watch', ${quick.venueId})`,
    ]);
  } finally {
    await connection`rollback`;
    connection.release();
  }
  const left = await sql<{ venue_id: string }[]>`
    select venue_id from private.venue_jobs where venue_id in (${slow.venueId}, ${quick.venueId})`;
  expect(left.map(({ venue_id }) => venue_id)).toEqual([slow.venueId]);
});
