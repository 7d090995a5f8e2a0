// The one place where a client with the service role is made. Row level security does not bind it, so it calls the few
// RPCs granted to service_role and nothing else. Only index.ts of machine-facing functions may import this file.
import { createClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";
import { defaultKey, type Env } from "./env.ts";
import type { Client } from "./rpc.ts";

export function createServiceClient(env: Pick<Env, "SUPABASE_URL" | "SUPABASE_SECRET_KEYS">): Client {
  return createClient<Database>(env.SUPABASE_URL, defaultKey(env.SUPABASE_SECRET_KEYS), {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  });
}
