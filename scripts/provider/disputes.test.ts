// Disputes and what moves on the balance, as the official library sees them.
import { describe, expect, it } from "vitest";
import { chargeFee, DISPUTE_FEE } from "./balance.ts";
import { paid, refusal } from "./testing.ts";
import { useBench } from "./use-bench.ts";

const bench = await useBench();
const { stripe } = bench;

const disputed = async (amount = 1_000) => {
  const intent = await stripe.paymentIntents.create(paid(amount));
  const { id } = await bench.control<{ id: string }>("POST", "/disputes", { payment_intent: intent.id });
  await bench.drain();
  bench.receiver.events.length = 0;
  return { intent, id };
};
const balance = async () => (await stripe.balance.retrieve()).available[0]?.amount;

describe("a charge", () => {
  it("moves the balance by what is left of it, and says so where it is asked", async () => {
    const intent = await stripe.paymentIntents.create({
      ...paid(1_000),
      expand: ["latest_charge.balance_transaction"],
    });
    const fee = chargeFee(1_000);
    expect(intent.latest_charge).toMatchObject({
      balance_transaction: { object: "balance_transaction", type: "charge", amount: 1_000, fee, net: 1_000 - fee },
    });
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 300 });
    const { data } = await stripe.balanceTransactions.list();
    expect(data.map(({ type, net }) => [type, net])).toEqual([
      ["refund", -300],
      ["charge", 1_000 - fee],
    ]);
    expect((await stripe.balanceTransactions.list({ source: refund.id })).data).toHaveLength(1);
    expect(await stripe.balanceTransactions.retrieve(String(refund.balance_transaction))).toMatchObject({ fee: 0 });
    expect(await balance()).toBe(700 - fee);
  });
});

describe("a dispute", () => {
  it("takes the money and a fee when it is opened, in two events", async () => {
    const intent = await stripe.paymentIntents.create(paid(1_000));
    await bench.drain();
    bench.receiver.events.length = 0;
    await bench.control("POST", "/disputes", { payment_intent: intent.id });
    await bench.drain();
    expect(bench.receiver.types()).toEqual(["charge.dispute.created", "charge.dispute.funds_withdrawn"]);
    expect(bench.receiver.events[0]?.data.object).toMatchObject({
      payment_intent: intent.id,
      balance_transactions: [],
    });
    expect(bench.receiver.events[1]?.data.object).toMatchObject({
      status: "needs_response",
      balance_transactions: [{ amount: -1_000, fee: DISPUTE_FEE, net: -1_000 - DISPUTE_FEE, type: "adjustment" }],
    });
    const [dispute] = (await stripe.disputes.list({ payment_intent: intent.id })).data;
    expect(await stripe.disputes.retrieve(dispute?.id ?? "", { expand: ["charge"] })).toMatchObject({
      charge: { disputed: true },
    });
    expect(await balance()).toBe(-chargeFee(1_000) - DISPUTE_FEE);
  });

  it("is won by evidence that wins: the money comes back, the fee does not", async () => {
    const { id } = await disputed();
    const won = await stripe.disputes.update(id, { evidence: { uncategorized_text: "winning_evidence" } });
    expect(won).toMatchObject({ status: "won", evidence_details: { has_evidence: true, submission_count: 1 } });
    await bench.drain();
    expect(bench.receiver.types()).toEqual([
      "charge.dispute.updated",
      "charge.dispute.closed",
      "charge.dispute.funds_reinstated",
    ]);
    expect(await balance()).toBe(1_000 - chargeFee(1_000) - DISPUTE_FEE);
  });

  it("is lost by evidence that loses, by giving in, and by the bank's word; then it is over", async () => {
    const { id } = await disputed();
    await stripe.disputes.update(id, { evidence: { uncategorized_text: "a letter" }, submit: false });
    expect((await stripe.disputes.retrieve(id)).status).toBe("needs_response");
    expect((await stripe.disputes.update(id, { evidence: { uncategorized_text: "losing_evidence" } })).status).toBe(
      "lost",
    );
    expect((await stripe.disputes.close((await disputed()).id)).status).toBe("lost");
    const third = await disputed();
    await bench.control("POST", "/settle", { id: third.id, outcome: "lost" });
    await bench.drain();
    expect(bench.receiver.types()).toEqual(["charge.dispute.closed"]);
    expect((await refusal(stripe.disputes.close(third.id))).statusCode).toBe(400);
    await expect(bench.control("POST", "/disputes", { payment_intent: third.intent.id })).rejects.toThrow(/disputed/);
  });
});
