/**
 * Databases for test files: one fresh clone each, made of a second template that also holds pgTAP and the support
 * functions, so that no file pays for them. Names are random: two runs on one server do not meet.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { connect, using } from "./connection.ts";
import type { Lane } from "./lane.ts";
import { splitStatements } from "./statements.ts";

export const ROOT = join(import.meta.dirname, "..", "..");
export const TESTS_DIR = join(ROOT, "supabase", "tests");
const SUPPORT_FILE = join(TESTS_DIR, "000_support.sql");

export interface TestDatabases {
  /** Makes a clone, hands out its address (role postgres), and drops it whatever happens. */
  withClone<T>(work: (url: string) => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

/** `prepare` runs in the template as superuser, before it is closed: for tools that instrument it. */
export async function createTestDatabases(
  lane: Lane,
  prepare?: (client: pg.Client) => Promise<void>,
): Promise<TestDatabases> {
  const template = `servio_tests_${randomBytes(4).toString("hex")}`;
  const admin = await connect(lane.url("supabase_admin", "template1"));
  let clones = 0;

  const create = (name: string, source: string) =>
    admin.query(`create database ${name} template ${source} strategy file_copy owner postgres`);
  const drop = (name: string) => admin.query(`drop database if exists ${name} with (force)`);
  const remove = async () => {
    await drop(template);
    await admin.end();
  };

  try {
    await create(template, lane.template);
    await fill(lane, template, prepare);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    async withClone(work) {
      const name = `${template}_${++clones}`;
      await create(name, template);
      try {
        return await work(lane.url("postgres", name));
      } finally {
        await drop(name);
      }
    },
    remove,
  };
}

async function fill(lane: Lane, template: string, prepare?: (client: pg.Client) => Promise<void>): Promise<void> {
  // As superuser, whose default privileges let every role call pgTAP: tests call it after `set role anon`, too.
  await using(lane.url("supabase_admin", template), async (client) => {
    await client.query("create extension if not exists pgtap with schema extensions");
    await prepare?.(client);
  });
  if (!existsSync(SUPPORT_FILE)) return;
  await using(lane.url("postgres", template), async (client) => {
    for (const { text, line } of splitStatements(readFileSync(SUPPORT_FILE, "utf8"))) {
      await client.query(text).catch((error: Error) => {
        throw new Error(`supabase/tests/000_support.sql:${line}: ${error.message}`, { cause: error });
      });
    }
  });
}
