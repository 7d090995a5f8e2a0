// A charge: one attempt to take money with one card. Pure.
import type Stripe from "stripe";
import type { Mint } from "./mint.ts";
import type { Decline } from "./test-cards.ts";

export type Attempt = "succeeded" | "pending" | Decline;

function outcomeOf(attempt: Attempt): Stripe.Charge.Outcome {
  const failed = typeof attempt === "object" ? attempt : null;
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: failed ? (failed.blocked ? "not_sent_to_network" : "declined_by_network") : "approved_by_network",
    reason: failed ? (failed.blocked ? "highest_risk_level" : (failed.declineCode ?? failed.code)) : null,
    risk_level: failed?.blocked ? "highest" : "normal",
    risk_score: failed?.blocked ? 90 : 20,
    seller_message: failed
      ? failed.blocked
        ? "Stripe blocked this payment as too risky."
        : `The bank returned the decline code \`${failed.declineCode ?? failed.code}\`.`
      : "Payment complete.",
    type: failed ? (failed.blocked ? "blocked" : "issuer_declined") : "authorized",
  };
}

function cardDetails(method: Stripe.PaymentMethod, amount: number): Stripe.Charge.PaymentMethodDetails {
  const card = method.card;
  return {
    card: {
      amount_authorized: amount,
      authorization_code: null,
      brand: card?.brand ?? null,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" },
      country: card?.country ?? null,
      electronic_commerce_indicator: null,
      exp_month: card?.exp_month ?? 12,
      exp_year: card?.exp_year ?? 2030,
      fingerprint: card?.fingerprint ?? null,
      funding: card?.funding ?? null,
      installments: null,
      last4: card?.last4 ?? null,
      mandate: null,
      network: card?.brand ?? null,
      network_transaction_id: null,
      regulated_status: "unregulated",
      three_d_secure: null,
      transaction_link_id: null,
      wallet: null,
    },
    type: "card",
  };
}

/** What a destination charge sends, and what of it the platform keeps, made as soon as the charge has succeeded. */
const sendingIds = (data: { destination: unknown } | null | undefined, fee: number | null, mint: Mint) => ({
  ...(data ? { transfer: mint.id("tr") } : {}),
  application_fee: data && fee ? mint.id("fee") : null,
});

export function createCharge(
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  attempt: Attempt,
  mint: Mint,
): Stripe.Charge {
  const failed = typeof attempt === "object" ? attempt : null;
  const settled = attempt === "succeeded";
  const captured = failed === null;
  return {
    ...(settled ? sendingIds(intent.transfer_data, intent.application_fee_amount, mint) : { application_fee: null }),
    id: mint.id("ch"),
    object: "charge",
    amount: intent.amount,
    amount_captured: captured ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee_amount: intent.application_fee_amount,
    balance_transaction: settled ? mint.id("txn") : null,
    billing_details: method.billing_details as Stripe.Charge.BillingDetails,
    calculated_statement_descriptor: "SERVIO LOCAL",
    captured,
    created: mint.now,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: failed?.code ?? null,
    failure_message: failed?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: intent.on_behalf_of,
    outcome: outcomeOf(attempt),
    paid: settled,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: cardDetails(method, intent.amount),
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: failed ? "failed" : attempt === "pending" ? "pending" : "succeeded",
    transfer_data: intent.transfer_data ? { amount: null, destination: intent.transfer_data.destination } : null,
    transfer_group: intent.transfer_group,
  };
}

/** A pending charge that the bank has answered. */
export function settleCharge(charge: Stripe.Charge, attempt: "succeeded" | Decline, mint: Mint): Stripe.Charge {
  if (attempt === "succeeded") {
    return {
      ...charge,
      ...sendingIds(charge.transfer_data, charge.application_fee_amount, mint),
      status: "succeeded",
      paid: true,
      balance_transaction: mint.id("txn"),
      outcome: outcomeOf(attempt),
    };
  }
  return {
    ...charge,
    status: "failed",
    captured: false,
    amount_captured: 0,
    failure_code: attempt.code,
    failure_message: attempt.message,
    outcome: outcomeOf(attempt),
  };
}
