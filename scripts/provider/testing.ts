// What the provider's own tests stand on: a receiver that checks signatures as Servio does, and a provider in-process.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Stripe from "stripe";
import { type ProviderOptions, startProvider } from "./start-provider.ts";

export const SECRET_KEY = "sk_test_local_provider_tests";
export const WEBHOOK_SECRET = "whsec_local_provider_tests";

export interface Receiver {
  readonly url: string;
  /** Events whose signature held, in order of arrival. */
  readonly events: Stripe.Event[];
  /** Reasons for which other deliveries were refused. */
  readonly refused: string[];
  /** Statuses to answer with before verification, first come first served; then 200 for what verifies. */
  readonly answers: (number | "hang")[];
  types(): string[];
  /** Resolves when a delivery is being answered with silence. */
  hanging(): Promise<void>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const stripe = new Stripe(SECRET_KEY);
  const events: Stripe.Event[] = [];
  const refused: string[] = [];
  const answers: (number | "hang")[] = [];
  const silence = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const answer = answers.shift();
    if (answer === "hang") return silence.resolve();
    if (answer !== undefined) return void response.writeHead(answer).end();
    try {
      const signature = request.headers["stripe-signature"] ?? "";
      events.push(await stripe.webhooks.constructEventAsync(body, signature, WEBHOOK_SECRET));
      response.writeHead(200).end();
    } catch (error) {
      refused.push(error instanceof Error ? error.message : String(error));
      response.writeHead(400).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`,
    events,
    refused,
    answers,
    hanging: () => silence.promise,
    types: () => events.map((event) => event.type),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The official library with only its host changed. */
export function clientOf(url: string, key = SECRET_KEY): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(key, { host: hostname, port, protocol: "http", maxNetworkRetries: 0, telemetry: false });
}

export interface Bench {
  readonly url: string;
  readonly stripe: Stripe;
  readonly receiver: Receiver;
  control<T>(method: string, path: string, body?: unknown): Promise<T>;
  drain(): Promise<void>;
  fault(...faults: object[]): Promise<void>;
  close(): Promise<void>;
}

export function controlOf(url: string) {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/_control${path}`, {
      method,
      headers: { authorization: `Bearer ${SECRET_KEY}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer}`);
    return JSON.parse(answer) as T;
  };
}

export async function startBench(options: Partial<ProviderOptions> = {}): Promise<Bench> {
  const dir = mkdtempSync(join(tmpdir(), "provider-"));
  const receiver = await startReceiver();
  const provider = await startProvider({
    port: 0,
    secretKey: SECRET_KEY,
    webhookSecret: WEBHOOK_SECRET,
    webhookUrl: receiver.url,
    dir,
    log: (line) => console.error(line),
    ...options,
  });
  const control = controlOf(provider.url);
  return {
    url: provider.url,
    stripe: clientOf(provider.url),
    receiver,
    control,
    async drain() {
      const { settled } = await control<{ settled: boolean }>("POST", "/drain", { timeout_ms: 20_000 });
      if (!settled) throw new Error("The provider did not settle within twenty seconds.");
    },
    async fault(...faults) {
      await control("POST", "/faults", faults);
    },
    async close() {
      await provider.close();
      await receiver.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Card payments without redirects: what a test confirms without a `return_url`. */
export const cardOnly = { automatic_payment_methods: { enabled: true, allow_redirects: "never" } } as const;

export const paid = (amount = 1_000, currency = "eur"): Stripe.PaymentIntentCreateParams => ({
  amount,
  currency,
  confirm: true,
  payment_method: "pm_card_visa",
  ...cardOnly,
});

/** The error that `work` ends with, as the library raises it. */
export async function refusal(work: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw new Error(`Expected a Stripe error, met ${String(error)}`);
}

/** Waits for a state that is on its way; generous, since only a failure takes that long. */
export const eventually = { timeout: 20_000, interval: 5 };
