/** Looks at a subscription and changes of it, from twenty sides at once: the last look counts, and one change is under way. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { type Actor, machine } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { subscriptionObject } from "../../../tests/support/billing.ts";
import { violations } from "../../../tests/support/books.ts";
import { call, type Racer, race } from "../../../tests/support/race.ts";
import { foundVenue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const RACERS = 20;
const TIERS = ["starter", "pro", "enterprise"] as const;
const world = await cloneWorld(RACERS);
let owner: Actor;
let organisationId: string;

beforeEach(async () => {
  [owner] = (await world.users(1)) as [Actor];
  ({ organisationId } = await foundVenue(world.api, owner));
});
afterAll(() => world.close());

const numbered = (make: (index: number) => Promise<Racer>): Promise<Racer[]> =>
  Promise.all(Array.from({ length: RACERS }, (_, index) => make(index)));

test.each([1, 2, 3])("20 looks at once end as the one that was begun last (round %i)", async () => {
  const began = Date.now();
  const racers = await numbered((index) =>
    call(world, machine, "apply_subscription", {
      p_object: subscriptionObject(organisationId, TIERS[index % 3] ?? "pro"),
      p_seen_at: new Date(began + ((index * 7) % RACERS)).toISOString(),
    }),
  );
  const answers = await race<{ outcome: string }>(world, racers);
  const outcomes = answers.map((answer) => must(answer).outcome);
  expect(outcomes.filter((one) => !["changed", "unchanged", "stale"].includes(one))).toEqual([]);
  // 7 is prime to 20: the index whose time is the latest.
  const last = Array.from({ length: RACERS }, (_, index) => index).find((index) => (index * 7) % RACERS === RACERS - 1);
  const [plan] =
    await world.sql`select tier, subscription_status from public.organisations where id = ${organisationId}`;
  expect(plan).toEqual({ tier: TIERS[(last ?? 0) % 3], subscription_status: "active" });
  const history = await world.sql<{ before: string | null; after: string }[]>`
    select before ->> 'tier' as before, after ->> 'tier' as after from public.subscription_events
    where organisation_id = ${organisationId} order by id`;
  // Each change goes on where the one before it ended.
  expect(history.map(({ before }) => before)).toEqual([null, ...history.slice(0, -1).map(({ after }) => after)]);
  expect(history.at(-1)?.after).toBe(plan?.tier);
  expect(await violations(world.sql)).toEqual([]);
});

test("20 times the same change is one change; of two, one waits", async () => {
  const change = (item: string) =>
    call(world, owner, "start_billing_change", { p_organisation_id: organisationId, p_kind: "checkout", p_item: item });
  const same = await race<{ change_id: string }>(world, await numbered(() => change("pro")));
  expect(new Set(same.map((answer) => must(answer).change_id)).size).toBe(1);
  await world.sql`delete from public.billing_changes`;
  const mixed = await race(world, await numbered((index) => change(index % 2 ? "pro" : "starter")));
  expect(tally(mixed.map(outcome))).toEqual({ ok: RACERS / 2, billing_change_in_progress: RACERS / 2 });
});
