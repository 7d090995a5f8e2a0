/** Random tables: who ordered what, how it was priced, how many pay, and who takes which portion. */
import fc from "fast-check";
import { at } from "./lists.ts";
import type { BilledOrder, Taken } from "./splitting-reference.ts";

const line = fc.record({
  item: fc.nat(2),
  quantity: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 99 })),
});
const order = fc.record({
  tip: fc.nat(500),
  hasCode: fc.boolean(),
  paidBefore: fc.nat(900),
  lines: fc.array(line, { minLength: 1, maxLength: 4 }),
});
export const table = fc.record({
  serviceChargeBp: fc.constantFrom(0, 1_000, 1_250),
  pricesIncludeTax: fc.boolean(),
  orders: fc.array(order, { minLength: 1, maxLength: 3 }),
  people: fc.integer({ min: 2, max: 7 }),
  picks: fc.array(fc.nat(10_000), { minLength: 8, maxLength: 40 }),
});
export type Table = typeof table extends fc.Arbitrary<infer T> ? T : never;

/** Every portion goes to somebody, or to nobody, as the picks say. */
export function take(orders: readonly BilledOrder[], { people, picks }: Table): Taken {
  const taken = Array.from({ length: people }, () => new Map<string, number>());
  let pick = 0;
  for (const { id, quantity } of orders.flatMap(({ lines }) => lines)) {
    for (let portion = 0; portion < quantity; portion += 1, pick += 1) {
      const mine = taken[at(picks, pick % picks.length) % (people + 1)];
      mine?.set(id, (mine.get(id) ?? 0) + 1);
    }
  }
  return taken;
}
