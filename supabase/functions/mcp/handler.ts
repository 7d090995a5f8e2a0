// The assistant's tools by the Model Context Protocol (streamable HTTP), for other people's programs and models. The same
// registry, run in the same way and with the token of the person whose program it is. Nothing is kept between two requests;
// one message comes at a time. What a tool refuses is an answer that a model can read, never a fault of the protocol.
import { createMcpHandler } from "@modelcontextprotocol/server";
import { parseJson, readBytes } from "../_shared/body.ts";
import { Problem, problem } from "../_shared/problem.ts";
import type { Call, FunctionOptions } from "../_shared/serve.ts";
import { type AssistantDependencies, LARGEST_BODY_BYTES, member } from "../assistant/run-tool.ts";
import { createToolServer } from "./tool-server.ts";

export function mcpRoutes(dependencies: AssistantDependencies): FunctionOptions["routes"] {
  return {
    "POST /": async (call) => {
      const caller = await challenged(dependencies, call.request);
      const message = parseJson(await readBytes(call.request, LARGEST_BODY_BYTES));
      if (Array.isArray(message)) throw problem("invalid_input", { detail: "One message at a time." });
      const server = createMcpHandler(() => createToolServer(dependencies, caller, call), {
        // Nothing changes here by itself, so there is nothing to listen for.
        maxSubscriptions: 0,
        onerror: (error) => call.log.write("warn", "protocol", { error: error.name }),
      });
      return server.fetch(call.request, { parsedBody: message });
    },
  };
}

/** Programs learn from this header, and not from the body, that they have to bring a token. */
async function challenged(dependencies: AssistantDependencies, request: Call["request"]) {
  try {
    return await member(dependencies, request);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    const reason = error.code === "token_invalid" ? ', error="invalid_token"' : "";
    throw new Problem({ ...error.fields, headers: { "www-authenticate": `Bearer realm="servio"${reason}` } });
  }
}
