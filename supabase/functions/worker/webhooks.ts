// Webhooks on their way out. An event is spread to the endpoints that want it, one delivery each; deliveries are claimed, of
// every endpoint a few, signed with each of its secrets and sent. As one is done the next is claimed, so that a receiver
// that is slow holds the places it has, never those of others. What becomes of an attempt is decided by the database.
import { Webhook } from "standardwebhooks";
import { z } from "zod";
import { type Outside, OutsideError } from "../_shared/outside.ts";
import { Problem } from "../_shared/problem.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { DONE, type PaceDependencies, type PacedQueue, type Queue } from "./job.ts";

export interface WebhooksDependencies {
  readonly rpc: Rpc;
  readonly outside: Outside;
}

const AT_ONCE = 20;
// Longer than a call and its settling may take.
const LEASE_SECONDS = 60;

const event = z.looseObject({ id: z.guid() });
const claims = z.array(
  z.object({
    job_id: z.number(),
    attempt: z.number(),
    endpoint_id: z.guid(),
    url: z.string(),
    secrets: z.array(z.string()).min(1),
    event,
  }),
);
type Claim = z.output<typeof claims>[number];
const settled = z.object({ status: z.string() });

export const webhookEvents = ({ rpc }: Pick<WebhooksDependencies, "rpc">): Queue => ({
  name: "webhook_events",
  batch: 10,
  topics: {
    "webhook.happened": async (payload, trace) => {
      await rpc("spread_webhook_event", { p_event: z.record(z.string(), z.json()).parse(payload) }, trace);
      return DONE;
    },
  },
});

export const webhooks = ({ outside }: Pick<WebhooksDependencies, "outside">): PacedQueue => ({
  name: "webhooks",
  topics: ["webhook.due"],
  async drain(until, dependencies) {
    const { rpc, trace, now } = dependencies;
    const running = new Set<Promise<void>>();
    const trouble: unknown[] = [];
    let count = 0;
    while (now() < until) {
      const free = AT_ONCE - running.size;
      const args = { p_limit: free, p_lease_seconds: LEASE_SECONDS };
      const claimed = free === 0 ? [] : claims.parse((await rpc("claim_webhooks", args, trace)) ?? []);
      count += claimed.length;
      for (const claim of claimed) {
        const sending: Promise<void> = deliver(claim, outside, dependencies)
          .catch((error) => void trouble.push(error))
          .finally(() => running.delete(sending));
        running.add(sending);
      }
      if (running.size === 0) break;
      if (claimed.length === 0) await Promise.race(running);
    }
    await Promise.all(running);
    if (trouble.length > 0) throw trouble[0];
    return count;
  },
});

/** The headers of the Standard Webhooks scheme; one signature for each secret that is good now. */
export function signedHeaders(
  { secrets, id, body }: { readonly secrets: readonly string[]; readonly id: string; readonly body: string },
  now: number,
): Record<string, string> {
  const timestamp = new Date(now);
  return {
    "content-type": "application/json",
    "user-agent": "Servio-Webhooks/1",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now / 1000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, timestamp, body)).join(" "),
  };
}

async function deliver(
  { job_id, attempt, endpoint_id, url, secrets, event }: Claim,
  outside: Outside,
  { rpc, trace, log, now, report }: PaceDependencies,
): Promise<void> {
  const body = JSON.stringify(event);
  const startedAt = now();
  const outcome = await outside.post(url, signedHeaders({ secrets, id: event.id, body }, startedAt), body).then(
    (status) => ({ p_response_status: status }),
    (error: unknown) => {
      if (error instanceof OutsideError) return { p_failure: error.failure };
      throw error;
    },
  );
  const latency = Math.max(0, Math.round(now() - startedAt));
  try {
    const args = { p_job_id: job_id, p_attempt: attempt, p_latency_ms: latency, ...outcome };
    const { status } = settled.parse(await rpc("settle_webhook", args, trace));
    if (status === "delivered") report.done += 1;
    else if (status === "pending") report.retried += 1;
    else report.dead += 1;
    if (status !== "delivered") {
      log.write("info", "webhook not delivered", { endpoint_id, event_id: event.id, attempt, status, ...outcome });
    }
  } catch (refusal) {
    // The endpoint was switched off meanwhile, or the lease ran out and another worker has it.
    if (!(refusal instanceof Problem && refusal.code === "job_not_found")) throw refusal;
  }
}
