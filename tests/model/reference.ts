/**
 * The reference: what a house must be after each command, and what the command answers. It knows nothing of the
 * database; docs/domain.md is what it is written from. Here is what guests and staff do with orders; money is in till.ts,
 * machines are in outside.ts.
 */
import { type Command, isWrong, KEYED, type Kind } from "./commands.ts";
import {
  addPayment,
  changeBill,
  dueFor,
  emit,
  end,
  placeIfPaid,
  Refused,
  refuse,
  refuseIf,
  requireOpenBill,
  rollUp,
  the,
  toKitchen,
  withdraw,
} from "./consequences.ts";
import { OUTSIDE, type Outside, type Rules } from "./outside.ts";
import { REPAIRS, type Repairs } from "./repairs.ts";
import * as worked from "./state.ts";
import { dueOf, isClosed, MINUTES, type Order, type State, stockOf } from "./state.ts";
import { TILL, type Till } from "./till.ts";

const NEXT = { placed: "accepted", accepted: "preparing", preparing: "ready", ready: "served", served: "completed" };
const COOKING = ["new", "in_progress", "ready", "bumped"];

function deviceOf(state: State, handle: string) {
  const device = the(state.devices, handle);
  refuseIf(state.now - device.scannedAt >= MINUTES.device, "guest_session_invalid");
  return device;
}

const FLOOR: Rules<Exclude<Kind, Outside | Till | Repairs>> = {
  scan(state, { id, table, session }) {
    const open = Object.entries(state.sessions).find(([, one]) => one.isOpen && one.table === table)?.[0] ?? session;
    state.sessions[open] ??= { table, isOpen: true };
    state.devices[id] = { session: open, scannedAt: state.now };
  },
  place(state, { id, device, mode, tip, lines }) {
    const { session } = deviceOf(state, device);
    refuseIf(!the(state.sessions, session).isOpen, "table_session_closed");
    const portions = lines.map((line) => ({ ...line, comp: 0, isVoid: false, ticket: null, isBack: false }));
    const before = stockOf(state);
    const order = {
      session,
      status: "pending_payment",
      tip,
      lines: portions,
      placedAt: state.now,
      device,
      split: null,
    };
    state.orders[id] = order;
    if (mode === "pay_now") return;
    toKitchen(order);
    if (!stockOf(state).some((units, index) => units < 0 && units !== before[index])) return;
    delete state.orders[id];
    refuse("out_of_stock");
  },
  start(state, { id, device, order: handle, share }) {
    const { session } = deviceOf(state, device);
    const order = the(state.orders, handle);
    refuseIf(order.session !== session, "order_not_found");
    refuseIf(isClosed(order), "order_closed");
    const amount = dueFor(state, handle, share);
    refuseIf(amount <= 0, "order_already_paid");
    const mine = worked.paymentsOf(state, handle).filter(([, one]) => worked.isOpen(one) && one.share === share);
    if (mine.some(([, one]) => one.amount === amount)) return;
    for (const [open, payment] of mine) {
      Object.assign(payment, { status: "canceled", changedAt: state.now });
      emit(state, `cancel ${open}`);
    }
    addPayment(state, id, { order: handle, method: "online", status: "reserved", amount, share });
    state.intents[id] = { amount, status: "open" };
  },
  again(state, { of, changed }) {
    const placed = state.orders[of];
    if (placed) deviceOf(state, placed.device);
    return changed ? "idempotency_key_reused" : "ok";
  },
  restock(state, { ingredient, quantity }) {
    state.restocked[ingredient] = (state.restocked[ingredient] ?? 0) + quantity;
  },
  cancel(state, { order: handle }) {
    const order = the(state.orders, handle);
    if (order.status === "cancelled") return;
    refuseIf(worked.paidOf(state, handle) > worked.refundedOf(state, handle), "order_paid");
    refuseIf(isClosed(order) || order.status === "completed", "order_transition_invalid");
    end(state, handle, order, "cancelled");
  },
  advance(state, { order: handle, to, force }) {
    const order = the(state.orders, handle);
    if (order.status === to) return;
    refuseIf((NEXT as Record<string, string>)[order.status] !== to, "order_transition_invalid");
    refuseIf(to === "completed" && dueOf(state, handle) > 0 && !force, "order_unsettled");
    order.status = to;
    if (to !== "served" && to !== "completed") return;
    for (const line of order.lines) if (line.ticket !== null && line.ticket !== "cancelled") line.ticket = "bumped";
  },
  cook(state, { order: handle, line: index, to }) {
    const order = the(state.orders, handle);
    const line = order.lines[index];
    const [from, next] = [COOKING.indexOf(line?.ticket ?? ""), COOKING.indexOf(to)];
    refuseIf(!line || from < 0 || Math.abs(from - next) > 1, "ticket_transition_invalid");
    if (line) line.ticket = to;
    rollUp(order);
  },
  void(state, { order: handle, line: index }) {
    const order = the(state.orders, handle);
    const line = order.lines[index];
    if (!line || line.isVoid) return;
    requireOpenBill(state, order);
    refuseIf(order.lines.filter(({ isVoid }) => !isVoid).length === 1, "order_invalid");
    changeBill(state, handle, order, worked.worth(line));
    withdraw(line, ["ready", "served"].includes(order.status) || line.ticket !== "new");
    line.isVoid = true;
    rollUp(order);
    placeIfPaid(state, handle, order);
  },
  comp(state, { order: handle, line: index, amount }) {
    const order = the(state.orders, handle);
    const line = order.lines[index];
    if (!line || line.isVoid) return refuse("order_line_not_found");
    if (line.comp === amount) return;
    requireOpenBill(state, order);
    refuseIf(amount > worked.PRICES[line.item] * line.quantity, "amount_invalid");
    changeBill(state, handle, order, amount - line.comp);
    line.comp = amount;
    placeIfPaid(state, handle, order);
  },
  close(state, { session }) {
    const isUnsettled = ([handle, order]: [string, Order]) =>
      order.session === session && !isClosed(order) && dueOf(state, handle) > 0;
    refuseIf(Object.entries(state.orders).some(isUnsettled), "table_session_unsettled");
    the(state.sessions, session).isOpen = false;
  },
};

const RULES: Rules<Kind> = { ...FLOOR, ...TILL, ...OUTSIDE, ...REPAIRS };

/** What the command answers, "ok" or the code of its refusal; the state is afterwards as the command has left it. */
export function answerOf(state: State, command: Command): string {
  if (isWrong(command)) return "denied";
  const key = KEYED.has(command.do) && "id" in command ? command.id : null;
  try {
    if (key && state.answered.includes(key)) return "ok";
    const rule = RULES[command.do] as (state: State, command: Command) => unknown;
    const answer = rule(state, command);
    if (key) state.answered.push(key);
    return typeof answer === "string" ? answer : "ok";
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}
