import assert from "node:assert/strict";
import { Webhook } from "standardwebhooks";
import { createVerifyAiEvent } from "../_shared/ai-signature.ts";
import { unavailable } from "../_shared/problem.ts";
import { assertProblem, chunked, fakeRpc, post, testFunction } from "../_shared/testing.ts";
import { aiWebhookRoutes, LARGEST_EVENT_BYTES } from "./handler.ts";

const SECRET = `whsec_${btoa("a secret of the tests, long enough")}`;
const OTHER = `whsec_${btoa("another secret of the tests, so it is")}`;
const EVENT = {
  id: "evt_1",
  object: "event",
  type: "response.completed",
  created_at: 1_780_315_190,
  data: { id: "resp_1" },
};
const completed = JSON.stringify(EVENT);
const stored = { event_id: "evt_1", duplicate: false, outcome: "matched" };

function webhook(record: (args: Record<string, unknown>) => unknown = () => stored) {
  const database = fakeRpc({ record_ai_event: record });
  const routes = aiWebhookRoutes({ rpc: database.rpc, verify: createVerifyAiEvent(SECRET) });
  return { call: testFunction({ name: "ai-webhook", routes, cors: false }), database };
}

/** Signed by the reference library of the scheme, which is not the one that verifies. */
function sign(payload: string, { secret = SECRET, agoSeconds = 0, id = "wh_1" } = {}): Record<string, string> {
  const at = new Date(Date.now() - agoSeconds * 1000);
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, at, payload),
  };
}
const send = (payload: string, how: Parameters<typeof sign>[1] = {}) =>
  post("/ai-webhook", payload, sign(payload, how));
const without = (name: string) =>
  Object.fromEntries(Object.entries(sign(completed)).filter(([header]) => header !== name));

Deno.test("a signed event is stored: its name, type, time and the answer it is about, and nothing else", async () => {
  const { call, database } = webhook();
  const response = await call(send(completed));
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { received: true, duplicate: false, outcome: "matched" });
  assert.deepEqual(database.calls, [
    {
      name: "record_ai_event",
      args: {
        p_event_id: "evt_1",
        p_type: "response.completed",
        p_created_at: "2026-06-01T11:59:50.000Z",
        p_response_id: "resp_1",
      },
    },
  ]);
});

Deno.test("played again it is a duplicate, and answered as stored", async () => {
  const seen = new Set<unknown>();
  const { call, database } = webhook(({ p_event_id }) => {
    const duplicate = seen.has(p_event_id);
    seen.add(p_event_id);
    return { ...stored, duplicate };
  });
  const headers = sign(completed);
  for (const duplicate of [false, true]) {
    const response = await call(post("/ai-webhook", completed, headers));
    assert.deepEqual(
      [response.status, await response.json()],
      [200, { received: true, duplicate, outcome: "matched" }],
    );
  }
  // Delivered anew it has another signature and the same name.
  assert.equal((await (await call(send(completed, { id: "wh_2" }))).json()).duplicate, true);
  assert.deepEqual(new Set(database.calls.map(({ args }) => args.p_event_id)), new Set(["evt_1"]));
});

Deno.test("an event of an unknown type, or about nothing, is stored like any other", async () => {
  for (const odd of [
    { ...EVENT, type: "batch.expired" },
    { ...EVENT, type: "something.new", data: {} },
  ]) {
    const { call, database } = webhook(() => ({ ...stored, outcome: "ignored" }));
    assert.equal((await call(send(JSON.stringify(odd)))).status, 200);
    assert.equal(database.calls[0]?.args.p_type, odd.type);
  }
});

Deno.test("with several signatures one that is right is enough, as when secrets are exchanged", async () => {
  const { call } = webhook();
  const right = sign(completed);
  const both = `${sign(completed, { secret: OTHER })["webhook-signature"]} ${right["webhook-signature"]}`;
  assert.equal((await call(post("/ai-webhook", completed, { ...right, "webhook-signature": both }))).status, 200);
});

