// Checkout Sessions, paid the way a person pays them: a plain form posted to the page at the session's address.
import type Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { manualClock } from "./clock.ts";
import { refusal, startBench } from "./testing.ts";
import { useBench } from "./use-bench.ts";

const bench = await useBench();
const { stripe } = bench;

const cart: Stripe.Checkout.SessionCreateParams = {
  mode: "payment",
  line_items: [
    {
      quantity: 2,
      price_data: { currency: "eur", unit_amount: 650, product_data: { name: "Soup <b>of the day</b>" } },
    },
    { quantity: 1, price_data: { currency: "eur", unit_amount: 300, product_data: { name: "Bread" } } },
  ],
  success_url: "http://127.0.0.1:9/thanks?session={CHECKOUT_SESSION_ID}",
  cancel_url: "http://127.0.0.1:9/table/4",
  client_reference_id: "order-1",
  metadata: { order_id: "o1" },
  payment_intent_data: { metadata: { order_id: "o1" } },
};

const post = (url: string | null, form: Record<string, string>) =>
  fetch(String(url), { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
const card = (number: string) => ({ action: "pay", email: "guest@example.com", card_number: number });

describe("paying", () => {
  it("shows the cart safely, takes the card, completes the session and sends the person back", async () => {
    const session = await stripe.checkout.sessions.create(cart);
    expect(session).toMatchObject({
      status: "open",
      payment_status: "unpaid",
      amount_total: 1_600,
      payment_intent: null,
    });
    const page = await fetch(String(session.url));
    const text = await page.text();
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(text).toContain("€16.00");
    expect(text).toContain("Soup &lt;b&gt;of the day&lt;/b&gt;");
    expect(text).not.toContain("<script");

    const done = await post(session.url, card("4242 4242 4242 4242"));
    expect(done.status).toBe(303);
    expect(done.headers.get("location")).toBe(`http://127.0.0.1:9/thanks?session=${session.id}`);
    const after = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ["payment_intent.latest_charge", "line_items"],
    });
    expect(after).toMatchObject({
      status: "complete",
      payment_status: "paid",
      url: null,
      client_reference_id: "order-1",
      customer_details: { email: "guest@example.com" },
      payment_intent: {
        status: "succeeded",
        metadata: { order_id: "o1" },
        latest_charge: { amount: 1_600, paid: true },
      },
    });
    expect(after.line_items?.data.map((line) => line.amount_total)).toEqual([1_300, 300]);
    await bench.drain();
    expect(bench.receiver.types()).toEqual([
      "payment_intent.created",
      "charge.succeeded",
      "payment_intent.succeeded",
      "checkout.session.completed",
    ]);
    expect(bench.receiver.events[3]?.data.object).toMatchObject({ id: session.id, metadata: { order_id: "o1" } });
  });

  it("can be declined, tells why, and the next card pays the same intent", async () => {
    const { id, url } = await stripe.checkout.sessions.create(cart);
    const declined = await post(url, { action: "decline", email: "guest@example.com" });
    expect(declined.status).toBe(402);
    expect(await declined.text()).toContain("Your card was declined.");
    expect(await (await post(url, card("4000000000009995"))).text()).toContain("insufficient funds");
    expect(await (await post(url, card("1234"))).text()).toContain("card number is invalid");
    expect((await fetch(String(url), { method: "POST", body: "not a form" })).status).toBe(402);
    expect((await post(url, card("4242424242424242"))).status).toBe(303);
    const session = await stripe.checkout.sessions.retrieve(id);
    expect(session.payment_status).toBe("paid");
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
    expect((await stripe.charges.list()).data.map((charge) => charge.status)).toEqual([
      "succeeded",
      "failed",
      "failed",
    ]);
  });

  it("is paid once when twenty forms are posted at once", async () => {
    const { url } = await stripe.checkout.sessions.create(cart);
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(url, card("4242424242424242"))));
    expect(answers.filter((answer) => answer.status === 303)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 410)).toHaveLength(19);
    expect((await stripe.charges.list()).data).toHaveLength(1);
  });

  it.each([
    ["complete", "complete", "paid"],
    ["fail", "open", "unpaid"],
  ])("goes through the bank's page: %s leaves it %s", async (action, status, paymentStatus) => {
    const { id, url } = await stripe.checkout.sessions.create(cart);
    const challenge = (await post(url, card("4000002500003155"))).headers.get("location");
    expect(challenge).toMatch(/\/c\/authenticate\/pi_\w+$/);
    expect(await (await fetch(String(challenge))).text()).toContain("Your bank asks you");
    const back = (await post(challenge, { action })).headers.get("location");
    expect(back).toBe(action === "complete" ? `http://127.0.0.1:9/thanks?session=${id}` : url);
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({ status, payment_status: paymentStatus });
  });
});

describe("ending without payment", () => {
  it("offers the way back, expires on request, and cannot be paid or expired afterwards", async () => {
    const { id, url } = await stripe.checkout.sessions.create(cart);
    expect(await (await fetch(String(url))).text()).toContain('href="http://127.0.0.1:9/table/4"');
    await post(url, { action: "decline" });
    expect((await stripe.checkout.sessions.expire(id)).status).toBe("expired");
    expect((await post(url, card("4242424242424242"))).status).toBe(410);
    expect((await refusal(stripe.checkout.sessions.expire(id))).message).toContain("status of `expired`");
    expect((await stripe.paymentIntents.list()).data[0]?.status).toBe("canceled");
    await bench.drain();
    expect(bench.receiver.types()).toContain("checkout.session.expired");
    expect((await stripe.checkout.sessions.list({ status: "expired" })).data.map((session) => session.id)).toEqual([
      id,
    ]);
    expect((await stripe.checkout.sessions.list({ status: "open" })).data).toEqual([]);
  });

  it("expires by itself at its time", async () => {
    const clock = manualClock(Date.UTC(2031, 1, 2));
    const later = await startBench({ clock });
    const expires_at = clock.now() / 1000 + 1_800;
    const { id } = await later.stripe.checkout.sessions.create({ ...cart, expires_at });
    clock.advance(1_799_999);
    expect((await later.stripe.checkout.sessions.retrieve(id)).status).toBe("open");
    clock.advance(1);
    expect((await later.stripe.checkout.sessions.retrieve(id)).status).toBe("expired");
    await later.drain();
    expect(later.receiver.types()).toEqual(["checkout.session.expired"]);
    await later.close();
  });
});

describe("mistakes", () => {
  it.each<[string, object, string]>([
    ["a success_url that runs code", { success_url: "javascript:alert(1)" }, "success_url"],
    ["mixed currencies", { line_items: [...(cart.line_items ?? []), usd()] }, "line_items"],
    ["no lines", { line_items: [] }, "line_items"],
    ["an expiry in five minutes", { expires_at: Math.floor(Date.now() / 1000) + 300 }, "expires_at"],
    ["another mode", { mode: "setup" }, "mode"],
    ["a subscription to what is priced inline", { mode: "subscription" }, "line_items[0][price]"],
  ])("refuses %s", async (_, change, param) => {
    const params = { ...cart, ...change } as Stripe.Checkout.SessionCreateParams;
    expect(await refusal(stripe.checkout.sessions.create(params))).toMatchObject({ statusCode: 400, param });
  });

  it("answers 404 for a page nobody made", async () => {
    expect((await fetch(`${bench.url}/c/pay/cs_test_none`)).status).toBe(404);
  });
});

function usd() {
  return { quantity: 1, price_data: { currency: "usd", unit_amount: 500, product_data: { name: "Tea" } } };
}
