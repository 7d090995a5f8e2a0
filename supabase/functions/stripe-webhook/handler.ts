// Takes Stripe's events in. What the signature does not cover is refused and leaves no trace; what it covers is stored,
// whatever its type, and the database decides in the same transaction what follows. Stripe repeats on every answer but
// 2xx, so 2xx means stored (applied, ignored, waiting, quarantined or known already), and nothing else does.
import { z } from "zod";
import { parseJson, readBytes } from "../_shared/body.ts";
import type { Json } from "../_shared/database.types.ts";
import { problem } from "../_shared/problem.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { type FunctionOptions, json } from "../_shared/serve.ts";
import type { VerifySignature } from "../_shared/signature.ts";

export const LARGEST_EVENT_BYTES = 256 * 1024;

const event = z.looseObject({
  id: z.string().min(1).max(255),
  object: z.literal("event"),
  type: z.string().min(1).max(255),
  created: z.number().int().min(0).max(253_402_300_799),
  data: z.looseObject({ object: z.looseObject({}) }),
});

const recorded = z.object({
  event_id: z.string(),
  duplicate: z.boolean(),
  status: z.enum(["applied", "ignored", "deferred", "quarantined", "resolved"]),
  outcome: z.string(),
});

export interface WebhookDependencies {
  /** With the service role. */
  readonly rpc: Rpc;
  readonly verifySignature: VerifySignature;
  /** The mode this deployment works in: events of the other one are stored and change nothing. */
  readonly livemode: boolean;
}

export function webhookRoutes({ rpc, verifySignature, livemode }: WebhookDependencies): FunctionOptions["routes"] {
  return {
    "POST /": async ({ request, trace, log }) => {
      const body = await readBytes(request, LARGEST_EVENT_BYTES);
      await verifySignature(body, request.headers.get("stripe-signature"));
      const payload = parseJson(body);
      const parsed = event.safeParse(payload);
      if (!parsed.success) throw problem("invalid_input", { detail: "The body is not a Stripe event." });
      const { id, type, created } = parsed.data;
      const answer = await rpc(
        "record_provider_event",
        {
          p_provider: "stripe",
          p_event_id: id,
          p_type: type,
          p_created_at: new Date(created * 1000).toISOString(),
          p_payload: payload as Json,
          p_livemode: livemode,
        },
        trace,
      );
      const { duplicate, status, outcome } = recorded.parse(answer);
      log.write(status === "quarantined" ? "warn" : "info", "event", {
        event_id: id,
        type,
        duplicate,
        status,
        outcome,
      });
      return json({ received: true, duplicate, status });
    },
  };
}
