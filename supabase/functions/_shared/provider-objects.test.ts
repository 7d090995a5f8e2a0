import assert from "node:assert/strict";
import type Stripe from "stripe";
import { fromIntent, fromSession, isCheckout, withOutcome } from "./provider-objects.ts";

const intent = (status: string) =>
  fromIntent({
    ...{ id: "pi_1", status, client_secret: "pi_1_secret", amount: 500, amount_received: 400, currency: "gbp" },
  } as Stripe.PaymentIntent);

Deno.test("an intent is open until money moves, and paid only when it has arrived", () => {
  const states = Object.entries({
    requires_payment_method: "open",
    requires_confirmation: "open",
    requires_action: "open",
    processing: "processing",
    requires_capture: "processing",
    succeeded: "processing",
    canceled: "dead",
  });
  for (const [status, state] of states) {
    const { paid, ...object } = intent(status);
    assert.deepEqual(object, {
      reference: "pi_1",
      method: "payment_intent",
      state,
      clientSecret: "pi_1_secret",
      url: null,
    });
    const received = { reference: "pi_1", amountMinor: 400, currency: "gbp" };
    assert.deepEqual(paid, status === "succeeded" ? received : null, status);
  }
});

const session = (more: object) =>
  fromSession({
    ...{ id: "cs_1", status: "complete", url: null, payment_status: "paid", payment_intent: "pi_1" },
    ...{ amount_total: 500, currency: "gbp", ...more },
  } as Stripe.Checkout.Session);

Deno.test("a page is paid by the intent that it has made, whether that is named or shown", () => {
  const paid = { reference: "pi_1", amountMinor: 500, currency: "gbp" };
  for (const payment_intent of ["pi_1", { id: "pi_1" }]) {
    assert.deepEqual(session({ payment_intent }), {
      ...{ reference: "cs_1", method: "checkout", state: "processing", paid, clientSecret: null, url: null },
    });
  }
});

Deno.test("a page that is open or over has not been paid, nor one of which an essential is missing", () => {
  const url = "https://checkout.example/cs_1";
  const open = session({ status: "open", payment_status: "unpaid", payment_intent: null, url });
  assert.deepEqual([open.state, open.paid, open.url], ["open", null, url]);
  assert.equal(session({ status: "expired", payment_status: "unpaid" }).state, "dead");
  const missing = [{ payment_status: "unpaid" }, { payment_intent: null }, { amount_total: null }, { currency: null }];
  for (const more of missing) {
    const { state, paid } = session(more);
    assert.deepEqual([state, paid], ["processing", null], JSON.stringify(more));
  }
});

Deno.test("a reference says which of the two it is; whoever comes back says of which payment, and how it went", () => {
  assert.deepEqual([isCheckout("cs_test_1"), isCheckout("pi_cs_1")], [true, false]);
  assert.equal(
    withOutcome("https://order.example/t/7?lang=de&payment=old#top", "p1", "success"),
    "https://order.example/t/7?lang=de&payment=success&payment_id=p1#top",
  );
});
