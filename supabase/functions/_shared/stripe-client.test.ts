import assert from "node:assert/strict";
import {
  createStripe,
  createStripeGuard,
  isProviderOutage,
  isProviderTransient,
  providerProblem,
  STRIPE_TIMEOUT_MS,
} from "./stripe-client.ts";

/** What the library makes of Stripe's answer. */
async function errorOf(status: number, error: object, headers: Record<string, string> = {}): Promise<unknown> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () =>
    Response.json({ error }, { status, headers }),
  );
  const stripe = createStripe({
    STRIPE_SECRET_KEY: "sk_test_1",
    STRIPE_API_URL: `http://127.0.0.1:${server.addr.port}`,
  });
  const caught = await stripe.paymentIntents.retrieve("pi_1").catch((reason: unknown) => reason);
  await server.shutdown();
  return caught;
}

const outcome = (error: unknown) => {
  const refusal = providerProblem(error);
  return [isProviderOutage(error), isProviderTransient(error), refusal && `${refusal.status} ${refusal.code}`];
};

Deno.test("without STRIPE_API_URL the library talks to Stripe", () => {
  const stripe = createStripe({ STRIPE_SECRET_KEY: "sk_test_1" });
  assert.equal(stripe.getApiField("host"), "api.stripe.com");
  assert.equal(stripe.getApiField("protocol"), "https");
  assert.equal(stripe.getMaxNetworkRetries(), 0);
});

Deno.test("another host is called as its address says, and whoever answers is given as long as is said", () => {
  const to = (STRIPE_API_URL: string, options = {}) => {
    const stripe = createStripe({ STRIPE_SECRET_KEY: "sk_test_1", STRIPE_API_URL }, options);
    return ["protocol", "host", "port", "timeout"].map((field) => stripe.getApiField(field));
  };
  assert.deepEqual(to("http://127.0.0.1:8080"), ["http", "127.0.0.1", "8080", STRIPE_TIMEOUT_MS]);
  assert.deepEqual(to("https://stripe.example:8443"), ["https", "stripe.example", "8443", STRIPE_TIMEOUT_MS]);
  assert.deepEqual(to("https://stripe.example", { timeoutMs: 7 }), ["https", "stripe.example", "443", 7]);
});

Deno.test("a declined card is a refusal with its decline code, and no outage", async () => {
  const declined = await errorOf(402, {
    type: "card_error",
    code: "card_declined",
    decline_code: "insufficient_funds",
    message: "Your card has insufficient funds.",
  });
  assert.deepEqual(outcome(declined), [false, false, "402 payment_declined"]);
  assert.deepEqual(providerProblem(declined)?.fields.extensions, {
    provider_code: "card_declined",
    decline_code: "insufficient_funds",
  });
});

const answers: Record<string, [Promise<unknown>, unknown[]]> = {
  "500": [errorOf(500, { type: "api_error" }), [true, true, "503 provider_unavailable"]],
  "a stored 500": [
    errorOf(500, { type: "api_error" }, { "stripe-should-retry": "false" }),
    [true, false, "503 provider_unavailable"],
  ],
  "429": [
    errorOf(429, { type: "invalid_request_error", code: "rate_limit" }),
    [true, true, "503 provider_unavailable"],
  ],
  "409, a key in use": [
    errorOf(409, { type: "idempotency_error", code: "idempotency_key_in_use" }, { "stripe-should-retry": "true" }),
    [false, true, "503 provider_unavailable"],
  ],
  "409, a lock": [
    errorOf(409, { type: "invalid_request_error", code: "lock_timeout" }),
    [false, true, "503 provider_unavailable"],
  ],
  "400, an amount too small": [
    errorOf(400, { type: "invalid_request_error", code: "amount_too_small" }),
    [false, false, "422 amount_invalid"],
  ],
  "400, an amount too large": [
    errorOf(400, { type: "invalid_request_error", code: "amount_too_large" }),
    [false, false, "422 amount_invalid"],
  ],
  "400, an amount that is something else": [
    errorOf(400, { type: "invalid_request_error", code: "amount_too_small_for_this" }),
    [false, false, null],
  ],
  "403, that another try may go well": [
    errorOf(403, { type: "invalid_request_error" }, { "stripe-should-retry": "true" }),
    [false, true, "503 provider_unavailable"],
  ],
  "409, that another try will not": [
    errorOf(409, { type: "invalid_request_error" }, { "stripe-should-retry": "false" }),
    [false, false, null],
  ],
  "429, and no more about it": [
    errorOf(429, { type: "invalid_request_error" }, { "stripe-should-retry": "maybe" }),
    [true, true, "503 provider_unavailable"],
  ],
  "400, our mistake": [
    errorOf(400, { type: "invalid_request_error", code: "parameter_unknown" }),
    [false, false, null],
  ],
  "401, our key": [errorOf(401, { type: "invalid_request_error" }), [false, false, null]],
  nobody: [
    createStripe({ STRIPE_SECRET_KEY: "sk_test_1", STRIPE_API_URL: "http://127.0.0.1:1" })
      .paymentIntents.retrieve("pi_1")
      .catch((error: unknown) => error),
    [true, true, "503 provider_unavailable"],
  ],
};
for (const [what, [error, expected]] of Object.entries(answers)) {
  const met = await error;
  Deno.test(`the provider answers ${what}`, () => assert.deepEqual(outcome(met), expected));
}

Deno.test("an answer that is not Stripe's, such as a proxy's page, is an outage", async () => {
  for (const status of [200, 403, 502]) {
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => {
      return new Response("<h1>Bad gateway</h1>", { status, headers: { "content-type": "text/html" } });
    });
    const url = `http://127.0.0.1:${server.addr.port}`;
    const stripe = createStripe({ STRIPE_SECRET_KEY: "sk_test_1", STRIPE_API_URL: url });
    const error = await stripe.paymentIntents.retrieve("pi_1").catch((reason: unknown) => reason);
    await server.shutdown();
    assert.deepEqual(outcome(error), [true, true, "503 provider_unavailable"], String(status));
  }
});

Deno.test("refusals by the guard are the provider's unavailability", async () => {
  const guard = createStripeGuard({ timeoutMs: 5, retries: 0, failuresToOpen: 1 });
  const hang = () => new Promise<never>(() => {});
  for (const _ of ["too slow", "known to be down"]) {
    const error = await guard.run(hang, { repeatable: true }).catch((reason: unknown) => reason);
    assert.equal(providerProblem(error)?.code, "provider_unavailable");
  }
});

Deno.test("what has nothing to do with the provider is not explained as the provider's", () => {
  assert.equal(providerProblem(new TypeError("ours")), null);
});

Deno.test("a provider that is down is left alone after five failures, however the calls are made", async () => {
  const guard = createStripeGuard({ retries: 0 });
  const down = await errorOf(500, { type: "api_error" });
  for (let call = 0; call < 5; call += 1) {
    assert.equal(guard.state(), "closed");
    await assert.rejects(guard.run(() => Promise.reject(down), { repeatable: false }));
  }
  assert.equal(guard.state(), "open");
});
