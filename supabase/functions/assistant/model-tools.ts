// The registry as a model is shown it: strict schemas, in the part of JSON Schema that strict mode knows. Every property is
// required, what is optional may be null, and there is no venue: a conversation has one, and the model does not choose it.
import type OpenAI from "openai";
import type { Registry } from "./registry.ts";
import { jsonSchema, type Tool } from "./tool.ts";

interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly [keyword: string]: unknown;
}

const LEFT_OUT = ["$schema", "default", "minLength", "maxLength"];

export function modelTools(registry: Registry): OpenAI.Responses.FunctionTool[] {
  return [...registry.values()].map((tool) => ({
    type: "function",
    name: tool.name,
    description: tool.description,
    strict: true,
    parameters: strictSchema(tool),
  }));
}

export function strictSchema(tool: Tool): Record<string, unknown> {
  const { properties: { venue_id: _venue, ...properties } = {}, ...schema } = jsonSchema(tool) as Schema;
  return strict({ ...schema, properties });
}

function strict(schema: Schema): Record<string, unknown> {
  const { properties, required = [], items, anyOf } = schema;
  const kept = Object.entries(schema).filter(
    // A format says it shorter than its pattern does.
    ([keyword]) => !LEFT_OUT.includes(keyword) && !(keyword === "pattern" && schema.format !== undefined),
  );
  const described = description(schema);
  return {
    ...Object.fromEntries(kept),
    ...(described ? { description: described } : {}),
    ...(items ? { items: strict(items) } : {}),
    ...(anyOf ? { anyOf: anyOf.map(strict) } : {}),
    ...(properties
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, value]) => [
              name,
              required.includes(name) ? strict(value) : { anyOf: [strict(value), { type: "null" }] },
            ]),
          ),
          required: Object.keys(properties),
          additionalProperties: false,
        }
      : {}),
  };
}

/** What strict mode has no keyword for is said in words; it is checked all the same. */
function description({ description = "", maxLength, default: usual }: Schema): string {
  const more = [
    ...(typeof maxLength === "number" ? [`At most ${maxLength} letters.`] : []),
    ...(usual === undefined ? [] : [`Null is ${JSON.stringify(usual)}.`]),
  ];
  return [description, ...more].filter((part) => part !== "").join(" ");
}

/** A null stands for what was left out, at every depth: no tool takes one. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== "object") return value;
  const given = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(given.map(([key, one]) => [key, withoutNulls(one)]));
}
