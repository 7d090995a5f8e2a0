// The signature of the model provider's webhooks, verified by its own library on the bytes that arrived and before anything
// reads them. Old signatures are refused, so that a recorded delivery cannot be played again later.
import OpenAI from "openai";
import { z } from "zod";
import { createOpenAi } from "./openai-client.ts";
import { problem } from "./problem.ts";

export const aiWebhookSchema = z.object({
  OPENAI_WEBHOOK_SECRET: z.string().regex(/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/, "must be whsec_ and base64"),
});

const TOLERANCE_SECONDS = 300;
const HEADERS = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;

export type VerifyAiEvent = (body: Uint8Array, headers: Headers) => Promise<void>;

export function createVerifyAiEvent(secret: string): VerifyAiEvent {
  // It calls nobody.
  const { webhooks } = createOpenAi({ apiKey: "none", baseUrl: "http://127.0.0.1:9" });
  return async (body, headers) => {
    const missing = HEADERS.find((name) => !headers.get(name));
    if (missing) throw problem("signature_invalid", { detail: `The ${missing} header is missing.` });
    const signed = Object.fromEntries(HEADERS.map((name) => [name, headers.get(name)]));
    // A body that is no UTF-8 loses its odd bytes here, and with them its signature.
    const text = new TextDecoder().decode(body);
    try {
      await webhooks.verifySignature(text, signed, secret, TOLERANCE_SECONDS);
    } catch (error) {
      if (error instanceof OpenAI.InvalidWebhookSignatureError) throw problem("signature_invalid");
      throw error;
    }
  };
}
