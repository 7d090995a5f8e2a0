// What the provider's objects mean for a payment. A Checkout Session makes a PaymentIntent when the guest pays; from then on
// that is what was paid.
import type Stripe from "stripe";

export type Method = "payment_intent" | "checkout";

/** open: the guest can pay; processing: money is taken or on its way; dead: cancelled or expired. */
export type ObjectState = "open" | "processing" | "dead";

export interface PaidObject {
  readonly reference: string;
  readonly amountMinor: number;
  readonly currency: string;
}

export interface ProviderObject {
  readonly reference: string;
  readonly method: Method;
  readonly state: ObjectState;
  /** What was paid, once it was. */
  readonly paid: PaidObject | null;
  readonly clientSecret: string | null;
  readonly url: string | null;
}

export const isCheckout = (reference: string): boolean => reference.startsWith("cs_");

export function fromIntent(intent: Stripe.PaymentIntent): ProviderObject {
  const { id, status, client_secret, amount_received, currency } = intent;
  const processing = status === "succeeded" || status === "processing" || status === "requires_capture";
  const state = status === "canceled" ? "dead" : processing ? "processing" : "open";
  const paid = status === "succeeded" ? { reference: id, amountMinor: amount_received, currency } : null;
  return { reference: id, method: "payment_intent", state, paid, clientSecret: client_secret, url: null };
}

export function fromSession(session: Stripe.Checkout.Session): ProviderObject {
  const { id, status, url, payment_status, payment_intent, amount_total, currency } = session;
  const state = status === "expired" ? "dead" : status === "complete" ? "processing" : "open";
  const intent = typeof payment_intent === "string" ? payment_intent : payment_intent?.id;
  const isPaid = payment_status === "paid" && intent !== undefined && amount_total !== null && currency !== null;
  const paid = isPaid ? { reference: intent, amountMinor: amount_total, currency } : null;
  return { reference: id, method: "checkout", state, paid, clientSecret: null, url };
}

export function withOutcome(returnUrl: string, paymentId: string, outcome: string): string {
  const url = new URL(returnUrl);
  url.searchParams.set("payment_id", paymentId);
  url.searchParams.set("payment", outcome);
  return url.href;
}

export async function shortDigest(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest).subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
