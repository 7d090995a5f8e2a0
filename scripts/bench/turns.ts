/**
 * Lanes that are compared take turns: every lane gets its share of every round, a ratio is taken within a round, and the
 * median of the rounds counts. On a shared machine only that means something.
 */
import type { Lane } from "./lanes.ts";
import { emptyLoad, runLoad, summarize } from "./load.ts";
import type { BenchOptions } from "./options.ts";
import { median } from "./policies.ts";
import type { LaneResult } from "./report.ts";

export interface Turns {
  lanes: LaneResult[];
  /** Throughput of each lane over the first one's, per number of clients. */
  overFirst: { clients: number; ratios: number[] }[];
}

export async function takeTurns(
  lanes: Lane[],
  { clients: counts, rounds, seconds }: Pick<BenchOptions, "clients" | "rounds" | "seconds">,
  progress: (text: string) => void,
): Promise<Turns> {
  const turns: Turns = { lanes: [], overFirst: [] };
  for (const clients of counts) {
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
    for (let round = 0; round < rounds; round++) {
      for (const lane of opened) {
        const load = emptyLoad();
        await runLoad(load, lane.clients, seconds / rounds);
        lane.rates.push(load.histogram.totalCount / load.seconds);
        lane.total.histogram.add(load.histogram);
        lane.total.seconds += load.seconds;
        for (const [message, count] of load.errors)
          lane.total.errors.set(message, (lane.total.errors.get(message) ?? 0) + count);
      }
    }
    for (const { name, total, close } of opened) {
      await close();
      const errorMessages = [...total.errors.keys()].slice(0, 3);
      turns.lanes.push({ lane: name, clients, ...summarize(total), errorMessages });
    }
    const first = opened[0]?.rates ?? [];
    const ratios = opened.map(({ rates }) => median(rates.map((rate, i) => rate / (first[i] ?? Number.NaN))));
    turns.overFirst.push({ clients, ratios });
  }
  return turns;
}
