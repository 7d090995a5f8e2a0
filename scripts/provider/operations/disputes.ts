// /v1/disputes and /v1/balance_transactions. In test mode Stripe decides by the evidence: "winning_evidence" wins,
// "losing_evidence" loses, as soon as it is submitted; closing a dispute accepts it as lost.
import type Stripe from "stripe";
import { z } from "zod";
import type { Desk } from "../desk.ts";
import { type DisputeRequest, type DisputeStep, decideDispute, openDispute, submitEvidence } from "../dispute.ts";
import { flag, listParams, metadata, text } from "../params.ts";
import { listOf, mergeMetadata, route } from "./route.ts";

function record(desk: Desk, step: DisputeStep): Stripe.Dispute {
  desk.save([...step.movements, step.dispute, step.charge], step.events);
  return step.dispute;
}

export function disputeIntent(desk: Desk, intentId: string, request: DisputeRequest): Stripe.Dispute {
  const intent = desk.need("payment_intent", intentId);
  return disputeCharge(desk, desk.need("charge", String(intent.latest_charge)), request);
}

export const disputeCharge = (desk: Desk, charge: Stripe.Charge, request: DisputeRequest = {}): Stripe.Dispute =>
  record(desk, openDispute(charge, request, desk.mint));

export function decide(desk: Desk, dispute: Stripe.Dispute, outcome: "won" | "lost"): Stripe.Dispute {
  const charge = desk.need("charge", String(dispute.charge));
  return record(desk, decideDispute(dispute, charge, outcome, desk.mint));
}

const updateParams = z.strictObject({
  evidence: z.strictObject({ uncategorized_text: text.optional() }).optional(),
  metadata: metadata.optional(),
  submit: flag.optional(),
});

function update(desk: Desk, dispute: Stripe.Dispute, params: z.output<typeof updateParams>): Stripe.Dispute {
  const words = params.evidence?.uncategorized_text ?? null;
  const isSubmitted = params.submit ?? params.evidence !== undefined;
  const next = {
    ...submitEvidence(dispute, words, isSubmitted, desk.mint),
    metadata: mergeMetadata(dispute.metadata, params.metadata),
  };
  desk.save([next], [{ type: "charge.dispute.updated", object: next, previous: { status: dispute.status } }]);
  if (!isSubmitted) return next;
  if (words === "winning_evidence") return decide(desk, next, "won");
  return words === "losing_evidence" ? decide(desk, next, "lost") : next;
}

const disputes = "/v1/disputes";
const movements = "/v1/balance_transactions";
export const disputeRoutes = [
  route(
    "GET",
    disputes,
    z.strictObject({ ...listParams, charge: text.optional(), payment_intent: text.optional() }),
    ({ desk }, { charge, payment_intent, ...page }) =>
      listOf(disputes, desk.store.list("dispute", page, { charge, payment_intent })),
  ),
  route("GET", `${disputes}/:id`, z.strictObject({}), ({ desk, id }) => desk.need("dispute", id)),
  route("POST", `${disputes}/:id`, updateParams, ({ desk, id }, params) =>
    update(desk, desk.need("dispute", id), params),
  ),
  route("POST", `${disputes}/:id/close`, z.strictObject({}), ({ desk, id }) =>
    decide(desk, desk.need("dispute", id), "lost"),
  ),
  route(
    "GET",
    movements,
    z.strictObject({ ...listParams, currency: text.optional(), source: text.optional(), type: text.optional() }),
    ({ desk }, { currency, source, type, ...page }) =>
      listOf(movements, desk.store.list("balance_transaction", page, { currency, source, type })),
  ),
  route("GET", `${movements}/:id`, z.strictObject({}), ({ desk, id }) => desk.need("balance_transaction", id)),
];
