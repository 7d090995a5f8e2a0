import { createIdentify } from "../_shared/caller.ts";
import { createCallerClient } from "../_shared/caller-client.ts";
import { readEnv } from "../_shared/env.ts";
import { createKeyring } from "../_shared/keyring.ts";
import { createLog } from "../_shared/log.ts";
import { createReport } from "../_shared/report.ts";
import { createDatabaseGuard, createRpc } from "../_shared/rpc.ts";
import { createFunction } from "../_shared/serve.ts";
import { assistantRoutes } from "./handler.ts";
import { registry } from "./registry.ts";

const name = "assistant";
const env = readEnv();
const guard = createDatabaseGuard();

Deno.serve(
  createFunction({
    name,
    routes: assistantRoutes({
      identify: createIdentify(env, createKeyring(env)),
      callerRpc: (caller) => createRpc(createCallerClient(env, caller), guard),
      registry,
      now: () => performance.now(),
    }),
    cors: true,
    log: createLog({ function: name }),
    report: await createReport(env, name),
  }),
);
