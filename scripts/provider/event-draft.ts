// An event before it has an identity: what happened, to what.
import type Stripe from "stripe";

export interface EventDraft {
  readonly type: Stripe.Event.Type;
  readonly object:
    | Stripe.PaymentIntent
    | Stripe.Charge
    | Stripe.Refund
    | Stripe.Customer
    | Stripe.Checkout.Session
    | Stripe.Dispute;
  readonly previous?: Readonly<Record<string, unknown>>;
}
