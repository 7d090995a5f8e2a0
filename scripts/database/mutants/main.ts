/**
 * `npm run test:mutants`: breaks one thing at a time in the migrated database (a policy, a constraint, a trigger, a row of
 * the permissions, a privilege that nobody has) and expects the tests to notice.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { describe } from "../../stack/stack-error.ts";
import { openPg17 } from "../lane-pg17.ts";
import { staleNames } from "./equivalent.ts";
import type { Verdict } from "./judge.ts";
import type { Mutant } from "./mutant.ts";
import { describeSummary, describeVerdict, summarize } from "./report.ts";
import { runMutants } from "./run.ts";
import { sampleOf } from "./sample.ts";

const HELP = `npm run test:mutants -- [options]
  --only <pattern>   only mutants whose kind and name match this regular expression
  --sample <n>       only so many, of every kind some
  --seed <text>      which ones (default: today's date; it is printed)
  --workers <n>      how many at once (default: the number of cores)
  --list             say which there are and judge none
  --json             one JSON object instead of lines
Exit code: 0 when at least 95 % of the guards and of the doors were noticed, 1 when not, 2 for a wrong option.`;

interface Options {
  only: RegExp;
  sample: number | null;
  seed: string;
  workers: number;
  list: boolean;
  json: boolean;
}

function readOptions(args: string[]): Options | null {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: "string", default: "" },
      sample: { type: "string" },
      seed: { type: "string", default: new Date().toISOString().slice(0, 10) },
      workers: { type: "string", default: String(availableParallelism()) },
      list: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const { seed, list, json } = values;
  const counts = [values.workers, values.sample ?? "1"].map(Number);
  if (counts.some((count) => !Number.isInteger(count) || count < 1))
    throw new TypeError("a count is a whole number from 1");
  const sample = values.sample === undefined ? null : Number(values.sample);
  return { only: new RegExp(values.only, "i"), sample, seed, workers: Number(values.workers), list, json };
}

async function main({ only, sample, seed, workers, list, json }: Options): Promise<number> {
  const say = json ? console.error : console.log; // whoever reads the object still sees how far it is
  const begun = performance.now();
  const time = () => `${((performance.now() - begun) / 1000).toFixed(1).padStart(7)} s`;
  let stale: string[] = [];
  let chosen: Mutant[] = [];
  let done = 0;
  let said = 0;
  const choose = (all: Mutant[]) => {
    stale = staleNames(new Set(all.map(({ name }) => name)));
    const matching = all.filter(({ kind, name }) => only.test(`${kind}: ${name}`));
    chosen = sample === null ? matching : sampleOf(matching, sample, seed);
    say(`${time()}  ${chosen.length} of ${all.length} mutants${sample === null ? "" : `, seed ${seed}`}`);
    return list ? [] : [...chosen];
  };
  const onVerdict = (verdict: Verdict) => {
    done++;
    if (!verdict.killedBy && summarize([verdict], []).survivors.length > 0) say(describeVerdict(verdict));
    if (performance.now() - said < 10_000) return;
    said = performance.now();
    say(`${time()}  ${done} of ${chosen.length}, now: ${verdict.mutant.kind}`);
  };
  const lane = await openPg17();
  try {
    const verdicts = await runMutants(lane, { workers, choose, onVerdict });
    if (list) {
      console.log(
        json ? JSON.stringify(chosen, null, 2) : chosen.map(({ kind, name }) => `${kind}: ${name}`).join("\n"),
      );
      return 0;
    }
    const summary = summarize(verdicts, stale);
    const seconds = Math.round((performance.now() - begun) / 100) / 10;
    if (json) console.log(JSON.stringify({ ...summary, seed, seconds, verdicts }, null, 2));
    else console.log(`${describeSummary(summary)}\n${time()}`);
    const missed = summary.survivors.length;
    const failed = summary.ok ? 0 : missed + summary.stale.length; // a few may survive; they are named all the same
    say(`${verdicts.length - missed} passed, ${failed} failed`);
    return summary.ok ? 0 : 1;
  } finally {
    await lane.stop();
  }
}

process.exitCode = await (async () => {
  const options = readOptions(process.argv.slice(2));
  if (options) return main(options);
  console.log(HELP);
  return 0;
})().catch((error: unknown) => {
  const isUsage = error instanceof TypeError || error instanceof SyntaxError;
  console.error(isUsage ? `${error.message}\n${HELP}` : describe(error));
  return isUsage ? 2 : 1;
});
