/** When the provider is slow, forgetful or changes its mind: checkout pages, lost answers, refunds that take days. */
import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { must } from "../support/api.ts";
import { violations } from "../support/books.ts";
import { answerFrom, type Charge, callFunction, payments } from "../support/functions.ts";
import { MEAL_MINOR, meal, type Order, place, readOrder, type Session, scan } from "../support/guests.ts";
import { provider } from "../support/provider.ts";
import { until } from "../support/until.ts";
import { buildVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, sql, stack } = world;
afterAll(() => world.close());
const venue = await buildVenue(world);
const stripe = provider(stack);

interface Refund {
  readonly id: string;
  readonly status: string;
  readonly provider_reference: string | null;
}

async function ordered(): Promise<{ session: Session; order: Order }> {
  const session = await scan(api, venue.counterQr);
  return { session, order: must(await place(api, session, meal(venue.menu, "pay_now", "counter"))) };
}
const isPaid = (session: Session, order: Order) =>
  until("the order is paid", async () => (await readOrder(api, session, order.id)).status === "placed");

async function paidWith(card: string): Promise<{ session: Session; order: Order; charge: Charge }> {
  const { session, order } = await ordered();
  const charge = must(await payments(stack, session, order.id));
  await stripe.confirm(charge.client_secret ?? "", card);
  await isPaid(session, order);
  return { session, order, charge };
}
async function refunding(charge: Charge): Promise<string> {
  const args = { p_payment_id: charge.payment_id, p_amount_minor: 500, p_reason: "cold" };
  const key = { p_idempotency_key: randomUUID() };
  return must(await api.rpc<{ refund_id: string }>(venue.owner, "refund_payment", { ...args, ...key })).refund_id;
}
const refundWhen = (id: string, what: string, is: (refund: Refund) => boolean) =>
  until(`the refund ${what}`, async () => {
    const [refund] = must(await api.select<Refund>(venue.owner, `refunds?id=eq.${id}`));
    return refund && is(refund) && refund;
  });

const checkout = async (session: Session, order: Order, more: object = {}) =>
  answerFrom<Charge>(
    await callFunction(stack, "payments", {
      body: {
        session_token: session.session_token,
        order_id: order.id,
        method: "checkout",
        return_url: "https://guests.example/thanks",
        ...more,
      },
    }),
  );

test("a guest who is sent to the provider's page pays there, and the order follows", async () => {
  const { session, order } = await ordered();
  const { checkout_url } = must(await checkout(session, order));
  expect(must(await checkout(session, order)).checkout_url, "asked twice, one page").toBe(checkout_url);
  await stripe.payCheckout(checkout_url ?? "");
  await isPaid(session, order);
  expect(await readOrder(api, session, order.id)).toMatchObject({ payment_status: "paid", paid_minor: MEAL_MINOR });
});

test("a page is left only towards https, or to a developer's own machine", async () => {
  const { session, order } = await ordered();
  for (const return_url of [
    "http://guests.example/",
    "javascript:alert(1)",
    "https://a:b@guests.example/",
    "",
    undefined,
  ]) {
    const answer = await checkout(session, order, { return_url });
    expect(answer, String(return_url)).toMatchObject({ ok: false, status: 422, problem: { message: "invalid_input" } });
  }
});

test("an answer that is lost after the charge was made: asked again, one charge", async () => {
  const { session, order } = await ordered();
  await stripe.fault({
    target: "request",
    method: "POST",
    path: "/v1/payment_intents",
    action: "reset",
    when: "after",
  });
  const charge = must(await payments(stack, session, order.id));
  expect(must(await payments(stack, session, order.id)).client_secret).toBe(charge.client_secret);
  const made = await stripe.stripe.paymentIntents.list({ limit: 100 });
  expect(made.data.filter(({ metadata }) => metadata.order_id === order.id)).toHaveLength(1);
});

test("an answer that is lost after the refund was made: repeated, one refund", async () => {
  const { session, order, charge } = await paidWith("pm_card_visa");
  await stripe.fault({ target: "request", method: "POST", path: "/v1/refunds", action: "reset", when: "after" });
  const id = await refunding(charge);
  await refundWhen(id, "is confirmed", ({ status }) => status === "succeeded");
  const intent = (charge.client_secret ?? "").split("_secret_")[0] ?? "";
  expect((await stripe.stripe.refunds.list({ payment_intent: intent })).data).toHaveLength(1);
  expect((await readOrder(api, session, order.id)).refunded_minor).toBe(500);
});

test("a refund that the bank takes its time for is pending until the bank has spoken", async () => {
  const { session, order, charge } = await paidWith("pm_card_pendingRefund");
  const id = await refunding(charge);
  const pending = await refundWhen(id, "is at the provider", (refund) => refund.provider_reference !== null);
  expect(pending.status).toBe("pending");
  expect((await readOrder(api, session, order.id)).refunded_minor).toBe(0);
  await stripe.settle(pending.provider_reference ?? "", "succeeded");
  await refundWhen(id, "is confirmed", ({ status }) => status === "succeeded");
  expect((await readOrder(api, session, order.id)).refunded_minor).toBe(500);
});

test("a refund that the bank sends back in the end frees its claim: the money can be refunded again", async () => {
  const { charge } = await paidWith("pm_card_pendingRefund");
  const id = await refunding(charge);
  const pending = await refundWhen(id, "is at the provider", (refund) => refund.provider_reference !== null);
  await stripe.settle(pending.provider_reference ?? "", "failed");
  await refundWhen(id, "has failed", ({ status }) => status === "failed");
  const [payment] = must(await api.select(venue.owner, `payments?id=eq.${charge.payment_id}`));
  expect(payment).toMatchObject({ refund_claimed_minor: 0 });
});

test("a refund that comes back after it had succeeded is the provider's money again, and can be made again", async () => {
  const { session, order, charge } = await paidWith("pm_card_refundFail");
  const id = await refunding(charge);
  const { provider_reference } = await refundWhen(id, "is confirmed", ({ status }) => status === "succeeded");
  expect((await readOrder(api, session, order.id)).refunded_minor).toBe(500);
  await stripe.settle(provider_reference ?? "", "failed");
  await refundWhen(id, "has failed", ({ status }) => status === "failed");
  expect((await readOrder(api, session, order.id)).refunded_minor).toBe(0);
  const [payment] = must(await api.select(venue.owner, `payments?id=eq.${charge.payment_id}`));
  expect(payment).toMatchObject({ refund_claimed_minor: 0 });
});

test("the books of all this are in order", async () => {
  await stripe.drain();
  expect(await violations(sql, venue.organisationId)).toEqual([]);
});
