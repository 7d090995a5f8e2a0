/** An image from its upload to a guest's page, through supabase-js: who may, what is taken, what guests get, what is cleaned up. */
import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import type { Json } from "../../supabase/functions/_shared/database.types.ts";
import { type Actor, guest } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { attachImage, type Image, imagePath, imagesAs, imagesOfMachine, PIXELS, PNG } from "../support/images.ts";
import { refusals } from "../support/refusal.ts";
import { until } from "../support/until.ts";
import { buildVenue, foundVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
const refused = await refusals(sql);
afterAll(() => world.close());
const { owner, members, menu, venueId, slug } = await buildVenue(world);
const [stranger] = (await world.users(1)) as [Actor];
const theirs = await foundVenue(api, stranger);

const newPath = (item = menu.coffee, venue = venueId, extension = "png") => imagePath(venue, item, extension);
const images = (by: Actor) => imagesAs(stack, by);
const attach = (by: Actor, path: string) => attachImage(api, by, path);

async function upload(by: Actor, path = newPath()): Promise<string> {
  const { error } = await images(by).upload(path, PIXELS, PNG);
  expect(error).toBeNull();
  return path;
}
const publish = async () => must(await api.rpc(owner, "publish_menu", { p_venue_id: venueId }));

interface Menu {
  readonly categories: readonly {
    readonly items: readonly { readonly id: string; readonly images: readonly Image[] }[];
  }[];
}
const seen = async () => {
  const { categories } = must(await api.rpc<Menu>(guest, "get_menu", { p_venue_slug: slug }));
  return categories.flatMap(({ items }) => items).find(({ id }) => id === menu.coffee)?.images ?? [];
};
const bytesAt = async (path: string) => {
  const response = await fetch(images(guest).getPublicUrl(path).data.publicUrl);
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : response.status;
};

test("what an owner uploads, attaches and publishes is what guests see and download", async () => {
  const path = await upload(owner);
  const small = newPath(menu.coffee, venueId, "webp");
  const form = new Blob([PIXELS.slice(0, 500)], { type: "image/webp" });
  expect((await images(members.manager).upload(small, form)).error).toBeNull();
  const image = must(await attach(members.manager, path));
  expect(image).toMatchObject({ path, byte_size: PIXELS.length });
  const variants: Json = [{ path: small, width: 400, height: 300 }];
  must(await api.rpc(owner, "set_menu_image_variants", { p_image_id: image.id, p_variants: variants }));
  expect(await seen()).toEqual([]);
  await publish();
  const [shown] = await seen();
  expect(shown).toEqual({
    ...{ path, alt: "A dish", width: 800, height: 600, byte_size: PIXELS.length, mime_type: "image/png" },
    variants: [{ path: small, width: 400, height: 300, byte_size: 500, mime_type: "image/webp" }],
  });
  expect(await bytesAt(path)).toEqual(PIXELS);
  expect(await bytesAt(small)).toEqual(PIXELS.slice(0, 500));
  const cached = await fetch(images(guest).getPublicUrl(path).data.publicUrl, { method: "HEAD" });
  expect(cached.headers.get("cache-control")).toBe("max-age=31536000");
});

test("who may not edit this menu uploads, lists, exchanges and deletes nothing", async () => {
  const path = await upload(owner);
  for (const by of [members.kitchen, members.staff, members.server, members.cashier, stranger, guest]) {
    const { error } = await images(by).upload(newPath(), PIXELS, PNG);
    expect(error).toMatchObject({ statusCode: "403", code: "AccessDenied" });
    expect((await images(by).remove([path])).data).toEqual([]);
    if (by !== guest) refused.expect(await attach(by, path), "permission_denied");
  }
  for (const by of [stranger, guest]) {
    expect((await images(by).list(venueId)).data).toEqual([]);
    expect((await images(by).download(path)).error).toMatchObject({ message: "Object not found" });
  }
  expect((await images(members.kitchen).list(`${venueId}/${menu.coffee}`)).data).toContainEqual(
    expect.objectContaining({ name: path.split("/")[2] }),
  );
  // Not even the owner exchanges what caches may keep.
  expect((await images(owner).upload(path, PIXELS, { ...PNG, upsert: true })).error).toMatchObject({
    statusCode: "403",
  });
  expect((await images(owner).update(path, PIXELS, PNG)).error).toMatchObject({ statusCode: "404" });
  expect((await images(owner).move(path, newPath())).error).toMatchObject({ statusCode: "404" });
  expect((await images(owner).remove([path])).data).toHaveLength(1);
  expect(await bytesAt(path)).toBe(400);
});

test("no upload leads into another venue, or out of the folder of an item", async () => {
  const wrong = [
    newPath(menu.coffee, theirs.venueId),
    newPath(randomUUID()),
    `${venueId}/${randomUUID()}.png`,
    `${newPath()}/x.png`,
    newPath().replace(".png", ".svg"),
    `${venueId}/${menu.coffee}/logo.png`,
  ];
  for (const path of wrong) {
    expect((await images(owner).upload(path, PIXELS, PNG)).error, path).toMatchObject({ statusCode: "403" });
  }
  const token = owner.token ?? "";
  const headers = { apikey: stack.publishableKey, authorization: `Bearer ${token}`, "content-type": "image/png" };
  for (const path of [`${venueId}/${menu.coffee}/..%2f..%2f${randomUUID()}.png`, "%2e%2e%2f%2e%2e%2fstack.json"]) {
    const url = `${stack.url}/storage/v1/object/menu-images/${path}`;
    expect((await fetch(url, { method: "POST", headers, body: PIXELS })).status).toBeGreaterThanOrEqual(400);
    expect((await fetch(url.replace("/object/", "/object/public/"))).status).toBeGreaterThanOrEqual(400);
  }
});

test("what is too large or no image is not taken", async () => {
  const large = new Uint8Array(5 * 1024 * 1024 + 1);
  expect((await images(owner).upload(newPath(), large, PNG)).error).toMatchObject({ statusCode: "413" });
  for (const contentType of ["image/svg+xml", "text/html", "application/pdf", "image/gif"]) {
    const { error } = await images(owner).upload(newPath(), PIXELS, { contentType });
    expect(error, contentType).toMatchObject({ statusCode: "415", code: "InvalidMimeType" });
  }
  const lie = newPath(menu.coffee, venueId, "webp");
  expect((await images(owner).upload(lie, PIXELS, PNG)).error).toBeNull();
  refused.expect(await attach(owner, lie), "menu_image_invalid");
  refused.expect(await attach(owner, newPath()), "menu_image_not_uploaded");
});

test("a day later a worker removes what no menu shows, and keeps what one has shown", async () => {
  const [abandoned, removed, published] = [await upload(owner), await upload(owner), await upload(owner)];
  const taken = must(await attach(owner, removed));
  must(await api.rpc(owner, "remove_menu_image", { p_image_id: taken.id }));
  const shown = must(await attach(owner, published));
  await publish();
  must(await api.rpc(owner, "remove_menu_image", { p_image_id: shown.id }));
  await publish();
  const young = await upload(owner);
  const old = [abandoned, removed, published];
  await sql`update storage.objects set created_at = now() - interval '25 hours' where name = any (${old})`;
  const [asked] = await sql`select private.clean_storage() as asked`;
  expect(asked).toEqual({ asked: ["menu-images"] });
  await until(
    "the orphans to be gone",
    async () => (await bytesAt(abandoned)) === 400 && (await bytesAt(removed)) === 400,
  );
  const left = await sql`select name from storage.objects where name = any (${[...old, young]})`;
  expect(left.map(({ name }) => name).sort()).toEqual([published, young].sort());
  expect([await bytesAt(published), await bytesAt(young)]).toEqual([PIXELS, PIXELS]);
  expect((await imagesOfMachine(stack).info(published)).error).toBeNull();
});
