// Serves the two pages and takes their forms. As on Stripe, whoever holds a session's address may pay it: the id in it
// is long and random, and nothing else about the account can be reached from here.
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type Stripe from "stripe";
import { authenticationPage, checkoutPage, closedPage, type Page } from "./checkout-page.ts";
import type { CheckoutDetail } from "./checkout-session.ts";
import { openDesk, type Provider } from "./execute.ts";
import { StripeFailure } from "./failure.ts";
import { answerAuthentication, type Payment, paySession } from "./operations/pay-checkout.ts";
import { needsCard, type Subscribed, subscribe } from "./operations/subscribe.ts";
import { cardByNumber, type TestCard } from "./test-cards.ts";

const PAYING_NUMBER = "4242 4242 4242 4242";
const DECLINED_NUMBER = "4000 0000 0000 0002";

/** `form-action` also governs where a posted form may be redirected, so the merchant's own address belongs in it. */
export function show(
  context: Context,
  page: Page,
  status: 200 | 402 | 404 | 410,
  leadsTo: readonly (string | null)[] = [],
) {
  const origins = leadsTo.flatMap((url) => (url ? [new URL(url).origin] : []));
  context.header(
    "content-security-policy",
    `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${origins.join(" ")}`.trim(),
  );
  context.header("cache-control", "no-store");
  context.header("referrer-policy", "no-referrer");
  return context.html(page, status);
}

/** What is not a form has no fields, and the page says what is missing. */
export const formOf = (context: Context): Promise<FormData> => context.req.formData().catch(() => new FormData());

const successUrl = (session: Stripe.Checkout.Session) =>
  (session.success_url ?? "").replaceAll("{CHECKOUT_SESSION_ID}", session.id);

const closed = (context: Context, session: Stripe.Checkout.Session | undefined) => {
  if (!session) return show(context, closedPage("Nothing here", "This address does not belong to a payment."), 404);
  const text = session.status === "complete" ? "This payment is already complete." : "This payment page has expired.";
  return show(context, closedPage("All done here", text), 410);
};

export function createPages(provider: Provider, afterwards: () => void): Hono {
  const { store } = provider;
  const desk = () => openDesk(provider, { id: null, idempotency_key: null });
  const pages = new Hono();
  pages.use("*", bodyLimit({ maxSize: 16 * 1024 }));

  const view = (session: Stripe.Checkout.Session, problem: string | null, email: string, number: string) => {
    const lines = store.detail<CheckoutDetail>(session.id)?.lines ?? [];
    return checkoutPage({ session, lines, problem, email, number: number || PAYING_NUMBER });
  };

  /** A subscription that is declined leaves nothing behind; a payment that is declined leaves the attempt. */
  const pay = (
    session: Stripe.Checkout.Session,
    card: TestCard | null,
    email: string,
  ): Subscribed & Partial<Payment> => {
    if (session.mode !== "subscription" && card) {
      return store.transaction(() => paySession(desk(), session, card, email));
    }
    try {
      return store.transaction(() => subscribe(desk(), session, card, email));
    } catch (error) {
      if (!(error instanceof StripeFailure)) throw error;
      return { session, problem: error.body.message };
    }
  };

  pages.get("/pay/:id", (context) => {
    const session = store.get("checkout.session", context.req.param("id"));
    if (session?.status !== "open") return closed(context, session);
    const page = view(session, null, session.customer_email ?? "", "");
    return show(context, page, 200, [session.success_url]);
  });

  pages.post("/pay/:id", async (context) => {
    const form = await formOf(context);
    const field = (name: string) => String(form.get(name) ?? "").trim();
    const number = field("card_number");
    const card = cardByNumber(field("action") === "decline" ? DECLINED_NUMBER : number) ?? null;
    // Looked up after the last await: from here to the commit nobody cuts in, so one session is paid once.
    const session = store.get("checkout.session", context.req.param("id"));
    if (session?.status !== "open") return closed(context, session);
    const cardless = session.mode === "subscription" && number === "" && !needsCard(session);
    if (!card && !cardless) {
      const page = view(session, "Your card number is invalid. Only test cards work here.", field("email"), number);
      return show(context, page, 402, [session.success_url]);
    }
    const payment = pay(session, card, field("email"));
    afterwards();
    if (payment.problem) {
      return show(context, view(payment.session, payment.problem, field("email"), number), 402, [session.success_url]);
    }
    const action = payment.intent?.next_action?.redirect_to_url?.url;
    return context.redirect(action ?? successUrl(payment.session), 303);
  });

  pages.get("/authenticate/:id", (context) => {
    const intent = store.get("payment_intent", context.req.param("id"));
    if (intent?.status !== "requires_action") {
      return show(context, closedPage("Nothing to confirm", "No payment waits for you here."), 410);
    }
    const back = intent.next_action?.redirect_to_url?.return_url ?? null;
    return show(context, authenticationPage(intent), 200, [back, ...sessionTargets(provider, intent)]);
  });

  pages.post("/authenticate/:id", async (context) => {
    const passed = (await formOf(context)).get("action") === "complete";
    const intent = store.get("payment_intent", context.req.param("id"));
    if (intent?.status !== "requires_action") {
      return show(context, closedPage("Nothing to confirm", "No payment waits for you here."), 410);
    }
    const answer = store.transaction(() => answerAuthentication(desk(), intent, passed));
    afterwards();
    if ("session" in answer && answer.session.status === "complete")
      return context.redirect(successUrl(answer.session), 303);
    const back = "session" in answer ? answer.session.url : intent.next_action?.redirect_to_url?.return_url;
    if (!back) return show(context, closedPage("Thank you", "You can close this page."), 200);
    const target = new URL(back);
    if (!("session" in answer)) {
      target.searchParams.set("payment_intent", intent.id);
      target.searchParams.set("payment_intent_client_secret", intent.client_secret ?? "");
      target.searchParams.set("redirect_status", passed ? "succeeded" : "failed");
    }
    return context.redirect(target.href, 303);
  });
  return pages;
}

const sessionTargets = ({ store }: Provider, intent: Stripe.PaymentIntent) =>
  store
    .list("checkout.session", { limit: 1 }, { payment_intent: intent.id })
    .data.map((session) => session.success_url);
