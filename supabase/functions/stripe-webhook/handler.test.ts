import assert from "node:assert/strict";
import Stripe from "stripe";
import { Problem, unavailable } from "../_shared/problem.ts";
import { createVerifySignature } from "../_shared/signature.ts";
import { assertProblem, chunked, fakeRpc, NOW, post, testFunction } from "../_shared/testing.ts";
import { LARGEST_EVENT_BYTES, webhookRoutes } from "./handler.ts";

const SECRET = "whsec_tests";
const read = (name: string) => Deno.readTextFileSync(new URL(`./fixtures/${name}.json`, import.meta.url));
const succeeded = read("payment-intent-succeeded");
const unknownType = read("customer-created");
const stored = { event_id: "evt_1", duplicate: false, status: "applied", outcome: "settled" };

function webhook(record: (args: Record<string, unknown>) => unknown = () => stored) {
  const database = fakeRpc({ record_provider_event: record });
  const verifySignature = createVerifySignature(SECRET, () => NOW.getTime());
  const routes = webhookRoutes({ rpc: database.rpc, verifySignature, livemode: false });
  return { call: testFunction({ name: "stripe-webhook", routes, cors: false }), database };
}

/** A real signature: HMAC-SHA256 over timestamp and body, made as Stripe documents it. */
async function sign(payload: string, { secret = SECRET, agoSeconds = 0 } = {}): Promise<Record<string, string>> {
  const timestamp = Math.floor(NOW.getTime() / 1000) - agoSeconds;
  const encode = (text: string) => new TextEncoder().encode(text);
  const key = await crypto.subtle.importKey("raw", encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, encode(`${timestamp}.${payload}`)));
  const hex = Array.from(mac, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { "stripe-signature": `t=${timestamp},v1=${hex}` };
}

const send = async (payload: string, how: Parameters<typeof sign>[1] = {}) =>
  post("/stripe-webhook", payload, await sign(payload, how));

Deno.test("our signature is the one Stripe's own library makes", async () => {
  const header = await Stripe.webhooks.generateTestHeaderStringAsync({
    payload: succeeded,
    secret: SECRET,
    timestamp: NOW.getTime() / 1000,
  });
  assert.equal((await sign(succeeded))["stripe-signature"], header);
});

Deno.test("a signed event is stored whole, with the provider's clock", async () => {
  const { call, database } = webhook();
  const response = await call(await send(succeeded));
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { received: true, duplicate: false, status: "applied" });
  assert.deepEqual(database.calls, [
    {
      name: "record_provider_event",
      args: {
        p_provider: "stripe",
        p_event_id: "evt_3PYq2eLkdIwHu7ix1yWmZ3aB",
        p_type: "payment_intent.succeeded",
        p_created_at: "2026-06-01T11:59:50.000Z",
        p_payload: JSON.parse(succeeded),
        p_livemode: false,
      },
    },
  ]);
});

Deno.test("an event of an unknown type is stored like any other", async () => {
  const { call, database } = webhook(() => ({ ...stored, status: "ignored", outcome: "type_not_handled" }));
  assert.equal((await call(await send(unknownType))).status, 200);
  assert.equal(database.calls[0]?.args.p_type, "customer.created");
});

for (const status of ["applied", "ignored", "deferred", "quarantined", "resolved"]) {
  Deno.test(`stored is 200: ${status}, the first time and again`, async () => {
    for (const duplicate of [false, true]) {
      const { call } = webhook(() => ({ ...stored, status, duplicate }));
      assert.equal((await call(await send(succeeded))).status, 200);
    }
  });
}

Deno.test("a quarantined event is a warning in the log; no log line holds what the event says", async () => {
  const { call } = webhook(() => ({ ...stored, status: "quarantined", outcome: "amount_mismatch" }));
  await call(await send(succeeded));
  const line = call.lines.find(({ message }) => message === "event");
  assert.deepEqual([line?.level, line?.outcome], ["warn", "amount_mismatch"]);
  assert.doesNotMatch(JSON.stringify(call.lines), /brûlée|_secret_|1850/);
});

Deno.test("not stored is 5xx, so that Stripe sends it again", async () => {
  const down = webhook(() => {
    throw unavailable("database_unavailable", 2);
  });
  await assertProblem(await down.call(await send(succeeded)), 503, "database_unavailable");
  const broken = webhook(() => {
    throw new Error("unexpected");
  });
  await assertProblem(await broken.call(await send(succeeded)), 500, "internal_error");
  const odd = webhook(() => ({ something: "else" }));
  await assertProblem(await odd.call(await send(succeeded)), 500, "internal_error");
});

