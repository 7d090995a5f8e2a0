// What the queue asks the payment provider to do. Every step is idempotent at the provider or in the database.
import { z } from "zod";
import type { PaymentProvider } from "../_shared/payment-provider.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { type AccountsDependencies, lookAtAccount } from "./accounts.ts";
import { DONE, type Queue } from "./job.ts";
import { newObjectOf, onlinePayment, reportPaid } from "./online-payment.ts";
import { refund, refundingOf, refundRequested } from "./refunding.ts";
import { lookAtSubscription, type SubscriptionsDependencies } from "./subscriptions.ts";

export interface ProviderCallsDependencies extends SubscriptionsDependencies, AccountsDependencies {
  readonly rpc: Rpc;
  readonly provider: PaymentProvider;
}

const cancelRequested = z.object({ payment_id: z.guid() });
const orphanRefund = z.object({
  event_id: z.string().min(1),
  payment_reference: z.string().startsWith("pi_"),
  reverses_transfer: z.boolean().default(false),
});

export const providerCalls = ({ rpc, provider, billing, accounts }: ProviderCallsDependencies): Queue => ({
  name: "provider_calls",
  batch: 5,
  topics: {
    "account.changed": lookAtAccount({ rpc, accounts }),

    "subscription.changed": lookAtSubscription({ rpc, billing }),

    "refund.requested": async (payload, trace) => {
      return await refund(refundingOf(refundRequested.parse(payload), null), rpc, provider, trace);
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
      const { event_id, payment_reference, reverses_transfer } = orphanRefund.parse(payload);
      await provider.refundOrphan(payment_reference, event_id, reverses_transfer);
      return DONE;
    },
  },
});
