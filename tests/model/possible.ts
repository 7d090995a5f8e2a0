/** Whether a command means anything in a state: what it names is there. A command that does not is left out of a script. */
import { type Command, isWrong } from "./commands.ts";
import { refundable } from "./outside.ts";
import type { State } from "./state.ts";

const isHeld = (state: State, job: string) => state.jobs.some(({ key, at }) => key === job && at === "leased");

/** Where each name that a command may carry is to be found; null is nothing to be found. */
const NAMES = {
  device: "devices",
  order: "orders",
  share: "shares",
  drawer: "drawers",
  refund: "refunds",
  dispute: "claims",
  event: "events",
  payment: "payments",
} as const;
/** These bring the event along that they name. */
const TELLS = new Set(["pay", "decline", "call", "bank", "dashboard", "dispute", "judge"]);

function isThere(state: State, command: Command): boolean {
  const named = command as unknown as Record<string, string | null>;
  return Object.entries(NAMES).every(([name, where]) => {
    const handle = named[name] ?? null;
    if (handle === null || (name === "event" && TELLS.has(command.do))) return true;
    return handle in state[where] || (name === "refund" && handle in state.bank);
  });
}

export function isPossible(state: State, command: Command): boolean {
  if (!isThere(state, command)) return false;
  switch (command.do) {
    case "again":
      return state.answered.includes(command.of);
    case "cook":
      return state.orders[command.order]?.lines[command.line]?.ticket != null;
    case "void":
    case "comp":
      return state.orders[command.order]?.lines[command.line] !== undefined;
    case "close":
      return command.session in state.sessions;
    case "split": {
      const { how, order, session } = command;
      const taken = how.method === "items" ? how.shares.flat() : [];
      const isLine = taken.every((one) => state.orders[one.order]?.lines[one.line] !== undefined);
      return isLine && (order !== null || (session ?? "") in state.sessions);
    }
    case "unsplit":
      return state.answered.includes(command.bill);
    case "attach": {
      const { method, reference } = state.payments[command.payment] ?? {};
      return method === "online" && (!command.lie || reference === true);
    }
    case "confirm":
      // A worker confirms what it asked for; refunds of the dashboard are known by their events alone.
      if (isWrong(command)) return command.refund in state.refunds;
      return command.refund in state.bank && !command.refund.startsWith("outside");
    case "giveUp":
      return isWrong(command) || isHeld(state, `cancel ${command.payment}`);
    case "report": {
      const { method, status, reference } = state.payments[command.payment] ?? {};
      if (isWrong(command)) return method === "online";
      const isAsked = isHeld(state, `check ${command.payment}`) && status === "pending" && reference === true;
      const isFound = state.givenUp.includes(command.payment) && isTaken(state, command.payment);
      return isAsked || (isFound && isHeld(state, `cancel ${command.payment}`));
    }
    case "lose":
      // That a bank disputes a payment is told by events alone, and by the balance of the day.
      return !command.forGood || state.events[command.event]?.kind !== "dispute";
    case "finish":
      return isHeld(state, command.job) && (isWrong(command) || isDone(state, command.job));
    case "fail":
      return isHeld(state, command.job);
    case "pay": {
      // Once paid it may be told again, as another event: Stripe has several words for one success.
      const intent = state.intents[command.payment];
      if (command.lie === null) return intent?.status === "open" || intent?.status === "succeeded";
      const isKnown = state.payments[command.payment]?.reference === true;
      return intent !== undefined && (command.lie !== "reference" || isKnown);
    }
    case "decline":
      return state.intents[command.payment]?.status === "open";
    case "call":
      return (
        ["refund", "check"].some((of) => isHeld(state, `${of} ${command.refund}`)) && !(command.refund in state.bank)
      );
    case "bank":
      return state.bank[command.refund]?.status === "pending";
    case "dashboard":
      return isTaken(state, command.payment) && refundable(state, command.payment) >= command.amount;
    case "dispute":
      return isTaken(state, command.payment);
    case "judge": {
      const { status } = state.claims[command.dispute] ?? {};
      return status === "needs_response" || (status === "lost" && command.outcome === "won");
    }
    default:
      return true;
  }
}

const isTaken = (state: State, payment: string) => state.intents[payment]?.status === "succeeded";

/** A worker finishes what has been done: what the provider was asked is confirmed or reported, what was given up is. */
export function isDone(state: State, job: string): boolean {
  const [kind, handle = ""] = job.split(" ");
  const payment = state.payments[handle];
  if (kind === "cancel")
    return state.givenUp.includes(handle) && (payment?.status !== "canceled" || !isTaken(state, handle));
  if (payment && kind === "check") return payment.status !== "pending" || state.confirmed.includes(handle);
  return state.confirmed.includes(handle);
}
