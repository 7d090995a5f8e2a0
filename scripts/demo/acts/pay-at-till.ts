/** Another table eats first and pays afterwards, in cash: with change, and a tip that only the till knows of. */
import { randomUUID } from "node:crypto";
import { collectedAnswer, menuAnswer, type Order, orderAnswer, sessionAnswer } from "../answers.ts";
import { lineOf } from "../house-menu.ts";
import { expectEqual } from "../mismatch.ts";
import { money, orderNumber } from "../money.ts";
import { createPerson } from "../person.ts";
import { expectRefusal } from "../refusal.ts";
import type { Stage } from "../stage.ts";
import { complete, cook, serve } from "./cook-and-serve.ts";
import type { Team } from "./gather-team.ts";
import type { House } from "./open-house.ts";

/** By hand: 13.50 + 6.20, and 12.5 % service of it, rounded half-up; the guest hands over £30 and tips £2.50. */
const BILL_MINOR = 2216;
const TIP_MINOR = 250;
const CASH_MINOR = 3000;

export interface TillOrder {
  order: Order;
  paymentId: string;
  changeMinor: number;
}

export async function payAtTill(stage: Stage, house: House, team: Team, foreign: Order): Promise<TillOrder> {
  const { timeline } = stage;
  timeline.act("Table 2 eats first and pays at the till");
  const { order, sessionId } = await orderOnTheBill(stage, house, foreign);
  await cook(stage, team, order);
  await serve(stage, team, order);
  await timeline.step({
    actor: "server",
    title: "tries to complete it unpaid",
    async work(say) {
      const early = team.server.call("advance_order", { p_order_id: order.id, p_to: "completed" }, orderAnswer);
      await expectRefusal("order_unsettled", "an order that nobody has paid", early);
      say("refused: order_unsettled");
    },
  });
  const taken = await takeCash(stage, team, order);
  await complete(stage, team, order, sessionId);
  return { order, ...taken };
}

async function orderOnTheBill({ timeline, access, logOf }: Stage, house: House, foreign: Order) {
  const guest = createPerson("guest 2", access);
  const { order, p_session_token, sessionId } = await timeline.step({
    actor: "guest 2",
    title: "scans table 2, orders to pay later",
    look: logOf("rest"),
    async work(say) {
      const started = await guest.call("start_table_session", { p_qr_token: house.qrTokens.table2 }, sessionAnswer);
      const menu = await guest.call("get_menu", { p_venue_slug: house.venueSlug }, menuAnswer);
      const lines = [lineOf(menu, "Baked aubergine", 1), lineOf(menu, "Stout", 1)];
      const p_order = { fulfilment: "table", payment_mode: "pay_later", lines };
      const p_session_token = started.session_token;
      const args = { p_session_token, p_idempotency_key: randomUUID(), p_order };
      const placed = await guest.call("place_order", args, orderAnswer);
      expectEqual("the order", placed, {
        number: 2,
        status: "placed",
        payment_status: "unpaid",
        total_minor: BILL_MINOR,
      });
      say(orderNumber(placed.number), money(placed.total_minor), "in the kitchen at once");
      return { order: placed, p_session_token, sessionId: started.session_id };
    },
  });
  await timeline.step({
    actor: "guest 2",
    title: "tries to read table 1's order",
    async work(say) {
      const peek = guest.call("get_guest_order", { p_session_token, p_order_id: foreign.id }, orderAnswer);
      await expectRefusal("order_not_found", "another table's order", peek);
      const own = await guest.call("get_guest_order", { p_session_token, p_order_id: order.id }, orderAnswer);
      expectEqual("the guest's own order", own.id, order.id);
      say("refused: order_not_found", "its own it sees");
    },
  });
  return { order, sessionId };
}

function takeCash({ timeline, logOf }: Stage, { cashier }: Team, order: Order) {
  return timeline.step({
    actor: "cashier",
    title: "takes cash, gives change",
    look: logOf("rest"),
    async work(say) {
      const args = {
        p_order_id: order.id,
        p_method: "cash",
        p_amount_minor: order.due_minor,
        p_tip_minor: TIP_MINOR,
        p_tendered_minor: CASH_MINOR,
        p_idempotency_key: randomUUID(),
      };
      const taken = await cashier.call("collect_payment", args, collectedAnswer);
      const amount_minor = BILL_MINOR + TIP_MINOR;
      const change_minor = CASH_MINOR - amount_minor;
      const expected = { amount_minor, tip_minor: TIP_MINOR, change_minor, payment_status: "paid", due_minor: 0 };
      expectEqual("the payment", taken, expected);
      expectEqual("the payment, asked for twice", await cashier.call("collect_payment", args, collectedAnswer), taken);
      say(
        `${money(CASH_MINOR)} for ${money(BILL_MINOR)}`,
        `tip ${money(TIP_MINOR)}, kept apart`,
        `change ${money(change_minor)}`,
      );
      return { paymentId: taken.payment_id, changeMinor: change_minor };
    },
  });
}
