// What becomes of money after it was paid: refunds, and charges that are in no books. Asked twice,
// each is the same refund: by the idempotency key, and, when that is forgotten after a day, by what was made before.
import Stripe from "stripe";

export interface RefundRequest {
  readonly refundId: string;
  readonly paymentReference: string;
  readonly amountMinor: number;
  /** Take it back from the account that the payment went on to, with our fee in proportion. */
  readonly reversesTransfer: boolean;
}

export interface ProviderRefund {
  readonly reference: string;
  readonly status: "pending" | "succeeded" | "failed";
  readonly failureCode: string | null;
}

export interface ProviderRefunds {
  refund(request: RefundRequest): Promise<ProviderRefund>;
  /** A refund that the provider is known to have, whoever made it. */
  retrieveRefund(reference: string): Promise<ProviderRefund>;
  /** Gives back all that is left of a charge which is in no books. */
  refundOrphan(paymentReference: string, eventId: string, reversesTransfer: boolean): Promise<void>;
}

type Call = <T>(work: () => Promise<T>) => Promise<T>;
const { StripeInvalidRequestError } = Stripe.errors;
const REVERSAL = { reverse_transfer: true, refund_application_fee: true } as const;

export const createProviderRefunds = (stripe: Stripe, call: Call): ProviderRefunds => ({
  async refund({ refundId, paymentReference, amountMinor, reversesTransfer }) {
    const made = await call(() => stripe.refunds.list({ payment_intent: paymentReference, limit: 100 }));
    const mine = made.data.find(({ metadata }) => metadata?.refund_id === refundId);
    const refund =
      mine ??
      (await call(() =>
        stripe.refunds.create(
          {
            payment_intent: paymentReference,
            amount: amountMinor,
            metadata: { refund_id: refundId },
            ...(reversesTransfer ? REVERSAL : {}),
          },
          { idempotencyKey: `refund:${refundId}` },
        ),
      ));
    return fromRefund(refund);
  },

  retrieveRefund: async (reference) => fromRefund(await call(() => stripe.refunds.retrieve(reference))),

  async refundOrphan(paymentReference, eventId, reversesTransfer) {
    try {
      await call(() =>
        stripe.refunds.create(
          { payment_intent: paymentReference, metadata: { orphan_of: eventId }, ...(reversesTransfer ? REVERSAL : {}) },
          { idempotencyKey: `orphan:${eventId}` },
        ),
      );
    } catch (error) {
      const done = error instanceof StripeInvalidRequestError && error.code === "charge_already_refunded";
      if (!done) throw error;
    }
  },
});

function fromRefund({ id, status, failure_reason }: Stripe.Refund): ProviderRefund {
  const failed = status === "failed" || status === "canceled";
  return {
    reference: id,
    status: status === "succeeded" ? "succeeded" : failed ? "failed" : "pending",
    failureCode: failed ? (failure_reason ?? status) : null,
  };
}
