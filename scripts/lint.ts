/**
 * `npm run lint [name …]`: everything that can be judged without running the product. The checks that read a database all
 * read the same one: a disposable stack, or the one of the test run.
 */
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { describe } from "./stack/stack-error.ts";
import { acquireStack, TEST_STACK_VARIABLE } from "./stack/test-stack.ts";
import { describeStage } from "./stages/report.ts";
import { bin, ROOT, runStages, type Stage, script } from "./stages/run-stage.ts";

const functions = () => globSync("supabase/functions/**/*.ts", { cwd: ROOT }).sort();
const migrations = () => globSync("supabase/migrations/*.sql", { cwd: ROOT }).sort();

const OFFLINE: Stage[] = [
  { name: "biome", command: [bin("biome"), "ci", "--colors=off", "."] },
  { name: "tsc", command: [bin("tsc"), "-p", "."] },
  { name: "deno check", command: [bin("deno"), "check", "--quiet", ...functions()] },
  { name: "deno lint", command: [bin("deno"), "lint", "--quiet", ...functions()] },
  { name: "squawk", command: [bin("squawk"), "--config", join(ROOT, ".squawk.toml"), ...migrations()] },
  { name: "docs", command: script("scripts/lint/docs.ts") },
  { name: "domain", command: script("scripts/lint/domain.ts") },
  { name: "docs/assistant.md", command: script("scripts/assistant-doc.ts", "--check") },
];
const WITH_DATABASE: Stage[] = [
  { name: "advisors", command: script("scripts/lint/advisors.ts") },
  { name: "types", command: script("scripts/database/types.ts", "--check") },
  { name: "snapshot", command: script("scripts/database/snapshot.ts", "--check") },
  { name: "errors", command: script("scripts/lint/errors.ts") },
  { name: "docs/errors.md", command: script("scripts/database/errors-doc.ts", "--check") },
];

async function main(names: string[]): Promise<number> {
  const all = [...OFFLINE, ...WITH_DATABASE];
  const unknown = names.filter((name) => !all.some((stage) => stage.name === name));
  if (unknown.length > 0 || names.includes("--help")) {
    console.error(`npm run lint -- [name …], where a name is: ${all.map(({ name }) => name).join(", ")}`);
    return names.includes("--help") ? 0 : 2;
  }
  const wanted = names.length > 0 ? all.filter(({ name }) => names.includes(name)) : all;
  const stack = wanted.some((stage) => WITH_DATABASE.includes(stage))
    ? await acquireStack({ functions: false, provider: false })
    : null;
  if (stack) process.env[TEST_STACK_VARIABLE] = stack.dir; // the checks are processes that we start
  try {
    const print = (result: Parameters<typeof describeStage>[0]) => console.log(describeStage(result));
    const results = await runStages(wanted, availableParallelism(), print);
    const failed = results.filter(({ ok }) => !ok).length;
    console.log(`${results.length - failed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    await stack?.stop();
  }
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(describe(error));
  return 1;
});
