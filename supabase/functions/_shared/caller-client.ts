// A database client with the caller's own rights and nothing more: a user's token, or the publishable key of a guest.
import { createClient } from "@supabase/supabase-js";
import type { Caller } from "./caller.ts";
import type { Database } from "./database.types.ts";
import { defaultKey, type Env } from "./env.ts";
import type { Client } from "./rpc.ts";

export function createCallerClient(
  env: Pick<Env, "SUPABASE_URL" | "SUPABASE_PUBLISHABLE_KEYS">,
  caller: Exclude<Caller, { outcome: "invalid" }>,
): Client {
  const user = caller.outcome === "matched" && caller.kind === "user" ? caller : null;
  return createClient<Database>(env.SUPABASE_URL, defaultKey(env.SUPABASE_PUBLISHABLE_KEYS), {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    ...(user ? { global: { headers: { authorization: `Bearer ${user.token}` } } } : {}),
  });
}
