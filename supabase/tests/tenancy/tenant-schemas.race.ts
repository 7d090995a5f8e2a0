/** Limits, passwords and the end of a tenant's schema, with sessions that are there when it happens; and who does it at once. */
import type { Sql } from "postgres";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { call, race } from "../../../tests/support/race.ts";
import {
  ask,
  connect,
  determined,
  enterprise,
  forgetTenants,
  leave,
  provision,
  refusal,
  setPlan,
  type Tenant,
} from "../../../tests/support/tenant.ts";
import { until } from "../../../tests/support/until.ts";
import { join, type Venue } from "../../../tests/support/venue.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const WRONG_PASSWORD = "28P01"; // also when there is no such role
const NO_LOGIN = "28000";
const world = await cloneWorld(8);
let venue: Venue;

beforeEach(async () => {
  venue = await enterprise(world);
});
afterEach(() => leave(world));
afterAll(async () => {
  await forgetTenants(world);
  await world.close();
});

const signIn = (tenant: Tenant): Promise<string> => refusal(connect(world, tenant)`select 1 from orders`);
const rotate = () => ask(world, venue.owner, "rotate_tenant_password", venue.organisationId);
const calls = async (owners: readonly Venue["owner"][], name: string) =>
  Promise.all(owners.map((owner) => call(world, owner, name, { p_organisation_id: venue.organisationId })));
const rolesAndSchemas = () => world.sql<{ name: string; has_role: boolean; has_schema: boolean }[]>`
  select s.schema_name as name, to_regrole(s.schema_name) is not null as has_role, to_regnamespace(s.schema_name) is not null as has_schema
  from private.tenant_schemas s where s.organisation_id = ${venue.organisationId}`;

async function owners(count: number): Promise<Venue["owner"][]> {
  const others = await world.users(count - 1);
  for (const other of others) await join(world.api, venue.owner, other, venue.organisationId, "owner");
  return [venue.owner, ...others];
}

test("five sessions, and not one more", async () => {
  const tenant = await provision(world, venue);
  const sessions = Array.from({ length: 5 }, () => connect(world, tenant));
  expect(await Promise.all(sessions.map((sql) => refusal(sql`select 1`)))).toEqual(Array(5).fill("ok"));
  expect(await signIn(tenant)).toBe("53300");
});

test("what everybody may do to themselves lasts until the clock comes", async () => {
  const tenant = await provision(world, venue);
  const sql = await determined(world, tenant);
  await sql`select lo_create(0)`;
  await sql.unsafe("alter role current_user set statement_timeout = 0");
  const objects = () => world.sql`select 1 from pg_largeobject_metadata where lomowner = ${tenant.role}::regrole`;
  expect(await objects()).toHaveLength(1);
  await world.sql`select private.keep_tenant_schemas()`;
  expect(await objects()).toHaveLength(0);
  expect(await connect(world, tenant)`show statement_timeout`).toEqual([{ statement_timeout: "1min" }]);
});

