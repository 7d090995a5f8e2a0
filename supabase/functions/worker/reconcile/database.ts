// The run of a reconciliation as the worker that holds it sees it. Every call extends its lease; a call that comes too late
// is refused with reconciliation_lost, and then somebody else has the run.
import type Stripe from "stripe";
import { z } from "zod";
import type { Json } from "../../_shared/database.types.ts";
import type { Rpc } from "../../_shared/rpc.ts";
import type { Trace } from "../../_shared/trace.ts";
import type { Said } from "./said.ts";

export const STEPS = ["events", "payments", "refunds", "subscriptions", "unconfirmed", "balance", "findings"] as const;
export type Step = (typeof STEPS)[number];
export type Counts = Readonly<Record<string, number>>;

const claim = z.union([
  z.object({ claimed: z.literal(false) }),
  z.object({
    claimed: z.literal(true),
    window_from: z.iso.datetime({ offset: true }),
    window_to: z.iso.datetime({ offset: true }),
    step: z.enum(STEPS),
    page_after: z.string().nullable(),
  }),
]);
const differences = z.array(
  z.object({
    object_id: z.string(),
    event_id: z.string().nullable(),
    type: z.string().nullable(),
    seen_at: z.iso.datetime({ offset: true }).nullable(),
  }),
);
const unconfirmed = z.array(z.object({ object_id: z.string(), object: z.enum(["payment", "refund", "subscription"]) }));
const recorded = z.object({ duplicate: z.boolean(), status: z.string(), outcome: z.string() });
const applied = z.object({ outcome: z.string() });
const saved = z.object({ new_findings: z.number() });
const finished = z.object({ outcome: z.string(), open_findings: z.number(), counts: z.record(z.string(), z.number()) });

export function createRun(rpc: Rpc, trace: Trace, runId: string, worker: string = crypto.randomUUID()) {
  const mine = { p_run_id: runId, p_worker: worker };
  const record = async (id: string, type: string, createdAt: Date, payload: object) =>
    recorded.parse(
      await rpc(
        "record_provider_event",
        {
          p_provider: "stripe",
          p_event_id: id,
          p_type: type,
          p_created_at: createdAt.toISOString(),
          p_payload: payload as Json,
        },
        trace,
      ),
    );
  return {
    runId,
    claim: async () => claim.parse(await rpc("claim_reconciliation", mine, trace)),
    missing: async (eventIds: readonly string[]) =>
      z.array(z.string()).parse(await rpc("get_missing_events", { ...mine, p_event_ids: [...eventIds] }, trace)),
    /** The event as the webhook would have handed it over. */
    record: (event: Stripe.Event) => record(event.id, event.type, new Date(event.created * 1000), event),
    /** What the provider's object says, as the event that never came would have said it. */
    recordState: (id: string, type: string, object: object, now: Date) =>
      record(id, type, now, { id, object: "event", type, data: { object } }),
    /** What the provider says of a subscription now, as after an event about it. */
    applySubscription: async (object: object, seenAt: string) =>
      applied.parse(await rpc("apply_subscription", { p_object: object as Json, p_seen_at: seenAt }, trace)).outcome,
    compare: async (said: readonly Said[]) =>
      differences.parse(await rpc("compare_with_provider", { ...mine, p_objects: [...said] }, trace)),
    unconfirmed: async (limit: number) =>
      unconfirmed.parse(await rpc("get_unconfirmed_objects", { ...mine, p_limit: limit }, trace)),
    save: async (step: Step, after: string | null, said: readonly Said[], counts: Counts) =>
      saved.parse(
        await rpc(
          "save_reconciliation_page",
          // The generated types do not know that an argument may be null.
          { ...mine, p_step: step, p_page_after: after as string, p_objects: [...said], p_counts: counts },
          trace,
        ),
      ).new_findings,
    finish: async () => finished.parse(await rpc("finish_reconciliation", mine, trace)),
    release: (error: string | null) =>
      rpc("release_reconciliation", { ...mine, ...(error === null ? {} : { p_error: error }) }, trace),
  };
}
export type Run = ReturnType<typeof createRun>;
