// Stripe's published test cards and what each of them does. A card is known by its `pm_card_…` name, by its number
// (the checkout page), and afterwards by its fingerprint, which like Stripe's is the same for the same number.
import { createHash } from "node:crypto";
import type Stripe from "stripe";
import type { Mint } from "./mint.ts";

export interface Decline {
  readonly code: string;
  readonly declineCode?: string;
  readonly message: string;
  readonly blocked?: true;
}

export interface TestCard {
  readonly token: string;
  readonly number: string;
  readonly brand: "visa" | "mastercard" | "amex";
  /** "authenticate" asks the person first; "settle later" stays in `processing` until the control API settles it. */
  readonly charge: "approve" | "authenticate" | "settle later" | Decline;
  readonly refund?: "pending" | "fails later";
}

const DECLINED = "Your card was declined.";
const declined = (declineCode: string, message = DECLINED): Decline => ({
  code: "card_declined",
  declineCode,
  message,
});
const visa = (token: string, number: string, charge: TestCard["charge"] = "approve"): TestCard => ({
  token: `pm_card_${token}`,
  number,
  brand: "visa",
  charge,
});

export const TEST_CARDS: readonly TestCard[] = [
  visa("visa", "4242424242424242"),
  visa("visa_debit", "4000056655665556"),
  { ...visa("mastercard", "5555555555554444"), brand: "mastercard" },
  { ...visa("amex", "378282246310005"), brand: "amex" },
  visa("chargeDeclined", "4000000000000002", declined("generic_decline")),
  visa(
    "chargeDeclinedInsufficientFunds",
    "4000000000009995",
    declined("insufficient_funds", "Your card has insufficient funds."),
  ),
  visa("chargeDeclinedLostCard", "4000000000009987", declined("lost_card")),
  visa("chargeDeclinedStolenCard", "4000000000009979", declined("stolen_card")),
  visa("chargeDeclinedExpiredCard", "4000000000000069", { code: "expired_card", message: "Your card has expired." }),
  visa("chargeDeclinedIncorrectCvc", "4000000000000127", {
    code: "incorrect_cvc",
    message: "Your card's security code is incorrect.",
  }),
  visa("chargeDeclinedProcessingError", "4000000000000119", {
    code: "processing_error",
    message: "An error occurred while processing your card. Try again in a little bit.",
  }),
  visa("chargeDeclinedVelocityLimitExceeded", "4000000000006975", declined("card_velocity_exceeded")),
  visa("radarBlock", "4100000000000019", { ...declined("fraudulent"), blocked: true }),
  visa("authenticationRequired", "4000002500003155", "authenticate"),
  visa("threeDSecure2Required", "4000000000003220", "authenticate"),
  // Ours, not Stripe's: a card that behaves like a bank debit, so that `processing` can be met without one.
  visa("settleLater", "4000000000070077", "settle later"),
  { ...visa("pendingRefund", "4000000000007726"), refund: "pending" },
  { ...visa("refundFail", "4000000000005126"), refund: "fails later" },
];

/** `pm_card_visa_chargeDeclined` and `pm_card_chargeDeclined` name the same card. */
export function cardByToken(token: string): TestCard | undefined {
  const plain = token.replace(/^pm_card_visa_(?!debit$)/, "pm_card_");
  return TEST_CARDS.find((card) => card.token === plain);
}

export const cardByNumber = (number: string): TestCard | undefined =>
  TEST_CARDS.find((card) => card.number === number.replaceAll(/[\s-]/g, ""));

const fingerprintOf = (card: TestCard) => createHash("sha256").update(card.number).digest("base64url").slice(0, 16);
const BY_FINGERPRINT = new Map(TEST_CARDS.map((card) => [fingerprintOf(card), card]));

export function cardOf(method: Stripe.PaymentMethod): TestCard {
  const card = BY_FINGERPRINT.get(method.card?.fingerprint ?? "");
  if (!card) throw new Error(`The payment method ${method.id} was not made from a test card.`);
  return card;
}

export function createMethod(card: TestCard, customer: string | null, mint: Mint): Stripe.PaymentMethod {
  return {
    id: mint.id("pm"),
    object: "payment_method",
    allow_redisplay: "unspecified",
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" },
      country: "US",
      display_brand: card.brand,
      exp_month: 12,
      exp_year: new Date(mint.now * 1000).getUTCFullYear() + 3,
      fingerprint: fingerprintOf(card),
      funding: card.token === "pm_card_visa_debit" ? "debit" : "credit",
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: "unregulated",
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: mint.now,
    customer,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: "card",
  };
}
