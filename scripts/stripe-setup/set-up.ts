// Makes the provider sell what the tier file says: products, prices, the portal and, where asked, the webhook endpoint. Each is
// found again by what we named it, so a second run changes nothing. A price's amount cannot be changed: a new price takes over
// its lookup key, and who pays the old one goes on paying it.
import Stripe from "stripe";
import { lookupKey, type Sold } from "./plans.ts";

export interface Step {
  readonly object: "product" | "price" | "portal" | "webhook" | "connect webhook";
  readonly name: string;
  readonly action: "create" | "update" | "replace" | "retire" | "keep";
  readonly id: string | null;
  /** Of a new webhook endpoint: shown once, for STRIPE_WEBHOOK_SECRET, or STRIPE_CONNECT_WEBHOOK_SECRET. */
  readonly secret?: string;
}

export interface SetUpOptions {
  readonly stripe: Stripe;
  readonly sold: readonly Sold[];
  readonly dryRun: boolean;
  readonly webhookUrl?: string | undefined;
}

export const ACCOUNT_EVENTS: Stripe.WebhookEndpointCreateParams.EnabledEvent[] = ["account.updated"];
export const EVENTS: Stripe.WebhookEndpointCreateParams.EnabledEvent[] = [
  "charge.dispute.closed",
  "charge.dispute.created",
  "charge.dispute.funds_reinstated",
  "charge.dispute.funds_withdrawn",
  "charge.dispute.updated",
  "charge.refunded",
  "checkout.session.completed",
  "customer.subscription.created",
  "customer.subscription.deleted",
  "customer.subscription.paused",
  "customer.subscription.resumed",
  "customer.subscription.trial_will_end",
  "customer.subscription.updated",
  "invoice.paid",
  "invoice.payment_failed",
  "payment_intent.canceled",
  "payment_intent.payment_failed",
  "payment_intent.succeeded",
  "refund.created",
  "refund.failed",
  "refund.updated",
];
/** Plans are changed in the app alone, where a plan that is too small is refused. */
const PORTAL: Stripe.BillingPortal.ConfigurationCreateParams = {
  features: {
    customer_update: { enabled: true, allowed_updates: ["address", "email", "name", "tax_id"] },
    invoice_history: { enabled: true },
    payment_method_update: { enabled: true },
    subscription_cancel: { enabled: true, mode: "at_period_end" },
    subscription_update: { enabled: false },
  },
  metadata: { servio: "portal" },
};

const productId = (key: string) => `servio_${key}`;

/** True when everything that `wanted` says stands in `found`, too. */
function says(found: unknown, wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return found === wanted;
  if (typeof found !== "object" || found === null) return false;
  if (Array.isArray(wanted)) {
    return Array.isArray(found) && JSON.stringify([...found].sort()) === JSON.stringify([...wanted].sort());
  }
  return Object.entries(wanted).every(([key, value]) => says((found as Record<string, unknown>)[key], value));
}

async function product({ stripe, dryRun }: SetUpOptions, { key, name, metadata }: Sold): Promise<Step> {
  const id = productId(key);
  const wanted = { name, metadata, active: true };
  const found = await stripe.products.retrieve(id).catch((error: unknown) => {
    if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 404) return null;
    throw error;
  });
  const action = found === null ? "create" : says(found, wanted) ? "keep" : "update";
  if (!dryRun && action === "create") await stripe.products.create({ id, ...wanted });
  if (!dryRun && action === "update") await stripe.products.update(id, wanted);
  return { object: "product", name: key, action, id };
}

