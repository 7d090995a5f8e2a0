import { createIdentify } from "../_shared/caller.ts";
import { createCallerClient } from "../_shared/caller-client.ts";
import { readEnv } from "../_shared/env.ts";
import { createKeyring } from "../_shared/keyring.ts";
import { createLog } from "../_shared/log.ts";
import { createReport } from "../_shared/report.ts";
import { createDatabaseGuard, createRpc } from "../_shared/rpc.ts";
import { createFunction } from "../_shared/serve.ts";
import { registry } from "../assistant/registry.ts";
import { mcpRoutes } from "./handler.ts";

const name = "mcp";
const env = readEnv();
const guard = createDatabaseGuard();

Deno.serve(
  createFunction({
    name,
    routes: mcpRoutes({
      identify: createIdentify(env, createKeyring(env)),
      callerRpc: (caller) => createRpc(createCallerClient(env, caller), guard),
      registry,
      now: () => performance.now(),
    }),
    // Who speaks this protocol is a program. A page of anybody's is not let in, whatever token it has got hold of.
    cors: false,
    log: createLog({ function: name }),
    report: await createReport(env, name),
  }),
);
