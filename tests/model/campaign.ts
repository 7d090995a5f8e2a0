/** Many scripts, on as many clones at once as there are lanes, until so many steps have been made or one has failed. */
import postgres from "postgres";
import { sqlApi } from "../support/sql-api.ts";
import { cloneWorld } from "../support/world.ts";
import { KINDS } from "./choose.ts";
import { type Kind, type Step, WORLD } from "./commands.ts";
import { plant } from "./mutants.ts";
import { Trouble } from "./play.ts";
import { byChance, type Place, type Played, playScript } from "./script.ts";
import { shrink } from "./shrink.ts";

export interface Plan {
  readonly steps: number;
  /** Fewer steps are enough when so much time has passed. */
  readonly minutes: number;
  readonly seed: number;
  readonly length: number;
  readonly lanes: number;
  readonly mutant: string | null;
  /** Instead of chance. */
  readonly script: readonly Step[] | null;
  readonly onScript: (steps: number) => void;
}

export interface Failure {
  readonly seed: number;
  readonly trouble: Trouble;
  readonly script: readonly Step[];
  readonly from: number;
  readonly tries: number;
}

export interface Outcome {
  readonly steps: number;
  readonly scripts: number;
  readonly seconds: number;
  readonly histogram: Partial<Record<Kind, { done: number; refused: number }>>;
  readonly failure: Failure | null;
}

/** Commands that never succeeded, or never were refused. */
export function lacking(histogram: Outcome["histogram"]): string[] {
  return KINDS.flatMap((kind) => {
    const { done, refused } = histogram[kind] ?? { done: 0, refused: 0 };
    const isRefused = refused > 0 || WORLD.has(kind);
    return [...(done > 0 ? [] : [`${kind} never succeeded`]), ...(isRefused ? [] : [`${kind} was never refused`])];
  });
}

/** Rules that look at a whole database get slower with it: a clone serves so many scripts. */
const SCRIPTS_PER_CLONE = 12;

export async function campaign(plan: Plan): Promise<Outcome> {
  const begun = performance.now();
  const histogram: Outcome["histogram"] = {};
  let steps = 0;
  let scripts = 0;
  let failed: { seed: number; played: Played } | null = null;

  // A command that chance has left out so far gets some more of it.
  const isLate = () => performance.now() - begun > plan.minutes * 60_000;
  const isEnough = () =>
    isLate() || (steps >= plan.steps && (steps >= 2 * plan.steps || lacking(histogram).length === 0));
  const isOver = () => failed !== null || (plan.script ? scripts > 0 : isEnough());
  const note = ({ met }: Played): void => {
    for (const { kind, isDone } of met) {
      histogram[kind] ??= { done: 0, refused: 0 };
      histogram[kind][isDone ? "done" : "refused"] += 1;
    }
    steps += met.length;
    plan.onScript(steps);
  };
  const lane = async (): Promise<void> => {
    while (!isOver()) {
      await inClone(plan.mutant, async (place) => {
        for (let count = 0; count < SCRIPTS_PER_CLONE && !isOver(); count += 1) {
          const seed = plan.seed + scripts;
          scripts += 1;
          const played = await playScript(place, plan.script ? asWritten(plan.script) : byChance(seed, plan.length));
          note(played);
          if (played.trouble) failed ??= { seed, played };
        }
      });
    }
  };
  await Promise.all(Array.from({ length: plan.script ? 1 : plan.lanes }, lane));
  const seconds = (performance.now() - begun) / 1000;
  const failure = failed ? await explainFailure(failed, plan) : null;
  return { steps, scripts, seconds, histogram, failure };
}

export const asWritten = (script: readonly Step[]) => (_: unknown, index: number) => script[index] ?? null;

async function explainFailure({ seed, played }: { seed: number; played: Played }, plan: Plan): Promise<Failure> {
  let trouble = played.trouble ?? new Trouble("", []);
  const { rule } = trouble;
  return inClone(plan.mutant, async (place) => {
    // What went wrong between calls that went out together may need more than one try to go wrong again.
    const fails = async (script: readonly Step[]): Promise<boolean> => {
      for (let round = script.some((step) => step.length > 1) ? 3 : 1; round > 0; round -= 1) {
        const again = await playScript(place, asWritten(script));
        if (again.trouble?.rule === rule) {
          trouble = again.trouble;
          return true;
        }
      }
      return false;
    };
    const about = trouble.evidence.join(" ").match(/[a-z]+\d+/g) ?? [];
    const bounds = plan.mutant ? { withinMs: 10_000 } : { budget: 300, withinMs: 180_000 };
    const { script, tries } = await shrink(played.script, fails, { about, ...bounds });
    return { seed, trouble, script, from: played.script.length, tries };
  });
}

async function inClone<T>(mutant: string | null, work: (place: Place) => Promise<T>): Promise<T> {
  const world = await cloneWorld(8);
  // Planned once, while tables are empty, and used when they are not: never a scan of everything.
  const connection = { enable_seqscan: "off", plan_cache_mode: "force_generic_plan" } as Record<string, string>;
  const eye = postgres(world.url, { max: 1, onnotice: () => {}, connection });
  const asRoot = Object.assign(new URL(world.stack.adminDbUrl), { pathname: new URL(world.url).pathname }).href;
  const unnoticed = { session_replication_role: "replica" } as Record<string, string>;
  const time = postgres(asRoot, { max: 1, onnotice: () => {}, connection: unnoticed });
  // What goes out alone takes one session, which has everything planned; only what meets others takes a cold one.
  const alone = postgres(world.url, { max: 1, prepare: false, onnotice: () => {} });
  try {
    if (mutant) await plant(world.sql, mutant);
    return await work({ world: { ...world, api: sqlApi(alone) }, crowd: world.api, eye, time });
  } finally {
    await Promise.all([eye, time, alone].map((connection) => connection.end({ timeout: 5 })));
    await world.close();
  }
}
