// One way to verify a token, shared by gateway, realtime and auth. The algorithm picks the key, never the other way
// round: an HS256 token is only ever checked against the shared secret and an ES256 one against the public key, so the
// public key cannot be replayed as an HMAC secret, and `alg: none` finds no key at all.
import { importJWK, type JWTPayload, jwtVerify } from "jose";
import type { Keys } from "./keys.ts";

/** Returns the claims, or null for anything forged, expired, malformed or without an end. */
export type VerifyToken = (token: string) => Promise<JWTPayload | null>;

const REMEMBERED = 2_000;

export async function tokenVerifier(
  keys: Pick<Keys, "jwtSecret" | "publicJwks">,
  now: () => number = () => Date.now() / 1000,
): Promise<VerifyToken> {
  const secret = new TextEncoder().encode(keys.jwtSecret);
  const publicKeys = await Promise.all(
    keys.publicJwks.keys.map(async (jwk) => [jwk.kid, await importJWK(jwk)] as const),
  );
  // A signature stays valid, so it is checked once; the end of the token's life is checked every time.
  const verified = new Map<string, JWTPayload>();

  return async (token) => {
    const known = verified.get(token);
    if (known) {
      if (known.exp !== undefined && known.exp > now()) return known;
      verified.delete(token);
      return null;
    }
    try {
      const { payload } = await jwtVerify(
        token,
        ({ alg, kid }) => {
          if (alg === "HS256") return secret;
          const [, key] = publicKeys.find(([id]) => kid === undefined || id === kid) ?? [];
          if (!key) throw new Error("unknown key");
          return key;
        },
        { algorithms: ["ES256", "HS256"], requiredClaims: ["exp"], currentDate: new Date(now() * 1000) },
      );
      if (verified.size >= REMEMBERED) verified.delete(verified.keys().next().value ?? "");
      verified.set(token, payload);
      return payload;
    } catch {
      return null;
    }
  };
}
