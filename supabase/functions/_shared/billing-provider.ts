// What Servio asks of the payment provider about its own subscriptions. Prices are named by lookup key, as scripts/stripe-setup
// makes them. Nothing that comes back here is believed to be a plan: that is apply_subscription's business.
import Stripe from "stripe";
import { z } from "zod";
import type { Guard } from "./guard.ts";
import { problem } from "./problem.ts";

export const checkoutSteps = z.object({
  price: z.string(),
  organisation_id: z.guid(),
  email: z.string().nullable(),
  customer: z.string().nullable(),
  trial_end: z.number().int().nullable(),
  replaces: z.array(z.string()),
});
export type CheckoutSteps = z.output<typeof checkoutSteps>;

const item = z.object({ id: z.string().optional(), price: z.string().optional(), deleted: z.boolean().optional() });
export const changeSteps = z.object({
  cancel_at_period_end: z.boolean().optional(),
  items: z.array(item).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  payment_behavior: z.enum(["error_if_incomplete"]).optional(),
  proration_behavior: z.enum(["always_invoice", "create_prorations", "none"]).optional(),
});
export type ChangeSteps = z.output<typeof changeSteps>;

export interface BillingProvider {
  createCheckout(
    changeId: string,
    steps: CheckoutSteps,
    returnUrl: string,
  ): Promise<{ reference: string; url: string }>;
  /** True when the session can be paid no more; false when it has been, so that a subscription is on its way. */
  endCheckout(reference: string): Promise<boolean>;
  change(changeId: string, reference: string, steps: ChangeSteps): Promise<void>;
  openPortal(customer: string, returnUrl: string): Promise<string>;
  retrieve(reference: string): Promise<Stripe.Subscription>;
}

/** How the portal's configuration is found again: scripts/stripe-setup writes it. */
export const PORTAL_MARK = { servio: "portal" } as const;

export function createBillingProvider(stripe: Stripe, guard: Guard): BillingProvider {
  const call = <T>(work: () => Promise<T>): Promise<T> => guard.run(work, { repeatable: true });

  async function pricesOf(keys: readonly string[]): Promise<Map<string, string>> {
    if (keys.length === 0) return new Map();
    const { data } = await call(() => stripe.prices.list({ lookup_keys: [...keys], active: true, limit: 100 }));
    return new Map(data.map(({ lookup_key, id }) => [lookup_key ?? "", id]));
  }
  const need = (prices: Map<string, string>, key: string): string => {
    const price = prices.get(key);
    if (price === undefined) throw problem("price_not_offered", { detail: `No price is called ${key}.` });
    return price;
  };

  return {
    async createCheckout(changeId, steps, returnUrl) {
      const price = need(await pricesOf([steps.price]), steps.price);
      const payer =
        steps.customer === null ? steps.email && { customer_email: steps.email } : { customer: steps.customer };
      const session = await call(() =>
        stripe.checkout.sessions.create(
          {
            mode: "subscription",
            line_items: [{ price, quantity: 1 }],
            ...payer,
            client_reference_id: steps.organisation_id,
            success_url: withOutcome(returnUrl, "success"),
            cancel_url: withOutcome(returnUrl, "cancelled"),
            // In the trial a card may wait; without one the trial's end ends the subscription.
            payment_method_collection: "if_required",
            metadata: { organisation_id: steps.organisation_id },
            subscription_data: {
              metadata: { organisation_id: steps.organisation_id },
              ...(steps.trial_end === null
                ? {}
                : {
                    trial_end: steps.trial_end,
                    trial_settings: { end_behavior: { missing_payment_method: "cancel" } },
                  }),
            },
          },
          { idempotencyKey: `billing:${changeId}` },
        ),
      );
      return { reference: session.id, url: session.url ?? "" };
    },

    async endCheckout(reference) {
      try {
        await call(() => stripe.checkout.sessions.expire(reference));
        return true;
      } catch (error) {
        // Refused: it has ended already, one way or the other.
        if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
        const { status } = await call(() => stripe.checkout.sessions.retrieve(reference));
        if (status === "open") throw error;
        return status === "expired";
      }
    },

    async change(changeId, reference, { items, ...steps }) {
      const prices = await pricesOf((items ?? []).flatMap(({ price }) => price ?? []));
      const wanted = items?.map(({ price, ...rest }) => ({
        ...rest,
        ...(price === undefined ? {} : { price: need(prices, price) }),
      }));
      const update = { ...steps, ...(wanted ? { items: wanted } : {}) };
      await call(() =>
        stripe.subscriptions.update(reference, update as Stripe.SubscriptionUpdateParams, {
          idempotencyKey: `billing:${changeId}`,
        }),
      );
    },

    async openPortal(customer, returnUrl) {
      const { data } = await call(() => stripe.billingPortal.configurations.list({ active: true, limit: 100 }));
      const own = data.find(({ metadata }) => metadata?.servio === PORTAL_MARK.servio);
      // Any other configuration might sell plans without asking whether they fit.
      if (!own) throw new Error("the provider has no portal of ours: run npm run stripe-setup");
      const { url } = await call(() =>
        stripe.billingPortal.sessions.create({ configuration: own.id, customer, return_url: returnUrl }),
      );
      return url;
    },

    retrieve: (reference) => call(() => stripe.subscriptions.retrieve(reference, { expand: ["latest_invoice"] })),
  };
}

function withOutcome(returnUrl: string, outcome: string): string {
  const url = new URL(returnUrl);
  url.searchParams.set("subscription", outcome);
  return url.href;
}
