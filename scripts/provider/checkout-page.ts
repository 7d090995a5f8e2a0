// The pages that a person sees: pay a Checkout Session, or answer the bank's authentication. Plain HTML, one small
// stylesheet, no script: what the page allows is what the form can post. Everything shown is escaped by the template.
import { html, raw } from "hono/html";
import type Stripe from "stripe";
import { formatMoney } from "./money.ts";

export type Page = ReturnType<typeof html>;

const STYLE = `
:root { color-scheme: light dark; --ink: #1c1c21; --soft: #6b6b76; --line: #dedee4; --paper: #fff; --back: #f5f5f7; --go: #1a6b4a; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #f1f1f4; --soft: #a3a3ae; --line: #3a3a43; --paper: #212127; --back: #16161a; --go: #27805a; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px 16px; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 440px; background: var(--paper); border: 1px solid var(--line); border-radius: 16px; padding: 28px; }
h1 { margin: 0; font-size: 34px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.note { margin: 0 0 4px; color: var(--soft); font-size: 14px; }
ul { list-style: none; margin: 20px 0; padding: 0; border-block: 1px solid var(--line); }
li { display: flex; justify-content: space-between; gap: 16px; padding: 8px 0; font-variant-numeric: tabular-nums; }
label { display: block; margin: 16px 0 0; font-size: 14px; font-weight: 600; }
input { width: 100%; margin-top: 6px; padding: 11px 12px; font: 400 16px/1.5 system-ui, sans-serif; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 10px; }
button, .quiet { display: block; width: 100%; margin-top: 12px; padding: 12px; font: inherit; font-weight: 600; text-align: center; border-radius: 10px; border: 1px solid var(--line); background: transparent; color: inherit; cursor: pointer; text-decoration: none; }
.quiet { border-color: transparent; color: var(--soft); font-weight: 500; }
button.go { margin-top: 22px; background: var(--go); border-color: var(--go); color: #fff; }
:is(input, button, a):focus-visible { outline: 3px solid color-mix(in srgb, var(--go) 50%, transparent); outline-offset: 2px; }
[role=alert] { margin: 20px 0 0; padding: 10px 12px; border: 1px solid var(--bad); border-radius: 10px; color: var(--bad); font-size: 15px; }
details { margin-top: 20px; color: var(--soft); font-size: 14px; } code { font-family: ui-monospace, monospace; }
`;

export const frame = (title: string, content: Page) => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    <title>${title}</title>
    <style>${raw(STYLE)}</style>
  </head>
  <body><main>${content}</main></body>
</html>`;

export interface CheckoutView {
  readonly session: Stripe.Checkout.Session;
  readonly lines: readonly Stripe.LineItem[];
  readonly problem: string | null;
  readonly email: string;
  readonly number: string;
}

export function checkoutPage({ session, lines, problem, email, number }: CheckoutView): Page {
  const money = (amount: number) => formatMoney(amount, session.currency ?? "usd");
  const total = money(session.amount_total ?? 0);
  return frame(
    `Pay ${total}`,
    html`<p class="note">Local test payment. No money moves.</p>
    <h1>${total}</h1>
    <ul>${lines.map((line) => html`<li><span>${line.quantity} × ${line.description}</span><span>${money(line.amount_total)}</span></li>`)}</ul>
    <form method="post">
      <label>Email<input type="email" name="email" required autocomplete="email" value="${email}" /></label>
      <label>Card number<input name="card_number" required inputmode="numeric" autocomplete="off" value="${number}" aria-describedby="cards" /></label>
      ${problem ? html`<p role="alert">${problem}</p>` : ""}
      <button class="go" name="action" value="pay">Pay ${total}</button>
      <button name="action" value="decline" formnovalidate>Try a card that is declined</button>
      ${session.cancel_url ? html`<a class="quiet" href="${session.cancel_url}" rel="noreferrer">Cancel and go back</a>` : ""}
    </form>
    <details id="cards"><summary>Test cards</summary>
      <p><code>4242 4242 4242 4242</code> pays<br /><code>4000 0025 0000 3155</code> asks for authentication<br />
      <code>4000 0000 0000 9995</code> has insufficient funds<br /><code>4000 0000 0000 0069</code> has expired</p>
    </details>`,
  );
}

export const authenticationPage = (intent: Stripe.PaymentIntent): Page =>
  frame(
    "Confirm it is you",
    html`<p class="note">Local test of a bank's authentication</p>
    <h1>${formatMoney(intent.amount, intent.currency)}</h1>
    <p>Your bank asks you to confirm this payment.</p>
    <form method="post">
      <button class="go" name="action" value="complete">Confirm the payment</button>
      <button name="action" value="fail">Fail the authentication</button>
    </form>`,
  );

export const closedPage = (title: string, text: string): Page => frame(title, html`<h1>${title}</h1><p>${text}</p>`);
