// How the supervisor runs Auth. It is a process of its own because its password hashing is JavaScript and would hold up
// everything else, and because it must hold one database login only: supabase_auth_admin, never a superuser.
import path from "node:path";
import type { Keys } from "./keys.ts";

export type AuthServiceOptions = {
  port: number;
  /** Must log in as supabase_auth_admin, the owner of schema auth. */
  dbUrl: string;
  keys: Keys;
  /** What tokens carry as `iss`: the public URL of /auth/v1. */
  issuer: string;
  siteUrl: string;
  jwtExpiry: number;
  /** Of one address in five minutes, sign-ups included; null is no limit. */
  signInLimit: number | null;
  /** True once per database: creates the auth tables. */
  createSchema: boolean;
};

/** What auth-process.ts reads back from its environment. */
export type AuthConfig = Omit<AuthServiceOptions, "keys"> & Pick<Keys, "jwtSecret" | "signingKey" | "publicJwks">;

export type ChildService = { command: string; args: string[]; env: Record<string, string>; readyUrl: string };

export const AUTH_CONFIG_VARIABLE = "SERVIO_AUTH_CONFIG";

export function authService({ keys, ...options }: AuthServiceOptions): ChildService {
  const { jwtSecret, signingKey, publicJwks } = keys;
  const config: AuthConfig = { ...options, jwtSecret, signingKey, publicJwks };
  return {
    command: process.execPath,
    args: ["--disable-warning=ExperimentalWarning", path.join(import.meta.dirname, "auth-process.ts")],
    env: { PATH: process.env.PATH ?? "", [AUTH_CONFIG_VARIABLE]: JSON.stringify(config) },
    readyUrl: `http://127.0.0.1:${options.port}/auth/v1/health`,
  };
}
