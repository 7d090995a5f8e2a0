/** Many hands on the images of one dish: never more than eight, each place once, and no version that shows what is gone. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { violations } from "../../../tests/support/books.ts";
import { call, race } from "../../../tests/support/race.ts";
import { buildVenue, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(20);
let venue: Venue;
beforeAll(async () => {
  venue = await buildVenue(world);
});
afterAll(() => world.close());

async function uploaded(item: string): Promise<string> {
  const name = `${venue.venueId}/${item}/${randomUUID()}.png`;
  const metadata = world.sql.json({ size: 100, mimetype: "image/png" });
  await world.sql`insert into storage.objects (bucket_id, name, metadata) values ('menu-images', ${name}, ${metadata})`;
  return name;
}

const attaching = (path: string) =>
  call(world, venue.owner, "attach_menu_image", { p_path: path, p_alt: "A dish", p_width: 1, p_height: 1 });
const places = async (item: string) =>
  (
    await world.sql<{ position: number }[]>`
      select position from public.menu_item_images where menu_item_id = ${item} order by position`
  ).map(({ position }) => position);

test("of twelve that attach at once eight are images, each in a place of its own", async () => {
  const paths = await Promise.all(Array.from({ length: 12 }, () => uploaded(venue.menu.coffee)));
  const answers = await race(world, await Promise.all(paths.map(attaching)));
  expect(tally(answers.map(outcome))).toEqual({ ok: 8, menu_image_limit: 4 });
  expect(await places(venue.menu.coffee)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test("one upload attached by ten at once is one image", async () => {
  const path = await uploaded(venue.menu.cake);
  const racers = await Promise.all(Array.from({ length: 10 }, () => attaching(path)));
  const answers = (await race<{ id: string }>(world, racers)).map(must);
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect(await places(venue.menu.cake)).toEqual([1]);
});

test("while images are removed, ordered and published, places have no gap and a version keeps its objects", async () => {
  const item = venue.menu.coffee;
  const images = await world.sql<{ id: string }[]>`
    select id from public.menu_item_images where menu_item_id = ${item} order by position`;
  const ids = images.map(({ id }) => id);
  const removing = ids.slice(0, 5).map((id) => call(world, venue.owner, "remove_menu_image", { p_image_id: id }));
  const ordering = call(world, venue.owner, "order_menu_images", {
    ...{ p_menu_item_id: item, p_image_ids: [...ids].reverse() },
  });
  const publishing = Array.from({ length: 3 }, () =>
    call(world, venue.owner, "publish_menu", { p_venue_id: venue.venueId }),
  );
  const answers = await race(world, await Promise.all([...removing, ordering, ...publishing]));
  const counts = tally(answers.map(outcome));
  expect((counts.ok ?? 0) + (counts.invalid_input ?? 0)).toBe(9);
  expect(await places(item)).toEqual([1, 2, 3]);
  await world.sql`update storage.objects set created_at = now() - interval '25 hours'`;
  const lost = await world.sql`
    select 1 from public.menu_versions mv, unnest(mv.image_paths) shown
    where shown in (select private.removable_objects('menu-images', 1000))`;
  expect(lost).toHaveLength(0);
  expect(await violations(world.sql)).toEqual([]);
});
