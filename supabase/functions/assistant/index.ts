import { createIdentify } from "../_shared/caller.ts";
import { createCallerClient } from "../_shared/caller-client.ts";
import { readEnv } from "../_shared/env.ts";
import { createKeyring } from "../_shared/keyring.ts";
import { createLog } from "../_shared/log.ts";
import { readModelSettings } from "../_shared/model-settings.ts";
import { createModelGuard, createOpenAi } from "../_shared/openai-client.ts";
import { createReport } from "../_shared/report.ts";
import { createDatabaseGuard, createRpc } from "../_shared/rpc.ts";
import { createFunction } from "../_shared/serve.ts";
import { askRoutes } from "./ask.ts";
import { assistantRoutes } from "./handler.ts";
import { registry } from "./registry.ts";

const name = "assistant";
const env = readEnv();
const guard = createDatabaseGuard();

const settings = readModelSettings();
const model = settings && { settings, openai: createOpenAi(settings), guard: createModelGuard() };
const dependencies = {
  identify: createIdentify(env, createKeyring(env)),
  callerRpc: (caller: Parameters<typeof createCallerClient>[1]) => createRpc(createCallerClient(env, caller), guard),
  registry,
  model,
  now: () => performance.now(),
};

Deno.serve(
  createFunction({
    name,
    routes: { ...assistantRoutes(dependencies), ...askRoutes(dependencies) },
    cors: true,
    log: createLog({ function: name }),
    report: await createReport(env, name),
  }),
);
