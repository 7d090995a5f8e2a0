import { createIdentify } from "../_shared/caller.ts";
import { createCallerClient } from "../_shared/caller-client.ts";
import { readEnv } from "../_shared/env.ts";
import { createKeyring } from "../_shared/keyring.ts";
import { createLog } from "../_shared/log.ts";
import { createPaymentProvider } from "../_shared/payment-provider.ts";
import { createReport } from "../_shared/report.ts";
import { createDatabaseGuard, createRpc } from "../_shared/rpc.ts";
import { createFunction } from "../_shared/serve.ts";
import { createServiceClient } from "../_shared/service-client.ts";
import { createStripe, createStripeGuard } from "../_shared/stripe-client.ts";
import { paymentsRoutes } from "./handler.ts";

const name = "payments";
const env = readEnv();
const guard = createDatabaseGuard();

Deno.serve(
  createFunction({
    name,
    routes: paymentsRoutes({
      identify: createIdentify(env, createKeyring(env)),
      callerRpc: (caller) => createRpc(createCallerClient(env, caller), guard),
      serviceRpc: createRpc(createServiceClient(env), guard),
      provider: createPaymentProvider(createStripe(env), createStripeGuard()),
    }),
    cors: true,
    log: createLog({ function: name }),
    report: await createReport(env, name),
  }),
);
