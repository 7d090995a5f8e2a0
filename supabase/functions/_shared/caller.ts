// Who is calling. Three outcomes: matched, absent, invalid. Nothing a caller presents is ignored: a credential that does
// not verify makes the call invalid, and never anonymous. Tokens are verified against the project's public keys, with
// issuer, audience, expiry and a list of algorithms that excludes shared secrets.
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from "jose";
import type { Env } from "./env.ts";
import type { Keyring } from "./keyring.ts";
import { problem } from "./problem.ts";

export type Caller =
  | { readonly outcome: "matched"; readonly kind: "user"; readonly userId: string; readonly token: string }
  | { readonly outcome: "matched"; readonly kind: "secret" }
  | { readonly outcome: "absent" }
  | { readonly outcome: "invalid" };

export type Identify = (headers: Headers) => Promise<Caller>;

const ALGORITHMS = ["ES256", "RS256", "EdDSA"];
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const INVALID: Caller = { outcome: "invalid" };
const ABSENT: Caller = { outcome: "absent" };
const SECRET: Caller = { outcome: "matched", kind: "secret" };

export function createIdentify(
  env: Pick<Env, "SUPABASE_URL" | "SUPABASE_JWKS" | "AUTH_ISSUER">,
  keyring: Keyring,
  now: () => Date = () => new Date(),
): Identify {
  const keys = createLocalJWKSet(env.SUPABASE_JWKS as JSONWebKeySet);
  const issuer = env.AUTH_ISSUER ?? `${env.SUPABASE_URL.replace(/\/$/, "")}/auth/v1`;

  async function user(token: string): Promise<Caller> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: "authenticated",
        algorithms: ALGORITHMS,
        requiredClaims: ["exp", "sub"],
        currentDate: now(),
      });
      if (payload.role !== "authenticated" || !UUID.test(payload.sub ?? "")) return INVALID;
      return { outcome: "matched", kind: "user", userId: payload.sub ?? "", token };
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return INVALID;
      throw error;
    }
  }

  return async (headers) => {
    const apikey = headers.get("apikey");
    const authorization = headers.get("authorization");
    const key = apikey === null ? null : await keyring(apikey);
    if (apikey !== null && key === null) return INVALID;
    const named: Caller = key === "secret" ? SECRET : ABSENT;
    if (authorization === null) return named;
    const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    if (!token) return INVALID;
    // supabase-js repeats the API key as bearer token while nobody is signed in.
    const repeated = await keyring(token);
    if (repeated === "secret") return SECRET;
    return repeated === "publishable" ? named : user(token);
  };
}

export function refuseInvalid(caller: Caller): Exclude<Caller, { outcome: "invalid" }> {
  if (caller.outcome === "invalid") throw problem("token_invalid");
  return caller;
}

/** For what only the project's own machinery may call. */
export function requireSecret(caller: Caller): void {
  const known = refuseInvalid(caller);
  if (known.outcome === "absent") {
    throw problem("not_authenticated", { detail: "This path needs the project's secret key." });
  }
  if (known.kind !== "secret") {
    throw problem("permission_denied", { detail: "This path needs the project's secret key." });
  }
}
