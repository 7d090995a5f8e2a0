// The protocol over real HTTP: the function behind a port, a database that answers as told, and the official client.
import {
  type CallToolResult,
  Client,
  StreamableHTTPClientTransport,
  type VersionNegotiationMode,
} from "@modelcontextprotocol/client";
import { Problem } from "../_shared/problem.ts";
import type { RpcName } from "../_shared/rpc.ts";
import { fakeRpc, testFunction, testProject } from "../_shared/testing.ts";
import { registry } from "../assistant/registry.ts";
import { mcpRoutes } from "./handler.ts";

export const VENUE = "9a2b7c44-1d3e-4b5f-8a6c-7e9d0f1a2b33";
export const search = { venue_id: VENUE, query: "so" };
export const refuse =
  (code: string, status = 403) =>
  () => {
    throw new Problem({ code, status, detail: `because of ${code}`, hint: "Ask somebody." });
  };
type Answers = Partial<Record<RpcName, (args: Record<string, unknown>) => unknown>>;

export async function mcp(answers: Answers = {}) {
  const project = await testProject();
  const callers: string[] = [];
  const { rpc, calls } = fakeRpc({
    use_assistant: () => ({ venue_id: VENUE }),
    record_assistant_call: () => ({ call_id: 1 }),
    search_menu: () => ({ items: [{ name: "Soup" }] }),
    propose_change: () => ({ proposal_id: VENUE, status: "pending" }),
    get_access_context: () => ({
      email: "owner@example.test",
      organisations: [
        { tier: "pro", venues: [{ id: VENUE, name: "Bistro", currency: "GBP", timezone: "Europe/London", roles: [] }] },
        { tier: "pro", venues: [] },
      ],
    }),
    ...answers,
  });
  const routes = mcpRoutes({
    identify: project.identify,
    callerRpc: (caller) => {
      callers.push(caller.outcome === "matched" && caller.kind === "user" ? caller.userId : "other");
      return rpc;
    },
    registry,
    now: () => 0,
  });
  const call = testFunction({ name: "mcp", routes, cors: false });
  const authorization = `Bearer ${await project.token()}`;
  return { call, calls, callers, reported: call.reported, project, authorization };
}
type Mcp = Awaited<ReturnType<typeof mcp>>;

/** A client of another maker's, connected by TCP. */
export async function connected<T>(
  { call, authorization }: Mcp,
  work: (client: Client) => Promise<T>,
  mode: VersionNegotiationMode = "auto",
  headers: Record<string, string> = { authorization },
): Promise<T> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, call);
  const client = new Client({ name: "tests", version: "1.0.0" }, { versionNegotiation: { mode } });
  try {
    const url = new URL(`http://127.0.0.1:${server.addr.port}/mcp`);
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
    return await work(client);
  } finally {
    await client.close();
    await server.shutdown();
  }
}

interface Content {
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly detail: string };
}
export const contentOf = ({ structuredContent }: CallToolResult) => structuredContent as Content;

export const rpcMessage = (method: string, params: object = {}) => ({ jsonrpc: "2.0", id: 1, method, params });
export const accept = { accept: "application/json, text/event-stream" };
