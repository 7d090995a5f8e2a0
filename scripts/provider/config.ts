// Reads the provider's environment. Refuses by the variable's name; there are no defaults to be surprised by.
import { z } from "zod";

const environment = z.object({
  PROVIDER_PORT: z.coerce.number({ error: "must be a port" }).int().min(0).max(65_535),
  PROVIDER_SECRET_KEY: z.string().startsWith("sk_"),
  PROVIDER_WEBHOOK_SECRET: z.string().startsWith("whsec_"),
  PROVIDER_WEBHOOK_URL: z.url({ protocol: /^https?$/ }),
  PROVIDER_DIR: z.string().min(1),
});

export interface ProviderConfig {
  readonly port: number;
  readonly secretKey: string;
  readonly webhookSecret: string;
  readonly webhookUrl: string;
  readonly dir: string;
}

export function readConfig(env: Readonly<Record<string, string | undefined>>): ProviderConfig | { problem: string } {
  for (const name of Object.keys(environment.shape)) if (!env[name]) return { problem: `${name} is missing` };
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { problem: `${String(issue?.path[0])}: ${issue?.message}` };
  }
  return {
    port: parsed.data.PROVIDER_PORT,
    secretKey: parsed.data.PROVIDER_SECRET_KEY,
    webhookSecret: parsed.data.PROVIDER_WEBHOOK_SECRET,
    webhookUrl: parsed.data.PROVIDER_WEBHOOK_URL,
    dir: parsed.data.PROVIDER_DIR,
  };
}
