// Drains the queue of provider calls within a time budget. Any number of dispatchers may run at once: a claim leases a job
// to one of them, and should the lease run out, running it twice has the effect of running it once.
import { z } from "zod";
import type { Log } from "../_shared/log.ts";
import { Problem } from "../_shared/problem.ts";
import type { Rpc } from "../_shared/rpc.ts";
import type { Trace } from "../_shared/trace.ts";
import { type JobOutcome, runJob } from "./jobs.ts";
import type { PaymentProvider } from "./provider.ts";

export interface DispatchDependencies {
  readonly rpc: Rpc;
  readonly provider: PaymentProvider;
  readonly trace: Trace;
  readonly log: Log;
  readonly now: () => number;
}

export interface DispatchReport {
  relayed: number;
  done: number;
  retried: number;
  dead: number;
}

export const DISPATCH_BUDGET_MS = 20_000;
const QUEUE = "provider_calls";
const BATCH = 5;
// Longer than the worst job: two guarded provider calls and a database call, each with its retries.
const LEASE_SECONDS = 120;

const jobs = z.array(z.object({ job_id: z.number(), attempt: z.number(), message: z.unknown() }));
const failed = z.object({ dead: z.boolean() });

export async function dispatch(dependencies: DispatchDependencies): Promise<DispatchReport> {
  const { rpc, trace, now } = dependencies;
  const report: DispatchReport = { relayed: 0, done: 0, retried: 0, dead: 0 };
  const until = now() + DISPATCH_BUDGET_MS;
  while (now() < until) {
    const relayed = z.number().parse(await rpc("relay_outbox", {}, trace));
    const claim = { p_queue: QUEUE, p_limit: BATCH, p_lease_seconds: LEASE_SECONDS };
    const claimed = jobs.parse(await rpc("claim_jobs", claim, trace));
    report.relayed += relayed;
    if (claimed.length === 0 && relayed === 0) break;
    await Promise.all(claimed.map((job) => settle(job, dependencies, report)));
  }
  return report;
}

async function settle(
  { job_id, attempt, message }: z.output<typeof jobs>[number],
  dependencies: DispatchDependencies,
  report: DispatchReport,
): Promise<void> {
  const { rpc, trace, log } = dependencies;
  const outcome = await runJob(message, dependencies);
  if (outcome.done) {
    await rpc("finish_job", { p_queue: QUEUE, p_job_id: job_id }, trace);
    report.done += 1;
    return;
  }
  const dead = await failJob(job_id, outcome, dependencies);
  if (dead) report.dead += 1;
  else report.retried += 1;
  log.write(dead ? "error" : "warn", "job failed", { job_id, attempt, dead, error: outcome.error });
}

async function failJob(
  jobId: number,
  { error, final }: Extract<JobOutcome, { done: false }>,
  { rpc, trace }: DispatchDependencies,
): Promise<boolean> {
  try {
    const args = { p_queue: QUEUE, p_job_id: jobId, p_error: error, p_final: final };
    return failed.parse(await rpc("fail_job", args, trace)).dead;
  } catch (refusal) {
    // Another dispatcher had it after the lease ran out, and has finished it.
    if (refusal instanceof Problem && refusal.code === "job_not_found") return false;
    throw refusal;
  }
}
