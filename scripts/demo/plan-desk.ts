/**
 * How an organisation gets a plan: its owner chooses one, pays on the provider's page, and the provider's signed webhook
 * says so. The page of the local provider is a form that can be filled in here; Stripe's wants a person with a browser.
 */
import Stripe from "stripe";
import { z } from "zod";
import { StackError } from "../stack/stack-error.ts";
import type { StackState } from "../stack/state.ts";
import { readSold } from "../stripe-setup/plans.ts";
import { setUp } from "../stripe-setup/set-up.ts";
import { accept, type Person } from "./person.ts";
import { waitUntil } from "./wait-until.ts";

export type BuyPlan = (owner: Person, organisationId: string, plan: string) => Promise<void>;

const APPROVED_CARD = "4242424242424242";
const PATIENCE_MS = 30_000;
const checkout = z.object({ checkout_url: z.url() });

export function planDeskOf({ providerUrl, stripeSecretKey }: StackState): BuyPlan {
  if (!providerUrl || !stripeSecretKey) {
    throw new StackError("--assistant needs the local provider: Stripe's checkout page is paid in a browser");
  }
  const { hostname, port } = new URL(providerUrl);
  const stripe = new Stripe(stripeSecretKey, { host: hostname, port, protocol: "http", telemetry: false });
  return async (owner, organisation_id, item) => {
    await setUp({ stripe, sold: readSold(), dryRun: false });
    const wish = { kind: "checkout", organisation_id, item, return_url: "https://example.com/billing" };
    const { checkout_url } = await owner.invoke("billing", wish, checkout);
    const form = { action: "pay", email: owner.email ?? "", card_number: APPROVED_CARD };
    const paid = await fetch(checkout_url, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
    if (paid.status !== 303) throw new Error(`the provider's checkout page answered ${paid.status}`);
    await waitUntil({
      what: "the plan",
      within: PATIENCE_MS,
      ask: async () => {
        const found = owner.client.from("organisations").select("tier").eq("id", organisation_id).single();
        return accept("organisation", await found).tier;
      },
      until: (tier) => tier === item,
      expected: item,
    });
  };
}
