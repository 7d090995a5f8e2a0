// Who may speak: the one secret key, as Bearer or as the user name of Basic, compared in constant time.
// Refuses with the bodies that Stripe sends, also an account or an API version that the provider does not know.
import { createHash, timingSafeEqual } from "node:crypto";
import Stripe from "stripe";
import { invalid, StripeFailure } from "./failure.ts";

const digest = (value: string) => createHash("sha256").update(value).digest();
const same = (left: string, right: string) => timingSafeEqual(digest(left), digest(right));

function presentedKey(authorization: string | undefined): string | null {
  const [scheme, value] = (authorization ?? "").split(" ", 2);
  if (!scheme || !value) return null;
  if (scheme.toLowerCase() === "bearer") return value;
  if (scheme.toLowerCase() !== "basic") return null;
  return Buffer.from(value, "base64").toString("utf8").split(":", 1)[0] || null;
}

const masked = (key: string) =>
  key.length > 12 ? `${key.slice(0, 8)}${"*".repeat(key.length - 12)}${key.slice(-4)}` : "****";

export function assertCredentials(headers: { get(name: string): string | null }, secretKey: string): void {
  const key = presentedKey(headers.get("authorization") ?? undefined);
  if (key === null) {
    throw new StripeFailure(
      401,
      {
        type: "invalid_request_error",
        message:
          "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
      },
      { "www-authenticate": 'Bearer realm="Stripe"' },
    );
  }
  if (!same(key, secretKey)) throw invalid(`Invalid API Key provided: ${masked(key)}`, {}, 401);
  const account = headers.get("stripe-account");
  if (account) {
    throw invalid(
      `The provided key '${masked(key)}' does not have access to account '${account}' (or that account does not exist). Application access may have been revoked.`,
      { code: "account_invalid" },
      403,
    );
  }
}

/** One version is spoken: the one the stripe library pins. Answering another in this one's shape would be a lie. */
export function assertVersion(asked: string | null): void {
  if (asked === null || asked === Stripe.API_VERSION) return;
  throw invalid(`Invalid Stripe API version: ${asked}. The local provider speaks ${Stripe.API_VERSION} only.`);
}
