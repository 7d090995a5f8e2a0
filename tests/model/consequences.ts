/**
 * What follows from what, whoever asked: money that settles, orders that reach the kitchen or end, splits that are over.
 * The rules of the commands are in reference.ts and outside.ts.
 */
import {
  claimedOf,
  dueOf,
  type Event,
  isClosed,
  isOpen,
  isSharePaid,
  type Order,
  type Payment,
  paidOf,
  paymentsOf,
  type Refund,
  refundedOf,
  type State,
  totalOf,
  unpaidShares,
} from "./state.ts";

export class Refused extends Error {}
export const refuse = (code: string): never => {
  throw new Refused(code);
};
export const refuseIf = (isSo: boolean, code: string) => isSo && refuse(code);
/** What a command names is there: whoever plays a command has asked isPossible(). */
export const the = <T>(things: Record<string, T>, handle: string): T => things[handle] ?? refuse(`no ${handle}`);

/** An event before anything is said. */
export const NEWS = {
  about: "",
  amount: 0,
  status: "",
  moves: [],
  at: 0,
  lie: null,
  isLost: false,
  isDelivered: false,
  waits: null,
};

export const emit = (state: State, key: string) => state.jobs.push({ key, at: "outbox", attempts: 0 });
export function abandon(state: State, order: string, share: string | null = null): void {
  for (const [handle, payment] of paymentsOf(state, order))
    if (isOpen(payment) && (share === null || payment.share === share)) emit(state, `cancel ${handle}`);
}

export function toKitchen(order: Order): void {
  order.status = "placed";
  for (const line of order.lines) if (!line.isVoid) line.ticket = "new";
}
export const placeIfPaid = (state: State, handle: string, order: Order) =>
  order.status === "pending_payment" && dueOf(state, handle) <= 0 && toKitchen(order);
export function withdraw(line: Order["lines"][number], isCooked: boolean): void {
  if (line.ticket === null || line.isVoid) return;
  line.ticket = "cancelled";
  line.isBack = !isCooked;
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
  for (const line of order.lines) withdraw(line, isCooked);
  order.status = status;
  endSplit(state, order, "cancelled");
  abandon(state, handle);
}

export function endSplit(state: State, order: Order, outcome: string): void {
  if (order.split) the(state.splits, order.split).outcome = outcome;
  order.split = null;
}
/** A change of the bill never falls below what is paid, ends a split of which nothing is, and what asks for the old amount. */
export function changeBill(state: State, handle: string, order: Order, difference: number): void {
  refuseIf(totalOf(order) - difference < paidOf(state, handle) - refundedOf(state, handle), "order_below_paid");
  if (difference === 0) return;
  const isPaid = (share: string) => state.shares[share]?.split === order.split && isSharePaid(state, share);
  refuseIf(order.split !== null && Object.keys(state.shares).some(isPaid), "bill_split_paid");
  endSplit(state, order, "changed");
  abandon(state, handle);
}
export function requireOpenBill(state: State, order: Order): void {
  refuseIf(isClosed(order) || order.status === "completed", "order_closed");
  refuseIf(!the(state.sessions, order.session).isOpen, "table_session_closed");
}
/** What is to be paid: the order's rest, or one share of it. */
export function dueFor(state: State, handle: string, share: string | null): number {
  if (share === null) return dueOf(state, handle);
  const { order, split, amount } = the(state.shares, share);
  refuseIf(order !== handle, "bill_share_not_found");
  refuseIf(isSharePaid(state, share), "bill_share_paid");
  refuseIf(split !== state.orders[handle]?.split, "bill_share_not_found");
  return amount;
}
/** Cash goes into the drawer that is named, the only one, or the cashier's; into none where none is open. */
export function useDrawer(state: State, method: Payment["method"], named: string | null): string | null {
  refuseIf(method !== "cash" && named !== null, "invalid_input");
  if (method !== "cash") return null;
  const open = Object.keys(state.drawers).filter((drawer) => state.drawers[drawer]?.counted === null);
  refuseIf(named !== null && !open.includes(named), "drawer_closed");
  if (named !== null || open.length < 2) return named ?? open[0] ?? null;
  const own = open.filter((drawer) => state.drawers[drawer]?.by === 0);
  return own.length === 1 ? (own[0] ?? null) : refuse("drawer_required");
}

