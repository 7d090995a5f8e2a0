/**
 * Plays steps in a house and in the reference at once. After each, every command must have answered as the reference says
 * in at least one order of those that went out together, with the same house as the result, and twelve rules must hold.
 */

import { machine } from "../support/actors.ts";
import type { Answer } from "../support/api.ts";
import { persistently } from "../support/persistently.ts";
import type { SqlApi } from "../support/sql-api.ts";
import { read } from "./answers.ts";
import { type Call, callOf } from "./calls.ts";
import { expire, jump, sweep } from "./clocks.ts";
import { type Asking, type Command, isWrong, KEYED, type Kind, type Step, WORLD } from "./commands.ts";
import { difference, expected, look } from "./faces.ts";
import type { House } from "./house.ts";
import { broken } from "./invariants.ts";
import { isPossible } from "./possible.ts";
import { goOn } from "./reconciling.ts";
import { answerOf } from "./reference.ts";
import { isOver } from "./repairs.ts";
import type { State } from "./state.ts";

/** What is wrong: the name of the rule, and everything that helps to see why. */
export class Trouble extends Error {
  readonly rule: string;
  readonly evidence: readonly string[];
  constructor(rule: string, evidence: readonly string[]) {
    super(`${rule}\n${evidence.join("\n")}`);
    this.rule = rule;
    this.evidence = evidence;
  }
}

export interface Met {
  readonly kind: Kind;
  readonly isDone: boolean;
}
const ANSWERS = new Set(["ok", "applied", "ignored", "deferred", "quarantined", "duplicate"]);
const isDone = (answer: string) => ANSWERS.has(answer.split(" ")[0] ?? "");

export async function playStep(house: House, state: State, step: Step): Promise<{ state: State; met: Met[] }> {
  const commands = step
    .filter((command) => isPossible(state, command))
    .flatMap((command) => ("twice" in command && command.twice ? [command, command] : [command]));
  const api = commands.length > 1 ? house.crowd : house.world.api;
  const answers = await Promise.all(commands.map((command) => perform(house, state, command, api)));
  requireSameAnswers(commands, answers);
  const told = answers.map(({ told }) => told);
  const [has, rules] = await Promise.all([look(house), broken(house)]);
  const after = explain(state, commands, told, has);
  if (!after) throw new Trouble("the reference agrees", disagreement(state, commands, told, has));
  if (rules.length > 0) throw new Trouble(rules[0]?.split(": not ")[0] ?? "", rules);
  return { state: after, met: commands.map(({ do: kind }, index) => ({ kind, isDone: isDone(told[index] ?? "") })) };
}

interface Told {
  readonly told: string;
  readonly value?: unknown;
}

async function perform(house: House, state: State, command: Command, api: SqlApi): Promise<Told> {
  if (command.do === "jump") await jump(house, command.minutes);
  if (command.do === "expire") await expire(house);
  if (command.do === "sweep") await sweep(house);
  if (WORLD.has(command.do)) return { told: "ok" };
  const asking = command as Asking;
  const { actor, name, args } = callOf(house, state, asking);
  if (command.do === "report" && !isWrong(command)) await requireKnown(state, command.payment, api, args);
  const answer: Answer<unknown> = await persistently(() => api.rpc(actor, name, args));
  const told = read(house, asking, answer);
  if (!answer.ok) return { told };
  if (KEYED.has(command.do) && "id" in command)
    house.calls.set(command.id, { actor, name, args, answer: answer.value });
  if (command.do === "again") {
    const first = house.calls.get(command.of)?.answer;
    if (JSON.stringify(first) !== JSON.stringify(answer.value)) {
      throw new Trouble("a repeated call gets its first answer", [JSON.stringify(first), JSON.stringify(answer.value)]);
    }
  }
  if (command.do === "reconcile")
    return { told: await goOn(house, state, (answer.value as { run_id: string }).run_id, command.dies) };
  // A failed job comes back after a random while of real time; here time moves by jumps alone.
  if (command.do === "fail" && !isWrong(command)) {
    const queue = house.eye(`pgmq.q_${args.p_queue}`);
    await house.eye`update ${queue} set vt = now() + interval '15 minutes' where msg_id = ${args.p_job_id as string}`;
  }
  return { told, value: answer.value };
}

/** Before the provider is asked about a payment, the worker learns whether the guest's time is over. */
async function requireKnown(state: State, payment: string, api: SqlApi, args: Call["args"]): Promise<void> {
  const answer = await api.rpc<{ is_over: boolean }>(machine, "get_payment_check", { p_payment_id: args.p_payment_id });
  const isKnown = answer.ok && answer.value.is_over === isOver(state, payment);
  if (!isKnown) throw new Trouble("a guest has half an hour", [payment, JSON.stringify(answer)]);
}

function requireSameAnswers(commands: readonly Command[], answers: readonly Told[]): void {
  for (const [index, command] of commands.entries()) {
    const twin = commands.indexOf(command);
    const [one, other] = [answers[twin], answers[index]];
    if (twin === index || one?.value === undefined || other?.value === undefined) continue;
    if (JSON.stringify(one.value) === JSON.stringify(other.value)) continue;
    throw new Trouble("a repeated call gets its first answer", [
      JSON.stringify(one.value),
      JSON.stringify(other.value),
    ]);
  }
}

/** The state after some order of these commands that explains all that was answered and all that is there now. */
function explain(
  state: State,
  commands: readonly Command[],
  told: readonly string[],
  has: readonly string[],
): State | null {
  if (commands.length === 0) return difference(has, expected(state)).length === 0 ? state : null;
  for (const [index, command] of commands.entries()) {
    const after = structuredClone(state);
    if (answerOf(after, command) !== told[index]) continue;
    const without = <T>(list: readonly T[]) => list.filter((_, other) => other !== index);
    const explained = explain(after, without(commands), without(told), has);
    if (explained) return explained;
  }
  return null;
}

function disagreement(
  state: State,
  commands: readonly Command[],
  told: readonly string[],
  has: readonly string[],
): string[] {
  const after = structuredClone(state);
  const answers = commands.map((command, index) => {
    const wanted = answerOf(after, command);
    return `${command.do}: answered ${told[index]}${wanted === told[index] ? "" : `, not ${wanted}`}`;
  });
  return [...answers, ...difference(has, expected(after))];
}
