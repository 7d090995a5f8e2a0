/**
 * Who takes the money. With a Stripe key of the user it is Stripe, and nothing is started. Without one it is the local
 * payment provider, a process of the stack that keeps its books in the stack's folder and speaks Stripe's protocol.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "./project.ts";
import { answersOk, plainEnvironment, type Service } from "./service.ts";
import { StackError } from "./stack-error.ts";

const PROVIDER_ENTRY = join(REPOSITORY, "scripts", "provider", "main.ts");

export interface PaymentKeys {
  secretKey: string;
  webhookSecret: string;
}

/** The user's own keys; null when there are none. Half of a pair is a mistake, never a reason to guess. */
export function stripeKeysOf(env: Record<string, string>): PaymentKeys | null {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRET: webhookSecret } = env;
  if (!secretKey) return null;
  if (!webhookSecret) throw new StackError("STRIPE_WEBHOOK_SECRET is missing: it belongs to STRIPE_SECRET_KEY");
  return { secretKey, webhookSecret };
}

/** The keys of the local provider: made once per folder, so that its books stay readable across restarts. */
export function localPaymentKeys(dir: string): PaymentKeys {
  const file = join(dir, "provider-keys.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as PaymentKeys;
  const random = () => randomBytes(24).toString("hex");
  const keys = { secretKey: `sk_test_${random()}`, webhookSecret: `whsec_${random()}` };
  writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}

export interface ProviderOptions {
  port: number;
  keys: PaymentKeys;
  webhookUrl: string;
  dir: string;
}

export function providerService({ port, keys, webhookUrl, dir }: ProviderOptions): Service {
  const healthUrl = `http://127.0.0.1:${port}/_health`;
  return {
    name: "provider",
    command: process.execPath,
    args: [PROVIDER_ENTRY],
    env: {
      ...plainEnvironment(),
      PROVIDER_PORT: String(port),
      PROVIDER_SECRET_KEY: keys.secretKey,
      PROVIDER_WEBHOOK_SECRET: keys.webhookSecret,
      PROVIDER_WEBHOOK_URL: webhookUrl,
      PROVIDER_DIR: dir,
    },
    cwd: REPOSITORY,
    healthUrl,
    isReady: () => answersOk(healthUrl),
  };
}
