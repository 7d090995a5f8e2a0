// What a function must be told from outside. A variable that is missing or malformed stops the function at its start, with
// the variable's name and never with its value.
import { z } from "zod";

const keyMap = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue("is not JSON");
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), z.string().min(1)).refine((keys) => Object.keys(keys).length > 0, "holds no key"));

const jwks = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue("is not JSON");
      return z.NEVER;
    }
  })
  .pipe(z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }));

/** Stripe's keys say in which of its two worlds they work. */
export const isLiveKey = (key: string): boolean => /^[sr]k_live_/.test(key);

const schema = z
  .object({
    SUPABASE_URL: z.url(),
    /** Named keys as the platform hands them out; the one called "default" is used, all are recognised. */
    SUPABASE_PUBLISHABLE_KEYS: keyMap,
    SUPABASE_SECRET_KEYS: keyMap,
    SUPABASE_JWKS: jwks,
    /** Legacy keys: recognised when a caller presents them, never used by us. */
    SUPABASE_ANON_KEY: z.string().min(1).optional(),
    SUPABASE_SERVICE_ROLE_KEY: z.string().min(1).optional(),
    /** Who signs user tokens, where that is not SUPABASE_URL: behind Docker the two addresses differ. */
    AUTH_ISSUER: z.url().optional(),
    STRIPE_SECRET_KEY: z.string().min(1),
    STRIPE_WEBHOOK_SECRET: z.string().min(1),
    /** Of the endpoint that hears of connected accounts, which has a secret of its own. */
    STRIPE_CONNECT_WEBHOOK_SECRET: z.string().min(1).optional(),
    /** Another host that speaks Stripe's protocol; absent, it is Stripe. */
    STRIPE_API_URL: z.url().optional(),
    SENTRY_DSN: z.url().optional(),
    SENTRY_ENVIRONMENT: z.string().min(1).optional(),
  })
  .refine((env) => !(env.STRIPE_API_URL && isLiveKey(env.STRIPE_SECRET_KEY)), {
    path: ["STRIPE_API_URL"],
    message: "is set while STRIPE_SECRET_KEY is a live key, which goes to Stripe alone",
  });

export type Env = z.output<typeof schema>;

type Get = (name: string) => string | undefined;
const fromProcess: Get = (name) => Deno.env.get(name);

export function readEnv(get: Get = fromProcess): Env {
  return parseEnv(schema, get);
}

/** For variables that one function alone needs: the same rules. */
export function parseEnv<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  get: Get = fromProcess,
): z.output<z.ZodObject<Shape>> {
  const given = Object.keys(schema.shape).map((name) => [name, get(name) || undefined] as const);
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return get(name) ? `${name}: ${message}` : `${name} is missing`;
  });
  throw new Error(`environment: ${issues.join("; ")}`);
}

export const defaultKey = (keys: Record<string, string>): string => {
  const key = keys.default ?? Object.values(keys)[0];
  if (key === undefined) throw new Error("environment: a key map holds no key");
  return key;
};
