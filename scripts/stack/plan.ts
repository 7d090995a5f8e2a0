/** Everything that is decided before the first process is started: folders, ports, keys, who takes payments. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { TEMPLATE } from "./database-setup.ts";
import { type Keys, loadKeys } from "./keys.ts";
import { freePorts } from "./ports.ts";
import { type Cluster, databaseUrl } from "./postgres.ts";
import { requireFolder } from "./preflight.ts";
import { startTimeOf } from "./process-identity.ts";
import { type Project, REPOSITORY, readProject } from "./project.ts";
import { localPaymentKeys, type PaymentKeys, stripeKeysOf } from "./provider-service.ts";
import { postgresAccount, postgresHome } from "./run-as.ts";
import type { StackOptions } from "./stack-options.ts";
import type { StackState } from "./state.ts";

export interface Plan {
  dir: string;
  project: Project;
  keys: Keys;
  port: number;
  url: string;
  cluster: Cluster;
  /** Written when the cluster has been built to its end; without it the cluster is rubble. Holds what it was built by. */
  builtMark: string;
  /** Which migrations have been applied. */
  appliedFile: string;
  cold: boolean;
  ports: {
    auth: number;
    rest: number;
    restAdmin: number;
    functions: number;
    provider: number;
    mail: number;
    mailHttp: number;
    storage: number;
  };
  keepsTemplate: boolean;
  runFunctions: boolean;
  runProvider: boolean;
  runMail: boolean;
  payments: PaymentKeys | null;
  env: Record<string, string>;
}

export async function makePlan(options: StackOptions): Promise<Plan> {
  const dir = resolve(options.dir);
  const env = options.env ?? {};
  const project = readProject(resolve(options.projectDir ?? REPOSITORY));
  const stripe = stripeKeysOf(env);
  requireFolder(dir);
  const account = postgresAccount(dir, project.dir);
  const home = postgresHome(dir, account);
  const dataDir = join(home, "data");
  const builtMark = join(home, "data.built");
  const [auth, rest, restAdmin, functions, provider, mail, mailHttp, storage, freePort, freeDbPort] = (await freePorts(
    10,
  )) as TenPorts;
  const port = options.port === "auto" ? freePort : options.port;
  const runFunctions = (options.functions ?? true) && existsSync(project.functionsDir);
  const runProvider = options.provider ?? stripe === null;
  return {
    dir,
    project,
    keys: await loadKeys(dir),
    port,
    url: `http://127.0.0.1:${port}`,
    cluster: {
      binaries: join(home, "pg"),
      dataDir,
      port: options.dbPort === "auto" ? freeDbPort : options.dbPort,
      account,
      durable: options.durable,
    },
    builtMark,
    appliedFile: join(home, "data.migrations.json"),
    cold: !existsSync(builtMark) || !existsSync(join(dataDir, "PG_VERSION")),
    ports: { auth, rest, restAdmin, functions, provider, mail, mailHttp, storage },
    keepsTemplate: options.template ?? !options.durable,
    runFunctions,
    runProvider,
    runMail: runFunctions && !env.MAIL_URL,
    payments: runProvider ? localPaymentKeys(dir) : stripe,
    env,
  };
}

type TenPorts = [number, number, number, number, number, number, number, number, number, number];

export function initialState(plan: Plan): StackState {
  const { keys, cluster } = plan;
  return {
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? "",
    status: "starting",
    dir: plan.dir,
    url: plan.url,
    dbUrl: databaseUrl(cluster.port, "postgres"),
    adminDbUrl: databaseUrl(cluster.port, "supabase_admin"),
    publishableKey: keys.publishableKey,
    secretKey: keys.secretKey,
    anonKey: keys.anonKey,
    serviceRoleKey: keys.serviceRoleKey,
    jwtSecret: keys.jwtSecret,
    signingKey: keys.signingKey,
    providerUrl: plan.runProvider ? `http://127.0.0.1:${plan.ports.provider}` : null,
    mailUrl: plan.runMail ? `http://127.0.0.1:${plan.ports.mailHttp}/messages` : null,
    stripeSecretKey: plan.payments?.secretKey ?? null,
    stripeWebhookSecret: plan.payments?.webhookSecret ?? null,
    templateDatabase: plan.keepsTemplate ? TEMPLATE : null,
    children: [],
    startedAt: new Date().toISOString(),
  };
}
