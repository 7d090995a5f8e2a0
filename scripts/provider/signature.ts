// Stripe's webhook signature: HMAC-SHA256 over `timestamp.payload`, sent as `t=…,v1=…`. The forgeries are what a
// receiver must refuse; they exist so that a test can see it refuse them through its real door.
import { createHmac } from "node:crypto";

export const FORGERIES = ["valid", "late", "forged_timestamp", "wrong_secret", "tampered_body", "unsigned"] as const;
export type Forgery = (typeof FORGERIES)[number];

export interface SignedDelivery {
  readonly body: string;
  readonly header: string | null;
}

const LATE_BY_SECONDS = 3_600;

const sign = (payload: string, secret: string, timestamp: number) =>
  createHmac("sha256", secret).update(`${timestamp}.${payload}`).digest("hex");

export function signDelivery(payload: string, secret: string, now: number, forgery: Forgery): SignedDelivery {
  const header = (timestamp: number, signature: string) => `t=${timestamp},v1=${signature}`;
  const old = now - LATE_BY_SECONDS;
  switch (forgery) {
    case "valid":
      return { body: payload, header: header(now, sign(payload, secret, now)) };
    // Truly signed, but long ago: what a replayed capture looks like.
    case "late":
      return { body: payload, header: header(old, sign(payload, secret, old)) };
    // A replayed capture whose timestamp was freshened by someone without the secret.
    case "forged_timestamp":
      return { body: payload, header: header(now, sign(payload, secret, old)) };
    case "wrong_secret":
      return { body: payload, header: header(now, sign(payload, `${secret}x`, now)) };
    case "tampered_body":
      return {
        body: payload.replace('"livemode": false', '"livemode": true'),
        header: header(now, sign(payload, secret, now)),
      };
    case "unsigned":
      return { body: payload, header: null };
  }
}
