// The page on which the owner of a connected account fills it in. A link works once and for a few minutes; whoever comes later
// is sent to where a new one is made, as on Stripe.

import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { html } from "hono/html";
import { closedPage, frame } from "./checkout-page.ts";
import { openDesk, type Provider } from "./execute.ts";
import { decideAccount, type OnboardingLink } from "./operations/accounts.ts";
import { formOf, show } from "./pages.ts";

const form = frame(
  "Your account",
  html`<p class="note">Local test account. Nobody is asked for anything real.</p>
    <h1>Get paid</h1>
    <p>A real provider asks here who you are and which bank account you are paid to.</p>
    <form method="post">
      <button class="go" name="action" value="complete">Fill everything in</button>
      <button name="action" value="later">Save and come back later</button>
    </form>`,
);

export function createOnboarding(provider: Provider, afterwards: () => void): Hono {
  const { store, clock } = provider;
  const pages = new Hono();
  pages.use("*", bodyLimit({ maxSize: 16 * 1024 }));
  const linkOf = (id: string) => store.detail<OnboardingLink>(id);
  const isOver = (link: OnboardingLink) => link.is_used || link.expires_at < clock.now() / 1000;

  pages.get("/:id", (context) => {
    const link = linkOf(context.req.param("id"));
    if (!link) return show(context, closedPage("Nothing here", "This address does not belong to an account."), 404);
    if (isOver(link)) return context.redirect(link.refresh_url, 303);
    return show(context, form, 200, [link.return_url]);
  });

  pages.post("/:id", async (context) => {
    const isComplete = (await formOf(context)).get("action") === "complete";
    const id = context.req.param("id");
    const link = linkOf(id);
    if (!link) return show(context, closedPage("Nothing here", "This address does not belong to an account."), 404);
    if (isOver(link)) return context.redirect(link.refresh_url, 303);
    store.transaction(() => {
      store.saveDetail(id, { ...link, is_used: true });
      const desk = openDesk(provider, { id: null, idempotency_key: null });
      if (isComplete) decideAccount(desk, link.account, { charges_enabled: true, payouts_enabled: true });
    });
    afterwards();
    return context.redirect(link.return_url, 303);
  });
  return pages;
}
