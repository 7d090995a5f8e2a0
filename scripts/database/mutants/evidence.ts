/**
 * What a red assertion proves. A mutant is killed by *behaviour* when something was attempted and came out otherwise, and
 * by a *contract* when a rule over the catalogs no longer holds ("no API role has any privilege on a private table"; the
 * list of doors that are open). A *list* proves nothing: that a literal copy of the triggers or of the permissions differs
 * from the triggers or the permissions is the mutation itself, read back. Nor does a file that ran another number of
 * assertions than it planned, because many count what the catalogs hold.
 */
import type { Mutant } from "./mutant.ts";
import type { TestFile } from "./test-file.ts";

export type Evidence = "behaviour" | "contract" | "list";

export interface Red {
  /** The assertion's name, or the SQL error that ended the file. */
  assertion: string;
  /** The statement of the file that was running. */
  statement: string;
  /** The file ran another number of assertions than planned, or ran out of time: nothing came out otherwise. */
  isIncomplete?: boolean;
}

const CATALOGS = /\b(pg_(policy|policies|constraint|trigger|index|indexes|proc|class|attribute)|information_schema)\b/;
const COMPARISON = /\b(set_eq|bag_eq|results_eq|set_has)\s*\(|\bis\(\(select (count|array_agg|string_agg)/i;
// What the product answers is behaviour, in however long a list.
const ASKS_PRODUCT = /\bprivate\.\w+\(/;
const ROW_KINDS = new Set(["permission taken", "permission given", "subscription rule", "entitlement"]);

export function weigh({ isIncomplete, statement }: Red, { name }: TestFile, mutant: Mutant): Evidence {
  if (isIncomplete) return "list";
  if (isContractFile(name)) return "contract";
  const readsBack = COMPARISON.test(statement);
  if (CATALOGS.test(statement)) return readsBack ? "list" : "contract";
  const isCopy = statement.includes(`from ${mutant.relation}`) && !ASKS_PRODUCT.test(statement);
  if (ROW_KINDS.has(mutant.kind) && readsBack && isCopy) return "list";
  return "behaviour";
}

/** Made from the catalogs, they attempt everything with every table: who may do what, and what nobody may do. */
export const ISOLATION = "catalog/isolation.test.sql";
export const WRITES = "catalog/writes.test.sql";
/** The other ones look at the catalogs and attempt nothing. */
export const isContractFile = (name: string) => name.startsWith("catalog/") && name !== ISOLATION && name !== WRITES;
