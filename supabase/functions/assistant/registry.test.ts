// What every tool has in common: read from the registry, so that a tool that is added keeps it or the test fails.
import assert from "node:assert/strict";
import { fakeRpc } from "../_shared/testing.ts";
import { registry, tools } from "./registry.ts";
import { jsonSchema, MODULES, type Tool } from "./tool.ts";

const HERE = new URL(".", import.meta.url);
interface Schema {
  type?: string;
  format?: string;
  description?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
  items?: Schema;
  anyOf?: Schema[];
  maxItems?: number;
  maxLength?: number;
  maximum?: number;
  minimum?: number;
}

/** Every place in a schema where a value could be of any length or size. */
function unbounded(schema: Schema, path: string): string[] {
  const { type, properties = {}, items } = schema;
  const own: string[] = [];
  if (type === "object" && schema.additionalProperties !== false) own.push(`${path}: takes what it does not name`);
  if (type === "array" && (schema.maxItems ?? 1e9) > 100) own.push(`${path}: a list without an end`);
  const isShort = schema.format !== undefined || schema.enum !== undefined || (schema.maxLength ?? 1e9) <= 2_000;
  if (type === "string" && !isShort && !/\{\d+,\d+\}\$$/.test(schema.pattern ?? ""))
    own.push(`${path}: a text without an end`);
  const isNumber = type === "integer" || type === "number";
  if (isNumber && !((schema.maximum ?? 1e12) <= 1e9 && (schema.minimum ?? -1e12) >= -1e9))
    own.push(`${path}: any number`);
  return [
    ...own,
    ...Object.entries(properties).flatMap(([key, value]) => unbounded(value, `${path}.${key}`)),
    ...(items ? unbounded(items, `${path}[]`) : []),
    ...(schema.anyOf ?? []).flatMap((one) => unbounded(one, path)),
  ];
}

/** What is said of a tool's arguments, wherever in them. */
const sayings = ({ description, properties = {}, items, anyOf = [] }: Schema): string[] => [
  ...(description === undefined ? [] : [description]),
  ...[...Object.values(properties), ...(items ? [items] : []), ...anyOf].flatMap(sayings),
];

Deno.test("each tool has its own file, named as it is, in the folder of its module", async () => {
  const files: string[] = [];
  for (const module of MODULES) {
    for await (const { name } of Deno.readDir(new URL(`tools/${module}/`, HERE))) files.push(`${module}/${name}`);
  }
  assert.deepEqual(tools.map(({ module, name }) => `${module}/${name.replaceAll("_", "-")}.ts`).sort(), files.sort());
  assert.equal(registry.size, tools.length, "no name is taken twice");
  assert.ok(tools.length >= 40);
});

for (const tool of tools) {
  Deno.test(`${tool.name} is described, strict and bounded`, () => {
    assert.match(tool.name, /^[a-z]+(_[a-z]+)*$/);
    assert.match(tool.description, /^[A-Z].{40,500}\.$/);
    assert.match(tool.permission, /^[a-z]+\.[a-z]+$/);
    assert.deepEqual(unbounded(jsonSchema(tool) as Schema, tool.name), []);
    for (const said of sayings(jsonSchema(tool) as Schema)) assert.match(said, /^[A-Z][^\n]*[^\s]\.$/, "a sentence");
    for (const wrong of [null, [], "x", {}, { venue_id: "x" }, { venue_id: VENUE, sql: "select 1" }]) {
      assert.equal(tool.arguments.safeParse(wrong).success, false, JSON.stringify(wrong));
    }
  });

  Deno.test(`${tool.name}, called past its handler, still refuses what it does not take`, async () => {
    const { calls, call } = recording();
    await assert.rejects(async () => await tool.run(call, { venue_id: VENUE, role: "owner" }), { name: "ZodError" });
    assert.deepEqual(calls, []);
  });
}

Deno.test("a change makes one call, which proposes it", async () => {
  const { calls, call } = recording();
  const tool = registry.get("archive_items") as Tool;
  await tool.run(call, { venue_id: VENUE, menu_item_ids: [VENUE] });
  assert.deepEqual(calls, [
    {
      name: "propose_change",
      args: { p_venue_id: VENUE, p_tool: "archive_items", p_arguments: { menu_item_ids: [VENUE] } },
    },
  ]);
});

const VENUE = "9a2b7c44-1d3e-4b5f-8a6c-7e9d0f1a2b33";

function recording() {
  const { rpc, calls } = fakeRpc({ propose_change: () => ({}) });
  const trace = { traceId: "0".repeat(32), spanId: "0".repeat(16), parentSpanId: null, sampled: false };
  return { calls, call: ((name, args) => rpc(name, args, trace as never)) as Parameters<Tool["run"]>[0] };
}
