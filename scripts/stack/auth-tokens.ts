// Between two dialects of token. The embedded auth server signs HS256 with the barest claims and verifies nothing else;
// the world outside speaks ES256 with the claims of hosted Auth (iss, app_metadata, amr, session_id, …). Outgoing
// tokens are re-signed here, incoming ones verified here and handed on as the HS256 twin the server can read.
import { decodeProtectedHeader, importJWK, type JWTPayload, jwtVerify, SignJWT } from "jose";
import type { Sql } from "postgres";
import type { AuthConfig } from "./auth-service.ts";
import type { VerifyToken } from "./verify-token.ts";

export type Session = { access_token?: string; user?: { app_metadata?: unknown; user_metadata?: unknown } };
export type AuthTokens = {
  /** Re-signs a session's access token in place; a body without one (confirmation pending) is left alone. */
  enrich(session: Session, method: string): Promise<void>;
  resign(token: string, user: NonNullable<Session["user"]>, method: string): Promise<string>;
  /** The token as the embedded server reads it with its claims, or null when it does not verify. */
  incoming(token: string): Promise<{ token: string; claims: JWTPayload } | null>;
};

export async function authTokens(config: AuthConfig, sql: Sql, verify: VerifyToken): Promise<AuthTokens> {
  const secret = new TextEncoder().encode(config.jwtSecret);
  const signingKey = await importJWK(config.signingKey, "ES256");
  const header = { alg: "ES256", typ: "JWT", kid: config.signingKey.kid };

  /** How this session was signed in to. The first answer stays: a refresh does not change how somebody proved himself. */
  async function signedInBy(sessionId: unknown, method: string): Promise<{ method: string; timestamp: number }> {
    const [session] = await sql<{ tag: string; at: number }[]>`
      update auth.sessions set tag = coalesce(tag, ${method}) where id = ${String(sessionId)}
      returning tag, floor(extract(epoch from created_at))::int as at`;
    return { method: session?.tag ?? method, timestamp: session?.at ?? Math.floor(Date.now() / 1000) };
  }

  async function resign(token: string, user: NonNullable<Session["user"]>, method: string): Promise<string> {
    const { payload } = await jwtVerify(token, secret, { algorithms: ["HS256"] });
    const claims = {
      iss: config.issuer,
      ...payload,
      phone: "",
      app_metadata: user.app_metadata ?? {},
      user_metadata: user.user_metadata ?? {},
      aal: "aal1",
      amr: [await signedInBy(payload.session_id, method)],
      is_anonymous: false,
    };
    return new SignJWT(claims).setProtectedHeader(header).sign(signingKey);
  }

  return {
    resign,
    async enrich(session, method) {
      if (session.access_token) session.access_token = await resign(session.access_token, session.user ?? {}, method);
    },
    async incoming(token) {
      const claims = await verify(token);
      if (!claims) return null;
      if (decodeProtectedHeader(token).alg === "HS256") return { token, claims };
      const twin = await new SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(secret);
      return { token: twin, claims };
    },
  };
}
