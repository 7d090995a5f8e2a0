/** Money online, end to end through the provider: charge, decline, webhook, kitchen, refund, and money that comes late. */
import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { guest, machine } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { violations } from "../support/books.ts";
import { type Charge, payments } from "../support/functions.ts";
import { MEAL_MINOR, meal, type Order, place, readOrder, type Session, scan } from "../support/guests.ts";
import { provider } from "../support/provider.ts";
import { refusals } from "../support/refusal.ts";
import { until } from "../support/until.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
const refused = await refusals(sql);
afterAll(() => world.close());
const venue = await buildVenue(world);
const stripe = provider(stack);

interface Payment {
  readonly id: string;
  readonly status: string;
  readonly amount_minor: number;
  readonly failure_code: string | null;
}
interface Refund {
  readonly status: string;
  readonly amount_minor: number;
  readonly reason: string;
  readonly provider_reference: string | null;
}

async function ordered(): Promise<{ session: Session; order: Order }> {
  const session = await scan(api, venue.counterQr);
  return { session, order: must(await place(api, session, meal(venue.menu, "pay_now", "counter"))) };
}
async function charged(): Promise<{ session: Session; order: Order; charge: Charge; intentId: string }> {
  const { session, order } = await ordered();
  const charge = must(await payments(stack, session, order.id));
  return { session, order, charge, intentId: charge.client_secret?.split("_secret_")[0] ?? "" };
}
const becomes = (session: Session, order: Order, status: string) =>
  until(`order ${order.id} is ${status}`, async () => {
    const now = await readOrder(api, session, order.id);
    return now.status === status && now;
  });
const paymentsOf = async (order: Order) =>
  must(await api.select<Payment>(venue.owner, `payments?order_id=eq.${order.id}&order=created_at`));
const refundsOf = async (paymentId: string) =>
  must(await api.select<Refund>(venue.owner, `refunds?payment_id=eq.${paymentId}`));

async function paid() {
  const { session, order, charge, intentId } = await charged();
  await stripe.confirm(charge.client_secret ?? "");
  await becomes(session, order, "placed");
  return { session, order, charge, intentId };
}

test("a card is charged, the webhook settles, the kitchen gets its tickets; twice is once", async () => {
  const { session, order, charge, intentId } = await charged();
  expect(charge).toMatchObject({ status: "pending", amount_minor: MEAL_MINOR, currency: "GBP" });
  const again = must(await payments(stack, session, order.id));
  expect(again, "asked twice, charged once").toEqual(charge);
  const intents = await stripe.stripe.paymentIntents.retrieve(intentId);
  expect(intents).toMatchObject({ amount: MEAL_MINOR, currency: "gbp", status: "requires_payment_method" });

  expect(await stripe.confirm(charge.client_secret ?? "")).toMatchObject({ declined: null });
  expect(await becomes(session, order, "placed")).toMatchObject({ payment_status: "paid", due_minor: 0 });
  const tickets = `kitchen_tickets?order_id=eq.${order.id}`;
  expect(must(await api.select(venue.members.kitchen, tickets))).toHaveLength(2);

  await stripe.deliverAgain("payment_intent.succeeded", intentId, 2);
  await stripe.drain();
  expect(await readOrder(api, session, order.id)).toMatchObject({ status: "placed", paid_minor: MEAL_MINOR });
  expect(must(await api.select(venue.members.kitchen, tickets))).toHaveLength(2);
  expect(await paymentsOf(order)).toMatchObject([{ status: "succeeded", amount_minor: MEAL_MINOR }]);
  refused.expect(await payments(stack, session, order.id), "order_already_paid");
});

test("a declined card leaves the order waiting and says why; the next card pays it", async () => {
  const { session, order, charge } = await charged();
  const secret = charge.client_secret ?? "";
  expect(await stripe.confirm(secret, "pm_card_chargeDeclinedInsufficientFunds")).toMatchObject({
    declined: "insufficient_funds",
  });
  await until("the decline is noted", async () => (await paymentsOf(order))[0]?.failure_code === "insufficient_funds");
  expect(await readOrder(api, session, order.id)).toMatchObject({ status: "pending_payment", paid_minor: 0 });
  await stripe.confirm(secret);
  await becomes(session, order, "placed");
  expect(await paymentsOf(order)).toMatchObject([{ status: "succeeded", failure_code: null }]);
});

test("two devices that pay at once are given one charge", async () => {
  const { session, order } = await ordered();
  const charges = await Promise.all(Array.from({ length: 4 }, () => payments(stack, session, order.id)));
  expect(new Set(charges.map((charge) => must(charge).client_secret)).size).toBe(1);
});

