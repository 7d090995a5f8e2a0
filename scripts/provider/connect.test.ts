// Connected accounts and destination charges, as the official library sees them.
import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { chargeFee } from "./balance.ts";
import { paid, refusal } from "./testing.ts";
import { useBench } from "./use-bench.ts";

const bench = await useBench();
const { stripe } = bench;
const back = { refresh_url: "https://app.example/again", return_url: "https://app.example/done" };
const capabilities = { card_payments: { requested: true }, transfers: { requested: true } };

const linkOf = (account: string) => stripe.accountLinks.create({ account, type: "account_onboarding", ...back });
const fillIn = (url: string, action = "complete") =>
  fetch(url, { method: "POST", body: new URLSearchParams({ action }), redirect: "manual" });
async function account(): Promise<string> {
  const { id } = await stripe.accounts.create({ type: "express", country: "GB", capabilities });
  expect((await fillIn((await linkOf(id)).url)).headers.get("location")).toBe(back.return_url);
  return id;
}
const sent = async (destination: string, amount: number, fee: number) =>
  stripe.paymentIntents.create({
    ...paid(amount, "gbp"),
    application_fee_amount: fee,
    on_behalf_of: destination,
    transfer_data: { destination },
    expand: ["latest_charge.application_fee", "latest_charge.transfer"],
  });
const balance = async () => (await stripe.balance.retrieve()).available[0]?.amount;

describe("a connected account", () => {
  it("takes nothing before it is filled in, and tells when it is, on its own behalf", async () => {
    const made = await stripe.accounts.create({ type: "express", capabilities, metadata: { organisation_id: "o" } });
    expect(made).toMatchObject({ charges_enabled: false, capabilities: { transfers: "inactive" } });
    const link = await linkOf(made.id);
    expect((await fillIn(link.url, "later")).headers.get("location")).toBe(back.return_url);
    expect((await stripe.accounts.retrieve(made.id)).charges_enabled).toBe(false);
    expect((await fillIn(link.url)).headers.get("location"), "a link works once").toBe(back.refresh_url);
    expect((await fetch((await linkOf(made.id)).url)).status).toBe(200);
    await fillIn((await linkOf(made.id)).url);
    expect(await stripe.accounts.retrieve(made.id)).toMatchObject({
      charges_enabled: true,
      payouts_enabled: true,
      capabilities: { card_payments: "active", transfers: "active" },
      requirements: { currently_due: [], disabled_reason: null },
    });
    await bench.drain();
    expect(bench.receiver.events).toMatchObject([{ type: "account.updated", account: made.id }]);
  });

  it("can be stopped, and can be gone", async () => {
    const id = await account();
    await bench.control("POST", `/accounts/${id}`, { charges_enabled: false, disabled_reason: "rejected.fraud" });
    expect((await stripe.accounts.retrieve(id)).requirements?.disabled_reason).toBe("rejected.fraud");
    expect(await refusal(sent(id, 1_000, 30))).toMatchObject({
      code: "insufficient_capabilities_for_transfer",
      param: "transfer_data[destination]",
    });
    await stripe.accounts.del(id);
    const gone = await refusal(stripe.accounts.retrieve(id));
    expect(gone).toBeInstanceOf(Stripe.errors.StripePermissionError);
    expect(gone.code).toBe("account_invalid");
    expect(await refusal(sent(id, 1_000, 30))).toMatchObject({ code: "resource_missing", param: "on_behalf_of" });
  });
});

describe("a destination charge", () => {
  it("sends all of it on and collects the fee, in events and movements of their own", async () => {
    const id = await account();
    await bench.drain();
    bench.receiver.events.length = 0;
    const intent = await sent(id, 1_000, 45);
    expect(intent.latest_charge).toMatchObject({
      transfer: { amount: 1_000, destination: id, amount_reversed: 0 },
      application_fee: { amount: 45, amount_refunded: 0, account: id },
    });
    await bench.drain();
    expect(bench.receiver.types().toSorted()).toEqual([
      "application_fee.created",
      "charge.succeeded",
      "payment_intent.created",
      "payment_intent.succeeded",
      "transfer.created",
    ]);
    expect(await balance(), "the provider's own fee is paid by the platform").toBe(45 - chargeFee(1_000));
  });

  it("is refunded in parts that bring back exactly what was sent and collected, and never more", async () => {
    const intent = await sent(await account(), 1_000, 101);
    const back: number[] = [];
    for (const amount of [333, 334, 333]) {
      const whole = { payment_intent: intent.id, reverse_transfer: true, refund_application_fee: true };
      const refund = await stripe.refunds.create({ ...whole, amount });
      expect(refund.transfer_reversal).toMatch(/^trr_/);
      const [fee] = (await stripe.applicationFees.list()).data;
      back.push(fee?.amount_refunded ?? 0);
    }
    expect(back).toEqual([34, 67, 101]);
    expect((await stripe.transfers.list()).data).toMatchObject([{ amount_reversed: 1_000, reversed: true }]);
    expect(await balance()).toBe(-chargeFee(1_000));
  });

  it("is refunded by the platform alone where nothing is reversed; what was reversed once is not reversed again", async () => {
    const intent = await sent(await account(), 1_000, 50);
    const mine = await stripe.refunds.create({ payment_intent: intent.id, amount: 400 });
    expect(mine.transfer_reversal).toBeNull();
    const rest = await stripe.refunds.create({ payment_intent: intent.id, reverse_transfer: true });
    await bench.control("POST", "/settle", { id: rest.id, outcome: "failed" });
    const again = { payment_intent: intent.id, amount: 600, reverse_transfer: true };
    expect((await refusal(stripe.refunds.create(again))).param).toBe("reverse_transfer");
    expect((await stripe.transfers.list()).data[0]?.amount_reversed).toBe(600);
  });
});
