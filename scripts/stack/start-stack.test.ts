/** A stack's life in its folder: built once, started warm, brought up to date, never left half made. */
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { describe, StackError } from "./stack-error.ts";
import { makeProject, migration, plainOptions, query, startForTest, temporaryFolder } from "./stack-fixture.ts";
import type { StackOptions } from "./stack-options.ts";
import { readRecord, readState } from "./state.ts";

let dir: string;
let options: StackOptions;
let steps: string[];
let lines: string[];

beforeEach(() => {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  dir = folder.dir;
  [steps, lines] = [[], []];
  options = {
    ...plainOptions(dir),
    onProgress: (step) => steps.push(step),
    log: (line) => lines.push(line),
  };
  makeProject(join(dir, "project"), {
    [migration(1, "guests")]: "create table public.guests (name text primary key);",
    "supabase/seed.sql": "insert into public.guests values ('seeded');",
  });
});

const guests = (url: string) =>
  query(url, async (sql) =>
    (await sql<{ name: string }[]>`select name from public.guests order by 1`).map((row) => row.name),
  );

test("cold: migrated and seeded; warm: data kept, nothing repeated; warm with a new migration: up to date", async () => {
  const cold = await startForTest({ ...options, durable: true, template: true });
  expect(steps).toEqual(expect.arrayContaining(["cluster", "bootstrap", "migrations and seed", "template database"]));
  expect(await guests(cold.dbUrl)).toEqual(["seeded"]);
  await query(cold.dbUrl, (sql) => sql`insert into public.guests values ('walk-in')`);

  const settings = await query(
    cold.dbUrl,
    (sql) => sql`
    select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes') order by 1`,
  );
  expect(settings.map(({ setting }) => setting)).toEqual(["on", "on", "on"]);
  const begun = performance.now();
  await cold.stop();
  expect(performance.now() - begun).toBeLessThan(2_000);
  expect(readRecord(options.dir)).toBeNull();

  steps.length = 0;
  const warm = await startForTest({ ...options, durable: true });
  expect(steps).not.toContain("cluster");
  expect(steps).not.toContain("new migrations");
  expect(await guests(warm.dbUrl)).toEqual(["seeded", "walk-in"]);
  expect(warm.signingKey).toEqual(cold.signingKey);

  // A new migration is applied, to the template as well; one that was edited can only be named.
  await warm.stop();
  makeProject(join(dir, "project"), {
    [migration(1, "guests")]: "create table public.guests (name text primary key, edited boolean);",
    [migration(2, "tables")]: "create table public.tables (number int primary key);",
  });

  const updated = await startForTest({ ...options, durable: true, template: true });
  const hasTable = (url: string) =>
    query(url, async (sql) => (await sql`select to_regclass('public.tables') is not null as yes`)[0]?.yes);
  expect(await hasTable(updated.dbUrl)).toBe(true);
  expect(lines.join("\n")).toContain("20260101000001_guests.sql was applied with other content");

  await query(updated.adminDbUrl, (sql) =>
    sql.unsafe("create database clone template servio_template strategy file_copy"),
  );
  expect(await hasTable(updated.adminDbUrl.replace(/postgres$/, "clone"))).toBe(true);
  expect(await guests(updated.adminDbUrl.replace(/postgres$/, "clone"))).toEqual(["seeded"]);
});

test("what fails is named with Postgres' words, nothing is left running, and what was there before stays", async () => {
  const broken = "create table public.half (x int);\nselect no_such_column from public.guests;";
  const failure = () => startForTest(options).catch((reason: unknown) => reason as StackError);

  makeProject(join(dir, "project"), { [migration(2, "broken")]: broken });
  const onColdStart = await failure();
  expect(onColdStart).toBeInstanceOf(StackError);
  expect(onColdStart).toHaveProperty("message", "migration 20260101000002_broken.sql failed");
  expect(describe(onColdStart)).toMatch(/ERROR: column "no_such_column" does not exist.*42703/);
  expect(readRecord(options.dir)).toBeNull();

  makeProject(join(dir, "project"), {
    [migration(2, "broken")]: "select 1;",
    "supabase/seed.sql": "select seedless();",
  });
  expect(describe(await failure())).toMatch(/^seed .*seed\.sql failed\n.*function seedless\(\) does not exist/);

  makeProject(join(dir, "project"), { "supabase/seed.sql": "insert into public.guests values ('seeded');" });
  const whole = await startForTest(options);
  await query(whole.dbUrl, (sql) => sql`insert into public.guests values ('walk-in')`);
  await whole.stop();

  makeProject(join(dir, "project"), { [migration(3, "broken")]: broken });
  expect(await failure()).toHaveProperty("message", "migration 20260101000003_broken.sql failed");
  makeProject(join(dir, "project"), { [migration(3, "broken")]: "select 1;" });
  expect(await guests((await startForTest(options)).dbUrl)).toEqual(["seeded", "walk-in"]);
});

