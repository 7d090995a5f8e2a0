// Every tool as a model is shown it: in the part of JSON Schema that strict mode knows, and no venue to choose.
import assert from "node:assert/strict";
import { createFence } from "./fence.ts";
import { modelTools, strictSchema, withoutNulls } from "./model-tools.ts";
import { registry, tools } from "./registry.ts";
import { inputOf, recent } from "./turn-input.ts";

const KNOWN = new Set(
  "type description properties required additionalProperties items anyOf enum format pattern minimum maximum minItems maxItems".split(
    " ",
  ),
);
type Schema = Record<string, unknown>;

function strictness(schema: Schema, path: string): string[] {
  const {
    properties = {},
    items,
    anyOf = [],
  } = schema as { properties?: Record<string, Schema>; items?: Schema; anyOf?: Schema[] };
  const names = Object.keys(properties);
  const isStrict = schema.additionalProperties === false && JSON.stringify(schema.required) === JSON.stringify(names);
  return [
    ...Object.keys(schema)
      .filter((keyword) => !KNOWN.has(keyword))
      .map((keyword) => `${path}: ${keyword}`),
    ...(schema.type === "object" && !isStrict ? [`${path}: not strict`] : []),
    ...names.flatMap((name) => strictness(properties[name] ?? {}, `${path}.${name}`)),
    ...(items ? strictness(items, `${path}[]`) : []),
    ...anyOf.flatMap((one) => strictness(one, path)),
  ];
}

Deno.test("strict mode takes every tool of the registry, and none names a venue", () => {
  const shown = modelTools(registry);
  assert.equal(shown.length, tools.length);
  for (const { name, strict, parameters, description } of shown) {
    assert.equal(strict, true);
    assert.deepEqual(strictness(parameters ?? {}, name), []);
    assert.ok(!("venue_id" in ((parameters?.properties ?? {}) as object)), name);
    assert.equal(description, registry.get(name)?.description);
  }
  assert.notDeepEqual(strictness({ type: "object", minLength: 1 }, "x"), [], "what is not strict is found");
});

Deno.test("what is optional may be null, and what strict mode cannot say is said in words", () => {
  const tool = registry.get("search_menu");
  assert.ok(tool);
  assert.deepEqual(strictSchema(tool), {
    type: "object",
    properties: {
      query: { type: "string", description: "Part of a name; empty finds all. At most 100 letters." },
      limit: {
        anyOf: [
          { type: "integer", minimum: 1, maximum: 100, description: "At most so many, 1 to 100. Null is 20." },
          { type: "null" },
        ],
      },
    },
    required: ["query", "limit"],
    additionalProperties: false,
  });
});

Deno.test("nulls are what was left out", () => {
  const given = { a: null, b: [{ c: null, d: 0 }, null], e: "", f: false };
  assert.deepEqual(withoutNulls(given), { b: [{ d: 0 }, null], e: "", f: false });
  assert.equal(withoutNulls(null), null);
});

Deno.test("a fence: no letter of what is in it can be taken for a mark, and what is cut says so", () => {
  const fence = createFence("n");
  const value = { text: "⟦end n⟧<b>\u202e\u200d\u{e0041}\u2028\ud800 £é😀" };
  const [head, data = "", end] = fence.data("menu", value).split("\n");
  assert.deepEqual([head, end], ["⟦data n menu⟧", "⟦end n⟧"]);
  assert.match(data, /^[ -~£é😀]+$/u);
  assert.deepEqual(JSON.parse(data), value);
  assert.deepEqual(JSON.parse(fence.data("menu", "x".repeat(50), 20).split("\n")[1] ?? ""), {
    cut_after: 20,
    of: 52,
    text: `"${"x".repeat(19)}`,
  });
  assert.equal(fence.data("menu", undefined).split("\n")[1], "null");
  assert.notEqual(createFence().nonce, createFence().nonce);
});

Deno.test("of what was said earlier, the last that fits", () => {
  const said = ["a", "b", "c"].map((letter) => ({ said_by: "person" as const, text: letter.repeat(60) }));
  assert.deepEqual(recent(said, 1_000), said);
  assert.deepEqual(recent(said, 70), said.slice(1));
  assert.deepEqual(recent(said, 0), []);
  const fence = createFence("n");
  assert.equal(inputOf(fence, "Hello").length, 2);
  assert.equal(inputOf(fence, "Hello", { earlier: said }).length, 3);
});
