/**
 * What repairs the house when words of the provider do not come: the clock that asks about what has no outcome, the worker
 * that asks, and the reconciliation, which reads the provider's books and does what should have followed. See reference.ts.
 */
import { emit, NEWS, receive, the } from "./consequences.ts";
import type { Rules } from "./outside.ts";
import { isOpen, MINUTES, type State } from "./state.ts";

export type Repairs = "sweep" | "report" | "reconcile";

export const isOver = (state: State, payment: string) =>
  state.now - the(state.payments, payment).madeAt > MINUTES.guest;

/** How the provider answers when it is asked about a payment; once the guest has had their time, the attempt ends. */
export function answerOfProvider(state: State, payment: string): "succeeded" | "dead" | "open" {
  const { status } = the(state.intents, payment);
  return status === "succeeded" ? status : status === "canceled" || isOver(state, payment) ? "dead" : "open";
}

export const REPAIRS: Rules<Repairs> = {
  sweep(state) {
    const { now, checks } = state;
    for (const [of, { asked }] of Object.entries(checks)) if (now - asked >= 24 * 60) delete checks[of];
    const ask = (of: string, job: string, madeAt: number, age: number) => {
      const { asked, answered } = checks[of] ?? { asked: now - 60, answered: null };
      if (now - madeAt < age || now < (answered === null ? asked + 60 : answered + 10)) return;
      checks[of] = { asked: now, answered: null };
      state.confirmed = state.confirmed.filter((one) => one !== of);
      emit(state, job);
    };
    for (const [of, { method, status, madeAt }] of Object.entries(state.payments)) {
      if (method === "online" && status === "reserved") ask(of, `cancel ${of}`, madeAt, 2);
      if (method === "online" && status === "pending") ask(of, `check ${of}`, madeAt, 5);
    }
    for (const [of, { status, madeAt, reference }] of Object.entries(state.refunds))
      if (status === "pending") ask(of, `check ${of}`, madeAt, reference ? 60 : 5);
    // What has waited for an hour is for a person.
    for (const event of Object.values(state.events))
      if (event.waits !== null && now - event.waits >= 60) event.waits = null;
  },
  report(state, { payment: handle }) {
    const payment = the(state.payments, handle);
    const answer = answerOfProvider(state, handle);
    const check = state.checks[handle];
    state.confirmed.push(handle);
    if (answer !== "open") delete state.checks[handle];
    else if (check) check.answered = state.now;
    if (answer === "succeeded") receive(state, { ...NEWS, kind: "succeeded", payment: handle });
    if (answer !== "dead") return;
    the(state.intents, handle).status = "canceled";
    if (isOpen(payment)) Object.assign(payment, { status: "canceled", changedAt: state.now });
  },
  reconcile(state, { dies }) {
    const { now } = state;
    // What could not be finished in six hours is given up, unless somebody has it.
    if (state.run && !state.run.isHeld && now - state.run.at >= 6 * 60) state.run = null;
    state.run ??= { at: now, page: 0, isHeld: false };
    const { run } = state;
    if (run.isHeld) return;
    for (const [name, turn] of PAGES.slice(run.page)) {
      run.isHeld = name === dies;
      if (run.isHeld) return;
      turn(state);
      run.page += 1;
    }
    state.run = null;
  },
};

const inOrder = <T>(things: Record<string, T>) => Object.entries(things).sort(([a], [b]) => (a < b ? -1 : 1));

const PAGES: readonly [string, (state: State) => void][] = [
  [
    "events",
    (state) => {
      for (const event of Object.values(state.events)) {
        if (event.isDelivered || event.lie !== null || event.isLost === "for good") continue;
        event.isDelivered = true;
        receive(state, event);
      }
    },
  ],
  [
    "payments",
    (state) => {
      for (const [handle, { status }] of inOrder(state.intents))
        if (status === "succeeded") receive(state, { ...NEWS, kind: "succeeded", payment: handle });
      // Given up here a while ago, and open there: ended once more.
      for (const [handle, { status }] of Object.entries(state.intents)) {
        const payment = the(state.payments, handle);
        const isLeft = payment.status === "canceled" && payment.reference && state.now > payment.changedAt;
        if (status === "open" && isLeft) emit(state, `cancel ${handle}`);
      }
    },
  ],
  ["refunds", (state) => inOrder(state.bank).forEach(([about]) => void compareRefund(state, about))],
  ["balance", () => {}],
];

function compareRefund(state: State, about: string): void {
  const { payment, amount, status } = the(state.bank, about);
  const ours = state.refunds[about];
  const isUnknown = !ours && the(state.payments, payment).reference && status !== "failed";
  const isNews = ours?.status === "pending" && (status !== "pending" || !ours.reference);
  const cameBack = ours?.status === "succeeded" && status === "failed";
  const word = `${isUnknown ? "made" : cameBack ? "failed" : "changed"} ${about} ${status}`;
  if (!(isUnknown || isNews || cameBack) || state.reconciled.includes(word)) return;
  state.reconciled.push(word);
  // It happened now, after all that was told so far.
  const at = 1e9 + Object.keys(state.events).length;
  const known = { isDelivered: true, isLost: "for good" } as const;
  state.events[word] = { ...NEWS, kind: "refund", payment, about, amount, status, at, ...known };
  receive(state, the(state.events, word));
}
