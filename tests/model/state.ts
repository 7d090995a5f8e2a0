/**
 * What the reference remembers of a house, its queue and its provider, in plain values: it is copied and compared. What
 * can be worked out from it (what is due, in stock, in a drawer) is not remembered, but worked out here.
 */
import type { Line } from "./commands.ts";

export const PRICES = { coffee: 320, cake: 450, pizza: 1600 };
/** Units of the two ingredients that one portion takes. */
export const RECIPES = { coffee: [0, 1], cake: [1, 1], pizza: [2, 0] } as const;
export const OPENING_STOCK = [12, 12];
export const MINUTES = { device: 12 * 60, unpaid: 30, guest: 30, lease: 15 };
export const ATTEMPTS = { provider_calls: 10, payment_checks: 12 };

export interface Portion extends Line {
  comp: number;
  isVoid: boolean;
  ticket: string | null;
  /** Taken off before it was cooked: its stock is back. */
  isBack: boolean;
}
export interface Order {
  session: string;
  status: string;
  tip: number;
  lines: Portion[];
  placedAt: number;
  device: string;
  split: string | null;
}
export interface Payment {
  order: string;
  method: "online" | "cash" | "card_terminal" | "write_off";
  status: string;
  amount: number;
  reference: boolean;
  madeAt: number;
  changedAt: number;
  share: string | null;
  drawer: string | null;
  isExcess: boolean;
}
/** `reference`: the provider is known to have it. */
export interface Refund {
  payment: string;
  amount: number;
  status: string;
  drawer: string | null;
  madeAt: number;
  reference: boolean;
}
/** Of a bank: what it took out of the payment, and what it gave back after all. */
export interface Claim {
  payment: string;
  status: string;
  moves: number[];
}
export interface Dispute {
  status: string;
  at: number;
  moves: number;
  held: number;
  lost: number;
}
/** `about`: the refund or dispute; `at`: the provider's clock. */
export interface Event {
  kind: "succeeded" | "failed" | "refund" | "dispute";
  payment: string;
  about: string;
  amount: number;
  status: string;
  moves: number[];
  at: number;
  lie: null | "amount" | "currency" | "reference";
  /** For good: the provider does not list it either. */
  isLost: boolean | "for good";
  isDelivered: boolean;
  /** For its payment, since then. */
  waits: number | null;
}
export interface Job {
  key: string;
  at: "outbox" | "queue" | "leased" | "dead";
  attempts: number;
}
/** That the provider is asked for an outcome, and when it last had none. */
export interface Check {
  asked: number;
  answered: number | null;
}

const all = <T>(): Record<string, T> => ({});
export const emptyState = () => ({
  now: 0,
  restocked: [0, 0],
  sessions: all<{ table: number; isOpen: boolean }>(),
  devices: all<{ session: string; scannedAt: number }>(),
  orders: all<Order>(),
  payments: all<Payment>(),
  refunds: all<Refund>(),
  splits: all<{ bill: string; order: string; outcome: string }>(),
  shares: all<{ split: string; order: string; amount: number }>(),
  drawers: all<{ name: 0 | 1; by: 0 | 1; put: number; counted: number | null }>(),
  disputes: all<Dispute>(),
  jobs: [] as Job[],
  checks: all<Check>(),
  /** The reconciliation under way: its next page, and whether a worker, dead by now, has it. */
  run: null as null | { at: number; page: number; isHeld: boolean },
  // the provider's side
  intents: all<{ amount: number; status: string }>(),
  bank: all<Pick<Refund, "payment" | "amount" | "status">>(),
  claims: all<Claim>(),
  events: all<Event>(),
  /** Calls with a key that succeeded; jobs whose work is done. */
  answered: [] as string[],
  confirmed: [] as string[],
  givenUp: [] as string[],
  /** What a reconciliation has handed over as events that never came. */
  reconciled: [] as string[],
});
export type State = ReturnType<typeof emptyState>;

/** Which queue a job waits in. */
export const queueOf = (job: string) => (job.startsWith("check ") ? "payment_checks" : "provider_calls");

export const total = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
const sumOf = <T>(things: Record<string, T>, is: (thing: T) => boolean, of: (thing: T) => number) =>
  total(Object.values(things).map((thing) => (is(thing) ? of(thing) : 0)));
const amountOf = ({ amount }: { amount: number }) => amount;

export const isOpen = ({ status }: Payment) => status === "reserved" || status === "pending";
export const isClosed = ({ status }: Order) => status === "cancelled" || status === "expired";
export const worth = (line: Portion) => (line.isVoid ? 0 : PRICES[line.item] * line.quantity - line.comp);
export const totalOf = ({ lines, tip }: Order) => total(lines.map(worth)) + tip;
export const paymentsOf = (state: State, order: string) =>
  Object.entries(state.payments).filter(([, payment]) => payment.order === order);
export const claimedOf = (state: State, payment: string) =>
  sumOf(state.refunds, (one) => one.payment === payment && one.status !== "failed", amountOf);
export const paidOf = (state: State, order: string) =>
  sumOf(state.payments, (one) => one.order === order && one.status === "succeeded" && !one.isExcess, amountOf);
export function refundedOf(state: State, order: string): number {
  const isOf = (payment?: Payment) => payment?.order === order && !payment.isExcess;
  return sumOf(state.refunds, (one) => one.status === "succeeded" && isOf(state.payments[one.payment]), amountOf);
}
export const dueOf = (state: State, order: string) => {
  const found = state.orders[order];
  return found ? totalOf(found) - paidOf(state, order) : 0;
};
export const isSharePaid = (state: State, share: string) =>
  Object.values(state.payments).some((one) => one.share === share && one.status === "succeeded" && !one.isExcess);
export const unpaidShares = (state: State, split: string) =>
  total(
    Object.entries(state.shares).map(([h, one]) => (one.split === split && !isSharePaid(state, h) ? one.amount : 0)),
  );
export function stockOf(state: State): number[] {
  const cooked = Object.values(state.orders).flatMap(({ lines }) =>
    lines.filter((l) => l.ticket !== null && !l.isBack),
  );
  const taken = (index: 0 | 1) => total(cooked.map(({ item, quantity }) => RECIPES[item][index] * quantity));
  return ([0, 1] as const).map((i) => (OPENING_STOCK[i] ?? 0) + (state.restocked[i] ?? 0) - taken(i));
}
export const holds = (state: State, drawer: string) =>
  (state.drawers[drawer]?.put ?? 0) +
  sumOf(state.payments, (one) => one.drawer === drawer, amountOf) -
  sumOf(state.refunds, (one) => one.drawer === drawer, amountOf);