test("nobody pays for what is not theirs to pay", async () => {
  const { order } = await ordered();
  const elsewhere = await scan(api, venue.counterQr);
  refused.expect(await payments(stack, elsewhere, order.id), "order_not_found");
  refused.expect(await payments(stack, elsewhere, randomUUID()), "order_not_found");
  refused.expect(await payments(stack, { ...elsewhere, session_token: "guessed" }, order.id), "guest_session_invalid");
});

test("a part is refunded through the provider, once, and never more than was paid", async () => {
  const { session, order } = await paid();
  const [payment] = await paymentsOf(order);
  const refund = (amount: number, key: string = randomUUID()) =>
    api.rpc<{ refund_id: string; status: string }>(venue.members.cashier, "refund_payment", {
      p_payment_id: payment?.id,
      p_amount_minor: amount,
      p_reason: "cold soup",
      p_idempotency_key: key,
    });
  const key = randomUUID();
  const asked = must(await refund(640, key));
  expect(asked.status).toBe("pending");
  expect(must(await refund(640, key))).toEqual(asked);
  refused.expect(await refund(641, key), "idempotency_key_reused");
  refused.expect(await refund(MEAL_MINOR - 639), "refund_exceeds_payment");
  refused.expect(await refund(0), "amount_invalid");
  refused.expect(await refund(-1), "amount_invalid");
  const [settled] = await until("the refund is confirmed", async () => {
    const refunds = await refundsOf(payment?.id ?? "");
    return refunds[0]?.status === "succeeded" && refunds;
  });
  expect(settled).toMatchObject({ amount_minor: 640, reason: "cold soup" });
  const made = await stripe.stripe.refunds.retrieve(settled?.provider_reference ?? "");
  expect(made).toMatchObject({ amount: 640, status: "succeeded" });
  await stripe.drain();
  expect(await readOrder(api, session, order.id)).toMatchObject({
    payment_status: "partially_refunded",
    refunded_minor: 640,
  });
  expect(await refundsOf(payment?.id ?? "")).toHaveLength(1);
});

test("a refund made in the provider's dashboard comes into the books", async () => {
  const { session, order, intentId } = await paid();
  await stripe.stripe.refunds.create({ payment_intent: intentId, amount: 100 });
  await until("the refund is known", async () => (await readOrder(api, session, order.id)).refunded_minor === 100);
  const [payment] = await paymentsOf(order);
  expect(await refundsOf(payment?.id ?? "")).toMatchObject([
    { status: "succeeded", reason: "refunded at the provider" },
  ]);
});

test("money for an expired order goes back by itself", async () => {
  const { session, order, charge } = await charged();
  await sql`update public.orders set created_at = now() - interval '31 minutes' where id = ${order.id}`;
  // The charge is confirmed before anybody tells the provider that it is no longer wanted.
  await sql.begin(async (tx) => {
    await tx`select private.expire_orders()`;
    await stripe.confirm(charge.client_secret ?? "");
  });
  await becomes(session, order, "expired");
  const [payment] = await until("the payment settled", async () => {
    const made = await paymentsOf(order);
    return made[0]?.status === "succeeded" && made;
  });
  const [refund] = await until("the refund is confirmed", async () => {
    const refunds = await refundsOf(payment?.id ?? "");
    return refunds[0]?.status === "succeeded" && refunds;
  });
  expect(refund).toMatchObject({ amount_minor: MEAL_MINOR, reason: "paid after the order was expired" });
  expect(await readOrder(api, session, order.id)).toMatchObject({ status: "expired", payment_status: "refunded" });
  refused.expect(await payments(stack, session, order.id), "order_closed");
});

test("cancelling an order cancels its charge at the provider", async () => {
  const { order, intentId } = await charged();
  must(await api.rpc(venue.owner, "cancel_order", { p_order_id: order.id, p_reason: "gone" }));
  await until("the charge is cancelled", async () => {
    const intent = await stripe.stripe.paymentIntents.retrieve(intentId);
    return intent.status === "canceled";
  });
  expect(await paymentsOf(order)).toMatchObject([{ status: "canceled" }]);
});

test("what only the machinery may do is refused to guests and staff", async () => {
  const { charge } = await charged();
  const args = { p_payment_id: charge.payment_id };
  for (const who of [guest, venue.owner]) {
    const answer = await api.rpc(who, "cancel_payment", args);
    expect(answer).toMatchObject({ ok: false, problem: { code: "42501" } });
  }
  expect(must(await api.rpc(machine, "cancel_payment", args))).toMatchObject({ status: "canceled" });
});

test("the books of all this are in order", async () => {
  await stripe.drain();
  expect(await violations(sql, venue.organisationId)).toEqual([]);
});
