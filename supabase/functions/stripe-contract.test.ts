// What the functions send to Stripe, sent to stripe-mock (npm run test:contract): it knows Stripe's published API description
// and refuses a parameter, a path or a value that is not in it. Without STRIPE_MOCK_URL these tests are skipped.
import assert from "node:assert/strict";
import type Stripe from "stripe";
import { readSold } from "../../scripts/stripe-setup/plans.ts";
import { setUp } from "../../scripts/stripe-setup/set-up.ts";
import { createBillingProvider, PORTAL_MARK } from "./_shared/billing-provider.ts";
import { createConnectProvider } from "./_shared/connect-provider.ts";
import { createPaymentProvider } from "./_shared/payment-provider.ts";
import { createProviderRecords } from "./_shared/provider-records.ts";
import { createStripe, createStripeGuard } from "./_shared/stripe-client.ts";
import { createPing } from "./health/ping.ts";

const url = Deno.env.get("STRIPE_MOCK_URL");
const called = new Set<string>();
const failed: string[] = [];

/** The library itself, which notes the name of each method that is called, and what was said against it. */
function watched<T extends object>(target: T, path: readonly string[] = []): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key, object);
      if (typeof key !== "string") return value;
      const here = [...path, key];
      if (typeof value === "function") {
        return (...args: unknown[]) => {
          called.add(here.join("."));
          const answer: unknown = Reflect.apply(value, object, args);
          if (!(answer instanceof Promise)) return answer;
          return answer.catch((error: unknown) => {
            failed.push(`${here.join(".")}: ${error}`);
            throw error;
          });
        };
      }
      return typeof value === "object" && value !== null ? watched(value, here) : value;
    },
  });
}

function* sources(dir: URL): Generator<string> {
  for (const entry of Deno.readDirSync(dir)) {
    if (entry.isDirectory) yield* sources(new URL(`${entry.name}/`, dir));
    else if (entry.name.endsWith(".ts") && !/(\.test|testing|-process)\.ts$/.test(entry.name)) {
      yield Deno.readTextFileSync(new URL(entry.name, dir));
    }
  }
}

