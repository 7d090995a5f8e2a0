/**
 * `npm run bench`: what an order costs, what the policies cost, what the screens read and the queue moves, and how fast the
 * stack starts. What is compared takes turns within one run, because on a shared machine only ratios mean something.
 */

import type { StackState } from "../stack/state.ts";
import { loadFiles } from "./databases.ts";
import { type Lane, makeLanes, menuLanes } from "./lanes.ts";
import { emptyLoad, runLoad, summarize } from "./load.ts";
import { type BenchOptions, help, readOptions } from "./options.ts";
import { ownStack } from "./own-stack.ts";
import { measurePolicies, median } from "./policies.ts";
import { measureQueue } from "./queue.ts";
import { measureReads } from "./reads.ts";
import { type BenchReport, type LaneResult, type Measured, type OrderLanes, printReport, targetsOf } from "./report.ts";

const begun = performance.now();
const progress = (text: string) =>
  console.error(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${text}`);

async function main(options: BenchOptions): Promise<number> {
  progress("starting a stack (cold, then warm)");
  const { state, coldStartMs, warmStartMs, remove } = await ownStack();
  try {
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
    const { lanes, ratios } = await takeTurns(await makeLanes(state), options);
    const menu = await takeTurns(menuLanes(state, venues), { ...options, clients: [8], rounds: 1, seconds: 3 });
    progress("measuring the policies");
    measured.orderLanes = { loadSeconds, lanes, menu: menu.lanes, ratios, policies: await measurePolicies(state, 40) };
  }
  if (parts.includes("queue")) {
    progress("pgmq read + archive | claim_jobs + finish_job, 1 and 4 workers");
    measured.queue = await measureQueue(state, options);
  }
  if (parts.includes("reads")) measured.reads = await measureReads(state, options, progress);
  return measured;
}

/** Every lane gets its share of every round; a round's ratio is taken within the round, and the median of them counts. */
async function takeTurns(lanes: Lane[], options: BenchOptions) {
  const results: LaneResult[] = [];
  const ratios: OrderLanes["ratios"] = [];
  for (const clients of options.clients) {
    progress(`${lanes.map((lane) => lane.name).join(" | ")} at ${clients} clients`);
    const opened = await Promise.all(
      lanes.map(async (lane) => ({
        ...(await lane.open(clients)),
        name: lane.name,
        total: emptyLoad(),
        rates: [] as number[],
      })),
    );
    for (const lane of opened) await runLoad(emptyLoad(), lane.clients, 0.5); // warms connections and plans
    for (let round = 0; round < options.rounds; round++) {
      for (const lane of opened) {
        const load = emptyLoad();
        await runLoad(load, lane.clients, options.seconds / options.rounds);
        lane.rates.push(load.histogram.totalCount / load.seconds);
        lane.total.histogram.add(load.histogram);
        lane.total.seconds += load.seconds;
        for (const [message, count] of load.errors)
          lane.total.errors.set(message, (lane.total.errors.get(message) ?? 0) + count);
      }
    }
    for (const lane of opened) {
      await lane.close();
      results.push({
        lane: lane.name,
        clients,
        ...summarize(lane.total),
        errorMessages: [...lane.total.errors.keys()].slice(0, 3),
      });
    }
    const [floor, ...others] = opened;
    const ratio = (rates: number[] | undefined) =>
      median((rates ?? []).map((rate, i) => rate / (floor?.rates[i] ?? Number.NaN)));
    ratios.push({ clients, bOverA: ratio(others[0]?.rates), cOverA: ratio(others[1]?.rates) });
  }
  return { lanes: results, ratios };
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
