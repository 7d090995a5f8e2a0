/** What staff do with money: taking it, giving it back, sharing bills out, and drawers full of it. See reference.ts. */
import type { Kind } from "./commands.ts";
import {
  abandon,
  addPayment,
  addRefund,
  dueFor,
  emit,
  endSplit,
  followPayment,
  refuseIf,
  the,
  useDrawer,
} from "./consequences.ts";
import type { Rules } from "./outside.ts";
import { partsOf } from "./sharing.ts";
import { claimedOf, dueOf, isClosed, type State } from "./state.ts";

export type Till = Extract<
  Kind,
  "collect" | "refund" | "writeOff" | "split" | "unsplit" | "openDrawer" | "payIn" | "payOut" | "count"
>;

export const TILL: Rules<Till> = {
  collect(state, { id, order: handle, amount, tip, method, share, drawer }) {
    const order = the(state.orders, handle);
    refuseIf(isClosed(order), "order_closed");
    const due = dueFor(state, handle, share);
    refuseIf(due <= 0, "order_already_paid");
    refuseIf(amount < 1 || amount > due || (share !== null && amount < due), "amount_invalid");
    refuseIf(order.split !== null && amount !== due, "bill_is_split");
    const into = useDrawer(state, method, drawer);
    order.tip += tip;
    addPayment(state, id, { order: handle, method, amount: amount + tip, share, drawer: into });
    followPayment(state, handle, order, share);
  },
  refund(state, { id, payment: handle, amount }) {
    const { method, status, amount: paid } = the(state.payments, handle);
    refuseIf(method === "write_off", "payment_not_refundable");
    const drawer = useDrawer(state, method, null);
    refuseIf(status !== "succeeded", "payment_not_refundable");
    refuseIf(claimedOf(state, handle) + amount > paid, "refund_exceeds_payment");
    addRefund(state, id, { payment: handle, amount, status: method === "online" ? "pending" : "succeeded", drawer });
    if (method === "online") emit(state, `refund ${id}`);
  },
  writeOff(state, { id, order: handle }) {
    const order = the(state.orders, handle);
    refuseIf(order.status !== "completed", "order_not_completed");
    refuseIf(dueOf(state, handle) <= 0, "order_already_paid");
    addPayment(state, id, { order: handle, method: "write_off", amount: dueOf(state, handle) });
    followPayment(state, handle, order, null);
  },
  split(state, { id, order: handle, session, how }) {
    const counts = Object.keys(state.orders).filter((one) => {
      const order = the(state.orders, one);
      return handle === null ? order.session === session && !isClosed(order) : one === handle;
    });
    refuseIf(
      counts.some((one) => isClosed(the(state.orders, one))),
      "order_closed",
    );
    const orders = counts.filter((one) => dueOf(state, one) > 0);
    refuseIf(orders.length === 0, "order_already_paid");
    refuseIf(
      orders.some((one) => state.orders[one]?.split),
      "bill_is_split",
    );
    for (const { order, number, amount } of partsOf(state, orders, how)) {
      const split = `${id}/${order}`;
      state.splits[split] ??= { bill: id, order, outcome: "open" };
      state.shares[`${split}/${number}`] = { split, order, amount };
      the(state.orders, order).split = split;
    }
  },
  unsplit(state, { bill }) {
    for (const [handle, order] of Object.entries(state.orders)) {
      if (order.split === null || state.splits[order.split]?.bill !== bill) continue;
      endSplit(state, order, "cancelled");
      abandon(state, handle);
    }
  },
  openDrawer(state, { id, name, by, amount }) {
    const isOpen = Object.values(state.drawers).some((one) => one.name === name && one.counted === null);
    refuseIf(isOpen, "drawer_open");
    state.drawers[id] = { name, by, put: amount, counted: null };
  },
  payIn: (state, { drawer, amount }) => putInto(state, drawer, amount),
  payOut: (state, { drawer, amount }) => putInto(state, drawer, -amount),
  count(state, { drawer: handle, amount }) {
    const drawer = the(state.drawers, handle);
    refuseIf(drawer.counted !== null, "drawer_closed");
    drawer.counted = amount;
  },
};

function putInto(state: State, handle: string, amount: number): void {
  const drawer = the(state.drawers, handle);
  refuseIf(drawer.counted !== null, "drawer_closed");
  drawer.put += amount;
}
