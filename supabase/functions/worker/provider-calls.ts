// What the queue asks the payment provider to do. Every step is idempotent at the provider or in the database.
import { z } from "zod";
import type { PaymentProvider } from "../_shared/payment-provider.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { DONE, type Queue } from "./job.ts";
import { newObjectOf, onlinePayment, reportPaid } from "./online-payment.ts";
import { refund } from "./refunding.ts";
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
const orphanRefund = z.object({ event_id: z.string().min(1), payment_reference: z.string().startsWith("pi_") });

export const providerCalls = ({ rpc, provider, billing }: ProviderCallsDependencies): Queue => ({
  name: "provider_calls",
  batch: 5,
  topics: {
    "subscription.changed": lookAtSubscription({ rpc, billing }),

    "refund.requested": async (payload, trace) => {
      const { refund_id, payment_reference, amount_minor } = refundRequested.parse(payload);
      const request = { refundId: refund_id, paymentReference: payment_reference, amountMinor: amount_minor };
      return await refund({ ...request, reference: null }, rpc, provider, trace);
    },

    "payment.cancel_requested": async (payload, trace) => {
      const { payment_id } = cancelRequested.parse(payload);
      // First here, then there: a creation under way learns from attach_payment that its payment is cancelled.
      const payment = onlinePayment.parse(await rpc("cancel_payment", { p_payment_id: payment_id }, trace));
      if (payment.status !== "canceled") return DONE;
      const { provider_reference: reference } = payment;
      const object =
        reference === null
          ? await provider.abandonUnattached(newObjectOf(payment), new Date(payment.created_at))
          : await provider.abandon(reference);
      // Should the guest have been faster, it is settled or refunded, whether an event comes or not.
      return object?.paid ? await reportPaid(payment_id, object.paid, rpc, trace) : DONE;
    },

    "charge.refund_requested": async (payload) => {
      const { event_id, payment_reference } = orphanRefund.parse(payload);
      await provider.refundOrphan(payment_reference, event_id);
      return DONE;
    },
  },
});
