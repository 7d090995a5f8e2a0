/** The parts that the stack starts beside Postgres, made from the plan. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { authService } from "./auth-service.ts";
import { functionsService } from "./functions-service.ts";
import { mailEnvironment, mailService } from "./mail-service.ts";
import type { Plan } from "./plan.ts";
import { databaseUrl } from "./postgres.ts";
import { postgrestService } from "./postgrest.ts";
import { type PaymentKeys, providerService } from "./provider-service.ts";
import { answersOk, type Service } from "./service.ts";
import { storageFilesDir, storageService } from "./storage-service.ts";

export const restPart = ({ ports, cluster, keys, project }: Plan): Service =>
  postgrestService({ port: ports.rest, adminPort: ports.restAdmin, dbPort: cluster.port, keys, project });

export const authPart = ({ ports, cluster, keys, project, url, cold }: Plan): Service =>
  asService(
    "auth",
    authService({
      port: ports.auth,
      dbUrl: databaseUrl(cluster.port, "supabase_auth_admin"),
      keys,
      issuer: `${url}/auth/v1`,
      siteUrl: project.siteUrl,
      jwtExpiry: project.jwtExpiry,
      signInLimit: project.signInLimit,
      createSchema: cold,
    }),
  );

export const functionsPart = (plan: Plan): Service =>
  asService(
    "functions",
    functionsService({
      port: plan.ports.functions,
      functionsDir: plan.project.functionsDir,
      projectDir: plan.project.dir,
      env: functionEnvironment(plan),
    }),
  );

export const providerPart = ({ ports, url, dir }: Plan, keys: PaymentKeys): Service =>
  providerService({
    port: ports.provider,
    keys,
    webhookUrl: `${url}/functions/v1/stripe-webhook`,
    dir: join(dir, "provider"),
  });

export const mailPart = ({ ports, dir }: Plan): Service => mailService(ports, join(dir, "mails"));

export const storagePart = ({ ports, cluster, keys, project, dir }: Plan): Service =>
  asService(
    "storage",
    storageService({
      port: ports.storage,
      dbUrl: databaseUrl(cluster.port, "supabase_storage_admin"),
      keys,
      dir: storageFilesDir(dir),
      fileSizeLimit: project.fileSizeLimit,
    }),
  );

/** The user's own variables, then what hosted gives to every function: names of ours cannot be overridden. */
export function functionEnvironment({
  env,
  keys,
  url,
  cluster,
  payments,
  runProvider,
  ports,
  project,
}: Plan): Record<string, string> {
  const own = Object.entries(env).filter(([name]) => !name.startsWith("STACK_"));
  return {
    // Nobody's, so that nothing is taken in until somebody sets one.
    OPENAI_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
    ...Object.fromEntries(own),
    ...mailEnvironment(env, ports, project.siteUrl),
    SUPABASE_URL: url,
    SUPABASE_ANON_KEY: keys.anonKey,
    SUPABASE_SERVICE_ROLE_KEY: keys.serviceRoleKey,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
    SUPABASE_JWKS: JSON.stringify(keys.publicJwks),
    SUPABASE_DB_URL: databaseUrl(cluster.port, "postgres"),
    ...(payments && { STRIPE_SECRET_KEY: payments.secretKey, STRIPE_WEBHOOK_SECRET: payments.webhookSecret }),
    ...(runProvider && { STRIPE_API_URL: `http://127.0.0.1:${ports.provider}` }),
  };
}

interface ChildService {
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd?: string;
  readyUrl: string;
}

const asService = (name: string, { readyUrl, ...child }: ChildService): Service => ({
  name,
  ...child,
  healthUrl: readyUrl,
  isReady: () => answersOk(readyUrl),
});
