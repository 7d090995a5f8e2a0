// What happens to subscriptions without anybody asking: invoices are collected, trials and periods end, attempts are given
// up. Stripe's clock does this; here the control API says when, so that a month takes no time.
import type Stripe from "stripe";
import type { Desk } from "./desk.ts";
import { invalid, type StripeFailure } from "./failure.ts";
import { failedInvoice, type Line, newInvoice, paidInvoice } from "./invoice.ts";
import { newIntent } from "./operations/create-payment-intent.ts";
import { confirm } from "./payment-intent.ts";
import { ended, itemsOf, type Period, periodFrom, priceOf, recurringOf, updated } from "./subscription.ts";

export interface PendingDetail {
  /** Prorations that wait for the next invoice. */
  readonly lines: readonly Line[];
}

export const cardFor = (desk: Desk, subscription: Stripe.Subscription): string | null => {
  const own = subscription.default_payment_method;
  const customer = desk.need("customer", String(subscription.customer));
  const theirs = customer.invoice_settings.default_payment_method;
  return typeof own === "string" ? own : typeof theirs === "string" ? theirs : null;
};

export interface Collected {
  readonly invoice: Stripe.Invoice;
  /** Why it was not paid; null when it was. */
  readonly failure: StripeFailure | null;
}

/** Takes the money of an open invoice with a card, as a payment of its own, and says so in events. */
export function collect(desk: Desk, invoice: Stripe.Invoice, methodId: string | null): Collected {
  const { mint } = desk;
  const settled = (): Collected => {
    const paid = paidInvoice(invoice, mint);
    desk.save(
      [paid],
      [
        { type: "invoice.payment_succeeded", object: paid },
        { type: "invoice.paid", object: paid },
      ],
    );
    return { invoice: paid, failure: null };
  };
  if (invoice.amount_due === 0) return settled();
  const failed = (failure: StripeFailure): Collected => {
    const open = failedInvoice(invoice, mint);
    desk.save([open], [{ type: "invoice.payment_failed", object: open }]);
    return { invoice: open, failure };
  };
  if (methodId === null) {
    return failed(invalid("This customer has no attached payment source or default payment method."));
  }
  const intent = newIntent(desk, {
    amount: invoice.amount_due,
    currency: invoice.currency,
    customer: String(invoice.customer),
    description: "Subscription",
    payment_method_types: ["card"],
  });
  const method = desk.need("payment_method", methodId);
  const step = confirm(
    intent,
    { method, returnUrl: null, actionUrl: (id) => `${desk.baseUrl}/c/authenticate/${id}` },
    mint,
  );
  desk.save([step.intent, step.charge], [{ type: "payment_intent.created", object: intent }, ...step.events]);
  if (step.intent.status === "succeeded") return settled();
  return failed(step.failure ?? invalid("The card asks for authentication.", { payment_intent: step.intent }));
}

export const linesOf = (subscription: Stripe.Subscription, period: Period): Line[] =>
  subscription.items.data.map((item) => ({
    item,
    amount: priceOf(item),
    description: `${item.quantity ?? 1} × ${item.price.nickname ?? item.price.lookup_key ?? item.price.id}`,
    period,
    proration: false,
  }));

/** The end of a trial or a period: cancelled if so asked, else renewed, and paid or past due. */
export function endPeriod(desk: Desk, subscription: Stripe.Subscription): Stripe.Subscription {
  const [first] = subscription.items.data;
  if (!first || subscription.status === "canceled") throw invalid("This subscription has ended.");
  if (subscription.cancel_at_period_end) return finish(desk, subscription, "cancellation_requested");
  const card = cardFor(desk, subscription);
  if (subscription.status === "trialing" && card === null) {
    const behaviour = subscription.trial_settings?.end_behavior.missing_payment_method;
    if (behaviour === "cancel") return finish(desk, subscription, "payment_failed");
    if (behaviour === "pause") {
      const paused: Stripe.Subscription = { ...subscription, status: "paused" };
      desk.save([paused], [updated(subscription, paused), { type: "customer.subscription.paused", object: paused }]);
      return paused;
    }
  }
  const period = periodFrom(first.current_period_end, recurringOf(first.price));
  const moved: Stripe.Subscription = {
    ...subscription,
    items: itemsOf(
      subscription.id,
      subscription.items.data.map((item) => ({
        ...item,
        current_period_start: period.start,
        current_period_end: period.end,
      })),
    ),
  };
  const waiting = desk.store.detail<PendingDetail>(subscription.id)?.lines ?? [];
  desk.store.saveDetail(subscription.id, { lines: [] } satisfies PendingDetail);
  const lines = [...waiting, ...linesOf(moved, period)];
  const invoice = newInvoice({ subscription, reason: "subscription_cycle", lines, period }, desk.mint);
  desk.save([invoice], [{ type: "invoice.created", object: invoice }]);
  const { failure } = collect(desk, invoice, card);
  const unpaid = subscription.status === "unpaid" ? "unpaid" : "past_due";
  const next: Stripe.Subscription = { ...moved, latest_invoice: invoice.id, status: failure ? unpaid : "active" };
  desk.save([next], [updated(subscription, next)]);
  return next;
}

function finish(
  desk: Desk,
  subscription: Stripe.Subscription,
  reason: Stripe.Subscription.CancellationDetails.Reason,
): Stripe.Subscription {
  const step = ended(subscription, reason, desk.mint);
  desk.save([step.subscription], step.events);
  return step.subscription;
}

/** Tries the open invoice again; once nothing is open, the subscription is active. */
export function payInvoice(desk: Desk, invoice: Stripe.Invoice, methodId: string | null): Collected {
  if (invoice.status !== "open") throw invalid("Invoice is already paid", { code: "invoice_already_paid" });
  const reference = invoice.parent?.subscription_details?.subscription;
  const subscription = desk.need("subscription", String(reference));
  const outcome = collect(desk, invoice, methodId ?? cardFor(desk, subscription));
  const isLatest = subscription.latest_invoice === invoice.id;
  if (!outcome.failure && isLatest && ["past_due", "unpaid", "incomplete"].includes(subscription.status)) {
    const next: Stripe.Subscription = { ...subscription, status: "active" };
    desk.save([next], [updated(subscription, next)]);
  }
  return outcome;
}

export const ADVANCES = ["trial_will_end", "period_end", "retry", "unpaid", "canceled"] as const;
export type Advance = (typeof ADVANCES)[number];

export function advance(desk: Desk, id: string, to: Advance): Stripe.Subscription {
  const subscription = desk.need("subscription", id);
  if (to === "period_end") return endPeriod(desk, subscription);
  if (to === "canceled") return finish(desk, subscription, "payment_failed");
  if (to === "trial_will_end") desk.save([], [{ type: "customer.subscription.trial_will_end", object: subscription }]);
  if (to === "retry") payInvoice(desk, desk.need("invoice", String(subscription.latest_invoice)), null);
  if (to === "unpaid") {
    const next: Stripe.Subscription = { ...subscription, status: "unpaid" };
    desk.save([next], [updated(subscription, next)]);
  }
  return desk.need("subscription", id);
}
