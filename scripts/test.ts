/**
 * `npm test`: everything that is a test, against one disposable stack that is started here. Each stage is the npm script
 * that a person would run alone. A failing stage shows its output and does not keep the others from running.
 */
import { parseArgs } from "node:util";
import { describe } from "./stack/stack-error.ts";
import { acquireStack, TEST_STACK_VARIABLE } from "./stack/test-stack.ts";
import { withFunctionsCoverage } from "./stages/functions-coverage.ts";
import { type Counts, countsOf } from "./stages/read-counts.ts";
import { describeStage } from "./stages/report.ts";
import { runStages, type Stage, type StageResult, script } from "./stages/run-stage.ts";

const HELP = `npm test -- [options]
  --only <stage>   run only this stage; may be repeated
  --json           one JSON object instead of lines`;

const stage = (name: string, npmScript: string): Stage => ({
  name,
  command: ["npm", "run", "--silent", npmScript],
  isTest: true,
});

// Stages of one group run side by side. What measures time, or fights for one row on purpose, has the machine to itself.
const groups = (): Stage[][] => [
  [stage("lint", "lint"), stage("database", "test:db")],
  [
    withFunctionsCoverage(stage("functions", "test:functions")),
    { name: "coverage", command: script("scripts/database/coverage.ts", "--critical"), isReport: true },
  ],
  [{ ...stage("mutants", "test:mutants"), command: script("scripts/database/mutants/main.ts", "--sample", "30") }],
  [stage("http", "test:http")],
  [stage("races", "test:races")],
  [stage("model", "test:model")],
  [{ ...stage("faults", "test:faults"), command: script("tests/faults/main.ts", "--points", "4") }],
  [stage("stack", "test:stack")],
];

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const all = groups();
  const names = all.flat().map(({ name }) => name);
  const isKnown = values.only.every((name) => names.includes(name));
  if (values.help || !isKnown) {
    console.log(`${HELP}\nStages: ${names.join(", ")}`);
    return isKnown ? 0 : 2;
  }
  const begun = performance.now();
  const progress = (line: string) => values.json || console.log(line);
  const wanted = ({ name }: Stage) => values.only.length === 0 || values.only.includes(name);

  const stack = await acquireStack();
  process.env[TEST_STACK_VARIABLE] = stack.dir; // the stages are processes that we start
  const interrupt = () => void stack.stop().finally(() => process.exit(130));
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  progress(`stack ready in ${seconds(begun)} s`);
  const results: StageResult[] = [];
  try {
    for (const group of all) {
      const done = await runStages(group.filter(wanted), group.length, (result) => progress(lineOf(result)));
      results.push(...done);
    }
  } finally {
    await stack.stop();
  }
  const stages = results.map((result) => ({ ...result, ...countsOf(result) }));
  const ok = stages.every((result) => result.ok);
  const total = stages.reduce<Counts>(add, { passed: 0, failed: 0 });
  if (values.json) console.log(JSON.stringify({ ok, ...total, seconds: seconds(begun), stages }, null, 2));
  else {
    const failures = stages.filter((result) => !result.ok).map(({ name }) => name);
    console.log(`${failures.length > 0 ? `failed: ${failures.join(", ")}; ` : ""}${seconds(begun)} s`);
    console.log(`${total.passed} passed, ${total.failed} failed`);
  }
  return ok ? 0 : 1;
}

const seconds = (since: number) => Math.round((performance.now() - since) / 100) / 10;

const add = (sum: Counts, { passed, failed }: Counts) => ({ passed: sum.passed + passed, failed: sum.failed + failed });

function lineOf(result: StageResult): string {
  const { passed, failed } = countsOf(result);
  return describeStage(result, passed + failed > 0 ? `${passed} passed, ${failed} failed` : "");
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(describe(error));
  return 1;
});
