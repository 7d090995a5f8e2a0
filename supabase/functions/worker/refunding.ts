// One refund at the provider, made or found again, and what the database is told of it.
import Stripe from "stripe";
import { z } from "zod";
import type { PaymentProvider } from "../_shared/payment-provider.ts";
import type { RefundRequest } from "../_shared/provider-refunds.ts";
import type { Rpc } from "../_shared/rpc.ts";
import type { Trace } from "../_shared/trace.ts";
import { DONE, type JobOutcome } from "./job.ts";

const { StripeInvalidRequestError } = Stripe.errors;

export interface Refunding extends RefundRequest {
  /** The provider's object, where it is known. */
  readonly reference: string | null;
}

/** What the database says of a refund that it asks for. */
export const refundRequested = z.object({
  refund_id: z.guid(),
  payment_reference: z.string().startsWith("pi_"),
  amount_minor: z.number().int().positive(),
  reverses_transfer: z.boolean().default(false),
});

export const refundingOf = (asked: z.output<typeof refundRequested>, reference: string | null): Refunding => ({
  refundId: asked.refund_id,
  paymentReference: asked.payment_reference,
  amountMinor: asked.amount_minor,
  reversesTransfer: asked.reverses_transfer,
  reference,
});

export async function refund(
  request: Refunding,
  rpc: Rpc,
  provider: PaymentProvider,
  trace: Trace,
): Promise<JobOutcome> {
  const { reference: known, refundId } = request;
  try {
    const { reference, status, failureCode } = await (known === null
      ? provider.refund(request)
      : provider.retrieveRefund(known));
    const failure = failureCode === null ? {} : { p_failure_code: failureCode };
    await rpc(
      "confirm_refund",
      { p_refund_id: refundId, p_status: status, p_provider_reference: reference, ...failure },
      trace,
    );
    return DONE;
  } catch (error) {
    if (!(error instanceof StripeInvalidRequestError)) throw error;
    const code = error.code ?? "refused";
    // A refund that the provider is said to have, and does not know, is for a person: it may have been paid out.
    if (known !== null)
      return { done: false, error: `the provider does not know the refund ${known}: ${code}`, final: true };
    // The provider refuses and always will: the claim on the payment is freed, and a person learns of it.
    await rpc("confirm_refund", { p_refund_id: refundId, p_status: "failed", p_failure_code: code }, trace);
    return { done: false, error: `the provider refused the refund: ${code}`, final: true };
  }
}
