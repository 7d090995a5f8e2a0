// Readiness, judged from what the database and the provider really answer. down: orders cannot be taken. degraded: they
// can, but something that must happen does not, or a person must look. Each reason is a stable code.
import { z } from "zod";
import { clockState } from "./clocks.ts";

export type Status = "ok" | "degraded" | "down";

export interface Check {
  readonly name: string;
  readonly status: Status | "starting";
  readonly reason?: string;
  readonly detail: Record<string, unknown>;
}

const measure = z.object({ oldest_seconds: z.number() });

export const healthSchema = z.object({
  started_seconds_ago: z.number(),
  outbox: measure.extend({ waiting: z.number() }),
  queues: z.record(z.string(), measure.extend({ length: z.number() })),
  clocks: z.record(z.string(), z.object({ schedule: z.string(), succeeded_seconds_ago: z.number().nullable() })),
  quarantined_events: z.number(),
  reconciliation: z.object({ good_seconds_ago: z.number().nullable(), open_findings: z.number() }),
  worker_configured: z.boolean(),
});
export type DatabaseHealth = z.output<typeof healthSchema>;

export interface ProviderHealth {
  readonly reachable: boolean;
  readonly breaker: string;
  readonly ms: number;
}

// A worker is woken at once, and by the clock every minute: what waits longer is stuck.
const LATEST_OUTBOX_SECONDS = 180;
const LATEST_JOB_SECONDS = 300;
// The clock asks every 15 minutes: three in a row have failed.
const LATEST_RECONCILIATION_SECONDS = 3_600;

const check = (name: string, reason: string, failed: boolean, detail: Record<string, unknown>): Check =>
  failed ? { name, status: "degraded", reason, detail } : { name, status: "ok", detail };

export function databaseChecks(health: DatabaseHealth): Check[] {
  const { outbox, queues, clocks, quarantined_events: quarantined } = health;
  return [
    check("outbox", "outbox_late", outbox.waiting > 0 && outbox.oldest_seconds > LATEST_OUTBOX_SECONDS, outbox),
    ...Object.entries(queues).map(([name, queue]) =>
      name.endsWith("_dead")
        ? check(`queue ${name}`, "dead_letters", queue.length > 0, queue)
        : check(`queue ${name}`, "queue_late", queue.length > 0 && queue.oldest_seconds > LATEST_JOB_SECONDS, queue),
    ),
    ...Object.entries(clocks).map(([name, clock]): Check => {
      const state = clockState(clock.schedule, clock.succeeded_seconds_ago, health.started_seconds_ago);
      if (state === "late") return { name: `clock ${name}`, status: "degraded", reason: "clock_late", detail: clock };
      return { name: `clock ${name}`, status: state, detail: clock };
    }),
    check("clocks", "clocks_missing", Object.keys(clocks).length === 0, { count: Object.keys(clocks).length }),
    check("provider events", "events_quarantined", quarantined > 0, { quarantined }),
    reconciliationCheck(health),
    check("reconciliation findings", "reconciliation_findings", health.reconciliation.open_findings > 0, {
      open: health.reconciliation.open_findings,
    }),
    check("worker", "worker_not_configured", !health.worker_configured, {
      configured: health.worker_configured,
    }),
  ];
}

/** One that has never run is starting for as long as it could not have been late yet. */
function reconciliationCheck({ reconciliation, started_seconds_ago }: DatabaseHealth): Check {
  const { good_seconds_ago } = reconciliation;
  const detail = { good_seconds_ago };
  const late = (good_seconds_ago ?? started_seconds_ago) > LATEST_RECONCILIATION_SECONDS;
  if (good_seconds_ago === null && !late) return { name: "reconciliation", status: "starting", detail };
  return check("reconciliation", "reconciliation_late", late, detail);
}

export const providerCheck = (provider: ProviderHealth): Check =>
  check("payment provider", "provider_unavailable", !provider.reachable || provider.breaker === "open", {
    ...provider,
  });

export function judge(checks: readonly Check[]): { status: Status; reasons: string[] } {
  const reasons = [...new Set(checks.flatMap(({ reason }) => reason ?? []))];
  if (checks.some(({ status }) => status === "down")) return { status: "down", reasons };
  return { status: reasons.length > 0 ? "degraded" : "ok", reasons };
}
