// The refusals that only functions raise; those of the database live in private.errors, and docs/errors.md lists both.
// A code means the same wherever it is met, so the two registries share no code.

export interface FunctionError {
  readonly status: number;
  readonly meaning: string;
  readonly remedy: string;
}

export const functionErrors = {
  route_not_found: {
    status: 404,
    meaning: "The function has no such path.",
    remedy: "Check the path.",
  },
  method_not_allowed: {
    status: 405,
    meaning: "The path does not answer this method.",
    remedy: "Use a method that the Allow header names.",
  },
  unsupported_media_type: {
    status: 415,
    meaning: "The body is not plain JSON.",
    remedy: "Send content-type: application/json, uncompressed.",
  },
  body_too_large: {
    status: 413,
    meaning: "The body is larger than this path accepts.",
    remedy: "Send less.",
  },
  json_invalid: {
    status: 400,
    meaning: "The body is not valid JSON in UTF-8.",
    remedy: "Correct the body.",
  },
  signature_invalid: {
    status: 400,
    meaning: "The webhook's signature is missing, wrong or too old.",
    remedy: "Sign the raw body with the endpoint's secret, now.",
  },
  token_invalid: {
    status: 401,
    meaning: "A credential was sent that is unknown, expired, or meant for somebody else.",
    remedy: "Sign in again, or leave the credential out.",
  },
  text_not_printable: {
    status: 422,
    meaning: "A name has letters that the font of printed sheets lacks.",
    remedy: "Ask for SVG, which is shown in the reader's own fonts, a page of cards at a time; or change the name.",
  },
  payment_declined: {
    status: 402,
    meaning: "The card was declined.",
    remedy: "Pay with another card; decline_code says why, where the bank says so.",
  },
  payment_attempt_over: {
    status: 409,
    meaning: "The payment that this idempotency key started has ended without money.",
    remedy: "Load the order; if something is still due, pay under a new key.",
  },
  payment_in_progress: {
    status: 409,
    meaning: "Another attempt to pay this order is just finishing.",
    remedy: "Wait a moment, load the order, and pay again if something is still due.",
  },
  price_not_offered: {
    status: 409,
    meaning: "This plan or add-on has no price in this currency and interval.",
    remedy: "Choose a currency and an interval that the price list has.",
  },
  provider_unavailable: {
    status: 503,
    meaning: "The payment provider does not answer.",
    remedy: "Repeat the request after the seconds in Retry-After, or pay at the till.",
  },
  model_not_configured: {
    status: 503,
    meaning: "No model is set up here, so nobody can be asked; the assistant's tools work without one.",
    remedy: "Call POST /functions/v1/assistant/tools/<name>, or set OPENAI_API_KEY, OPENAI_MODEL and its prices.",
  },
  model_unavailable: {
    status: 503,
    meaning: "The model does not answer, or not in time; the assistant's tools work without it.",
    remedy: "Ask again after the seconds in Retry-After, or call POST /functions/v1/assistant/tools/<name>.",
  },
  model_answer_invalid: {
    status: 502,
    meaning: "What the model's provider sent was no answer.",
    remedy: "Ask again; if it stays so, look at what OPENAI_BASE_URL points to.",
  },
  database_unavailable: {
    status: 503,
    meaning: "The database does not answer, or was too busy with this row.",
    remedy: "Repeat the request after the seconds in Retry-After.",
  },
  internal_error: {
    status: 500,
    meaning: "Something that should not happen did; it has been reported.",
    remedy: "Try again later, and quote the trace id if it stays.",
  },
} as const satisfies Record<string, FunctionError>;

export type FunctionErrorCode = keyof typeof functionErrors;

/** Codes of the database's registry that functions raise themselves, with the status registered there. */
export const sharedErrors = {
  not_authenticated: 401,
  permission_denied: 403,
  tool_not_found: 404,
  invalid_input: 422,
  amount_invalid: 422,
  billing_change_in_progress: 409,
} as const;

export type SharedErrorCode = keyof typeof sharedErrors;
