// Refunds: never more than was taken, whoever asks and however many ask at once.
import type Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { chargeFee } from "./balance.ts";
import { paid, refusal } from "./testing.ts";
import { useBench } from "./use-bench.ts";

const bench = await useBench();
const { stripe } = bench;

const available = async () => (await stripe.balance.retrieve()).available[0];
const chargeOf = async (intent: Stripe.PaymentIntent) => stripe.charges.retrieve(String(intent.latest_charge));

describe("a refund", () => {
  it("gives back a part by payment intent, then the rest by charge, and tells the whole story in events", async () => {
    const intent = await stripe.paymentIntents.create(paid(1_000));
    await bench.drain();
    bench.receiver.events.length = 0;
    const part = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 300,
      reason: "requested_by_customer",
      metadata: { refund_id: "r1" },
    });
    expect(part).toMatchObject({ object: "refund", amount: 300, status: "succeeded", metadata: { refund_id: "r1" } });
    expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 300, refunded: false });
    expect(await available()).toMatchObject({ amount: 700 - chargeFee(1_000), currency: "eur" });

    const rest = await stripe.refunds.create({ charge: String(intent.latest_charge) });
    expect(rest.amount).toBe(700);
    expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 1_000, refunded: true });
    expect(await available()).toMatchObject({ amount: -chargeFee(1_000) });

    await bench.drain();
    expect(bench.receiver.types()).toEqual(["refund.created", "charge.refunded", "refund.created", "charge.refunded"]);
    expect(bench.receiver.events[1]?.data).toMatchObject({
      object: { object: "charge", amount_refunded: 300, metadata: intent.metadata },
      previous_attributes: { amount_refunded: 0 },
    });
    const listed = await stripe.refunds.list({ payment_intent: intent.id });
    expect(listed.data.map((refund) => refund.id)).toEqual([rest.id, part.id]);
    expect((await stripe.refunds.retrieve(part.id, { expand: ["charge"] })).charge).toMatchObject({ object: "charge" });
  });

  it("is refused above what is left, in Stripe's words, and changes nothing", async () => {
    const intent = await stripe.paymentIntents.create({ ...paid(1_000), currency: "usd" });
    const above = await refusal(stripe.refunds.create({ payment_intent: intent.id, amount: 1_001 }));
    expect(above).toMatchObject({ statusCode: 400, param: "amount" });
    expect(above.message).toBe("Refund amount ($10.01) is greater than charge amount ($10.00)");
    await stripe.refunds.create({ payment_intent: intent.id, amount: 600 });
    const more = await refusal(stripe.refunds.create({ payment_intent: intent.id, amount: 401 }));
    expect(more.message).toBe("Refund amount ($4.01) is greater than unrefunded amount on charge ($4.00)");
    expect((await chargeOf(intent)).amount_refunded).toBe(600);
  });

  it("is refused once everything is back, and for a payment that took nothing", async () => {
    const intent = await stripe.paymentIntents.create(paid());
    await stripe.refunds.create({ payment_intent: intent.id });
    expect((await refusal(stripe.refunds.create({ payment_intent: intent.id }))).code).toBe("charge_already_refunded");
    const open = await stripe.paymentIntents.create({ amount: 1_000, currency: "eur" });
    const nothing = await refusal(stripe.refunds.create({ payment_intent: open.id }));
    expect(nothing.message).toContain("does not have a successful charge to refund");
    expect((await refusal(stripe.refunds.create({ payment_intent: "pi_none" }))).code).toBe("resource_missing");
    expect((await refusal(stripe.refunds.create({}))).code).toBe("parameter_missing");
  });
});

describe("many at once", () => {
  it("lets through exactly as many as fit: 20 refunds of 30 from 100", async () => {
    const intent = await stripe.paymentIntents.create(paid(100));
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => stripe.refunds.create({ payment_intent: intent.id, amount: 30 })),
    );
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(3);
    expect((await chargeOf(intent)).amount_refunded).toBe(90);
  });

  it("gives everything back once when 20 ask for it, and one key makes one refund", async () => {
    const intent = await stripe.paymentIntents.create(paid(100));
    const full = await Promise.allSettled(
      Array.from({ length: 20 }, () => stripe.refunds.create({ payment_intent: intent.id })),
    );
    expect(full.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    const other = await stripe.paymentIntents.create(paid(100));
    const keyed = await Promise.all(
      Array.from({ length: 20 }, () =>
        stripe.refunds.create({ payment_intent: other.id, amount: 10 }, { idempotencyKey: "one-refund" }),
      ),
    );
    expect(new Set(keyed.map((refund) => refund.id)).size).toBe(1);
    expect((await chargeOf(other)).amount_refunded).toBe(10);
  });
});

describe("what the bank says later", () => {
  it("a pending refund arrives", async () => {
    const intent = await stripe.paymentIntents.create({ ...paid(), payment_method: "pm_card_pendingRefund" });
    const refund = await stripe.refunds.create({ payment_intent: intent.id });
    expect(refund.status).toBe("pending");
    await bench.control("POST", "/settle", { id: refund.id, outcome: "succeeded" });
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe("succeeded");
    await bench.drain();
    expect(bench.receiver.types().slice(-2)).toEqual(["refund.updated", "charge.refund.updated"]);
  });

  it("a refund that seemed to succeed fails, and its money can be refunded again", async () => {
    const intent = await stripe.paymentIntents.create({ ...paid(), payment_method: "pm_card_refundFail" });
    const refund = await stripe.refunds.create({ payment_intent: intent.id });
    await bench.control("POST", "/settle", { id: refund.id, outcome: "failed" });
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ status: "failed" });
    expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 0, refunded: false });
    await bench.drain();
    expect(bench.receiver.types()).toContain("refund.failed");
    expect((await stripe.refunds.create({ payment_intent: intent.id })).amount).toBe(1_000);
  });
});
