import assert from "node:assert/strict";
import { withFakeTime } from "../_shared/fake-time.ts";
import { SUSPECT_ATTEMPT } from "./drain.ts";
import { DONE, JOB_LIMIT_MS, type Queue, runJob } from "./job.ts";
import { workerOf } from "./testing.ts";

const job = (job_id: number, attempt = 1, topic = "work") => ({ job_id, attempt, message: { topic, payload: job_id } });
const queue = (name: string, work: (id: number) => unknown, batch = 5): Queue => ({
  name,
  batch,
  topics: {
    work: async (payload) => {
      await work(Number(payload));
      return DONE;
    },
  },
});

Deno.test("every queue is drained, by its own handlers", async () => {
  const seen: string[] = [];
  const queues = ["a", "b"].map((name) => queue(name, (id) => seen.push(`${name}${id}`)));
  const { work, finished } = await workerOf(queues, { a: [job(1), job(2)], b: [job(3), job(4, 1, "toString")] });
  const report = await (await work()).json();
  assert.deepEqual(report, { relayed: 0, done: 3, retried: 0, dead: 1 });
  assert.deepEqual(seen.sort(), ["a1", "a2", "b3"]);
  assert.deepEqual(finished.sort(), [1, 2, 3]);
});

Deno.test("a job that throws touches neither its neighbours nor other queues, and says which attempt it was", async () => {
  const poison = queue("a", (id) => {
    if (id === 2) throw new TypeError("poison");
  });
  const { work, finished, failed, worker } = await workerOf([poison, queue("b", () => {})], {
    a: [job(1), job(2), job(3)],
    b: [job(4)],
  });
  assert.equal((await work()).status, 200);
  assert.deepEqual(finished.sort(), [1, 3, 4]);
  assert.deepEqual(failed, [{ p_queue: "a", p_job_id: 2, p_error: "TypeError: poison", p_final: false, p_attempt: 1 }]);
  assert.ok(worker.lines.some(({ message, queue: name }) => message === "job failed" && name === "a"));
});

Deno.test("jobs run side by side, but one that was lost with its worker before runs alone, after the others", async () => {
  let running = 0;
  const together: Record<number, number> = {};
  const order: number[] = [];
  // Those that run side by side wait for one another: were they run in turn, this would never end.
  let open = () => {};
  const allThere = new Promise<void>((resolve) => {
    open = resolve;
  });
  const watched = queue("a", async (id) => {
    running += 1;
    order.push(id);
    if (order.length === 3) open();
    await allThere;
    together[id] = Math.max(together[id] ?? 0, running);
    await Promise.resolve();
    running -= 1;
  });
  const { work } = await workerOf([watched], {
    a: [job(1, SUSPECT_ATTEMPT), job(2), job(3, SUSPECT_ATTEMPT - 1), job(4, 9), job(5)],
  });
  assert.equal((await work()).status, 200);
  assert.deepEqual(order.slice(0, 3).sort(), [2, 3, 5]);
  assert.deepEqual([together[1], together[4]], [1, 1]);
  assert.equal(together[2], 3);
});

Deno.test("a suspect whose lease has become too short is left for another claim", async () => {
  const late = queue("a", () => {
    setting.clock.ms += 61_000;
  });
  const setting = await workerOf([late], { a: [job(1), job(2, 5)] });
  assert.equal((await setting.work()).status, 200);
  assert.deepEqual([setting.finished, setting.failed], [[1], []]);
});

Deno.test("a job that never ends is given back when its time is up", () =>
  withFakeTime(async (time) => {
    const hanging = queue("a", () => new Promise(() => {}));
    const outcome = await time.until(runJob({ topic: "work", payload: 1 }, hanging));
    assert.deepEqual(outcome, { done: false, error: "took too long", final: false });
    assert.equal(time.now(), JOB_LIMIT_MS);
  }));

Deno.test("trouble with one queue is reported when the others are drained", async () => {
  const { work, finished, worker } = await workerOf([queue("broken", () => {}), queue("b", () => {})], {
    get broken(): never {
      throw new Error("no such queue");
    },
    b: [job(1)],
  });
  assert.equal((await work()).status, 500);
  assert.deepEqual(finished, [1]);
  assert.equal(worker.reported.length, 1);
});
