/** A guest without an account orders from the table and pays by card. Until the provider's word is in, nobody cooks. */
import { randomUUID } from "node:crypto";
import { chargeAnswer, menuAnswer, type Order, orderAnswer, quoteAnswer, sessionAnswer } from "../answers.ts";
import { lineOf } from "../house-menu.ts";
import { expectEqual } from "../mismatch.ts";
import { money, orderNumber } from "../money.ts";
import { accept, createPerson, type Person } from "../person.ts";
import { expectRefusal } from "../refusal.ts";
import type { Stage } from "../stage.ts";
import { waitUntil } from "../wait-until.ts";
import type { Team } from "./gather-team.ts";
import type { House } from "./open-house.ts";

/** Worked out by hand: 2 × (14.50 + 1.80) + 2 × (3.50 + 1.20), 12.5 % service, £2 tip; VAT is contained, per line. */
const EXPECTED = {
  subtotal_minor: 4200,
  tax_minor: 700,
  service_charge_minor: 525,
  tip_minor: 200,
  total_minor: 4925,
};
const SETTLE_WITHIN_MS = 20_000;

export interface PaidOrder {
  order: Order;
  paymentId: string;
  sessionId: string;
  /** Of the webhook that settled it; null with Stripe, whose deliveries cannot be asked for. */
  settledBy: string | null;
}

export async function orderAndPay(stage: Stage, house: House, team: Team): Promise<PaidOrder> {
  const { timeline, access } = stage;
  timeline.act("Table 1 orders, and pays by card");
  const guest = createPerson("guest", access);
  const session = await timeline.step({
    actor: "guest",
    title: "scans the code on table 1",
    async work(say) {
      const started = await guest.call(
        "start_table_session",
        { p_qr_token: house.tables[0]?.qrToken ?? "" },
        sessionAnswer,
      );
      expectEqual("the table", started.table?.label, "1");
      say("no account", `a secret for this device only`);
      return started;
    },
  });
  const order = await choose(stage, guest, house, session.session_token);
  await timeline.step({
    actor: "kitchen",
    title: "looks at its screen",
    async work(say) {
      const tickets = await team.kitchen.client.from("kitchen_tickets").select("id").eq("order_id", order.id);
      expectEqual("tickets of an unpaid pay_now order", accept("tickets", tickets), []);
      say("nothing to cook until it is paid");
    },
  });
  const paid = await pay(stage, guest, house, session.session_token, order);
  return { ...paid, sessionId: session.session_id };
}

async function choose(
  { timeline, logOf }: Stage,
  guest: Person,
  house: House,
  p_session_token: string,
): Promise<Order> {
  const { menu, wish } = await timeline.step({
    actor: "guest",
    title: "reads the menu and asks for the price",
    look: logOf("rest"),
    async work(say) {
      const menu = await guest.call("get_menu", { p_venue_slug: house.venueSlug }, menuAnswer);
      const lines = [lineOf(menu, "Charcoal burger", 2, ["Medium", "Bacon"]), lineOf(menu, "Lemonade", 2, ["Large"])];
      const wish = { fulfilment: "table", payment_mode: "pay_now", tip_minor: EXPECTED.tip_minor, lines };
      const quote = await guest.call("quote_order", { p_session_token, p_order: wish }, quoteAnswer);
      expectEqual("the quote, worked out by hand", quote, EXPECTED);
      const { total_minor, service_charge_minor, tip_minor, tax_minor } = quote;
      say(
        money(total_minor),
        `service ${money(service_charge_minor)}, tip ${money(tip_minor)}, VAT in it ${money(tax_minor)}`,
      );
      return { menu, wish };
    },
  });
  const p_idempotency_key = randomUUID();
  const place = (p_order: typeof wish) =>
    guest.call("place_order", { p_session_token, p_idempotency_key, p_order }, orderAnswer);
  const order = await timeline.step({
    actor: "guest",
    title: "places the order",
    look: logOf("rest"),
    async work(say) {
      const placed = await place(wish);
      const expected = {
        number: 1,
        status: "pending_payment",
        payment_status: "unpaid",
        total_minor: EXPECTED.total_minor,
      };
      expectEqual("the placed order", placed, expected);
      say(orderNumber(placed.number), money(placed.total_minor), "waits for payment");
      return placed;
    },
  });
  await timeline.step({
    actor: "guest",
    title: "taps again: same key, same order",
    async work(say) {
      expectEqual("the repeated answer", await place(wish), order);
      const orders = await house.owner.client.from("orders").select("id").eq("venue_id", house.venueId);
      expectEqual("orders of the venue", accept("orders", orders), [{ id: order.id }]);
      say(`still one order, ${orderNumber(order.number)}`);
    },
  });
  await timeline.step({
    actor: "guest",
    title: "sends another order with that key",
    async work(say) {
      const other = place({ ...wish, lines: [lineOf(menu, "Stout", 1)] });
      await expectRefusal("idempotency_key_reused", "a key for two different orders", other);
      say("refused: idempotency_key_reused");
    },
  });
  return order;
}

