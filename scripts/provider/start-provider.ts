// Wires the provider together and opens its one port, on 127.0.0.1 only. Used by main.ts and, in-process, by tests.
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { createApi } from "./api.ts";
import { type Clock, systemClock } from "./clock.ts";
import { createControl } from "./control.ts";
import { Courier } from "./courier.ts";
import type { Provider } from "./execute.ts";
import { Expiry } from "./expiry.ts";
import { Faults } from "./faults.ts";
import { IdempotencyKeys } from "./idempotency.ts";
import { createOnboarding } from "./onboarding-page.ts";
import { accountRoutes } from "./operations/accounts.ts";
import { balanceTransactionRoutes } from "./operations/balance-transactions.ts";
import { billingPortalRoutes } from "./operations/billing-portal.ts";
import { checkoutRoutes } from "./operations/checkout-sessions.ts";
import { customerRoutes } from "./operations/customers.ts";
import { disputeRoutes } from "./operations/disputes.ts";
import { eventRoutes } from "./operations/events.ts";
import { paymentIntentRoutes } from "./operations/payment-intents.ts";
import { paymentMethodRoutes } from "./operations/payment-methods.ts";
import { productRoutes } from "./operations/products.ts";
import { refundRoutes } from "./operations/refunds.ts";
import { subscriptionRoutes } from "./operations/subscriptions.ts";
import { createPages } from "./pages.ts";
import { createPortal } from "./portal-page.ts";
import { Store } from "./store.ts";

export interface ProviderOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly secretKey: string;
  readonly webhookSecret: string;
  readonly webhookUrl: string;
  readonly dir: string;
  readonly clock?: Clock;
  readonly webhookTimeoutMs?: number;
  readonly retryDelaysMs?: readonly number[];
  readonly log?: (line: string) => void;
}

export interface RunningProvider {
  readonly url: string;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const RETRY_DELAYS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000];

export async function startProvider(options: ProviderOptions): Promise<RunningProvider> {
  const clock = options.clock ?? systemClock;
  const log = options.log ?? (() => {});
  const store = new Store(options.dir);
  const courier = new Courier({
    store,
    clock,
    fetch: globalThis.fetch,
    url: options.webhookUrl,
    secret: options.webhookSecret,
    timeoutMs: options.webhookTimeoutMs ?? 10_000,
    retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
  });
  let url = "";
  const provider: Provider = {
    store,
    clock,
    faults: new Faults(),
    keys: new IdempotencyKeys(store),
    baseUrl: () => url,
  };
  const expiry = new Expiry(provider, () => courier.wake());
  const wake = () => {
    expiry.wake();
    courier.wake();
  };
  const app = createApi({
    provider,
    secretKey: options.secretKey,
    routes: [
      ...paymentIntentRoutes,
      ...paymentMethodRoutes,
      ...checkoutRoutes,
      ...refundRoutes,
      ...disputeRoutes,
      ...customerRoutes,
      ...eventRoutes,
      ...balanceTransactionRoutes,
      ...productRoutes,
      ...subscriptionRoutes,
      ...billingPortalRoutes,
      ...accountRoutes,
    ],
    afterRequest: (path) => (path.startsWith("/v1/checkout") ? wake() : courier.wake()),
    log,
  });
  app.get("/_health", (context) => context.json({ status: "ok" }));
  app.route("/c", createPages(provider, wake));
  app.route("/c/onboarding", createOnboarding(provider, wake));
  app.route("/c/portal", createPortal(provider, wake));
  app.route("/_control", createControl({ provider, courier, secretKey: options.secretKey }));

  const server = createAdaptorServer({ fetch: app.fetch, hostname: HOST });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, HOST, resolve);
  }).catch((error: unknown) => {
    store.close();
    throw error;
  });
  url = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  store.moveTo(url);
  wake();
  return {
    url,
    async close() {
      expiry.close();
      await courier.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
      store.close();
    },
  };
}
