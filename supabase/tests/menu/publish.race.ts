/** Ten managers publish at once; guests order while the menu changes under them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { guest } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { type Order, placing, scan, snack } from "../../../tests/support/guests.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(20);
let venue: Venue;
beforeAll(async () => {
  venue = await buildVenue(world);
});
afterAll(() => world.close());

interface Published {
  readonly version: number;
  readonly changed: boolean;
}

const publishing = () => call(world, venue.members.manager, "publish_menu", { p_venue_id: venue.venueId });
const price = (minor: number) =>
  world.sql`update public.menu_items set price_minor = ${minor} where id = ${venue.menu.coffee}`;

test.each([2, 3, 4])("ten publications of one draft make one version (version %i)", async (version) => {
  await price(300 + version);
  const racers = await Promise.all(Array.from({ length: 10 }, publishing));
  const answers = (await race<Published>(world, racers)).map(must);
  expect(new Set(answers.map((answer) => answer.version))).toEqual(new Set([version]));
  expect(answers.filter((answer) => answer.changed)).toHaveLength(1);
  expect(await violations(world.sql)).toEqual([]);
});

test("guests who order during a publication pay the old price or the new one, as their version says", async () => {
  await price(100);
  must(await world.api.rpc(venue.owner, "publish_menu", { p_venue_id: venue.venueId }));
  await price(777);
  const session = await scan(world.api, venue.tables[0].qr);
  const ordering = () => call(world, guest, "place_order", placing(session, snack(venue.menu.coffee, "pay_later")));
  const racers = [await publishing(), ...(await Promise.all(Array.from({ length: 15 }, ordering)))];
  const answers = await race<Order>(world, racers);
  expect(tally(answers.map(outcome))).toEqual({ ok: 16 });
  const odd = await world.sql`
    select o.id, o.total_minor, p.price_minor from public.orders o
    join public.published_menu_items p
      on p.venue_id = o.venue_id and p.version = o.menu_version and p.menu_item_id = ${venue.menu.coffee}
    where o.session_id = ${session.session_id} and (o.total_minor <> p.price_minor or p.price_minor not in (100, 777))`;
  expect([...odd]).toEqual([]);
  expect(await violations(world.sql)).toEqual([]);
});
