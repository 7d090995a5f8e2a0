// Calls of the provider over a wire that fails in every way a wire can: the guest is charged once, the refund is made once.
import assert from "node:assert/strict";
import { SECRET_KEY } from "../../../scripts/provider/testing.ts";
import { type FaultyWire, faultyWire, type WireFault } from "./faulty-wire.testing.ts";
import { createPaymentProvider, type PaymentProvider } from "./payment-provider.ts";
import { startProviderProcess } from "./provider-process.ts";
import { createStripe, createStripeGuard, providerProblem } from "./stripe-client.ts";

const bench = await startProviderProcess();
globalThis.addEventListener("unload", () => bench.stop());

async function overWire(test: (provider: PaymentProvider, wire: FaultyWire) => Promise<void>): Promise<void> {
  await bench.reset();
  const wire = faultyWire(bench.url);
  const stripe = createStripe({ STRIPE_SECRET_KEY: SECRET_KEY, STRIPE_API_URL: wire.url }, { timeoutMs: 300 });
  const guard = createStripeGuard({ timeoutMs: 400, withinMs: 4_000, firstDelayMs: 1, failuresToOpen: 50 });
  try {
    await test(createPaymentProvider(stripe, guard), wire);
  } finally {
    wire.close();
  }
}

const payment = () => ({
  paymentId: crypto.randomUUID(),
  orderId: crypto.randomUUID(),
  venueId: crypto.randomUUID(),
  amountMinor: 1850,
  currency: "GBP",
  description: "Order #042",
});

const intents = async () => (await bench.stripe.paymentIntents.list({ limit: 100 })).data;

async function paid(provider: PaymentProvider): Promise<string> {
  const { reference } = await provider.createIntent(payment());
  const card = { payment_method: "pm_card_visa", return_url: "https://order.example" };
  await bench.stripe.paymentIntents.confirm(reference, card);
  return reference;
}

const FAULTS: readonly WireFault[] = ["cut", "lost answer", "silence", "500", "500 afterwards"];

for (const fault of FAULTS) {
  Deno.test(`${fault}, twice: the call is made again and there is one intent`, () =>
    overWire(async (provider, wire) => {
      wire.expect(fault, fault);
      const { reference } = await provider.createIntent(payment());
      assert.deepEqual(
        (await intents()).map(({ id }) => id),
        [reference],
      );
      assert.deepEqual(wire.met, [fault, fault, "well"]);
    }));

  Deno.test(`${fault} in a refund, before and in the call that makes it: one refund`, () =>
    overWire(async (provider, wire) => {
      const paymentReference = await paid(provider);
      wire.expect(fault);
      const refundId = crypto.randomUUID();
      const request = { refundId, paymentReference, amountMinor: 300, reversesTransfer: false };
      const first = await provider.refund(request);
      // The worker died before it could note the answer: the job comes again, over the same wire.
      wire.expect(fault, fault);
      assert.deepEqual(await provider.refund(request), first);
      const made = (await bench.stripe.refunds.list({ payment_intent: paymentReference })).data;
      assert.deepEqual(
        made.map(({ id, amount, metadata }) => [id, amount, metadata?.refund_id]),
        [[first.reference, 300, refundId]],
      );
    }));

  Deno.test(`${fault} while a payment is given up: it is dead, and says so`, () =>
    overWire(async (provider, wire) => {
      const { reference } = await provider.createIntent(payment());
      wire.expect(fault);
      assert.equal((await provider.abandon(reference)).state, "dead");
      assert.deepEqual(
        (await intents()).map(({ status }) => status),
        ["canceled"],
      );
    }));
}

Deno.test("the second call of a refund fails after its effect: the money goes back once", () =>
  overWire(async (provider, wire) => {
    const paymentReference = await paid(provider);
    const { met } = wire;
    const before = met.length;
    wire.expect("slow", "lost answer");
    const refund = await provider.refund({
      refundId: crypto.randomUUID(),
      paymentReference,
      amountMinor: 300,
      reversesTransfer: false,
    });
    assert.deepEqual(met.slice(before), ["slow", "lost answer", "well"]);
    const made = (await bench.stripe.refunds.list({ payment_intent: paymentReference })).data;
    assert.deepEqual(
      made.map(({ id }) => id),
      [refund.reference],
    );
  }));

Deno.test("slow is not broken: nothing is asked twice", () =>
  overWire(async (provider, wire) => {
    wire.expect("slow");
    await provider.createIntent(payment());
    assert.deepEqual(wire.met, ["slow"]);
  }));

Deno.test("a wire that stays broken is told of as such, and whoever asks again later gets the intent that was made", () =>
  overWire(async (provider, wire) => {
    const wanted = payment();
    wire.expect("lost answer", "silence", "500 afterwards");
    const error = await provider.createIntent(wanted).catch((reason: unknown) => reason);
    assert.equal(providerProblem(error)?.code, "provider_unavailable");
    const { reference } = await provider.createIntent(wanted);
    assert.deepEqual(
      (await intents()).map(({ id }) => id),
      [reference],
    );
  }));