/** `stripe.checkout.sessions.create(` in any source; verifying a signature asks nobody. */
function callSites(): Set<string> {
  const found = new Set<string>();
  for (const text of sources(new URL("./", import.meta.url))) {
    for (const [, path = ""] of text.matchAll(/\bstripe((?:\s*\.\s*\w+)+)\(/g)) {
      found.add(path.replace(/\s/g, "").slice(1));
    }
  }
  return new Set([...found].filter((path) => !path.startsWith("webhooks.")));
}

const env = { STRIPE_SECRET_KEY: "sk_test_123", ...(url ? { STRIPE_API_URL: url } : {}) };
const stripe: Stripe = watched(createStripe(env));
const guard = createStripeGuard({ retries: 0 });
const payment = {
  paymentId: "0191d4a0-0000-7000-8000-000000000001",
  orderId: "0191d4a0-0000-7000-8000-000000000002",
  venueId: "0191d4a0-0000-7000-8000-000000000003",
  amountMinor: 1250,
  currency: "GBP",
  description: "Order 7",
};

Deno.test({ name: "payments are asked for in Stripe's own terms", ignore: !url }, async () => {
  const provider = createPaymentProvider(stripe, guard);
  const intent = await provider.createIntent(payment);
  assert.match(intent.reference, /^pi_/);
  const session = await provider.createCheckout(payment, "https://example.com/orders/7");
  assert.match(session.reference, /^cs_/);
  for (const { reference } of [intent, session]) {
    await provider.retrieve(reference);
    await provider.abandon(reference);
  }
  const refund = { refundId: payment.orderId, paymentReference: intent.reference, amountMinor: 100 };
  const { reference } = await provider.refund({ ...refund, reversesTransfer: false });
  assert.match(reference, /^re_/);
  await provider.retrieveRefund(reference);
  await provider.refundOrphan(intent.reference, "evt_1", false);
  await provider.abandonUnattached(payment, new Date());
});

Deno.test({ name: "so are accounts, and what goes on to them", ignore: !url }, async () => {
  const accounts = createConnectProvider(stripe, guard);
  const account = { accountId: payment.paymentId, organisationId: payment.venueId, email: "owner@example.test" };
  const reference = await accounts.createAccount({ ...account, country: "GB" });
  assert.match(reference, /^acct_/);
  await accounts.createAccount({ ...account, email: null, country: undefined });
  const urls = { refreshUrl: "https://example.com/again", returnUrl: "https://example.com/done" };
  assert.match(await accounts.openOnboarding(reference, urls), /^https:/);
  assert.ok("charges_enabled" in (await accounts.retrieveAccount(reference)));
  const provider = createPaymentProvider(stripe, guard);
  const destined = { ...payment, destination: { account: reference, feeMinor: 51 } };
  const intent = await provider.createIntent(destined);
  await provider.createCheckout(destined, "https://example.com/orders/7");
  const refund = { refundId: payment.orderId, paymentReference: intent.reference, amountMinor: 100 };
  await provider.refund({ ...refund, reversesTransfer: true });
  await provider.refundOrphan(intent.reference, "evt_1", true);
});

/** The mock's prices and portals bear no name of ours: they are given the one that was asked for. */
function named(raw: Stripe): Stripe {
  const { prices, billingPortal } = raw;
  const priceList = prices.list.bind(prices);
  const portalList = billingPortal.configurations.list.bind(billingPortal.configurations);
  prices.list = (async (params: Stripe.PriceListParams) => {
    const page = await priceList(params);
    return { ...page, data: page.data.map((price) => ({ ...price, lookup_key: params.lookup_keys?.[0] ?? null })) };
  }) as unknown as typeof prices.list;
  billingPortal.configurations.list = (async (params: Stripe.BillingPortal.ConfigurationListParams) => {
    const page = await portalList(params);
    return { ...page, data: page.data.map((one) => ({ ...one, metadata: PORTAL_MARK })) };
  }) as unknown as typeof billingPortal.configurations.list;
  return raw;
}

Deno.test({ name: "so are subscriptions", ignore: !url }, async () => {
  const billing = createBillingProvider(watched(named(createStripe(env))), guard);
  const change = crypto.randomUUID();
  const steps = {
    price: "servio_pro_gbp_month",
    organisation_id: payment.venueId,
    email: "owner@example.test",
    customer: null,
    trial_end: Math.floor(Date.now() / 1000) + 10 * 86_400,
    replaces: [],
  };
  const { reference } = await billing.createCheckout(change, steps, "https://example.com/billing");
  await billing.createCheckout(
    change,
    { ...steps, trial_end: null, customer: "cus_123" },
    "https://example.com/billing",
  );
  await billing.endCheckout(reference);
  await billing.change(change, "sub_123", {
    items: [{ id: "si_1", price: steps.price }, { price: steps.price }, { id: "si_2", deleted: true }],
    payment_behavior: "error_if_incomplete",
    proration_behavior: "always_invoice",
  });
  const metadata = { servio_keeps_tier: "pro", servio_keeps_until: "1" };
  await billing.change(change, "sub_123", { cancel_at_period_end: true, proration_behavior: "none", metadata });
  await billing.openPortal("cus_123", "https://example.com/billing");
  await billing.retrieve("sub_123");
});

Deno.test({ name: "so is what we sell", ignore: !url }, async () => {
  // Without the webhook's endpoint: the mock's list of API versions is older than the one that the library pins.
  const steps = await setUp({ stripe: createStripe(env), sold: readSold(), dryRun: false });
  assert.ok(steps.length > 8);
});

Deno.test({ name: "so is what the health check asks", ignore: !url }, async () => {
  assert.equal((await createPing(stripe, guard)()).reachable, true);
});

Deno.test({ name: "so is what a reconciliation reads", ignore: !url }, async () => {
  const records = createProviderRecords(stripe, guard);
  const window = { from: new Date("2026-06-01T12:00:00Z"), to: new Date("2026-06-01T13:00:00Z") };
  await records.eventBefore(window.from);
  await records.eventsAfter("evt_1");
  for (const after of [null, "evt_1"]) await records.eventsBack(window, after);
  for (const list of [records.intents, records.refunds, records.balance]) await list(window, "one_1");
  for (const after of [null, "sub_1"]) await records.subscriptions(after);
  for (const one of [records.intent, records.session, records.refund, records.subscription])
    assert.ok(await one("one_1"));
});

Deno.test({ name: "a parameter that Stripe does not know would be refused", ignore: !url }, async () => {
  const wrong = { amount: 100, currency: "gbp", colour: "red" } as Stripe.PaymentIntentCreateParams;
  await assert.rejects(createStripe(env).paymentIntents.create(wrong), /additional properties are not allowed/);
});

Deno.test({ name: "no call of the functions was left out, and none was refused", ignore: !url }, () => {
  assert.deepEqual(failed, []);
  assert.deepEqual([...called].sort(), [...callSites()].sort());
});
