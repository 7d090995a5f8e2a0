/** An organisation and its subscription, as its owner's app has them: the billing function, and what PostgREST says after. */
import type { StackState } from "../../scripts/stack/state.ts";
import { type Actor, machine } from "./actors.ts";
import { must } from "./api.ts";
import { answerFrom, callFunction } from "./functions.ts";
import type { HttpApi } from "./http-api.ts";
import type { Provider } from "./provider.ts";
import { until } from "./until.ts";

export interface BillingAnswer {
  readonly change_id: string;
  readonly checkout_url?: string;
  readonly portal_url?: string;
}

export interface Plan {
  readonly tier: string;
  readonly subscription_status: string;
  readonly past_due_since: string | null;
}

export interface Subscription {
  readonly provider_reference: string;
  readonly status: string;
  readonly tier: string;
  readonly next_tier: string | null;
  readonly cancel_at_period_end: boolean;
}

export interface House {
  readonly organisationId: string;
  readonly owner: Actor;
}

export function billing(stack: StackState, api: HttpApi, provider: Provider) {
  const ask = async (actor: Actor, { organisationId }: House, body: object, path = "billing") =>
    answerFrom<BillingAnswer>(
      await callFunction(stack, path, { actor, body: { organisation_id: organisationId, ...body } }),
    );
  const return_url = "https://app.example/billing";
  const planOf = async ({ organisationId, owner }: House): Promise<Plan> => {
    const [plan] = must(await api.select<Plan>(owner, `organisations?id=eq.${organisationId}`));
    if (!plan) throw new Error("the organisation is gone");
    return plan;
  };
  const subscriptionOf = async ({ organisationId, owner }: House): Promise<Subscription> => {
    const query = `subscriptions?organisation_id=eq.${organisationId}&order=started_at.desc`;
    const [subscription] = must(await api.select<Subscription>(owner, query));
    if (!subscription) throw new Error("the organisation has no subscription");
    return subscription;
  };
  return {
    planOf,
    subscriptionOf,
    change: (house: House, body: object, actor = house.owner) => ask(actor, house, body),
    checkout: (house: House, item: string, actor = house.owner) =>
      ask(actor, house, { kind: "checkout", item, return_url }),
    becomes: (house: House, tier: string, status: string) =>
      until(`the plan is ${tier}, ${status}`, async () => {
        const plan = await planOf(house);
        return plan.tier === tier && plan.subscription_status === status && plan;
      }),
    /** Chooses a plan and pays for it on the provider's page. */
    async subscribe(house: House, item: string, card?: string): Promise<void> {
      const { checkout_url } = must(await ask(house.owner, house, { kind: "checkout", item, return_url }));
      await provider.payCheckout(checkout_url ?? "", card);
    },
    async advance(house: House, to: Parameters<Provider["advance"]>[1]): Promise<void> {
      await provider.advance((await subscriptionOf(house)).provider_reference, to);
    },
    /** Another card in the portal, with which what is open is paid. */
    async useCard(house: House, card_number: string): Promise<number> {
      const { portal_url } = must(await ask(house.owner, house, { return_url }, "billing/portal"));
      const form = new URLSearchParams({ action: "card", card_number });
      const response = await fetch(portal_url ?? "", { method: "POST", body: form });
      await response.text();
      return response.status;
    },
  };
}

const seconds = (days: number) => Math.floor(Date.now() / 1000) + days * 86_400;

/** The provider's object of a subscription, as far as it is read: one plan, and add-ons. */
export function subscriptionObject(organisationId: string, tier: string, addOns: readonly string[] = [], more = {}) {
  const reference = organisationId.replaceAll("-", "");
  const period = { current_period_start: seconds(0), current_period_end: seconds(14) };
  const item = (key: string, metadata: object) => ({
    id: `si_${key}`,
    ...period,
    price: { recurring: { interval: "month" }, metadata },
  });
  const extras = addOns.map((addOn) => item(addOn, { servio_add_on: addOn }));
  return {
    id: `sub_${reference}`,
    object: "subscription",
    status: "active",
    customer: `cus_${reference}`,
    created: seconds(0),
    currency: "gbp",
    trial_end: null,
    metadata: { organisation_id: organisationId },
    items: { data: [item("plan", { servio_tier: tier }), ...extras] },
    ...more,
  };
}

/** As after a look at the provider, without one: a trial of the smallest plan with its add-on, and a change under way. */
export async function subscribed(api: HttpApi, { organisationId, owner }: House): Promise<void> {
  const trial = { status: "trialing", trial_end: seconds(14) };
  const object = subscriptionObject(organisationId, "starter", ["kitchen_display"], trial);
  must(await api.rpc(machine, "apply_subscription", { p_object: object }));
  must(await api.rpc(owner, "start_billing_change", { p_organisation_id: organisationId, p_kind: "cancel" }));
}
