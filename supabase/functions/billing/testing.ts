// The billing function as the platform calls it, against the real local payment provider over HTTP, set up by
// scripts/stripe-setup, and a stand-in for the database that reserves what it is told to.
import { readSold } from "../../../scripts/stripe-setup/plans.ts";
import { setUp } from "../../../scripts/stripe-setup/set-up.ts";
import { createBillingProvider } from "../_shared/billing-provider.ts";
import { createConnectProvider } from "../_shared/connect-provider.ts";
import { Problem } from "../_shared/problem.ts";
import { startProviderProcess } from "../_shared/provider-process.ts";
import { createStripeGuard } from "../_shared/stripe-client.ts";
import { fakeRpc, KEYS, post, testFunction, testProject } from "../_shared/testing.ts";
import { billingRoutes } from "./handler.ts";

export const ORGANISATION_ID = "0d6b4ad1-0c9e-4f4f-9d3c-3b9f2f9f3a11";
const bench = await startProviderProcess();
globalThis.addEventListener("unload", () => bench.stop());

export interface Reservation {
  steps: unknown;
  subscription_reference: string | null;
}

export async function withBilling(test: (setting: Awaited<ReturnType<typeof createSetting>>) => Promise<void>) {
  await bench.reset();
  await setUp({ stripe: bench.stripe, sold: readSold(), dryRun: false });
  await test(await createSetting());
}

export const checkout = (more: object = {}) => ({
  price: "servio_pro_gbp_month",
  organisation_id: ORGANISATION_ID,
  email: "owner@example.test",
  customer: null,
  trial_end: null,
  replaces: [],
  ...more,
});

async function createSetting() {
  const project = await testProject();
  const next: Reservation & { refusal?: string; id: string } = {
    steps: checkout(),
    subscription_reference: null,
    id: crypto.randomUUID(),
  };
  const books = fakeRpc({
    start_billing_change: () => {
      if (next.refusal) throw new Problem({ code: next.refusal, status: 409, detail: "venues: 2 of 1" });
      return { change_id: next.id, ...next };
    },
    finish_billing_change: ({ p_change_id, p_status }) => ({ change_id: p_change_id, status: p_status }),
    start_account_link: ({ p_organisation_id }) => ({
      account_id: next.id,
      organisation_id: p_organisation_id,
      provider_reference: next.subscription_reference,
      email: "owner@example.test",
    }),
    attach_account: ({ p_account_id, p_provider_reference }) => ({
      account_id: p_account_id,
      provider_reference: p_provider_reference,
    }),
    get_billing_customer: () => ({ customer: next.subscription_reference }),
  });
  const guard = createStripeGuard({ timeoutMs: 400, withinMs: 3_000, firstDelayMs: 1, failuresToOpen: 50 });
  const provider = createBillingProvider(bench.stripe, guard);
  const routes = billingRoutes({
    identify: project.identify,
    callerRpc: () => books.rpc,
    serviceRpc: books.rpc,
    provider,
    accounts: createConnectProvider(bench.stripe, guard),
  });
  const call = testFunction({ name: "billing", routes, cors: true });
  const authorization = `Bearer ${await project.token()}`;
  const headers = { apikey: KEYS.publishable, authorization };
  /** A reservation of other steps: another change. */
  const reserve = (reservation: Partial<Reservation & { refusal: string }>) =>
    Object.assign(next, { id: crypto.randomUUID() }, reservation);
  const ask = (body: object, path = "/billing", more: Record<string, string> = headers) =>
    call(post(path, { organisation_id: ORGANISATION_ID, ...body }, more));
  const pay = async (url: string, card_number = "4242424242424242") => {
    const form = new URLSearchParams({ action: "pay", email: "owner@example.test", card_number });
    const response = await fetch(url, { method: "POST", body: form, redirect: "manual" });
    await response.body?.cancel();
    return response.status;
  };
  /** A paid subscription and its one item. */
  const subscribed = async (steps: object = {}, card?: string) => {
    reserve({ steps: checkout(steps) });
    const { checkout_url } = await (await ask(CHOOSE)).json();
    if ((await pay(checkout_url, card)) !== 303) throw new Error("the checkout was not paid");
    const [subscription] = (await bench.stripe.subscriptions.list({ status: "all", limit: 1 })).data;
    const [item] = subscription?.items.data ?? [];
    if (!subscription || !item) throw new Error("no subscription");
    return { subscription, item };
  };
  return { ask, bench, books, call, headers, next, pay, project, provider, reserve, subscribed };
}

export const CHOOSE = { kind: "checkout", item: "pro", return_url: "https://app.example/billing" };
