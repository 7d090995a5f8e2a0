// What a model asks for, run in a person's name: what it reads of the outcome, to the letter, and what is written down.
import assert from "node:assert/strict";
import { createLog } from "../_shared/log.ts";
import { Problem } from "../_shared/problem.ts";
import { fakeRpc, USER_ID } from "../_shared/testing.ts";
import { type Answers, OTHER_VENUE, VENUE } from "./ask.testing.ts";
import { callTool } from "./call-tool.ts";
import { registry } from "./registry.ts";
import { LARGEST_BODY_BYTES } from "./run-tool.ts";

async function run(name: string, args: unknown, answers: Answers = {}) {
  const { rpc, calls } = fakeRpc({
    use_assistant: () => ({}),
    record_assistant_call: () => ({}),
    search_menu: () => ({ items: [{ name: "Soup" }, { name: "Salad" }] }),
    ...answers,
  });
  const log = createLog({}, () => {});
  const faults: unknown[] = [];
  const { tool, ...answer } = await callTool(
    { callId: "c", name, arguments: typeof args === "string" ? args : JSON.stringify(args) },
    {
      callerRpc: () => rpc,
      registry,
      now: () => 0,
      caller: { outcome: "matched", kind: "user", userId: USER_ID, token: "t" },
      venueId: VENUE,
      call: { trace: {} as never, log, fault: (error, about) => faults.push([String(error), about]) },
    },
  );
  // As the model reads it.
  return { tool: tool?.name ?? null, ...(JSON.parse(JSON.stringify(answer)) as typeof answer), calls, faults };
}

const search = { name: "search_menu", args: { p_venue_id: VENUE, p_query: "", p_limit: 20 } };

Deno.test("what is found, how much it is, and where it was looked for", async () => {
  for (const args of [
    { query: "", limit: null },
    { venue_id: VENUE, query: "" },
  ]) {
    const { tool, outcome, rows, answer, calls } = await run("search_menu", args);
    assert.deepEqual({ tool, outcome, rows }, { tool: "search_menu", outcome: "ok", rows: 2 });
    assert.deepEqual(answer, { result: { items: [{ name: "Soup" }, { name: "Salad" }] } });
    assert.deepEqual(calls[1], search);
  }
});

interface Refusal {
  readonly what: string;
  readonly name?: string;
  readonly args: unknown;
  readonly error: { readonly code: string; readonly detail: string | RegExp; readonly hint?: string };
  readonly answers?: Answers;
}
const denied = { code: "permission_denied", detail: "needs a membership", hint: "Ask an owner." };
const refusals: Refusal[] = [
  {
    what: "no such tool",
    name: "drop_table",
    args: {},
    error: { code: "tool_not_found", detail: "GET /tools names them all." },
  },
  { what: "no JSON", args: "{oops", error: { code: "json_invalid", detail: "The arguments are not valid JSON." } },
  ...[null, [], "7", '"x"'].map((args) => ({
    what: `no object but ${JSON.stringify(args)}`,
    args,
    error: { code: "invalid_input", detail: "arguments: an object" },
  })),
  {
    what: "another venue",
    args: { venue_id: OTHER_VENUE, query: "" },
    error: { code: "permission_denied", detail: "This conversation is about one venue, and no other." },
  },
  {
    what: "an argument too many",
    args: { query: "", as: "owner" },
    error: { code: "invalid_input", detail: /^body: .*as/ },
  },
  {
    what: "what the database refuses",
    args: { query: "" },
    error: denied,
    answers: { use_assistant: () => Promise.reject(new Problem({ ...denied, status: 403 })) },
  },
];
for (const { what, name = "search_menu", args, error, answers } of refusals) {
  Deno.test(`${what}: refused in words of ours, which the model reads`, async () => {
    const { tool, outcome, rows, answer, calls, faults } = await run(name, args, answers);
    assert.deepEqual([tool, outcome, rows], [registry.has(name) ? name : null, error.code, 0]);
    const { detail } = (answer as { error: { detail: string } }).error;
    if (error.detail instanceof RegExp) assert.match(detail, error.detail);
    const expected = error.detail instanceof RegExp ? detail : error.detail;
    assert.deepEqual(answer, { error: { ...error, detail: expected } });
    assert.ok(!calls.some(({ name }) => name === "search_menu"), "it was not run");
    assert.deepEqual(faults, [], "a refusal is no fault");
  });
}

Deno.test("a fault of ours: the model learns that it failed, we learn why and where", async () => {
  const broken = { search_menu: () => Promise.reject(new TypeError("secret")) };
  const { tool, outcome, rows, answer, faults } = await run("search_menu", { query: "" }, broken);
  assert.deepEqual([tool, outcome, rows], ["search_menu", "internal_error", 0]);
  assert.deepEqual(answer, {
    error: { code: "internal_error", detail: "The tool failed. It has been reported." },
  });
  assert.deepEqual(faults, [["TypeError: secret", { tool: "search_menu" }]]);
});

Deno.test("arguments have an end, before anything is made of them", async () => {
  const padded = (letters: number) => '{"query":""}'.padEnd(letters);
  assert.equal((await run("search_menu", padded(LARGEST_BODY_BYTES))).outcome, "ok");
  const { outcome, answer } = await run("search_menu", padded(LARGEST_BODY_BYTES + 1));
  assert.equal(outcome, "invalid_input");
  assert.deepEqual(answer, { error: { code: "invalid_input", detail: "arguments: at most 65536 letters" } });
});
