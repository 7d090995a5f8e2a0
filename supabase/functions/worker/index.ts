import { createBackgroundModel } from "../_shared/background-model.ts";
import { createBillingProvider } from "../_shared/billing-provider.ts";
import { createIdentify } from "../_shared/caller.ts";
import { createConnectProvider } from "../_shared/connect-provider.ts";
import { parseEnv, readEnv } from "../_shared/env.ts";
import { createKeyring } from "../_shared/keyring.ts";
import { createLog } from "../_shared/log.ts";
import { createMailer, mailSchema } from "../_shared/mailer.ts";
import { readModelSettings } from "../_shared/model-settings.ts";
import { createObjectStore, createStorageGuard } from "../_shared/object-store.ts";
import { createModelGuard, createOpenAi } from "../_shared/openai-client.ts";
import { createOutside, outsideOptions, outsideSchema } from "../_shared/outside.ts";
import { createPaymentProvider } from "../_shared/payment-provider.ts";
import { createProviderRecords } from "../_shared/provider-records.ts";
import { createReport } from "../_shared/report.ts";
import { createDatabaseGuard, createRpc } from "../_shared/rpc.ts";
import { createFunction } from "../_shared/serve.ts";
import { createServiceClient } from "../_shared/service-client.ts";
import { createStripe, createStripeGuard } from "../_shared/stripe-client.ts";
import { workerRoutes } from "./handler.ts";
import { workerQueues } from "./queues.ts";

const name = "worker";
const env = readEnv();
const mailEnv = parseEnv(mailSchema);
const client = createServiceClient(env);
const rpc = createRpc(client, createDatabaseGuard());
const log = createLog({ function: name });
const report = await createReport(env, name);
const stripe = createStripe(env);
const stripeGuard = createStripeGuard();
const settings = readModelSettings();
// Called once a minute or so, and for something that nobody stands and waits for.
const modelGuard = createModelGuard({ timeoutMs: 40_000, withinMs: 45_000, atOnce: 4, waiting: 8 });
const model = settings && createBackgroundModel(createOpenAi(settings, { timeoutMs: 39_000 }), modelGuard, settings);

Deno.serve(
  createFunction({
    name,
    routes: workerRoutes({
      identify: createIdentify(env, createKeyring(env)),
      rpc,
      queues: workerQueues({
        rpc,
        provider: createPaymentProvider(stripe, stripeGuard),
        billing: createBillingProvider(stripe, stripeGuard),
        accounts: createConnectProvider(stripe, stripeGuard),
        mailer: createMailer(mailEnv),
        appUrl: mailEnv.APP_URL,
        operatorsMail: mailEnv.OPERATORS_MAIL,
        report,
        // A guard of its own: its pages take no place from refunds, and its failures do not stop them.
        records: createProviderRecords(createStripe(env), createStripeGuard({ atOnce: 2, waiting: 2 })),
        now: Date.now,
        log,
        objects: createObjectStore(client, createStorageGuard()),
        model,
        outside: createOutside(outsideOptions(parseEnv(outsideSchema))),
      }),
      now: Date.now,
    }),
    cors: false,
    log,
    report,
  }),
);
