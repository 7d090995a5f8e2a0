/** What can be reached at all: the public schema, and of it what is granted. Every other door is not even a door. */
import { afterAll, expect, test } from "vitest";
import { type Actor, guest, machine } from "../support/actors.ts";
import { apiFunctions } from "../support/catalog.ts";
import { leak } from "../support/refusal.ts";
import { foundVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql } = world;
afterAll(() => world.close());
const [owner] = (await world.users(1)) as [Actor];
await foundVenue(api, owner);
const everybody: readonly [string, Actor][] = [
  ["a guest", guest],
  ["a user", owner],
  ["the machinery", machine],
];

test.each(everybody)("%s reaches no schema but the public one", async (_name, actor) => {
  for (const schema of [
    "private",
    "auth",
    "pgmq",
    "cron",
    "net",
    "vault",
    "extensions",
    "pg_catalog",
    "information_schema",
  ]) {
    for (const [method, path, header] of [
      ["GET", "/rest/v1/orders?select=*", "accept-profile"],
      ["POST", "/rest/v1/rpc/fail", "content-profile"],
      ["POST", "/rest/v1/ledger_entries", "content-profile"],
    ] as const) {
      const body = method === "GET" ? undefined : {};
      const { status, text } = await api.send(actor, method, path, body, { [header]: schema });
      expect({ status, code: JSON.parse(text).code }, `${method} ${schema}`).toEqual({ status: 406, code: "PGRST106" });
    }
  }
});

// What PostgREST knows by name is the same for everybody, and each name that it does not know costs it a search for one
// that is like it: one caller asks for all of them, the one with the most rights.
test("no helper is called by name", async () => {
  const helpers = await sql<{ name: string }[]>`
    select distinct p.proname as name from pg_proc p where p.pronamespace = 'private'::regnamespace`;
  expect(helpers.length).toBeGreaterThan(10);
  for (const { name } of helpers) {
    const { status } = await api.send(machine, "POST", `/rest/v1/rpc/${name}`, {});
    expect(status, name).toBe(404);
  }
});

test.each(everybody)("%s reads no ledger by name", async (_name, actor) => {
  const tables = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c where c.relnamespace = 'private'::regnamespace and c.relkind = 'r'`;
  expect(tables.length).toBeGreaterThan(10);
  for (const { name } of tables) {
    expect((await api.send(actor, "GET", `/rest/v1/${name}`)).status, name).toBe(404);
  }
});

test("a guest may call what a guest needs, and nothing else", async () => {
  const forGuests = (await apiFunctions(sql)).filter(({ anon }) => anon).map(({ name }) => name);
  expect(forGuests).toEqual([
    "get_bill",
    "get_feedback_form",
    "get_guest_order",
    "get_loyalty",
    "get_menu",
    "get_session_channel",
    "get_venue",
    "join_loyalty",
    "leave_feedback",
    "place_order",
    "quote_order",
    "start_payment",
    "start_table_session",
  ]);
});

test("PostgREST's own tools open nothing: embedding, plans, aggregates, counting, upserts", async () => {
  const tries: [string, string, unknown, Record<string, string>][] = [
    ["GET", "/rest/v1/venues?select=*,organisations(*),orders(*,payments(*))", undefined, {}],
    ["GET", "/rest/v1/orders?select=id,order_lines(*),order_customers(*)", undefined, {}],
    ["GET", "/rest/v1/orders?select=total_minor.sum()", undefined, {}],
    ["GET", "/rest/v1/orders?select=*", undefined, { accept: "application/vnd.pgrst.plan+json" }],
    ["GET", "/rest/v1/orders?select=*", undefined, { prefer: "count=exact" }],
    ["POST", "/rest/v1/orders", [{}], { prefer: "resolution=merge-duplicates" }],
    ["POST", "/rest/v1/memberships?on_conflict=id", [{}], { prefer: "resolution=merge-duplicates" }],
  ];
  for (const actor of [guest, owner]) {
    for (const [method, path, body, headers] of tries) {
      const { status, text, headers: answered } = await api.send(actor, method, path, body, headers);
      expect(status, `${path} ${text}`).toBeLessThan(500);
      expect(leak(status < 300 ? "" : text), path).toBeNull();
      if (method === "POST" || actor === guest) expect([400, 401, 403, 404, 415], `${path} ${text}`).toContain(status);
      expect(answered.get("content-range") ?? "*/0").toMatch(/\/(0|\*)$/);
    }
  }
});