const forgeries: Record<string, () => Request> = {
  "without an id": () => post("/ai-webhook", completed, without("webhook-id")),
  "without a timestamp": () => post("/ai-webhook", completed, without("webhook-timestamp")),
  "without a signature": () => post("/ai-webhook", completed, without("webhook-signature")),
  "with an empty signature": () => post("/ai-webhook", completed, { ...sign(completed), "webhook-signature": "" }),
  "with nonsense for a signature": () =>
    post("/ai-webhook", completed, { ...sign(completed), "webhook-signature": "v1,AAAA" }),
  "with nonsense for a timestamp": () =>
    post("/ai-webhook", completed, { ...sign(completed), "webhook-timestamp": "now" }),
  "signed with another secret": () => send(completed, { secret: OTHER }),
  "signed six minutes ago": () => send(completed, { agoSeconds: 360 }),
  "signed in six minutes": () => send(completed, { agoSeconds: -360 }),
  "whose timestamp was made fresh": () =>
    post("/ai-webhook", completed, {
      ...sign(completed, { agoSeconds: 360 }),
      "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
    }),
  "of another id": () => post("/ai-webhook", completed, { ...sign(completed), "webhook-id": "wh_2" }),
  "whose body was changed by one space": () => post("/ai-webhook", `${completed} `, sign(completed)),
  "about another answer": () => post("/ai-webhook", completed.replace("resp_1", "resp_2"), sign(completed)),
  "signed as Stripe does": () => post("/ai-webhook", completed, { "stripe-signature": "t=1,v1=00" }),
};
for (const [what, request] of Object.entries(forgeries)) {
  Deno.test(`an event ${what} is refused and nothing is stored`, async () => {
    const { call, database } = webhook();
    await assertProblem(await call(request()), 400, "signature_invalid");
    assert.deepEqual(database.calls, []);
  });
}

Deno.test("four minutes late is still in time", async () => {
  assert.equal((await webhook().call(send(completed, { agoSeconds: 240 }))).status, 200);
});

Deno.test("what is not an event is refused without touching the database", async () => {
  const { call, database } = webhook();
  await assertProblem(await call(new Request("http://127.0.0.1:9/ai-webhook")), 405, "method_not_allowed");
  const text = post("/ai-webhook", completed, { ...sign(completed), "content-type": "text/plain" });
  await assertProblem(await call(text), 415, "unsupported_media_type");
  await assertProblem(await call(send("{")), 400, "json_invalid");
  const long = JSON.stringify({ ...EVENT, id: "x".repeat(256) });
  for (const odd of [
    "null",
    "[]",
    "{}",
    long,
    completed.replace('"event"', '"response"'),
    completed.replace("1780315190", "-1"),
  ]) {
    await assertProblem(await call(send(odd)), 422, "invalid_input");
  }
  assert.deepEqual(database.calls, []);
});

Deno.test("a body over 64 KiB is refused, declared or streamed, signed or not", async () => {
  const { call, database } = webhook();
  await assertProblem(await call(send(`"${"x".repeat(LARGEST_EVENT_BYTES)}"`)), 413, "body_too_large");
  await assertProblem(await call(post("/ai-webhook", chunked(1024 * 1024).stream)), 413, "body_too_large");
  assert.deepEqual(database.calls, []);
});

Deno.test("not stored is 5xx, so that the provider sends it again; no log line holds the secret", async () => {
  const down = webhook(() => {
    throw unavailable("database_unavailable", 2);
  });
  await assertProblem(await down.call(send(completed)), 503, "database_unavailable");
  const odd = webhook(() => ({ something: "else" }));
  await assertProblem(await odd.call(send(completed)), 500, "internal_error");
  assert.ok(!JSON.stringify([down.call.lines, odd.call.lines]).includes(SECRET));
});
