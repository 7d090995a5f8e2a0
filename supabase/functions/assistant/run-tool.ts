// One way to run a tool, whoever wishes it: an app, a person at a terminal, another program by protocol, a model. Who asks
// brings their own token; the tool runs with it and with nothing else, and every call is written down with the caller's own
// rights, too.
import type { z } from "zod";
import { type Caller, type Identify, refuseInvalid } from "../_shared/caller.ts";
import { Problem, problem } from "../_shared/problem.ts";
import type { Rpc } from "../_shared/rpc.ts";
import type { Call } from "../_shared/serve.ts";
import type { Registry } from "./registry.ts";
import { type CallerRpc, jsonSchema, type Tool } from "./tool.ts";

export const LARGEST_BODY_BYTES = 64 * 1024;

export interface AssistantDependencies {
  readonly identify: Identify;
  readonly callerRpc: (caller: Exclude<Caller, { outcome: "invalid" }>) => Rpc;
  readonly registry: Registry;
  readonly now: () => number;
}

export interface Ran {
  readonly tool: string;
  readonly kind: Tool["kind"];
  readonly result: unknown;
}

export const describeTool = (tool: Tool) => ({
  name: tool.name,
  module: tool.module,
  kind: tool.kind,
  permission: tool.permission,
  description: tool.description,
  input_schema: jsonSchema(tool),
});

export type Member = Extract<Caller, { kind: "user" }>;

/** Refuses everybody but a person with a token of their own. */
export async function member({ identify }: Pick<AssistantDependencies, "identify">, request: Request): Promise<Member> {
  const caller = refuseInvalid(await identify(request.headers));
  if (caller.outcome === "absent" || caller.kind !== "user") {
    throw problem("not_authenticated", { detail: "Tools run with a member's own token." });
  }
  return caller;
}

export function findTool(registry: Registry, name: string): Tool {
  const tool = registry.get(name);
  if (!tool) throw problem("tool_not_found", { detail: "GET /tools names them all." });
  return tool;
}

/** Arguments that do not fit are refused before the database is asked anything. */
export async function runTool(
  { tool, args, caller, call }: { tool: Tool; args: unknown; caller: Member; call: Pick<Call, "trace" | "log"> },
  { callerRpc, now }: Pick<AssistantDependencies, "callerRpc" | "now">,
): Promise<Ran> {
  const parsed = tool.arguments.safeParse(args);
  if (!parsed.success) throw problem("invalid_input", { detail: explain(parsed.error) });
  const result = await recorded(tool, parsed.data, callerRpc(caller), call, now);
  return { tool: tool.name, kind: tool.kind, result };
}

type Args = z.output<Tool["arguments"]>;

async function recorded(
  tool: Tool,
  args: Args,
  rpc: Rpc,
  { trace, log }: Pick<Call, "trace" | "log">,
  now: () => number,
): Promise<unknown> {
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

export function explain(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `${path.join(".") || "body"}: ${message}`)
    .join("; ")
    .slice(0, 500);
}
