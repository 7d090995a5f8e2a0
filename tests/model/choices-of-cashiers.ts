/** How bills are shared out, and what cash goes through drawers besides payments. */

import { howOf, type Makers, some } from "./choices.ts";
import { holds, isClosed } from "./state.ts";

export const CASHIERS: Makers<"split" | "unsplit" | "openDrawer" | "payIn" | "payOut" | "count"> = {
  split: [
    6,
    (state, random, next) => {
      const id = next("bill");
      const order = some(state.orders, random, (one) => (one.split === null && !isClosed(one)) || random.roll(9) === 0);
      const session = order && (state.orders[order]?.session ?? null);
      if (!order || !session) return null;
      if (random.roll(2) > 0) return { do: "split", id, order, session: null, how: howOf(state, [order], random) };
      const orders = Object.keys(state.orders).filter((one) => state.orders[one]?.session === session);
      return { do: "split", id, order: null, session, how: howOf(state, orders.slice(-4), random) };
    },
  ],
  unsplit: [
    2,
    (state, random) => {
      const split = some(state.splits, random, ({ outcome }) => outcome === "open" || random.roll(9) === 0);
      const bill = split && state.splits[split]?.bill;
      return bill && { do: "unsplit", bill };
    },
  ],
  openDrawer: [
    2,
    (_, random, next) => ({
      do: "openDrawer",
      id: next("drawer"),
      name: random.roll(2) === 0 ? 0 : 1,
      by: random.roll(2) === 0 ? 0 : 1,
      amount: random.pick([0, 5_000, 10_000]),
    }),
  ],
  payIn: [
    1,
    (state, random, next) => {
      const drawer = some(state.drawers, random);
      return drawer && { do: "payIn", id: next("in"), drawer, amount: 1 + random.roll(2_000) };
    },
  ],
  payOut: [
    1,
    (state, random, next) => {
      const drawer = some(state.drawers, random);
      return drawer && { do: "payOut", id: next("out"), drawer, amount: 1 + random.roll(2_000) };
    },
  ],
  count: [
    2,
    (state, random, next) => {
      const drawer = some(state.drawers, random, ({ counted }) => counted === null || random.roll(9) === 0);
      const should = drawer ? Math.max(holds(state, drawer), 0) : 0;
      return (
        drawer && {
          do: "count",
          id: next("count"),
          drawer,
          amount: random.pick([should, should + random.roll(100), 0]),
        }
      );
    },
  ],
};
