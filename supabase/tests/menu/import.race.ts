/** One file imported by several people at once is in the draft once; the plan's number of items holds between files. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(10);
let venue: Venue;
beforeAll(async () => {
  venue = await buildVenue(world);
});
afterAll(() => world.close());

const file = (prefix: string, rows: number) =>
  ["name,category,price_minor", ...Array.from({ length: rows }, (_, n) => `${prefix} ${n},Specials,100`)].join("\r\n");
const importing = (content: string) =>
  call(world, venue.members.manager, "import_menu", {
    p_venue_id: venue.venueId,
    p_format: "csv",
    p_content: content,
  });
const count = async (prefix: string) => {
  const [found] = await world.sql<{ items: number; names: number; categories: number }[]>`
    select count(*)::int as items, count(distinct i.name)::int as names, count(distinct i.category_id)::int as categories
    from public.menu_items i where i.venue_id = ${venue.venueId} and i.name like ${`${prefix} %`}`;
  return found;
};

test("six imports of one file add each row once, and its category once", async () => {
  const answers = await race(world, await Promise.all(Array.from({ length: 6 }, () => importing(file("Same", 20)))));
  expect(tally(answers.map(outcome))).toEqual({ ok: 6 });
  expect(await count("Same")).toEqual({ items: 20, names: 20, categories: 1 });
});

test("imports that together exceed the plan: each is in whole or not at all", async () => {
  const files = Array.from({ length: 5 }, (_, n) => file(`File ${n}`, 60));
  const answers = await race(world, await Promise.all(files.map(importing)));
  const seen = tally(answers.map(outcome));
  expect(Object.keys(seen).sort()).toEqual(["entitlement_exceeded", "ok"]);
  for (const [n, answer] of answers.entries()) {
    expect((await count(`File ${n}`))?.items).toBe(answer.ok ? 60 : 0);
  }
  expect(await violations(world.sql)).toEqual([]);
});
