import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import { createObjectStore, createStorageGuard } from "./object-store.ts";

/** What comes of reading an object from a Storage that answers so, and how often it was asked. */
async function reading(answer: () => Response, most = 100) {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`);
    return answer();
  });
  const client = createClient(`http://127.0.0.1:${server.addr.port}`, "sb_secret_tests");
  const objects = createObjectStore(client, createStorageGuard({ retries: 1, timeoutMs: 2_000 }));
  const outcome = await objects.read("menu-files", "venue/a.pdf", most).then(
    (bytes) => bytes && Array.from(bytes),
    (error: unknown) => error,
  );
  await server.shutdown();
  return { outcome, asked };
}
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
  const { outcome } = await reading(() => new Response(new Uint8Array(101)));
  assert.match(String(outcome), /101 bytes/);
});
