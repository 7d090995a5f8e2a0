import { createBillingProvider } from "../_shared/billing-provider.ts";
import { createIdentify } from "../_shared/caller.ts";
import { createCallerClient } from "../_shared/caller-client.ts";
import { createConnectProvider } from "../_shared/connect-provider.ts";
import { readEnv } from "../_shared/env.ts";
import { createKeyring } from "../_shared/keyring.ts";
import { createLog } from "../_shared/log.ts";

import { createReport } from "../_shared/report.ts";
import { createDatabaseGuard, createRpc } from "../_shared/rpc.ts";
import { createFunction } from "../_shared/serve.ts";
import { createServiceClient } from "../_shared/service-client.ts";
import { createStripe, createStripeGuard } from "../_shared/stripe-client.ts";
import { billingRoutes } from "./handler.ts";

const name = "billing";
const env = readEnv();
const guard = createDatabaseGuard();
const stripe = createStripe(env);
const stripeGuard = createStripeGuard();

Deno.serve(
  createFunction({
    name,
    routes: billingRoutes({
      identify: createIdentify(env, createKeyring(env)),
      callerRpc: (caller) => createRpc(createCallerClient(env, caller), guard),
      serviceRpc: createRpc(createServiceClient(env), guard),
      provider: createBillingProvider(stripe, stripeGuard),
      accounts: createConnectProvider(stripe, stripeGuard),
    }),
    cors: true,
    log: createLog({ function: name }),
    report: await createReport(env, name),
  }),
);
