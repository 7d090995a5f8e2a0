// Subscriptions as Servio has them, through the official stripe library with only its host changed.
import type Stripe from "stripe";
import { beforeEach, describe, expect, it } from "vitest";
import { readSold } from "../stripe-setup/plans.ts";
import { setUp } from "../stripe-setup/set-up.ts";
import { periodFrom, proportion } from "./subscription.ts";
import { refusal } from "./testing.ts";
import { useBench } from "./use-bench.ts";

const bench = await useBench();
const { stripe } = bench;
beforeEach(async () => {
  await setUp({ stripe, sold: readSold(), dryRun: false });
});

const priceOf = async (key: string): Promise<string> => {
  const { data } = await stripe.prices.list({ lookup_keys: [`servio_${key}_gbp_month`] });
  return data[0]?.id ?? "";
};

async function open(more: Partial<Stripe.Checkout.SessionCreateParams> = {}, key = "pro") {
  return await stripe.checkout.sessions.create({
    mode: "subscription",
    line_items: [{ price: await priceOf(key), quantity: 1 }],
    success_url: "https://example.com/ok",
    payment_method_collection: "if_required",
    ...more,
  });
}
async function pay(session: Stripe.Checkout.Session, card_number = "4242424242424242"): Promise<number> {
  const body = new URLSearchParams({ action: "pay", email: "owner@example.test", card_number });
  return (await fetch(session.url ?? "", { method: "POST", body, redirect: "manual" })).status;
}
async function subscribed(more: Partial<Stripe.Checkout.SessionCreateParams> = {}, card?: string) {
  const session = await open(more);
  expect(await pay(session, card)).toBe(303);
  const { subscription } = await stripe.checkout.sessions.retrieve(session.id);
  return await stripe.subscriptions.retrieve(String(subscription), { expand: ["latest_invoice"] });
}
const advance = (id: string, to: string) =>
  bench.control<Stripe.Subscription>("POST", `/subscriptions/${id}/advance`, { to });
const trial = () => ({
  subscription_data: {
    trial_end: Math.floor(Date.now() / 1000) + 5 * 86_400,
    trial_settings: { end_behavior: { missing_payment_method: "cancel" as const } },
  },
});

