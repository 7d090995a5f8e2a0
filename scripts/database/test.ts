/**
 * `npm run test:db`: every pgTAP file of supabase/tests, each in a fresh clone of the migrated database, in parallel.
 * A run that finds no test fails, and so does a file that plans none or ends before its plan is fulfilled.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { describe } from "../stack/stack-error.ts";
import type { LaneOrReason, LaneProof } from "./lane.ts";
import { openPg15 } from "./lane-pg15.ts";
import { openPg17 } from "./lane-pg17.ts";
import type { FileResult } from "./run-test-file.ts";
import { findTestFiles, runTestFiles } from "./run-test-files.ts";
import { describeFile, describeProof, type ProofResult, tally } from "./test-report.ts";

const HELP = `npm run test:db -- [options] [part of a file's path …]
  --lane pg17|pg15   the database to run on (default pg17; pg15 is Debian's, with the real pg_cron)
  --jobs <n>         how many files at once (default: the number of cores)
  --json             one JSON object instead of lines`;

const LANES: Record<string, () => Promise<LaneOrReason>> = { pg17: openPg17, pg15: openPg15 };

async function runProof({ name, prove }: LaneProof): Promise<ProofResult> {
  const begun = performance.now();
  const error = await prove().then(
    () => null,
    (reason: Error) => reason.message,
  );
  return { name, ok: error === null, ms: Math.round(performance.now() - begun), error };
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      lane: { type: "string", default: "pg17" },
      jobs: { type: "string", default: String(availableParallelism()) },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const open = LANES[values.lane];
  const jobs = Number(values.jobs);
  if (values.help) return say(HELP, 0);
  if (!open || !Number.isInteger(jobs) || jobs < 1) return say(HELP, 2);
  const files = findTestFiles(positionals);
  if (files.length === 0)
    return say(`no test file matches ${positionals.join(" ") || "supabase/tests/**/*.test.sql"}`, 1);

  const lane = await open();
  if ("skipped" in lane) return say(`${values.lane} lane skipped: ${lane.skipped}`, 0);
  try {
    const onResult = (result: FileResult) => values.json || console.log(describeFile(result));
    const proofs = Promise.all(lane.proofs.map(runProof)); // they wait for the clock while the files run
    const results = await runTestFiles(lane, files, { jobs, onResult });
    const proved = await proofs;
    if (!values.json) for (const result of proved) console.log(describeProof(result));
    const { passed, failed } = tally(results, proved);
    if (values.json)
      console.log(JSON.stringify({ lane: lane.name, passed, failed, files: results, proofs: proved }, null, 2));
    else console.log(`${passed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    await lane.stop();
  }
}

function say(text: string, code: number): number {
  (code === 0 ? console.log : console.error)(text);
  return code;
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  const isUsage = error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  return say(isUsage ? `${error.message}\n${HELP}` : describe(error), isUsage ? 2 : 1);
});
