// One object of the provider: what kind it is, what it says, and what becomes of asking for it by its id.
import type Stripe from "stripe";
import type { ProviderRecords } from "../../_shared/provider-records.ts";
import { intentSaid, missingSaid, nameOf, refundSaid, type Said, sessionSaid, subscriptionSaid } from "./said.ts";

export type Whole = Stripe.PaymentIntent | Stripe.Refund | Stripe.Subscription;
type Kind = "payment" | "refund" | "subscription";

export function saidBy(object: Whole): Said {
  if (object.object === "subscription") return subscriptionSaid(object);
  return object.object === "refund" ? refundSaid(object) : intentSaid(object);
}

export interface Look {
  readonly whole: readonly Whole[];
  readonly said: readonly Said[];
}

export const fetchOne = (id: string, kind: Kind, records: ProviderRecords): Promise<Whole | null> => {
  if (kind === "subscription") return records.subscription(id);
  return kind === "refund" ? records.refund(id) : records.intent(id);
};
export const kindOf = ({ object }: Whole): Kind => (object === "payment_intent" ? "payment" : object);

/** What the provider says about one object that its lists did not show. */
export async function look(id: string, object: Kind, records: ProviderRecords): Promise<Look> {
  const missing = { whole: [], said: [missingSaid(id, object)] };
  if (id.startsWith("cs_")) {
    const session = await records.session(id);
    if (!session) return missing;
    const intentId = nameOf(session.payment_intent);
    const intent = intentId === null ? null : await records.intent(intentId);
    return { whole: intent ? [intent] : [], said: [sessionSaid(session)] };
  }
  const found = await fetchOne(id, object, records);
  return found ? { whole: [found], said: [] } : missing;
}
