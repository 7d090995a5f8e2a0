/** What machines do (functions, workers, clocks), and the world outside: the provider, banks, and time that passes. */
import type { Command, Kind } from "./commands.ts";
import { end, NEWS, receive, refuseIf, settleRefund, the } from "./consequences.ts";
import { ATTEMPTS, type Event, isOpen, MINUTES, paidOf, queueOf, refundedOf, type State } from "./state.ts";

/** A code of refusal or another word; anything else is "ok". */
export type Rules<K extends Kind> = {
  [D in K]: (state: State, command: Extract<Command, { do: D }>) => unknown;
};
export type Outside = (typeof KINDS)[number];
const KINDS = [
  ...(["attach", "deliver", "relay", "claim", "confirm", "giveUp", "finish", "fail"] as const),
  ...(["pay", "decline", "call", "bank", "dashboard", "dispute", "judge", "lose", "jump", "expire"] as const),
];

function tell(state: State, handle: string, event: Pick<Event, "kind" | "payment"> & Partial<Event>): void {
  state.events[handle] = { ...NEWS, at: Object.keys(state.events).length, ...event };
}
function tellOfRefund(state: State, handle: string, about: string): void {
  const { payment, amount, status } = the(state.bank, about);
  tell(state, handle, { kind: "refund", about, payment, amount, status });
}
function tellOfDispute(state: State, handle: string, about: string): void {
  const { payment, status, moves } = the(state.claims, about);
  tell(state, handle, { kind: "dispute", about, payment, status, moves: [...moves] });
}
/** What is still there to be given back, by the provider's own books. */
export function refundable(state: State, payment: string): number {
  const made = Object.values(state.bank).filter((one) => one.payment === payment && one.status !== "failed");
  return made.reduce((left, { amount }) => left - amount, the(state.intents, payment).amount);
}
const leased = (state: State, job: string) => state.jobs.findIndex(({ key, at }) => key === job && at === "leased");

export const OUTSIDE: Rules<Outside> = {
  attach(state, { payment: handle, lie }) {
    const payment = the(state.payments, handle);
    refuseIf(lie, "payment_reference_conflict");
    Object.assign(payment, { reference: true, changedAt: state.now });
    if (payment.status === "reserved") payment.status = "pending";
  },
  deliver(state, { event: handle }) {
    const event = the(state.events, handle);
    if (event.isDelivered) return "duplicate";
    event.isDelivered = true;
    return receive(state, event);
  },
  relay(state) {
    for (const job of state.jobs) if (job.at === "outbox") job.at = "queue";
  },
  claim(state, { queue }) {
    const visible = state.jobs.filter(({ at, key }) => at === "queue" && queueOf(key) === queue);
    for (const job of visible) {
      job.attempts += 1;
      job.at = job.attempts > ATTEMPTS[queue] ? "dead" : "leased";
    }
    const mine = visible.filter(({ at }) => at === "leased").map(({ key }) => key);
    return ["ok", ...mine.sort()].join(" ");
  },
  confirm(state, { refund }) {
    settleRefund(state, refund, the(state.bank, refund).status);
    const check = state.checks[refund];
    if (check) check.answered = state.now;
    state.confirmed.push(refund);
  },
  giveUp(state, { payment: handle }) {
    const payment = the(state.payments, handle);
    if (isOpen(payment)) Object.assign(payment, { status: "canceled", changedAt: state.now });
    state.givenUp.push(handle);
    const intent = the(state.intents, handle);
    // Also one that nobody has noted: asking for it again under the same key finds it.
    if (payment.status === "canceled" && intent.status === "open") intent.status = "canceled";
  },
  finish(state, { job }) {
    const found = leased(state, job);
    if (found >= 0) state.jobs.splice(found, 1);
  },
  fail(state, { job: wanted, late }) {
    refuseIf(late, "job_not_found");
    const job = state.jobs[leased(state, wanted)];
    if (job && job.attempts >= ATTEMPTS[queueOf(wanted)]) job.at = "dead";
  },
  expire(state) {
    for (const [handle, order] of Object.entries(state.orders)) {
      const isDue = order.status === "pending_payment" && state.now - order.placedAt > MINUTES.unpaid;
      if (isDue && paidOf(state, handle) === refundedOf(state, handle)) end(state, handle, order, "expired");
    }
  },
  pay(state, { payment, event, lie }) {
    const intent = the(state.intents, payment);
    // A forged or mistaken event says what has not happened.
    if (lie === null) intent.status = "succeeded";
    tell(state, event, { kind: "succeeded", payment, amount: intent.amount, lie });
  },
  decline: (state, { payment, event }) => tell(state, event, { kind: "failed", payment }),
  call(state, { refund, event, outcome }) {
    const asked = the(state.refunds, refund);
    const isThere = asked.amount <= refundable(state, asked.payment);
    const { payment, amount } = asked;
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
  dispute(state, { id, payment, amount, event }) {
    state.claims[id] = { payment, status: "needs_response", moves: [-amount] };
    tellOfDispute(state, event, id);
  },
  judge(state, { dispute, event, outcome }) {
    const claim = the(state.claims, dispute);
    claim.status = outcome;
    if (outcome === "won") claim.moves.push(-(claim.moves[0] ?? 0));
    tellOfDispute(state, event, dispute);
  },
  lose(state, { event, forGood }) {
    the(state.events, event).isLost = forGood ? "for good" : true;
  },
  jump(state, { minutes }) {
    state.now += minutes;
    for (const job of state.jobs) if (job.at === "leased") job.at = "queue";
    if (state.run) state.run.isHeld = false;
  },
};
