// Takes the model provider's events in. What the signature does not cover is refused and leaves no trace; what it covers is
// stored once, whatever its type. An event carries no answer: it says that there is one, and a worker goes and looks.
// 2xx means stored, and nothing else does, so that the provider repeats exactly when it should.
import { z } from "zod";
import type { VerifyAiEvent } from "../_shared/ai-signature.ts";
import { parseJson, readBytes } from "../_shared/body.ts";
import { problem } from "../_shared/problem.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { type FunctionOptions, json } from "../_shared/serve.ts";

export const LARGEST_EVENT_BYTES = 64 * 1024;

const event = z.looseObject({
  id: z.string().min(1).max(255),
  object: z.literal("event"),
  type: z.string().min(1).max(255),
  created_at: z.number().int().min(0).max(253_402_300_799),
  data: z.looseObject({ id: z.string().min(1).max(255).optional() }),
});

const recorded = z.object({
  event_id: z.string(),
  duplicate: z.boolean(),
  outcome: z.enum(["matched", "unmatched", "ignored"]),
});

export interface AiWebhookDependencies {
  /** With the service role. */
  readonly rpc: Rpc;
  readonly verify: VerifyAiEvent;
}

export function aiWebhookRoutes({ rpc, verify }: AiWebhookDependencies): FunctionOptions["routes"] {
  return {
    "POST /": async ({ request, trace, log }) => {
      const body = await readBytes(request, LARGEST_EVENT_BYTES);
      await verify(body, request.headers);
      const parsed = event.safeParse(parseJson(body));
      if (!parsed.success) throw problem("invalid_input", { detail: "The body is not an event of the provider." });
      const { id, type, created_at, data } = parsed.data;
      const answer = await rpc(
        "record_ai_event",
        {
          p_event_id: id,
          p_type: type,
          p_created_at: new Date(created_at * 1000).toISOString(),
          ...(data.id === undefined ? {} : { p_response_id: data.id }),
        },
        trace,
      );
      const { duplicate, outcome } = recorded.parse(answer);
      log.write("info", "event", { event_id: id, type, duplicate, outcome });
      return json({ received: true, duplicate, outcome });
    },
  };
}
