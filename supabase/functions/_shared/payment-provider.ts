// What Servio asks of the payment provider, in Servio's words. A payment has at most one object there: a PaymentIntent, or
// a Checkout Session that makes its own PaymentIntent when the guest pays. Every call is guarded.
import Stripe from "stripe";
import type { Guard } from "./guard.ts";

export type Method = "payment_intent" | "checkout";

/** open: the guest can pay; processing: money is taken or on its way; dead: cancelled or expired. */
export type ObjectState = "open" | "processing" | "dead";

export interface ProviderObject {
  readonly reference: string;
  readonly method: Method;
  readonly state: ObjectState;
  readonly clientSecret: string | null;
  readonly url: string | null;
}

export interface NewObject {
  readonly paymentId: string;
  readonly orderId: string;
  readonly venueId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly description: string;
}

export interface RefundRequest {
  readonly refundId: string;
  readonly paymentReference: string;
  readonly amountMinor: number;
}

export interface ProviderRefund {
  readonly reference: string;
  readonly status: "pending" | "succeeded" | "failed";
  readonly failureCode: string | null;
}

export interface PaymentProvider {
  createIntent(payment: NewObject): Promise<ProviderObject>;
  createCheckout(payment: NewObject, returnUrl: string): Promise<ProviderObject>;
  retrieve(reference: string): Promise<ProviderObject>;
  /** Ends what can be ended; the answer says what became of it: dead, or processing when the guest was faster. */
  abandon(reference: string): Promise<ObjectState>;
  refund(request: RefundRequest): Promise<ProviderRefund>;
}

const isCheckout = (reference: string) => reference.startsWith("cs_");
const { StripeError, StripeInvalidRequestError } = Stripe.errors;

export function createPaymentProvider(stripe: Stripe, guard: Guard): PaymentProvider {
  const call = <T>(work: () => Promise<T>): Promise<T> => guard.run(work, { repeatable: true });

  /**
   * Stripe replays a stored 500 for as long as it keeps the key. An object of an abandoned key was never shown to a
   * guest, so nobody can pay it, and a fresh key is safe. (Not so for refunds.)
   */
  async function create<T>(key: string, work: (idempotencyKey: string) => Promise<T>): Promise<T> {
    try {
      return await call(() => work(key));
    } catch (error) {
      const replayed = error instanceof StripeError && error.headers?.["idempotent-replayed"] === "true";
      if (!replayed || (error.statusCode ?? 0) < 500) throw error;
      const fresh = `${key}:${crypto.randomUUID()}`;
      return await call(() => work(fresh));
    }
  }

  const provider: PaymentProvider = {
    async createIntent(payment) {
      const key = `payment:${payment.paymentId}:${payment.amountMinor}`;
      const intent = await create(key, (idempotencyKey) =>
        stripe.paymentIntents.create(
          {
            amount: payment.amountMinor,
            currency: payment.currency.toLowerCase(),
            description: payment.description,
            automatic_payment_methods: { enabled: true },
            metadata: metadataOf(payment),
          },
          { idempotencyKey },
        ),
      );
      return fromIntent(intent);
    },

    async createCheckout(payment, returnUrl) {
      const key = `checkout:${payment.paymentId}:${payment.amountMinor}:${await shortDigest(returnUrl)}`;
      const session = await create(key, (idempotencyKey) =>
        stripe.checkout.sessions.create(
          {
            mode: "payment",
            line_items: [
              {
                quantity: 1,
                price_data: {
                  currency: payment.currency.toLowerCase(),
                  unit_amount: payment.amountMinor,
                  product_data: { name: payment.description },
                },
              },
            ],
            success_url: withOutcome(returnUrl, payment.paymentId, "success"),
            cancel_url: withOutcome(returnUrl, payment.paymentId, "cancelled"),
            client_reference_id: payment.orderId,
            metadata: metadataOf(payment),
            payment_intent_data: { metadata: metadataOf(payment), description: payment.description },
          },
          { idempotencyKey },
        ),
      );
      return fromSession(session);
    },

    async retrieve(reference) {
      if (isCheckout(reference)) return fromSession(await call(() => stripe.checkout.sessions.retrieve(reference)));
      return fromIntent(await call(() => stripe.paymentIntents.retrieve(reference)));
    },

    async abandon(reference) {
      try {
        if (isCheckout(reference)) await call(() => stripe.checkout.sessions.expire(reference));
        else await call(() => stripe.paymentIntents.cancel(reference));
        return "dead";
      } catch (error) {
        // Refused: it has ended already, one way or the other.
        if (!(error instanceof StripeInvalidRequestError)) throw error;
        const { state } = await provider.retrieve(reference);
        if (state === "open") throw error;
        return state;
      }
    },

    async refund({ refundId, paymentReference, amountMinor }) {
      // The key makes repeats of a day one refund; the list does so for repeats after the key is forgotten.
      const made = await call(() => stripe.refunds.list({ payment_intent: paymentReference, limit: 100 }));
      const mine = made.data.find(({ metadata }) => metadata?.refund_id === refundId);
      const refund =
        mine ??
        (await call(() =>
          stripe.refunds.create(
            { payment_intent: paymentReference, amount: amountMinor, metadata: { refund_id: refundId } },
            { idempotencyKey: `refund:${refundId}` },
          ),
        ));
      const { id, status, failure_reason = null } = refund;
      const failed = status === "failed" || status === "canceled";
      return {
        reference: id,
        status: status === "succeeded" ? "succeeded" : failed ? "failed" : "pending",
        failureCode: failed ? (failure_reason ?? status) : null,
      };
    },
  };
  return provider;
}

const metadataOf = (payment: NewObject) => ({
  payment_id: payment.paymentId,
  order_id: payment.orderId,
  venue_id: payment.venueId,
});

function fromIntent({ id, status, client_secret }: Stripe.PaymentIntent): ProviderObject {
  const processing = status === "succeeded" || status === "processing" || status === "requires_capture";
  const state = status === "canceled" ? "dead" : processing ? "processing" : "open";
  return { reference: id, method: "payment_intent", state, clientSecret: client_secret, url: null };
}

function fromSession({ id, status, url }: Stripe.Checkout.Session): ProviderObject {
  const state = status === "expired" ? "dead" : status === "complete" ? "processing" : "open";
  return { reference: id, method: "checkout", state, clientSecret: null, url };
}

function withOutcome(returnUrl: string, paymentId: string, outcome: string): string {
  const url = new URL(returnUrl);
  url.searchParams.set("payment_id", paymentId);
  url.searchParams.set("payment", outcome);
  return url.href;
}

async function shortDigest(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest).subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
