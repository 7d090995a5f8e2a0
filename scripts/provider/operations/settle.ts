// What banks do afterwards and nobody can ask Stripe's API for: answer a processing payment, a refund on its
// way, or a dispute.
import { withLateAnswer } from "../checkout-session.ts";
import type { Desk } from "../desk.ts";
import { invalid } from "../failure.ts";
import { settle } from "../payment-intent.ts";
import { settleRefund } from "../refund.ts";
import { decide } from "./disputes.ts";
import { sessionOf } from "./pay-checkout.ts";

const FAILED = { code: "payment_intent_payment_attempt_failed", message: "The payment failed." };

export type BankAnswer = "succeeded" | "failed" | "won" | "lost";

export function settleById(desk: Desk, id: string, outcome: BankAnswer): object {
  if (outcome === "won" || outcome === "lost") return decide(desk, desk.need("dispute", id), outcome);
  if (id.startsWith("re_")) {
    const refund = desk.need("refund", id);
    const charge = desk.need("charge", String(refund.charge));
    const step = settleRefund(refund, charge, outcome);
    desk.save([step.refund, step.charge], step.events);
    return step.refund;
  }
  const intent = desk.need("payment_intent", id);
  if (intent.status !== "processing") {
    throw invalid(`This PaymentIntent has a status of ${intent.status}; the bank owes no answer.`);
  }
  const charge = desk.need("charge", String(intent.latest_charge));
  const method = desk.need("payment_method", String(intent.payment_method));
  const step = settle(intent, charge, method, outcome === "succeeded" ? "succeeded" : FAILED, desk.mint);
  const session = sessionOf(desk, intent);
  const late = session && withLateAnswer(session, outcome === "succeeded");
  desk.save([step.intent, step.charge, late?.session], [...step.events, ...(late?.events ?? [])]);
  return step.intent;
}