const PAYMENT = { status: "succeeded", reference: false, share: null, drawer: null, isExcess: false };
export function addPayment(
  state: State,
  handle: string,
  one: Pick<Payment, "order" | "method" | "amount"> & Partial<Payment>,
) {
  state.payments[handle] = { ...PAYMENT, madeAt: state.now, changedAt: state.now, ...one };
}
/** After money has come: the order goes to the kitchen, its split may be over, and nobody else shall pay the same. */
export function followPayment(state: State, handle: string, order: Order, share: string | null): void {
  const due = dueOf(state, handle);
  if (due <= 0) endSplit(state, order, "paid");
  else if (order.split && unpaidShares(state, order.split) !== due) endSplit(state, order, "overtaken");
  if (due <= 0) abandon(state, handle);
  else if (share) abandon(state, handle, share);
  placeIfPaid(state, handle, order);
}
export function addRefund(state: State, handle: string, one: Pick<Refund, "payment" | "amount"> & Partial<Refund>) {
  state.refunds[handle] = { status: "pending", drawer: null, madeAt: state.now, reference: false, ...one };
}
function giveBack(state: State, handle: string, amount: number): void {
  addRefund(state, `${handle}!`, { payment: handle, amount });
  emit(state, `refund ${handle}!`);
}
export function settleRefund(state: State, handle: string, status: string): boolean {
  const refund = the(state.refunds, handle);
  if (refund.status !== "pending") return false;
  Object.assign(refund, { status, reference: true });
  return true;
}

function settle(state: State, handle: string): void {
  const payment = the(state.payments, handle);
  const order = the(state.orders, payment.order);
  const isExcess = payment.share !== null && isSharePaid(state, payment.share);
  Object.assign(payment, { status: "succeeded", reference: true, isExcess });
  const tooMuch = isExcess || isClosed(order) ? payment.amount : Math.min(payment.amount, -dueOf(state, payment.order));
  if (tooMuch > 0) giveBack(state, handle, tooMuch);
  if (!isExcess && !isClosed(order)) followPayment(state, payment.order, order, null);
}
function hearOfDispute(state: State, { about, status, at, moves }: Event): void {
  state.disputes[about] ??= { status, at, moves: 0, held: 0, lost: 0 };
  const dispute = the(state.disputes, about);
  if (at > dispute.at) Object.assign(dispute, { status, at });
  for (const move of moves.slice(dispute.moves)) dispute.held -= move;
  dispute.moves = Math.max(dispute.moves, moves.length);
  // What is decided is no longer held: it is lost, or no longer lost.
  if (dispute.status === "lost" || (dispute.status === "won" && dispute.held < 0)) {
    dispute.lost += dispute.held;
    dispute.held = 0;
  }
}
export function receive(state: State, event: Event): string {
  const payment = the(state.payments, event.payment);
  if (event.kind === "failed") return isOpen(payment) ? "applied" : "ignored";
  if (event.lie) return "quarantined";
  if (event.kind === "succeeded") {
    if (payment.status === "succeeded") return "ignored";
    settle(state, event.payment);
    const waiting = Object.values(state.events).filter((one) => one.waits !== null && one.payment === event.payment);
    for (const one of waiting.sort((a, b) => a.at - b.at)) {
      one.waits = null;
      receive(state, one);
    }
    return "applied";
  }
  const refund = event.kind === "refund" ? state.refunds[event.about] : undefined;
  if (!refund && payment.status !== "succeeded") {
    event.waits = state.now;
    return "deferred";
  }
  if (event.kind === "dispute") hearOfDispute(state, event);
  else if (!refund) {
    if (claimedOf(state, event.payment) + event.amount > payment.amount) return "quarantined";
    addRefund(state, event.about, {
      payment: event.payment,
      amount: event.amount,
      status: event.status,
      reference: true,
    });
  } else if (event.status === "failed" && refund.status === "succeeded") refund.status = "failed";
  else return settleRefund(state, event.about, event.status) ? "applied" : "ignored";
  return "applied";
}
