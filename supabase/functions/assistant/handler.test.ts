import assert from "node:assert/strict";
import { Problem } from "../_shared/problem.ts";
import type { RpcName } from "../_shared/rpc.ts";
import { assertProblem, fakeRpc, KEYS, post, testFunction, testProject, USER_ID } from "../_shared/testing.ts";
import { assistantRoutes } from "./handler.ts";
import { registry, tools } from "./registry.ts";
import { LARGEST_BODY_BYTES, rowsOf } from "./run-tool.ts";

const VENUE = "9a2b7c44-1d3e-4b5f-8a6c-7e9d0f1a2b33";
const refuse =
  (code: string, status = 403) =>
  () => {
    throw new Problem({ code, status, detail: code });
  };
type Answers = Partial<Record<RpcName, (args: Record<string, unknown>) => unknown>>;

async function assistant(answers: Answers = {}) {
  const project = await testProject();
  const callers: string[] = [];
  const { rpc, calls, named } = fakeRpc({
    use_assistant: () => ({ venue_id: VENUE }),
    record_assistant_call: () => ({ call_id: 1 }),
    search_menu: () => ({ items: [{ name: "Soup" }, { name: "Salad" }] }),
    propose_change: () => ({ proposal_id: VENUE, status: "pending" }),
    ...answers,
  });
  let now = 0;
  const routes = assistantRoutes({
    identify: project.identify,
    callerRpc: (caller) => {
      callers.push(caller.outcome === "matched" && caller.kind === "user" ? caller.userId : "other");
      return rpc;
    },
    registry,
    now: () => (now += 7),
  });
  const call = testFunction({ name: "assistant", routes, cors: true });
  const authorization = `Bearer ${await project.token()}`;
  const use = (tool: string, body: BodyInit | object, headers: Record<string, string> = {}) =>
    call(post(`/assistant/tools/${tool}`, body, { authorization, ...headers }));
  return { call, use, calls, named, callers, project, authorization };
}
const search = { venue_id: VENUE, query: "so" };

Deno.test("a read: may they, the one call, the history, with the caller's own token", async () => {
  const { use, calls, callers } = await assistant();
  const response = await use("search_menu", search);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), {
    tool: "search_menu",
    kind: "read",
    result: { items: [{ name: "Soup" }, { name: "Salad" }] },
  });
  assert.deepEqual(callers, [USER_ID]);
  assert.deepEqual(calls, [
    { name: "use_assistant", args: { p_venue_id: VENUE } },
    { name: "search_menu", args: { p_venue_id: VENUE, p_query: "so", p_limit: 20 } },
    {
      name: "record_assistant_call",
      args: {
        p_venue_id: VENUE,
        p_tool: "search_menu",
        p_arguments: { venue_id: VENUE, query: "so", limit: 20 },
        p_outcome: "ok",
        p_rows: 2,
        p_latency_ms: 7,
      },
    },
  ]);
});

Deno.test("a change: proposed, not done", async () => {
  const { use, calls } = await assistant();
  const response = await use("publish_menu", { venue_id: VENUE });
  assert.deepEqual(await response.json(), {
    tool: "publish_menu",
    kind: "change",
    result: { proposal_id: VENUE, status: "pending" },
  });
  assert.deepEqual(
    calls.map(({ name }) => name),
    ["propose_change", "record_assistant_call"],
  );
});

Deno.test("whoever is no member of anything is refused before anything is asked", async () => {
  const { call, use, calls, project } = await assistant();
  const nobody = { authorization: `Bearer ${KEYS.publishable}`, apikey: KEYS.publishable };
  await assertProblem(await use("search_menu", search, nobody), 401, "not_authenticated");
  await assertProblem(await call(post("/assistant/tools/search_menu", search)), 401, "not_authenticated");
  const secret = { authorization: `Bearer ${KEYS.secret}` };
  await assertProblem(await use("search_menu", search, secret), 401, "not_authenticated");
  const forged = { authorization: `Bearer ${await project.token({}, "stranger")}` };
  await assertProblem(await use("search_menu", search, forged), 401, "token_invalid");
  await assertProblem(await call(new Request("http://127.0.0.1:9/assistant/tools")), 401, "not_authenticated");
  assert.deepEqual(calls, []);
});

