/**
 * Chooses what happens next. It looks at the reference, so that most of what it asks for makes sense, and some of it on
 * purpose does not. Every command it can make has a weight; what is not possible now is not chosen.
 */
import type { Dice } from "../support/dice.ts";
import { CASHIERS } from "./choices-of-cashiers.ts";
import { MACHINES } from "./choices-of-machines.ts";
import { PEOPLE } from "./choices-of-people.ts";
import { ALONE, type Command, KEYED, type Kind, type Step, WORLD } from "./commands.ts";
import { isPossible } from "./possible.ts";
import type { State } from "./state.ts";

const MAKERS = { ...PEOPLE, ...CASHIERS, ...MACHINES };
export const KINDS = Object.keys(MAKERS) as readonly Kind[];
const TICKETS = KINDS.flatMap((kind) => Array.from({ length: MAKERS[kind][0] }, () => kind));

/** Hardly ever refused: only when somebody else tries. */
const SAFE: ReadonlySet<Kind> = new Set([
  "claim",
  "confirm",
  "giveUp",
  "finish",
  "fail",
  "relay",
  "unsplit",
  "report",
  "reconcile",
]);

function chooseCommand(state: State, random: Dice, next: (kind: string) => string): Command {
  for (;;) {
    const command = MAKERS[random.pick(TICKETS)][1](state, random, next);
    if (!command) continue;
    const isCall = !WORLD.has(command.do) && command.do !== "again";
    if (isCall && random.roll(SAFE.has(command.do) ? 5 : 40) === 0) {
      const wrong = { ...command, wrong: true } as Command;
      if (isPossible(state, wrong)) return wrong;
    }
    if (!isPossible(state, command)) continue;
    return KEYED.has(command.do) && random.roll(12) === 0 ? ({ ...command, twice: true } as Command) : command;
  }
}

/** One command, or now and then up to four at the same time. */
export function chooseStep(state: State, random: Dice, next: (kind: string) => string): Step {
  const first = chooseCommand(state, random, next);
  if (ALONE.has(first.do) || random.roll(6) > 0) return [first];
  const others = Array.from({ length: 1 + random.roll(3) }, () => chooseCommand(state, random, next));
  // A worker has a job in its hands once.
  const job = (command: Command) => ("job" in command ? command.job : null);
  const isFree = (command: Command, index: number) =>
    !job(command) || ![first, ...others.slice(0, index)].some((other) => job(other) === job(command));
  return [first, ...others.filter((command, index) => !ALONE.has(command.do) && isFree(command, index))];
}
