// What the queue asks the payment provider to do. Every step is idempotent at the provider or in the database.
import Stripe from "stripe";
import { z } from "zod";
import type { PaymentProvider } from "../_shared/payment-provider.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { DONE, type Queue } from "./job.ts";
import { lookAtSubscription, type SubscriptionsDependencies } from "./subscriptions.ts";

export interface ProviderCallsDependencies extends SubscriptionsDependencies {
  readonly rpc: Rpc;
  readonly provider: PaymentProvider;
}

const refundRequested = z.object({
  refund_id: z.guid(),
  payment_reference: z.string().startsWith("pi_"),
  amount_minor: z.number().int().positive(),
});
const cancelRequested = z.object({ payment_id: z.guid() });
const canceledPayment = z.object({ status: z.string(), provider_reference: z.string().nullable() });
const { StripeInvalidRequestError } = Stripe.errors;

export const providerCalls = ({ rpc, provider, billing }: ProviderCallsDependencies): Queue => ({
  name: "provider_calls",
  batch: 5,
  topics: {
    "subscription.changed": lookAtSubscription({ rpc, billing }),

    "refund.requested": async (payload, trace) => {
      const { refund_id, payment_reference, amount_minor } = refundRequested.parse(payload);
      const request = { refundId: refund_id, paymentReference: payment_reference, amountMinor: amount_minor };
      try {
        const { reference, status, failureCode } = await provider.refund(request);
        const failure = failureCode === null ? {} : { p_failure_code: failureCode };
        await rpc(
          "confirm_refund",
          { p_refund_id: refund_id, p_status: status, p_provider_reference: reference, ...failure },
          trace,
        );
        return DONE;
      } catch (error) {
        if (!(error instanceof StripeInvalidRequestError)) throw error;
        // The provider refuses and always will: the claim on the payment is freed, and a person learns of it.
        const code = error.code ?? "refused";
        await rpc("confirm_refund", { p_refund_id: refund_id, p_status: "failed", p_failure_code: code }, trace);
        return { done: false, error: `the provider refused the refund: ${code}`, final: true };
      }
    },

    "payment.cancel_requested": async (payload, trace) => {
      const { payment_id } = cancelRequested.parse(payload);
      // First here, then there: a creation under way learns from attach_payment that its payment is cancelled.
      const payment = canceledPayment.parse(await rpc("cancel_payment", { p_payment_id: payment_id }, trace));
      if (payment.status !== "canceled" || payment.provider_reference === null) return DONE;
      // Should the guest have been faster, the webhook settles or refunds.
      await provider.abandon(payment.provider_reference);
      return DONE;
    },
  },
});
