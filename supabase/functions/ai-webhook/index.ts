import { aiWebhookSchema, createVerifyAiEvent } from "../_shared/ai-signature.ts";
import { parseEnv, readEnv } from "../_shared/env.ts";
import { createLog } from "../_shared/log.ts";
import { createReport } from "../_shared/report.ts";
import { createDatabaseGuard, createRpc } from "../_shared/rpc.ts";
import { createFunction } from "../_shared/serve.ts";
import { createServiceClient } from "../_shared/service-client.ts";
import { aiWebhookRoutes } from "./handler.ts";

const name = "ai-webhook";
const env = readEnv();

Deno.serve(
  createFunction({
    name,
    routes: aiWebhookRoutes({
      rpc: createRpc(createServiceClient(env), createDatabaseGuard()),
      verify: createVerifyAiEvent(parseEnv(aiWebhookSchema).OPENAI_WEBHOOK_SECRET),
    }),
    cors: false,
    log: createLog({ function: name }),
    report: await createReport(env, name),
  }),
);
