// What a person does on the provider's pages: pays a session with a card, or answers the bank's authentication.
import type Stripe from "stripe";
import { type CheckoutDetail, withIntent } from "../checkout-session.ts";
import type { Desk } from "../desk.ts";
import { authenticate, confirm, type Step } from "../payment-intent.ts";
import { createMethod, type TestCard } from "../test-cards.ts";
import { newIntent } from "./create-payment-intent.ts";

export interface Payment {
  readonly session: Stripe.Checkout.Session;
  readonly intent: Stripe.PaymentIntent;
  /** What to tell the person whose card was declined. */
  readonly problem: string | null;
}

function intentFor(desk: Desk, session: Stripe.Checkout.Session): Stripe.PaymentIntent {
  if (typeof session.payment_intent === "string") return desk.need("payment_intent", session.payment_intent);
  const detail = desk.store.detail<CheckoutDetail>(session.id);
  if (!detail) throw new Error(`The checkout session ${session.id} has lost its lines.`);
  const intent = newIntent(desk, detail.intent);
  desk.save([intent], [{ type: "payment_intent.created", object: intent }]);
  return intent;
}

function recordBoth(desk: Desk, session: Stripe.Checkout.Session, step: Step, email: string | null): Payment {
  const next = withIntent(session, step.intent, { email });
  desk.save([step.intent, step.charge, next.session], [...step.events, ...next.events]);
  return { session: next.session, intent: step.intent, problem: step.failure?.body.message ?? null };
}

export function paySession(desk: Desk, session: Stripe.Checkout.Session, card: TestCard, email: string): Payment {
  const intent = intentFor(desk, session);
  const bare = createMethod(card, null, desk.mint);
  const method: Stripe.PaymentMethod = { ...bare, billing_details: { ...bare.billing_details, email } };
  desk.save([method]);
  const actionUrl = (id: string) => `${desk.baseUrl}/c/authenticate/${id}`;
  return recordBoth(desk, session, confirm(intent, { method, returnUrl: session.url, actionUrl }, desk.mint), email);
}

export const sessionOf = (desk: Desk, intent: Stripe.PaymentIntent): Stripe.Checkout.Session | undefined =>
  desk.store.list("checkout.session", { limit: 1 }, { payment_intent: intent.id }).data[0];

/** The session is completed by the authentication when the intent belongs to one. */
export function answerAuthentication(desk: Desk, intent: Stripe.PaymentIntent, passed: boolean): Payment | Step {
  const method = desk.need("payment_method", String(intent.payment_method));
  const step = authenticate(intent, method, passed, desk.mint);
  const session = sessionOf(desk, intent);
  if (session) return recordBoth(desk, session, step, method.billing_details.email);
  desk.save([step.intent, step.charge], step.events);
  return step;
}
