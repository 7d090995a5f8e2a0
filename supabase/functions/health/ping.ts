// Asks the payment provider the cheapest thing that proves both that it answers and that our key is still good.
import type Stripe from "stripe";
import type { Guard } from "../_shared/guard.ts";
import type { ProviderHealth } from "./checks.ts";

export function createPing(stripe: Stripe, guard: Guard, now: () => number = Date.now): () => Promise<ProviderHealth> {
  return async () => {
    const asked = now();
    const reachable = await guard
      .run(() => stripe.paymentIntents.list({ limit: 1 }), { repeatable: false })
      .then(
        () => true,
        () => false,
      );
    return { reachable, breaker: guard.state(), ms: now() - asked };
  };
}
