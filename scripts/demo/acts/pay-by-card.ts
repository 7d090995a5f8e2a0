/** A card payment: the function creates the charge, the guest's browser confirms it, the provider's webhook settles it. */
import { chargeAnswer, type Order, orderAnswer } from "../answers.ts";
import { expectEqual } from "../mismatch.ts";
import { money, orderNumber } from "../money.ts";
import { accept, type Person } from "../person.ts";
import type { Stage } from "../stage.ts";
import { waitUntil } from "../wait-until.ts";
import type { House } from "./open-house.ts";

const SETTLE_WITHIN_MS = 20_000;

export interface PaidOrder {
  order: Order;
  paymentId: string;
  /** The event that settled it; null with Stripe, whose deliveries cannot be asked for. */
  settledBy: string | null;
}

export async function payByCard(
  stage: Stage,
  house: House,
  guest: Person,
  session_token: string,
  placed: Order,
): Promise<PaidOrder> {
  const { timeline, network, logOf, patience = 1 } = stage;
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
      say(money(created.amount_minor), "asked twice, one charge");
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
      const within = SETTLE_WITHIN_MS * patience;
      const settled = await waitUntil({ what: "settlement", within, ask, until, expected: "paid" });
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
