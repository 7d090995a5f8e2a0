/**
 * `npm run test:contract`: sends every call that the functions make to Stripe to stripe-mock, Stripe's own server, which
 * refuses what its published API description does not know. It is a Go program that npm does not have: without it this
 * says so in one line, and how to get it, and is no failure.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { freePorts } from "../stack/ports.ts";
import { describe } from "../stack/stack-error.ts";
import { bin, ROOT } from "../stages/run-stage.ts";

const HELP = `npm run test:contract -- [options]
  --require   fail when stripe-mock is not there (go install github.com/stripe/stripe-mock@v0.203.0)
It is looked for in PATH and in GOBIN, GOPATH/bin and HOME/go/bin.`;
const START_TIMEOUT_MS = 10_000;

/** Asked by path, because its version of Go's folders may not be in PATH. */
function findStripeMock(env: NodeJS.ProcessEnv): string | null {
  const go = [env.GOBIN, env.GOPATH && join(env.GOPATH, "bin"), env.HOME && join(env.HOME, "go", "bin")];
  const folders = [...(env.PATH ?? "").split(delimiter), ...go].filter((folder) => folder !== undefined);
  return folders.map((folder) => join(folder, "stripe-mock")).find((path) => existsSync(path)) ?? null;
}

async function untilItAnswers(url: string, child: ChildProcess): Promise<void> {
  for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await sleep(20)) {
    if (child.exitCode !== null) throw new Error(`stripe-mock ended at once (exit code ${child.exitCode})`);
    const answers = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answers) return;
  }
  throw new Error(`stripe-mock did not answer within ${START_TIMEOUT_MS / 1000} s`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { require: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const program = findStripeMock(process.env);
  if (!program) {
    console.log(
      "stripe-mock is not installed: Stripe's calls were not checked (go install github.com/stripe/stripe-mock@v0.203.0)",
    );
    return values.require ? 1 : 0;
  }
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  console.log(execFileSync(program, ["-version"], { encoding: "utf8" }).trim());
  const child = spawn(program, ["-http-addr", `127.0.0.1:${port}`], { stdio: ["ignore", "ignore", "inherit"] });
  try {
    await untilItAnswers(url, child);
    const args = [
      "test",
      "--allow-env",
      "--allow-net=127.0.0.1",
      "--allow-read",
      "supabase/functions/stripe-contract.test.ts",
    ];
    const test = spawn(bin("deno"), args, {
      cwd: ROOT,
      stdio: "inherit",
      env: { ...process.env, STRIPE_MOCK_URL: url },
    });
    return await new Promise<number>((resolve) => test.once("close", (code) => resolve(code ?? 1)));
  } finally {
    child.kill();
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(describe(error));
    process.exitCode = 1;
  },
);
