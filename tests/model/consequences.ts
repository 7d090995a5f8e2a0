/**
 * What follows from what, whoever asked: money that settles, orders that reach the kitchen or end, stock that comes back.
 * The rules of the commands are in reference.ts.
 */
import type { Line } from "./commands.ts";
import { type Event, type Order, type Payment, type Portion, PRICES, RECIPES, type State } from "./state.ts";

export class Refused extends Error {}
export const refuse = (code: string): never => {
  throw new Refused(code);
};
export const refuseIf = (isSo: boolean, code: string) => isSo && refuse(code);
/** What a command names is there: whoever plays a command has asked isPossible(). */
export const the = <T>(things: Record<string, T>, handle: string): T => things[handle] ?? refuse(`no ${handle}`);

export const worth = (line: Portion) => (line.isVoid ? 0 : PRICES[line.item] * line.quantity - line.comp);
export const totalOf = ({ lines, tip }: Order) => lines.reduce((sum, line) => sum + worth(line), tip);
export const dueOf = (order: Order) => totalOf(order) - order.paid;
export const isOver = ({ status }: Order) => ["completed", "cancelled", "expired"].includes(status);
export const isOpen = ({ status }: Payment) => status === "reserved" || status === "pending";
const move = (state: State, { item, quantity }: Line, sign: 1 | -1) =>
  RECIPES[item].forEach((units, index) => {
    state.stock[index] = (state.stock[index] ?? 0) + sign * units * quantity;
  });
export const emit = (state: State, key: string) => state.jobs.push({ key, at: "outbox", attempts: 0 });
export const paymentsOf = (state: State, order: string) =>
  Object.entries(state.payments).filter(([, p]) => p.order === order);

export function abandon(state: State, order: string): void {
  for (const [handle, payment] of paymentsOf(state, order)) if (isOpen(payment)) emit(state, `cancel ${handle}`);
}
export function toKitchen(state: State, order: Order): void {
  order.status = "placed";
  for (const line of order.lines.filter(({ isVoid }) => !isVoid)) {
    move(state, line, -1);
    line.ticket = "new";
  }
}
export const placeIfPaid = (state: State, order: Order) =>
  order.status === "pending_payment" && dueOf(order) <= 0 && toKitchen(state, order);

export function withdraw(state: State, line: Portion, isCooked: boolean): void {
  if (line.ticket === null || line.isVoid) return;
  line.ticket = "cancelled";
  if (!isCooked) move(state, line, 1);
}
export function rollUp(order: Order): void {
  const tickets = order.lines.map(({ ticket }) => ticket).filter((ticket) => ticket !== null && ticket !== "cancelled");
  const hasStarted = tickets.some((ticket) => ticket !== "new");
  if (hasStarted && ["placed", "accepted"].includes(order.status)) order.status = "preparing";
  const isDone = tickets.length > 0 && tickets.every((ticket) => ticket === "ready" || ticket === "bumped");
  if (isDone && order.status === "preparing") order.status = "ready";
}
export function end(state: State, handle: string, order: Order, status: string): void {
  const isCooked = ["preparing", "ready", "served"].includes(order.status);
  for (const line of order.lines) withdraw(state, line, isCooked);
  order.status = status;
  abandon(state, handle);
}
/** A change of the bill never falls below what is paid, and makes an attempt to pay the old amount void. */
export function changeBill(state: State, handle: string, order: Order, difference: number): void {
  refuseIf(totalOf(order) - difference < order.paid - order.refunded, "order_below_paid");
  if (difference !== 0) abandon(state, handle);
}
export function requireOpenBill(state: State, order: Order): void {
  refuseIf(isOver(order), "order_closed");
  refuseIf(!the(state.sessions, order.session).isOpen, "table_session_closed");
}
export function settleRefund(state: State, handle: string, status: string): boolean {
  const refund = the(state.refunds, handle);
  if (refund.status !== "pending") return false;
  const payment = the(state.payments, refund.payment);
  if (status === "succeeded") the(state.orders, payment.order).refunded += refund.amount;
  if (status === "failed") payment.claimed -= refund.amount;
  refund.status = status;
  return true;
}
export function claim(state: State, handle: string, payment: string, amount: number, status: string): void {
  the(state.payments, payment).claimed += amount;
  state.refunds[handle] = { payment, amount, status };
}
function settle(state: State, handle: string): void {
  const payment = the(state.payments, handle);
  const order = the(state.orders, payment.order);
  Object.assign(payment, { status: "succeeded", reference: true });
  order.paid += payment.amount;
  const isClosed = order.status === "cancelled" || order.status === "expired";
  const excess = isClosed ? payment.amount : Math.min(payment.amount, -dueOf(order));
  if (excess > 0) {
    claim(state, `${handle}!`, handle, excess, "pending");
    emit(state, `refund ${handle}!`);
  }
  placeIfPaid(state, order);
  // Others may be about to pay the same bill.
  if (!isClosed && dueOf(order) <= 0) abandon(state, payment.order);
}
/** The provider says after all that what it had given back came back to it. */
function undoRefund(state: State, handle: string): string {
  const refund = the(state.refunds, handle);
  const payment = the(state.payments, refund.payment);
  the(state.orders, payment.order).refunded -= refund.amount;
  payment.claimed -= refund.amount;
  refund.status = "failed";
  return "applied";
}
export function receive(state: State, event: Event): string {
  const payment = the(state.payments, event.payment);
  if (event.kind === "failed") return isOpen(payment) ? "applied" : "ignored";
  if (event.lie) return "quarantined";
  if (event.kind === "succeeded") {
    if (payment.status === "succeeded") return "ignored";
    settle(state, event.payment);
    return "applied";
  }
  if (!state.refunds[event.refund]) {
    if (payment.claimed + event.amount > payment.amount) return "quarantined";
    claim(state, event.refund, event.payment, event.amount, "pending");
  } else if (event.status === "failed" && state.refunds[event.refund]?.status === "succeeded") {
    return undoRefund(state, event.refund);
  }
  return settleRefund(state, event.refund, event.status) ? "applied" : "ignored";
}
