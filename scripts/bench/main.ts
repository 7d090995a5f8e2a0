/**
 * `npm run bench`: what an order costs, what the policies cost, how fast the menu is and the stack starts. Lanes take
 * turns within one run, because on a shared machine only their ratios mean something.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import type { StackState } from "../stack/state.ts";
import { type Lane, makeLanes, menuLanes } from "./lanes.ts";
import { emptyLoad, runLoad, summarize } from "./load.ts";
import { type BenchOptions, help, readOptions } from "./options.ts";
import { ownStack } from "./own-stack.ts";
import { measurePolicies, median } from "./policies.ts";
import { type BenchReport, type LaneResult, printReport, targetsOf } from "./report.ts";

const begun = performance.now();
const progress = (text: string) =>
  console.error(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${text}`);

async function main(options: BenchOptions): Promise<number> {
  progress("starting a stack (cold, then warm)");
  const { state, coldStartMs, warmStartMs, remove } = await ownStack();
  try {
    progress(`loading ${options.venues} venues and ${options.orders} orders`);
    const loadSeconds = await load(state, options);
    const { lanes, ratios } = await takeTurns(await makeLanes(state), options);
    const menu = await takeTurns(menuLanes(state, options.venues), { ...options, clients: [8], rounds: 1, seconds: 3 });
    progress("measuring the policies");
    const policies = await measurePolicies(state, 40);
    const { venues, orders } = options;
    const measured = {
      coldStartMs,
      warmStartMs,
      loadSeconds,
      venues,
      orders,
      lanes,
      menu: menu.lanes,
      ratios,
      policies,
    };
    const report: BenchReport = { ...measured, targets: targetsOf(measured) };
    if (options.json) console.log(JSON.stringify(report, null, 2));
    else printReport(report);
    return options.assert && report.targets.some((target) => !target.met) ? 1 : 0;
  } finally {
    await remove();
  }
}

async function load(state: StackState, { venues, orders }: BenchOptions): Promise<number> {
  const start = performance.now();
  const text = readFileSync(join(import.meta.dirname, "dataset.sql"), "utf8");
  const sql = postgres(state.adminDbUrl, { max: 1, onnotice: () => {} });
  await sql.unsafe(text.replaceAll("$venues", String(venues)).replaceAll("$orders", String(orders))).simple();
  await sql.unsafe("vacuum analyze").simple(); // plans need statistics
  await sql.end();
  return Math.round((performance.now() - start) / 1000);
}

/** Every lane gets its share of every round; a round's ratio is taken within the round, and the median of them counts. */
async function takeTurns(lanes: Lane[], options: BenchOptions) {
  const results: LaneResult[] = [];
  const ratios: BenchReport["ratios"] = [];
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
