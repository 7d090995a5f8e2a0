// Any tool, without a model: for apps, for people at a terminal, and what stays when no model answers. Who asks brings their
// own token; the tool runs with it and with nothing else. Every call is written down, with the caller's own rights, too.
import type { z } from "zod";
import { parseJson, readBytes } from "../_shared/body.ts";
import { type Caller, type Identify, refuseInvalid } from "../_shared/caller.ts";
import { Problem, problem } from "../_shared/problem.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { type Call, type FunctionOptions, json } from "../_shared/serve.ts";
import type { Registry } from "./registry.ts";
import { type CallerRpc, jsonSchema, type Tool } from "./tool.ts";

export const LARGEST_BODY_BYTES = 64 * 1024;

export interface AssistantDependencies {
  readonly identify: Identify;
  readonly callerRpc: (caller: Exclude<Caller, { outcome: "invalid" }>) => Rpc;
  readonly registry: Registry;
  readonly now: () => number;
}

export function assistantRoutes(dependencies: AssistantDependencies): FunctionOptions["routes"] {
  const { registry } = dependencies;
  return {
    "GET /tools": async ({ request }) => {
      await member(dependencies, request);
      return json({ tools: [...registry.values()].map(describeTool) });
    },
    "POST /tools/*": async (call) => {
      const caller = await member(dependencies, call.request);
      const name = new URL(call.request.url).pathname.split("/").at(-1) ?? "";
      const tool = registry.get(name);
      if (!tool) throw problem("tool_not_found", { detail: "GET /tools names them all." });
      const parsed = tool.arguments.safeParse(parseJson(await readBytes(call.request, LARGEST_BODY_BYTES)));
      if (!parsed.success) throw problem("invalid_input", { detail: explain(parsed.error) });
      const rpc = dependencies.callerRpc(caller);
      const result = await recorded(tool, parsed.data, rpc, call, dependencies.now);
      return json({ tool: tool.name, kind: tool.kind, result });
    },
  };
}

const describeTool = (tool: Tool) => ({
  name: tool.name,
  module: tool.module,
  kind: tool.kind,
  permission: tool.permission,
  description: tool.description,
  input_schema: jsonSchema(tool),
});

async function member({ identify }: AssistantDependencies, request: Request) {
  const caller = refuseInvalid(await identify(request.headers));
  if (caller.outcome === "absent" || caller.kind !== "user") {
    throw problem("not_authenticated", { detail: "Tools run with a member's own token." });
  }
  return caller;
}

type Args = z.output<Tool["arguments"]>;

async function recorded(tool: Tool, args: Args, rpc: Rpc, { trace, log }: Call, now: () => number): Promise<unknown> {
  const startedAt = now();
  const call: CallerRpc = (name, parameters) => rpc(name, parameters, trace);
  const note = (outcome: string, rows: number) =>
    call("record_assistant_call", {
      p_venue_id: args.venue_id,
      p_tool: tool.name,
      p_arguments: args,
      p_outcome: outcome,
      p_rows: rows,
      p_latency_ms: Math.round(now() - startedAt),
    });
  let result: unknown;
  try {
    // A change asks for all of this itself.
    if (tool.kind === "read") await call("use_assistant", { p_venue_id: args.venue_id });
    result = await tool.run(call, args);
  } catch (error) {
    // Whoever is no member cannot write into this venue's history, and is refused all the same.
    const outcome = error instanceof Problem ? error.code : "internal_error";
    await note(outcome, 0).catch(() => log.write("warn", "not recorded", { tool: tool.name, outcome }));
    throw error;
  }
  // Not answered unless it is written down.
  await note("ok", rowsOf(result));
  log.write("info", "tool", { tool: tool.name, venue_id: args.venue_id, kind: tool.kind });
  return result;
}

/** How much an answer holds: the length of its longest list. */
export function rowsOf(result: unknown): number {
  const lists = result !== null && typeof result === "object" ? [result, ...Object.values(result)] : [];
  return Math.max(1, ...lists.map((value) => (Array.isArray(value) ? value.length : 0)));
}

function explain(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `${path.join(".") || "body"}: ${message}`)
    .join("; ")
    .slice(0, 500);
}
