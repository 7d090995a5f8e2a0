/**
 * A part of the mutants that a seed decides: the same for everybody who names the seed, and with some of every kind, so
 * that the many closed doors do not crowd out three exclusion constraints. A new mutant changes nothing about the others.
 */
import { createHash } from "node:crypto";
import type { Mutant } from "./mutant.ts";

export function sampleOf(mutants: readonly Mutant[], size: number, seed: string): Mutant[] {
  const rank = ({ name }: Mutant) => createHash("sha256").update(`${seed}\n${name}`).digest("hex");
  const kinds = Map.groupBy(mutants, ({ kind }) => kind);
  const piles = [...kinds.values()].map((pile) => pile.map((mutant) => ({ mutant, by: rank(mutant) })));
  for (const pile of piles) pile.sort((a, b) => (a.by < b.by ? -1 : 1));
  const chosen: Mutant[] = [];
  for (let row = 0; chosen.length < Math.min(size, mutants.length); row++)
    for (const pile of piles) {
      const next = pile[row];
      if (next && chosen.length < size) chosen.push(next.mutant);
    }
  return chosen;
}
