/** What the reference remembers of a house, its queue and its provider, in plain values: it is copied and compared. */
import type { Line } from "./commands.ts";

export const PRICES = { coffee: 320, cake: 450, pizza: 1600 };
/** Units of the two ingredients that one portion takes. */
export const RECIPES = { coffee: [0, 1], cake: [1, 1], pizza: [2, 0] } as const;
export const MINUTES = { device: 12 * 60, unpaid: 30, lease: 15 };
export const ATTEMPTS = 10;

export interface Portion extends Line {
  comp: number;
  isVoid: boolean;
  ticket: string | null;
}
export interface Order {
  session: string;
  status: string;
  tip: number;
  lines: Portion[];
  paid: number;
  refunded: number;
  placedAt: number;
  device: string;
}
export interface Payment {
  order: string;
  method: "online" | "till" | "write_off";
  status: string;
  amount: number;
  claimed: number;
  reference: boolean;
}
export interface Refund {
  payment: string;
  amount: number;
  status: string;
}
export interface Event {
  kind: "succeeded" | "failed" | "refund";
  payment: string;
  amount: number;
  refund: string;
  status: string;
  lie: null | "amount" | "currency" | "reference";
  isLost: boolean;
  isDelivered: boolean;
}
export interface Job {
  key: string;
  at: "outbox" | "queue" | "leased" | "dead";
  attempts: number;
}

const all = <T>(): Record<string, T> => ({});
export const emptyState = () => ({
  now: 0,
  stock: [12, 12],
  sessions: all<{ table: number; isOpen: boolean }>(),
  devices: all<{ session: string; scannedAt: number }>(),
  orders: all<Order>(),
  payments: all<Payment>(),
  refunds: all<Refund>(),
  jobs: [] as Job[],
  intents: all<{ amount: number; status: string }>(),
  bank: all<Refund>(),
  events: all<Event>(),
  /** Calls with a key that succeeded; jobs whose work is done. */
  answered: [] as string[],
  confirmed: [] as string[],
  givenUp: [] as string[],
});
export type State = ReturnType<typeof emptyState>;