async function prices(
  { stripe, dryRun }: SetUpOptions,
  { key, name, metadata, prices: wanted }: Sold,
  isNew: boolean,
): Promise<Step[]> {
  const steps: Step[] = [];
  const onSale = isNew ? [] : (await stripe.prices.list({ product: productId(key), active: true, limit: 100 })).data;
  for (const price of wanted) {
    const lookup_key = lookupKey(key, price);
    const found = onSale.find((one) => one.lookup_key === lookup_key);
    const facts = { currency: price.currency.toLowerCase(), unit_amount: price.amount_minor };
    const recurring = { interval: price.interval, interval_count: 1 };
    const same = found && says(found, { ...facts, recurring });
    const action = !found ? "create" : !same ? "replace" : says(found.metadata, metadata) ? "keep" : "update";
    let id = found?.id ?? null;
    if (!dryRun && (action === "create" || action === "replace")) {
      const terms = { ...facts, recurring, metadata, nickname: name, tax_behavior: "exclusive" as const };
      const made = await stripe.prices.create({
        ...terms,
        product: productId(key),
        lookup_key,
        transfer_lookup_key: true,
      });
      id = made.id;
    }
    if (!dryRun && action === "update" && found) await stripe.prices.update(found.id, { metadata });
    steps.push({ object: "price", name: lookup_key, action, id });
  }
  // Whatever else is on sale under this product is not in the file any more.
  const keys = new Set(wanted.map((price) => lookupKey(key, price)));
  const kept = new Set(steps.map(({ id }) => id));
  for (const old of onSale) {
    if (keys.has(old.lookup_key ?? "") && kept.has(old.id)) continue;
    if (!dryRun) await stripe.prices.update(old.id, { active: false });
    steps.push({ object: "price", name: old.lookup_key ?? old.id, action: "retire", id: old.id });
  }
  return steps;
}

async function portal({ stripe, dryRun }: SetUpOptions): Promise<Step> {
  const listed = await stripe.billingPortal.configurations.list({ active: true, limit: 100 });
  const found = listed.data.find(({ metadata }) => metadata?.servio === "portal");
  const action = !found ? "create" : says(found, PORTAL) ? "keep" : "update";
  let id = found?.id ?? null;
  if (!dryRun && action === "create") id = (await stripe.billingPortal.configurations.create(PORTAL)).id;
  if (!dryRun && action === "update" && found) await stripe.billingPortal.configurations.update(found.id, PORTAL);
  return { object: "portal", name: "portal", action, id };
}

/** Of connected accounts Stripe tells an endpoint of its own, which may be at the same address. */
const ENDPOINTS = {
  webhook: { connect: false, enabled_events: EVENTS, metadata: { servio: "own" } },
  "connect webhook": { connect: true, enabled_events: ACCOUNT_EVENTS, metadata: { servio: "connected" } },
};

async function webhook({ stripe, dryRun }: SetUpOptions, url: string, object: keyof typeof ENDPOINTS): Promise<Step> {
  const { connect, enabled_events, metadata } = ENDPOINTS[object];
  const listed = await stripe.webhookEndpoints.list({ limit: 100 });
  const found = listed.data.find((one) => one.url === url && (one.metadata.servio === "connected") === connect);
  const action = !found ? "create" : says(found.enabled_events, enabled_events) ? "keep" : "update";
  const step = { object, name: url, action } as const;
  if (!dryRun && action === "create") {
    const api_version = Stripe.API_VERSION as Stripe.WebhookEndpointCreateParams.ApiVersion;
    const { id, secret } = await stripe.webhookEndpoints.create({
      url,
      connect,
      enabled_events,
      metadata,
      api_version,
    });
    return { ...step, id, ...(secret === undefined ? {} : { secret }) };
  }
  if (!dryRun && action === "update" && found) {
    await stripe.webhookEndpoints.update(found.id, { enabled_events });
  }
  return { ...step, id: found?.id ?? null };
}

export async function setUp(options: SetUpOptions): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const one of options.sold) {
    const step = await product(options, one);
    steps.push(step, ...(await prices(options, one, step.action === "create")));
  }
  steps.push(await portal(options));
  if (options.webhookUrl !== undefined) {
    steps.push(await webhook(options, options.webhookUrl, "connect webhook"));
    steps.push(await webhook(options, options.webhookUrl, "webhook"));
  }
  return steps;
}
