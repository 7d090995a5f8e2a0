// OpenAI's official library, with its own retries off: the guard decides what is repeated. Its host changes only where
// OPENAI_BASE_URL is set. An answer has an end: a server that sends more than any answer can be is hung up on.
import OpenAI from "openai";
import { createGuard, type Guard } from "./guard.ts";
import type { ModelSettings } from "./model-settings.ts";

export const MODEL_TIMEOUT_MS = 60_000;
const LARGEST_ANSWER_BYTES = 4 * 1024 * 1024;

/** The provider, or what stands for it, did not answer as one can. */
export class ModelTrouble extends Error {
  override readonly name = "ModelTrouble";
  /** outage: it may pass. refused: it will not, somebody has to look. invalid: this answer is none. */
  readonly kind: "outage" | "refused" | "invalid";
  /** It had begun to answer: what it has used is unknown, and asking again would say things twice. */
  readonly begun: boolean;

  constructor(kind: "outage" | "refused" | "invalid", begun: boolean, options?: ErrorOptions) {
    super(kind, options);
    this.kind = kind;
    this.begun = begun;
  }
}

export function createOpenAi(
  settings: Pick<ModelSettings, "apiKey" | "baseUrl">,
  options: { timeoutMs?: number; largestAnswerBytes?: number } = {},
): OpenAI {
  const { timeoutMs = MODEL_TIMEOUT_MS, largestAnswerBytes = LARGEST_ANSWER_BYTES } = options;
  return new OpenAI({
    apiKey: settings.apiKey,
    baseURL: settings.baseUrl,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: "off",
    // Sent on nowhere: a conversation is for the server that was set up, and for no other.
    fetch: async (url, init) =>
      bounded(await globalThis.fetch(url, { ...init, redirect: "manual" }), largestAnswerBytes),
  });
}

function bounded(response: Response, mostBytes: number): Response {
  let received = 0;
  const counted = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        received += chunk.byteLength;
        if (received > mostBytes) controller.error(new ModelTrouble("invalid", true));
        else controller.enqueue(chunk);
      },
    }),
  );
  return new Response(counted ?? null, response);
}

/** What went wrong, whoever noticed it. */
export function modelTrouble(error: unknown, begun: boolean): ModelTrouble {
  if (error instanceof ModelTrouble) return error;
  const status = error instanceof OpenAI.APIError ? error.status : undefined;
  const isRefusal = status !== undefined && status < 500 && status !== 408 && status !== 409 && status !== 429;
  // Not JSON, or not events: somebody on the way has answered instead, or the model's server is broken.
  const isInvalid = error instanceof SyntaxError;
  return new ModelTrouble(isRefusal ? "refused" : isInvalid ? "invalid" : "outage", begun, { cause: error });
}

export const createModelGuard = (overrides: Partial<Parameters<typeof createGuard>[0]> = {}): Guard =>
  createGuard({
    isOutage: (error) => error instanceof ModelTrouble && error.kind === "outage",
    isTransient: () => false,
    timeoutMs: MODEL_TIMEOUT_MS,
    withinMs: MODEL_TIMEOUT_MS + 5_000,
    retries: 0,
    firstDelayMs: 200,
    failuresToOpen: 4,
    openForMs: 15_000,
    atOnce: 16,
    waiting: 32,
    ...overrides,
  });

/** A try that never reached the model may be made again. */
export const mayAskAgain = (error: unknown): boolean =>
  error instanceof ModelTrouble && error.kind === "outage" && !error.begun;
