/**
 * `npm run bench`: what an order and a payment cost, what the policies cost, what the screens read and the queue moves, and how fast the
 * stack starts. What is compared takes turns within one run, because on a shared machine only ratios mean something.
 */

import type { StackState } from "../stack/state.ts";
import { loadFiles } from "./databases.ts";
import { makeLanes, menuLanes } from "./lanes.ts";
import { describeOperations, isPerfect, runOperations } from "./operations.ts";
import { type BenchOptions, help, readOptions } from "./options.ts";
import { ownStack } from "./own-stack.ts";
import { measurePayments } from "./payments.ts";
import { measurePolicies } from "./policies.ts";
import { measureQueue } from "./queue.ts";
import { measureReads } from "./reads.ts";
import { type BenchReport, type Measured, printReport, targetsOf } from "./report.ts";
import { takeTurns } from "./turns.ts";

const begun = performance.now();
const progress = (text: string) =>
  console.error(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${text}`);

async function main(options: BenchOptions): Promise<number> {
  progress("starting a stack (cold, then warm)");
  const { state, coldStartMs, warmStartMs, remove } = await ownStack();
  try {
    if (options.operations !== null) {
      const result = await runOperations(state, { operations: options.operations, venues: options.venues }, progress);
      if (options.json) console.log(JSON.stringify(result, null, 2));
      else for (const line of describeOperations(result)) console.log(line);
      return options.assert && !isPerfect(result) ? 1 : 0;
    }
    const report: BenchReport = { ...(await measure(state, options)), coldStartMs, warmStartMs, targets: [] };
    report.targets = targetsOf(report);
    if (options.json) console.log(JSON.stringify(report, null, 2));
    else printReport(report);
    return options.assert && report.targets.some((target) => !target.met) ? 1 : 0;
  } finally {
    await remove();
  }
}

async function measure(state: StackState, options: BenchOptions): Promise<Measured> {
  const { venues, orders, parts } = options;
  const measured: Measured = { venues, orders };
  if (parts.includes("orders")) {
    progress(`loading ${venues} venues and ${orders} orders`);
    const start = performance.now();
    await loadFiles(state.adminDbUrl, ["tenants.sql", "orders.sql"], { venues, orders });
    const loadSeconds = Math.round((performance.now() - start) / 1000);
    const { lanes, overFirst } = await takeTurns(await makeLanes(state), options, progress);
    const ratios = overFirst.map(({ clients, ratios: [, bOverA = Number.NaN, cOverA = Number.NaN] }) => ({
      clients,
      bOverA,
      cOverA,
    }));
    const once = { ...options, clients: [8], rounds: 1, seconds: 3 };
    const menu = await takeTurns(menuLanes(state, venues), once, progress);
    progress("measuring the policies");
    measured.orderLanes = { loadSeconds, lanes, menu: menu.lanes, ratios, policies: await measurePolicies(state, 40) };
  }
  if (parts.includes("payments")) measured.payments = await measurePayments(state, options, progress);
  if (parts.includes("queue")) {
    progress("pgmq read + archive | claim_jobs + finish_job, 1 and 4 workers");
    measured.queue = await measureQueue(state, options);
  }
  if (parts.includes("reads")) measured.reads = await measureReads(options, progress);
  return measured;
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") console.log(help);
  else process.exitCode = await main(options);
} catch (error) {
  const usage = error instanceof RangeError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  console.error(error instanceof Error ? (usage ? `${error.message}\n\n${help}` : error.stack) : error);
  process.exitCode = usage ? 2 : 1;
}
