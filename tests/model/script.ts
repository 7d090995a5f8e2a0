/** A whole script: chosen by a seed or given, played in a house of its own, and brought to rest at the end. */
import type { Sql } from "postgres";
import { violations } from "../support/books.ts";
import { seeded } from "../support/dice.ts";
import type { SqlApi } from "../support/sql-api.ts";
import type { World } from "../support/world.ts";
import { chooseStep } from "./choose.ts";
import type { Command, Step } from "./commands.ts";
import { type House, openHouse } from "./house.ts";
import { type Met, playStep, Trouble } from "./play.ts";
import { emptyState, type State } from "./state.ts";

export interface Place {
  /** Its api has one session; that of the crowd has several. */
  readonly world: World<SqlApi>;
  readonly crowd: SqlApi;
  readonly eye: Sql;
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
  const { eye } = place;
  await Promise.all([
    eye`delete from pgmq.q_provider_calls`,
    eye`delete from pgmq.q_provider_calls_dead`,
    eye`update private.outbox set relayed_at = now() where relayed_at is null`,
  ]);
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
    // What nobody has lost for good comes in the end, and every job is done.
    for (let step = toRest(state); step; step = toRest(state)) await play([step]);
    await requireRest(house, state);
    return { script, met, trouble: null };
  } catch (error) {
    if (error instanceof Trouble) return { script, met, trouble: error };
    throw error;
  }
}

/** The next thing to do before all is quiet. */
function toRest(state: State): Command | null {
  const event = Object.entries(state.events).find(([, one]) => !one.isDelivered && one.lie === null)?.[0];
  if (event) return { do: "deliver", event };
  const waiting = Object.entries(state.bank).find(([, one]) => one.status === "pending")?.[0];
  if (waiting) return { do: "bank", refund: waiting, event: `rest-${waiting}-bank`, outcome: "succeeded" };
  if (state.jobs.some(({ at }) => at === "outbox")) return { do: "relay" };
  const job = state.jobs.find(({ at }) => at === "leased")?.key;
  if (!job) return state.jobs.some(({ at }) => at === "queue") ? { do: "claim" } : null;
  const [kind, about = ""] = job.split(" ");
  if (kind === "cancel")
    return state.givenUp.includes(about) ? { do: "finish", job } : { do: "giveUp", payment: about };
  // Now and then the bank takes its time.
  const outcome = state.jobs.length % 3 === 0 ? "pending" : "succeeded";
  if (!state.bank[about]) return { do: "call", refund: about, event: `rest-${about}`, outcome };
  return state.confirmed.includes(about) ? { do: "finish", job } : { do: "confirm", refund: about };
}

async function requireRest({ world, organisationId }: House, state: State): Promise<void> {
  const unpaid = Object.keys(state.intents).filter(
    (payment) => state.intents[payment]?.status === "succeeded" && state.payments[payment]?.status !== "succeeded",
  );
  if (unpaid.length > 0) throw new Trouble("what the provider took is settled in the end", unpaid);
  const pending = Object.keys(state.refunds).filter((refund) => {
    const isDead = state.jobs.some(({ key, at }) => at === "dead" && key === `refund ${refund}`);
    return state.refunds[refund]?.status === "pending" && !isDead;
  });
  if (pending.length > 0) throw new Trouble("every refund is decided in the end", pending);
  const books = await violations(world.sql, organisationId);
  if (books.length > 0)
    throw new Trouble(
      "the books' own rules hold",
      books.map((one) => JSON.stringify(one)),
    );
}
