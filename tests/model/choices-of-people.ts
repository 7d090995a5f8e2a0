/** What guests and staff may want next. */

import { lineOf, lines, type Makers, shareOf, some, unpaid } from "./choices.ts";
import { claimedOf, dueOf, worth } from "./state.ts";

const FLOW = ["placed", "accepted", "preparing", "ready", "served", "completed"];
const COOKED = ["new", "in_progress", "ready", "bumped"];
type People =
  | "scan"
  | "place"
  | "start"
  | "again"
  | "collect"
  | "refund"
  | "writeOff"
  | "restock"
  | "cancel"
  | "advance"
  | "cook"
  | "void"
  | "comp"
  | "close";

export const PEOPLE: Makers<People> = {
  scan: [
    4,
    (_, random, next) => ({ do: "scan", id: next("device"), table: random.roll(2) ? 1 : 0, session: next("session") }),
  ],
  place: [
    12,
    (state, random, next) => {
      const device = some(state.devices, random);
      const mode = random.pick(["pay_now", "pay_now", "pay_later", "pay_at_till"]);
      const tip = random.roll(3) === 0 ? random.roll(200) : 0;
      return device && { do: "place", id: next("order"), device, mode, tip, lines: lines(random) };
    },
  ],
  start: [
    12,
    (state, random, next) => {
      const order = unpaid(state, random);
      if (!order) return null;
      const device = some(
        state.devices,
        random,
        ({ session }) => session === state.orders[order]?.session || random.roll(19) === 0,
      );
      const share = shareOf(state, order, random);
      return device && { do: "start", id: next("payment"), device, order, share };
    },
  ],
  again: [
    4,
    (state, random) =>
      state.answered.length > 0 && {
        do: "again",
        of: random.pick(random.roll(4) > 0 ? state.answered.slice(-6) : state.answered),
        changed: random.roll(3) === 0,
      },
  ],
  collect: [
    9,
    (state, random, next) => {
      const order = unpaid(state, random);
      if (!order) return null;
      const share = shareOf(state, order, random);
      const due = Math.max(share ? (state.shares[share]?.amount ?? 0) : dueOf(state, order), 1);
      const amount = random.pick([due, due, share ? due : 1 + random.roll(due), due + random.roll(2)]);
      const method = random.roll(4) > 0 ? "cash" : "card_terminal";
      const drawer = random.roll(method === "cash" ? 3 : 15) === 0 ? some(state.drawers, random) : null;
      const tip = random.roll(4) === 0 ? random.roll(300) : 0;
      return { do: "collect", id: next("till"), order, amount, tip, method, share, drawer };
    },
  ],
  refund: [
    8,
    (state, random, next) => {
      const payment = some(state.payments, random, ({ status }) => status === "succeeded" || random.roll(9) === 0);
      const paid = (payment && state.payments[payment]?.amount) || 1;
      const left = Math.max(paid - (payment ? claimedOf(state, payment) : 0), 1);
      return (
        payment && {
          do: "refund",
          id: next("refund"),
          payment,
          amount: random.pick([left, left + 1, 1 + random.roll(left)]),
        }
      );
    },
  ],
  writeOff: [
    4,
    (state, random, next) => {
      const lost = Object.keys(state.orders).filter(
        (one) => state.orders[one]?.status === "completed" && dueOf(state, one) > 0,
      );
      const order = lost.length > 0 && random.roll(9) > 0 ? random.pick(lost) : some(state.orders, random);
      return order && { do: "writeOff", id: next("loss"), order };
    },
  ],
  restock: [
    3,
    (_, random, next) => ({
      do: "restock",
      id: next("delivery"),
      ingredient: random.roll(2) ? 1 : 0,
      quantity: 1 + random.roll(8),
    }),
  ],
  cancel: [
    5,
    (state, random) => {
      const order = some(state.orders, random);
      return order && { do: "cancel", order };
    },
  ],
  advance: [
    20,
    (state, random) => {
      const order = some(state.orders, random, (one) => FLOW.slice(0, -1).includes(one.status) || random.roll(9) === 0);
      const from = order ? FLOW.indexOf(state.orders[order]?.status ?? "") : -1;
      const to = random.roll(6) > 0 ? FLOW[from + 1] : random.pick(FLOW);
      return order && to ? { do: "advance", order, to, force: to === "completed" && random.roll(4) > 0 } : null;
    },
  ],
  cook: [
    9,
    (state, random) => {
      const chosen = lineOf(state, some(state.orders, random), random);
      if (!chosen?.portion.ticket) return null;
      const to = random.roll(5) > 0 ? COOKED[COOKED.indexOf(chosen.portion.ticket) + 1] : random.pick(COOKED);
      return to ? { do: "cook", order: chosen.order, line: chosen.line, to } : null;
    },
  ],
  void: [
    3,
    (state, random) => {
      const chosen = lineOf(state, some(state.orders, random), random);
      return chosen && { do: "void", order: chosen.order, line: chosen.line };
    },
  ],
  comp: [
    3,
    (state, random) => {
      const chosen = lineOf(state, some(state.orders, random), random);
      const amount = random.pick([0, 100, chosen ? worth({ ...chosen.portion, comp: 0, isVoid: false }) : 0, 9_999]);
      return chosen && { do: "comp", order: chosen.order, line: chosen.line, amount };
    },
  ],
  close: [
    2,
    (state, random) => {
      const session = some(state.sessions, random);
      return session && { do: "close", session };
    },
  ],
};