async function pay(stage: Stage, guest: Person, house: House, session_token: string, placed: Order) {
  const { timeline, network, logOf } = stage;
  const { courier } = network;
  const body = { session_token, order_id: placed.id, method: "payment_intent" };
  const charge = await timeline.step({
    actor: "guest",
    title: "chooses to pay by card",
    look: logOf("functions"),
    async work(say) {
      const created = await guest.invoke("payments", body, chargeAnswer);
      expectEqual("the charge", created, {
        amount_minor: placed.total_minor,
        currency: placed.currency,
        status: "pending",
      });
      const again = await guest.invoke("payments", body, chargeAnswer);
      expectEqual("the charge, asked for twice", again, created);
      say(`function payments: ${money(created.amount_minor)}`, "asked twice, one charge");
      return created;
    },
  });
  const intent = await timeline.step({
    actor: "guest",
    title: "confirms the card at the provider",
    look: logOf("provider"),
    async work(say) {
      const id = await network.confirm(charge.client_secret);
      say("approved");
      return id;
    },
  });
  const order = await timeline.step({
    actor: "provider",
    title: "tells Servio by signed webhook",
    look: courier ? logOf("functions") : "stripe listen --forward-to <url>/functions/v1/stripe-webhook must be running",
    async work(say) {
      const ask = () =>
        guest.call("get_guest_order", { p_session_token: session_token, p_order_id: placed.id }, orderAnswer);
      const until = ({ payment_status }: Order) => payment_status !== "unpaid";
      const settled = await waitUntil({ what: "settlement", within: SETTLE_WITHIN_MS, ask, until, expected: "paid" });
      const { total_minor } = placed;
      expectEqual("the order", settled, {
        status: "placed",
        payment_status: "paid",
        paid_minor: total_minor,
        due_minor: 0,
      });
      say(`${orderNumber(settled.number)} is paid and goes to the kitchen`);
      return settled;
    },
  });
  if (!courier) {
    timeline.remark("deliveries are not repeated: with Stripe nobody but Stripe can");
    return { order, paymentId: charge.payment_id, settledBy: null };
  }
  const settledBy = await timeline.step({
    actor: "provider",
    title: "delivers the same event twice more",
    look: logOf("functions"),
    async work(say) {
      const { eventId, status } = await courier.delivered("payment_intent.succeeded", intent);
      expectEqual("the first delivery", status, 200);
      expectEqual("the repeated deliveries", await courier.deliverAgain(eventId, 2), [200, 200]);
      await expectOneSettlement(house, order);
      say("acknowledged", "one settlement");
      return eventId;
    },
  });
  return { order, paymentId: charge.payment_id, settledBy };
}

/** However often the provider has spoken: one payment, its amount once, the order placed once. */
export async function expectOneSettlement({ owner }: House, order: Order): Promise<void> {
  const { client } = owner;
  const payments = await client.from("payments").select("status, amount_minor").eq("order_id", order.id);
  const expected = [{ status: "succeeded", amount_minor: order.total_minor }];
  expectEqual("payments of the order", accept("payments", payments), expected);
  const sums = await client.from("orders").select("paid_minor").eq("id", order.id).single();
  expectEqual("what the order was paid", accept("order", sums), { paid_minor: order.total_minor });
  const events = await client
    .from("order_events")
    .select("to_status")
    .eq("order_id", order.id)
    .eq("to_status", "placed");
  expectEqual("how often it was placed", accept("events", events).length, 1);
}
