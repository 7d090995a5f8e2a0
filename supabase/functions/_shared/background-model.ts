// A model that thinks for minutes: it is asked, it is looked at later, it can be told to stop. What it says is text from
// outside, for whoever asked to judge; here only whether it has said anything.
import OpenAI from "openai";
import type { Response, ResponseInputContent } from "openai/resources/responses/responses";
import type { Guard } from "./guard.ts";
import { costMicro, type ModelSettings, providerUsage, type TokenUsage } from "./model-settings.ts";
import { ModelTrouble, modelTrouble } from "./openai-client.ts";

export interface Question {
  /** Written beside the question at the provider, for whoever looks there. */
  readonly id: string;
  /** A pseudonym of who asks: the provider may want to stop one person, and not all. */
  readonly person: string;
  readonly instructions: string;
  readonly content: readonly ResponseInputContent[];
  readonly answer: { readonly name: string; readonly schema: Record<string, unknown> };
  readonly mostOutputTokens: number;
}

/** A usage that is null is one that nobody knows. */
export type Answer =
  | { readonly state: "pending" }
  | { readonly state: "failed"; readonly reason: string; readonly usage: TokenUsage | null }
  | { readonly state: "completed"; readonly text: string; readonly usage: TokenUsage | null };

/** The provider does not take this question, and would not take it again. */
export class QuestionRefused extends Error {
  override readonly name = "QuestionRefused";
}

export interface BackgroundModel {
  readonly name: string;
  /** In millionths of the currency of its prices. */
  cost(usage: TokenUsage): number;
  /** The name under which the answer will be found. */
  ask(question: Question): Promise<string>;
  look(responseId: string): Promise<Answer>;
  /** Best effort: what is over already, or unknown, is no error. */
  cancel(responseId: string): Promise<void>;
}

const WRONG_QUESTION = [400, 404, 413, 422];
const OVER_ALREADY = [400, 404, 409];

export function createBackgroundModel(
  { responses }: Pick<OpenAI, "responses">,
  guard: Guard,
  { model, prices, reasoningEffort }: Pick<ModelSettings, "model" | "prices" | "reasoningEffort">,
): BackgroundModel {
  // The provider knows no idempotency keys: asked twice, it would answer twice, and be paid for both. The queue asks again.
  const call = <T>(work: (signal: AbortSignal) => Promise<T>) =>
    guard.run(
      async (signal) => {
        try {
          return await work(signal);
        } catch (error) {
          throw modelTrouble(error, false);
        }
      },
      { repeatable: false },
    );

  return {
    name: model,
    cost: (usage) => costMicro(prices, usage),

    async ask({ id, person, instructions, content, answer, mostOutputTokens }) {
      const question = {
        model,
        background: true,
        // Kept until it is fetched: a background answer has no other place to wait in.
        store: true,
        instructions,
        input: [{ role: "user" as const, content: [...content] }],
        text: { format: { type: "json_schema" as const, strict: true, ...answer } },
        tools: [],
        max_output_tokens: mostOutputTokens,
        safety_identifier: person,
        metadata: { job_id: id },
        ...(reasoningEffort && { reasoning: { effort: reasoningEffort } }),
      };
      try {
        return (await call((signal) => responses.create(question, { signal }))).id;
      } catch (error) {
        if (isStatus(error, WRONG_QUESTION)) throw new QuestionRefused("the question was refused");
        throw error;
      }
    },

    async look(responseId) {
      try {
        return answerOf(await call((signal) => responses.retrieve(responseId, {}, { signal })));
      } catch (error) {
        if (isStatus(error, [404])) return { state: "failed", reason: "answer_lost", usage: null };
        throw error;
      }
    },

    async cancel(responseId) {
      try {
        await call((signal) => responses.cancel(responseId, { signal }));
      } catch (error) {
        if (!isStatus(error, OVER_ALREADY)) throw error;
      }
    },
  };
}

const isStatus = (error: unknown, statuses: readonly number[]): boolean =>
  error instanceof ModelTrouble && error.cause instanceof OpenAI.APIError && statuses.includes(error.cause.status ?? 0);

function answerOf(response: Response): Answer {
  const { status, incomplete_details, output_text, usage } = response;
  if (status === "queued" || status === "in_progress") return { state: "pending" };
  const used = providerUsage.safeParse(usage).data ?? null;
  const failed = (reason: string): Answer => ({ state: "failed", reason, usage: used });
  if (status === "incomplete") {
    return failed(incomplete_details?.reason === "max_output_tokens" ? "answer_too_long" : "answer_incomplete");
  }
  if (status !== "completed") return failed(status === "cancelled" ? "answer_cancelled" : "model_failed");
  // A refusal is an answer without text.
  return output_text ? { state: "completed", text: output_text, usage: used } : failed("model_refused");
}