test("the seed's history is there for people and not in the template; without it, or with a broken one, none is kept", async () => {
  const history = (sql: string) =>
    makeProject(join(dir, "project"), {
      "supabase/config.toml": 'project_id = "fixture"\n[db.seed]\nsql_paths = ["./seed.sql", "./history/*.sql"]\n',
      "supabase/history/1_regulars.sql": "create temporary table names as select 'regular' as name;",
      "supabase/history/2_regulars.sql": sql,
    });
  history("insert into public.guests values ('half'); select historyless();");
  const failed = await startForTest(options).catch((reason: unknown) => reason as StackError);
  expect(describe(failed as StackError)).toMatch(/^seed 2_regulars\.sql failed\n.*historyless\(\) does not exist/);

  history("insert into public.guests select name from names;");
  const stack = await startForTest(options);
  expect(await guests(stack.dbUrl)).toEqual(["regular", "seeded"]);
  const clone = "create database clone template servio_template strategy file_copy";
  await query(stack.adminDbUrl, (sql) => sql.unsafe(clone));
  expect(await guests(stack.adminDbUrl.replace(/postgres$/, "clone"))).toEqual(["seeded"]);
  await stack.stop();

  const other = temporaryFolder();
  onTestFinished(other.remove);
  const without = { ...plainOptions(other.dir), projectDir: join(dir, "project"), history: false };
  const lean = await startForTest({ ...without, durable: true });
  expect(await guests(lean.dbUrl)).toEqual(["seeded"]);
  // Nor a template, in a stack that is for people: it is theirs to wait for.
  expect(lean.templateDatabase).toBeNull();
  expect(await query(lean.adminDbUrl, (sql) => sql`select from pg_database where datname = 'servio_template'`)).toEqual(
    [],
  );
});

test("a start that is interrupted leaves nothing behind", async () => {
  const interruption = new AbortController();
  const start = startForTest({
    ...options,
    signal: interruption.signal,
    onProgress: (step) => step === "postgres" && interruption.abort(),
  });
  await expect(start).rejects.toThrow("the start was interrupted");
  expect(readRecord(options.dir)).toBeNull();
});

test("two stacks live side by side and know nothing of each other; a second one in the same folder is refused", async () => {
  const other = temporaryFolder();
  onTestFinished(other.remove);
  makeProject(join(other.dir, "project"));
  const [one, two] = await Promise.all([startForTest(options), startForTest(plainOptions(other.dir))]);
  expect(await guests(one.dbUrl)).toEqual(["seeded"]);
  await expect(guests(two.dbUrl)).rejects.toMatchObject({ code: "42P01" });
  expect(readState(options.dir)).toMatchObject({ pid: process.pid, url: one.url, status: "ready" });

  await expect(startForTest(options)).rejects.toThrow(/^a stack is running at http.* \(pid \d+/);
  const taken = Number(new URL(one.url).port);
  await expect(startForTest({ ...options, dir: join(other.dir, "third"), port: taken })).rejects.toThrow(
    `port ${taken} is in use; stop what holds it or set STACK_PORT`,
  );
  const takenDb = Number(new URL(one.dbUrl).port);
  await expect(startForTest({ ...options, dir: join(other.dir, "third"), dbPort: takenDb })).rejects.toThrow(
    `port ${takenDb} is in use; stop what holds it or set STACK_DB_PORT`,
  );
});
