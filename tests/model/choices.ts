/** How something is picked from the reference: mostly what makes sense, and some of it on purpose what does not. */
import type { Dice } from "../support/dice.ts";
import type { Command, How, Kind, Line, Taken } from "./commands.ts";
import { dueOf, PRICES, type State, total } from "./state.ts";

export type Make = (
  state: State,
  random: Dice,
  next: (kind: string) => string,
) => Command | null | undefined | false | "";

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

/** One of the orders that still owe something, now and then any. */
export const unpaid = (state: State, random: Dice) => {
  const owing = Object.keys(state.orders).filter((order) => dueOf(state, order) > 0);
  const near = random.roll(9) > 0 ? owing.slice(-5) : Object.keys(state.orders);
  return near.length > 0 ? random.pick(near) : null;
};
/** Mostly null; now and then a share: of the order, one that may be open, or any. */
export function shareOf(state: State, order: string, random: Dice): string | null {
  const isSplit = state.orders[order]?.split ?? null;
  if (random.roll(isSplit ? 5 : 15) === (isSplit ? 0 : 1) || Object.keys(state.shares).length === 0) return null;
  if (!isSplit) return random.roll(9) === 0 ? some(state.shares, random) : null;
  return some(state.shares, random, (one) => one.split === isSplit || random.roll(19) === 0);
}
/** Shares of a bill, most of them possible. */
export function howOf(state: State, orders: readonly string[], random: Dice): How {
  const { roll, pick } = random;
  const method = pick(["equal", "amount", "items"] as const);
  if (method === "equal") return { method, shares: 2 + roll(roll(5) === 0 ? 40 : 4) };
  const due = total(orders.map((order) => dueOf(state, order)));
  if (method === "amount")
    return { method, shares: Array.from({ length: 1 + roll(3) }, () => 1 + roll(Math.max(due, 1))) };
  const all = orders.flatMap((order) =>
    (state.orders[order]?.lines ?? []).map((line, index) => ({ order, line: index, quantity: line.quantity })),
  );
  const shares: Taken[][] = Array.from({ length: 2 + roll(2) }, () => []);
  for (const { quantity, ...line } of all)
    for (let unit = 0; unit < quantity; unit += 1) if (roll(3) > 0) pick(shares).push({ ...line, quantity: 1 });
  return { method, shares };
}

export type Makers<K extends Kind> = { readonly [D in K]: readonly [weight: number, make: Make] };
