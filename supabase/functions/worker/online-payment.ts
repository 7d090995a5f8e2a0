// A payment as the database describes it to workers, and how they tell it that one was paid.
import { z } from "zod";
import { destinationOf, goesOn } from "../_shared/destination.ts";
import type { NewObject } from "../_shared/payment-provider.ts";
import type { PaidObject } from "../_shared/provider-objects.ts";
import type { Rpc } from "../_shared/rpc.ts";
import type { Trace } from "../_shared/trace.ts";
import { DONE, type JobOutcome } from "./job.ts";

export const onlinePayment = z.object({
  payment_id: z.guid(),
  status: z.enum(["reserved", "pending", "succeeded", "canceled"]),
  amount_minor: z.number().int().positive(),
  currency: z.string().length(3),
  provider_reference: z.string().nullable(),
  order_id: z.guid(),
  venue_id: z.guid(),
  description: z.string(),
  created_at: z.string(),
  ...goesOn,
});
export type OnlinePayment = z.output<typeof onlinePayment>;

export const newObjectOf = (payment: OnlinePayment): NewObject => ({
  paymentId: payment.payment_id,
  orderId: payment.order_id,
  venueId: payment.venue_id,
  amountMinor: payment.amount_minor,
  currency: payment.currency,
  description: payment.description,
  ...destinationOf(payment),
});

const reported = z.object({ outcome: z.string() });
const CONTRADICTIONS = ["unknown_payment", "reference_mismatch", "amount_mismatch"];

/** The effect of the provider's event, whether that comes or not. What contradicts the books is for a person. */
export async function reportPaid(paymentId: string, paid: PaidObject, rpc: Rpc, trace: Trace): Promise<JobOutcome> {
  const { outcome } = reported.parse(
    await rpc(
      "report_payment",
      {
        p_payment_id: paymentId,
        p_state: "succeeded",
        p_provider_reference: paid.reference,
        p_amount_minor: paid.amountMinor,
        p_currency: paid.currency,
      },
      trace,
    ),
  );
  if (!CONTRADICTIONS.includes(outcome)) return DONE;
  return { done: false, error: `the provider has ${paid.reference} as paid: ${outcome}`, final: true };
}
