/** The numbers about the assistant, and how much they have to be. */
import { colors as pc } from "../colors.ts";
import type { Mutated } from "../mutation/mutate.ts";
import type { Result } from "./results.ts";
import { RISKS } from "./risks.ts";

export const LEAST = { attacks: 60, branches: 90, score: 0.8 };

export interface Tally {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
}

export interface Tests {
  readonly attacks: readonly Tally[];
  readonly parts: readonly Tally[];
  /** In per cent; null when the tests did not get that far. */
  readonly branches: number | null;
}

const tally = (name: string, results: readonly Result[]): Tally => ({
  name,
  passed: results.reduce((sum, { passed }) => sum + passed, 0),
  failed: results.reduce((sum, { failed }) => sum + failed, 0),
});

const PARTS: readonly (readonly [string, RegExp])[] = [
  ["tool × role × venue, over HTTP", /^tests\/flows\/assistant\.test\.ts$/],
  ["change × role × venue, in the database", /assistant\/rights\.test\.sql$/],
  ["life of every change", /assistant\/proposals\.test\.sql$/],
  ["guardrails", /assistant\/guardrails\.test\.sql$/],
  ["reads, calls and turns", /assistant\/(?!rights|proposals|guardrails)\w+\.test\.sql$/],
  ["webhook", /^supabase\/functions\/ai-webhook\//],
  ["functions", /^supabase\/functions\/(?!ai-webhook)/],
];

export function summarize(results: readonly Result[], branches: number | null): Tests {
  const riskOf = ({ name }: Result) => /^LLM\d\d/.exec(name)?.[0];
  const others = results.filter((result) => !riskOf(result));
  return {
    attacks: Object.entries(RISKS).map(([risk, title]) =>
      tally(
        `${risk} ${title}`,
        results.filter((result) => riskOf(result) === risk),
      ),
    ),
    parts: PARTS.map(([name, pattern]) =>
      tally(
        name,
        others.filter(({ file }) => pattern.test(file)),
      ),
    ).filter(({ passed, failed }) => passed + failed > 0),
    branches,
  };
}

const all = (tallies: readonly Tally[]): Tally => ({
  name: "attacks together",
  passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
  failed: tallies.reduce((sum, { failed }) => sum + failed, 0),
});

/** What is not as it has to be. */
export function shortcomings({ attacks, parts, branches }: Tests): string[] {
  const failed = [...attacks, ...parts]
    .filter((one) => one.failed > 0)
    .map((one) => `${one.name}: ${one.failed} failed`);
  const { passed } = all(attacks);
  const few = passed < LEAST.attacks ? [`${passed} attacks withstood, at least ${LEAST.attacks} expected`] : [];
  const bare =
    (branches ?? 0) < LEAST.branches ? [`${branches ?? 0} % of branches, at least ${LEAST.branches} % expected`] : [];
  return [...failed, ...few, ...bare];
}

export function weaknesses({ rooms }: Pick<Mutated, "rooms">): string[] {
  if (rooms.length === 0) return ["no mutant was made: no source has that path"];
  return rooms
    .filter(({ score }) => score < LEAST.score)
    .map(
      ({ room, score }) => `${room}: ${share(score)} of the mutants noticed, at least ${share(LEAST.score)} expected`,
    );
}

const line = ({ name, passed, failed }: Tally) =>
  `${failed > 0 ? pc.red("✗") : pc.green("✓")} ${name.padEnd(42)} ${String(passed).padStart(5)} passed${failed > 0 ? `, ${failed} failed` : ""}`;
const share = (part: number) => `${(100 * part).toFixed(1)} %`;

export function describeTests({ attacks, parts, branches }: Tests): string {
  return [
    ...attacks.map(line),
    line(all(attacks)),
    ...parts.map(line),
    `  ${"branches of assistant/".padEnd(42)} ${branches === null ? "unknown" : `${branches.toFixed(1).padStart(5)} %`}`,
  ].join("\n");
}

export function describeMutants({ rooms, files, missed }: Mutated): string {
  return [
    ...missed.map(
      ({ file, line: at, mutator, replacement, met }) =>
        `${pc.red(met ? "survived" : "not met ")} ${file}:${at} ${mutator} → ${replacement.replace(/\s+/g, " ").slice(0, 80)}`,
    ),
    ...files.map(({ file, mutants, noticed, endless }) => {
      const stopped = endless > 0 ? `, ${endless} of them by a test that no longer ended` : "";
      return `  ${file.replace("supabase/functions/", "").padEnd(52)} ${String(noticed).padStart(4)} of ${String(mutants).padStart(4)} noticed${stopped}`;
    }),
    ...rooms.map(
      ({ room, mutants, noticed, score }) =>
        `${score < LEAST.score ? pc.red("✗") : pc.green("✓")} ${room.padEnd(30)} ${share(score).padStart(7)}: ${noticed} of ${mutants} noticed`,
    ),
  ].join("\n");
}
