/**
 * What the job queue costs over the pgmq it is made of: claiming and finishing jobs as the worker does, against reading and
 * archiving messages with nothing around it, in turns on queues of the same length.
 */
import postgres from "postgres";
import type { StackState } from "../stack/state.ts";
import type { BenchOptions } from "./options.ts";
import { median } from "./policies.ts";

export interface QueueResult {
  workers: number;
  rawPerSecond: number;
  jobsPerSecond: number;
  /** Median of the rounds' ratios, jobs over raw messages. */
  ratio: number;
}

const BATCH = 10; // what the worker claims at once
const MESSAGE = { topic: "bench.job", payload: { order_id: crypto.randomUUID() }, trace_id: null, outbox_id: 1 };

export async function measureQueue(state: StackState, { rounds, seconds }: BenchOptions): Promise<QueueResult[]> {
  const admin = postgres(state.adminDbUrl, { max: 1, onnotice: () => {} });
  try {
    // As its migrations would, by the role that owns what the job functions may touch.
    await admin`set role postgres`;
    await admin`select private.create_queue('bench_jobs', 5), pgmq.create('bench_raw')`;
    await admin`reset role`;
    const results: QueueResult[] = [];
    for (const workers of [1, 4]) {
      const [raw, jobs, ratios]: [number[], number[], number[]] = [[], [], []];
      for (let round = -1; round < rounds; round += 1) {
        // Long enough for the seconds asked for at the rate of the round before; the first round warms up.
        const messages = Math.max(500, Math.round(((raw.at(-1) ?? 0) * seconds) / rounds / 3));
        const rawRate = await rate(admin, "bench_raw", messages, workers, () => rawWorker(state));
        const jobRate = await rate(admin, "bench_jobs", messages, workers, () => jobWorker(state));
        if (round < 0) {
          raw.push(rawRate);
          continue;
        }
        raw.push(rawRate);
        jobs.push(jobRate);
        ratios.push(jobRate / rawRate);
      }
      const [rawPerSecond, jobsPerSecond] = [Math.round(median(raw.slice(1))), Math.round(median(jobs))];
      results.push({ workers, rawPerSecond, jobsPerSecond, ratio: median(ratios) });
    }
    return results;
  } finally {
    await admin.end();
  }
}

interface Worker {
  /** Takes a batch and ends it; how many messages it had. */
  drain(): Promise<number>;
  close(): Promise<void>;
}

async function rate(admin: postgres.Sql, queue: string, messages: number, count: number, make: () => Worker) {
  await admin`select pgmq.send_batch(${queue}, array_fill(${admin.json(MESSAGE)}::jsonb, array[${messages}::int]))`;
  await admin.unsafe(`vacuum analyze pgmq.q_${queue}`);
  const workers = Array.from({ length: count }, make);
  try {
    const start = performance.now();
    const drained = await Promise.all(
      workers.map(async (worker) => {
        let total = 0;
        for (let n = await worker.drain(); n > 0; n = await worker.drain()) total += n;
        return total;
      }),
    );
    const done = drained.reduce((sum, n) => sum + n, 0);
    if (done !== messages) throw new Error(`${queue}: ${messages} messages were sent, ${done} came out`);
    return messages / ((performance.now() - start) / 1000);
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
}

function rawWorker(state: StackState): Worker {
  const sql = postgres(state.adminDbUrl, { max: 1, onnotice: () => {} });
  return {
    async drain() {
      const rows = await sql<{ msg_id: string }[]>`select msg_id from pgmq.read('bench_raw', 60, ${BATCH})`;
      for (const { msg_id } of rows) await sql`select pgmq.archive('bench_raw', ${msg_id}::bigint)`;
      return rows.length;
    },
    close: () => sql.end(),
  };
}

function jobWorker(state: StackState): Worker {
  const sql = postgres(state.adminDbUrl, { max: 1, onnotice: () => {}, connection: { role: "service_role" } });
  return {
    async drain() {
      const rows = await sql<{ job_id: string }[]>`select job_id from public.claim_jobs('bench_jobs', ${BATCH}, 60)`;
      for (const { job_id } of rows) await sql`select public.finish_job('bench_jobs', ${job_id}::bigint)`;
      return rows.length;
    },
    close: () => sql.end(),
  };
}
