/**
 * Makes an empty cluster into what a hosted project is before the first migration, sets at each start what on hosted
 * is set by hand once, and keeps the template: a copy of the database as migrations and seed left it, closed to
 * connections, from which tests clone a fresh database in some 30 ms.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { databaseUrl } from "./postgres.ts";
import { StackError } from "./stack-error.ts";

export const TEMPLATE = "servio_template";

/** In the order in which they run, as supabase_admin. */
export const BOOTSTRAP_FILES = ["bootstrap.sql", "realtime.sql", "storage.sql"].map((name) =>
  join(import.meta.dirname, "sql", name),
);

const SHIMS = join(import.meta.dirname, "extensions");

/** Names what the ground of a database is made of: a warm start can tell that its own is older than the code. */
export function groundVersion(): string {
  const shims = readdirSync(SHIMS)
    .sort()
    .map((name) => join(SHIMS, name));
  const hash = createHash("sha256");
  for (const file of [...BOOTSTRAP_FILES, ...shims]) hash.update(readFileSync(file));
  return hash.digest("hex");
}

export async function bootstrap(port: number): Promise<void> {
  await asAdmin(port, "postgres", async (sql) => {
    for (const file of BOOTSTRAP_FILES) await sql.unsafe(readFileSync(file, "utf8"));
  });
}

/** Upserts secrets by name: their values belong to this environment, so no migration may know them. */
export async function writeSecrets(port: number, secrets: Record<string, string>): Promise<void> {
  await asAdmin(port, "postgres", async (sql) => {
    for (const [name, value] of Object.entries(secrets)) {
      const [existing] = await sql`select id, decrypted_secret from vault.decrypted_secrets where name = ${name}`;
      if (!existing) await sql`select vault.create_secret(${value}, ${name}, 'set by the local stack at each start')`;
      else if (existing.decrypted_secret !== value) await sql`select vault.update_secret(${existing.id}, ${value})`;
    }
  });
}

/** A database can be copied only while nobody is connected to it: it is closed for that moment. */
export async function createTemplate(port: number): Promise<void> {
  await asAdmin(port, "template1", async (sql) => {
    await sql.unsafe("alter database postgres allow_connections false");
    try {
      await copyOnceAlone(sql);
    } finally {
      await sql.unsafe("alter database postgres allow_connections true");
    }
    await sql.unsafe(`alter database ${TEMPLATE} is_template true allow_connections false`);
  });
}

/** Opens the template to bring it up to date, and closes it again whatever happens. */
export async function withTemplateOpen(port: number, work: (url: string) => Promise<void>): Promise<void> {
  const allow = (allowed: boolean) =>
    asAdmin(port, "postgres", (sql) => sql.unsafe(`alter database ${TEMPLATE} allow_connections ${allowed}`));
  await allow(true);
  try {
    await work(databaseUrl(port, "postgres", TEMPLATE));
  } finally {
    await allow(false);
  }
}

/** Through the log: one wait for the disk, where a copy file by file waits for each of a thousand. */
async function copyOnceAlone(sql: postgres.Sql): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = 'postgres'`;
    try {
      await sql.unsafe(`create database ${TEMPLATE} template postgres strategy wal_log owner postgres`);
      return;
    } catch (error) {
      const OBJECT_IN_USE = "55006"; // a session that was told to end has not ended yet
      if (!(error instanceof postgres.PostgresError) || error.code !== OBJECT_IN_USE) throw error;
      await sleep(20);
    }
  }
  throw new StackError(`the template database could not be made: sessions on postgres do not end`);
}

export async function asAdmin<T>(port: number, database: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(databaseUrl(port, "supabase_admin", database), { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 2 });
  }
}
