/**
 * The reference: what a house must be after each command, and what the command answers. It knows nothing of the
 * database; docs/domain.md is what it is written from.
 */
import { type Command, isWrong, KEYED } from "./commands.ts";
import {
  dueOf,
  emit,
  end,
  isOpen,
  paymentsOf,
  Refused,
  receive,
  refuseIf,
  settleRefund,
  the,
  toKitchen,
} from "./consequences.ts";
import { OUTSIDE, type Rules } from "./outside.ts";
import { STAFF } from "./staff.ts";
import { ATTEMPTS, MINUTES, type State } from "./state.ts";

function deviceOf(state: State, handle: string) {
  const device = the(state.devices, handle);
  refuseIf(state.now - device.scannedAt >= MINUTES.device, "guest_session_invalid");
  return device;
}

const RULES: Rules = {
  scan(state, { id, table, session }) {
    const open = Object.entries(state.sessions).find(([, one]) => one.isOpen && one.table === table)?.[0] ?? session;
    state.sessions[open] ??= { table, isOpen: true };
    state.devices[id] = { session: open, scannedAt: state.now };
  },
  place(state, { id, device, mode, tip, lines }) {
    const { session } = deviceOf(state, device);
    refuseIf(!the(state.sessions, session).isOpen, "table_session_closed");
    const portions = lines.map((line) => ({ ...line, comp: 0, isVoid: false, ticket: null }));
    const order = {
      session,
      status: "pending_payment",
      tip,
      lines: portions,
      paid: 0,
      refunded: 0,
      placedAt: state.now,
      device,
    };
    if (mode !== "pay_now") {
      const before = [...state.stock];
      toKitchen(state, order);
      const isShort = state.stock.some((units, index) => units < 0 && units !== before[index]);
      if (isShort) Object.assign(state, { stock: before });
      refuseIf(isShort, "out_of_stock");
    }
    state.orders[id] = order;
  },
  start(state, { id, device, order: handle }) {
    const { session } = deviceOf(state, device);
    const order = the(state.orders, handle);
    refuseIf(order.session !== session, "order_not_found");
    refuseIf(order.status === "cancelled" || order.status === "expired", "order_closed");
    refuseIf(dueOf(order) <= 0, "order_already_paid");
    const [open, payment] = paymentsOf(state, handle).find(([, one]) => isOpen(one)) ?? [];
    if (payment?.amount === dueOf(order)) return;
    if (payment) payment.status = "canceled";
    if (open) emit(state, `cancel ${open}`);
    const amount = dueOf(order);
    state.payments[id] = { order: handle, method: "online", status: "reserved", amount, claimed: 0, reference: false };
    state.intents[id] = { amount, status: "open" };
  },
  again(state, { of, changed }) {
    const placed = state.orders[of];
    if (placed) deviceOf(state, placed.device);
    return changed ? "idempotency_key_reused" : "ok";
  },
  ...STAFF,
  attach(state, { payment: handle, lie }) {
    const payment = the(state.payments, handle);
    refuseIf(lie, "payment_reference_conflict");
    payment.reference = true;
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
  claim(state) {
    const visible = state.jobs.filter(({ at }) => at === "queue");
    for (const job of visible) {
      job.attempts += 1;
      job.at = job.attempts > ATTEMPTS ? "dead" : "leased";
    }
    return [
      "ok",
      ...visible
        .filter(({ at }) => at === "leased")
        .map(({ key }) => key)
        .sort(),
    ].join(" ");
  },
  confirm(state, { refund }) {
    settleRefund(state, refund, the(state.bank, refund).status);
    state.confirmed.push(refund);
  },
  giveUp(state, { payment: handle }) {
    const payment = the(state.payments, handle);
    if (isOpen(payment)) payment.status = "canceled";
    state.givenUp.push(handle);
    const intent = the(state.intents, handle);
    if (payment.status === "canceled" && payment.reference && intent.status === "open") intent.status = "canceled";
  },
  finish(state, { job }) {
    const found = state.jobs.findIndex(({ key, at }) => key === job && at === "leased");
    if (found >= 0) state.jobs.splice(found, 1);
  },
  fail(state, { job: wanted, late }) {
    refuseIf(late, "job_not_found");
    const job = state.jobs.find(({ key, at }) => key === wanted && at === "leased");
    if (job && job.attempts >= ATTEMPTS) job.at = "dead";
  },
  expire(state) {
    for (const [handle, order] of Object.entries(state.orders)) {
      const isDue = order.status === "pending_payment" && state.now - order.placedAt > MINUTES.unpaid;
      if (isDue && order.paid === order.refunded) end(state, handle, order, "expired");
    }
  },
  ...OUTSIDE,
};

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
