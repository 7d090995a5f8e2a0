/**
 * What discounts take off, worked out a second time from docs/decisions/0007-discounts.md: parts of the order before the
 * whole, amounts before percentages, older before newer, each off what is left; all that stack or one that does not.
 */
import { floor, fraction, halfUp, minus, times } from "./fraction.ts";
import { at, sum } from "./lists.ts";

export interface Discount {
  /** Off what: an item of the menu, a category, or the whole order. */
  readonly target: { readonly item: number } | { readonly category: number } | "order";
  readonly off: { readonly percentBp: number } | { readonly amount: number };
  readonly isStackable: boolean;
  readonly hasCode: boolean;
}

export interface LineAmount {
  readonly item: number;
  readonly category: number;
  readonly quantity: bigint;
  readonly amount: bigint;
}

export interface Chosen {
  readonly name: string;
  readonly amount_minor: bigint;
}

export const nameOf = (index: number) => `Discount ${index}`;

/** By largest remainders: round every quota down, then hand out what is left, a penny each. */
export function splitByRemainder(amount: bigint, weights: readonly bigint[]): bigint[] {
  const whole = sum(weights);
  const quotas = weights.map((weight) => {
    const exact = whole === 0n ? fraction(amount, weights.length) : fraction(amount * weight, whole);
    return { base: floor(exact), remainder: minus(exact, fraction(floor(exact))) };
  });
  const shares = quotas.map(({ base }) => base);
  const byRemainder = quotas
    .map(({ remainder }, index) => ({ remainder, index }))
    .sort(
      (a, b) =>
        Number(minus(b.remainder, a.remainder).over > 0n) - Number(minus(a.remainder, b.remainder).over > 0n) ||
        a.index - b.index,
    );
  const over = amount - sum(shares);
  for (const { index } of byRemainder.slice(0, Number(over))) shares[index] = at(shares, index) + 1n;
  return shares;
}

const smaller = (a: bigint, b: bigint) => (a < b ? a : b);
const percentOf = (amount: bigint, bp: number) => halfUp(times(fraction(amount), fraction(bp, 10_000)));

function takeOne({ target, off }: Discount, lines: readonly LineAmount[], left: readonly bigint[]): bigint[] {
  if (target === "order") {
    const whole = sum(left);
    const amount = "amount" in off ? smaller(BigInt(off.amount), whole) : percentOf(whole, off.percentBp);
    return splitByRemainder(amount, left);
  }
  return lines.map(({ item, category, quantity }, i) => {
    const isMeant = "item" in target ? target.item === item : target.category === category;
    if (!isMeant) return 0n;
    return "amount" in off
      ? smaller(BigInt(off.amount) * quantity, at(left, i))
      : percentOf(at(left, i), off.percentBp);
  });
}

interface Taken {
  readonly left: readonly bigint[];
  readonly chosen: readonly Chosen[];
}

interface Ranked {
  readonly discount: Discount;
  readonly index: number;
}

const rank = ({ discount: { target, off } }: Ranked) => (target === "order" ? 2 : 0) + ("percentBp" in off ? 1 : 0);

function takeAll(set: readonly Ranked[], lines: readonly LineAmount[]): Taken {
  let left = lines.map(({ amount }) => amount);
  const chosen: Chosen[] = [];
  for (const { discount, index } of set) {
    const taken = takeOne(discount, lines, left);
    left = left.map((amount, i) => amount - at(taken, i));
    chosen.push({ name: nameOf(index), amount_minor: sum(taken) });
  }
  return { left, chosen };
}

export function discounted(
  lines: readonly LineAmount[],
  discounts: readonly Discount[],
  code: number | null,
): Taken | null {
  const ranked = discounts
    .map((discount, index) => ({ discount, index }))
    .filter(({ discount, index }) => !discount.hasCode || index === code)
    .sort((a, b) => rank(a) - rank(b) || a.index - b.index);
  const together = ranked.filter(({ discount }) => discount.isStackable);
  const alone = ranked.filter(({ discount }) => !discount.isStackable).map((one) => [one]);
  const possible = [together, ...alone].map((set) => takeAll(set, lines));
  const offCode =
    code === null ? [] : possible.flatMap(({ chosen }) => chosen.filter(({ name }) => name === nameOf(code)));
  if (code !== null && offCode.every(({ amount_minor }) => amount_minor === 0n)) return null;
  const best = possible.reduce((a, b) => (sum(b.left) < sum(a.left) ? b : a));
  return { left: best.left, chosen: best.chosen.filter(({ amount_minor }) => amount_minor > 0n) };
}

export interface Redemption {
  readonly points: number;
  readonly pointValue: number;
}

export const POINTS = "Points";

/** Points come after every discount: off the order as a whole, at most what is left of it, in whole points. */
export function redeemed({ left, chosen }: Taken, redemption: Redemption | null): Taken & { readonly points: bigint } {
  if (!redemption) return { left, chosen, points: 0n };
  const value = BigInt(redemption.pointValue);
  const whole = sum(left);
  const amount = smaller(BigInt(redemption.points) * value, whole);
  const shares = splitByRemainder(amount, left);
  return {
    left: left.map((one, i) => one - at(shares, i)),
    chosen: amount > 0n ? [...chosen, { name: POINTS, amount_minor: amount }] : chosen,
    points: -floor(fraction(-amount, value)),
  };
}
