// What the model asks for, run as if the person had asked for it themselves: the same file, the same token, the same refusals.
// Whatever is wrong with it is told to the model as the tool's answer, in words of ours; nothing of it ends the conversation.
import { Problem } from "../_shared/problem.ts";
import type { Call } from "../_shared/serve.ts";
import type { ModelCall } from "./ask-model.ts";
import { withoutNulls } from "./model-tools.ts";
import { type AssistantDependencies, findTool, LARGEST_BODY_BYTES, type Member, rowsOf, runTool } from "./run-tool.ts";
import type { Tool } from "./tool.ts";

export interface ToolContext extends Pick<AssistantDependencies, "callerRpc" | "registry" | "now"> {
  readonly caller: Member;
  readonly venueId: string;
  readonly call: Pick<Call, "trace" | "log" | "fault">;
}

export interface ToolAnswer {
  /** Null: there is no such tool. */
  readonly tool: Tool | null;
  /** ok, or a code. */
  readonly outcome: string;
  readonly rows: number;
  readonly answer: unknown;
}

export async function callTool(asked: ModelCall, context: ToolContext): Promise<ToolAnswer> {
  const tool = context.registry.get(asked.name) ?? null;
  try {
    const args = argumentsOf(asked, context.venueId);
    const { result } = await runTool({ tool: findTool(context.registry, asked.name), args, ...context }, context);
    return { tool, outcome: "ok", rows: rowsOf(result), answer: { result } };
  } catch (error) {
    if (!(error instanceof Problem)) {
      context.call.fault(error, { tool: tool?.name });
      return refused(tool, "internal_error", "The tool failed. It has been reported.");
    }
    const { code, detail, hint } = error.fields;
    return refused(tool, code, detail, hint);
  }
}

export const refused = (tool: Tool | null, code: string, detail: string, hint?: string): ToolAnswer => ({
  tool,
  outcome: code,
  rows: 0,
  answer: { error: { code, detail, hint } },
});

const invalid = (code: "json_invalid" | "invalid_input", detail: string): Problem =>
  new Problem({ code, status: 422, detail });

function argumentsOf({ arguments: text }: ModelCall, venueId: string): Record<string, unknown> {
  if (text.length > LARGEST_BODY_BYTES)
    throw invalid("invalid_input", `arguments: at most ${LARGEST_BODY_BYTES} letters`);
  let given: unknown;
  try {
    given = withoutNulls(JSON.parse(text));
  } catch {
    throw invalid("json_invalid", "The arguments are not valid JSON.");
  }
  if (given === null || typeof given !== "object" || Array.isArray(given)) {
    throw invalid("invalid_input", "arguments: an object");
  }
  const { venue_id = venueId, ...args } = given as Record<string, unknown>;
  if (venue_id !== venueId) {
    throw new Problem({
      code: "permission_denied",
      status: 403,
      detail: "This conversation is about one venue, and no other.",
    });
  }
  return { ...args, venue_id: venueId };
}
