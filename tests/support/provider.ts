/**
 * Both sides of the payment provider: the guest's browser, which confirms a payment there, and the provider's courier,
 * which delivers signed events. Against the local provider the official library differs in its host only; events that
 * the provider would never send (wrong amounts, forged signatures) are signed here by the same library.
 */
import Stripe from "stripe";
import type { Advance } from "../../scripts/provider/billing-cycle.ts";
import type { StackState } from "../../scripts/stack/state.ts";
import type { Reply } from "./http-api.ts";

export interface Provider {
  /** Confirms as the guest's browser does; a declined card is an answer, not an error. */
  confirm(clientSecret: string, card?: string): Promise<{ intentId: string; declined: string | null }>;
  /** Waits until every delivery that is due has been made. */
  drain(): Promise<void>;
  /** What the bank decides later about a refund, a dispute or a payment on its way. */
  settle(id: string, outcome: "succeeded" | "failed" | "won" | "lost"): Promise<void>;
  /** The guest's bank disputes a payment. */
  dispute(intentId: string): Promise<string>;
  /** Trouble with the next requests; see scripts/provider/faults.ts. Another test may meet it first: it must not mind. */
  fault(fault: object): Promise<void>;
  /** Pays on the provider's own page, as a guest does who is sent there. */
  payCheckout(url: string, cardNumber?: string): Promise<void>;
  /** Delivers an event of this object again. */
  deliverAgain(type: string, objectId: string, times: number): Promise<void>;
  /** What time does to a subscription: scripts/provider/billing-cycle.ts. */
  advance(subscriptionId: string, to: Advance): Promise<void>;
  /** What the provider decides about a connected account. */
  changeAccount(accountId: string, change: { charges_enabled?: boolean }): Promise<void>;
  /** Delivers what a fault has held, in the order of its making or the other way round. */
  release(order: "created" | "reversed"): Promise<void>;
  readonly stripe: Stripe;
}

export function provider(stack: StackState): Provider {
  const { providerUrl, stripeSecretKey } = stack;
  if (providerUrl === null || stripeSecretKey === null) throw new Error("the test stack has no local payment provider");
  const { hostname, port } = new URL(providerUrl);
  const stripe = new Stripe(stripeSecretKey, { host: hostname, port, protocol: "http", telemetry: false });
  const control = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${providerUrl}/_control${path}`, {
      method,
      headers: { authorization: `Bearer ${stripeSecretKey}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  return {
    stripe,
    async confirm(clientSecret, card = "pm_card_visa") {
      const intentId = clientSecret.split("_secret_")[0] ?? "";
      try {
        await stripe.paymentIntents.confirm(intentId, { payment_method: card, return_url: "https://guests.example/" });
        return { intentId, declined: null };
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeCardError)) throw error;
        return { intentId, declined: error.decline_code ?? error.code ?? "declined" };
      }
    },
    async drain() {
      const { settled } = await control<{ settled: boolean }>("POST", "/drain", { timeout_ms: 15_000 });
      if (!settled) throw new Error("the provider's courier did not settle");
    },
    async settle(id, outcome) {
      await control("POST", "/settle", { id, outcome });
    },
    async dispute(intentId) {
      return (await control<{ id: string }>("POST", "/disputes", { payment_intent: intentId })).id;
    },
    async fault(fault) {
      await control("POST", "/faults", fault);
    },
    async payCheckout(url, cardNumber = "4242424242424242") {
      const form = { action: "pay", email: "guest@guests.example", card_number: cardNumber };
      const response = await fetch(url, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
      if (response.status !== 303) throw new Error(`the checkout page answered ${response.status}`);
    },
    async advance(subscriptionId, to) {
      await control("POST", `/subscriptions/${subscriptionId}/advance`, { to });
    },
    async changeAccount(accountId, change) {
      await control("POST", `/accounts/${accountId}`, change);
    },
    async release(order) {
      await control("POST", "/release", { order });
    },
    async deliverAgain(type, objectId, times) {
      const query = new URLSearchParams({ type, object: objectId });
      const { deliveries } = await control<{ deliveries: { event_id: string }[] }>("GET", `/deliveries?${query}`);
      const [first] = deliveries;
      if (!first) throw new Error(`no ${type} of ${objectId} was delivered`);
      await control("POST", `/events/${first.event_id}/deliver`, { times });
    },
  };
}

/** An event as Stripe words it; what the tests say about it wins. */
export const stripeEvent = (type: string, object: object, more: object = {}) => ({
  id: `evt_${crypto.randomUUID().replaceAll("-", "")}`,
  object: "event",
  api_version: "2025-01-01",
  created: Math.floor(Date.now() / 1000),
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type,
  data: { object },
  ...more,
});

export interface Delivery {
  readonly secret?: string;
  readonly timestamp?: number;
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly signature?: string;
}

/** Hands a body to the webhook as the provider does, signed unless a signature is given. */
export async function deliver(stack: StackState, body: object | string, options: Delivery = {}): Promise<Reply> {
  const payload = typeof body === "string" ? body : JSON.stringify(body);
  const secret = options.secret ?? stack.stripeWebhookSecret ?? "";
  const timestamp = options.timestamp ?? Math.floor(Date.now() / 1000);
  const signature =
    options.signature ??
    (await new Stripe("sk_test_unused").webhooks.generateTestHeaderStringAsync({ payload, secret, timestamp }));
  const method = options.method ?? "POST";
  const response = await fetch(`${stack.url}/functions/v1/stripe-webhook`, {
    method,
    headers: { "content-type": "application/json", "stripe-signature": signature, ...options.headers },
    ...(method === "GET" ? {} : { body: payload }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
