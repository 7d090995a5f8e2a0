/**
 * What an order costs, worked out a second time: from the rules, with exact fractions, one line after the other. It
 * shares no code, no language and no formula with private.price_order; the two have to agree to the penny.
 */
import { dividedBy, fraction, halfUp, minus, plus, times } from "./fraction.ts";

export interface Item {
  readonly price: number;
  readonly taxRateBp: number;
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
}

export interface PricedLine {
  readonly options_minor: bigint;
  readonly line_minor: bigint;
  readonly tax_minor: bigint;
}

export interface Priced {
  readonly lines: readonly PricedLine[];
  readonly subtotal_minor: bigint;
  readonly tax_minor: bigint;
  readonly service_charge_minor: bigint;
  readonly tip_minor: bigint;
  readonly total_minor: bigint;
}

export const at = <T>(from: readonly T[], index: number): T => {
  const found = from[index];
  if (found === undefined) throw new RangeError(`no element ${index} of ${from.length}`);
  return found;
};

export const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/** Basis points as a fraction. */
const share = (basisPoints: number) => fraction(basisPoints, 10_000);

/** Tax on top of a net amount, or what a gross amount holds beyond its net one. */
const taxOf = (amount: bigint, rateBp: number, isIncluded: boolean): bigint => {
  const whole = fraction(amount);
  if (!isIncluded) return halfUp(times(whole, share(rateBp)));
  const net = dividedBy(whole, plus(fraction(1), share(rateBp)));
  return halfUp(minus(whole, net));
};

function priceLine({ menu, pricesIncludeTax }: Case, line: Line): PricedLine {
  const item = at(menu, line.item);
  const deltas = item.groups.flatMap((group, g) =>
    at(line.chosen, g).map((option) => BigInt(at(group.deltas, option))),
  );
  const options = sum(deltas);
  const one = BigInt(item.price) + options;
  const amount = one < 0n ? 0n : one * BigInt(line.quantity);
  return { options_minor: options, line_minor: amount, tax_minor: taxOf(amount, item.taxRateBp, pricesIncludeTax) };
}

export function reference(order: Case): Priced {
  const lines = order.lines.map((line) => priceLine(order, line));
  const subtotal = sum(lines.map(({ line_minor }) => line_minor));
  const tax = sum(lines.map(({ tax_minor }) => tax_minor));
  const isServed = order.fulfilment === "table";
  const service = isServed ? halfUp(times(fraction(subtotal), share(order.serviceChargeBp))) : 0n;
  const tip = BigInt(order.tip);
  const parts = [subtotal, service, tip, ...(order.pricesIncludeTax ? [] : [tax])];
  return {
    lines,
    subtotal_minor: subtotal,
    tax_minor: tax,
    service_charge_minor: service,
    tip_minor: tip,
    total_minor: sum(parts),
  };
}
