/** `npm run test:model`: random evenings in real databases against a reference that knows none; see docs/testing.md. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { colors as pc } from "../../scripts/colors.ts";
import { describe } from "../../scripts/stack/stack-error.ts";
import { acquireStack, TEST_STACK_VARIABLE } from "../../scripts/stack/test-stack.ts";
import { campaign, type Failure, lacking, type Outcome } from "./campaign.ts";
import type { Step } from "./commands.ts";
import { INVARIANTS } from "./invariants.ts";
import { MUTANTS } from "./mutants.ts";

const HELP = `npm run test:model -- [options]
  --steps <n>       how many commands in all (5000); up to twice as many if one has not been met yet
  --minutes <n>     fewer steps are enough when so much time has passed (no limit)
  --seed <n>        of the first script; each further one has the next number (today's milliseconds)
  --length <n>      steps of one script (120)
  --lanes <n>       databases at once (2)
  --script <file>   plays a script as it was printed, one step a line, instead of chance
  --mutant <name>   plants a bug first and expects to find it; --mutants: each of them, one after the other
  --json            one JSON object instead of lines
Mutants: ${Object.keys(MUTANTS).join("; ")}`;

const OPTIONS = {
  steps: { type: "string", default: "5000" },
  minutes: { type: "string", default: "100000" },
  seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  length: { type: "string", default: "120" },
  lanes: { type: "string", default: "2" },
  script: { type: "string" },
  mutant: { type: "string" },
  mutants: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

interface Verdict {
  readonly mutant: string | null;
  readonly outcome: Outcome;
  /** Commands that never succeeded, or never were refused. */
  readonly missing: readonly string[];
  readonly ok: boolean;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  const numbers = [values.steps, values.minutes, values.seed, values.length, values.lanes].map(Number);
  const [steps = 0, minutes = 0, seed = 0, length = 0, lanes = 0] = numbers;
  const isUsage = numbers.every((n) => Number.isInteger(n) && n >= 0) && lanes > 0 && length > 0;
  if (values.help || !isUsage || (values.mutant !== undefined && !(values.mutant in MUTANTS))) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const say = (line: string) => values.json || console.log(line);
  const script = values.script ? readScript(values.script) : null;
  const stack = await acquireStack({ functions: false, provider: false });
  process.env[TEST_STACK_VARIABLE] = stack.dir; // clones are made from its template
  const verdicts: Verdict[] = [];
  try {
    for (const mutant of values.mutants ? Object.keys(MUTANTS) : [values.mutant ?? null]) {
      let told = 0;
      const begun = performance.now();
      const onScript = (made: number) => {
        if (Math.floor(made / 10_000) === told) return;
        told = Math.floor(made / 10_000);
        say(pc.dim(`${made} steps in ${Math.round((performance.now() - begun) / 1000)} s`));
      };
      const outcome = await campaign({ steps, minutes, seed, length, lanes, mutant, script, onScript });
      const verdict = judge(mutant, outcome, script !== null);
      verdicts.push(verdict);
      say(describeVerdict(verdict, seed));
    }
  } finally {
    await stack.stop();
  }
  const ok = verdicts.every((verdict) => verdict.ok);
  const failed = verdicts.filter((verdict) => !verdict.ok).length;
  const checks = Object.keys(INVARIANTS).length + 1;
  if (values.json) console.log(JSON.stringify({ ok, seed, verdicts: verdicts.map(toJson) }, null, 2));
  else if (values.mutants) console.log(`${verdicts.length - failed} passed, ${failed} failed`);
  else console.log(ok ? `${checks} passed, 0 failed` : `${checks - 1} passed, 1 failed`);
  return ok ? 0 : 1;
}

const readScript = (file: string): Step[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim().startsWith("["))
    .map((line) => JSON.parse(line) as Step);

function judge(mutant: string | null, outcome: Outcome, isScript: boolean): Verdict {
  const isWhole = mutant === null && !isScript && outcome.failure === null;
  const missing = isWhole ? lacking(outcome.histogram) : [];
  const ok = mutant === null ? outcome.failure === null && missing.length === 0 : outcome.failure !== null;
  return { mutant, outcome, missing, ok };
}

function describeVerdict({ mutant, outcome, missing, ok }: Verdict, seed: number): string {
  const { steps, scripts, seconds, histogram, failure } = outcome;
  const mark = ok ? pc.green("✓") : pc.red("✗");
  const speed = `${steps} steps in ${seconds.toFixed(1)} s, ${Math.round(steps / seconds)} a second`;
  if (mutant !== null) {
    const how = failure
      ? `seed ${failure.seed}: ${failure.trouble.rule}, ${failure.script.length} of ${failure.from} steps`
      : "not found";
    return [`${mark} ${mutant}: ${how} (${speed})`, ...(failure ? scriptOf(failure) : [])].join("\n");
  }
  if (failure) return [`${mark} seed ${failure.seed}, ${speed}`, ...describeFailure(failure)].join("\n");
  const counts = Object.entries(histogram).map(
    ([kind, { done, refused }]) => `  ${kind.padEnd(10)} ${String(done).padStart(7)} ${String(refused).padStart(7)}`,
  );
  return [
    `${mark} ${scripts} scripts from seed ${seed}: ${speed}`,
    "  command       done refused",
    ...counts,
    ...missing.map((line) => pc.red(`  ${line}`)),
  ].join("\n");
}

const describeFailure = (failure: Failure): string[] => [
  failure.trouble.rule,
  ...failure.trouble.evidence.map((line) => `  ${line}`),
  `Again: npm run test:model -- --seed ${failure.seed} --steps 1`,
  `The smallest script, ${failure.script.length} of ${failure.from} steps (save it and play it with --script <file>):`,
  ...scriptOf(failure),
];
const scriptOf = ({ script }: Failure) => script.map((step) => JSON.stringify(step));

const toJson = ({ mutant, outcome: { failure, ...outcome }, missing, ok }: Verdict) => ({
  mutant,
  ok,
  ...outcome,
  missing,
  failure: failure && {
    seed: failure.seed,
    rule: failure.trouble.rule,
    evidence: failure.trouble.evidence,
    script: failure.script,
  },
});

process.exitCode = await main().catch((error: unknown) => {
  console.error(describe(error));
  return 1;
});
