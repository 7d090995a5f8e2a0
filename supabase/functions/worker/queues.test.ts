import assert from "node:assert/strict";
import { workerQueues } from "./queues.ts";
import { TOPICS } from "./topics.ts";

Deno.test("every topic of every queue has a handler, and no other", () => {
  const queues = workerQueues({} as Parameters<typeof workerQueues>[0]);
  const handled = queues.map(({ name, topics }) => [
    name,
    (Array.isArray(topics) ? topics : Object.keys(topics)).sort(),
  ]);
  assert.deepEqual(Object.fromEntries(handled), TOPICS);
});
