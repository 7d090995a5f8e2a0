/** How the bill of some orders is shared, to the penny: the part of the reference that counts. */
import type { How, Taken } from "./commands.ts";
import { refuseIf } from "./consequences.ts";
import { dueOf, type State, total, worth } from "./state.ts";

export interface Part {
  readonly order: string;
  readonly number: number;
  readonly amount: number;
}

/** In proportion to whole weights; what rounding leaves goes, a penny each, to the largest remainders, the first first. */
export function shareOut(amount: number, weights: readonly number[]): number[] {
  const whole = total(weights);
  if (whole === 0)
    return shareOut(
      amount,
      weights.map(() => 1),
    );
  const shares = weights.map((weight) => Math.floor((amount * weight) / whole));
  const rest = (index: number) => (amount * (weights[index] ?? 0)) % whole;
  const ranked = [...weights.keys()].sort((a, b) => rest(b) - rest(a) || a - b);
  for (const index of ranked.slice(0, amount - total(shares))) shares[index] = (shares[index] ?? 0) + 1;
  return shares;
}

/** Everybody pays the next stretch of the bill, which is the orders one after the other. */
function stretches(dues: readonly [string, number][], amounts: readonly number[]): Part[] {
  const ends = (lengths: readonly number[]) => lengths.map((_, index) => total(lengths.slice(0, index + 1)));
  const [people, orders] = [ends(amounts), ends(dues.map(([, due]) => due))];
  return amounts.flatMap((length, person) =>
    dues.map(([order, due], index) => {
      const [mine, its] = [people[person] ?? 0, orders[index] ?? 0];
      return { order, number: person + 1, amount: Math.min(mine, its) - Math.max(mine - length, its - due) };
    }),
  );
}

/** What somebody took of a line counts for them alone, what nobody took for all alike. Quantities are at most 2. */
function byItem(state: State, order: string, due: number, people: readonly (readonly Taken[])[]): Part[] {
  const lines = (state.orders[order]?.lines ?? []).map((line, index) => {
    const of = (taken: readonly Taken[]) =>
      total(taken.map((one) => (one.order === order && one.line === index ? one.quantity : 0)));
    const taken = people.map(of);
    const rest = line.quantity - total(taken);
    refuseIf(total(taken) > (line.isVoid ? 0 : line.quantity), "split_invalid");
    return taken.map((quantity) => ((worth(line) * 2) / line.quantity) * (quantity * people.length + rest));
  });
  const weights = people.map((_, person) => total(lines.map((line) => line[person] ?? 0)));
  return shareOut(due, weights).map((amount, person) => ({ order, number: person + 1, amount }));
}

export function partsOf(state: State, orders: readonly string[], how: How): Part[] {
  const dues = orders.map((order) => [order, dueOf(state, order)] as [string, number]);
  const due = total(dues.map(([, one]) => one));
  let parts: Part[];
  let people = 2;
  if (how.method === "items") {
    const known = (taken: Taken) => orders.includes(taken.order);
    refuseIf(!how.shares.flat().every(known), "split_invalid");
    parts = dues.flatMap(([order, one]) => byItem(state, order, one, how.shares));
    people = how.shares.length;
  } else if (how.method === "equal") {
    parts = stretches(
      dues,
      shareOut(
        due,
        Array.from({ length: how.shares }, () => 1),
      ),
    );
    people = how.shares;
  } else {
    const left = due - total(how.shares);
    refuseIf(left < 0, "split_invalid");
    parts = stretches(dues, left > 0 ? [...how.shares, left] : how.shares);
  }
  const paying = parts.filter(({ amount }) => amount > 0);
  refuseIf(new Set(paying.map(({ number }) => number)).size < people, "split_invalid");
  return paying;
}
