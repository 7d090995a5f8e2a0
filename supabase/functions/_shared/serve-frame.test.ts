// What the frame around functions writes down and reports, and what it tells browsers.
import assert from "node:assert/strict";
import { createLog } from "./log.ts";
import { Problem, unavailable } from "./problem.ts";
import { createFunction, describe, json } from "./serve.ts";

const ID = "0b7f6b3e-1b9d-4d7c-8f43-7d4c3f6f2a10";
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

function framed(cors = false) {
  const lines: Record<string, unknown>[] = [];
  const reports: unknown[][] = [];
  const call = createFunction({
    name: "things",
    cors,
    log: createLog({}, (line) => lines.push(JSON.parse(line))),
    report: (...given) => reports.push(given),
    routes: {
      "GET /": () => json({ root: true }, 201, { "x-more": "1", "content-type": "text/html" }),
      "POST /": () => json({}),
      "POST /only": () => json({}),
      "GET /away": () => {
        throw unavailable("database_unavailable", 2, new TypeError("no route to host\nat secret.ts"));
      },
      "GET /refused": () => {
        throw new Problem({ code: "out_of_stock", status: 409, detail: "Two are left." });
      },
      "GET /broken": () => {
        throw new RangeError("too far");
      },
    },
  });
  const get = (path: string, init: RequestInit = {}) => {
    const headers = { "x-request-id": ID, traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, ...init.headers };
    return call(new Request(`http://127.0.0.1:9${path}`, { ...init, headers }));
  };
  return { get, lines, reports };
}

Deno.test("an answer is JSON that nobody keeps, with its status and headers", async () => {
  const response = await framed().get("/things");
  assert.equal(response.status, 201);
  const named = ["content-type", "cache-control", "x-more"].map((name) => response.headers.get(name));
  assert.deepEqual(named, ["application/json", "no-store", "1"]);
  assert.equal(json({}).status, 200);
});

Deno.test("a fault is reported with the ids under which it is found; a refusal is nobody's fault", async () => {
  const { get, lines, reports } = framed();
  await get("/things/broken");
  const [[error, tags] = []] = reports;
  assert.ok(error instanceof RangeError);
  assert.deepEqual(tags, { request_id: ID, trace_id: TRACE });
  assert.equal(lines[0]?.error, "RangeError: too far");
  assert.deepEqual([lines[1]?.status, lines[1]?.code, lines[1]?.path], [500, "internal_error", "/broken"]);
  await get("/things/refused");
  assert.equal(reports.length, 1);
  const said = lines.slice(2).map(({ level, message, code, status }) => [level, message, code, status]);
  assert.deepEqual(said, [["info", "request", "out_of_stock", 409]]);
});

Deno.test("what may pass is written down with its cause, of which the caller reads nothing", async () => {
  const { get, lines, reports } = framed();
  const response = await get("/things/away");
  assert.doesNotMatch(await response.text(), /no route/);
  assert.deepEqual([response.status, response.headers.get("retry-after"), reports.length], [503, "2", 0]);
  assert.deepEqual(
    lines.map(({ level, message, code, cause }) => [level, message, code, cause]),
    [
      ["warn", "refused because", "database_unavailable", "TypeError: no route to host"],
      ["error", "request", "database_unavailable", undefined],
    ],
  );
});

Deno.test("an error is written down by its name and first line, cut short", () => {
  assert.equal(describe(new TypeError("one\ntwo")), "TypeError: one");
  assert.equal(describe("thrown"), "thrown");
  assert.equal(describe(new Error("x".repeat(1_000))).length, 300);
});

Deno.test("each method that a path answers is named, HEAD with GET and OPTIONS for browsers", async () => {
  const allowed = async (path: string, cors: boolean) =>
    (await framed(cors).get(path, { method: "DELETE" })).headers.get("allow");
  assert.deepEqual(
    [await allowed("/things", false), await allowed("/things/only", false), await allowed("/things/away", true)],
    ["GET, POST, HEAD", "POST", "GET, HEAD, OPTIONS"],
  );
  assert.equal((await framed().get("/things/only", { method: "HEAD" })).status, 405);
  const head = await framed().get("/things", { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("x-more"), await head.text()], [201, "1", ""]);
});

Deno.test("browsers may send what clients send, read what tells them to wait, and remember it for an hour", async () => {
  const { headers } = await framed(true).get("/things", { method: "OPTIONS" });
  const list = (name: string) => (headers.get(name) ?? "").split(", ").sort();
  assert.deepEqual(list("access-control-allow-headers"), [
    ...["apikey", "authorization", "content-type", "traceparent", "x-client-info", "x-request-id"],
  ]);
  assert.deepEqual(list("access-control-expose-headers"), ["retry-after", "x-request-id"]);
  assert.deepEqual(list("access-control-allow-origin"), ["*"]);
  assert.equal(headers.get("access-control-max-age"), "3600");
});

Deno.test("an id that is no uuid is not the caller's to choose", async () => {
  for (const odd of [`${ID}0`, `0${ID}`, ID.toUpperCase(), ID.slice(1)]) {
    const given = (await framed().get("/things", { headers: { "x-request-id": odd } })).headers.get("x-request-id");
    assert.ok(given !== odd && given?.length === 36, odd);
  }
});
