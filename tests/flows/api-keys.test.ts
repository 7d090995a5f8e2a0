/** Another system at work with an API key, through the gateway and PostgREST: what it may, and when it is told to stop. */
import { afterAll, expect, test } from "vitest";
import { must } from "../support/api.ts";
import { integration, makeKey, paysForIntegrations } from "../support/api-keys.ts";
import { meal } from "../support/guests.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
afterAll(() => world.close());
const venue = await buildVenue(world);
const elsewhere = await buildVenue(world);
const { owner, organisationId, venueId, menu } = venue;
await paysForIntegrations(sql, organisationId);
const p_scopes = ["orders.read", "orders.update", "payments.collect", "menu.read"];
const shop = { p_organisation_id: organisationId, p_name: "Web shop", p_scopes, p_venue_id: venueId };
const key = await makeKey(api, owner, shop);
const till = integration(stack, key.secret);
const order = { ...meal(menu, "pay_at_till"), fulfilment: "counter" };
const placing = (p_venue_id: string, p_idempotency_key: string) =>
  till.rpc("place_staff_order", { p_venue_id, p_idempotency_key, p_order: order });
const refusedWith = (status: number, message: string) => ({ status, error: { message } });
const limited = { status: 429, error: { message: "rate_limited", details: "retry after 1 seconds" } };
const bucket = (tokens: number) =>
  sql`insert into private.api_buckets (organisation_id, part, tokens, filled_at)
    select ${organisationId}, n, ${tokens}, now() + interval '1 hour' from generate_series(1, 4) n
    on conflict (organisation_id, part) do update set tokens = excluded.tokens, filled_at = excluded.filled_at`;

test("it orders, reads and serves in its venue; what it does is its own", async () => {
  const placed = await placing(venueId, "first");
  expect(placed).toMatchObject({ error: null, data: { status: "placed" } });
  expect((await placing(venueId, "first")).data.id).toBe(placed.data.id);
  const { data } = await till.from("orders").select("id,source,order_events(actor_kind,actor_id)");
  const order_events = [{ actor_kind: "api", actor_id: key.api_key_id }];
  expect(data).toEqual([{ id: placed.data.id, source: "api", order_events }]);
  const accepted = await till.rpc("advance_order", { p_order_id: placed.data.id, p_to: "accepted" });
  expect(accepted).toMatchObject({ error: null, data: { status: "accepted" } });
});

test("it has no rights beyond its venue and its scopes", async () => {
  expect(await placing(elsewhere.venueId, "elsewhere")).toMatchObject(refusedWith(403, "permission_denied"));
  expect((await till.from("menu_items").select("id").eq("venue_id", elsewhere.venueId)).data).toEqual([]);
  expect((await till.from("menu_items").select("id").eq("venue_id", venueId)).data).not.toEqual([]);
  expect((await till.from("memberships").select("id")).data).toEqual([]);
  const edit = await till.from("menu_items").update({ price_minor: 1 }).eq("venue_id", venueId).select();
  expect(edit.data).toEqual([]);
  const keys = await till.rpc("list_api_keys", { p_organisation_id: organisationId });
  expect(keys).toMatchObject(refusedWith(403, "permission_denied"));
  expect(await till.rpc("claim_jobs", {})).toMatchObject({ error: expect.anything() });
});

test("an invalid key is refused, never anonymous; and a key stands alone", async () => {
  const menuOf = { p_venue_slug: venue.slug };
  expect(await integration(stack, "servio_guess").rpc("get_menu", menuOf)).toMatchObject(
    refusedWith(401, "api_key_invalid"),
  );
  expect(await till.rpc("get_menu", menuOf)).toMatchObject({ error: null });
  const alone = { "x-api-key": key.secret };
  for (const actor of [owner, venue.members.server]) {
    const reply = await api.send(actor, "GET", "/rest/v1/orders", undefined, alone);
    expect(reply).toMatchObject({ status: 401, text: expect.stringContaining("api_key_not_alone") });
  }
  const secret = await fetch(`${stack.url}/rest/v1/rpc/get_health`, {
    method: "POST",
    headers: { apikey: stack.secretKey, ...alone },
  });
  expect([secret.status, await secret.text()]).toEqual([401, expect.stringContaining("api_key_not_alone")]);
});

test("an empty bucket refuses what changes something and what reads; a full one serves again", async () => {
  await bucket(0);
  expect(await placing(venueId, "late")).toMatchObject(limited);
  expect(await till.from("orders").select("id")).toMatchObject(limited);
  expect(must(await api.select(owner, `orders?venue_id=eq.${venueId}`))).toHaveLength(1);
  await bucket(1);
  expect(await placing(venueId, "late")).toMatchObject({ error: null });
  expect(await till.from("orders").select("id")).toMatchObject({ error: null });
});

test("four requests of an organisation change something at once, and four read", async () => {
  await bucket(300);
  await sql.begin(async (tx) => {
    await tx`select 1 from private.api_buckets where organisation_id = ${organisationId} and part > 1 for update`;
    expect(await placing(venueId, "the fourth")).toMatchObject({ error: null });
    await tx`select 1 from private.api_buckets where organisation_id = ${organisationId} for update`;
    expect(await placing(venueId, "the fifth")).toMatchObject(limited);
    expect(await till.from("orders").select("id")).toMatchObject({ error: null });
    const place = (n: number) =>
      tx`select pg_advisory_xact_lock(hashtextextended(concat_ws('|', 'api_read', ${organisationId}::uuid, ${n}::int), 0))`;
    for (const n of [1, 2, 3]) await place(n);
    expect(await till.from("orders").select("id")).toMatchObject({ error: null });
    await place(4);
    expect(await till.from("orders").select("id")).toMatchObject(limited);
  });
  expect(await placing(venueId, "the fifth")).toMatchObject({ error: null });
});

test("rotated, both secrets work for a while; revoked, neither does, from the next request on", async () => {
  const { secret } = must(
    await api.rpc<typeof key>(owner, "rotate_api_key", { p_api_key_id: key.api_key_id, p_overlap_minutes: 5 }),
  );
  const rotated = integration(stack, secret);
  for (const client of [till, rotated]) expect(await client.from("orders").select("id")).toMatchObject({ error: null });
  must(await api.rpc(owner, "revoke_api_key", { p_api_key_id: key.api_key_id }));
  for (const client of [till, rotated]) {
    expect(await client.from("orders").select("id")).toMatchObject(refusedWith(401, "api_key_revoked"));
  }
  expect(await placing(venueId, "revoked")).toMatchObject(refusedWith(401, "api_key_revoked"));
});
