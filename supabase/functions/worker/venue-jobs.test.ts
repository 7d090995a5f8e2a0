import assert from "node:assert/strict";
import { fakeRpc } from "../_shared/testing.ts";
import { workerOf } from "./testing.ts";
import { TOPICS } from "./topics.ts";
import { venueQueues } from "./venue-jobs.ts";

const VENUES = ["3c1d9f52-4d7b-4b8e-9a43-5f0e6d7c8b9a", "7b0f9a52-1c1b-4d8e-8a43-1f0e6d7c8b9a"] as const;
const job = (job_id: number, topic: string, payload: unknown) => ({ job_id, attempt: 1, message: { topic, payload } });

Deno.test("a job of a venue is that venue's work in the database, by its topic", async () => {
  const { rpc, calls } = fakeRpc({ run_venue_job: () => 1 });
  const topics = ["venue_jobs", "venue_upkeep"].flatMap((queue) => TOPICS[queue] ?? []);
  const queues = venueQueues({ rpc });
  const jobs = Object.fromEntries(
    queues.map(({ name, topics }) => [
      name,
      Object.keys(topics).map((topic, n) => job(n, topic, { venue_id: VENUES[0] })),
    ]),
  );
  const { work, failed } = await workerOf(queues, jobs);
  assert.deepEqual(await (await work()).json(), { relayed: 0, done: topics.length, retried: 0, dead: 0 });
  assert.deepEqual(failed, []);
  assert.deepEqual(
    calls.map(({ args }) => args).sort((a, b) => String(a.p_topic).localeCompare(String(b.p_topic))),
    topics.sort().map((p_topic) => ({ p_topic, p_venue_id: VENUES[0] })),
  );
});

Deno.test("a venue that fails is tried again; the others are done; what names no venue never will be", async () => {
  const { rpc } = fakeRpc({
    run_venue_job: ({ p_venue_id }) => {
      if (p_venue_id === VENUES[0]) throw new Error("statement timeout");
      return 1;
    },
  });
  const { work, finished, failed } = await workerOf(venueQueues({ rpc }), {
    venue_jobs: [
      job(1, "day.close", { venue_id: VENUES[0] }),
      job(2, "day.close", { venue_id: VENUES[1] }),
      job(3, "day.close", { venue_id: "all" }),
    ],
  });
  assert.deepEqual(await (await work()).json(), { relayed: 0, done: 1, retried: 1, dead: 1 });
  assert.deepEqual(finished, [2]);
  const finals = failed.map(({ p_job_id, p_final }) => [p_job_id, p_final]).sort();
  assert.deepEqual(finals, [
    [1, false],
    [3, true],
  ]);
});
