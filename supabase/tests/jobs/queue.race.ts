/** Ten workers, one queue: every message leaves the outbox once and is claimed once while its lease lasts. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { machine } from "../../../tests/support/actors.ts";
import { must, outcome, tally } from "../../../tests/support/api.ts";
import { call, race } from "../../../tests/support/race.ts";
import { cloneWorld } from "../../../tests/support/world.ts";

const WORKERS = 10;
const JOBS = 40;
const QUEUE = "provider_calls";
const world = await cloneWorld(WORKERS);
afterAll(() => world.close());

beforeAll(async () => {
  await world.sql`delete from private.outbox`; // what the seed has left
  await world.sql`
    select private.emit('payment.cancel_requested', jsonb_build_object('payment_id', gen_random_uuid()))
    from generate_series(1, ${JOBS})`;
});

interface Job {
  readonly job_id: number;
  readonly attempt: number;
  readonly message: { readonly outbox_id: number };
}

const workers = (name: string, args = {}) =>
  Promise.all(Array.from({ length: WORKERS }, () => call(world, machine, name, args)));

async function claim(limit: number): Promise<Job[]> {
  const answers = await race<Job[]>(world, await workers("claim_jobs", { p_queue: QUEUE, p_limit: limit }));
  return answers.flatMap(must);
}

test("ten workers empty the outbox: every message is queued once", async () => {
  const answers = await race<number>(world, await workers("relay_outbox"));
  expect(answers.map(must).reduce((sum, relayed) => sum + relayed, 0)).toBe(JOBS);
  const [queued] = await world.sql`
    select count(*)::int as messages, count(distinct message ->> 'outbox_id')::int as distinct from pgmq.q_provider_calls`;
  expect(queued).toEqual({ messages: JOBS, distinct: JOBS });
});

test("ten workers claim ten each of forty jobs: every job once, and none while the lease lasts", async () => {
  const jobs = await claim(10);
  // A worker may find rows locked by another and go home with less; the next claim finds the rest.
  while (jobs.length < JOBS) {
    const more = await claim(10);
    expect(more.length, "jobs got lost").toBeGreaterThan(0);
    jobs.push(...more);
  }
  expect(new Set(jobs.map((job) => job.job_id)).size).toBe(JOBS);
  expect(jobs.every((job) => job.attempt === 1)).toBe(true);
  expect(await claim(10)).toEqual([]);
});

test("finishing one job from ten sides: one of them did it", async () => {
  const [job] = await world.sql<{ msg_id: string }[]>`select msg_id from pgmq.q_provider_calls limit 1`;
  const args = { p_queue: QUEUE, p_job_id: Number(job?.msg_id) };
  const answers = await race<boolean>(world, await workers("finish_job", args));
  expect(tally(answers.map((answer) => String(must(answer))))).toEqual({ true: 1, false: WORKERS - 1 });
});

test("giving up one job from ten sides: one message in the dead-letter queue", async () => {
  const [job] = await world.sql<{ msg_id: string }[]>`select msg_id from pgmq.q_provider_calls limit 1`;
  const args = { p_queue: QUEUE, p_job_id: Number(job?.msg_id), p_error: randomUUID(), p_final: true };
  const answers = await race(world, await workers("fail_job", args));
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, job_not_found: WORKERS - 1 });
  const [dead] = await world.sql`select count(*)::int as messages from pgmq.q_provider_calls_dead`;
  expect(dead).toEqual({ messages: 1 });
});

test("replaying dead letters from ten sides: each comes back once", async () => {
  await world.sql`
    select pgmq.send('provider_calls_dead', jsonb_build_object('topic', 'payment.cancel_requested', 'payload', n, 'error', 'x'))
    from generate_series(1, 20) n`;
  await world.sql`select pgmq.purge_queue('provider_calls')`;
  const answers = await race<{ replayed: number }>(world, await workers("replay_dead_letters", { p_queue: QUEUE }));
  expect(answers.map((answer) => must(answer).replayed).reduce((sum, count) => sum + count, 0)).toBe(21);
  const [queued] = await world.sql`
    select count(*)::int as jobs, count(distinct message)::int as distinct,
      (select count(*)::int from pgmq.q_provider_calls_dead) as letters from pgmq.q_provider_calls`;
  expect(queued).toEqual({ jobs: 21, distinct: 21, letters: 0 });
});

test("a job whose worker comes back too late: ten workers give it back, the one that has it succeeds", async () => {
  await world.sql`update pgmq.q_provider_calls set read_ct = 4, vt = now() + interval '1 minute'`;
  const [job] = await world.sql<{ msg_id: string }[]>`select msg_id from pgmq.q_provider_calls limit 1`;
  const attempts = Array.from({ length: WORKERS }, (_, attempt) => attempt);
  const calls = attempts.map((p_attempt) =>
    call(world, machine, "fail_job", { p_queue: QUEUE, p_job_id: Number(job?.msg_id), p_error: "late", p_attempt }),
  );
  const answers = await race(world, await Promise.all(calls));
  expect(tally(answers.map(outcome))).toEqual({ ok: 1, job_not_found: WORKERS - 1 });
});
