import assert from "node:assert/strict";
import { Problem, problem, problemResponse, unavailable } from "./problem.ts";
import { assertProblem } from "./testing.ts";

const IDS = { requestId: "0b7f6b3e-1b9d-4d7c-8f43-7d4c3f6f2a10", traceId: "4bf92f3577b34da6a3ce929d0e0e4736" };

/** As createFunction sends it on, with the request's id beside it. */
function sent(refusal: Problem): Response {
  const response = problemResponse(refusal, IDS);
  response.headers.set("x-request-id", IDS.requestId);
  return response;
}

Deno.test("a refusal of the functions' own carries its meaning and its remedy, unless more is known", async () => {
  const plain = await assertProblem(sent(problem("json_invalid")), 400, "json_invalid");
  assert.equal(plain.title, "Json invalid");
  assert.ok(plain.detail && plain.hint && plain.detail !== plain.hint);
  const known = problem("json_invalid", { detail: "It ends in the middle." });
  assert.deepEqual([known.fields.detail, known.fields.hint], ["It ends in the middle.", plain.hint]);
  assert.equal(known.message, "json_invalid: It ends in the middle.");
});

Deno.test("a refusal of the database's registry has its status, and no remedy of ours", async () => {
  const body = await assertProblem(sent(problem("permission_denied")), 403, "permission_denied");
  assert.equal(body.detail, "Permission denied");
  assert.ok(!("hint" in body));
  assert.equal(problem("permission_denied", { detail: "Only the owner may." }).fields.detail, "Only the owner may.");
});

Deno.test("what may pass says when to ask again, and keeps what caused it for the log", () => {
  const cause = new Error("no route");
  const refusal = unavailable("database_unavailable", 2, cause);
  const { code, status, detail, hint, headers } = refusal.fields;
  assert.deepEqual([status, code, headers], [503, "database_unavailable", { "retry-after": "2" }]);
  assert.ok(detail && hint);
  assert.equal(refusal.cause, cause);
});

Deno.test("on the wire: kept by nobody, its own headers beside ours, and no member that overwrites a standard one", async () => {
  const refusal = new Problem({
    code: "out_of_stock",
    status: 409,
    detail: "Two are left.",
    hint: "Order less.",
    headers: { "retry-after": "7", "content-type": "text/html" },
    extensions: { left: 2, status: 200, code: "fine", trace_id: "none" },
  });
  const response = sent(refusal);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.get("retry-after"), "7");
  const body = await assertProblem(response, 409, "out_of_stock");
  assert.deepEqual([body.left, body.hint, body.trace_id], [2, "Order less.", IDS.traceId]);
});
