/** How something is picked from the reference: mostly what makes sense, and some of it on purpose what does not. */
import type { Dice } from "../support/dice.ts";
import type { Command, Kind, Line } from "./commands.ts";
import { PRICES, type State } from "./state.ts";

export type Make = (state: State, random: Dice, next: (kind: string) => string) => Command | null | undefined | "";

/** Mostly of what is new: old orders are done with. */
export function some<T>(
  things: Record<string, T>,
  { roll, pick }: Dice,
  is: (thing: T) => boolean = () => true,
): string | null {
  const found = Object.keys(things).filter((handle) => is(things[handle] as T));
  const near = roll(4) > 0 ? found.slice(-5) : found;
  return near.length > 0 ? pick(near) : null;
}
export const jobs = (state: State, { pick }: Dice, of = "") => {
  const held = state.jobs.filter(({ at, key }) => at === "leased" && key.startsWith(of));
  return held.length > 0 ? pick(held).key : null;
};
export const lines = ({ roll, pick }: Dice): Line[] =>
  Array.from({ length: 1 + roll(3) }, () => ({
    item: pick(Object.keys(PRICES) as Line["item"][]),
    quantity: 1 + roll(2),
  }));

export function lineOf(state: State, order: string | null, { roll }: Dice) {
  const found = order === null ? undefined : state.orders[order];
  if (order === null || !found) return null;
  const index = roll(found.lines.length);
  const line = found.lines[index];
  return line && { order, line: index, portion: line, found };
}

export type Makers<K extends Kind> = { readonly [D in K]: readonly [weight: number, make: Make] };
