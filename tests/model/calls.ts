/** Each command as the call that makes it, and from whom it comes. */
import { type Actor, guest, machine } from "../support/actors.ts";
import type { Arguments } from "../support/api.ts";
import { type Asking, isWrong, type Taken } from "./commands.ts";
import { the } from "./consequences.ts";
import { type House, linesOf } from "./house.ts";
import { eventOf, providerId } from "./provider-words.ts";
import { answerOfProvider } from "./repairs.ts";
import { MINUTES, queueOf, type State } from "./state.ts";

export interface Call {
  readonly actor: Actor;
  readonly name: string;
  readonly args: Arguments;
}

const REASON = { p_reason: "as it happens" };

export function callOf(house: House, state: State, command: Asking): Call {
  const call = rightCall(house, state, command);
  if (!isWrong(command)) return call;
  // The wrong secret where a secret is what counts, else somebody without any right.
  if ("p_qr_token" in call.args) return { ...call, args: { ...call.args, p_qr_token: "wrong" } };
  if ("p_session_token" in call.args) return { ...call, args: { ...call.args, p_session_token: "wrong" } };
  const { staff, kitchen } = house.members;
  return { ...call, actor: call.actor === machine ? guest : command.do === "close" ? kitchen : staff };
}

function rightCall(house: House, state: State, command: Asking): Call {
  const { owner, members, tables, ingredients, tokens } = house;
  const row = (handle: string) => house.rows.get(handle) ?? "";
  const by = (actor: Actor, name: string, args: Arguments): Call => ({ actor, name, args });
  switch (command.do) {
    case "scan":
      return by(guest, "start_table_session", { p_qr_token: tables[command.table].qr });
    case "place": {
      const { id, device, mode, tip, lines } = command;
      const order = { fulfilment: "table", payment_mode: mode, tip_minor: tip, lines: linesOf(house, lines) };
      const p_session_token = tokens.get(device);
      return by(guest, "place_order", { p_session_token, p_idempotency_key: id, p_order: order });
    }
    case "start":
      return by(guest, "start_payment", {
        p_session_token: tokens.get(command.device),
        p_order_id: row(command.order),
        ...(command.share !== null && { p_share_id: row(command.share) }),
      });
    case "again": {
      const { actor, name, args } = the(Object.fromEntries(house.calls), command.of);
      return by(actor, name, command.changed ? changed(args) : args);
    }
    case "collect": {
      const { id, order, amount, tip, method, share, drawer } = command;
      const money = { p_method: method, p_amount_minor: amount, p_tip_minor: tip, p_idempotency_key: id };
      const named = { ...(share && { p_share_id: row(share) }), ...(drawer && { p_drawer_session_id: row(drawer) }) };
      return by(members.cashier, "collect_payment", { p_order_id: row(order), ...money, ...named });
    }
    case "refund": {
      const money = { p_payment_id: row(command.payment), p_amount_minor: command.amount };
      return by(members.cashier, "refund_payment", { ...money, ...REASON, p_idempotency_key: command.id });
    }
    case "writeOff":
      return by(owner, "write_off_order", { p_order_id: row(command.order), ...REASON, p_idempotency_key: command.id });
    case "restock": {
      const stock = { p_ingredient_id: ingredients[command.ingredient], p_quantity: command.quantity };
      return by(owner, "adjust_stock", { ...stock, p_kind: "receive", ...REASON, p_idempotency_key: command.id });
    }
    case "cancel":
      return by(members.manager, "cancel_order", { p_order_id: row(command.order), ...REASON });
    case "advance": {
      const force = command.force ? { p_force: true, ...REASON } : {};
      const actor = command.force ? members.manager : members.server;
      return by(actor, "advance_order", { p_order_id: row(command.order), p_to: command.to, ...force });
    }
    case "cook":
      return by(members.kitchen, "advance_ticket", {
        p_ticket_id: row(`${command.order} ticket ${command.line}`),
        p_to: command.to,
      });
    case "void":
      return by(owner, "void_line", { p_line_id: row(`${command.order} line ${command.line}`), ...REASON });
    case "comp": {
      const line = { p_line_id: row(`${command.order} line ${command.line}`), p_amount_minor: command.amount };
      return by(owner, "comp_line", { ...line, ...REASON });
    }
    case "close":
      return by(members.server, "close_table_session", { p_session_id: row(command.session) });
    case "split": {
      const { id, order, session, how } = command;
      const whose = order === null ? { p_session_id: row(session ?? "") } : { p_order_id: row(order) };
      const lines = (shares: readonly (readonly Taken[])[]) =>
        shares.map((taken) =>
          taken.map((one) => ({ line_id: row(`${one.order} line ${one.line}`), quantity: one.quantity })),
        );
      const p_split = how.method === "items" ? { ...how, shares: lines(how.shares) } : how;
      return by(members.cashier, "split_bill", { p_split, p_idempotency_key: id, ...whose });
    }
    case "unsplit":
      return by(members.cashier, "cancel_bill_split", { p_bill_id: row(command.bill) });
    case "openDrawer": {
      const { id, name, by: who, amount } = command;
      const drawer = { p_venue_id: house.venueId, p_name: `Drawer ${name}`, p_float_minor: amount };
      return by(who === 0 ? members.cashier : members.manager, "open_drawer", { ...drawer, p_idempotency_key: id });
    }
    case "payIn":
    case "payOut": {
      const money = { p_drawer_session_id: row(command.drawer), p_amount_minor: command.amount, ...REASON };
      const name = command.do === "payIn" ? "pay_into_drawer" : "pay_out_of_drawer";
      return by(members.cashier, name, { ...money, p_idempotency_key: command.id });
    }
    case "count": {
      const money = { p_drawer_session_id: row(command.drawer), p_counted_minor: command.amount };
      return by(members.cashier, "close_drawer", { ...money, p_idempotency_key: command.id });
    }
    case "attach": {
      const reference = providerId(house, "pi", command.lie ? `${command.payment} of another` : command.payment);
      return by(machine, "attach_payment", { p_payment_id: row(command.payment), p_provider_reference: reference });
    }
    case "deliver":
      return by(machine, "record_provider_event", eventOf(house, state, command.event));
    case "relay":
      return by(machine, "relay_outbox", {});
    case "claim":
      return by(machine, "claim_jobs", { p_queue: command.queue, p_limit: 100, p_lease_seconds: MINUTES.lease * 60 });
    case "confirm": {
      const status = state.bank[command.refund]?.status ?? "succeeded";
      const reference = status === "failed" ? {} : { p_provider_reference: providerId(house, "re", command.refund) };
      return by(machine, "confirm_refund", { p_refund_id: row(command.refund), p_status: status, ...reference });
    }
    case "giveUp":
      return by(machine, "cancel_payment", { p_payment_id: row(command.payment) });
    case "report": {
      const { payment } = command;
      const p_state = answerOfProvider(state, payment);
      const amount = state.intents[payment]?.amount;
      const paid = {
        p_provider_reference: providerId(house, "pi", payment),
        p_amount_minor: amount,
        p_currency: "gbp",
      };
      return by(machine, "report_payment", {
        p_payment_id: row(payment),
        p_state,
        ...(p_state === "succeeded" && paid),
      });
    }
    case "reconcile":
      return by(machine, "request_reconciliation", {});
    case "finish":
      return by(machine, "finish_job", {
        p_queue: queueOf(command.job),
        p_job_id: house.messages.get(command.job)?.[0]?.id,
      });
    case "fail": {
      const { id, attempt = 0 } = house.messages.get(command.job)?.[0] ?? {};
      const late = { p_attempt: attempt - (command.late ? 1 : 0) };
      return by(machine, "fail_job", { p_queue: queueOf(command.job), p_job_id: id, p_error: "trouble", ...late });
    }
  }
}

/** Another request under the same key. */
function changed(args: Arguments): Arguments {
  if ("p_order" in args) return { ...args, p_order: { ...(args.p_order as object), tip_minor: 321 } };
  for (const name of ["p_amount_minor", "p_float_minor", "p_counted_minor"])
    if (name in args) return { ...args, [name]: Number(args[name]) + 1 };
  if ("p_split" in args) return { ...args, p_split: { method: "equal", shares: 49 } };
  return { ...args, p_reason: "as it did not happen" };
}
