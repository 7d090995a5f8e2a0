import assert from "node:assert/strict";
import { createCallerClient } from "./caller-client.ts";
import { readPostgrestFailure } from "./database-error.ts";
import { Problem } from "./problem.ts";
import { createDatabaseGuard, createRpc, type Rpc } from "./rpc.ts";
import { createServiceClient } from "./service-client.ts";
import { traceOf } from "./trace.ts";

const trace = traceOf("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
type Seen = { readonly url: string; readonly headers: Headers };
type Answer = { status: number; body: unknown } | "hang";

/** The real client library against a server that says what PostgREST says. */
async function againstPostgrest(answers: Answer[], test: (rpc: Rpc, seen: Seen[], url: string) => Promise<void>) {
  const seen: Seen[] = [];
  const hanging: (() => void)[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    seen.push({ url: request.url, headers: new Headers(request.headers) });
    await request.body?.cancel();
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === "hang") await new Promise<void>((resolve) => hanging.push(resolve));
    const { status, body } = answer === "hang" || answer === undefined ? { status: 500, body: {} } : answer;
    return Response.json(body, { status });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const client = createServiceClient({ SUPABASE_URL: url, SUPABASE_SECRET_KEYS: { default: "sb_secret_1" } });
  try {
    await test(createRpc(client, createDatabaseGuard({ timeoutMs: 200 })), seen, url);
  } finally {
    for (const open of hanging) open();
    await server.shutdown();
  }
}

const failure = (status: number, code: string, message = "m") => ({
  status,
  body: { code, message, details: "the detail", hint: "the hint" },
});

async function met(answers: Answer[]): Promise<{ error: unknown; calls: number }> {
  const result = { error: null as unknown, calls: 0 };
  await againstPostgrest(answers, async (rpc, seen) => {
    result.error = await rpc("get_health", {}, trace).then(
      () => null,
      (error: unknown) => error,
    );
    result.calls = seen.length;
  });
  return result;
}

Deno.test("a call carries the key, the trace and its arguments, and returns what came back", async () => {
  await againstPostgrest([{ status: 200, body: { payment_id: "p", status: "pending" } }], async (rpc, seen) => {
    const answer = await rpc("attach_payment", { p_payment_id: "p", p_provider_reference: "pi_1" }, trace);
    assert.deepEqual(answer, { payment_id: "p", status: "pending" });
    const [request] = seen;
    assert.equal(new URL(request?.url ?? "").pathname, "/rest/v1/rpc/attach_payment");
    assert.equal(request?.headers.get("apikey"), "sb_secret_1");
    assert.equal(request?.headers.get("traceparent"), `00-4bf92f3577b34da6a3ce929d0e0e4736-${trace.spanId}-01`);
  });
});

Deno.test("a guest's client carries the publishable key, a user's his token, neither a secret", async () => {
  await againstPostgrest([{ status: 200, body: {} }], async (_rpc, seen, url) => {
    const env = { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEYS: { default: "sb_publishable_1" } };
    const user = { outcome: "matched", kind: "user", userId: "u", token: "user.jwt.token" } as const;
    for (const caller of [{ outcome: "absent" } as const, user, { outcome: "matched", kind: "secret" } as const]) {
      const rpc = createRpc(createCallerClient(env, caller), createDatabaseGuard());
      await rpc("start_payment", { p_session_token: "t", p_order_id: "o" }, trace);
    }
    const sent = seen.map(({ headers }) => [headers.get("apikey"), headers.get("authorization")]);
    const guest = ["sb_publishable_1", "Bearer sb_publishable_1"];
    assert.deepEqual(sent, [guest, ["sb_publishable_1", "Bearer user.jwt.token"], guest]);
  });
});

Deno.test("a refusal keeps the database's code, status, detail and hint, and is not repeated", async () => {
  const { error, calls } = await met([failure(409, "PT409", "order_already_paid")]);
  assert.ok(error instanceof Problem);
  const { code, status, detail, hint } = error.fields;
  assert.deepEqual([code, status, detail, hint], ["order_already_paid", 409, "the detail", "the hint"]);
  assert.equal(calls, 1);
});

Deno.test("who asks too often is told when to ask again", async () => {
  const { error, calls } = await met([failure(429, "PT429", "rate_limited")]);
  assert.ok(error instanceof Problem && error.code === "rate_limited");
  const seconds = Number(error.fields.headers?.["retry-after"]);
  assert.ok(seconds >= 1 && seconds <= 60);
  assert.equal(calls, 1);
});

Deno.test("a refused token stays one", async () => {
  const { error } = await met([failure(401, "PGRST301", "JWT expired")]);
  assert.ok(error instanceof Problem && error.code === "token_invalid");
});

for (const [what, status, code] of [
  ["a deadlock", 500, "40P01"],
  ["a serialization failure", 500, "40001"],
  ["a lock that was not to be had", 500, "55P03"],
  ["a lost connection", 503, "PGRST000"],
  ["a shutdown", 503, "57P01"],
  ["a connection that broke under the statement", 400, ""],
  ["too many connections", 503, "53300"],
] as const) {
  Deno.test(`${what} is tried again, and 503 when it stays`, async () => {
    const said = failure(status, code, code && "m");
    await againstPostgrest([said, { status: 200, body: 7 }], async (rpc, seen) => {
      assert.equal(await rpc("relay_outbox", {}, trace), 7);
      assert.equal(seen.length, 2);
    });
    const { error, calls } = await met([said]);
    assert.ok(error instanceof Problem && error.code === "database_unavailable" && error.status === 503);
    assert.match(error.fields.headers?.["retry-after"] ?? "", /^\d+$/);
    assert.equal(calls, 3);
  });
}

Deno.test("silence and a closed port are 503 as well", async () => {
  const silent = await met(["hang"]);
  assert.ok(silent.error instanceof Problem && silent.error.code === "database_unavailable");
  const closed = createServiceClient({ SUPABASE_URL: "http://127.0.0.1:1", SUPABASE_SECRET_KEYS: { default: "k" } });
  await assert.rejects(
    createRpc(closed, createDatabaseGuard())("get_health", {}, trace),
    (error) => error instanceof Problem && error.code === "database_unavailable",
  );
});

Deno.test("what the database should never have been asked is a fault, neither repeated nor shown", async () => {
  for (const [status, code] of [
    [400, "22P02"],
    [404, "PGRST202"],
    [403, "42501"],
    [400, "P0001"],
  ] as const) {
    const { error, calls } = await met([failure(status, code)]);
    assert.ok(error instanceof Error && !(error instanceof Problem), code);
    assert.equal(calls, 1);
  }
});

Deno.test("a database that is away is left alone for a while; one that only gave way to somebody else is not away", async () => {
  for (const [status, code, state] of [
    [503, "PGRST000", "open"],
    [500, "40P01", "closed"],
    [403, "42501", "closed"],
  ] as const) {
    const guard = createDatabaseGuard({ retries: 0 });
    for (let call = 0; call < 8; call += 1) {
      assert.equal(guard.state(), "closed");
      const error = readPostgrestFailure({ status, code, message: "m", details: null, hint: null });
      await assert.rejects(guard.run(() => Promise.reject(error), { repeatable: true }));
    }
    assert.equal(guard.state(), state, code);
  }
});
