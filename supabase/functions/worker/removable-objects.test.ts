import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { createObjectStore, createStorageGuard } from "../_shared/object-store.ts";
import { fakeRpc } from "../_shared/testing.ts";
import { removableObjects } from "./removable-objects.ts";
import { workerOf } from "./testing.ts";

type Answer = (names: string[]) => Response;

/** A worker on a database with these orphans and a Storage that answers so, and what Storage was asked. */
async function cleaning(orphans: string[], answer: Answer, retries = 0) {
  const asked: { path: string; names: string[] }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { prefixes } = (await request.json()) as { prefixes: string[] };
    asked.push({ path: `${request.method} ${new URL(request.url).pathname}`, names: prefixes });
    return answer(prefixes);
  });
  const { rpc } = fakeRpc({
    get_removable_objects: ({ p_bucket_id, p_limit }) =>
      p_bucket_id === "menu-images" ? orphans.slice(0, Number(p_limit)) : [],
  });
  const client = createClient(`http://127.0.0.1:${server.addr.port}`, "sb_secret_tests");
  const objects = createObjectStore(client, createStorageGuard({ retries, timeoutMs: 2_000 }));
  const message = { topic: "objects.removable", payload: { bucket_id: "menu-images" } };
  const bench = await workerOf([removableObjects({ rpc, objects })], { storage: [{ job_id: 1, attempt: 1, message }] });
  const report = await (await bench.work()).json();
  await server.shutdown();
  return { report, asked, failed: bench.failed };
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `venue/item/${i}.webp`);

Deno.test("orphans are removed through Storage, batch after batch", async () => {
  const orphans = names(230);
  const { report, asked, failed } = await cleaning(orphans, (gone) => {
    orphans.splice(0, gone.length);
    return Response.json(gone.map((name) => ({ name })));
  });
  assert.deepEqual(
    asked.map(({ path, names: { length } }) => [path, length]),
    [100, 100, 30].map((count) => ["DELETE /storage/v1/object/menu-images", count]),
  );
  assert.deepEqual([report.done, failed], [1, []]);
  assert.equal(orphans.length, 0);
});

Deno.test("without an orphan Storage is not asked", async () => {
  const { report, asked } = await cleaning([], () => Response.json([]));
  assert.deepEqual([report.done, asked], [1, []]);
});

Deno.test("a Storage in trouble is asked again, then the job comes back later", async () => {
  const trouble = () => Response.json({ statusCode: "500", error: "Internal", message: "no" }, { status: 500 });
  const { report, asked, failed } = await cleaning(names(1), trouble, 2);
  assert.deepEqual([report.retried, asked.length, failed.map(({ p_final }) => p_final)], [1, 3, [false]]);
});

Deno.test("a Storage that removes nothing is not asked for ever", async () => {
  const { report, asked, failed } = await cleaning(names(3), () => Response.json([]));
  assert.deepEqual([report.retried, asked.length], [1, 1]);
  assert.deepEqual(
    failed.map(({ p_error, p_final }) => [p_error, p_final]),
    [["none of 3 objects was removed", false]],
  );
});

Deno.test("a refusal is no outage: it is not repeated at once", async () => {
  const refusal = () => Response.json({ statusCode: "403", error: "Unauthorized", message: "no" }, { status: 400 });
  const { report, asked } = await cleaning(names(1), refusal, 2);
  assert.deepEqual([report.retried, asked.length], [1, 1]);
});
