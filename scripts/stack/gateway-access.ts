// Who may pass the gateway, by the rules of Supabase's own: an API key names a role, a bearer token names a user.
// A credential is matched, absent or invalid; an invalid one is refused and never treated as anonymous.
import type { IncomingMessage } from "node:http";
import type { Keys } from "./keys.ts";
import type { VerifyToken } from "./verify-token.ts";

export type Refusal = { status: number; body: { code?: string; message: string; hint?: string } };
export type Access = { ok: true; authorization: string } | { ok: false; refusal: Refusal };

/** The role token an API key stands for, or null when the key is none of ours. */
export function roleTokens(keys: Keys): (apiKey: string | null) => string | null {
  const roles = new Map([
    [keys.publishableKey, keys.anonKey],
    [keys.secretKey, keys.serviceRoleKey],
    [keys.anonKey, keys.anonKey],
    [keys.serviceRoleKey, keys.serviceRoleKey],
  ]);
  return (apiKey) => (apiKey ? (roles.get(apiKey) ?? null) : null);
}

const NO_KEY = refuse(401, {
  message: "No API key found in request",
  hint: "No `apikey` request header or url param was found.",
});
const BAD_KEY = refuse(401, {
  message: "Invalid API key",
  hint: "Double check the publishable, secret, anon or service_role key.",
});
const BAD_SCHEME = refuse(401, {
  message: "Invalid Authorization header",
  hint: "Use `Authorization: Bearer <token>`.",
});

/** rest and auth: the key is required, and stands in for the bearer token when the caller has no session. */
export function apiAccess(
  req: IncomingMessage,
  query: URLSearchParams | null,
  roleToken: ReturnType<typeof roleTokens>,
): Access {
  const header = req.headers.apikey;
  const apiKey = typeof header === "string" ? header : (query?.get("apikey") ?? null);
  if (!apiKey) return NO_KEY;
  const role = roleToken(apiKey);
  if (!role) return BAD_KEY;
  const { authorization } = req.headers;
  if (authorization === undefined) return { ok: true, authorization: `Bearer ${role}` };
  const token = bearer(authorization);
  if (!token) return BAD_SCHEME;
  // supabase-js repeats the key as bearer token when nobody is signed in; an sb_ key is not a JWT, its role's token is.
  if (!token.startsWith("sb_")) return { ok: true, authorization };
  return token === apiKey ? { ok: true, authorization: `Bearer ${role}` } : BAD_KEY;
}

/**
 * functions with verify_jwt: a valid JWT, and no other credential, opens the door. The header goes on as it came: an
 * sb_ key is never swapped for a role token here, because the function must see which key it was called with.
 */
export async function functionRefusal(req: IncomingMessage, verify: VerifyToken): Promise<Refusal | null> {
  const { authorization } = req.headers;
  if (authorization === undefined) {
    return { status: 401, body: { code: "UNAUTHORIZED_NO_AUTH_HEADER", message: "Missing authorization header" } };
  }
  const token = bearer(authorization);
  if (token && (await verify(token))) return null;
  return { status: 401, body: { code: "UNAUTHORIZED_INVALID_JWT_FORMAT", message: "Invalid JWT" } };
}

function bearer(authorization: string): string | null {
  return /^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? null;
}

function refuse(status: number, body: Refusal["body"]): Access {
  return { ok: false, refusal: { status, body } };
}
