import assert from "node:assert/strict";
import type Stripe from "stripe";
import { assertProblem } from "../_shared/testing.ts";
import { withWorker } from "../worker/testing.ts";
import { intentOf, started, withProvider } from "./testing.ts";

const capabilities = { card_payments: { requested: true }, transfers: { requested: true } };
const CHECKOUT = { method: "checkout", return_url: "https://order.example/table/7" };

async function filledIn(stripe: Stripe): Promise<string> {
  const { id } = await stripe.accounts.create({ type: "express", capabilities });
  const urls = { refresh_url: "https://app.example/", return_url: "https://app.example/" };
  const { url } = await stripe.accountLinks.create({ account: id, type: "account_onboarding", ...urls });
  const form = new URLSearchParams({ action: "complete" });
  await (await fetch(url, { method: "POST", body: form, redirect: "manual" })).body?.cancel();
  return id;
}

Deno.test("a payment goes on to the organisation's own account, less our fee, on its behalf", () =>
  withProvider(async ({ pay, books, bench }) => {
    const account = await filledIn(bench.stripe);
    books.hooks.destination = { destination: account, application_fee_minor: 66 };
    const { id, application_fee_amount, on_behalf_of, transfer_data } = await bench.stripe.paymentIntents.retrieve(
      intentOf(await started(await pay())),
    );
    assert.deepEqual([application_fee_amount, on_behalf_of, transfer_data?.destination], [66, account, account]);
    await started(await pay());
    assert.deepEqual(
      (await bench.stripe.paymentIntents.list()).data.map((intent) => intent.id),
      [id],
    );
  }));

Deno.test("so does one that is paid on the provider's page", () =>
  withProvider(async ({ pay, books, bench }) => {
    const account = await filledIn(bench.stripe);
    books.hooks.destination = { destination: account, application_fee_minor: 66 };
    const { checkout_url = "" } = await started(await pay(CHECKOUT));
    const form = new URLSearchParams({ action: "pay", email: "g@example.test", card_number: "4242424242424242" });
    await (await fetch(checkout_url, { method: "POST", body: form, redirect: "manual" })).body?.cancel();
    const [transfer] = (await bench.stripe.transfers.list()).data;
    const [fee] = (await bench.stripe.applicationFees.list()).data;
    assert.deepEqual([transfer?.destination, transfer?.amount, fee?.amount], [account, 1850, 66]);
  }));

for (const [method, request] of Object.entries({ payment_intent: {}, checkout: CHECKOUT })) {
  Deno.test(`an account that the provider does not send to is told of, and the guest pays all the same (${method})`, () =>
    withProvider(async ({ pay, books, bench }) => {
      const { id } = await bench.stripe.accounts.create({ type: "express", capabilities });
      books.hooks.destination = { destination: id, application_fee_minor: 66 };
      await started(await pay(request));
      assert.deepEqual(
        books.payments.map(({ status }) => status),
        ["canceled", "pending"],
      );
      assert.deepEqual(books.named("refuse_destination")[0]?.args, { p_payment_id: books.payments[0]?.id });
      assert.equal((await bench.stripe.transfers.list()).data.length, 0);
    }));
}

Deno.test("another refusal is none of the account's", () =>
  withProvider(async ({ pay, books, bench }) => {
    books.hooks.destination = { destination: await filledIn(bench.stripe), application_fee_minor: 1851 };
    const { status } = await pay();
    assert.equal(status, 500);
    assert.equal(books.named("refuse_destination").length, 0);
  }));

Deno.test("a refund brings back what it should from where the payment went, and a charge in no books, too", () =>
  withWorker(async ({ pay, work, books, bench }) => {
    books.hooks.destination = { destination: await filledIn(bench.stripe), application_fee_minor: 66 };
    const reference = intentOf(await started(await pay()));
    const card = { payment_method: "pm_card_visa", return_url: "https://order.example" };
    await bench.stripe.paymentIntents.confirm(reference, card);
    const refund = { refund_id: crypto.randomUUID(), payment_reference: reference, amount_minor: 925 };
    books.enqueue("refund.requested", { ...refund, reverses_transfer: true });
    await work();
    const sent = async () => {
      const [transfer] = (await bench.stripe.transfers.list()).data;
      const [fee] = (await bench.stripe.applicationFees.list()).data;
      return [transfer?.amount_reversed, fee?.amount_refunded];
    };
    assert.deepEqual(await sent(), [925, 33]);
    const unclaimed = { ...refund, refund_id: crypto.randomUUID(), amount_minor: 25 };
    books.enqueue("refund.requested", unclaimed);
    await work();
    assert.deepEqual(await sent(), [925, 33], "one that does not claim it is paid by us");
    const orphan = { event_id: "evt_1", payment_reference: reference, reverses_transfer: true };
    books.enqueue("charge.refund_requested", orphan);
    await work();
    assert.deepEqual(books.settled.failed, []);
    assert.deepEqual(await sent(), [1825, 65]);
  }));

Deno.test("a payment whose destination is no account of the provider's form is refused", () =>
  withProvider(async ({ pay, books }) => {
    books.hooks.destination = { destination: "ba_1", application_fee_minor: 66 };
    await assertProblem(await pay(), 500, "internal_error");
  }));
