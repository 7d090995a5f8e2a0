/** The mutants of a migrated database: read from its catalogs, so that what a migration adds is among them by itself. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";

export interface Mutant {
  kind: string;
  /** Stable and unique: what a report, an exception and `--only` call it. */
  name: string;
  /** The table, function or schema that it changes. */
  relation: string;
  /** What is changed there: a constraint, a policy, a column, a permission. */
  object: string;
  /** Makes it, as superuser. */
  statement: string;
}

/**
 * Guards stop something that is being done; doors keep somebody out. There are thousands of closed doors and one test
 * looks at all of them, so the two are counted apart: doors must not make up for guards that nobody tests.
 */
export type Group = "guards" | "doors";
export const groupOf = ({ kind }: Mutant): Group => (/^(grant|search path)/.test(kind) ? "doors" : "guards");

export async function readMutants(client: pg.Client): Promise<Mutant[]> {
  const { rows } = await client.query<Mutant>(readFileSync(join(import.meta.dirname, "catalog.sql"), "utf8"));
  const names = new Set(rows.map(({ name }) => name));
  if (names.size !== rows.length)
    throw new Error("two mutants have one name: an exception could not say which it means");
  return rows;
}
