/** What the local database has in place of hosted's compiled extensions behaves as hosted does, errors and rights included. */
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ShimDatabase } from "./shims-context.ts";
import { cronSuite } from "./shims-cron.suite.ts";
import { netSuite } from "./shims-net.suite.ts";
import { vaultSuite } from "./shims-vault.suite.ts";
import { makeProject, migration, plainOptions, temporaryFolder } from "./stack-fixture.ts";
import { startStack } from "./start-stack.ts";

const EXTENSIONS = `
  create extension pg_cron with schema pg_catalog;
  create extension pg_net with schema extensions;
  create extension pgmq;
  create table public.ticks (at timestamptz not null default clock_timestamp(), who text not null default current_user);`;

const folder = temporaryFolder();
let database: ShimDatabase | undefined;

beforeAll(async () => {
  makeProject(join(folder.dir, "project"), { [migration(1, "extensions")]: EXTENSIONS });
  const stack = await startStack(plainOptions(folder.dir));
  const connect = (url: string) => postgres(url, { max: 4, onnotice: () => {} });
  database = { stack, sql: connect(stack.dbUrl), admin: connect(stack.adminDbUrl) };
});

afterAll(async () => {
  await database?.sql.end();
  await database?.admin.end();
  await database?.stack.stop();
  folder.remove();
});

const db = (): ShimDatabase => {
  if (!database) throw new Error("the stack has not started");
  return database;
};

test("a disposable stack does not wait for the disk", async () => {
  const rows = await db()
    .sql`select setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes')`;
  expect(rows.map((row) => row.setting)).toEqual(["off", "off", "off"]);
});

test("what postgres creates is not exposed to the API roles; what is granted, is", async () => {
  const readable = async () =>
    (await db().sql`select has_table_privilege('anon', 'public.ticks', 'select') as yes`)[0]?.yes;
  expect(await readable()).toBe(false);
  await db().sql`grant select on public.ticks to anon`;
  expect(await readable()).toBe(true);
});

cronSuite(db);
netSuite(db);
vaultSuite(db);

test("pgmq and pgTAP from npm work", async () => {
  await db().sql`select pgmq.create('orders')`;
  await db().sql`select pgmq.send('orders', '{"n": 1}')`;
  expect(await db().sql`select message from pgmq.read('orders', 30, 1)`).toEqual([{ message: { n: 1 } }]);
  await db().sql`create extension pgtap with schema extensions`;
  expect(await db().sql`select extensions.plan(1) as plan`).toEqual([{ plan: "1..1" }]);
});
