// The official library, with its own retries off: the guard decides what is repeated. Its host changes only where
// STRIPE_API_URL is set; nothing else depends on who answers.
import Stripe from "stripe";
import type { Env } from "./env.ts";
import { createGuard, type Guard, isGuardRefusal } from "./guard.ts";
import { type Problem, problem, unavailable } from "./problem.ts";

export const STRIPE_TIMEOUT_MS = 5_000;

export function createStripe(
  env: Pick<Env, "STRIPE_SECRET_KEY" | "STRIPE_API_URL">,
  options: { timeoutMs?: number } = {},
): Stripe {
  const { protocol, hostname, port } = new URL(env.STRIPE_API_URL ?? "https://api.stripe.com");
  return new Stripe(env.STRIPE_SECRET_KEY, {
    httpClient: Stripe.createFetchHttpClient(),
    maxNetworkRetries: 0,
    timeout: options.timeoutMs ?? STRIPE_TIMEOUT_MS,
    telemetry: false,
    ...(env.STRIPE_API_URL
      ? { host: hostname, protocol: protocol === "http:" ? "http" : "https", ...(port ? { port } : {}) }
      : {}),
  });
}

const { StripeError, StripeAPIError, StripeConnectionError, StripeCardError, StripeInvalidRequestError } =
  Stripe.errors;

export function isProviderOutage(error: unknown): boolean {
  if (error instanceof StripeConnectionError) return true;
  if (!(error instanceof StripeError)) return false;
  const status = error.statusCode ?? 0;
  // Not JSON: somebody on the way has answered in Stripe's place, whatever the status was.
  if (error instanceof StripeAPIError && status === 0) return true;
  return status >= 500 || status === 429;
}

/** Stripe says itself where it knows better; a stored 500 would only be replayed. */
export function isProviderTransient(error: unknown): boolean {
  if (!(error instanceof StripeError)) return false;
  const advice = error.headers?.["stripe-should-retry"];
  if (advice === "true" || advice === "false") return advice === "true";
  return isProviderOutage(error) || error.statusCode === 409;
}

export const createStripeGuard = (overrides: Partial<Parameters<typeof createGuard>[0]> = {}): Guard =>
  createGuard({
    isOutage: isProviderOutage,
    isTransient: isProviderTransient,
    // The library gives up first and closes the connection; this is the backstop.
    timeoutMs: STRIPE_TIMEOUT_MS + 500,
    withinMs: 12_000,
    retries: 2,
    firstDelayMs: 150,
    failuresToOpen: 5,
    openForMs: 10_000,
    atOnce: 24,
    waiting: 48,
    ...overrides,
  });

/** What a caller may know about a failed call to the provider; null when it is a fault of ours. */
export function providerProblem(error: unknown): Problem | null {
  if (isGuardRefusal(error) || isProviderOutage(error) || isProviderTransient(error)) {
    return unavailable("provider_unavailable", 10, error);
  }
  if (error instanceof StripeCardError) {
    const { code = null, decline_code = null } = error;
    return problem("payment_declined", { extensions: { provider_code: code, decline_code } });
  }
  if (error instanceof StripeInvalidRequestError && /^amount_too_(small|large)$/.test(error.code ?? "")) {
    return problem("amount_invalid", { detail: `The payment provider does not take this amount: ${error.code}.` });
  }
  return null;
}
