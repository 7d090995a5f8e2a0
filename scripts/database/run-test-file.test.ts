/** The runner against files that fail in every way a pgTAP file can: a runner that cannot fail proves nothing. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lane } from "./lane.ts";
import { openPg17 } from "./lane-pg17.ts";
import { type FileResult, runTestFile } from "./run-test-file.ts";
import { createTestDatabases, type TestDatabases } from "./test-databases.ts";
import { describeFile, tally } from "./test-report.ts";

const dir = mkdtempSync(join(tmpdir(), "servio-pgtap-"));
let lane: Lane;
let databases: TestDatabases;

beforeAll(async () => {
  lane = await openPg17();
  databases = await createTestDatabases(lane);
});

afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await databases?.remove();
  await lane?.stop();
});

function run(content: string): Promise<FileResult> {
  const path = join(dir, "sample.test.sql");
  writeFileSync(path, content);
  return databases.withClone((url) => runTestFile(path, url));
}

test("a good file passes, also while it plays another role", async () => {
  const result = await run(`begin;
    select plan(3);
    select ok(true, 'as postgres');
    set local role anon;
    select is(current_user::text, 'anon', 'as anon');
    select throws_ok('select * from public.orders', '42501', null, 'anon reads no orders');
    select * from finish(); rollback;`);
  expect(result).toMatchObject({ ok: true, error: null, tap: { passed: 3, planned: 3, faults: [] } });
  expect(tally([result])).toEqual({ passed: 3, failed: 0 });
});

test("a failing assertion is shown with its diagnostics", async () => {
  const result = await run("select plan(2); select is(1, 2, 'sums'); select ok(true, 'fine'); select * from finish();");
  expect(result.ok).toBe(false);
  expect(tally([result])).toEqual({ passed: 1, failed: 1 });
  expect(describeFile(result)).toMatch(/not ok 1 sums\n.*Failed test 1[\s\S]*have: 1[\s\S]*want: 2/);
});

test("an SQL error is shown with SQLSTATE and line, and what never ran has failed", async () => {
  const result = await run(
    "select plan(3);\nselect ok(true, 'before');\n\nselect 1,\n  missing_column;\nselect ok(true);",
  );
  expect(result.error).toMatch(/^line 5: 42703 column "missing_column" does not exist/);
  expect(tally([result])).toEqual({ passed: 1, failed: 2 });
});

test.each([
  ["plans none", "select plan(0);", "no test ran"],
  ["says nothing", "select 1;", "no test ran"],
  ["ends before its plan", "select plan(3); select ok(true);", "incorrect number of tests"],
  ["has no plan and no finish()", "select * from no_plan(); select ok(true);", "no plan"],
])("a file that %s fails", async (_, content, fault) => {
  const result = await run(content);
  expect(result.ok).toBe(false);
  expect(result.tap.faults).toContain(fault);
  expect(tally([result]).failed).toBeGreaterThan(0);
});

test("files do not see each other", async () => {
  const insert = "insert into public.tiers (tier, monthly_price_minor) values ('club', 1);";
  const content = `select plan(1); ${insert} select is(count(*), 4::bigint, 'one more') from public.tiers;`;
  expect((await run(content)).ok).toBe(true);
  expect((await run(content)).ok).toBe(true);
});
