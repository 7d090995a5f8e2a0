// What a tool's run leaves in the log, and how it is put into words and numbers.
import assert from "node:assert/strict";
import { z } from "zod";
import { Problem } from "../_shared/problem.ts";
import { assertProblem, fakeRpc, post, testFunction, testProject } from "../_shared/testing.ts";
import { assistantRoutes } from "./handler.ts";
import { registry } from "./registry.ts";
import { explain, rowsOf } from "./run-tool.ts";

const VENUE = "9a2b7c44-1d3e-4b5f-8a6c-7e9d0f1a2b33";
const denied = () => {
  throw new Problem({ code: "permission_denied", status: 403, detail: "needs a membership" });
};

async function run(name: string, answers: Parameters<typeof fakeRpc>[0], signedIn = true) {
  const project = await testProject();
  const { rpc } = fakeRpc(answers);
  const routes = assistantRoutes({ identify: project.identify, callerRpc: () => rpc, registry, now: () => 0 });
  const call = testFunction({ name: "assistant", routes, cors: true });
  const headers: Record<string, string> = signedIn ? { authorization: `Bearer ${await project.token()}` } : {};
  const response = await call(post(`/assistant/tools/${name}`, { venue_id: VENUE }, headers));
  const lines = call.lines.filter(({ message }) => message === "tool" || message === "not recorded");
  return {
    response,
    lines: lines.map(({ level, message, tool, venue_id, kind, outcome }) => ({
      level,
      message,
      tool,
      venue_id,
      kind,
      outcome,
    })),
  };
}

Deno.test("a tool that has run leaves one line: which, where, of what kind", async () => {
  const answers = { propose_change: () => ({}), record_assistant_call: () => ({}) };
  const { lines } = await run("publish_menu", answers);
  const about = { tool: "publish_menu", venue_id: VENUE, kind: "change", outcome: undefined };
  assert.deepEqual(lines, [{ level: "info", message: "tool", ...about }]);
});

Deno.test("what could not be written down leaves one line: which, and what became of it", async () => {
  const { lines, response } = await run("publish_menu", { propose_change: denied, record_assistant_call: denied });
  const about = { tool: "publish_menu", outcome: "permission_denied", venue_id: undefined, kind: undefined };
  assert.deepEqual(lines, [{ level: "warn", message: "not recorded", ...about }]);
  await assertProblem(response, 403, "permission_denied");
});

Deno.test("refusals say what to do", async () => {
  const unknown = await assertProblem((await run("nothing", {})).response, 404, "tool_not_found");
  assert.equal(unknown.detail, "GET /tools names them all.");
  const nobody = await assertProblem((await run("publish_menu", {}, false)).response, 401, "not_authenticated");
  assert.equal(nobody.detail, "Tools run with a member's own token.");
});

Deno.test("what is wrong with arguments: each place and its fault, within bounds", () => {
  const issues = (path: PropertyKey[], message: string) => ({
    code: "custom" as const,
    path,
    message,
    input: undefined,
  });
  const two = new z.ZodError([issues(["lines", 0, "id"], "is no id"), issues([], "is no object")]);
  assert.equal(explain(two), "lines.0.id: is no id; body: is no object");
  const many = new z.ZodError(Array.from({ length: 100 }, () => issues(["x"], "wrong")));
  assert.equal(explain(many).length, 500);
});

Deno.test("how much an answer holds: its longest list, and one if there is none", () => {
  const counts = [
    undefined,
    null,
    "text",
    7,
    {},
    [],
    { a: "abc" },
    { a: [] },
    [[1, 2, 3]],
    { a: [1, 2], b: { c: [1, 2, 3] } },
  ].map(rowsOf);
  assert.deepEqual(counts, [1, 1, 1, 1, 1, 1, 1, 1, 3, 2]);
});
