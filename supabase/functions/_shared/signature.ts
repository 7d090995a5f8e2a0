// Stripe's webhook signature, verified on the bytes that arrived and before anything reads them. Old signatures are
// refused, so that a recorded delivery cannot be played again later.
import Stripe from "stripe";
import { problem } from "./problem.ts";

const TOLERANCE_SECONDS = 300;

export type VerifySignature = (body: Uint8Array, header: string | null) => Promise<void>;

/** Of several secrets one must fit: events of connected accounts come from an endpoint that has its own. */
export function createVerifySignature(
  secrets: string | readonly string[],
  now: () => number = Date.now,
): VerifySignature {
  const { signature } = Stripe.webhooks;
  if (!signature) throw new Error("the Stripe library cannot verify signatures");
  const crypto = Stripe.createSubtleCryptoProvider();
  return async (body, header) => {
    if (!header) throw problem("signature_invalid", { detail: "The Stripe-Signature header is missing." });
    for (const secret of [secrets].flat()) {
      try {
        await signature.verifyHeaderAsync(body, header, secret, TOLERANCE_SECONDS, crypto, now());
        return;
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
      }
    }
    throw problem("signature_invalid");
  };
}
