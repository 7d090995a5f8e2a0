// Any tool, without a model: for apps, for people at a terminal, and what stays when no model answers.
import { parseJson, readBytes } from "../_shared/body.ts";
import { type FunctionOptions, json } from "../_shared/serve.ts";
import { type AssistantDependencies, describeTool, findTool, LARGEST_BODY_BYTES, member, runTool } from "./run-tool.ts";

export function assistantRoutes(dependencies: AssistantDependencies): FunctionOptions["routes"] {
  const { registry } = dependencies;
  return {
    "GET /tools": async ({ request }) => {
      await member(dependencies, request);
      return json({ tools: [...registry.values()].map(describeTool) });
    },
    "POST /tools/*": async (call) => {
      const caller = await member(dependencies, call.request);
      const { pathname } = new URL(call.request.url);
      const tool = findTool(registry, pathname.slice(pathname.lastIndexOf("/") + 1));
      const args = parseJson(await readBytes(call.request, LARGEST_BODY_BYTES));
      return json(await runTool({ tool, args, caller, call }, dependencies));
    },
  };
}
