/**
 * Who acts in a test: a guest without an account, a signed-in user, a machine. Hundreds of users are needed and Auth
 * hashes every password slowly by design, so users are inserted in one statement and their tokens signed with the
 * stack's own key, claim by claim as Auth writes them. Signing up and in through Auth itself is a test of its own
 * (tests/flows/sign-in.test.ts), which also proves that a minted token and Auth's are worth the same.
 */
import { randomUUID } from "node:crypto";
import { importJWK, type JWTPayload, SignJWT } from "jose";
import type { Sql } from "postgres";
import type { StackState } from "../../scripts/stack/state.ts";

export interface Actor {
  /** postgres: what pg_cron runs as; only ever in SQL, no token names it. */
  readonly role: "anon" | "authenticated" | "service_role" | "postgres";
  /** Null for whoever is no user. */
  readonly userId: string | null;
  readonly email: string;
  /** What Postgres sees as request.jwt.claims. */
  readonly claims: JWTPayload;
  /** The bearer token; null when the API key speaks for itself. */
  readonly token: string | null;
}

export const guest: Actor = { role: "anon", userId: null, email: "", claims: { role: "anon" }, token: null };

export const machine: Actor = {
  role: "service_role",
  userId: null,
  email: "",
  claims: { role: "service_role" },
  token: null,
};

export const clock: Actor = { role: "postgres", userId: null, email: "", claims: {}, token: null };

/** Signs as Auth does; whoever forges passes another key or header. */
export async function signToken(stack: StackState, claims: JWTPayload): Promise<string> {
  const key = await importJWK(stack.signingKey, "ES256");
  return new SignJWT(claims).setProtectedHeader({ alg: "ES256", typ: "JWT", kid: stack.signingKey.kid }).sign(key);
}

export function userClaims(stack: StackState, userId: string, email: string): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: `${stack.url}/auth/v1`,
    sub: userId,
    aud: "authenticated",
    exp: now + 3600,
    iat: now,
    email,
    phone: "",
    app_metadata: { provider: "email", providers: ["email"] },
    user_metadata: {},
    role: "authenticated",
    aal: "aal1",
    amr: [{ method: "password", timestamp: now }],
    session_id: randomUUID(),
    is_anonymous: false,
  };
}

/** New users in this database. `sql` is a connection as postgres. */
export async function createUsers(stack: StackState, sql: Sql, count: number): Promise<Actor[]> {
  const users = Array.from({ length: count }, () => {
    const id = randomUUID();
    return { id, email: `${id.slice(0, 13)}@guests.example` };
  });
  await sql`insert into auth.users ${sql(users, "id", "email")}`;
  return Promise.all(
    users.map(async ({ id, email }) => {
      const claims = userClaims(stack, id, email);
      return { role: "authenticated", userId: id, email, claims, token: await signToken(stack, claims) } as const;
    }),
  );
}
