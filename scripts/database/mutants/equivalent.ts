/**
 * Mutants that no test can notice, because the database does the same with and without the thing. Each with the reason in
 * words. A run fails when one of these names no mutant any more, or when a test notices it after all.
 */
export interface Equivalent {
  reason: string;
  names: readonly string[];
}

export const EQUIVALENT: readonly Equivalent[] = [
  {
    reason:
      "Entries refer to transactions, so that no truncate reaches the transactions without the entries, whose own trigger refuses first.",
    names: ["trigger ledger_transactions_no_truncate on private.ledger_transactions"],
  },
];

export const reasonOf = (name: string, list = EQUIVALENT): string | null =>
  list.find(({ names }) => names.includes(name))?.reason ?? null;

/** Names that stand here although there is no such mutant. */
export function staleNames(present: ReadonlySet<string>, list = EQUIVALENT): string[] {
  return list.flatMap(({ names }) => names.filter((name) => !present.has(name)));
}
