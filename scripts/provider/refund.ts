// Refunds: money on its way back. Pure. Never more than what remains of the charge; the caller runs it inside the
// transaction that read the charge, so two refunds at once cannot both see the same remainder.
import type Stripe from "stripe";
import { invalid } from "./failure.ts";
import type { Mint } from "./mint.ts";
import { formatMoney } from "./money.ts";
import type { EventDraft } from "./payment-intent.ts";
import type { TestCard } from "./test-cards.ts";

export interface RefundRequest {
  readonly amount?: number | undefined;
  readonly reason?: string | undefined;
  readonly metadata?: Stripe.Metadata | null | undefined;
}

export interface RefundStep {
  readonly refund: Stripe.Refund;
  readonly charge: Stripe.Charge;
  readonly events: readonly EventDraft[];
}

const nameOf = (value: string | { id: string } | null) => (typeof value === "object" ? (value?.id ?? null) : value);

function withRefunded(charge: Stripe.Charge, amount: number): Stripe.Charge {
  const amount_refunded = charge.amount_refunded + amount;
  return { ...charge, amount_refunded, refunded: amount_refunded === charge.amount };
}

export function createRefund(charge: Stripe.Charge, request: RefundRequest, card: TestCard, mint: Mint): RefundStep {
  if (charge.refunded) {
    throw invalid(`Charge ${charge.id} has already been refunded.`, { code: "charge_already_refunded" });
  }
  const remaining = charge.amount - charge.amount_refunded;
  const amount = request.amount ?? remaining;
  if (amount > remaining) {
    const limit = charge.amount_refunded === 0 ? "charge amount" : "unrefunded amount on charge";
    const [asked, left] = [formatMoney(amount, charge.currency), formatMoney(remaining, charge.currency)];
    throw invalid(`Refund amount (${asked}) is greater than ${limit} (${left})`, { param: "amount" });
  }
  const pending = card.refund === "pending";
  const refund: Stripe.Refund = {
    id: mint.id("re"),
    object: "refund",
    amount,
    balance_transaction: mint.id("txn"),
    charge: charge.id,
    created: mint.now,
    currency: charge.currency,
    customer: nameOf(charge.customer),
    customer_account: null,
    destination_details: { card: { reference_status: "pending", type: "refund" }, type: "card" },
    metadata: request.metadata ?? {},
    payment_intent: nameOf(charge.payment_intent),
    payment_method: charge.payment_method,
    reason: request.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: pending ? "pending" : "succeeded",
    transfer_reversal: null,
    ...(pending ? { pending_reason: "processing" } : {}),
  };
  const next = withRefunded(charge, amount);
  const previous = {
    amount_refunded: charge.amount_refunded,
    refunded: charge.refunded,
    receipt_url: charge.receipt_url,
  };
  return {
    refund,
    charge: next,
    events: [
      { type: "refund.created", object: refund },
      { type: "charge.refunded", object: next, previous },
    ],
  };
}

/** What the bank says of a refund afterwards: it arrived, or it failed and the money is with the venue again. */
export function settleRefund(refund: Stripe.Refund, charge: Stripe.Charge, answer: "succeeded" | "failed"): RefundStep {
  if (refund.status === "failed" || (answer === "succeeded" && refund.status !== "pending")) {
    throw invalid(`Refund ${refund.id} has a status of ${refund.status}; the bank owes no answer.`);
  }
  const { pending_reason: _, ...rest } = refund;
  const previous = { status: refund.status };
  if (answer === "succeeded") {
    const settled: Stripe.Refund = { ...rest, status: "succeeded" };
    return {
      refund: settled,
      charge,
      events: [
        { type: "refund.updated", object: settled, previous },
        { type: "charge.refund.updated", object: settled, previous },
      ],
    };
  }
  const failed: Stripe.Refund = {
    ...rest,
    status: "failed",
    failure_reason: "lost_or_stolen_card",
    failure_balance_transaction: `${nameOf(refund.balance_transaction)}r`,
  };
  return {
    refund: failed,
    charge: withRefunded(charge, -refund.amount),
    events: [
      { type: "refund.failed", object: failed },
      { type: "refund.updated", object: failed, previous },
      { type: "charge.refund.updated", object: failed, previous },
    ],
  };
}
