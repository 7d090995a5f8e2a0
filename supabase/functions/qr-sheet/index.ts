import { z } from "zod";
import { appUrl } from "../_shared/app-link.ts";
import { createIdentify } from "../_shared/caller.ts";
import { createCallerClient } from "../_shared/caller-client.ts";
import { parseEnv, readEnv } from "../_shared/env.ts";
import { createKeyring } from "../_shared/keyring.ts";
import { createLog } from "../_shared/log.ts";
import { createReport } from "../_shared/report.ts";
import { createDatabaseGuard, createRpc } from "../_shared/rpc.ts";
import { createFunction } from "../_shared/serve.ts";
import { loadFonts } from "./fonts.ts";
import { qrSheetRoutes } from "./handler.ts";

const name = "qr-sheet";
const env = readEnv();
const { APP_URL } = parseEnv(z.object({ APP_URL: appUrl }));
const guard = createDatabaseGuard();

Deno.serve(
  createFunction({
    name,
    routes: qrSheetRoutes({
      identify: createIdentify(env, createKeyring(env)),
      callerRpc: (caller) => createRpc(createCallerClient(env, caller), guard),
      appUrl: APP_URL,
      fonts: await loadFonts(),
    }),
    cors: true,
    log: createLog({ function: name }),
    report: await createReport(env, name),
  }),
);
