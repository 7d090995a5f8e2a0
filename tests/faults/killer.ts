/**
 * Ends parts of a stack with kill -9 at moments that are fixed beforehand: at the nth request of the flow, before it
 * leaves, while it is under way, or after its answer. Nothing waits for a clock: the flow itself brings the moments about.
 */
import postgres from "postgres";
import { signalExactly } from "../../scripts/stack/process-identity.ts";
import { readState, type StackState } from "../../scripts/stack/state.ts";
import type { Dice } from "../support/dice.ts";
import type { Moment, Watch } from "./patient-fetch.ts";

export const VICTIMS = ["postgres", "rest", "functions", "provider"] as const;
export type Victim = (typeof VICTIMS)[number];

export interface Point {
  readonly request: number;
  readonly moment: Moment;
  /** Turns of the event loop that pass before the shot, so that "under way" is not always the same moment. */
  readonly turns: number;
  readonly victim: Victim;
}

/** So many different requests of the first `requests`, in their order. */
export function choosePoints({ roll, pick }: Dice, count: number, requests: number): Point[] {
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, requests)) chosen.add(1 + roll(requests));
  return [...chosen]
    .sort((a, b) => a - b)
    .map((request) => {
      const moment = pick(["before", "under way", "under way", "after"] as const);
      return { request, moment, turns: roll(40), victim: pick(VICTIMS) };
    });
}

export interface Killer extends Watch {
  readonly killed: readonly Point[];
  readonly requests: () => number;
  readonly repeated: () => number;
}

export function createKiller(state: StackState, points: readonly Point[], onKill: (point: Point) => void): Killer {
  let requests = 0;
  let repeated = 0;
  const killed: Point[] = [];
  return {
    killed,
    requests: () => requests,
    repeated: () => repeated,
    again: () => {
      repeated += 1;
    },
    begin: () => {
      requests += 1;
      return requests;
    },
    async reached(request, moment) {
      const point = points.find((one) => one.request === request && one.moment === moment);
      if (!point || killed.includes(point)) return;
      killed.push(point);
      for (let turn = 0; turn < point.turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      const victim = readState(state.dir)?.children.find(({ name }) => name === point.victim);
      if (!victim) throw new Error(`${point.victim} is not there`);
      signalExactly(victim, "SIGKILL");
      onKill(point);
    },
  };
}

/**
 * A part that died held jobs, and jobs failed without it: they come back after minutes, which nobody wants to wait for.
 * Time is moved instead, and the clock wakes a worker as it does every minute.
 */
export async function endLeases({ dbUrl }: StackState): Promise<void> {
  const sql = postgres(dbUrl, { max: 1, onnotice: () => {}, connect_timeout: 5 });
  try {
    const queues = await sql<{ queue: string }[]>`select queue from private.queues`;
    for (const { queue } of queues) await sql`update ${sql(`pgmq.q_${queue}`)} set vt = now() where vt > now()`;
    await sql`select private.wake_if_waiting()`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/**
 * A webhook that met nobody comes again after 1, 2, 4 … 128 seconds, and then never. While somebody is there to take it, the
 * next one is due now; where nobody is, an attempt in vain would only use one up.
 */
export async function hurryWebhook({ url, publishableKey, providerUrl, stripeSecretKey }: StackState): Promise<void> {
  const ask = async (input: string, init: RequestInit = {}) => {
    const answer = await fetch(input, { ...init, signal: AbortSignal.timeout(5_000) });
    await answer.body?.cancel();
    return answer.status;
  };
  const takers = [`${url}/rest/v1/`, `${url}/functions/v1/stripe-webhook`];
  for (const taker of takers) if ((await ask(taker, { headers: { apikey: publishableKey } })) >= 500) return;
  const headers = { authorization: `Bearer ${stripeSecretKey}`, "content-type": "application/json" };
  const body = JSON.stringify({ hurry: true, timeout_ms: 1 });
  await ask(`${providerUrl}/_control/drain`, { method: "POST", headers, body });
}
