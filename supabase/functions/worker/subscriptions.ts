// Looks at a subscription: asks the provider what is true now and hands it to the database, which knows by seen_at whether a
// later look has been there before.
import { z } from "zod";
import type { BillingProvider } from "../_shared/billing-provider.ts";
import type { Json } from "../_shared/database.types.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { DONE, type JobHandler } from "./job.ts";

export interface SubscriptionsDependencies {
  readonly rpc: Rpc;
  readonly billing: Pick<BillingProvider, "retrieve">;
}

const changed = z.object({
  subscription_reference: z.string().startsWith("sub_"),
  seen_at: z.iso.datetime({ offset: true }),
});
const applied = z.object({ outcome: z.string() });
const NEEDS_A_PERSON: Readonly<Record<string, string>> = {
  unknown_price: "its prices are not one plan and known add-ons",
  second_subscription: "its organisation has two that have not ended",
};

export const lookAtSubscription =
  ({ rpc, billing }: SubscriptionsDependencies): JobHandler =>
  async (payload, trace) => {
    const { subscription_reference, seen_at } = changed.parse(payload);
    const object = await billing.retrieve(subscription_reference);
    const answer = await rpc(
      "apply_subscription",
      { p_object: JSON.parse(JSON.stringify(object)) as Json, p_seen_at: seen_at },
      trace,
    );
    const { outcome } = applied.parse(answer);
    const problem = NEEDS_A_PERSON[outcome];
    if (problem === undefined) return DONE;
    return { done: false, error: `${subscription_reference}: ${problem}`, final: true };
  };
