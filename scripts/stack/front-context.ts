// What every suite of the front door needs: clients in the four roles, and people with accounts.
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { importJWK, type JWTPayload, SignJWT } from "jose";
import type { Stack } from "./start-stack.ts";

export type Front = {
  stack: Stack;
  client(key?: string): SupabaseClient;
  /** A new account, signed in. */
  person(name?: string): Promise<{ client: SupabaseClient; id: string; email: string; token: string }>;
  mint(claims: JWTPayload, options?: { expiresIn?: string; kid?: string }): Promise<string>;
};

export const PASSWORD = "correct horse battery";
let people = 0;

export const newEmail = () => `person-${process.pid}-${++people}@example.com`;

export function frontOf(stack: Stack): Front {
  const client = (key = stack.publishableKey) =>
    createClient(stack.url, key, { auth: { persistSession: false, autoRefreshToken: false } });
  return {
    stack,
    client,
    async person(name = "Ada") {
      const [own, email] = [client(), newEmail()];
      const { data, error } = await own.auth.signUp({ email, password: PASSWORD, options: { data: { name } } });
      if (error || !data.session) throw error ?? new Error("sign-up gave no session");
      return { client: own, id: data.session.user.id, email, token: data.session.access_token };
    },
    async mint(claims, { expiresIn = "1h", kid = stack.signingKey.kid } = {}) {
      const key = await importJWK(stack.signingKey, "ES256");
      return new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid }).setExpirationTime(expiresIn).sign(key);
    },
  };
}
