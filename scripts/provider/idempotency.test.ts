// Stripe's Idempotency-Key and the faults that make it necessary: one key, one effect, whatever the network does.
import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { manualClock } from "./clock.ts";
import { type Bench, cardOnly, eventually, paid, refusal, startBench } from "./testing.ts";
import { useBench } from "./use-bench.ts";

const DAY = 24 * 60 * 60 * 1000;
// Far from any boundary, and never today: nothing here may depend on the date.
const clock = manualClock(Date.UTC(2031, 4, 5, 18, 30));
const bench = await useBench();
const { stripe } = bench;

const open = { amount: 1_000, currency: "eur", ...cardOnly } as const;
const faultsUsed = (on: Bench) =>
  expect.poll(async () => (await on.control<{ faults: object[] }>("GET", "/faults")).faults.length, eventually).toBe(0);
const intents = async () => (await stripe.paymentIntents.list({ limit: 100 })).data;

describe("the same key", () => {
  it("replays the first answer to the same request and says so", async () => {
    const first = await stripe.paymentIntents.create(paid(), { idempotencyKey: "k1" });
    const second = await stripe.paymentIntents.create(paid(), { idempotencyKey: "k1" });
    expect(second.id).toBe(first.id);
    expect(first.lastResponse.headers).not.toHaveProperty("idempotent-replayed");
    expect(second.lastResponse.headers).toMatchObject({
      "idempotent-replayed": "true",
      "idempotency-key": "k1",
      "original-request": first.lastResponse.requestId,
    });
    expect(second.lastResponse.requestId).not.toBe(first.lastResponse.requestId);
    expect(await intents()).toHaveLength(1);
  });

  it("makes one intent out of fifty requests at once", async () => {
    const all = await Promise.all(
      Array.from({ length: 50 }, () => stripe.paymentIntents.create(paid(), { idempotencyKey: "fifty" })),
    );
    expect(new Set(all.map((intent) => intent.id)).size).toBe(1);
    const replays = all.filter((intent) => intent.lastResponse.headers["idempotent-replayed"] === "true");
    expect(replays).toHaveLength(49);
    expect(await intents()).toHaveLength(1);
    expect((await stripe.charges.list()).data).toHaveLength(1);
  });

  it("keeps fifty different keys apart", async () => {
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => stripe.paymentIntents.create(open, { idempotencyKey: `n${n}` })),
    );
    expect(await intents()).toHaveLength(50);
  });

  it("is refused with other parameters or at another endpoint, and changes nothing", async () => {
    const first = await stripe.paymentIntents.create(open, { idempotencyKey: "k2" });
    const other = await refusal(stripe.paymentIntents.create({ ...open, amount: 2_000 }, { idempotencyKey: "k2" }));
    expect(other).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    expect(other).toMatchObject({ statusCode: 400, rawType: "idempotency_error" });
    expect(other.message).toContain("same parameters they were first used with");
    const elsewhere = await refusal(stripe.paymentIntents.cancel(first.id, {}, { idempotencyKey: "k2" }));
    expect(elsewhere.message).toContain("same endpoint");
    expect(await intents()).toMatchObject([{ id: first.id, amount: 1_000, status: "requires_payment_method" }]);
  });

  it("replays a declined card too", async () => {
    const { id } = await stripe.paymentIntents.create(open);
    const pay = () =>
      refusal(
        stripe.paymentIntents.confirm(id, { payment_method: "pm_card_chargeDeclined" }, { idempotencyKey: "k3" }),
      );
    const [first, second] = [await pay(), await pay()];
    expect(second).toMatchObject({ statusCode: 402, decline_code: "generic_decline", charge: first.charge });
    expect(second.headers?.["idempotent-replayed"]).toBe("true");
    expect((await stripe.charges.list()).data).toHaveLength(1);
  });

  it("is free again when the parameters were refused before anything ran", async () => {
    await refusal(
      stripe.paymentIntents.create({ currency: "eur" } as Stripe.PaymentIntentCreateParams, { idempotencyKey: "k4" }),
    );
    expect((await stripe.paymentIntents.create(open, { idempotencyKey: "k4" })).amount).toBe(1_000);
  });

  it("may have 255 characters and not one more", async () => {
    await stripe.paymentIntents.create(open, { idempotencyKey: "x".repeat(255) });
    const error = await refusal(stripe.paymentIntents.create(open, { idempotencyKey: "x".repeat(256) }));
    expect(error.statusCode).toBe(400);
  });
});

