/** What the provider says, in its own words. */
import { providerEvent } from "../support/payments.ts";
import { the } from "./consequences.ts";
import type { House } from "./house.ts";
import type { Event, State } from "./state.ts";

/** The provider's ids are the whole world's, handles are a house's. */
export const providerId = ({ venueId }: House, kind: "pi" | "re" | "du" | "txn" | "evt", handle: string) =>
  `${kind}_${venueId}_${handle}`;
/** What a bank takes for a dispute, whoever wins it. */
export const DISPUTE_FEE = 1_500;
/** What the provider keeps of a charge. */
export const CHARGE_FEE = 25;
/** The provider's clock begins here and ticks once with every event. */
export const BEGINNING = Date.UTC(2026, 0, 1);

/** Arguments of record_provider_event. */
export function eventOf(house: House, state: State, handle: string) {
  const event = the(state.events, handle);
  const { payment, lie } = event;
  const intent = providerId(house, "pi", lie === "reference" ? `${payment} of another` : payment);
  const [type, object] = objectOf(house, event, intent);
  const p_created_at = new Date(BEGINNING + event.at * 1_000).toISOString();
  const told = { ...object, currency: lie === "currency" ? "eur" : "gbp" };
  return { ...providerEvent(type, told, providerId(house, "evt", handle)), p_created_at };
}

function objectOf(house: House, { kind, payment, about, status, amount, lie, moves }: Event, intent: string) {
  const { rows } = house;
  if (kind === "refund") {
    const metadata = rows.has(about) ? { refund_id: rows.get(about) } : {};
    return [
      "refund.updated",
      { object: "refund", id: providerId(house, "re", about), payment_intent: intent, amount, status, metadata },
    ] as const;
  }
  if (kind === "dispute") {
    const balance_transactions = moves.map((move, index) => {
      const fee = index === 0 ? DISPUTE_FEE : 0;
      return { id: providerId(house, "txn", `${about}-${index}`), amount: move, fee, net: move - fee, currency: "gbp" };
    });
    const type = moves.length === 1 && status !== "lost" ? "charge.dispute.created" : "charge.dispute.closed";
    const facts = {
      status,
      reason: "general",
      amount: Math.abs(moves[0] ?? 0),
      created: BEGINNING / 1_000,
      evidence_details: {},
    };
    return [
      type,
      { object: "dispute", id: providerId(house, "du", about), payment_intent: intent, ...facts, balance_transactions },
    ] as const;
  }
  const paid = { amount_received: amount + (lie === "amount" ? 1 : 0), metadata: { payment_id: rows.get(payment) } };
  return [
    `payment_intent.${kind === "failed" ? "payment_failed" : kind}`,
    { object: "payment_intent", id: intent, ...paid },
  ] as const;
}
