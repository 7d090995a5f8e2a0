// What a turn takes from the day's budget and gives back, and what it leaves in the conversation and the history: three calls of
// the database with the caller's own rights. The key of the turn is made here and told to nobody else, so that who asks cannot
// say in the function's place that it has cost nothing.
import { z } from "zod";
import type { Json } from "../_shared/database.types.ts";
import { costMicro, type Prices, type TokenUsage } from "../_shared/model-settings.ts";
import type { CallerRpc } from "./tool.ts";

export interface Held {
  readonly tokens: number;
  readonly costMicro: number;
}

const begun = z.object({
  turn_id: z.guid(),
  conversation_id: z.guid(),
  earlier: z.array(z.object({ said_by: z.enum(["person", "assistant"]), text: z.string() })),
  venue: z.object({
    name: z.string(),
    currency: z.string(),
    locale: z.string(),
    timezone: z.string(),
    business_date: z.string(),
  }),
});
const ended = z.object({
  requests: z.int(),
  input_tokens: z.int(),
  output_tokens: z.int(),
  cost_micro: z.int(),
});

export type Begun = z.output<typeof begun>;
export type Ended = z.output<typeof ended>;
export type ToolCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface TurnAccount {
  readonly begun: Begun;
  /** What a request has used, also one that went wrong. */
  add(usage: TokenUsage): void;
  /** Before the model is asked again; refused when the day's budget is used up. */
  next(held: Held): Promise<void>;
  finish(end: { outcome: string; text: string; tools: ToolCounts; latencyMs: number }): Promise<Ended>;
}

interface Beginning {
  readonly venueId: string;
  readonly conversationId: string | null;
  readonly text: string;
  readonly model: string;
  readonly prices: Prices;
  readonly held: Held;
}

const NOTHING = { p_input_tokens: 0, p_output_tokens: 0, p_cost_micro: 0 };

export async function beginTurn(call: CallerRpc, beginning: Beginning): Promise<TurnAccount> {
  const { venueId, conversationId, text, model, prices, held } = beginning;
  const key = `${crypto.randomUUID()}${crypto.randomUUID()}`;
  const answer = await call("begin_assistant_turn", {
    p_venue_id: venueId,
    p_conversation_id: conversationId as string, // null begins a new one
    p_text: text,
    p_model: model,
    p_key: key,
    p_held_tokens: held.tokens,
    p_held_cost_micro: held.costMicro,
  });
  const { turn_id, ...rest } = begun.parse(answer);
  let request = 1;
  let used = NOTHING;
  return {
    begun: { turn_id, ...rest },
    add(usage) {
      used = {
        p_input_tokens: used.p_input_tokens + usage.inputTokens,
        p_output_tokens: used.p_output_tokens + usage.outputTokens,
        p_cost_micro: used.p_cost_micro + costMicro(prices, usage),
      };
    },
    async next(more) {
      const share = { p_held_tokens: more.tokens, p_held_cost_micro: more.costMicro };
      const next = { p_turn_id: turn_id, p_key: key, p_request_number: request + 1, ...used, ...share };
      await call("continue_assistant_turn", next);
      request += 1;
      used = NOTHING;
    },
    async finish({ outcome, text: said, tools, latencyMs }) {
      const end = { p_outcome: outcome, p_text: said, p_tools: tools as Json, p_latency_ms: Math.round(latencyMs) };
      return ended.parse(await call("finish_assistant_turn", { p_turn_id: turn_id, p_key: key, ...used, ...end }));
    },
  };
}
