// A tool is a name, what it takes, and one call of the database with the rights of whoever asks. It holds no client of its
// own and knows no other function than the one it calls; what it may do is decided by the database alone.
import { z } from "zod";
import type { Database, Json } from "../_shared/database.types.ts";
import type { RpcName } from "../_shared/rpc.ts";

export const MODULES = [
  "orders",
  "menu",
  "qr",
  "kitchen",
  "menu-media",
  "tables",
  "inventory",
  "staff",
  "analytics",
] as const;
export type Module = (typeof MODULES)[number];

type Functions = Database["public"]["Functions"];

/** A function of the database, called as the caller. */
export type CallerRpc = <Name extends RpcName>(name: Name, args: Functions[Name]["Args"]) => Promise<unknown>;

export interface Tool {
  readonly name: string;
  readonly module: Module;
  /** A paragraph, for a model and for people. */
  readonly description: string;
  /** What the database asks for beside ai.use. */
  readonly permission: string;
  /** A read runs at once; a change becomes a proposal. */
  readonly kind: "read" | "change";
  readonly arguments: z.ZodType<{ venue_id: string }>;
  run(call: CallerRpc, args: unknown): Promise<unknown>;
}

type Shape = Record<string, z.ZodType>;
interface Definition<S extends Shape> extends Pick<Tool, "name" | "module" | "description" | "permission"> {
  readonly arguments: z.ZodObject<S, z.core.$strict>;
}

/** Runs at once. `answer` asks the database once, and may shorten what it says. */
export function read<S extends Shape & { venue_id: z.ZodType<string> }>(
  definition: Definition<S> & { answer(call: CallerRpc, args: z.output<z.ZodObject<S>>): Promise<unknown> },
): Tool {
  const { answer, ...rest } = definition;
  return { ...rest, ...parsing(definition, answer), kind: "read" };
}

/** Never changes anything: has the change written down as a proposal, which a person confirms. */
export function change<S extends Shape & { venue_id: z.ZodType<string> }>(definition: Definition<S>): Tool {
  const propose = (call: CallerRpc, { venue_id, ...args }: { venue_id: string }) =>
    call("propose_change", { p_venue_id: venue_id, p_tool: definition.name, p_arguments: args as Json });
  return { ...definition, ...parsing(definition, propose as never), kind: "change" };
}

function parsing<S extends Shape>(
  definition: Definition<S>,
  answer: (call: CallerRpc, args: z.output<z.ZodObject<S>>) => Promise<unknown>,
): Pick<Tool, "arguments" | "run"> {
  const schema = definition.arguments;
  return {
    arguments: schema as unknown as Tool["arguments"],
    // Parsed here as well, so that a tool called in another way is as strict.
    run: (call, args) => answer(call, schema.parse(args) as z.output<z.ZodObject<S>>),
  };
}

export const jsonSchema = ({ arguments: schema }: Tool): unknown => z.toJSONSchema(schema, { io: "input" });
