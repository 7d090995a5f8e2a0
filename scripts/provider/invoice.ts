// An invoice of a subscription, pure: its lines, what they come to, and paid or open.
import type Stripe from "stripe";
import type { Mint } from "./mint.ts";
import type { Period } from "./subscription.ts";

export interface Line {
  readonly item: Stripe.SubscriptionItem;
  readonly amount: number;
  readonly description: string;
  readonly period: Period;
  readonly proration: boolean;
}

function lineOf(line: Line, subscription: string, currency: string, mint: Mint): Stripe.InvoiceLineItem {
  const { item, amount, description, period, proration } = line;
  return {
    id: mint.id("il"),
    object: "line_item",
    amount,
    currency,
    description,
    discount_amounts: [],
    discountable: !proration,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: {},
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: proration ? mint.id("ii") : null,
        proration,
        proration_details: { credited_items: null },
        subscription,
        subscription_item: item.id,
      },
      type: "subscription_item_details",
    },
    period: { start: period.start, end: period.end },
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: item.price.id, product: String(item.price.product) },
      type: "price_details",
      unit_amount_decimal: String(item.price.unit_amount) as unknown as Stripe.Decimal,
    },
    quantity: item.quantity ?? 1,
    quantity_decimal: String(item.quantity ?? 1) as unknown as Stripe.Decimal,
    subscription,
    subtotal: amount,
    taxes: [],
  };
}

export interface NewInvoice {
  readonly subscription: Stripe.Subscription;
  readonly reason: "subscription_create" | "subscription_cycle" | "subscription_update";
  readonly lines: readonly Line[];
  readonly period: Period;
}

export function newInvoice({ subscription, reason, lines, period }: NewInvoice, mint: Mint): Stripe.Invoice {
  const id = mint.id("in");
  const { currency, customer } = subscription;
  const data = lines.map((line) => ({ ...lineOf(line, subscription.id, currency, mint), invoice: id }));
  const total = data.reduce((sum, { amount }) => sum + amount, 0);
  const due = Math.max(0, total);
  return {
    id,
    object: "invoice",
    account_country: "GB",
    account_name: null,
    account_tax_ids: null,
    amount_due: due,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: due,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: true,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: null,
    billing_reason: reason,
    collection_method: "charge_automatically",
    created: mint.now,
    currency,
    custom_fields: null,
    customer,
    customer_account: null,
    customer_address: null,
    customer_email: null,
    customer_name: null,
    customer_phone: null,
    customer_shipping: null,
    customer_tax_exempt: "none",
    customer_tax_ids: [],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    due_date: null,
    effective_at: mint.now,
    ending_balance: Math.min(total, 0),
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: "self" },
    last_finalization_error: null,
    latest_revision: null,
    lines: { object: "list", data, has_more: false, url: `/v1/invoices/${id}/lines` },
    livemode: false,
    metadata: {},
    next_payment_attempt: null,
    number: mint.id("SERVIO", 8).replace("_", "-").toUpperCase(),
    on_behalf_of: null,
    parent: {
      quote_details: null,
      subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
      type: "subscription_details",
    },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: period.end,
    period_start: period.start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: null,
    status: "open",
    status_transitions: { finalized_at: mint.now, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: total,
    subtotal_excluding_tax: total,
    test_clock: null,
    total,
    total_discount_amounts: [],
    total_excluding_tax: total,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: null,
  };
}

export const paidInvoice = (invoice: Stripe.Invoice, mint: Mint): Stripe.Invoice => ({
  ...invoice,
  status: "paid",
  attempted: true,
  attempt_count: invoice.attempt_count + (invoice.amount_due > 0 ? 1 : 0),
  amount_paid: invoice.amount_due,
  amount_remaining: 0,
  status_transitions: { ...invoice.status_transitions, paid_at: mint.now },
});

export const failedInvoice = (invoice: Stripe.Invoice, mint: Mint): Stripe.Invoice => ({
  ...invoice,
  attempted: true,
  attempt_count: invoice.attempt_count + 1,
  next_payment_attempt: mint.now + 3 * 86_400,
});
