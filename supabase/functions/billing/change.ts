// One change of a subscription: reserve (database, with the caller's rights) → call (provider, under the reservation's key) →
// confirm (database). The answer says that the provider took it; the plan follows from what the provider then says.
import Stripe from "stripe";
import { z } from "zod";
import { type BillingProvider, changeSteps, checkoutSteps } from "../_shared/billing-provider.ts";
import { Problem, problem } from "../_shared/problem.ts";
import type { Rpc } from "../_shared/rpc.ts";
import type { Trace } from "../_shared/trace.ts";

export interface ChangeRequest {
  readonly organisation_id: string;
  readonly kind: "checkout" | "plan" | "add_on" | "remove_add_on" | "cancel" | "resume";
  readonly item?: string | undefined;
  readonly currency?: string | undefined;
  readonly interval?: string | undefined;
  readonly return_url?: string | undefined;
}

export interface ChangeDependencies {
  /** With the caller's own rights: the database decides whether they may. */
  readonly callerRpc: Rpc;
  readonly serviceRpc: Rpc;
  readonly provider: BillingProvider;
  readonly trace: Trace;
}

export interface ChangeAnswer {
  readonly change_id: string;
  readonly checkout_url?: string;
}

const reserved = z.object({
  change_id: z.guid(),
  steps: z.unknown(),
  subscription_reference: z.string().nullable(),
});

export async function changeSubscription(
  request: ChangeRequest,
  { callerRpc, serviceRpc, provider, trace }: ChangeDependencies,
): Promise<ChangeAnswer> {
  const answer = await callerRpc(
    "start_billing_change",
    {
      p_organisation_id: request.organisation_id,
      p_kind: request.kind,
      ...(request.item === undefined ? {} : { p_item: request.item }),
      ...(request.currency === undefined ? {} : { p_currency: request.currency }),
      ...(request.interval === undefined ? {} : { p_interval: request.interval }),
    },
    trace,
  );
  const { change_id, steps, subscription_reference } = reserved.parse(answer);
  const finish = (status: "called" | "refused", reference: string | null, code?: string) =>
    serviceRpc(
      "finish_billing_change",
      {
        p_change_id: change_id,
        p_status: status,
        ...(reference === null ? {} : { p_provider_reference: reference }),
        ...(code === undefined ? {} : { p_failure_code: code }),
      },
      trace,
    );
  try {
    if (request.kind !== "checkout") {
      const reference = z.string().parse(subscription_reference);
      await provider.change(change_id, reference, changeSteps.parse(steps));
      await finish("called", reference);
      return { change_id };
    }
    const wanted = checkoutSteps.parse(steps);
    // A page that is still open could be paid beside the new one: it ends first.
    for (const reference of wanted.replaces) {
      if (!(await provider.endCheckout(reference))) {
        throw problem("billing_change_in_progress", { detail: "A subscription has just been paid for." });
      }
    }
    const { reference, url } = await provider.createCheckout(change_id, wanted, request.return_url ?? "");
    await finish("called", reference);
    return { change_id, checkout_url: url };
  } catch (error) {
    // Refused for good: the way is free for another change. What may have had an effect stays reserved.
    const code = finalCode(error);
    if (code !== null) await finish("refused", subscription_reference, code);
    throw error;
  }
}

function finalCode(error: unknown): string | null {
  if (error instanceof Problem && error.status < 500) return error.code;
  const { StripeCardError, StripeInvalidRequestError } = Stripe.errors;
  if (error instanceof StripeCardError || error instanceof StripeInvalidRequestError) return error.code ?? "refused";
  return null;
}
