import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { createObjectStore, createStorageGuard, type ObjectStore } from "./object-store.ts";

/** What comes of something done at a Storage that answers so, and what it was asked. */
async function doing<T>(answer: () => Response | Promise<Response>, work: (objects: ObjectStore) => Promise<T>) {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`.trim());
    return await answer();
  });
  const client = createClient(`http://127.0.0.1:${server.addr.port}`, "sb_secret_tests");
  const objects = createObjectStore(client, createStorageGuard({ retries: 1, timeoutMs: 2_000 }));
  const outcome = await work(objects).catch((error: unknown) => error);
  await server.shutdown();
  return { outcome, asked };
}
const reading = (answer: () => Response, most = 100) =>
  doing(answer, async (objects) => {
    const bytes = await objects.read("menu-files", "venue/a.pdf", most);
    return bytes && Array.from(bytes);
  });
const removing = (answer: () => Response) =>
  doing(answer, (objects) => objects.remove("menu-images", ["venue/a.png", "venue/b.png"]));
const refusal = (status: number, statusCode: string) => () =>
  Response.json({ statusCode, error: "x", message: "Object not found" }, { status });

Deno.test("an object is its bytes", async () => {
  const { outcome, asked } = await reading(() => new Response(new Uint8Array([0, 255, 7])));
  assert.deepEqual(outcome, [0, 255, 7]);
  assert.deepEqual(asked, ["GET /storage/v1/object/menu-files/venue/a.pdf"]);
});

Deno.test("what is not there is null: Storage calls it a bad request", async () => {
  for (const [status, code] of [
    [400, "404"],
    [404, "404"],
  ] as const) {
    assert.equal((await reading(refusal(status, code))).outcome, null);
  }
});

Deno.test("a Storage in trouble is asked again, and then it is trouble; a refusal is one at once", async () => {
  const trouble = await reading(refusal(500, "500"));
  assert.ok(trouble.outcome instanceof Error);
  assert.equal(trouble.asked.length, 2);
  const refused = await reading(refusal(403, "403"));
  assert.ok(refused.outcome instanceof Error);
  assert.equal(refused.asked.length, 1);
});

Deno.test("what is larger than its bucket allows is a fault", async () => {
  const { outcome, asked } = await reading(() => new Response(new Uint8Array(101)));
  assert.match(String(outcome), /101 bytes/);
  assert.equal(asked.length, 1);
  const most = await reading(() => new Response(new Uint8Array(100)));
  assert.equal((most.outcome as number[]).length, 100);
});

Deno.test("what is to go is named, and counted as far as it was there", async () => {
  const gone = await removing(() => Response.json([{ name: "venue/a.png" }]));
  assert.deepEqual(gone, {
    outcome: 1,
    asked: ['DELETE /storage/v1/object/menu-images {"prefixes":["venue/a.png","venue/b.png"]}'],
  });
  for (const [status, times] of [
    [500, 2],
    [503, 2],
    [403, 1],
  ] as const) {
    const { outcome, asked } = await removing(refusal(status, String(status)));
    assert.ok(outcome instanceof Error, String(status));
    assert.equal(asked.length, times, String(status));
  }
});

Deno.test("a Storage that is not there is trouble, told as such for both", async () => {
  const guard = createStorageGuard({ retries: 1 });
  const objects = createObjectStore(createClient("http://127.0.0.1:1", "sb_secret_tests"), guard);
  await assert.rejects(objects.remove("b", ["x"]));
  await assert.rejects(objects.read("b", "x", 1));
  assert.equal(guard.state(), "closed");
  await assert.rejects(objects.read("b", "x", 1));
  assert.equal(guard.state(), "open", "five times in a row it did not answer");
});
