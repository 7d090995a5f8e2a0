/** What a run of mutants says: how many of each kind were killed, by what, and which survived. */
import { colors as pc } from "../../colors.ts";
import { reasonOf } from "./equivalent.ts";
import type { Verdict } from "./judge.ts";
import { type Group, groupOf } from "./mutant.ts";

/** Of the mutants of each group that a test could notice, at least this share must be noticed. */
export const TARGET = 0.95;

export interface Tally {
  mutants: number;
  behaviour: number;
  contract: number;
  equivalent: number;
  survived: number;
}

export interface Summary {
  ok: boolean;
  groups: Record<Group, Tally>;
  kinds: Record<string, Tally>;
  survivors: { name: string; kind: string; statement: string; noticedBy: string | null }[];
  /** Stand among the equivalent ones, but do not exist, or were noticed after all. */
  stale: string[];
}

const empty = (): Tally => ({ mutants: 0, behaviour: 0, contract: 0, equivalent: 0, survived: 0 });

const outcomeOf = ({ killedBy, mutant }: Verdict) =>
  killedBy ?? (reasonOf(mutant.name) === null ? "survived" : "equivalent");

/** The share that was killed of what could be; one when there was nothing to kill. */
export const shareOf = ({ mutants, equivalent, survived }: Tally) =>
  mutants === equivalent ? 1 : 1 - survived / (mutants - equivalent);

export function summarize(verdicts: readonly Verdict[], staleNames: readonly string[]): Summary {
  const groups: Record<Group, Tally> = { guards: empty(), doors: empty() };
  const kinds: Record<string, Tally> = {};
  for (const verdict of verdicts) {
    const outcome = outcomeOf(verdict);
    kinds[verdict.mutant.kind] ??= empty();
    for (const tally of [groups[groupOf(verdict.mutant)], kinds[verdict.mutant.kind]])
      if (tally) {
        tally.mutants++;
        tally[outcome]++;
      }
  }
  const survivors = verdicts
    .filter((verdict) => outcomeOf(verdict) === "survived")
    .map(({ mutant: { name, kind, statement }, by }) => ({ name, kind, statement, noticedBy: by }));
  const noticed = verdicts.filter(({ killedBy, mutant }) => killedBy && reasonOf(mutant.name) !== null);
  const stale = [
    ...staleNames.map((name) => `${name}: there is no such mutant`),
    ...noticed.map(({ mutant, by }) => `${mutant.name}: noticed by ${by}`),
  ];
  const ok =
    stale.length === 0 && verdicts.length > 0 && Object.values(groups).every((tally) => shareOf(tally) >= TARGET);
  return { ok, groups, kinds, survivors, stale };
}

export function describeVerdict({ mutant, by, files }: Verdict): string {
  const noticed = by ? `\n    noticed, but not proved wrong, by ${by}` : "";
  return `${pc.red("survived")} ${mutant.name} (${files} files asked)\n    ${mutant.statement}${noticed}`;
}

export function describeSummary({ groups, kinds, survivors, stale }: Summary): string {
  const line = (name: string, tally: Tally) =>
    `${name.padEnd(20)} ${String(tally.mutants).padStart(7)} ${String(tally.behaviour).padStart(9)} ${String(tally.contract).padStart(8)} ${String(tally.survived).padStart(8)} ${String(tally.equivalent).padStart(10)} ${`${(100 * shareOf(tally)).toFixed(1)} %`.padStart(8)}`;
  return [
    pc.dim(`${"".padEnd(20)} mutants behaviour contract survived equivalent   killed`),
    ...Object.entries(kinds)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([kind, tally]) => line(kind, tally)),
    line("guards together", groups.guards),
    line("doors together", groups.doors),
    ...survivors.map(({ name, statement }) => `${pc.red("survived")} ${name}\n    ${statement}`),
    ...stale.map((text) => `${pc.red("no longer equivalent")} ${text}`),
  ].join("\n");
}
