/**
 * Who pays what of a bill, worked out a second time from docs/till.md with exact fractions: it shares nothing with the
 * database but the bill itself.
 */
import { type Fraction, floor, fraction, minus, plus, times } from "./fraction.ts";
import { at, sum } from "./lists.ts";

export interface BilledLine {
  readonly id: string;
  readonly quantity: number;
  /** What it costs after comps and discounts, with tax. */
  readonly cost: bigint;
}

export interface BilledOrder {
  readonly id: string;
  readonly due: bigint;
  readonly lines: readonly BilledLine[];
}

/** Who took how much of a line: people × lines. */
export type Taken = readonly ReadonlyMap<string, number>[];

const isLess = (a: Fraction, b: Fraction): boolean => a.over * b.under < b.over * a.under;

/** Round every exact share down, then a penny each to those who lost most by it, the first of equals first. */
function rounded(amount: bigint, exact: readonly Fraction[]): bigint[] {
  const shares = exact.map(floor);
  const lost = exact.map((share, n) => minus(share, fraction(at(shares, n))));
  for (let left = amount - sum(shares); left > 0n; left -= 1n) {
    let most = 0;
    for (const [n, loss] of lost.entries()) if (isLess(at(lost, most), loss)) most = n;
    shares[most] = at(shares, most) + 1n;
    lost[most] = fraction(-1);
  }
  return shares;
}

export const equally = (amount: bigint, people: number): bigint[] =>
  rounded(
    amount,
    Array.from({ length: people }, () => fraction(amount, people)),
  );

/** What each person pays of each order, when everybody pays for what they took, and all for what nobody did. */
export function byItem(orders: readonly BilledOrder[], taken: Taken): bigint[][] {
  return orders.map(({ due, lines }) => {
    const weights = taken.map((mine) =>
      lines.reduce((weight, { id, quantity, cost }) => {
        const rest = quantity - taken.reduce((all, other) => all + (other.get(id) ?? 0), 0);
        const portions = plus(fraction(mine.get(id) ?? 0), fraction(rest, taken.length));
        return plus(weight, times(fraction(cost), times(portions, fraction(1, quantity))));
      }, fraction(0)),
    );
    const whole = sum(lines.map(({ cost }) => cost));
    if (whole === 0n) return equally(due, taken.length);
    return rounded(
      due,
      weights.map((weight) => times(weight, fraction(due, whole))),
    );
  });
}
