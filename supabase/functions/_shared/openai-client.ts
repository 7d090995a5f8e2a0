// The official library of the model's provider, with its own retries off: the guard decides what is repeated. Where it goes
// is OPENAI_BASE_URL, for any server that speaks the same protocol. Its webhooks are verified by the library, too, on the
// bytes that arrived and before anything reads them; old signatures are refused.
import OpenAI, { APIConnectionError, APIError, InvalidWebhookSignatureError } from "openai";
import { z } from "zod";
import { createGuard, type Guard } from "./guard.ts";
import { problem } from "./problem.ts";

export const openAiSchema = z.object({
  /** Absent: there is no model, and what needs one says so. */
  OPENAI_API_KEY: z.string().min(1).optional(),
  OPENAI_BASE_URL: z.url().optional(),
  ASSISTANT_MODEL: z.string().min(1).max(100).default("gpt-5.4-mini"),
});

export const aiWebhookSchema = z.object({
  OPENAI_WEBHOOK_SECRET: z.string().regex(/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/, "must be whsec_ and base64"),
});

const TIMEOUT_MS = 30_000;
const TOLERANCE_SECONDS = 300;

export const createOpenAI = (env: { apiKey: string; baseURL?: string | undefined }, timeoutMs = TIMEOUT_MS): OpenAI =>
  new OpenAI({
    apiKey: env.apiKey,
    baseURL: env.baseURL ?? "https://api.openai.com/v1",
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: "off",
  });

/** Nobody answered, or only to say that nobody can now. */
export const isModelOutage = (error: unknown): boolean =>
  error instanceof APIConnectionError ||
  (error instanceof APIError && ([408, 409, 429].includes(error.status ?? 0) || (error.status ?? 0) >= 500));

export const createModelGuard = (overrides: { timeoutMs?: number; retries?: number } = {}): Guard =>
  createGuard({
    isOutage: isModelOutage,
    isTransient: isModelOutage,
    timeoutMs: TIMEOUT_MS + 500,
    withinMs: 45_000,
    retries: 1,
    firstDelayMs: 250,
    failuresToOpen: 5,
    openForMs: 10_000,
    atOnce: 4,
    waiting: 8,
    ...overrides,
  });

export type VerifyAiEvent = (body: Uint8Array, headers: Headers) => Promise<void>;

export function createVerifyAiEvent(secret: string): VerifyAiEvent {
  const { webhooks } = createOpenAI({ apiKey: "none: it calls nobody" });
  return async (body, headers) => {
    const signed = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => [name, headers.get(name)]);
    const missing = signed.find(([, value]) => !value);
    if (missing) throw problem("signature_invalid", { detail: `The ${missing[0]} header is missing.` });
    // A body that is no UTF-8 loses its odd bytes here, and with them its signature.
    const text = new TextDecoder().decode(body);
    try {
      await webhooks.verifySignature(text, Object.fromEntries(signed), secret, TOLERANCE_SECONDS);
    } catch (error) {
      if (error instanceof InvalidWebhookSignatureError) throw problem("signature_invalid");
      throw error;
    }
  };
}
