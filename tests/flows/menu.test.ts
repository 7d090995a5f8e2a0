/** Writing the menu under row level security, publishing it, and what guests see of it. */
import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { type Actor, guest } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { place, scan, snack } from "../support/guests.ts";
import { expectDenied, refusals } from "../support/refusal.ts";
import { buildVenue, foundVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql } = world;
const refused = await refusals(sql);
afterAll(() => world.close());
const venue = await buildVenue(world);
const { owner, members, menu, venueId, slug } = venue;
const [stranger] = (await world.users(1)) as [Actor];
const theirs = await foundVenue(api, stranger);

interface Guests {
  readonly version: number;
  readonly etag: string;
  readonly categories: readonly {
    readonly name: string;
    readonly items: readonly { id: string; price_minor: number }[];
  }[];
  readonly unavailable_item_ids: readonly string[];
}
const seen = async () => must(await api.rpc<Guests>(guest, "get_menu", { p_venue_slug: slug }));
const coffeeSeen = async () =>
  (await seen()).categories.flatMap(({ items }) => items).find(({ id }) => id === menu.coffee);
const publish = (by: Actor) =>
  api.rpc<{ version: number; changed: boolean }>(by, "publish_menu", { p_venue_id: venueId });
const coffee = `menu_items?id=eq.${menu.coffee}`;

test("guests see the published menu in order, and no draft", async () => {
  const before = await seen();
  expect(before.categories.map(({ name }) => name)).toEqual(["Mains", "Sweets"]);
  must(await api.update(members.manager, coffee, { price_minor: 999 }));
  expect(await seen()).toEqual(before);
  expect((await coffeeSeen())?.price_minor).toBe(320);
  const published = must(await publish(members.manager));
  expect(published).toMatchObject({ version: before.version + 1, changed: true });
  expect((await coffeeSeen())?.price_minor).toBe(999);
  expect(must(await publish(members.manager))).toMatchObject({ version: published.version, changed: false });
});

test("who may not edit changes nothing; who may not see sees nothing", async () => {
  for (const by of [members.server, members.cashier, members.kitchen, members.staff, stranger]) {
    expect(must(await api.update(by, coffee, { price_minor: 1 }))).toEqual([]);
    expect(must(await api.remove(by, coffee))).toEqual([]);
    expectDenied(await api.insert(by, "menu_categories", [{ venue_id: venueId, name: "Mine" }]));
    refused.expect(await publish(by), "permission_denied");
  }
  expect(must(await api.select(members.server, coffee))).toHaveLength(1);
  expect(must(await api.select(stranger, coffee))).toEqual([]);
  expectDenied(await api.select(guest, coffee));
});

test("no row of the menu can point into another venue, and none can move there", async () => {
  const item = { venue_id: theirs.venueId, category_id: randomUUID(), name: "Cuckoo", price_minor: 1 };
  const [category] = must(await api.select<{ category_id: string }>(owner, `${coffee}&select=category_id`));
  const foreign = await api.insert(stranger, "menu_items", [{ ...item, category_id: category?.category_id }]);
  expect(foreign).toMatchObject({ ok: false, status: 409, problem: { code: "23503" } });
  expectDenied(await api.update(owner, coffee, { venue_id: theirs.venueId }));
});

test("implausible prices and texts are refused by constraint", async () => {
  for (const row of [{ price_minor: -1 }, { price_minor: 100_000_001 }, { name: " " }, { tax_rate_bp: 10_001 }]) {
    expect(await api.update(owner, coffee, row)).toMatchObject({ ok: false, status: 400, problem: { code: "23514" } });
  }
});

test("a menu without items, and a group that cannot be satisfied, are not published", async () => {
  refused.expect(await api.rpc(stranger, "publish_menu", { p_venue_id: theirs.venueId }), "menu_incomplete");
  refused.expect(await api.rpc(guest, "get_menu", { p_venue_slug: theirs.slug }), "menu_not_published");
  refused.expect(await api.rpc(guest, "get_menu", { p_venue_slug: "nowhere" }), "venue_not_found");
  const group = { venue_id: venueId, name: "Impossible", min_choices: 2, max_choices: 2 };
  const [impossible] = must(await api.insert(owner, "modifier_groups", [group]));
  must(
    await api.insert(owner, "menu_item_modifier_groups", [
      { venue_id: venueId, menu_item_id: menu.cake, group_id: impossible?.id },
    ]),
  );
  const { version } = await seen();
  refused.expect(await publish(owner), "menu_incomplete");
  expect((await seen()).version).toBe(version);
  must(await api.remove(owner, `modifier_groups?id=eq.${impossible?.id}`));
});

test("the kitchen takes an item off sale at once, without publishing, and puts it back", async () => {
  const session = await scan(api, venue.tables[0].qr);
  const { version } = await seen();
  const set = (by: Actor, available: boolean) =>
    api.rpc(by, "set_availability", { p_venue_id: venueId, p_is_available: available, p_menu_item_ids: [menu.cake] });
  must(await set(members.kitchen, false));
  expect(await seen()).toMatchObject({ version, unavailable_item_ids: [menu.cake] });
  refused.expect(await place(api, session, snack(menu.cake, "pay_later")), "menu_item_unavailable");
  refused.expect(await set(members.server, true), "permission_denied");
  refused.expect(await set(stranger, true), "permission_denied");
  must(await set(members.kitchen, true));
  must(await place(api, session, snack(menu.cake, "pay_later")));
});

test("ids of another venue are not switched", async () => {
  const args = { p_venue_id: theirs.venueId, p_is_available: false, p_menu_item_ids: [menu.coffee] };
  expect(must(await api.rpc(stranger, "set_availability", args))).toMatchObject({ items_changed: 0 });
  expect((await seen()).unavailable_item_ids).toEqual([]);
});

test("readers are counted by the address that the gateway saw, by POST: a form will do, a GET will not", async () => {
  const forged = { "x-forwarded-for": "203.0.113.77", "cf-connecting-ip": "203.0.113.77" };
  const form = { ...forged, "content-type": "application/x-www-form-urlencoded" };
  expect((await api.send(guest, "POST", "/rest/v1/rpc/get_menu", `p_venue_slug=${slug}`, form)).status).toBe(200);
  const counted = await sql<{ address: string }[]>`
    select a as address from unnest(array['127.0.0.1', '203.0.113.77', '']) a
    where exists (select 1 from private.rate_limits r where r.scope = 'get_menu' and r.subject = md5('get_menu|' || a)::uuid)`;
  expect(counted.map(({ address }) => address)).toEqual(["127.0.0.1"]);
  const read = await api.send(guest, "GET", `/rest/v1/rpc/get_menu?p_venue_slug=${slug}`);
  expect([read.status, JSON.parse(read.text).message]).toEqual([405, "post_required"]);
});
