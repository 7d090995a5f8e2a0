/** What happens outside of Servio: guests pay at the provider, banks decide, staff use its dashboard, and time passes. */
import type { Command, Kind } from "./commands.ts";
import { the } from "./consequences.ts";
import type { Event, State } from "./state.ts";

/** A code of refusal or another word; anything else is "ok". */
export type Rules<K extends Kind = Kind> = {
  [D in K]: (state: State, command: Extract<Command, { do: D }>) => unknown;
};

const NEWS = { amount: 0, refund: "", status: "", lie: null, isLost: false, isDelivered: false };

function tell(state: State, handle: string, event: Pick<Event, "kind" | "payment"> & Partial<Event>): void {
  state.events[handle] = { ...NEWS, ...event };
}

function tellOfRefund(state: State, handle: string, refund: string): void {
  tell(state, handle, { kind: "refund", refund, ...the(state.bank, refund) });
}

/** What is still there to be given back, by the provider's own books. */
export function refundable(state: State, payment: string): number {
  const made = Object.values(state.bank).filter((one) => one.payment === payment && one.status !== "failed");
  return made.reduce((left, { amount }) => left - amount, the(state.intents, payment).amount);
}

export const OUTSIDE: Rules<"pay" | "decline" | "call" | "bank" | "dashboard" | "lose" | "jump"> = {
  pay(state, { payment, event, lie }) {
    const intent = the(state.intents, payment);
    // A forged or mistaken event says what has not happened.
    if (lie === null) intent.status = "succeeded";
    tell(state, event, { kind: "succeeded", payment, amount: intent.amount, lie });
  },
  decline: (state, { payment, event }) => tell(state, event, { kind: "failed", payment }),
  call(state, { refund, event, outcome }) {
    const { payment, amount } = the(state.refunds, refund);
    const isThere = amount <= refundable(state, payment);
    state.bank[refund] = { payment, amount, status: isThere ? outcome : "failed" };
    tellOfRefund(state, event, refund);
  },
  bank(state, { refund, event, outcome }) {
    the(state.bank, refund).status = outcome;
    tellOfRefund(state, event, refund);
  },
  dashboard(state, { id, payment, amount, event }) {
    state.bank[id] = { payment, amount, status: "succeeded" };
    tellOfRefund(state, event, id);
  },
  lose(state, { event }) {
    the(state.events, event).isLost = true;
  },
  jump(state, { minutes }) {
    state.now += minutes;
    for (const job of state.jobs) if (job.at === "leased") job.at = "queue";
  },
};
