/**
 * Somebody with an account and a restaurant of his own, and somebody with no account at all, against every table and
 * every function there is: they see nothing of this house and change nothing in it. Its owner, asking the same, does.
 */
import { afterAll, describe, expect, test } from "vitest";
import { type Actor, guest, machine } from "../support/actors.ts";
import { must, outcome } from "../support/api.ts";
import { argumentsOf } from "../support/call-arguments.ts";
import { type ApiTable, apiFunctions, apiTables, fingerprint, tenantFilter } from "../support/catalog.ts";
import { livedIn } from "../support/lived-in.ts";
import { expectDenied, readRegistry } from "../support/refusal.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql } = world;
afterAll(() => world.close());
const house = await livedIn(world);
const { owner: stranger } = await buildVenue(world);
const tables = await apiTables(sql);
const functions = await apiFunctions(sql);
const registry = await readRegistry(sql);
const before = await fingerprint(sql, house);
const named: [string, Actor][] = [
  ["a stranger", stranger],
  ["a guest", guest],
];

const reading = (table: ApiTable, filter: string) => `${table.name}?select=${table.readable.join(",")}&${filter}`;
const tenantTables = tables.filter(({ tenant }) => tenant !== null);
const referenceTables = tables.filter(({ tenant }) => tenant === null);

describe.each(tenantTables)("$name", (table) => {
  const filter = tenantFilter(table, house);

  test("its owner sees it; a stranger and a guest do not", async () => {
    expect(must(await api.select(house.owner, reading(table, filter))).length).toBeGreaterThan(0);
    expect(must(await api.select(stranger, reading(table, filter)))).toEqual([]);
    expectDenied(await api.select(guest, reading(table, filter)));
  });

  test.each(named)("%s changes nothing", async (_name, actor) => {
    const [row] = await sql`
      select * from public.${sql(table.name)} t where ${sql(table.tenant ?? "")} =
        ${table.tenant === "venue_id" ? house.venueId : house.organisationId} limit 1`;
    const writable = Object.entries({ ...row }).filter(([column]) => !table.generated.includes(column));
    expectDenied(await api.insert(actor, table.name, [Object.fromEntries(writable)]));
    // With the granted columns only, so that a policy and not a column grant has to say no.
    for (const column of table.updatable) {
      const changed = await api.update(actor, `${table.name}?${filter}&select=${table.readable[0]}`, {
        [column]: row?.[column] ?? null,
      });
      if (changed.ok) expect(changed.value).toEqual([]);
      else expectDenied(changed);
    }
    const removed = await api.remove(actor, `${table.name}?${filter}&select=${table.readable[0]}`);
    if (removed.ok) expect(removed.value).toEqual([]);
    else expectDenied(removed);
  });
});

test.each(referenceTables)("$name is the same for all, and nobody writes it", async (table) => {
  const rows = must(await api.select<Record<string, unknown>>(house.owner, `${table.name}?select=*`));
  expect(rows.length).toBeGreaterThan(0);
  const column = table.readable[0] ?? "";
  for (const actor of [house.owner, stranger, guest, machine]) {
    expectDenied(await api.insert(actor, table.name, [rows[0] ?? {}]));
    expectDenied(await api.update(actor, `${table.name}?${column}=not.is.null`, { [column]: rows[0]?.[column] }));
    expectDenied(await api.remove(actor, `${table.name}?${column}=not.is.null`));
  }
});

// Whoever holds a house's own secrets is no stranger: here he has guessed ones.
const secrets = { p_session_token: "guessed", p_qr_token: "guessed", p_token: "guessed" };
const known = argumentsOf(house);
function argumentsFor(names: readonly { readonly name: string }[], overrides: object = {}) {
  const all: Record<string, unknown> = { ...known, ...overrides };
  const missing = names.filter(({ name }) => !(name in all)).map(({ name }) => name);
  expect(missing, "tests/support/lived-in.ts does not know these arguments yet").toEqual([]);
  return Object.fromEntries(names.map(({ name }) => [name, all[name]]));
}

const ACCESS = /^(permission_denied|role_above_own|\w+_not_found|qr_code_invalid|guest_session_invalid|slug_taken)$/;
const forUsers = functions.filter(({ authenticated }) => authenticated);
const forMachines = functions.filter(({ authenticated, anon }) => !authenticated && !anon);
const FOR_ANYBODY = new Set(["get_menu", "get_venue"]);
const aboutOthers = forUsers.filter(({ name, arguments: names }) => names.length > 0 && !FOR_ANYBODY.has(name));
const aboutMyself = forUsers.filter(({ arguments: names }) => names.length === 0);

test.each(aboutMyself)("$name tells everybody about themselves only", async ({ name }) => {
  expect(JSON.stringify(must(await api.rpc(house.owner, name)))).toContain(house.venueId);
  const told = JSON.stringify(must(await api.rpc(stranger, name)));
  for (const id of [house.venueId, house.organisationId, house.owner.email]) expect(told).not.toContain(id);
  expectDenied(await api.rpc(guest, name));
});

test.each(aboutOthers)("$name refuses a stranger", async (called) => {
  const args = argumentsFor(called.arguments, secrets);
  const answer = await api.rpc(stranger, called.name, args);
  expect(answer.ok, JSON.stringify(answer)).toBe(false);
  expect(outcome(answer)).toMatch(ACCESS);
  expect(answer.status).toBe(registry.get(outcome(answer))?.http_status);
  const asGuest = await api.rpc(guest, called.name, args);
  if (called.anon) expect(outcome(asGuest)).toMatch(ACCESS);
  else expectDenied(asGuest);
});

test.each(forMachines)("$name refuses everybody but the machinery", async (called) => {
  const args = Object.fromEntries(called.arguments.map(({ name }) => [name, null]));
  for (const actor of [guest, stranger, house.owner]) expectDenied(await api.rpc(actor, called.name, args));
  const answer = await api.rpc(machine, called.name, args);
  expect(answer.ok ? "" : answer.problem.code).not.toBe("42501");
});

test("nothing of the house has changed", async () => {
  expect(await fingerprint(sql, house)).toEqual(before);
});

// Last, because these change something. What takes its object away comes at the end.
const FINAL = [
  ...["close_table_session", "cancel_order", "cancel_invitation"],
  ...["remove_menu_image", "remove_member", "delete_webhook_endpoint", "delete_venue"],
];
const position = (name: string) => FINAL.indexOf(name);
const forOwner = forUsers.toSorted((a, b) => position(a.name) - position(b.name));
const TOKENS = new Set(["accept_invitation", "create_organisation"]);

test.each(forOwner.filter(({ name }) => !TOKENS.has(name)))("$name lets the owner in", async (called) => {
  const answer = await api.rpc(house.owner, called.name, argumentsFor(called.arguments));
  expect(outcome(answer)).not.toMatch(ACCESS);
  expect(answer.status).toBeLessThan(500);
  if (!answer.ok) expect(registry.has(outcome(answer))).toBe(true);
});