describe("a subscription", () => {
  it("begins at a checkout, with its first invoice paid and its events in order", async () => {
    const subscription = await subscribed({ subscription_data: { metadata: { organisation_id: "o1" } } });
    expect(subscription).toMatchObject({
      object: "subscription",
      status: "active",
      currency: "gbp",
      metadata: { organisation_id: "o1" },
      latest_invoice: { object: "invoice", status: "paid", amount_paid: 24_900, billing_reason: "subscription_create" },
      items: { data: [{ price: { lookup_key: "servio_pro_gbp_month", metadata: { servio_tier: "pro" } } }] },
    });
    await bench.drain();
    const types = bench.receiver.types().filter((type) => !/^(product|price|billing_portal)\./.test(type));
    expect(types).toEqual([
      "customer.created",
      "customer.subscription.created",
      "payment_intent.created",
      "charge.succeeded",
      "payment_intent.succeeded",
      "invoice.payment_succeeded",
      "invoice.paid",
      "checkout.session.completed",
    ]);
    const paid = bench.receiver.events.find(({ type }) => type === "invoice.paid")?.data.object as Stripe.Invoice;
    expect(paid.parent?.subscription_details?.subscription).toBe(subscription.id);
  });

  it("is not made by a card that is declined: nothing is left of the attempt, and another card may pay", async () => {
    const session = await open();
    expect(await pay(session, "4000000000000002")).toBe(402);
    expect((await stripe.subscriptions.list({ status: "all" })).data).toEqual([]);
    expect((await stripe.customers.list()).data).toEqual([]);
    expect(await pay(session)).toBe(303);
    expect(await pay(session)).toBe(410);
  });

  it("begins with a trial, with or without a card; a trial of less than two days is refused", async () => {
    const short = refusal(open({ subscription_data: { trial_end: Math.floor(Date.now() / 1000) + 86_400 } }));
    expect((await short).param).toBe("subscription_data[trial_end]");
    expect(await pay(await open({ ...trial(), payment_method_collection: "always" }), "")).toBe(402);
    expect(await pay(await open(), "")).toBe(402);
    const subscription = await subscribed(trial(), "");
    expect(subscription).toMatchObject({ status: "trialing", default_payment_method: null });
    await advance(subscription.id, "trial_will_end");
    expect((await advance(subscription.id, "period_end")).status).toBe("canceled");
    await bench.drain();
    expect(bench.receiver.types().slice(-2)).toEqual([
      "customer.subscription.trial_will_end",
      "customer.subscription.deleted",
    ]);
    const withCard = await subscribed(trial());
    const renewed = await advance(withCard.id, "period_end");
    expect(renewed).toMatchObject({ status: "active" });
    expect(renewed.items.data[0]?.current_period_start).toBe(withCard.trial_end);
  });

  it("is renewed, past due, unpaid, and active again once its invoice is paid", async () => {
    const { id, customer } = await subscribed();
    expect((await advance(id, "period_end")).status).toBe("active");
    const portal = await stripe.billingPortal.sessions.create({
      customer: String(customer),
      return_url: "https://example.com",
    });
    const use = (card_number: string) =>
      fetch(portal.url, { method: "POST", body: new URLSearchParams({ action: "card", card_number }) });
    expect((await use("4000000000000002")).status).toBe(200);
    expect((await advance(id, "period_end")).status).toBe("past_due");
    expect((await advance(id, "retry")).status).toBe("past_due");
    expect((await advance(id, "unpaid")).status).toBe("unpaid");
    const [invoice] = (await stripe.invoices.list({ subscription: id, status: "open" })).data;
    expect(invoice).toMatchObject({ attempt_count: 2, amount_remaining: 24_900 });
    expect((await refusal(stripe.invoices.pay(invoice?.id ?? ""))).code).toBe("card_declined");
    expect((await use("4242424242424242")).status).toBe(200);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe("active");
    expect((await refusal(stripe.invoices.pay(invoice?.id ?? ""))).code).toBe("invoice_already_paid");
  });

  it("changes its price in proportion, at once or with the next invoice, or without a proration", async () => {
    const { id, items } = await subscribed();
    const item = items.data[0]?.id ?? "";
    const half = await stripe.subscriptions.update(id, {
      items: [{ id: item, price: await priceOf("enterprise") }],
      proration_behavior: "always_invoice",
      payment_behavior: "error_if_incomplete",
      expand: ["latest_invoice"],
    });
    expect(half.latest_invoice).toMatchObject({ status: "paid", total: 25_000, billing_reason: "subscription_update" });
    await stripe.subscriptions.update(id, { items: [{ id: item, price: await priceOf("starter") }] });
    await stripe.subscriptions.update(id, {
      items: [{ price: await priceOf("kitchen_display") }],
      proration_behavior: "none",
    });
    await advance(id, "period_end");
    const [next] = (await stripe.invoices.list({ subscription: id, limit: 1 })).data;
    expect(next?.lines.data.map(({ amount }) => amount)).toEqual([-49_900, 9_900, 9_900, 1_900]);
    expect(next).toMatchObject({ total: -28_200, amount_due: 0, status: "paid" });
  });

  it("ends when its period does, and cannot be changed any more", async () => {
    const { id } = await subscribed();
    const canceling = await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    expect(canceling.cancel_at).toBe(canceling.items.data[0]?.current_period_end);
    expect((await advance(id, "period_end")).status).toBe("canceled");
    expect((await refusal(stripe.subscriptions.update(id, { cancel_at_period_end: false }))).statusCode).toBe(400);
    const other = await subscribed();
    expect((await stripe.subscriptions.cancel(other.id)).status).toBe("canceled");
    expect((await stripe.subscriptions.list()).data).toEqual([]);
  });
});

it("refuses what Stripe refuses", async () => {
  const { id, items } = await subscribed();
  const price = await priceOf("pro");
  const same = await refusal(stripe.subscriptions.update(id, { items: [{ price }] }));
  expect(same.message).toMatch(/same plan/);
  const none = await refusal(
    stripe.subscriptions.update(id, { items: [{ id: items.data[0]?.id ?? "", deleted: true }] }),
  );
  expect(none.message).toMatch(/at least one/);
  expect((await refusal(stripe.subscriptions.update(id, { items: [{ id: "si_x" }] }))).code).toBe("resource_missing");
  expect((await refusal(open({}, "gold"))).code).toBe("resource_missing");
  const taken = stripe.prices.create({
    currency: "gbp",
    product: "servio_pro",
    unit_amount: 1,
    lookup_key: "servio_pro_gbp_month",
  });
  expect((await refusal(taken)).param).toBe("lookup_key");
});

it("counts months by the calendar, and parts of them by the second", () => {
  const monthly = {
    interval: "month",
    interval_count: 1,
    meter: null,
    trial_period_days: null,
    usage_type: "licensed",
  } as const;
  const at = (text: string) => Date.parse(text) / 1000;
  expect(periodFrom(at("2026-01-31T10:00:00Z"), monthly).end).toBe(at("2026-02-28T10:00:00Z"));
  expect(periodFrom(at("2026-12-15T00:00:00Z"), monthly).end).toBe(at("2027-01-15T00:00:00Z"));
  expect(periodFrom(at("2024-02-29T00:00:00Z"), { ...monthly, interval: "year" }).end).toBe(at("2025-02-28T00:00:00Z"));
  expect(proportion(3_000, { start: 0, end: 30 }, 10)).toBe(2_000);
  expect(proportion(3_000, { start: 0, end: 30 }, 99)).toBe(0);
});
