/**
 * `npm run test:assistant`: what is proved about the assistant, in numbers. The tests themselves are those of `npm test`; here
 * they are counted by what they are about. Mutants are apart, because they take long.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { mutate } from "../mutation/mutate.ts";
import { describe } from "../stack/stack-error.ts";
import { acquireStack, TEST_STACK_VARIABLE } from "../stack/test-stack.ts";
import { askDeno, readShares } from "../stages/functions-coverage.ts";
import { describeStage } from "../stages/report.ts";
import { bin, ROOT, runStages, type Stage, script } from "../stages/run-stage.ts";
import { describeMutants, describeTests, shortcomings, summarize, weaknesses } from "./report.ts";
import { type Result, readDatabase, readJunit, readVitest } from "./results.ts";

const HELP = `npm run test:assistant -- [options]
  --mutants            Stryker's mutants of assistant/ and _shared/ instead of the tests' numbers (an hour or more)
  --only <path>        only mutants of this file or pattern below supabase/functions; may be repeated
  --concurrency <n>    mutants judged at once (default 1)
  --json               one JSON object instead of lines
Exit code: 0 when everything is as it has to be, 1 when not, 2 for a wrong option.`;

interface Options {
  mutants: boolean;
  only: string[];
  concurrency: number;
  json: boolean;
}

function readOptions(args: string[]): Options | null {
  const { values } = parseArgs({
    args,
    options: {
      mutants: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      concurrency: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const concurrency = Number(values.concurrency);
  if (!Number.isInteger(concurrency) || concurrency < 1) throw new TypeError("--concurrency is a whole number from 1");
  if (values.only.length > 0 && !values.mutants) throw new TypeError("--only is about --mutants");
  return { mutants: values.mutants, only: values.only, concurrency, json: values.json };
}

/** The tests of the assistant, each runner once, with what it writes down. */
function stages(dir: string): Stage[] {
  const functions = ["assistant", "ai-webhook", "mcp"].map((name) => `supabase/functions/${name}`);
  const rights = ["env", "net=127.0.0.1", "read", "sys", "write", "run=node"].map((right) => `--allow-${right}`);
  const deno = ["test", ...rights, `--junit-path=${join(dir, "functions.xml")}`];
  const there = functions.filter((path) => existsSync(join(ROOT, path)));
  const vitest = ["run", "--project", "http", "--reporter=default", "--reporter=json"];
  return [
    {
      name: "functions",
      command: [bin("deno"), ...deno, ...there],
      env: { DENO_COVERAGE_DIR: join(dir, "coverage") },
      isTest: true,
    },
    { name: "database", command: script("scripts/database/test.ts", "--json", "supabase/tests/assistant") },
    {
      name: "http",
      command: [
        bin("vitest"),
        ...vitest,
        `--outputFile.json=${join(dir, "http.json")}`,
        "tests/attacks",
        "tests/flows/assistant",
      ],
      isTest: true,
    },
  ];
}

async function count(json: boolean) {
  const dir = mkdtempSync(join(tmpdir(), "servio-assistant-"));
  const stack = await acquireStack();
  process.env[TEST_STACK_VARIABLE] = stack.dir; // the stages are processes that we start
  const read = (name: string) => (existsSync(join(dir, name)) ? readFileSync(join(dir, name), "utf8") : null);
  try {
    const done = await runStages(stages(dir), 1, (result) => {
      if (!json) console.log(describeStage(result));
    });
    const said = done.find(({ name }) => name === "database")?.output ?? "";
    const [xml, http] = [read("functions.xml"), read("http.json")];
    const results: Result[] = [
      ...(xml ? readJunit(xml) : []),
      ...(http ? readVitest(http, ROOT) : []),
      ...(said.startsWith("{") ? readDatabase(said) : []),
    ];
    const shares = readShares(askDeno(join(dir, "coverage"), "supabase/functions/assistant"));
    const broken = done.filter(({ ok }) => !ok).map(({ name }) => `${name} failed`);
    const tests = summarize(results, shares?.branches ?? null);
    return { tests, wrong: [...broken, ...shortcomings(tests)] };
  } finally {
    await stack.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function main({ mutants, only, concurrency, json }: Options): Promise<number> {
  const begun = performance.now();
  const time = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  const say = (wrong: string[], report: object, lines: string) => {
    if (json) console.log(JSON.stringify({ ok: wrong.length === 0, ...report, wrong, took: time() }, null, 2));
    else console.log([lines, ...wrong, time()].join("\n"));
    return wrong.length === 0 ? 0 : 1;
  };
  if (mutants) {
    const mutated = await mutate(only, concurrency, json);
    return say(weaknesses(mutated), mutated, describeMutants(mutated));
  }
  const { tests, wrong } = await count(json);
  return say(wrong, tests, describeTests(tests));
}

process.exitCode = await (async () => {
  const options = readOptions(process.argv.slice(2));
  if (options) return main(options);
  console.log(HELP);
  return 0;
})().catch((error: unknown) => {
  console.error(error instanceof TypeError ? `${error.message}\n${HELP}` : describe(error));
  return error instanceof TypeError ? 2 : 1;
});
