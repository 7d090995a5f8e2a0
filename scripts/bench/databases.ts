/**
 * Databases to measure in, loaded from the files beside this one. `postgres` is the one that the stack serves; others are
 * copies beside it, for what is compared at two sizes within one run.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import type { StackState } from "../stack/state.ts";

/** The same user, another database. */
export function databaseUrl(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

export async function loadFiles(url: string, files: string[], values: Record<string, number>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    for (const file of files) {
      const text = readFileSync(join(import.meta.dirname, file), "utf8");
      await sql.unsafe(text.replaceAll(/\$(\w+)\b/g, (name, key) => String(values[key] ?? name))).simple();
    }
    await sql.unsafe("vacuum analyze").simple(); // plans need statistics
  } finally {
    await sql.end();
  }
}

export async function copyDatabase(state: StackState, from: string, to: string): Promise<string> {
  const sql = postgres(databaseUrl(state.adminDbUrl, "template1"), { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(`create database ${to} template ${from} strategy file_copy owner postgres`);
  } finally {
    await sql.end();
  }
  return to;
}
