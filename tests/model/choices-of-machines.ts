/** What functions, workers, the provider and time may do next. */

import { jobs, type Makers, some } from "./choices.ts";
import type { CASHIERS } from "./choices-of-cashiers.ts";
import type { PEOPLE } from "./choices-of-people.ts";
import type { Kind } from "./commands.ts";
import { refundable } from "./outside.ts";
import { isOpen, queueOf } from "./state.ts";

export const MACHINES: Makers<Exclude<Kind, keyof typeof PEOPLE | keyof typeof CASHIERS>> = {
  attach: [
    9,
    (state, random) => {
      const payment = some(
        state.payments,
        random,
        ({ method, reference }) => method === "online" && (!reference || random.roll(9) === 0),
      );
      return (
        payment && { do: "attach", payment, lie: state.payments[payment]?.reference === true && random.roll(2) === 0 }
      );
    },
  ],
  deliver: [
    16,
    (state, random) => {
      const event = some(
        state.events,
        random,
        ({ isLost, isDelivered }) => !isLost && (!isDelivered || random.roll(5) === 0),
      );
      return event && { do: "deliver", event };
    },
  ],
  relay: [6, () => ({ do: "relay" })],
  claim: [
    7,
    (state, random) => {
      const waiting = state.jobs.find(({ at }) => at === "queue");
      if (!waiting && random.roll(4) > 0) return null;
      return { do: "claim", queue: waiting ? queueOf(waiting.key) : random.pick(["provider_calls", "payment_checks"]) };
    },
  ],
  call: [
    8,
    (state, random, next) => {
      const refund = jobs(state, random, random.roll(3) > 0 ? "refund " : "check ")?.split(" ")[1];
      return refund
        ? { do: "call", refund, event: next("event"), outcome: random.roll(2) === 0 ? "pending" : "succeeded" }
        : null;
    },
  ],
  confirm: [
    8,
    (state, random) => {
      const refunds = random.roll(3) > 0 ? state.bank : state.refunds;
      const refund = some(refunds, random, ({ status }) => status !== "pending" || random.roll(3) === 0);
      return refund && { do: "confirm", refund };
    },
  ],
  giveUp: [
    5,
    (state, random) => {
      const payment = jobs(state, random, "cancel ")?.slice("cancel ".length);
      return payment ? { do: "giveUp", payment } : null;
    },
  ],
  report: [
    14,
    (state, random) => {
      const payment = jobs(state, random, random.roll(3) > 0 ? "check " : "cancel ")?.split(" ")[1];
      return payment && { do: "report", payment };
    },
  ],
  finish: [
    8,
    (state, random) => {
      const job = jobs(state, random);
      return job && { do: "finish", job };
    },
  ],
  fail: [
    5,
    (state, random) => {
      const job = jobs(state, random);
      return job && { do: "fail", job, late: random.roll(2) === 0 };
    },
  ],
  pay: [
    12,
    (state, random, next) => {
      const payment = some(state.intents, random);
      const lie = random.roll(8) === 0 ? random.pick(["amount", "currency", "reference"] as const) : null;
      return payment && { do: "pay", payment, event: next("event"), lie };
    },
  ],
  decline: [
    2,
    (state, random, next) => {
      const payment = some(state.payments, random, isOpen);
      return payment && { do: "decline", payment, event: next("event") };
    },
  ],
  bank: [
    4,
    (state, random, next) => {
      const refund = some(state.bank, random, ({ status }) => status === "pending");
      return (
        refund && {
          do: "bank",
          refund,
          event: next("event"),
          outcome: random.pick(["succeeded", "succeeded", "failed"]),
        }
      );
    },
  ],
  dashboard: [
    2,
    (state, random, next) => {
      const payment = some(state.intents, random, ({ status }) => status === "succeeded");
      if (!payment) return null;
      const left = refundable(state, payment);
      return {
        do: "dashboard",
        id: next("outside"),
        payment,
        amount: 1 + random.roll(Math.max(left, 1)),
        event: next("event"),
      };
    },
  ],
  dispute: [
    2,
    (state, random, next) => {
      const payment = some(state.intents, random, ({ status }) => status === "succeeded");
      const amount = 1 + random.roll((payment && state.intents[payment]?.amount) || 1);
      return payment && { do: "dispute", id: next("dispute"), payment, amount, event: next("event") };
    },
  ],
  judge: [
    3,
    (state, random, next) => {
      const dispute = some(state.claims, random, ({ status }) => status !== "won");
      return dispute && { do: "judge", dispute, event: next("event"), outcome: random.pick(["won", "lost", "lost"]) };
    },
  ],
  lose: [
    3,
    (state, random) => {
      const event = some(state.events, random, ({ isDelivered }) => !isDelivered);
      return event && { do: "lose", event, forGood: random.roll(3) === 0 };
    },
  ],
  jump: [3, (_, random) => ({ do: "jump", minutes: random.pick([20, 20, 20, 40, 40, 24 * 60]) })],
  sweep: [6, () => ({ do: "sweep" })],
  reconcile: [
    2,
    (_, random) => ({
      do: "reconcile",
      dies: random.roll(2) > 0 ? null : random.pick(["payments", "refunds", "balance"]),
    }),
  ],
  expire: [3, () => ({ do: "expire" })],
};
