/**
 * Mutants that no test can notice, because the database does the same with and without the thing. Each with the reason in
 * words. A run fails when one of these names no mutant any more, or when a test notices it after all.
 */
export interface Equivalent {
  reason: string;
  names: readonly string[];
}

export const EQUIVALENT: readonly Equivalent[] = [];

export const reasonOf = (name: string, list = EQUIVALENT): string | null =>
  list.find(({ names }) => names.includes(name))?.reason ?? null;

/** Names that stand here although there is no such mutant. */
export function staleNames(present: ReadonlySet<string>, list = EQUIVALENT): string[] {
  return list.flatMap(({ names }) => names.filter((name) => !present.has(name)));
}
