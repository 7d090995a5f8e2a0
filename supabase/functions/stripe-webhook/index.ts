import { isLiveKey, readEnv } from "../_shared/env.ts";
import { createLog } from "../_shared/log.ts";
import { createReport } from "../_shared/report.ts";
import { createDatabaseGuard, createRpc } from "../_shared/rpc.ts";
import { createFunction } from "../_shared/serve.ts";
import { createServiceClient } from "../_shared/service-client.ts";
import { createVerifySignature } from "../_shared/signature.ts";
import { webhookRoutes } from "./handler.ts";

const name = "stripe-webhook";
const env = readEnv();

Deno.serve(
  createFunction({
    name,
    routes: webhookRoutes({
      rpc: createRpc(createServiceClient(env), createDatabaseGuard()),
      verifySignature: createVerifySignature(
        [env.STRIPE_WEBHOOK_SECRET, env.STRIPE_CONNECT_WEBHOOK_SECRET].filter((secret) => secret !== undefined),
      ),
      livemode: isLiveKey(env.STRIPE_SECRET_KEY),
    }),
    cors: false,
    log: createLog({ function: name }),
    report: await createReport(env, name),
  }),
);
