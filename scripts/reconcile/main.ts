/** `npm run reconcile`: asks for a reconciliation, shows how it goes, and says what it came to. */
import { setTimeout as pause } from "node:timers/promises";
import { colors as pc } from "../colors.ts";
import { describe } from "../stack/stack-error.ts";
import { findProject, HELP, type Options, readOptions, UsageError } from "./options.ts";
import { type ProjectApi, projectApi, Refusal, type Run, type Status } from "./project-api.ts";

const LOOK_EVERY_MS = 500;
type Say = (line: string) => void;

async function main({ since, timeoutMs, json }: Options): Promise<number> {
  const api = projectApi(findProject());
  const begun = performance.now();
  const say: Say = (line) => {
    const time = `${((performance.now() - begun) / 1000).toFixed(1).padStart(7)} s`;
    if (!json) console.log(`${pc.dim(time)}  ${line}`);
  };
  const until = begun + timeoutMs;
  const { run_id } = await request(api, since, until, say);
  const status = await follow(api, run_id, until, say);
  if (json) console.log(JSON.stringify(status, null, 2));
  else for (const line of report(status)) console.log(line);
  return status.run?.outcome === "clean" ? 0 : 1;
}

/** One that looks back far enough, after the one under way if that does not. */
async function request(api: ProjectApi, since: Date | null, until: number, say: Say): Promise<Run> {
  for (;;) {
    try {
      const run = await api.request(since);
      say(`reconciling what was made since ${run.window_from}`);
      return run;
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "reconciliation_running") throw error;
      say("a shorter one is under way; this one follows it");
      await follow(api, undefined, until, say);
    }
  }
}

async function follow(api: ProjectApi, runId: string | undefined, until: number, say: Say): Promise<Status> {
  let said = "";
  for (;;) {
    const status = await api.status(runId);
    const { run } = status;
    if (run === null || run.outcome !== null) return status;
    const line = `${run.step.padEnd(12)} ${countsOf(run)}${run.last_error ? pc.yellow(`  ${run.last_error}`) : ""}`;
    if (line !== said) say(line);
    said = line;
    if (performance.now() > until) throw new Error(`not finished in time; run ${run.run_id} goes on without us`);
    await pause(LOOK_EVERY_MS);
  }
}

const countsOf = ({ counts }: Run) =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name.replaceAll("_", " ")}`)
    .join(", ");

function* report({ run, open_findings, findings, days }: Status): Generator<string> {
  if (run) yield `\n${run.outcome === "clean" ? pc.green("clean") : pc.red(String(run.outcome))}  ${countsOf(run)}`;
  for (const { day, currency, provider_minor, books_minor, ...rest } of days) {
    const parts = Object.entries(rest).filter(([, value]) => typeof value === "number" && value !== 0);
    const why = parts.map(([name, value]) => `${name.replace(/_minor$/, "").replaceAll("_", " ")} ${value}`).join(", ");
    yield `  ${day} ${currency}  provider ${provider_minor}, books ${books_minor}${why ? pc.dim(`  (${why})`) : ""}`;
  }
  if (open_findings > 0) yield pc.red(`${open_findings} open ${open_findings === 1 ? "finding" : "findings"}:`);
  for (const { finding_id, kind, subject, first_seen_at, detail } of findings) {
    yield `  ${kind} ${subject} ${pc.dim(`since ${first_seen_at}, finding ${finding_id}`)}\n    ${pc.dim(JSON.stringify(detail))}`;
  }
}

try {
  const options = readOptions(process.argv.slice(2), Date.now());
  if (options) process.exitCode = await main(options);
  else console.log(HELP);
} catch (error) {
  console.error(
    `${pc.red("✗")} ${error instanceof UsageError || error instanceof Refusal ? error.message : describe(error)}`,
  );
  if (error instanceof UsageError) console.error("npm run reconcile -- --help says what there is");
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