Deno.test("events of connected accounts are signed with a secret of their own, and no other fits", async () => {
  const verify = createVerifySignature([SECRET, "whsec_connected"], () => NOW.getTime());
  const body = new TextEncoder().encode(succeeded);
  for (const secret of [SECRET, "whsec_connected"]) {
    await verify(body, (await sign(succeeded, { secret }))["stripe-signature"] ?? null);
  }
  const other = (await sign(succeeded, { secret: "whsec_other" }))["stripe-signature"] ?? null;
  await assert.rejects(verify(body, other), (error) => error instanceof Problem && error.code === "signature_invalid");
});

const forgeries: Record<string, () => Promise<Request>> = {
  "without a signature": () => Promise.resolve(post("/stripe-webhook", succeeded)),
  "with an empty signature": () => Promise.resolve(post("/stripe-webhook", succeeded, { "stripe-signature": "" })),
  "with nonsense for a signature": () =>
    Promise.resolve(post("/stripe-webhook", succeeded, { "stripe-signature": "t=now,v1=00" })),
  "signed with another secret": () => send(succeeded, { secret: "whsec_other" }),
  "signed six minutes ago": () => send(succeeded, { agoSeconds: 360 }),
  "whose body was changed by one space": async () => post("/stripe-webhook", `${succeeded} `, await sign(succeeded)),
  "whose amount was changed": async () =>
    post("/stripe-webhook", succeeded.replaceAll("1850", "1"), await sign(succeeded)),
  "whose signature is for another event": async () => post("/stripe-webhook", succeeded, await sign(unknownType)),
  "whose timestamp was made fresh": async () => {
    const old = (await sign(succeeded, { agoSeconds: 360 }))["stripe-signature"] ?? "";
    const fresh = old.replace(/t=\d+/, `t=${NOW.getTime() / 1000}`);
    return post("/stripe-webhook", succeeded, { "stripe-signature": fresh });
  },
  "signed with an old scheme only": async () => {
    const header = (await sign(succeeded))["stripe-signature"] ?? "";
    return post("/stripe-webhook", succeeded, { "stripe-signature": header.replace("v1=", "v0=") });
  },
};
for (const [what, request] of Object.entries(forgeries)) {
  Deno.test(`an event ${what} is refused and nothing is stored`, async () => {
    const { call, database } = webhook();
    await assertProblem(await call(await request()), 400, "signature_invalid");
    assert.deepEqual(database.calls, []);
  });
}

Deno.test("four minutes late is still in time", async () => {
  assert.equal((await webhook().call(await send(succeeded, { agoSeconds: 240 }))).status, 200);
});

Deno.test("what is not an event is refused without touching the database", async () => {
  const { call, database } = webhook();
  const get = new Request("http://127.0.0.1:9/stripe-webhook");
  await assertProblem(await call(get), 405, "method_not_allowed");
  const text = post("/stripe-webhook", succeeded, { ...(await sign(succeeded)), "content-type": "text/plain" });
  await assertProblem(await call(text), 415, "unsupported_media_type");
  await assertProblem(await call(await send("{")), 400, "json_invalid");
  for (const odd of [
    "null",
    "[]",
    "{}",
    succeeded.replace('"event"', '"charge"'),
    succeeded.replace("1780315190", "-1"),
  ]) {
    await assertProblem(await call(await send(odd)), 422, "invalid_input");
  }
  assert.deepEqual(database.calls, []);
});

Deno.test("a body over 256 KiB is refused, declared or streamed, signed or not", async () => {
  const { call, database } = webhook();
  await assertProblem(await call(await send(`"${"x".repeat(LARGEST_EVENT_BYTES)}"`)), 413, "body_too_large");
  const { stream } = chunked(4 * 1024 * 1024);
  await assertProblem(await call(post("/stripe-webhook", stream)), 413, "body_too_large");
  assert.deepEqual(database.calls, []);
});

Deno.test("what the database refuses to store is passed on as its refusal", async () => {
  const { call } = webhook(() => {
    throw new Problem({ code: "invalid_input", status: 422, detail: "not of the provider's form" });
  });
  await assertProblem(await call(await send(succeeded)), 422, "invalid_input");
});
