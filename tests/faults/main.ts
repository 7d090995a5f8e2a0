/** `npm run test:faults`: the demo's evening, again and again, while its parts are killed; see docs/testing.md. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { colors as pc } from "../../scripts/colors.ts";
import { StepFailure } from "../../scripts/demo/timeline.ts";
import { describe } from "../../scripts/stack/stack-error.ts";
import { startStack } from "../../scripts/stack/start-stack.ts";
import type { StackState } from "../../scripts/stack/state.ts";
import { seeded } from "../support/dice.ts";
import { playThrough } from "./evening.ts";
import { choosePoints, createKiller, endLeases, hurryWebhook, type Point, VICTIMS } from "./killer.ts";
import { persist } from "./persist.ts";

const HELP = `npm run test:faults -- [options]
  --points <n>       how often something is killed in all (200)
  --seed <n>         of the first evening; each further one has the next number (today's milliseconds)
  --per-evening <n>  points in one evening (20)
  --json             one JSON object instead of lines
Killed with -9, at random requests of the demo: ${VICTIMS.join(", ")}.`;

const OPTIONS = {
  points: { type: "string", default: "200" },
  seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  "per-evening": { type: "string", default: "20" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** Requests of an evening's money acts without any trouble are a few more; a point behind the last would not be met. */
const REQUESTS = 60;

interface Evening {
  readonly seed: number;
  readonly killed: readonly Point[];
  readonly requests: number;
  readonly repeated: number;
  readonly seconds: number;
  /** Null when it was survived. */
  readonly wrong: string | null;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  const [points = 0, seed = 0, perEvening = 0] = [values.points, values.seed, values["per-evening"]].map(Number);
  if (values.help || ![points, seed, perEvening].every((n) => Number.isInteger(n) && n >= 0) || perEvening === 0) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const say = (line: string) => values.json || console.log(line);
  const begun = performance.now();
  const evenings = await playAll(points, seed, perEvening, say);
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  const lost = evenings.filter(({ wrong }) => wrong !== null);
  const survived = evenings.filter(({ wrong }) => wrong === null).flatMap(({ killed }) => killed).length;
  const ok = lost.length === 0 && survived >= points;
  if (values.json) console.log(JSON.stringify({ ok, points: survived, seconds, evenings }, null, 2));
  else {
    console.log(`${survived} of ${points} points survived in ${evenings.length} evenings, ${seconds} s`);
    console.log(`${survived} passed, ${lost.length} failed`);
  }
  return ok ? 0 : 1;
}

async function playAll(
  points: number,
  seed: number,
  perEvening: number,
  say: (line: string) => void,
): Promise<Evening[]> {
  const dir = mkdtempSync(join(tmpdir(), "servio-faults-"));
  chmodSync(dir, 0o755); // the account that runs Postgres has to walk through it
  // Every death of a part is followed by a worker that finds its jobs free: see endLeases.
  const recoveries = new Set<Promise<void>>();
  const log = (line: string) => {
    if (!line.endsWith("is back")) return;
    // Where it is in vain, another part has died, and comes back as well.
    const recovery = persist(() => endLeases(stack))
      .catch(() => {})
      .finally(() => recoveries.delete(recovery));
    recoveries.add(recovery);
  };
  const options = { dir, port: "auto", dbPort: "auto", durable: true, history: false, deathsAllowed: 1_000 } as const;
  // A supervisor that gives up takes everything along: what the clients then see is not the reason.
  const onGiveUp = (error: Error) => say(pc.red(`the stack gave up: ${describe(error)}`));
  const stack = await startStack({ ...options, log, onGiveUp });
  const evenings: Evening[] = [];
  try {
    let killed = 0;
    const onKill = ({ victim, moment, request }: Point) => {
      killed += 1;
      say(pc.dim(`  ${killed} of ${points}: ${victim} ${moment} request ${request}`));
    };
    for (let index = 0; killed < points && index < points; index += 1) {
      const evening = await playOne(stack, seed + index, Math.min(perEvening, points - killed), onKill);
      await Promise.all(recoveries);
      evenings.push(evening);
      say(lineOf(evening));
      if (evening.wrong !== null) break;
    }
    return evenings;
  } finally {
    await stack.stop();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function playOne(
  state: StackState,
  seed: number,
  count: number,
  onKill: (point: Point) => void,
): Promise<Evening> {
  const begun = performance.now();
  const killer = createKiller(state, choosePoints(seeded(seed), count, REQUESTS), onKill);
  let wrong: string | null = null;
  const ended = new AbortController();
  const hurrying = hurryUntil(ended.signal, state);
  try {
    await playThrough(state, killer);
  } catch (error) {
    wrong = explain(error);
  } finally {
    ended.abort();
    await hurrying;
  }
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  return { seed, killed: killer.killed, requests: killer.requests(), repeated: killer.repeated(), seconds, wrong };
}

async function hurryUntil(ended: AbortSignal, state: StackState): Promise<void> {
  for (let round = 1; !ended.aborted; round += 1) {
    await hurryWebhook(state).catch(() => {}); // whoever did not answer is asked again
    if (round % 10 === 0) await endLeases(state).catch(() => {});
    await pause(1_000, undefined, { signal: ended }).catch(() => {});
  }
}

function explain(error: unknown): string {
  if (!(error instanceof StepFailure)) return describe(error);
  const { record, message, expected, got } = error;
  return `${record.actor} ${record.step}: ${message}; expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`;
}

function lineOf({ seed, killed, requests, repeated, seconds, wrong }: Evening): string {
  const mark = wrong === null ? pc.green("✓") : pc.red("✗");
  const facts = `${requests} requests, ${repeated} made again, ${seconds.toFixed(1)} s`;
  return [`${mark} seed ${seed}: ${killed.length} points (${facts})`, ...(wrong === null ? [] : [`  ${wrong}`])].join(
    "\n",
  );
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(describe(error));
  return 1;
});
