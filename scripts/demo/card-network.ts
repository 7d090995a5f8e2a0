/**
 * What happens outside of Servio when a card is used: the guest's browser confirms the payment with the provider, and
 * the provider tells Servio by webhook. The official library speaks for the browser. The local provider can also be
 * asked what it delivered, and to deliver again; Stripe cannot, so with Stripe that is left out.
 */
import Stripe from "stripe";
import { z } from "zod";
import { StackError } from "../stack/stack-error.ts";
import type { StackState } from "../stack/state.ts";
import { waitUntil } from "./wait-until.ts";

export interface CardNetwork {
  name: string;
  /** Confirms with a card that the provider approves; returns the payment intent's id. */
  confirm(clientSecret: string): Promise<string>;
  courier: Courier | null;
}

export interface Courier {
  /** The provider's event of a type about an object, once it has been delivered. */
  delivered(type: string, objectId: string): Promise<{ eventId: string; status: number }>;
  /** Delivers an event again, truly signed; returns the receiver's HTTP answers. */
  deliverAgain(eventId: string, times: number): Promise<number[]>;
}

const APPROVED_CARD = "pm_card_visa";
const PATIENCE_MS = 20_000;

export interface Patience {
  /** How often the browser's library asks the provider again, always with the same key. */
  retries: number;
  withinMs: number;
  fetch: typeof fetch;
}

export function cardNetworkOf(
  { providerUrl, stripeSecretKey }: Pick<StackState, "providerUrl" | "stripeSecretKey">,
  patience: Patience = { retries: 1, withinMs: PATIENCE_MS, fetch: globalThis.fetch },
): CardNetwork {
  if (!stripeSecretKey) throw new StackError("the stack takes no payments: npm run stop, then npm start");
  if (!/^[sr]k_test_/.test(stripeSecretKey))
    throw new StackError("STRIPE_SECRET_KEY is not a test key: the demo charges cards");
  const here = providerUrl ? new URL(providerUrl) : null;
  const host = here ? ({ host: here.hostname, port: here.port, protocol: "http" } as const) : {};
  const stripe = new Stripe(stripeSecretKey, {
    ...host,
    maxNetworkRetries: patience.retries,
    timeout: PATIENCE_MS,
    telemetry: false,
  });
  return {
    name: providerUrl ? `the local provider at ${providerUrl}` : "Stripe, in test mode",
    async confirm(clientSecret) {
      const [id = clientSecret] = clientSecret.split("_secret_");
      const return_url = "https://example.com/receipt";
      const intent = await stripe.paymentIntents.confirm(id, { payment_method: APPROVED_CARD, return_url });
      if (intent.status !== "succeeded") throw new Error(`the provider says ${intent.status}`);
      return intent.id;
    },
    courier: providerUrl ? courierAt(providerUrl, stripeSecretKey, patience) : null,
  };
}

const report = z.object({
  deliveries: z.array(
    z.object({
      id: z.number(),
      event_id: z.string(),
      status: z.string(),
      attempts: z.array(z.object({ status: z.number().nullable() })),
    }),
  ),
});
const redelivery = z.object({ deliveries: z.array(z.number()) });

function courierAt(providerUrl: string, secretKey: string, { fetch, withinMs: within }: Patience): Courier {
  async function control<S extends z.ZodType>(method: string, path: string, answer: S, body?: unknown) {
    const response = await fetch(`${providerUrl}/_control${path}`, {
      method,
      headers: { authorization: `Bearer ${secretKey}`, "content-type": "application/json" },
      signal: AbortSignal.timeout(within),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the provider's control API: HTTP ${response.status} ${text}`);
    return answer.parse(JSON.parse(text));
  }
  const deliveries = async (query: Record<string, string>) =>
    (await control("GET", `/deliveries?${new URLSearchParams(query)}`, report)).deliveries;
  const isOver = ({ status }: { status: string }) => status !== "pending";

  return {
    async delivered(type, object) {
      const [delivery] = await waitUntil({
        what: `the provider's ${type} webhook`,
        within,
        ask: () => deliveries({ type, object }),
        until: (found) => found.length > 0 && found.every(isOver),
        expected: "delivered",
      });
      return { eventId: delivery?.event_id ?? "", status: delivery?.attempts.at(-1)?.status ?? 0 };
    },
    async deliverAgain(eventId, times) {
      const path = `/events/${encodeURIComponent(eventId)}/deliver`;
      const { deliveries: ids } = await control("POST", path, redelivery, { times });
      const again = await waitUntil({
        what: `${times} more deliveries of the webhook`,
        within,
        ask: async () => (await deliveries({ event: eventId })).filter(({ id }) => ids.includes(id)),
        until: (found) => found.length === times && found.every(isOver),
        expected: "delivered",
      });
      return again.map(({ attempts }) => attempts.at(-1)?.status ?? 0);
    },
  };
}
