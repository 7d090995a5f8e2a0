// What the model reads: in which order, as what, and what of it is left out when there is too much.
import assert from "node:assert/strict";
import { estimateTokens } from "../_shared/model-settings.ts";
import { inputTokens } from "./ask-model.ts";
import { createFence } from "./fence.ts";
import { opening } from "./instructions.ts";
import { LIMITS, trimmed } from "./turn.ts";
import { inputOf, recent } from "./turn-input.ts";

Deno.test("of what was said earlier, the last that fits", () => {
  const said = ["a", "b", "c"].map((letter) => ({ said_by: "person" as const, text: letter.repeat(60) }));
  assert.deepEqual(recent(said, 1_000), said);
  assert.deepEqual(recent(said, 70), said.slice(1));
  assert.deepEqual(recent(said, 0), []);
  const one = estimateTokens(JSON.stringify(said[2]));
  assert.deepEqual([recent(said, one), recent(said, one - 1)], [said.slice(2), []]);
});

Deno.test("what the model reads: the number of the marks from us, the rest as data, the question as it was put", () => {
  const fence = createFence("n");
  const first = { role: "developer", content: opening("n") };
  const question = { role: "user", content: "Hello" };
  assert.match(first.content, /\bn\b/);
  assert.deepEqual(inputOf(fence, "Hello"), [first, question]);
  assert.deepEqual(inputOf(fence, "Hello", { earlier: [] }), [first, question]);
  const earlier = [{ said_by: "person" as const, text: "Hi" }];
  const venue = { name: "V", currency: "GBP", locale: "en", timezone: "UTC", business_date: "2026-06-01" };
  assert.deepEqual(inputOf(fence, "Hello", { venue, earlier }), [
    first,
    { role: "user", content: fence.data("venue", venue) },
    { role: "user", content: fence.data("earlier", earlier) },
    question,
  ]);
});

Deno.test("what is forgotten is as little as will do: answers of tools, the oldest first, and nothing else", () => {
  const output = (call_id: string) => ({ type: "function_call_output" as const, call_id, output: "x".repeat(900) });
  const call = { type: "function_call" as const, call_id: "a", name: "search_menu", arguments: "{}" };
  const items = [{ role: "user" as const, content: "y".repeat(900) }, call, output("a"), output("b")];
  const question = { instructions: "", tools: [], input: items, mostOutputTokens: 0, safetyIdentifier: "" };
  const fence = createFence("n");
  const within = (most: number) => trimmed(items, { question, fence, limits: { ...LIMITS, inputTokens: most } });
  const leftOut = (call_id: string) => ({
    type: "function_call_output",
    call_id,
    output: fence.data("earlier", "left out: too much was read; ask again for what is needed"),
  });
  const all = inputTokens(question);
  assert.deepEqual(within(all), items);
  assert.deepEqual(within(all - 1), [items[0], call, leftOut("a"), output("b")]);
  assert.deepEqual(within(0), [items[0], call, leftOut("a"), leftOut("b")]);
});
