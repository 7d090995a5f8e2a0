// A payment provider that answers as it is told to and keeps what it was asked: for what a call says, word for word, and for
// answers that the local provider never gives. Whatever it is not told of, it refuses.
import type Stripe from "stripe";
import type { Guard } from "./guard.ts";
import { createStripe, createStripeGuard } from "./stripe-client.ts";

export type Told = readonly [status: number, body: object, headers?: Record<string, string>];

export interface Asked {
  readonly call: string;
  readonly form: Record<string, string>;
  readonly key: string | null;
}

export interface Outcome<T> {
  readonly value?: T;
  readonly error?: unknown;
  readonly asked: readonly Asked[];
}

/** What is asked, and what comes of it when the provider answers so, one after the other. */
export async function askingProvider<T>(
  answers: readonly Told[],
  ask: (stripe: Stripe, guard: Guard) => Promise<T>,
): Promise<Outcome<T>> {
  const rest = [...answers];
  const asked: Asked[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const form = new URLSearchParams(request.method === "GET" ? searchParams : await request.text());
    const key = request.headers.get("idempotency-key");
    asked.push({ call: `${request.method} ${pathname}`, form: Object.fromEntries(form), key });
    const [status, body, headers = {}] = rest.shift() ?? refused();
    return Response.json(body, { status, headers });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const stripe = createStripe({ STRIPE_SECRET_KEY: "sk_test_1", STRIPE_API_URL: url });
  try {
    return { value: await ask(stripe, createStripeGuard({ firstDelayMs: 1 })), asked };
  } catch (error) {
    return { error, asked };
  } finally {
    await server.shutdown();
  }
}

export const fine = (body: object): Told => [200, body];

/** A page of what there is. */
export const list = (data: readonly object[], has_more = false): Told => [
  200,
  { object: "list", data, has_more, url: "/v1/x" },
];

/** A request that the provider understands and does not grant. */
export const refused = (code = "x", status = 400, param?: string): Told => [
  status,
  { error: { type: "invalid_request_error", code, ...(param === undefined ? {} : { param }) } },
];
