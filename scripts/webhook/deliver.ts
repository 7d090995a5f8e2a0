/** Hands an event to an endpoint as Stripe's courier does: signed over its exact bytes, at the time of the delivery. */
import Stripe from "stripe";
import { mintAt } from "../provider/mint.ts";
import type { EventDraft } from "../provider/payment-intent.ts";

export interface Endpoint {
  readonly url: string;
  readonly secret: string;
}

export interface Delivered {
  readonly event: string;
  readonly type: string;
  readonly http: number;
  /** What the endpoint said: {received, duplicate, status}, or why it refused. */
  readonly answer: unknown;
}

export function eventOf({ type, object, previous }: EventDraft, createdMs: number): Stripe.Event {
  const mint = mintAt(createdMs);
  return {
    id: mint.id("evt"),
    object: "event",
    api_version: Stripe.API_VERSION,
    created: mint.now,
    data: { object, ...(previous ? { previous_attributes: previous } : {}) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: mint.id("req", 14), idempotency_key: null },
    type,
  } as Stripe.Event;
}

export async function deliver(
  event: { readonly id?: unknown; readonly type?: unknown },
  { url, secret }: Endpoint,
  { forged = false }: { readonly forged?: boolean } = {},
): Promise<Delivered> {
  const payload = JSON.stringify(event, null, 2);
  const { webhooks } = new Stripe("sk_test_unused");
  // A bad signature is a right one made with another secret.
  const header = await webhooks.generateTestHeaderStringAsync({ payload, secret: forged ? `${secret}x` : secret });
  const response = await fetch(url, {
    method: "POST",
    body: payload,
    redirect: "manual",
    signal: AbortSignal.timeout(20_000),
    headers: { "content-type": "application/json; charset=utf-8", "stripe-signature": header },
  });
  const text = await response.text();
  return { event: String(event.id), type: String(event.type), http: response.status, answer: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 300);
  }
}
