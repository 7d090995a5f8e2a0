// Stripe's error bodies. A StripeFailure is thrown for what must leave no trace (a bad parameter, a forbidden state)
// and returned as an outcome for what must be recorded (a declined card), so the two can never be mixed up.
import type Stripe from "stripe";

export interface FailureBody {
  readonly type: "api_error" | "card_error" | "idempotency_error" | "invalid_request_error";
  readonly message: string;
  readonly code?: string;
  readonly decline_code?: string;
  readonly advice_code?: string;
  readonly param?: string;
  readonly doc_url?: string;
  readonly charge?: string;
  readonly payment_intent?: Stripe.PaymentIntent;
  readonly payment_method?: Stripe.PaymentMethod;
}

const docUrl = (code: string) => `https://docs.stripe.com/error-codes/${code.replaceAll("_", "-")}`;

export class StripeFailure extends Error {
  readonly status: number;
  readonly body: FailureBody;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: FailureBody, headers: Readonly<Record<string, string>> = {}) {
    super(body.message);
    this.status = status;
    this.body = body.code ? { ...body, doc_url: docUrl(body.code) } : body;
    this.headers = headers;
  }
}

export interface InvalidDetails {
  code?: string;
  param?: string;
  payment_intent?: Stripe.PaymentIntent;
}

export const invalid = (message: string, details: InvalidDetails = {}, status = 400): StripeFailure =>
  new StripeFailure(status, { type: "invalid_request_error", message, ...details });

/** 404 when the path names the missing thing, 400 when a parameter does, as Stripe answers. */
export const missing = (what: string, id: string, param = "id"): StripeFailure =>
  invalid(`No such ${what}: '${id}'`, { code: "resource_missing", param }, param === "id" ? 404 : 400);

export const unexpectedState = (message: string, intent: Stripe.PaymentIntent): StripeFailure =>
  invalid(message, { code: "payment_intent_unexpected_state", payment_intent: intent });

export const serverFailure = (status: number): StripeFailure =>
  new StripeFailure(status, {
    type: status === 429 ? "invalid_request_error" : "api_error",
    ...(status === 429 ? { code: "rate_limit" } : {}),
    message: "Sorry! There was an error while talking to Stripe. (Injected by the local provider's fault rules.)",
  });
