/** A guest without an account orders from the table. An order to be paid now waits: nobody cooks before the money is in. */
import { randomUUID } from "node:crypto";
import { menuAnswer, type Order, orderAnswer, quoteAnswer, sessionAnswer } from "../answers.ts";
import { lineOf } from "../house-menu.ts";
import { expectEqual } from "../mismatch.ts";
import { money, orderNumber } from "../money.ts";
import { accept, createPerson, type Person } from "../person.ts";
import { expectRefusal } from "../refusal.ts";
import type { Stage } from "../stage.ts";
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

export interface PlacedOrder {
  order: Order;
  guest: Person;
  sessionId: string;
  sessionToken: string;
}

export async function placeOrder(stage: Stage, house: House, team: Team): Promise<PlacedOrder> {
  const { timeline, access } = stage;
  const guest = createPerson("guest", access);
  const session = await timeline.step({
    actor: "guest",
    title: "scans the code on table 1",
    async work(say) {
      const started = await guest.call("start_table_session", { p_qr_token: house.qrTokens.table1 }, sessionAnswer);
      expectEqual("the table", started.table?.label, "1");
      say("no account", "a secret for this device only");
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
      say("nothing to cook before it is paid");
    },
  });
  return { order, guest, sessionId: session.session_id, sessionToken: session.session_token };
}

async function choose(
  { timeline, logOf }: Stage,
  guest: Person,
  house: House,
  p_session_token: string,
): Promise<Order> {
  const { menu, wish } = await timeline.step({
    actor: "guest",
    title: "reads the menu, asks for the price",
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
