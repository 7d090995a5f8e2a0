// The customer's own pages, as far as a test or a person at a local stack needs them: another card, with which what is open
// is paid at once, and the end of the subscription when its period ends. Whoever holds the address may use it, as on Stripe.
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { html } from "hono/html";
import type Stripe from "stripe";
import { payInvoice } from "./billing-cycle.ts";
import { frame, type Page } from "./checkout-page.ts";
import { openDesk, type Provider } from "./execute.ts";
import { formatMoney } from "./money.ts";
import { formOf, show } from "./pages.ts";
import { updated } from "./subscription.ts";
import { cardByNumber, createMethod } from "./test-cards.ts";

const ENDED = ["canceled", "incomplete_expired"];

function portalPage(
  subscription: Stripe.Subscription | undefined,
  invoices: readonly Stripe.Invoice[],
  note: string,
): Page {
  return frame(
    "Subscription",
    html`<p class="note">Local test portal. No money moves.</p>
    <h1>${subscription?.status ?? "No subscription"}</h1>
    ${note ? html`<p role="alert">${note}</p>` : ""}
    <ul>${invoices.map((invoice) => html`<li><span>${invoice.number} (${invoice.status})</span><span>${formatMoney(invoice.total, invoice.currency)}</span></li>`)}</ul>
    <form method="post">
      <label>Card number<input name="card_number" inputmode="numeric" autocomplete="off" value="4242 4242 4242 4242" /></label>
      <button class="go" name="action" value="card">Use this card, and pay what is open</button>
      <button name="action" value="cancel">Cancel when the period ends</button>
    </form>`,
  );
}

export function createPortal(provider: Provider, afterwards: () => void): Hono {
  const { store } = provider;
  const portal = new Hono();
  portal.use("*", bodyLimit({ maxSize: 16 * 1024 }));
  const subscriptionOf = (customer: string) =>
    store.all("subscription", { customer }).find(({ status }) => !ENDED.includes(status));

  portal.get("/:id", (context) => {
    const session = store.get("billing_portal.session", context.req.param("id"));
    if (!session) return show(context, frame("Nothing here", html`<h1>Nothing here</h1>`), 404);
    const { customer } = session;
    return show(context, portalPage(subscriptionOf(customer), store.all("invoice", { customer }), ""), 200);
  });

  portal.post("/:id", async (context) => {
    const form = await formOf(context);
    const session = store.get("billing_portal.session", context.req.param("id"));
    if (!session) return show(context, frame("Nothing here", html`<h1>Nothing here</h1>`), 404);
    const { customer } = session;
    const card = cardByNumber(String(form.get("card_number") ?? ""));
    const subscription = subscriptionOf(customer);
    let note = "";
    store.transaction(() => {
      const desk = openDesk(provider, { id: null, idempotency_key: null });
      if (form.get("action") === "cancel" && subscription) {
        const next: Stripe.Subscription = { ...subscription, cancel_at_period_end: true, canceled_at: desk.mint.now };
        desk.save([next], [updated(subscription, next)]);
      } else if (!card) {
        note = "Your card number is invalid. Only test cards work here.";
      } else {
        const method = createMethod(card, customer, desk.mint);
        const owner = desk.need("customer", customer);
        const settings = { ...owner.invoice_settings, default_payment_method: method.id };
        const changed = subscription && { ...subscription, default_payment_method: method.id };
        desk.save([method, { ...owner, invoice_settings: settings }, changed]);
        for (const invoice of desk.store.all("invoice", { customer, status: "open" })) {
          note = payInvoice(desk, invoice, method.id).failure?.message ?? note;
        }
      }
    });
    afterwards();
    return show(
      context,
      portalPage(subscriptionOf(customer), store.all("invoice", { customer }), note),
      note ? 402 : 200,
    );
  });
  return portal;
}
