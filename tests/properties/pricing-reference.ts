/**
 * What an order costs, worked out a second time: from the rules, with exact fractions, one line after the other. It
 * shares no code, no language and no formula with private.price_order; the two have to agree to the penny.
 */
import { type Chosen, type Discount, discounted, type Redemption, redeemed } from "./discount-reference.ts";
import { dividedBy, fraction, halfUp, minus, plus, times } from "./fraction.ts";
import { at, sum } from "./lists.ts";

export interface Item {
  readonly price: number;
  readonly taxRateBp: number;
  readonly category: number;
  readonly groups: readonly Group[];
}

export interface Group {
  readonly min: number;
  readonly max: number;
  /** The price deltas of its options. */
  readonly deltas: readonly number[];
}

export interface Line {
  /** Which item of the menu. */
  readonly item: number;
  readonly quantity: number;
  /** Which options of each of the item's groups. */
  readonly chosen: readonly (readonly number[])[];
}

export interface Case {
  readonly pricesIncludeTax: boolean;
  readonly serviceChargeBp: number;
  readonly menu: readonly Item[];
  readonly fulfilment: "table" | "collection" | "counter";
  readonly tip: number;
  readonly lines: readonly Line[];
  /** From the oldest to the newest. */
  readonly discounts: readonly Discount[];
  /** Which of them the guest has the code of. */
  readonly code: number | null;
  /** The points that a member redeems, or null where nobody is one. */
  readonly redemption: Redemption | null;
}

export interface PricedLine {
  readonly options_minor: bigint;
  readonly line_minor: bigint;
  readonly discount_minor: bigint;
  readonly tax_minor: bigint;
}

export interface Priced {
  readonly lines: readonly PricedLine[];
  readonly discounts: readonly Chosen[];
  readonly subtotal_minor: bigint;
  readonly discount_minor: bigint;
  readonly tax_minor: bigint;
  readonly service_charge_minor: bigint;
  readonly tip_minor: bigint;
  readonly total_minor: bigint;
  /** What the member's account loses. */
  readonly points: bigint;
}

/** Basis points as a fraction. */
const share = (basisPoints: number) => fraction(basisPoints, 10_000);

/** Tax on top of a net amount, or what a gross amount holds beyond its net one. */
const taxOf = (amount: bigint, rateBp: number, isIncluded: boolean): bigint => {
  const whole = fraction(amount);
  if (!isIncluded) return halfUp(times(whole, share(rateBp)));
  const net = dividedBy(whole, plus(fraction(1), share(rateBp)));
  return halfUp(minus(whole, net));
};

function amountOf({ menu }: Case, line: Line) {
  const item = at(menu, line.item);
  const deltas = item.groups.flatMap((group, g) =>
    at(line.chosen, g).map((option) => BigInt(at(group.deltas, option))),
  );
  const options = sum(deltas);
  const one = BigInt(item.price) + options;
  const amount = one < 0n ? 0n : one * BigInt(line.quantity);
  return {
    item: line.item,
    category: item.category,
    quantity: BigInt(line.quantity),
    rate: item.taxRateBp,
    options,
    amount,
  };
}

/** Null where the guest's code takes nothing off: such an order is refused. */
export function reference(order: Case): Priced | null {
  const amounts = order.lines.map((line) => amountOf(order, line));
  const promised = discounted(amounts, order.discounts, order.code);
  if (!promised) return null;
  const taken = redeemed(promised, order.redemption);
  const lines = amounts.map(({ options, amount, rate }, i): PricedLine => {
    const left = at(taken.left, i);
    const tax = taxOf(left, rate, order.pricesIncludeTax);
    return { options_minor: options, line_minor: amount, discount_minor: amount - left, tax_minor: tax };
  });
  const subtotal = sum(lines.map(({ line_minor }) => line_minor));
  const charged = sum(taken.left);
  const tax = sum(lines.map(({ tax_minor }) => tax_minor));
  const isServed = order.fulfilment === "table";
  const service = isServed ? halfUp(times(fraction(charged), share(order.serviceChargeBp))) : 0n;
  const tip = BigInt(order.tip);
  return {
    lines,
    discounts: taken.chosen,
    subtotal_minor: subtotal,
    discount_minor: subtotal - charged,
    tax_minor: tax,
    service_charge_minor: service,
    tip_minor: tip,
    total_minor: sum([charged, service, tip, ...(order.pricesIncludeTax ? [] : [tax])]),
    points: taken.points,
  };
}
