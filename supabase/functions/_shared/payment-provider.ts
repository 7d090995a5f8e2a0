// What Servio asks of the payment provider, in Servio's words. A payment has at most one object there: a PaymentIntent, or
// a Checkout Session that makes its own PaymentIntent when the guest pays. Every call is guarded.
import Stripe from "stripe";
import type { Guard } from "./guard.ts";
import {
  fromIntent,
  fromSession,
  isCheckout,
  type ProviderObject,
  shortDigest,
  withOutcome,
} from "./provider-objects.ts";
import { createProviderRefunds, type ProviderRefunds } from "./provider-refunds.ts";

export interface NewObject {
  readonly paymentId: string;
  readonly orderId: string;
  readonly venueId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly description: string;
  /** The organisation's own account that the money goes on to, and what of it stays with us; absent, all of it does. */
  readonly destination?: { readonly account: string; readonly feeMinor: number };
}

export interface PaymentProvider extends ProviderRefunds {
  createIntent(payment: NewObject): Promise<ProviderObject>;
  createCheckout(payment: NewObject, returnUrl: string): Promise<ProviderObject>;
  retrieve(reference: string): Promise<ProviderObject>;
  /** Ends what can be ended; the answer says what became of it: dead, or processing when the guest was faster. */
  abandon(reference: string): Promise<ProviderObject>;
  /** Ends what may have been made for a payment whose maker died before noting it; null when there is nothing to end. */
  abandonUnattached(payment: NewObject, createdAt: Date): Promise<ProviderObject | null>;
}

/** A function that makes an object is over long before; its clock and the provider's may differ a little. */
const BEFORE_SECONDS = 120;
const AFTER_SECONDS = 600;
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

  async function sessionsAround(createdAt: Date): Promise<Stripe.Checkout.Session[]> {
    const at = Math.floor(createdAt.getTime() / 1000);
    const created = { gte: at - BEFORE_SECONDS, lte: at + AFTER_SECONDS };
    const found: Stripe.Checkout.Session[] = [];
    let more = true;
    while (more) {
      const last = found.at(-1)?.id;
      const page = { created, limit: 100, ...(last === undefined ? {} : { starting_after: last }) };
      const { data, has_more } = await call(() => stripe.checkout.sessions.list(page));
      found.push(...data);
      more = has_more && data.length > 0;
    }
    return found;
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
            ...destinationOf(payment),
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
            payment_intent_data: {
              metadata: metadataOf(payment),
              description: payment.description,
              ...destinationOf(payment),
            },
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
        if (isCheckout(reference)) return fromSession(await call(() => stripe.checkout.sessions.expire(reference)));
        return fromIntent(await call(() => stripe.paymentIntents.cancel(reference)));
      } catch (error) {
        // Refused: it has ended already, one way or the other.
        if (!(error instanceof StripeInvalidRequestError)) throw error;
        const object = await provider.retrieve(reference);
        if (object.state === "open") throw error;
        return object;
      }
    },

    async abandonUnattached(payment, createdAt) {
      const ended: ProviderObject[] = [];
      try {
        // The same key: it is the intent that was made, or from now on the only one that can be.
        const { reference } = await provider.createIntent(payment);
        ended.push(await provider.abandon(reference));
      } catch (error) {
        // What the provider refuses to make it has not made before.
        if (!(error instanceof StripeInvalidRequestError)) throw error;
      }
      for (const { id, metadata } of await sessionsAround(createdAt)) {
        if (metadata?.payment_id === payment.paymentId) ended.push(await provider.abandon(id));
      }
      return ended.find(({ paid }) => paid !== null) ?? ended[0] ?? null;
    },

    ...createProviderRefunds(stripe, call),
  };
  return provider;
}

const metadataOf = (payment: NewObject) => ({
  payment_id: payment.paymentId,
  order_id: payment.orderId,
  venue_id: payment.venueId,
});

/** The restaurant is the merchant: its name is on the guest's statement, and it is paid in its own country. */
const destinationOf = ({ destination }: NewObject) =>
  destination === undefined
    ? {}
    : {
        application_fee_amount: destination.feeMinor,
        on_behalf_of: destination.account,
        transfer_data: { destination: destination.account },
      };