/** Opens a transaction that has read; returns the process that serves it. The driver would connect again, so the server is asked. */
async function reading(sql: Sql): Promise<number> {
  await sql`begin`;
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid from organisation`;
  return row?.pid ?? 0;
}
const isServed = async (pid: number) =>
  (await world.sql`select 1 from pg_stat_activity where pid = ${pid}`).length === 1;
const hasEnded = (pid: number) => until("the session has ended", async () => !(await isServed(pid)));

test("a transaction that stays is ended, whatever its user has set; a session without one is not", async () => {
  const tenant = await provision(world, venue);
  const busy = await reading(await determined(world, tenant));
  const idle = connect(world, tenant);
  const [{ pid }] = (await idle`select pg_backend_pid() as pid`) as unknown as [{ pid: number }];
  const [ended] = await world.sql`
    select private.end_tenant_sessions(${tenant.role}, '-infinity', clock_timestamp()) as count`;
  expect(ended?.count).toBe(1);
  await hasEnded(busy);
  expect(await isServed(pid)).toBe(true);
});

test("rotating: who is connected is out, the old password is worth nothing, the new one works", async () => {
  const tenant = await provision(world, venue);
  const pid = await reading(connect(world, tenant));
  expect(await isServed(pid)).toBe(true);
  const rotated = await rotate();
  await hasEnded(pid);
  expect(rotated.password).not.toBe(tenant.password);
  expect(await signIn(tenant)).toBe(WRONG_PASSWORD);
  expect(await signIn(rotated)).toBe("ok");
});

test("a user who gave their role another password has lost it with the next rotation", async () => {
  const tenant = await provision(world, venue);
  await (await determined(world, tenant)).unsafe("alter role current_user password 'my own'");
  expect(await signIn({ ...tenant, password: "my own" })).toBe("ok");
  const rotated = await rotate();
  expect(await signIn({ ...tenant, password: "my own" })).toBe(WRONG_PASSWORD);
  expect(await signIn(rotated)).toBe("ok");
});

test("a session that came in with the old password while it was changed is ended by the clock", async () => {
  const tenant = await provision(world, venue);
  const pid = await reading(connect(world, tenant));
  await world.sql`update private.tenant_schemas set password_set_at = clock_timestamp() + interval '1 minute'
    where organisation_id = ${venue.organisationId}`;
  await world.sql`select private.keep_tenant_schemas()`;
  await hasEnded(pid);
});

test("a downgrade: sessions end, nobody signs in; with the plan the same password comes back", async () => {
  const tenant = await provision(world, venue);
  const pid = await reading(connect(world, tenant));
  await setPlan(world, venue, "pro");
  await hasEnded(pid);
  expect(await signIn(tenant)).toBe(NO_LOGIN);
  await setPlan(world, venue, "enterprise");
  expect(await signIn(tenant)).toBe("ok");
});

test("dropping: sessions end, nobody signs in, and another schema can be had", async () => {
  const tenant = await provision(world, venue);
  const pid = await reading(connect(world, tenant));
  must(await world.api.rpc(venue.owner, "drop_tenant_schema", { p_organisation_id: venue.organisationId }));
  await hasEnded(pid);
  expect(await signIn(tenant)).toBe(WRONG_PASSWORD);
  const again = await provision(world, venue);
  expect(again.role).toBe(tenant.role);
  expect(await signIn(again)).toBe("ok");
});

test("an upgrade does not wait for a reader: it leaves that schema for the next minute", async () => {
  const tenant = await provision(world, venue);
  const sql = connect(world, tenant);
  await world.sql`update private.tenant_schemas set views_version = 'old' where schema_name = ${tenant.schema}`;
  const upgraded = async () => (await world.sql`select private.upgrade_tenant_schemas() as count`)[0]?.count;
  await sql.begin(async (tx) => {
    await tx`select 1 from orders`;
    expect(await upgraded()).toBe(0);
    await tx`select 1 from orders`;
  });
  expect(await upgraded()).toBe(1);
  expect(await refusal(sql`select 1 from orders`)).toBe("ok");
});

test("two owners provision at once: one schema, and one of them has the password", async () => {
  const answers = await race<Tenant>(world, await calls(await owners(6), "provision_tenant_schema"));
  expect(tally(answers.map(outcome))).toEqual({ ok: 6 });
  const made = answers.map(must).filter(({ password }) => password !== undefined);
  expect(made).toHaveLength(1);
  expect(new Set(answers.map((answer) => must(answer).schema)).size).toBe(1);
  expect(await signIn(made[0] as Tenant)).toBe("ok");
});

test("organisations provision at once, in a database that everybody could make temporary tables in", async () => {
  await world.sql.unsafe(`grant temporary on database ${new URL(world.url).pathname.slice(1)} to public`);
  const venues = [venue, await enterprise(world), await enterprise(world), await enterprise(world)];
  const racers = venues.map(({ owner, organisationId }) =>
    call(world, owner, "provision_tenant_schema", { p_organisation_id: organisationId }),
  );
  const tenants = (await race<Tenant>(world, await Promise.all(racers))).map(must);
  for (const tenant of tenants) expect(await signIn(tenant)).toBe("ok");
  const sql = await determined(world, tenants[0] as Tenant);
  expect(await refusal(sql`create temporary table mine ()`)).toBe("42501");
});

test("all rotate at once: exactly one password is left", async () => {
  await provision(world, venue);
  const answers = await race<Tenant>(world, await calls(await owners(6), "rotate_tenant_password"));
  const worth = [];
  for (const answer of answers) worth.push(await signIn(must(answer)));
  expect(tally(worth)).toEqual({ ok: 1, [WRONG_PASSWORD]: 5 });
});

test.each([1, 2, 3])("provisioning, rotating, dropping and the clock at once (round %i)", async () => {
  const everybody = await owners(6);
  const names = ["provision_tenant_schema", "rotate_tenant_password", "drop_tenant_schema"];
  const racers = (await Promise.all(names.map((name, i) => calls(everybody.slice(2 * i, 2 * i + 2), name)))).flat();
  const clock = {
    actor: { ...venue.owner, role: "postgres" as const },
    statement: "select private.keep_tenant_schemas() as answer",
  };
  const answers = await race(world, [...racers, clock]);
  for (const answer of answers) expect(["ok", "tenant_schema_not_found"]).toContain(outcome(answer));
  for (const one of await rolesAndSchemas()) expect(one).toMatchObject({ has_role: true, has_schema: true });
});
