// Which model answers, where, and what it costs. Without a key there is none, and whatever needs one says so; with a key, what is
// missing or malformed stops the function at its start. Prices are whole numbers and so is what follows from them.
import { z } from "zod";
import { parseEnv } from "./env.ts";

const price = z
  .string()
  .regex(/^\d{1,12}$/, "must be a whole number: millionths of the currency for a million tokens")
  .transform(BigInt);

const schema = z.object({
  OPENAI_API_KEY: z.string().min(1).optional(),
  /** Any server that speaks the Responses API; absent, it is OpenAI. */
  OPENAI_BASE_URL: z.url().optional(),
  OPENAI_MODEL: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/, "must be a model's name")
    .optional(),
  OPENAI_PRICE_INPUT: price.optional(),
  OPENAI_PRICE_CACHED_INPUT: price.optional(),
  OPENAI_PRICE_OUTPUT: price.optional(),
  /** For models that think before they speak. */
  OPENAI_REASONING_EFFORT: z.enum(["minimal", "low", "medium", "high"]).optional(),
});

export interface Prices {
  readonly input: bigint;
  readonly cachedInput: bigint;
  readonly output: bigint;
}

export interface ModelSettings {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly model: string;
  readonly prices: Prices;
  readonly reasoningEffort: "minimal" | "low" | "medium" | "high" | null;
}

/** Null without OPENAI_API_KEY. */
export function readModelSettings(get?: (name: string) => string | undefined): ModelSettings | null {
  const env = parseEnv(schema, get);
  if (env.OPENAI_API_KEY === undefined) return null;
  const given = <Value>(name: string, value: Value | undefined): Value => {
    if (value === undefined) throw new Error(`environment: ${name} is missing, which OPENAI_API_KEY needs`);
    return value;
  };
  const input = given("OPENAI_PRICE_INPUT", env.OPENAI_PRICE_INPUT);
  return {
    apiKey: env.OPENAI_API_KEY,
    baseUrl: env.OPENAI_BASE_URL ?? "https://api.openai.com/v1",
    model: given("OPENAI_MODEL", env.OPENAI_MODEL),
    prices: {
      input,
      cachedInput: env.OPENAI_PRICE_CACHED_INPUT ?? input,
      output: given("OPENAI_PRICE_OUTPUT", env.OPENAI_PRICE_OUTPUT),
    },
    reasoningEffort: env.OPENAI_REASONING_EFFORT ?? null,
  };
}

export interface TokenUsage {
  /** All of them, those that the provider remembered included. */
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

const count = z.int().min(0).max(10_000_000);

/** What a provider says that a response has used. */
export const providerUsage = z
  .object({
    input_tokens: count,
    output_tokens: count,
    input_tokens_details: z.object({ cached_tokens: count.optional() }).nullish(),
  })
  .transform(
    ({ input_tokens, output_tokens, input_tokens_details }): TokenUsage => ({
      inputTokens: input_tokens,
      cachedTokens: input_tokens_details?.cached_tokens ?? 0,
      outputTokens: output_tokens,
    }),
  );

const MILLION = 1_000_000n;

/** In millionths of the currency, rounded up. */
export function costMicro(prices: Prices, { inputTokens, cachedTokens, outputTokens }: TokenUsage): number {
  const cached = BigInt(Math.min(cachedTokens, inputTokens));
  const fresh = BigInt(inputTokens) - cached;
  const total = fresh * prices.input + cached * prices.cachedInput + BigInt(outputTokens) * prices.output;
  return Number((total + MILLION - 1n) / MILLION);
}

/** More than a text really has: three bytes are seldom less than a token. */
export const estimateTokens = (text: string): number => Math.ceil(new TextEncoder().encode(text).length / 3);
