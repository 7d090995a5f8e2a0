import assert from "node:assert/strict";
import { assertProblem, KEYS, post } from "../_shared/testing.ts";
import { LARGEST_BODY_BYTES } from "./handler.ts";
import { pdf, sheets, token, tokens } from "./testing.ts";

Deno.test("who is no member, and what is no request, is refused before anything is asked", async () => {
  const { call, print, calls, project, authorization } = await sheets();
  await assertProblem(
    await print({}, { authorization: `Bearer ${KEYS.publishable}`, apikey: KEYS.publishable }),
    401,
    "not_authenticated",
  );
  await assertProblem(await call(post("/qr-sheet", {})), 401, "not_authenticated");
  await assertProblem(await print({}, { authorization: `Bearer ${KEYS.secret}` }), 401, "not_authenticated");
  await assertProblem(
    await print({}, { authorization: `Bearer ${await project.token({}, "stranger")}` }),
    401,
    "token_invalid",
  );
  await assertProblem(await call(new Request("http://127.0.0.1:9/qr-sheet")), 405, "method_not_allowed");
  await assertProblem(await call(post("/qr-sheet/other", {})), 404, "route_not_found");
  await assertProblem(await call(post("/qr-sheet", "{oops", { authorization })), 400, "json_invalid");
  await assertProblem(
    await call(post("/qr-sheet", `"${"x".repeat(LARGEST_BODY_BYTES)}"`, { authorization })),
    413,
    "body_too_large",
  );
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ venue_id: "7" }, /venue_id/],
    [{ tokens: [] }, /tokens/],
    [{ tokens: tokens(101) }, /tokens/],
    [{ tokens: ["a b"] }, /tokens\.0: not a QR token/],
    [{ tokens: ["x".repeat(256)] }, /tokens/],
    [{ format: "png" }, /format/],
    [{ paper: "a5" }, /paper/],
    [{ instruction: "x".repeat(61) }, /instruction/],
    [{ url: "https://evil.example" }, /url/],
  ];
  for (const [changes, detail] of wrong) {
    assert.match(String((await assertProblem(await print(changes), 422, "invalid_input")).detail), detail);
  }
  assert.deepEqual(calls, []);
});

Deno.test("the database's refusals reach the caller with their own code", async () => {
  const { print } = await sheets({ refusal: "permission_denied" });
  await assertProblem(await print(), 403, "permission_denied");
});

Deno.test("no token reaches the log", async () => {
  const { call, print } = await sheets();
  await pdf(await print());
  assert.match(JSON.stringify(call.lines), /"codes":2/);
  assert.ok(!JSON.stringify(call.lines).includes(token(1)));
});
