// The PaymentIntent's state machine, pure: an intent and a fact come in, the next intent and the events it causes go
// out. requires_payment_method → requires_confirmation → (requires_action | processing) → succeeded, or canceled.
// A declined card is an outcome, not an exception: the attempt is kept and the failure handed back beside it.
import type Stripe from "stripe";
import { type Attempt, createCharge, settleCharge } from "./charge.ts";
import { StripeFailure, unexpectedState } from "./failure.ts";
import type { Mint } from "./mint.ts";
import type { Saved } from "./store.ts";
import { cardOf, type Decline } from "./test-cards.ts";

export interface EventDraft {
  readonly type: Stripe.Event.Type;
  readonly object: Exclude<Saved, Stripe.Event>;
  readonly previous?: Readonly<Record<string, unknown>>;
}

export interface Step {
  readonly intent: Stripe.PaymentIntent;
  readonly charge?: Stripe.Charge;
  readonly events: readonly EventDraft[];
  readonly failure?: StripeFailure;
}

const CONFIRMABLE = ["requires_payment_method", "requires_confirmation", "requires_action"];
const CANCELABLE = [
  "requires_payment_method",
  "requires_capture",
  "requires_confirmation",
  "requires_action",
  "processing",
];

function succeed(intent: Stripe.PaymentIntent, charge: Stripe.Charge): Step {
  const paid: Stripe.PaymentIntent = {
    ...intent,
    status: "succeeded",
    amount_received: intent.amount,
    latest_charge: charge.id,
    last_payment_error: null,
    next_action: null,
  };
  return {
    intent: paid,
    charge,
    events: [
      { type: "charge.succeeded", object: charge },
      { type: "payment_intent.succeeded", object: paid },
    ],
  };
}

function fail(
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  decline: Omit<Decline, "blocked">,
  charge?: Stripe.Charge,
): Step {
  const details = {
    type: "card_error" as const,
    code: decline.code,
    message: decline.message,
    ...(decline.declineCode ? { decline_code: decline.declineCode } : {}),
    ...(charge ? { charge: charge.id } : {}),
    payment_method: method,
  };
  const failure = new StripeFailure(402, details);
  const { doc_url } = failure.body;
  const refused: Stripe.PaymentIntent = {
    ...intent,
    status: "requires_payment_method",
    payment_method: null,
    next_action: null,
    latest_charge: charge?.id ?? intent.latest_charge,
    last_payment_error: { ...details, ...(doc_url ? { doc_url } : {}) },
  };
  return {
    intent: refused,
    ...(charge ? { charge } : {}),
    events: [
      ...(charge ? [{ type: "charge.failed" as const, object: charge }] : []),
      { type: "payment_intent.payment_failed", object: refused },
    ],
    failure: new StripeFailure(402, { ...details, payment_intent: refused }),
  };
}

function attemptCharge(intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod, attempt: Attempt, mint: Mint): Step {
  const charge = createCharge(intent, method, attempt, mint);
  if (attempt === "succeeded") return succeed(intent, charge);
  if (attempt !== "pending") return fail(intent, method, attempt, charge);
  const waiting: Stripe.PaymentIntent = {
    ...intent,
    status: "processing",
    latest_charge: charge.id,
    next_action: null,
  };
  return {
    intent: waiting,
    charge,
    events: [
      { type: "payment_intent.processing", object: waiting },
      { type: "charge.pending", object: charge },
    ],
  };
}

export interface Confirmation {
  readonly method: Stripe.PaymentMethod;
  readonly returnUrl: string | null;
  /** Where the person goes to authenticate; the provider serves that page itself. */
  readonly actionUrl: (intentId: string) => string;
}

export function confirm(
  intent: Stripe.PaymentIntent,
  { method, returnUrl, actionUrl }: Confirmation,
  mint: Mint,
): Step {
  if (intent.status === "succeeded") {
    throw unexpectedState(
      "You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.",
      intent,
    );
  }
  if (!CONFIRMABLE.includes(intent.status)) {
    throw unexpectedState(
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action, requires_payment_method.`,
      intent,
    );
  }
  const chosen: Stripe.PaymentIntent = { ...intent, payment_method: method.id, next_action: null };
  const behaviour = cardOf(method).charge;
  if (behaviour === "approve") return attemptCharge(chosen, method, "succeeded", mint);
  if (behaviour === "settle later") return attemptCharge(chosen, method, "pending", mint);
  if (behaviour !== "authenticate") return attemptCharge(chosen, method, behaviour, mint);
  const challenged: Stripe.PaymentIntent = {
    ...chosen,
    status: "requires_action",
    next_action: {
      type: "redirect_to_url",
      redirect_to_url: { return_url: returnUrl, url: actionUrl(intent.id) },
    },
  };
  return { intent: challenged, events: [{ type: "payment_intent.requires_action", object: challenged }] };
}

/** The person has passed or failed the bank's authentication. */
export function authenticate(
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  passed: boolean,
  mint: Mint,
): Step {
  if (intent.status !== "requires_action") {
    throw unexpectedState(`This PaymentIntent has a status of ${intent.status}; nothing waits for the person.`, intent);
  }
  if (passed) return attemptCharge(intent, method, "succeeded", mint);
  const message =
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.";
  const { failure: _, ...step } = fail(intent, method, { code: "payment_intent_authentication_failure", message });
  return step;
}

/** The bank has answered a payment that was processing. */
export function settle(
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge,
  method: Stripe.PaymentMethod,
  answer: "succeeded" | Decline,
  mint: Mint,
): Step {
  if (intent.status !== "processing") {
    throw unexpectedState(`This PaymentIntent has a status of ${intent.status}; the bank owes no answer.`, intent);
  }
  const settled = settleCharge(charge, answer, mint);
  return answer === "succeeded" ? succeed(intent, settled) : fail(intent, method, answer, settled);
}

export function cancel(
  intent: Stripe.PaymentIntent,
  reason: Stripe.PaymentIntent.CancellationReason | null,
  mint: Mint,
): Step {
  if (!CANCELABLE.includes(intent.status)) {
    throw unexpectedState(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${CANCELABLE.join(", ")}.`,
      intent,
    );
  }
  const canceled: Stripe.PaymentIntent = {
    ...intent,
    status: "canceled",
    canceled_at: mint.now,
    cancellation_reason: reason,
    next_action: null,
  };
  return { intent: canceled, events: [{ type: "payment_intent.canceled", object: canceled }] };
}
