// A subscription and its items, pure: how they are born, what a period is, and what an unused part of one is worth.
// Money and cards are an invoice's business (invoice.ts); when things happen is billing-cycle.ts's.
import type Stripe from "stripe";
import type { Mint } from "./mint.ts";
import type { EventDraft } from "./payment-intent.ts";

export interface Period {
  readonly start: number;
  readonly end: number;
}

/** The same day of the next month or year, or the last one that there is. */
export function periodFrom(start: number, { interval, interval_count }: Stripe.Price.Recurring): Period {
  const from = new Date(start * 1000);
  if (interval === "day" || interval === "week") {
    return { start, end: start + 86_400 * interval_count * (interval === "week" ? 7 : 1) };
  }
  const months = from.getUTCMonth() + interval_count * (interval === "year" ? 12 : 1);
  const last = new Date(Date.UTC(from.getUTCFullYear(), months + 1, 0)).getUTCDate();
  const end = new Date(from);
  end.setUTCFullYear(from.getUTCFullYear(), months, Math.min(from.getUTCDate(), last));
  return { start, end: Math.floor(end.getTime() / 1000) };
}

/** What a part of a price is worth, in whole minor units. */
export const proportion = (amount: number, { start, end }: Period, from: number): number =>
  Math.round((amount * Math.max(0, end - Math.max(start, from))) / Math.max(1, end - start));

export const recurringOf = (price: Stripe.Price): Stripe.Price.Recurring => {
  if (!price.recurring) throw new Error(`The price ${price.id} does not recur.`);
  return price.recurring;
};

export function planOf(price: Stripe.Price): Stripe.Plan {
  const { interval, interval_count, meter, usage_type } = recurringOf(price);
  return {
    id: price.id,
    object: "plan",
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval,
    interval_count,
    livemode: false,
    metadata: price.metadata,
    meter,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type,
  };
}

export function newItem(
  price: Stripe.Price,
  subscription: string,
  period: Period,
  mint: Mint,
): Stripe.SubscriptionItem {
  return {
    id: mint.id("si", 14),
    object: "subscription_item",
    billing_thresholds: null,
    created: mint.now,
    current_period_end: period.end,
    current_period_start: period.start,
    current_trial: null,
    discounts: [],
    metadata: {},
    plan: planOf(price),
    price,
    quantity: 1,
    subscription,
    tax_rates: [],
  };
}

export interface NewSubscription {
  readonly customer: string;
  readonly prices: readonly Stripe.Price[];
  readonly metadata: Stripe.Metadata;
  readonly trialEnd: number | null;
  readonly withoutCard: Stripe.Subscription.TrialSettings.EndBehavior.MissingPaymentMethod;
  readonly method: string | null;
}

export function newSubscription(request: NewSubscription, mint: Mint): Stripe.Subscription {
  const [first] = request.prices;
  if (!first) throw new Error("A subscription has at least one price.");
  const id = mint.id("sub");
  const { trialEnd } = request;
  const period = trialEnd === null ? periodFrom(mint.now, recurringOf(first)) : { start: mint.now, end: trialEnd };
  const data = request.prices.map((price) => newItem(price, id, period, mint));
  return {
    id,
    object: "subscription",
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: trialEnd ?? mint.now,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: null, type: "classic" },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: "charge_automatically",
    created: mint.now,
    currency: first.currency,
    customer: request.customer,
    customer_account: null,
    days_until_due: null,
    default_payment_method: request.method,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: "self" },
    },
    items: itemsOf(id, data),
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata: request.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: "off",
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: mint.now,
    status: trialEnd === null ? "active" : "trialing",
    test_clock: null,
    transfer_data: null,
    trial_end: trialEnd,
    trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: request.withoutCard } },
    trial_start: trialEnd === null ? null : mint.now,
  };
}

export const itemsOf = (
  subscription: string,
  data: Stripe.SubscriptionItem[],
): Stripe.ApiList<Stripe.SubscriptionItem> => ({
  object: "list",
  data,
  has_more: false,
  url: `/v1/subscription_items?subscription=${subscription}`,
});

export const priceOf = (item: Stripe.SubscriptionItem): number => (item.price.unit_amount ?? 0) * (item.quantity ?? 1);

/** The event of a change, with what the changed fields were. */
export function updated(before: Stripe.Subscription, after: Stripe.Subscription): EventDraft {
  const was = Object.entries(before).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(after[key as keyof Stripe.Subscription]),
  );
  return { type: "customer.subscription.updated", object: after, previous: Object.fromEntries(was) };
}

export function ended(
  subscription: Stripe.Subscription,
  reason: Stripe.Subscription.CancellationDetails.Reason,
  mint: Mint,
): { readonly subscription: Stripe.Subscription; readonly events: readonly EventDraft[] } {
  const next: Stripe.Subscription = {
    ...subscription,
    status: "canceled",
    canceled_at: subscription.canceled_at ?? mint.now,
    ended_at: mint.now,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason },
  };
  return { subscription: next, events: [{ type: "customer.subscription.deleted", object: next }] };
}