Deno.test("no such tool, and no such arguments", async () => {
  const { call, use, calls, authorization } = await assistant();
  for (const name of ["drop_table", "constructor", "__proto__", "search_menu%20", "SEARCH_MENU"]) {
    await assertProblem(await use(name, search), 404, "tool_not_found");
  }
  await assertProblem(await use("search_menu/x", search), 404, "route_not_found");
  await assertProblem(await call(post("/assistant/other", {}, { authorization })), 404, "route_not_found");
  const get = new Request("http://127.0.0.1:9/assistant/tools/search_menu", { headers: { authorization } });
  await assertProblem(await call(get), 405, "method_not_allowed");
  await assertProblem(await use("search_menu", "{oops"), 400, "json_invalid");
  await assertProblem(await use("search_menu", `"${"x".repeat(LARGEST_BODY_BYTES)}"`), 413, "body_too_large");
  const wrong: [string, unknown, RegExp][] = [
    ["search_menu", {}, /venue_id/],
    ["search_menu", { ...search, venue_id: "7" }, /venue_id/],
    ["search_menu", { ...search, query: "x".repeat(101) }, /query/],
    ["search_menu", { ...search, limit: 10_000 }, /limit/],
    ["search_menu", { ...search, as: "owner" }, /as/],
    ["search_menu", [search], /body/],
    ["archive_items", { venue_id: VENUE, menu_item_ids: Array(11).fill(VENUE) }, /menu_item_ids/],
    ["advance_order", { venue_id: VENUE, order_id: VENUE, to: "cancelled" }, /to/],
    ["invite_member", { venue_id: VENUE, email: "a@example.test", role: "owner" }, /role/],
    ["create_discount", { venue_id: VENUE, name: "All", percent_bp: 3_001 }, /percent_bp/],
  ];
  for (const [tool, body, detail] of wrong) {
    const refusal = await assertProblem(await use(tool, body as object), 422, "invalid_input");
    assert.match(String(refusal.detail), detail);
  }
  assert.deepEqual(calls, []);
});

Deno.test("a refusal keeps its code, and is written down", async () => {
  const { use, named } = await assistant({ use_assistant: refuse("entitlement_exceeded") });
  await assertProblem(await use("search_menu", search), 403, "entitlement_exceeded");
  assert.deepEqual(named("search_menu" as RpcName), []);
  assert.equal(named("record_assistant_call" as RpcName)[0]?.args.p_outcome, "entitlement_exceeded");
});

Deno.test("a stranger is refused, though nothing can be written down where they do not belong", async () => {
  const { call, use } = await assistant({
    use_assistant: refuse("permission_denied"),
    record_assistant_call: refuse("permission_denied"),
  });
  await assertProblem(await use("search_menu", search), 403, "permission_denied");
  assert.match(JSON.stringify(call.lines), /not recorded/);
});

Deno.test("a fault is a fault, and is written down as one", async () => {
  const { call, use, named } = await assistant({ search_menu: () => Promise.reject(new Error("boom")) });
  await assertProblem(await use("search_menu", search), 500, "internal_error");
  assert.equal(named("record_assistant_call" as RpcName)[0]?.args.p_outcome, "internal_error");
  assert.equal(call.reported.length, 1);
});

Deno.test("what cannot be written down is not answered", async () => {
  const { use } = await assistant({ record_assistant_call: refuse("rate_limited", 429) });
  await assertProblem(await use("search_menu", search), 429, "rate_limited");
});

Deno.test("the registry, with a schema for each tool; no argument reaches the log", async () => {
  const { call, use, authorization } = await assistant();
  const response = await call(new Request("http://127.0.0.1:9/assistant/tools", { headers: { authorization } }));
  const { tools: listed } = (await response.json()) as { tools: Record<string, unknown>[] };
  assert.deepEqual(
    listed.map(({ name }) => name),
    tools.map(({ name }) => name),
  );
  for (const { input_schema } of listed) assert.equal((input_schema as { type: string }).type, "object");
  await use("search_menu", { ...search, query: "somebody's name" });
  assert.ok(!JSON.stringify(call.lines).includes("somebody"));
});

Deno.test("how much an answer holds", () => {
  assert.deepEqual([rowsOf(null), rowsOf({ a: 1 }), rowsOf([1, 2]), rowsOf({ a: [1], b: [1, 2, 3] })], [1, 1, 2, 3]);
});
