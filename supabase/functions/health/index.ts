import { createIdentify } from "../_shared/caller.ts";
import { readEnv } from "../_shared/env.ts";
import { createKeyring } from "../_shared/keyring.ts";
import { createLog } from "../_shared/log.ts";
import { createReport } from "../_shared/report.ts";
import { createDatabaseGuard, createRpc } from "../_shared/rpc.ts";
import { createFunction } from "../_shared/serve.ts";
import { createServiceClient } from "../_shared/service-client.ts";
import { createStripe, createStripeGuard } from "../_shared/stripe-client.ts";
import { healthRoutes } from "./handler.ts";
import { createPing } from "./ping.ts";

const name = "health";
const env = readEnv();
const timeoutMs = 3_000;

Deno.serve(
  createFunction({
    name,
    routes: healthRoutes({
      identify: createIdentify(env, createKeyring(env)),
      rpc: createRpc(createServiceClient(env), createDatabaseGuard({ timeoutMs, retries: 0 })),
      pingProvider: createPing(createStripe(env, { timeoutMs }), createStripeGuard({ timeoutMs, failuresToOpen: 3 })),
      now: Date.now,
    }),
    cors: false,
    log: createLog({ function: name }),
    report: await createReport(env, name),
  }),
);
