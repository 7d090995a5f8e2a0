/** The password of a tenant's role is in one answer: in no table, and in no log, even if every statement is logged. */
import { readFileSync } from "node:fs";
import postgres from "postgres";
import { afterAll, expect, test } from "vitest";
import { logFile } from "../../../scripts/stack/logs.ts";
import { connect, enterprise, forgetTenants, provision, refusal, type Tenant } from "../../../tests/support/tenant.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const world = await cloneWorld(2);
const connectTo = (url: string) => postgres(url, { max: 1, prepare: false, onnotice: () => {} });
const root = connectTo(Object.assign(new URL(world.stack.adminDbUrl), { pathname: new URL(world.url).pathname }).href);

afterAll(async () => {
  await forgetTenants(world);
  await root.end();
  await world.close();
});

test("it is returned once", async () => {
  const venue = await enterprise(world);
  const tenant = await provision(world, venue);
  for (const setting of ["log_statement = 'all'", "log_min_duration_statement = 0", "log_parameter_max_length = -1"])
    await root.unsafe(`alter database ${tenant.database} set ${setting}`);
  const logged = connectTo(world.url);
  const claims = JSON.stringify(venue.owner.claims);
  const [row] = await logged.begin(async (tx) => {
    await tx`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true)`;
    return await tx<{ answer: Tenant }[]>`select public.rotate_tenant_password(${venue.organisationId}) as answer`;
  });
  await logged.end();
  const password = row?.answer.password ?? "";
  expect(password).toMatch(/^[\w-]{43}$/);
  expect(await refusal(connect(world, { ...tenant, password })`select 1`)).toBe("ok");

  const log = readFileSync(logFile(world.stack.dir, "postgres"), "utf8");
  expect(log, "the control: the call itself is there").toContain("select public.rotate_tenant_password(");
  expect(log.includes(password)).toBe(false);

  const tables = await root<{ name: string }[]>`select c.oid::regclass::text as name from pg_class c
    where c.relkind = 'r' and c.relnamespace::regnamespace::text in ('public', 'private', 'pgmq', 'cron', 'net', 'realtime', 'pg_catalog')`;
  expect(tables.length).toBeGreaterThan(100);
  for (const { name } of [...tables, { name: "extensions.pg_stat_statements" }]) {
    const found = await root.unsafe(`select 1 from ${name} t where t::text like $1 limit 1`, [`%${password}%`]);
    expect(found, name).toHaveLength(0);
  }
});
