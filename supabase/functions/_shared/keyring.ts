// Which of the project's API keys a text is. Compared by digest and without an early exit, so that the time an answer
// takes says nothing about a key.
import type { Env } from "./env.ts";

export type KeyKind = "secret" | "publishable";
export type Keyring = (candidate: string) => Promise<KeyKind | null>;

type Keys = Pick<
  Env,
  "SUPABASE_PUBLISHABLE_KEYS" | "SUPABASE_SECRET_KEYS" | "SUPABASE_ANON_KEY" | "SUPABASE_SERVICE_ROLE_KEY"
>;

export function createKeyring(env: Keys): Keyring {
  const publishable = [...Object.values(env.SUPABASE_PUBLISHABLE_KEYS), env.SUPABASE_ANON_KEY];
  const secret = [...Object.values(env.SUPABASE_SECRET_KEYS), env.SUPABASE_SERVICE_ROLE_KEY];
  const known = Promise.all([
    ...publishable.flatMap((key) => (key ? [entry("publishable", key)] : [])),
    ...secret.flatMap((key) => (key ? [entry("secret", key)] : [])),
  ]);
  return async (candidate) => {
    const wanted = await digest(candidate);
    let found: KeyKind | null = null;
    for (const { kind, sum } of await known) if (isEqual(sum, wanted)) found = kind;
    return found;
  };
}

const entry = async (kind: KeyKind, key: string) => ({ kind, sum: await digest(key) });

const digest = async (text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}
