// What the queue asks the provider to do. Each job may run more than once, and at the same time elsewhere: every step is
// idempotent at the provider or in the database. The answer says whether a failure is worth another attempt.
import Stripe from "stripe";
import { z } from "zod";
import { Problem } from "../_shared/problem.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { describe } from "../_shared/serve.ts";
import { type Trace, traceFrom } from "../_shared/trace.ts";
import type { PaymentProvider } from "./provider.ts";

export type JobOutcome =
  | { readonly done: true }
  | { readonly done: false; readonly error: string; readonly final: boolean };

export interface JobDependencies {
  readonly rpc: Rpc;
  readonly provider: PaymentProvider;
}

const envelope = z.looseObject({ topic: z.string(), payload: z.unknown(), trace_id: z.string().nullish() });
const refundRequested = z.object({
  refund_id: z.guid(),
  payment_reference: z.string().startsWith("pi_"),
  amount_minor: z.number().int().positive(),
});
const cancelRequested = z.object({ payment_id: z.guid() });
const canceledPayment = z.object({ status: z.string(), provider_reference: z.string().nullable() });

const DONE: JobOutcome = { done: true };
const { StripeInvalidRequestError } = Stripe.errors;

export async function runJob(message: unknown, dependencies: JobDependencies): Promise<JobOutcome> {
  const parsed = envelope.safeParse(message);
  if (!parsed.success) return { done: false, error: "the message is not a job", final: true };
  const { topic, payload, trace_id } = parsed.data;
  const trace = traceFrom(trace_id);
  try {
    switch (topic) {
      case "refund.requested":
        return await refund(refundRequested.parse(payload), dependencies, trace);
      case "payment.cancel_requested":
        return await cancel(cancelRequested.parse(payload), dependencies, trace);
      default:
        return { done: false, error: `no such topic: ${topic}`, final: true };
    }
  } catch (error) {
    if (error instanceof z.ZodError) return { done: false, error: `malformed: ${z.prettifyError(error)}`, final: true };
    // What is missing or contradicts the books stays so; everything else (outages, wrong keys, faults) may be mended.
    const refused = error instanceof Problem && [404, 409, 422].includes(error.status);
    return { done: false, error: describe(error), final: refused };
  }
}

async function refund(
  { refund_id, payment_reference, amount_minor }: z.output<typeof refundRequested>,
  { rpc, provider }: JobDependencies,
  trace: Trace,
): Promise<JobOutcome> {
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
}

async function cancel(
  { payment_id }: z.output<typeof cancelRequested>,
  { rpc, provider }: JobDependencies,
  trace: Trace,
): Promise<JobOutcome> {
  // First here, then there: a creation under way learns from attach_payment that its payment is cancelled.
  const payment = canceledPayment.parse(await rpc("cancel_payment", { p_payment_id: payment_id }, trace));
  if (payment.status !== "canceled" || payment.provider_reference === null) return DONE;
  // Should the guest have been faster, the webhook settles or refunds.
  await provider.abandon(payment.provider_reference);
  return DONE;
}
