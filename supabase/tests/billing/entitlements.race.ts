/** Limits of a plan, met from twenty sides at once: exactly as many get in as there are places left. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { Actor } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { call, inserting, type Racer, race } from "../../../tests/support/race.ts";
import { foundVenue, invite } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const RACERS = 20;
const world = await cloneWorld(RACERS);
let owner: Actor;
let organisationId: string;
let venueId: string;

// Starter: 5 tables, 50 menu items, 3 staff (the owner is one), 1 venue (there already).
beforeEach(async () => {
  [owner] = (await world.users(1)) as [Actor];
  ({ organisationId, venueId } = await foundVenue(world.api, owner));
  await world.sql`update public.organisations set subscription_status = 'active' where id = ${organisationId}`;
});
afterAll(() => world.close());

async function expectPlaces(racers: readonly Racer[], places: number): Promise<void> {
  const answers = await race(world, racers);
  expect(tally(answers.map(outcome))).toEqual({
    ...(places > 0 ? { ok: places } : {}),
    entitlement_exceeded: racers.length - places,
  });
  expect(await violations(world.sql)).toEqual([]);
}

const numbered = <T>(make: (index: number) => T): T[] => Array.from({ length: RACERS }, (_, i) => make(i));

test.each([1, 2, 3])("20 tables for 5 places (round %i)", async () => {
  const racers = numbered((i) => inserting(owner, "tables", [{ venue_id: venueId, label: `${i}` }]));
  await expectPlaces(racers, 5);
});

test("20 times two tables for 5 places: two pairs, and never half a pair", async () => {
  const row = (label: string) => ({ venue_id: venueId, label });
  await expectPlaces(
    numbered((i) => inserting(owner, "tables", [row(`${i}a`), row(`${i}b`)])),
    2,
  );
});

test("20 menu items for 3 places", async () => {
  const [category] = must(await world.api.insert(owner, "menu_categories", [{ venue_id: venueId, name: "All" }]));
  const item = (name: string) => ({ venue_id: venueId, category_id: category?.id, name, price_minor: 100 });
  const first = Array.from({ length: 47 }, (_, i) => item(`first ${i}`));
  must(await world.api.insert(owner, "menu_items", first));
  await expectPlaces(
    numbered((i) => inserting(owner, "menu_items", [item(`last ${i}`)])),
    3,
  );
});

test("20 people accept an invitation, 2 places are left for staff", async () => {
  const people = await world.users(RACERS);
  const tokens: string[] = [];
  for (const person of people)
    tokens.push((await invite(world.api, owner, organisationId, person.email, "server")).token);
  const racers = people.map((person, i) => call(world, person, "accept_invitation", { p_token: tokens[i] }));
  await expectPlaces(await Promise.all(racers), 2);
  const [pending] = await world.sql`
    select count(*)::int as count from public.invitations where organisation_id = ${organisationId} and status = 'pending'`;
  expect(pending?.count, "who found no place keeps the invitation").toBe(RACERS - 2);
});

test("20 venues: none on the plan of one, two more in the trial", async () => {
  const tag = randomBytes(4).toString("hex");
  const venues = (round: string) =>
    Promise.all(
      numbered((i) => {
        const args = { p_organisation_id: organisationId, p_name: "Branch", p_slug: `${tag}-${round}-${i}` };
        return call(world, owner, "create_venue", args);
      }),
    );
  await expectPlaces(await venues("starter"), 0);
  await world.sql`update public.organisations set subscription_status = 'trialing' where id = ${organisationId}`;
  await expectPlaces(await venues("trial"), 2);
});

test("20 tables switched back on for 5 places", async () => {
  await world.sql`update public.organisations set tier = 'enterprise' where id = ${organisationId}`;
  const rows = numbered((i) => ({ venue_id: venueId, label: `${i}` }));
  const tables = must(await world.api.insert(owner, "tables", rows));
  await world.sql`update public.tables set is_active = false where venue_id = ${venueId}`;
  await world.sql`update public.organisations set tier = 'starter' where id = ${organisationId}`;
  const racers = tables.map(({ id }) => ({
    actor: owner,
    statement: `update public.tables set is_active = true where id = '${id}' returning id as answer`,
  }));
  await expectPlaces(racers, 5);
});
