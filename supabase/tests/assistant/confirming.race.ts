/** Ten taps on one proposal are one change; and proposals that are each within a guardrail do not pass it together. */
import { afterAll, beforeEach, expect, test } from "vitest";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const RACERS = 8;
const world = await cloneWorld(RACERS);
const { api, sql } = world;
let venue: Venue;
afterAll(() => world.close());
beforeEach(async () => {
  venue = await buildVenue(world);
  await sql`update public.organisations set tier = 'enterprise', subscription_status = 'active'
    where id = ${venue.organisationId}`;
});

async function propose(tool: string, args: object): Promise<string> {
  const proposal = { p_venue_id: venue.venueId, p_tool: tool, p_arguments: args };
  return must(await api.rpc<{ proposal_id: string }>(venue.owner, "propose_change", proposal)).proposal_id;
}
const confirming = (ids: readonly string[], name = "confirm_proposal") =>
  Promise.all(ids.map((id) => call(world, venue.owner, name, { p_proposal_id: id })));

test("one proposal, confirmed by many taps, is done once", async () => {
  const category = await sql<{ id: string }[]>`select id from public.menu_categories where venue_id = ${venue.venueId}`;
  const id = await propose("create_item", { category_id: category[0]?.id, name: "Soup", price_minor: 700 });
  const answers = await race(world, await confirming(Array(RACERS).fill(id)));
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, proposal_closed: RACERS - 1 });
  expect(await sql`select 1 from public.menu_items where name = 'Soup' and venue_id = ${venue.venueId}`).toHaveLength(
    1,
  );
  const undone = await race(world, await confirming(Array(RACERS).fill(id), "undo_proposal"));
  expect(tally(undone.map(outcome))).toEqual({ ok: 1, proposal_not_undoable: RACERS - 1 });
});

test("discounts that are each allowed, at once: together no more than one may take off", async () => {
  const ids: string[] = [];
  for (let n = 0; n < RACERS; n += 1)
    ids.push(await propose("create_discount", { name: `Off ${n}`, percent_bp: 1_000 }));
  const answers = await race(world, await confirming(ids));
  expect(tally(answers.map(outcome))).toEqual({ ok: 3, guardrail_exceeded: RACERS - 3 });
});

test("tables of many proposals at once stay within the day's limit", async () => {
  const ids: string[] = [];
  for (let n = 0; n < RACERS; n += 1) {
    const tables = Array.from({ length: 4 }, (_, i) => ({ label: `G${n}-${i}` }));
    ids.push(await propose("create_tables", { tables }));
  }
  const answers = await race(world, await confirming(ids));
  expect(tally(answers.map(outcome))).toEqual({ ok: 5, guardrail_exceeded: RACERS - 5 });
  const made = await sql`select 1 from public.tables where venue_id = ${venue.venueId} and label like 'G%'`;
  expect(made).toHaveLength(20);
});
