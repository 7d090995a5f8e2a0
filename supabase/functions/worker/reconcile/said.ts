// The provider's objects as the comparison needs them: ids, states and amounts, nothing about persons.
import type Stripe from "stripe";
import type { Json } from "../../_shared/database.types.ts";

export interface Said {
  readonly id: string;
  readonly object: string;
  readonly [field: string]: Json | undefined;
}

export const nameOf = (value: string | { id: string } | null | undefined) =>
  typeof value === "string" ? value : (value?.id ?? null);

export const intentSaid = ({
  id,
  object,
  status,
  amount,
  amount_received,
  currency,
  metadata,
}: Stripe.PaymentIntent): Said => ({
  id,
  object,
  status,
  amount,
  amount_received,
  currency,
  metadata: { payment_id: metadata.payment_id },
});

export const refundSaid = ({
  id,
  object,
  status,
  amount,
  currency,
  payment_intent,
  metadata,
}: Stripe.Refund): Said => ({
  id,
  object,
  status,
  amount,
  currency,
  payment_intent: nameOf(payment_intent),
  metadata: { refund_id: metadata?.refund_id },
});

/** All that apply_subscription reads, and nothing else. */
export const subscriptionSaid = (subscription: Stripe.Subscription): Said => {
  const { id, object, status, currency, created, trial_end, cancel_at_period_end, metadata, latest_invoice } =
    subscription;
  return {
    ...{ id, object, status, currency, created, trial_end, cancel_at_period_end },
    customer: nameOf(subscription.customer),
    metadata: { ...metadata },
    latest_invoice: typeof latest_invoice === "object" && latest_invoice ? { created: latest_invoice.created } : null,
    items: {
      data: subscription.items.data.map((item) => ({
        id: item.id,
        current_period_start: item.current_period_start,
        current_period_end: item.current_period_end,
        price: {
          metadata: { ...item.price.metadata },
          recurring: item.price.recurring && { interval: item.price.recurring.interval },
        },
      })),
    },
  };
};

/** A checkout page by itself says nothing about money: its payment intent does. */
export const sessionSaid = ({ id, object }: Stripe.Checkout.Session): Said => ({ id, object });

export const missingSaid = (id: string, object: "payment" | "refund" | "subscription"): Said => ({
  id,
  object: object === "payment" ? "payment_intent" : object,
  status: "missing",
});

/**
 * Charges and refunds count in the currency of the payment, as the ledger does; on a balance in another currency Stripe has
 * converted them. Whatever else moves the balance counts as it moved it.
 */
export function balanceSaid(transaction: Stripe.BalanceTransaction): Said {
  const { id, object, reporting_category, currency, fee, net, created } = transaction;
  const source = typeof transaction.source === "object" ? transaction.source : null;
  const moved = { id, object, reporting_category, fee, net, balance_currency: currency, created };
  if (source?.object === "charge") {
    const { amount, payment_intent, metadata } = source;
    const belongs = { payment_intent: nameOf(payment_intent), metadata: { payment_id: metadata.payment_id } };
    return { ...moved, amount, currency: source.currency, ...belongs };
  }
  if (source?.object === "refund") {
    const amount = Math.sign(transaction.amount) * source.amount;
    const belongs = { payment_intent: nameOf(source.payment_intent), refund: source.id };
    return { ...moved, amount, currency: source.currency, ...belongs };
  }
  const payment_intent = source?.object === "dispute" ? nameOf(source.payment_intent) : null;
  return { ...moved, amount: net, currency, payment_intent };
}
