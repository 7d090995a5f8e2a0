// Payments as Servio makes them, through the official stripe library with only its host changed.
import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { cardOnly, clientOf, paid, refusal } from "./testing.ts";
import { useBench } from "./use-bench.ts";

const bench = await useBench();
const { stripe } = bench;

describe("a payment that succeeds", () => {
  it("goes from requires_payment_method to succeeded, with its charge and its events in order", async () => {
    const intent = await stripe.paymentIntents.create({ amount: 1_250, currency: "EUR", metadata: { order_id: "o1" } });
    expect(intent).toMatchObject({
      object: "payment_intent",
      amount: 1_250,
      currency: "eur",
      status: "requires_payment_method",
      metadata: { order_id: "o1" },
      automatic_payment_methods: { enabled: true, allow_redirects: "always" },
      latest_charge: null,
    });
    expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_\\w{25}$`));

    const confirmed = await stripe.paymentIntents.confirm(intent.id, {
      payment_method: "pm_card_visa",
      return_url: "https://example.com/back",
      expand: ["latest_charge"],
    });
    expect(confirmed).toMatchObject({
      status: "succeeded",
      amount_received: 1_250,
      latest_charge: { object: "charge", paid: true, captured: true, amount: 1_250, payment_intent: intent.id },
    });
    await bench.drain();
    expect(bench.receiver.types()).toEqual(["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]);
    expect(bench.receiver.events[2]?.data.object).toMatchObject({ id: intent.id, metadata: { order_id: "o1" } });
    expect(bench.receiver.events[2]?.api_version).toBe(Stripe.API_VERSION);
  });

  it("is created and confirmed in one call, and cannot be confirmed or canceled again", async () => {
    const intent = await stripe.paymentIntents.create(paid());
    expect(intent.status).toBe("succeeded");
    const again = await refusal(stripe.paymentIntents.confirm(intent.id, { payment_method: "pm_card_visa" }));
    expect(again).toMatchObject({ statusCode: 400, code: "payment_intent_unexpected_state" });
    expect(again.payment_intent?.id).toBe(intent.id);
    const canceled = await refusal(stripe.paymentIntents.cancel(intent.id));
    expect(canceled.code).toBe("payment_intent_unexpected_state");
  });

  it("may carry an application fee only together with a destination", async () => {
    const alone = await refusal(
      stripe.paymentIntents.create({ amount: 1_000, currency: "eur", application_fee_amount: 20 }),
    );
    expect(alone.param).toBe("application_fee_amount");
    expect(alone.message).toMatch(/destination payment/);
  });
});

describe("a card that is declined", () => {
  it.each([
    ["pm_card_chargeDeclined", "card_declined", "generic_decline"],
    ["pm_card_visa_chargeDeclined", "card_declined", "generic_decline"],
    ["pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"],
    ["pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"],
    ["pm_card_chargeDeclinedLostCard", "card_declined", "lost_card"],
    ["pm_card_chargeDeclinedStolenCard", "card_declined", "stolen_card"],
    ["pm_card_chargeDeclinedExpiredCard", "expired_card", ""],
    ["pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", ""],
    ["pm_card_chargeDeclinedProcessingError", "processing_error", ""],
    ["pm_card_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded"],
    ["pm_card_radarBlock", "card_declined", "fraudulent"],
  ])("%s answers 402 %s / %s, keeps the attempt, and another card still pays", async (card, code, declineCode) => {
    const { id } = await stripe.paymentIntents.create({ amount: 1_000, currency: "eur", ...cardOnly });
    const error = await refusal(stripe.paymentIntents.confirm(id, { payment_method: card }));
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(error).toMatchObject({ statusCode: 402, code });
    expect(error.decline_code).toBe(declineCode);
    expect(error.payment_intent).toMatchObject({ id, status: "requires_payment_method" });

    const after = await stripe.paymentIntents.retrieve(id, { expand: ["latest_charge"] });
    expect(after).toMatchObject({
      status: "requires_payment_method",
      payment_method: null,
      last_payment_error: { type: "card_error", code },
      latest_charge: { status: "failed", paid: false, failure_code: code },
    });
    await bench.drain();
    expect(bench.receiver.types()).toEqual([
      "payment_intent.created",
      "charge.failed",
      "payment_intent.payment_failed",
    ]);
    const retried = await stripe.paymentIntents.confirm(id, { payment_method: "pm_card_mastercard" });
    expect(retried).toMatchObject({ status: "succeeded", last_payment_error: null });
  });
});

describe("other ways through the states", () => {
  it("cancels what is open, with its reason, and refuses to confirm it afterwards", async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 1_000, currency: "eur", ...cardOnly });
    const canceled = await stripe.paymentIntents.cancel(id, { cancellation_reason: "abandoned" });
    expect(canceled).toMatchObject({ status: "canceled", cancellation_reason: "abandoned" });
    const error = await refusal(stripe.paymentIntents.confirm(id, { payment_method: "pm_card_visa" }));
    expect(error.code).toBe("payment_intent_unexpected_state");
    await bench.drain();
    expect(bench.receiver.types()).toEqual(["payment_intent.created", "payment_intent.canceled"]);
  });

  it("waits in processing until the bank answers, for better and for worse", async () => {
    const good = await stripe.paymentIntents.create({ ...paid(), payment_method: "pm_card_settleLater" });
    const bad = await stripe.paymentIntents.create({ ...paid(), payment_method: "pm_card_settleLater" });
    expect(good.status).toBe("processing");
    await bench.control("POST", "/settle", { id: good.id, outcome: "succeeded" });
    await bench.control("POST", "/settle", { id: bad.id, outcome: "failed" });
    expect((await stripe.paymentIntents.retrieve(good.id)).status).toBe("succeeded");
    expect((await stripe.paymentIntents.retrieve(bad.id)).status).toBe("requires_payment_method");
    await expect(bench.control("POST", "/settle", { id: good.id, outcome: "failed" })).rejects.toThrow(
      "owes no answer",
    );
  });

  it("takes another amount while open, and refuses one after success", async () => {
    const { id } = await stripe.paymentIntents.create({
      amount: 1_000,
      currency: "eur",
      metadata: { a: "1", b: "2" },
      ...cardOnly,
    });
    const updated = await stripe.paymentIntents.update(id, { amount: 1_200, metadata: { a: "", c: "3" } });
    expect(updated).toMatchObject({ amount: 1_200, metadata: { b: "2", c: "3" } });
    expect(updated.metadata).not.toHaveProperty("a");
    await stripe.paymentIntents.confirm(id, { payment_method: "pm_card_visa" });
    expect((await refusal(stripe.paymentIntents.update(id, { amount: 1 }))).code).toBe(
      "payment_intent_unexpected_state",
    );
    expect((await stripe.paymentIntents.update(id, { metadata: "" })).metadata).toEqual({});
  });
});

describe("mistakes are answered in Stripe's words", () => {
  it("refuses a missing, a foreign and a malformed key with 401, and accepts Basic", async () => {
    const forged = await refusal(clientOf(bench.url, "sk_test_somebody_else_entirely").paymentIntents.list());
    expect(forged).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
    expect(forged.message).toMatch(/^Invalid API Key provided: sk_test_\*+rely$/);
    expect((await fetch(`${bench.url}/v1/events`)).status).toBe(401);
    const basic = `Basic ${Buffer.from("sk_test_local_provider_tests:").toString("base64")}`;
    expect((await fetch(`${bench.url}/v1/events`, { headers: { authorization: basic } })).status).toBe(200);
  });

  it.each<[string, Record<string, unknown>, string | undefined, string]>([
    ["no amount", { currency: "eur" }, "parameter_missing", "amount"],
    ["an amount that is no integer", { amount: 1.5, currency: "eur" }, "parameter_invalid_integer", "amount"],
    ["a negative amount", { amount: -5, currency: "eur" }, "parameter_invalid_integer", "amount"],
    ["less than Stripe takes", { amount: 49, currency: "eur" }, "amount_too_small", "amount"],
    ["more than Stripe takes", { amount: 100_000_000, currency: "eur" }, "amount_too_large", "amount"],
    ["an unknown currency", { amount: 1_000, currency: "zzz" }, undefined, "currency"],
    ["an unknown parameter", { amount: 1_000, currency: "eur", colour: "red" }, "parameter_unknown", "colour"],
    ["an unknown customer", { amount: 1_000, currency: "eur", customer: "cus_x" }, "resource_missing", "customer"],
    ["an unknown card", { ...paid(), payment_method: "pm_card_none" }, "resource_missing", "payment_method"],
  ])("%s", async (_, params, code, param) => {
    const error = await refusal(stripe.paymentIntents.create(params as unknown as Stripe.PaymentIntentCreateParams));
    expect(error).toMatchObject({ statusCode: 400, rawType: "invalid_request_error", param });
    expect(error.code).toBe(code);
    expect(error.requestId).toMatch(/^req_\w{14}$/);
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
  });

  it("asks for a return_url where redirects are allowed, as Stripe does", async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 1_000, currency: "eur" });
    const error = await refusal(stripe.paymentIntents.confirm(id, { payment_method: "pm_card_visa" }));
    expect(error.message).toContain("you must provide a `return_url`");
  });

  it("answers 404 for an unknown object and for an unknown route, 400 for another API version", async () => {
    const error = await refusal(stripe.paymentIntents.retrieve("pi_none"));
    expect(error).toMatchObject({
      statusCode: 404,
      code: "resource_missing",
      message: "No such payment_intent: 'pi_none'",
    });
    expect((await refusal(stripe.subscriptionSchedules.list())).message).toContain(
      "Unrecognized request URL (GET: /v1/subscription_schedules)",
    );
    expect((await refusal(stripe.events.list({}, { apiVersion: "2020-08-27" }))).statusCode).toBe(400);
  });
});
