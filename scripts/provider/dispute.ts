// Disputes: a bank takes the money back, and somebody decides who keeps it. Pure. The money is withdrawn with the fee when the
// dispute opens, and reinstated without the fee when it is won.
import type Stripe from "stripe";
import { DISPUTE_FEE, movement } from "./balance.ts";
import { invalid } from "./failure.ts";
import type { Mint } from "./mint.ts";
import type { EventDraft } from "./payment-intent.ts";

type Dispute = Stripe.Dispute;

export interface DisputeStep {
  readonly dispute: Dispute;
  readonly charge: Stripe.Charge;
  readonly movements: readonly Stripe.BalanceTransaction[];
  readonly events: readonly EventDraft[];
}

const WEEK = 7 * 86_400;
const OPEN = ["needs_response", "under_review"];

const NO_EVIDENCE = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
} satisfies Stripe.Dispute.Evidence;

export interface DisputeRequest {
  readonly amount?: number | undefined;
  readonly reason?: string | undefined;
}

export function openDispute(charge: Stripe.Charge, request: DisputeRequest, mint: Mint): DisputeStep {
  const amount = request.amount ?? charge.amount;
  if (charge.status !== "succeeded" || charge.disputed || amount > charge.amount) {
    throw invalid(`Charge ${charge.id} cannot be disputed for ${amount}.`);
  }
  const id = mint.id("du");
  const withdrawn = movement({
    id: mint.id("txn"),
    amount: -amount,
    fee: DISPUTE_FEE,
    currency: charge.currency,
    created: mint.now,
    source: id,
    type: "adjustment",
    category: "dispute",
    description: `Chargeback withdrawal for ${charge.id}`,
  });
  const created: Dispute = {
    id,
    object: "dispute",
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: mint.now,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: mint.now + WEEK,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: "not_submitted",
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: {
        brand: charge.payment_method_details?.card?.brand ?? "visa",
        case_type: "chargeback",
        network: charge.payment_method_details?.card?.network ?? "visa",
        network_reason_code: "10.4",
      },
      type: "card",
    },
    reason: request.reason ?? "fraudulent",
    status: "needs_response",
  };
  const dispute: Dispute = { ...created, balance_transactions: [withdrawn] };
  return {
    dispute,
    charge: { ...charge, disputed: true },
    movements: [withdrawn],
    events: [
      { type: "charge.dispute.created", object: created },
      { type: "charge.dispute.funds_withdrawn", object: dispute },
    ],
  };
}

export function submitEvidence(dispute: Dispute, text: string | null, isSubmitted: boolean, mint: Mint): Dispute {
  assertOpen(dispute);
  const details = dispute.evidence_details;
  return {
    ...dispute,
    evidence: { ...dispute.evidence, uncategorized_text: text ?? dispute.evidence.uncategorized_text },
    evidence_details: {
      ...details,
      has_evidence: details.has_evidence || text !== null,
      past_due: (details.due_by ?? 0) < mint.now,
      submission_count: details.submission_count + (isSubmitted ? 1 : 0),
    },
    status: isSubmitted ? "under_review" : dispute.status,
  };
}

export function decideDispute(
  dispute: Dispute,
  charge: Stripe.Charge,
  outcome: "won" | "lost",
  mint: Mint,
): DisputeStep {
  assertOpen(dispute);
  const closed: Dispute = { ...dispute, status: outcome };
  const previous = { status: dispute.status };
  if (outcome === "lost") {
    return {
      dispute: closed,
      charge,
      movements: [],
      events: [{ type: "charge.dispute.closed", object: closed, previous }],
    };
  }
  const reinstated = movement({
    id: mint.id("txn"),
    amount: dispute.amount,
    fee: 0,
    currency: dispute.currency,
    created: mint.now,
    source: dispute.id,
    type: "adjustment",
    category: "dispute_reversal",
    description: `Chargeback reversal for ${charge.id}`,
  });
  const won: Dispute = { ...closed, balance_transactions: [...dispute.balance_transactions, reinstated] };
  return {
    dispute: won,
    charge,
    movements: [reinstated],
    events: [
      { type: "charge.dispute.closed", object: closed, previous },
      { type: "charge.dispute.funds_reinstated", object: won },
    ],
  };
}

function assertOpen(dispute: Dispute): void {
  if (!OPEN.includes(dispute.status)) {
    throw invalid(`This dispute is already closed: it has a status of ${dispute.status}.`);
  }
}
