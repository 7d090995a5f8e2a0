import assert from "node:assert/strict";
import { parseJson, readBytes } from "./body.ts";
import { problem } from "./problem.ts";
import { json } from "./serve.ts";
import { assertProblem, chunked, post, testFunction } from "./testing.ts";

const LIMIT = 64 * 1024;
const routes = {
  "POST /": async ({ request }: { request: Request }) => json({ got: parseJson(await readBytes(request, LIMIT)) }),
  "GET /state": () => json({ fine: true }),
  "GET /state/*": ({ request }: { request: Request }) =>
    json({ last: new URL(request.url).pathname.split("/").at(-1) }),
  "GET /refuse": () => {
    throw problem("token_invalid", { headers: { "x-extra": "1" }, extensions: { more: 1, status: 200 } });
  },
  "GET /fault": () => {
    throw new Error("password=hunter2 is in this message");
  },
} as const;
const fn = () => testFunction({ name: "things", routes, cors: true });
const get = (path: string, init: RequestInit = {}) => new Request(`http://127.0.0.1:9${path}`, init);

Deno.test("routes by method and path, below its own name or without it", async () => {
  assert.deepEqual(await (await fn()(get("/things/state"))).json(), { fine: true });
  assert.deepEqual(await (await fn()(get("/things/state/"))).json(), { fine: true });
  assert.deepEqual(await (await fn()(post("/things", { a: 1 }))).json(), { got: { a: 1 } });
  const head = await fn()(get("/things/state", { method: "HEAD" }));
  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
});

Deno.test("a star stands for one last part, whatever it is, and the log says the star", async () => {
  const call = fn();
  assert.deepEqual(await (await call(get("/things/state/a-secret"))).json(), { last: "a-secret" });
  await assertProblem(await call(get("/things/state/a/b")), 404, "route_not_found");
  await assertProblem(await call(post("/things/state/a", {})), 405, "method_not_allowed");
  assert.ok(call.lines.some(({ path }) => path === "/state/*"));
  assert.ok(!JSON.stringify(call.lines).includes("a-secret"));
});

Deno.test("an unknown path is 404, a wrong method 405 with the right ones", async () => {
  await assertProblem(await fn()(get("/things/other")), 404, "route_not_found");
  await assertProblem(await fn()(get("/thingsx")), 404, "route_not_found");
  const wrong = await fn()(get("/things", { method: "DELETE" }));
  assert.equal(wrong.headers.get("allow"), "POST, OPTIONS");
  await assertProblem(wrong, 405, "method_not_allowed");
  await assertProblem(await fn()(get("/things")), 405, "method_not_allowed");
});

Deno.test("a browser's preflight is answered, and every answer may be read by it", async () => {
  const preflight = await fn()(get("/things", { method: "OPTIONS" }));
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-methods"), "POST, OPTIONS");
  assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /apikey.*traceparent/);
  const refusal = await fn()(get("/things/refuse"));
  assert.equal(refusal.headers.get("access-control-allow-origin"), "*");
  assert.equal(refusal.headers.get("access-control-allow-credentials"), null);
  const closed = testFunction({ name: "things", routes, cors: false });
  await assertProblem(await closed(get("/things", { method: "OPTIONS" })), 405, "method_not_allowed");
  assert.equal((await closed(get("/things/state"))).headers.get("access-control-allow-origin"), null);
});

Deno.test("a refusal keeps its headers and members, which cannot overwrite the standard ones", async () => {
  const response = await fn()(get("/things/refuse"));
  assert.equal(response.headers.get("x-extra"), "1");
  const body = await assertProblem(response, 401, "token_invalid");
  assert.equal(body.more, 1);
});

Deno.test("a fault is 500 and tells the caller nothing; it is logged and reported once", async () => {
  const call = fn();
  const response = await call(get("/things/fault"));
  const body = await assertProblem(response, 500, "internal_error");
  assert.doesNotMatch(JSON.stringify(body), /hunter2/);
  assert.equal(call.reported.length, 1);
  assert.deepEqual(
    call.lines.map(({ message, level }) => [message, level]),
    [
      ["fault", "error"],
      ["request", "error"],
    ],
  );
});

Deno.test("the body must be plain JSON in UTF-8", async () => {
  await assertProblem(
    await fn()(post("/things", "a=1", { "content-type": "text/plain" })),
    415,
    "unsupported_media_type",
  );
  await assertProblem(await fn()(post("/things", "{}", { "content-encoding": "gzip" })), 415, "unsupported_media_type");
  const untyped = new Request("http://127.0.0.1:9/things", { method: "POST", body: new Uint8Array([123, 125]) });
  await assertProblem(await fn()(untyped), 415, "unsupported_media_type");
  for (const broken of ["{", "", '{"a":1,}', "\u0000"]) {
    await assertProblem(await fn()(post("/things", broken)), 400, "json_invalid");
  }
  await assertProblem(await fn()(post("/things", new Uint8Array([0x22, 0xff, 0x22]))), 400, "json_invalid");
  const fine = await fn()(post("/things", '"é"', { "content-type": "Application/JSON; charset=utf-8" }));
  assert.deepEqual(await fine.json(), { got: "é" });
});

Deno.test("a body up to the limit passes, one byte more does not", async () => {
  const text = (bytes: number) => `"${"x".repeat(bytes - 2)}"`;
  assert.equal((await fn()(post("/things", text(LIMIT)))).status, 200);
  await assertProblem(await fn()(post("/things", text(LIMIT + 1))), 413, "body_too_large");
});

Deno.test("a body without a length is cut off at the limit", async () => {
  const { stream, sent } = chunked(64 * LIMIT);
  await assertProblem(await fn()(post("/things", stream)), 413, "body_too_large");
  assert.ok(sent() <= LIMIT + 3 * 16 * 1024, `read ${sent()} bytes`);
});

Deno.test("a declared length over the limit is refused before a byte is read", async () => {
  const { stream, sent } = chunked(64 * LIMIT);
  const headers = { "content-length": String(10 * LIMIT) };
  await assertProblem(await fn()(post("/things", stream, headers)), 413, "body_too_large");
  assert.ok(sent() <= 16 * 1024);
});

Deno.test("the caller's request id and trace go on; nonsense is replaced", async () => {
  const call = fn();
  const id = "0b7f6b3e-1b9d-4d7c-8f43-7d4c3f6f2a10";
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const response = await call(get("/things/state", { headers: { "x-request-id": id, traceparent } }));
  assert.equal(response.headers.get("x-request-id"), id);
  assert.equal(call.lines[0]?.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  assert.notEqual(call.lines[0]?.span_id, "00f067aa0ba902b7");
  const odd = await call(get("/things/state", { headers: { "x-request-id": "<script>", traceparent: "00-0-0-0" } }));
  assert.match(odd.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
});

Deno.test("a log line holds ids, status and time, and neither query nor body nor unknown paths", async () => {
  const call = fn();
  await call(post("/things?secret=query-secret", { secret: "body-secret" }));
  await call(get("/things/path-secret"));
  assert.doesNotMatch(JSON.stringify(call.lines), /-secret/);
  assert.deepEqual(Object.keys(call.lines[0] ?? {}).sort(), [
    "at",
    "function",
    "level",
    "message",
    "method",
    "ms",
    "path",
    "request_id",
    "span_id",
    "status",
    "trace_id",
  ]);
});
