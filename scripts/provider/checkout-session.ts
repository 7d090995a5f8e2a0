// A Checkout Session, pure: open → complete or expired. The payment itself is a PaymentIntent's business; the session
// learns of it through `withIntent`. Its lines and the parameters for that intent are kept beside it, not in it.
import type Stripe from "stripe";
import { invalid } from "./failure.ts";
import type { Mint } from "./mint.ts";
import type { CreateParams } from "./operations/create-payment-intent.ts";
import type { EventDraft } from "./payment-intent.ts";

type Session = Stripe.Checkout.Session;

export interface CheckoutDetail {
  readonly lines: readonly Stripe.LineItem[];
  readonly intent: CreateParams;
}

export interface SessionStep {
  readonly session: Session;
  readonly events: readonly EventDraft[];
}

export interface NewSession {
  readonly total: number;
  readonly currency: string;
  readonly successUrl: string;
  readonly cancelUrl: string | null;
  readonly expiresAt: number;
  readonly customer: string | null;
  readonly customerEmail: string | null;
  readonly clientReferenceId: string | null;
  readonly metadata: Stripe.Metadata;
  readonly pageUrl: (id: string) => string;
}

/** One line of a session: so many of one price. */
export function newLine({
  price,
  quantity,
  ...named
}: Pick<Stripe.LineItem, "id" | "description" | "metadata"> & {
  price: Stripe.Price;
  quantity: number;
}): Stripe.LineItem {
  const amount = (price.unit_amount ?? 0) * quantity;
  return {
    ...named,
    object: "item",
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: price.currency,
    price,
    quantity,
  };
}

export function newSession(request: NewSession, mint: Mint): Session {
  const id = mint.id("cs_test", 58);
  return {
    id,
    object: "checkout.session",
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    amount_subtotal: request.total,
    amount_total: request.total,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: request.cancelUrl,
    client_reference_id: request.clientReferenceId,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: mint.now,
    currency: request.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: request.customer,
    customer_account: null,
    customer_creation: request.customer ? null : "if_required",
    customer_details: null,
    customer_email: request.customerEmail,
    discounts: [],
    expires_at: request.expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: null,
    managed_payments: null,
    metadata: request.metadata,
    mode: "payment",
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: "if_required",
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ["card"],
    payment_status: "unpaid",
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: "open",
    submit_type: null,
    subscription: null,
    success_url: request.successUrl,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: "hosted_page",
    url: request.pageUrl(id),
    wallet_options: null,
  };
}

/** The session after its intent has moved: complete as soon as the person has nothing left to do. */
export function withIntent(
  session: Session,
  intent: Stripe.PaymentIntent,
  payer: { email: string | null },
): SessionStep {
  const known: Session = { ...session, payment_intent: intent.id };
  const paid = intent.status === "succeeded";
  if (!paid && intent.status !== "processing") return { session: known, events: [] };
  const complete: Session = {
    ...known,
    status: "complete",
    payment_status: paid ? "paid" : "unpaid",
    url: null,
    customer_details: {
      address: null,
      business_name: null,
      email: payer.email ?? session.customer_email,
      individual_name: null,
      name: null,
      phone: null,
      tax_exempt: "none",
      tax_ids: [],
    },
  };
  return { session: complete, events: [{ type: "checkout.session.completed", object: complete }] };
}

/** The bank's later answer to a session that was completed while its payment was still processing. */
export function withLateAnswer(session: Session, paid: boolean): SessionStep {
  const next: Session = paid ? { ...session, payment_status: "paid" } : session;
  const type = paid ? "checkout.session.async_payment_succeeded" : "checkout.session.async_payment_failed";
  return { session: next, events: [{ type, object: next }] };
}

export function expireSession(session: Session): SessionStep {
  if (session.status !== "open") {
    throw invalid(
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
    );
  }
  const expired: Session = { ...session, status: "expired", url: null };
  return { session: expired, events: [{ type: "checkout.session.expired", object: expired }] };
}
