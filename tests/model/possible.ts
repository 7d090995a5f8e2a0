/** Whether a command means anything in a state: what it names is there. A command that does not is left out of a script. */
import { type Command, isWrong } from "./commands.ts";
import { refundable } from "./outside.ts";
import type { State } from "./state.ts";

const isHeld = (state: State, job: string) => state.jobs.some(({ key, at }) => key === job && at === "leased");

export function isPossible(state: State, command: Command): boolean {
  const has = (things: object, handle: string) => handle in things;
  switch (command.do) {
    case "place":
      return has(state.devices, command.device);
    case "start":
      return has(state.devices, command.device) && has(state.orders, command.order);
    case "again":
      return state.answered.includes(command.of);
    case "collect":
    case "writeOff":
    case "cancel":
    case "advance":
      return has(state.orders, command.order);
    case "cook":
      return state.orders[command.order]?.lines[command.line]?.ticket != null;
    case "void":
    case "comp":
      return state.orders[command.order]?.lines[command.line] !== undefined;
    case "refund":
      return has(state.payments, command.payment);
    case "close":
      return has(state.sessions, command.session);
    case "attach":
      return (
        state.payments[command.payment]?.method === "online" &&
        (!command.lie || state.payments[command.payment]?.reference === true)
      );
    case "deliver":
    case "lose":
      return has(state.events, command.event);
    case "confirm":
      // A worker confirms what it asked for; refunds of the dashboard are known by their events alone.
      if (isWrong(command)) return has(state.refunds, command.refund);
      return has(state.bank, command.refund) && !command.refund.startsWith("outside");
    case "giveUp":
      return isWrong(command) ? has(state.payments, command.payment) : isHeld(state, `cancel ${command.payment}`);
    case "finish":
      return isHeld(state, command.job) && (isWrong(command) || isDone(state, command.job));
    case "fail":
      return isHeld(state, command.job);
    case "pay": {
      // Once paid it may be told again, as another event: Stripe has several words for one success.
      const intent = state.intents[command.payment];
      if (command.lie === null) return intent?.status === "open" || intent?.status === "succeeded";
      return (
        intent !== undefined && (command.lie !== "reference" || state.payments[command.payment]?.reference === true)
      );
    }
    case "decline":
      return state.intents[command.payment]?.status === "open";
    case "call":
      return isHeld(state, `refund ${command.refund}`) && !has(state.bank, command.refund);
    case "bank":
      return state.bank[command.refund]?.status === "pending";
    case "dashboard":
      // Its event is understood once the payment it is about is settled here.
      return (
        state.payments[command.payment]?.status === "succeeded" && refundable(state, command.payment) >= command.amount
      );
    default:
      return true;
  }
}

/** A worker finishes what has been done: what the provider was asked is confirmed, what was given up is. */
function isDone(state: State, job: string): boolean {
  const [kind, handle = ""] = job.split(" ");
  if (kind === "cancel") return state.givenUp.includes(handle);
  return state.confirmed.includes(handle);
}
