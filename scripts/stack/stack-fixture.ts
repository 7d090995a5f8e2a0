/** For the stack's own tests: tiny projects in temporary folders, and stacks on them that are always cleaned up. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { afterAll, onTestFinished } from "vitest";
import { preparePostgres } from "./postgres-binaries.ts";
import type { StackOptions } from "./stack-options.ts";
import { type Stack, startStack } from "./start-stack.ts";

/** A folder that every account can walk to, gone when the test (or, outside of one, the caller) is done. */
export function temporaryFolder(): { dir: string; remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), "servio-stack-"));
  chmodSync(dir, 0o755);
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Writes files (path → content) into a new project folder. */
export function makeProject(dir: string, files: Record<string, string> = {}): string {
  const all = { "supabase/config.toml": 'project_id = "fixture"\n[db]\nmajor_version = 17\n', ...files };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  return dir;
}

export const migration = (number: number, name: string) => `supabase/migrations/2026010100000${number}_${name}.sql`;

let binaries: string | undefined;
let removeBinaries = () => {};
afterAll(() => removeBinaries());

/** One copy of Postgres for all stacks of a test file: they link to it instead of copying 60 MB each. */
function sharedBinaries(): string {
  if (binaries) return binaries;
  const { dir, remove } = temporaryFolder();
  removeBinaries = remove;
  binaries = join(dir, "pg");
  preparePostgres(binaries);
  return binaries;
}

/** Disposable by default, without functions and payments: a test adds what it is about. */
export function plainOptions(dir: string): StackOptions {
  const stackDir = join(dir, "stack");
  mkdirSync(stackDir, { recursive: true });
  symlinkSync(sharedBinaries(), join(stackDir, "pg"));
  return {
    dir: stackDir,
    projectDir: join(dir, "project"),
    port: "auto",
    dbPort: "auto",
    durable: false,
    functions: false,
    provider: false,
    log: () => {},
  };
}

/** Starts a stack that ends with the test at the latest. */
export async function startForTest(options: StackOptions): Promise<Stack> {
  const stack = await startStack(options);
  onTestFinished(() => stack.stop());
  return stack;
}

export async function query<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 2, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
