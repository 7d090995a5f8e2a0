/**
 * Random menus, and carts that such a menu allows. Small amounts and round rates are likely, because halves and ties
 * live there; the ends of every range come up as well. What a menu refuses is tested elsewhere, one refusal at a time.
 */
import fc from "fast-check";
import type { Discount, Redemption } from "./discount-reference.ts";
import { at } from "./lists.ts";
import type { Case, Group, Item, Line } from "./pricing-reference.ts";

const PLAUSIBLE = 100_000_000; // what the tables accept as a price or a delta

const price = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 2_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: PLAUSIBLE }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, PLAUSIBLE) },
);

const delta = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -600, max: 600 }) },
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: -PLAUSIBLE, max: PLAUSIBLE }) },
);

const rate = fc.oneof(fc.constantFrom(0, 500, 1_250, 2_000, 10_000), fc.integer({ min: 0, max: 10_000 }));

const group: fc.Arbitrary<Group> = fc
  .record({ deltas: fc.array(delta, { minLength: 1, maxLength: 4 }), low: fc.nat(3), more: fc.nat(3) })
  .map(({ deltas, low, more }) => {
    const min = Math.min(low, deltas.length);
    return { deltas, min, max: Math.max(1, min + more) };
  });

const item: fc.Arbitrary<Item> = fc.record({
  price,
  taxRateBp: rate,
  category: fc.nat(1),
  groups: fc.array(group, { maxLength: 2 }),
});

/** A line before it knows its menu: numbers that any menu can be asked with. They shrink without breaking its rules. */
const wish = fc.record({
  item: fc.nat(1_000),
  quantity: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 99 })),
  counts: fc.array(fc.nat(50), { minLength: 3, maxLength: 3 }),
  from: fc.nat(50),
});
type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

const choose = ({ deltas, min, max }: Group, count: number, from: number): number[] => {
  const most = Math.min(max, deltas.length);
  const chosen = min + (count % (most - min + 1));
  return Array.from({ length: chosen }, (_, i) => (from + i) % deltas.length);
};

const lineOf = (menu: readonly Item[], wanted: Wish): Line => {
  const index = wanted.item % menu.length;
  const { groups } = at(menu, index);
  const chosen = groups.map((offered, g) => choose(offered, at(wanted.counts, g), wanted.from));
  return { item: index, quantity: wanted.quantity, chosen };
};

const wishes = fc.oneof(
  { weight: 99, arbitrary: fc.array(wish, { minLength: 1, maxLength: 6, size: "max" }) },
  { weight: 1, arbitrary: fc.array(wish, { minLength: 100, maxLength: 100 }) },
);

const cart: fc.Arbitrary<Omit<Case, "discounts" | "code" | "redemption">> = fc
  .record({
    pricesIncludeTax: fc.boolean(),
    serviceChargeBp: fc.oneof(fc.constantFrom(0, 1_000, 1_250, 2_500), fc.integer({ min: 0, max: 2_500 })),
    menu: fc.array(item, { minLength: 1, maxLength: 3, size: "max" }),
    fulfilment: fc.constantFrom("table" as const, "table" as const, "collection" as const, "counter" as const),
    tip: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9_999_999 })),
    wishes,
  })
  .map(({ wishes: wanted, ...rest }) => ({ ...rest, lines: wanted.map((one) => lineOf(rest.menu, one)) }));

/** A cart, and how much more of which line it might have held. */
export interface PricingCase extends Case {
  readonly extra: { readonly line: number; readonly quantity: number };
}

const discount: fc.Arbitrary<Discount> = fc.record({
  target: fc.oneof(
    { weight: 2, arbitrary: fc.constant("order" as const) },
    { weight: 1, arbitrary: fc.record({ item: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ category: fc.nat(1) }) },
  ),
  off: fc.oneof(
    fc.record({
      percentBp: fc.oneof(fc.constantFrom(500, 1_000, 3_333, 5_000, 10_000), fc.integer({ min: 1, max: 10_000 })),
    }),
    fc.record({ amount: fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: PLAUSIBLE })) }),
  ),
  isStackable: fc.boolean(),
  hasCode: fc.boolean(),
});

/** Every other cart meets none; a code is one of those that need one. */
const discounts: fc.Arbitrary<Discount[]> = fc.oneof(
  fc.constant<Discount[]>([]),
  fc.array(discount, { minLength: 1, maxLength: 3, size: "max" }),
);

/** Every third cart is a member's; the point is worth a penny, something odd, or more than most carts cost. */
const redemption: fc.Arbitrary<Redemption | null> = fc.option(
  fc.record({
    points: fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 9_999_999 })),
    pointValue: fc.oneof(fc.constantFrom(1, 3, 5, 100), fc.integer({ min: 1, max: 1_000_000 })),
  }),
  { freq: 3, nil: null },
);

const codeOf = (offered: readonly Discount[], wanted: number): number | null => {
  const coded = offered.flatMap(({ hasCode }, index) => (hasCode ? [index] : []));
  return wanted % 4 === 0 || coded.length === 0 ? null : at(coded, wanted % coded.length);
};

const onMenu = ({ target, ...rest }: Discount, menu: readonly Item[]): Discount =>
  target !== "order" && "item" in target
    ? { ...rest, target: { item: target.item % menu.length } }
    : { ...rest, target };

export const pricingCase: fc.Arbitrary<PricingCase> = fc
  .record({
    order: cart,
    offered: discounts,
    wanted: fc.nat(7),
    redemption,
    extra: fc.record({ line: fc.nat(99), quantity: fc.integer({ min: 1, max: 98 }) }),
  })
  .map(({ order, offered, wanted, redemption: points, extra }) => {
    const meant = offered.map((one) => onMenu(one, order.menu));
    return { ...order, discounts: meant, code: codeOf(meant, wanted), redemption: points, extra };
  });

/** The same cart with more of that line, up to what a line may hold. */
export function withMore({ extra, ...order }: PricingCase): Case {
  const index = extra.line % order.lines.length;
  const grown = ({ quantity, ...line }: Line): Line => ({ ...line, quantity: Math.min(99, quantity + extra.quantity) });
  return { ...order, lines: order.lines.map((line, i) => (i === index ? grown(line) : line)) };
}
