/** A whole script: chosen by a seed or given, played in a house of its own, and brought to rest at the end. */
import type { Sql } from "postgres";
import { seeded } from "../support/dice.ts";
import type { SqlApi } from "../support/sql-api.ts";
import type { World } from "../support/world.ts";
import { chooseStep } from "./choose.ts";
import { forgetOthers } from "./clocks.ts";
import type { Command, Step } from "./commands.ts";
import { openHouse } from "./house.ts";
import { type Met, playStep, Trouble } from "./play.ts";
import { bringToRest, requireRest } from "./rest.ts";
import { emptyState, type State } from "./state.ts";

export interface Place {
  /** Its api has one session; that of the crowd has several. */
  readonly world: World<SqlApi>;
  readonly crowd: SqlApi;
  readonly eye: Sql;
  readonly time: Sql;
}

export interface Played {
  readonly script: readonly Step[];
  readonly met: readonly Met[];
  readonly trouble: Trouble | null;
}

/** So much by chance; the same seed chooses the same, as long as the reference is the same. */
export function byChance(seed: number, length: number): (state: State, index: number) => Step | null {
  const random = seeded(seed);
  let made = 0;
  const next = (kind: string) => {
    made += 1;
    return `${kind}${made}`;
  };
  const opening: Command[] = [0, 1, 0, 1].map((table) => ({
    do: "scan",
    id: next("device"),
    table: table === 0 ? 0 : 1,
    session: next("session"),
  }));
  return (state, index) => {
    const first = opening[index];
    if (first) return [first];
    return index < length ? chooseStep(state, random, next) : null;
  };
}

export async function playScript(place: Place, source: (state: State, index: number) => Step | null): Promise<Played> {
  const { eye, time } = place;
  await forgetOthers(time);
  const house = await openHouse(place);
  const script: Step[] = [];
  const met: Met[] = [];
  let state = emptyState();
  const play = async (step: Step) => {
    // A minute passes for those who count calls by the minute: limits have tests of their own.
    if (script.length % 40 === 0) await eye`delete from private.rate_limits`;
    const played = await playStep(house, state, step);
    state = played.state;
    met.push(...played.met);
  };
  try {
    for (let step = source(state, 0); step; step = source(state, script.length)) {
      script.push(step);
      await play(step);
    }
    await bringToRest(() => state, play);
    await requireRest(house, state);
    return { script, met, trouble: null };
  } catch (error) {
    if (error instanceof Trouble) return { script, met, trouble: error };
    throw error;
  }
}
