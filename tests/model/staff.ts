/** What staff do, and what it answers: the part of the reference (reference.ts) that concerns tills, kitchen and floor. */
import {
  abandon,
  changeBill,
  claim,
  dueOf,
  emit,
  end,
  isOver,
  placeIfPaid,
  refuse,
  refuseIf,
  requireOpenBill,
  rollUp,
  the,
  withdraw,
  worth,
} from "./consequences.ts";
import type { Rules } from "./outside.ts";
import { type Order, PRICES } from "./state.ts";

const NEXT: Record<string, string> = {
  placed: "accepted",
  accepted: "preparing",
  preparing: "ready",
  ready: "served",
  served: "completed",
};
const COOKING = ["new", "in_progress", "ready", "bumped"];

type Staff = "collect" | "refund" | "writeOff" | "restock" | "cancel" | "advance" | "cook" | "void" | "comp" | "close";

export const STAFF: Rules<Staff> = {
  collect(state, { id, order: handle, amount, tip }) {
    const order = the(state.orders, handle);
    refuseIf(order.status === "cancelled" || order.status === "expired", "order_closed");
    refuseIf(dueOf(order) <= 0, "order_already_paid");
    refuseIf(amount < 1 || amount > dueOf(order), "amount_invalid");
    order.tip += tip;
    order.paid += amount + tip;
    state.payments[id] = {
      order: handle,
      method: "till",
      status: "succeeded",
      amount: amount + tip,
      claimed: 0,
      reference: false,
    };
    if (dueOf(order) <= 0) abandon(state, handle);
    placeIfPaid(state, order);
  },
  refund(state, { id, payment: handle, amount }) {
    const payment = the(state.payments, handle);
    refuseIf(payment.method === "write_off" || payment.status !== "succeeded", "payment_not_refundable");
    refuseIf(payment.claimed + amount > payment.amount, "refund_exceeds_payment");
    claim(state, id, handle, amount, payment.method === "online" ? "pending" : "succeeded");
    if (payment.method === "online") emit(state, `refund ${id}`);
    else the(state.orders, payment.order).refunded += amount;
  },
  writeOff(state, { id, order: handle }) {
    const order = the(state.orders, handle);
    refuseIf(order.status !== "completed", "order_not_completed");
    refuseIf(dueOf(order) <= 0, "order_already_paid");
    state.payments[id] = {
      order: handle,
      method: "write_off",
      status: "succeeded",
      amount: dueOf(order),
      claimed: 0,
      reference: false,
    };
    order.paid += dueOf(order);
    abandon(state, handle);
  },
  restock(state, { ingredient, quantity }) {
    state.stock[ingredient] = (state.stock[ingredient] ?? 0) + quantity;
  },
  cancel(state, { order: handle }) {
    const order = the(state.orders, handle);
    if (order.status === "cancelled") return;
    refuseIf(order.paid > order.refunded, "order_paid");
    refuseIf(isOver(order), "order_transition_invalid");
    end(state, handle, order, "cancelled");
  },
  advance(state, { order: handle, to, force }) {
    const order = the(state.orders, handle);
    if (order.status === to) return;
    refuseIf(NEXT[order.status] !== to, "order_transition_invalid");
    refuseIf(to === "completed" && dueOf(order) > 0 && !force, "order_unsettled");
    order.status = to;
    const isHandedOut = to === "served" || to === "completed";
    for (const line of order.lines) {
      if (isHandedOut && line.ticket !== null && line.ticket !== "cancelled") line.ticket = "bumped";
    }
  },
  cook(state, { order: handle, line: index, to }) {
    const order = the(state.orders, handle);
    const line = order.lines[index];
    const [from, next] = [COOKING.indexOf(line?.ticket ?? ""), COOKING.indexOf(to)];
    refuseIf(!line || from < 0 || Math.abs(from - next) > 1, "ticket_transition_invalid");
    if (line) line.ticket = to;
    rollUp(order);
  },
  void(state, { order: handle, line: index }) {
    const order = the(state.orders, handle);
    const line = order.lines[index];
    if (!line || line.isVoid) return;
    requireOpenBill(state, order);
    refuseIf(order.lines.filter(({ isVoid }) => !isVoid).length === 1, "order_invalid");
    changeBill(state, handle, order, worth(line));
    withdraw(state, line, ["ready", "served"].includes(order.status) || line.ticket !== "new");
    line.isVoid = true;
    rollUp(order);
    placeIfPaid(state, order);
  },
  comp(state, { order: handle, line: index, amount }) {
    const order = the(state.orders, handle);
    const line = order.lines[index];
    if (!line || line.isVoid) return refuse("order_line_not_found");
    if (line.comp === amount) return;
    requireOpenBill(state, order);
    refuseIf(amount > PRICES[line.item] * line.quantity, "amount_invalid");
    changeBill(state, handle, order, amount - line.comp);
    line.comp = amount;
    placeIfPaid(state, order);
  },
  close(state, { session }) {
    const isUnsettled = (order: Order) =>
      order.session === session && !["cancelled", "expired"].includes(order.status) && dueOf(order) > 0;
    refuseIf(Object.values(state.orders).some(isUnsettled), "table_session_unsettled");
    the(state.sessions, session).isOpen = false;
  },
};
