// Drains every queue within a time budget. Any number of workers may run at once: a claim leases a job to one of them, and
// should the lease run out, running it twice has the effect of running it once. Queues do not wait for each other. A job
// that fails does not touch its neighbours, and one that has already been lost with its worker runs alone.
import { z } from "zod";
import type { Log } from "../_shared/log.ts";
import { Problem } from "../_shared/problem.ts";
import type { Rpc } from "../_shared/rpc.ts";
import type { Trace } from "../_shared/trace.ts";
import { type DrainReport, JOB_LIMIT_MS, type JobOutcome, type PacedQueue, type Queue, runJob } from "./job.ts";

export interface DrainDependencies {
  readonly rpc: Rpc;
  readonly queues: readonly (Queue | PacedQueue)[];
  readonly trace: Trace;
  readonly log: Log;
  readonly now: () => number;
}

export const BUDGET_MS = 20_000;
/** From this attempt on a job is suspected of ending its worker. */
export const SUSPECT_ATTEMPT = 3;
// Longer than two jobs in a row may take.
const LEASE_SECONDS = 2 * (JOB_LIMIT_MS / 1000);

const jobs = z.array(z.object({ job_id: z.number(), attempt: z.number(), message: z.unknown() }));
type Job = z.output<typeof jobs>[number];
const failed = z.object({ dead: z.boolean() });

export async function drain(dependencies: DrainDependencies): Promise<DrainReport> {
  const { rpc, queues, trace, now } = dependencies;
  const report: DrainReport = { relayed: 0, done: 0, retried: 0, dead: 0 };
  const until = now() + BUDGET_MS;
  let moved: number;
  do {
    const relayed = z.number().parse(await rpc("relay_outbox", {}, trace));
    report.relayed += relayed;
    const claimed = await all(
      queues.map((queue) =>
        "drain" in queue
          ? queue.drain(until, { ...dependencies, report })
          : drainQueue(queue, until, dependencies, report),
      ),
    );
    moved = claimed.reduce((sum, count) => sum + count, relayed);
  } while (moved > 0 && now() < until);
  return report;
}

async function drainQueue(
  queue: Queue,
  until: number,
  dependencies: DrainDependencies,
  report: DrainReport,
): Promise<number> {
  const { rpc, trace, now } = dependencies;
  const run = (job: Job) => settle(job, queue, dependencies, report);
  let count = 0;
  while (now() < until) {
    const claimedAt = now();
    const claim = { p_queue: queue.name, p_limit: queue.batch, p_lease_seconds: LEASE_SECONDS };
    const claimed = jobs.parse(await rpc("claim_jobs", claim, trace));
    if (claimed.length === 0) break;
    count += claimed.length;
    await all(claimed.filter(({ attempt }) => attempt < SUSPECT_ATTEMPT).map(run));
    // In no fixed order, so that nobody stands behind the same poison every time. Whoever's lease gets too short is left
    // for the next claim.
    for (const job of shuffled(claimed.filter(({ attempt }) => attempt >= SUSPECT_ATTEMPT))) {
      if (now() - claimedAt <= JOB_LIMIT_MS) await run(job);
    }
  }
  return count;
}

async function settle(
  { job_id, attempt, message }: Job,
  queue: Queue,
  dependencies: DrainDependencies,
  report: DrainReport,
): Promise<void> {
  const { rpc, trace, log } = dependencies;
  const outcome = await runJob(message, queue);
  if (outcome.done) {
    await rpc("finish_job", { p_queue: queue.name, p_job_id: job_id }, trace);
    report.done += 1;
    return;
  }
  const dead = await giveBack(job_id, attempt, queue, outcome, dependencies);
  if (dead) report.dead += 1;
  else report.retried += 1;
  const fields = { queue: queue.name, job_id, attempt, dead, error: outcome.error };
  log.write(dead ? "error" : "warn", "job failed", fields);
}

async function giveBack(
  jobId: number,
  attempt: number,
  queue: Queue,
  { error, final }: Extract<JobOutcome, { done: false }>,
  { rpc, trace }: DrainDependencies,
): Promise<boolean> {
  try {
    const args = { p_queue: queue.name, p_job_id: jobId, p_error: error, p_final: final, p_attempt: attempt };
    return failed.parse(await rpc("fail_job", args, trace)).dead;
  } catch (refusal) {
    // Another worker has it after the lease ran out, or has finished it.
    if (refusal instanceof Problem && refusal.code === "job_not_found") return false;
    throw refusal;
  }
}

/** Waits for all of them, whatever becomes of one, and then says what went wrong first. */
async function all<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