describe("a key lives for a day", () => {
  it("replays just before and starts anew after 24 hours", async () => {
    const later = await startBench({ clock });
    const create = () => later.stripe.paymentIntents.create(open, { idempotencyKey: "daily" });
    const first = await create();
    clock.advance(DAY - 1);
    expect((await create()).id).toBe(first.id);
    clock.advance(1);
    expect((await create()).id).not.toBe(first.id);
    await later.close();
  });

  it("is in use while its first request runs: the second gets 409, the first its answer", async () => {
    const slow = await startBench({ clock });
    await slow.fault({ target: "request", method: "POST", path: "/v1/payment_intents", action: "latency", ms: 5_000 });
    const first = slow.stripe.paymentIntents.create(open, { idempotencyKey: "busy" });
    // The fault rule is used up the moment the first request holds the key.
    await faultsUsed(slow);
    const second = await refusal(slow.stripe.paymentIntents.create(open, { idempotencyKey: "busy" }));
    expect(second).toMatchObject({ statusCode: 409, rawType: "idempotency_error", code: "idempotency_key_in_use" });
    clock.advance(5_000);
    expect((await first).status).toBe("requires_payment_method");
    const third = await slow.stripe.paymentIntents.create(open, { idempotencyKey: "busy" });
    expect(third.id).toBe((await first).id);
    await slow.close();
  });
});

describe("when the network or the provider fails", () => {
  it("keeps a 500 under its key, without an effect when it struck before", async () => {
    await bench.fault({ target: "request", path: "/v1/payment_intents", action: "status", status: 500 });
    expect((await refusal(stripe.paymentIntents.create(open, { idempotencyKey: "f1" }))).statusCode).toBe(500);
    const again = await refusal(stripe.paymentIntents.create(open, { idempotencyKey: "f1" }));
    expect(again.statusCode).toBe(500);
    expect(again.headers?.["idempotent-replayed"]).toBe("true");
    expect(await intents()).toEqual([]);
    expect((await stripe.paymentIntents.create(open, { idempotencyKey: "f2" })).object).toBe("payment_intent");
  });

  it("keeps a 500 that struck after the effect: the money moved and the caller cannot know", async () => {
    await bench.fault({ target: "request", path: "/v1/payment_intents", action: "status", status: 500, when: "after" });
    expect((await refusal(stripe.paymentIntents.create(paid(), { idempotencyKey: "f3" }))).statusCode).toBe(500);
    expect(await intents()).toMatchObject([{ status: "succeeded" }]);
  });

  it("keeps nothing of a 503 or a 429, so the same key succeeds next", async () => {
    await bench.fault(
      { target: "request", path: "/v1/payment_intents", action: "status", status: 503 },
      { target: "request", path: "/v1/payment_intents", action: "status", status: 429 },
    );
    expect((await refusal(stripe.paymentIntents.create(open, { idempotencyKey: "f4" }))).statusCode).toBe(503);
    const limited = await refusal(stripe.paymentIntents.create(open, { idempotencyKey: "f4" }));
    expect(limited).toBeInstanceOf(Stripe.errors.StripeRateLimitError);
    expect((await stripe.paymentIntents.create(open, { idempotencyKey: "f4" })).object).toBe("payment_intent");
  });

  it.each([
    ["before", undefined],
    ["after", "true"],
  ])(
    "survives a connection reset %s the effect: the library asks again and one payment is made",
    async (when, replayed) => {
      await bench.fault({ target: "request", path: "/v1/payment_intents", action: "reset", when });
      const intent = await stripe.paymentIntents.create(paid(), { idempotencyKey: `reset-${when}` });
      expect(intent.status).toBe("succeeded");
      expect(intent.lastResponse.headers["idempotent-replayed"]).toBe(replayed);
      expect(await intents()).toHaveLength(1);
    },
  );

  it("goes silent after the effect: when the connection ends the library asks again and finds it", async () => {
    const silent = await startBench({ clock });
    await silent.fault({
      target: "request",
      path: "/v1/payment_intents",
      action: "timeout",
      when: "after",
      ms: 60_000,
    });
    const answer = silent.stripe.paymentIntents.create(paid(), { idempotencyKey: "t1" });
    await faultsUsed(silent);
    expect((await silent.stripe.paymentIntents.list()).data).toMatchObject([{ status: "succeeded" }]);
    clock.advance(60_000);
    expect((await answer).lastResponse.headers["idempotent-replayed"]).toBe("true");
    expect((await silent.stripe.paymentIntents.list()).data).toHaveLength(1);
    await silent.close();
  });
});
