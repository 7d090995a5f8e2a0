// One port in front of everything, as on hosted Supabase: /rest/v1, /auth/v1, /functions/v1, /realtime/v1/websocket.
// It trusts nothing a caller says about itself: API keys are compared with ours, tokens are verified where the rules ask
// for it, forwarding headers are rewritten. Row level security in Postgres stays the judge of what a role may see.
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { apiAccess, functionRefusal, roleTokens } from "./gateway-access.ts";
import { CORS_HEADERS, createProxy, type Part, sendJson } from "./gateway-proxy.ts";
import type { Keys } from "./keys.ts";
import { startRealtime } from "./realtime.ts";
import { tokenVerifier } from "./verify-token.ts";

export type FunctionSettings = Record<string, { verifyJwt: boolean }>;

export type GatewayOptions = {
  port: number;
  keys: Keys;
  authPort: number;
  restPort: number;
  functionsPort: number;
  /** Asked on every call, so that a new function or a changed verify_jwt needs no restart. */
  functionSettings: () => FunctionSettings;
  adminDbUrl: string;
};

export type Gateway = { close(): Promise<void> };

// Reached from e-mails, providers and token verifiers, which carry no API key.
const OPEN_AUTH_ROUTE = /^\/auth\/v1\/(verify|callback|authorize|health|\.well-known\/.+)$/;
const FUNCTION_ROUTE = /^\/functions\/v1\/([A-Za-z][\w-]*)(\/.*)?$/;
const CLOSE_GRACE_MS = 300;

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { keys } = options;
  const rest: Part = { name: "rest", port: options.restPort, answerWithinMs: 60_000 };
  const auth: Part = { name: "auth", port: options.authPort, answerWithinMs: 60_000 };
  const functions: Part = { name: "functions", port: options.functionsPort, answerWithinMs: 150_000 };
  const verify = await tokenVerifier(keys);
  const roleToken = roleTokens(keys);
  const proxy = createProxy(options.port);

  async function route(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = req.url ?? "/";
    const mark = url.indexOf("?");
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = mark < 0 ? "" : url.slice(mark);

    if (path.startsWith("/rest/v1/") || path === "/rest/v1") {
      if (req.method === "OPTIONS") return preflight(req, res);
      const inQuery = query.includes("apikey=") ? new URLSearchParams(query) : null;
      const access = apiAccess(req, inQuery, roleToken);
      if (!access.ok) return sendJson(res, access.refusal.status, access.refusal.body);
      // PostgREST would read a key in the query as a filter on a column of that name.
      inQuery?.delete("apikey");
      const target = (path.slice("/rest/v1".length) || "/") + (inQuery ? `?${inQuery}` : query);
      return proxy.forward(req, res, { part: rest, path: target, authorization: access.authorization, cors: true });
    }
    if (path.startsWith("/functions/v1/")) return callFunction(req, res, path, query);
    if (path.startsWith("/auth/v1/")) {
      if (req.method === "OPTIONS") return preflight(req, res);
      if (OPEN_AUTH_ROUTE.test(path)) return proxy.forward(req, res, { part: auth, path: url, cors: true });
      const access = apiAccess(req, new URLSearchParams(query), roleToken);
      if (!access.ok) return sendJson(res, access.refusal.status, access.refusal.body);
      return proxy.forward(req, res, { part: auth, path: url, authorization: access.authorization, cors: true });
    }
    if (path === "/health") return sendJson(res, 200, { status: "ok" });
    sendJson(res, 404, { message: "no Route matched with those values" });
  }

  async function callFunction(req: IncomingMessage, res: ServerResponse, path: string, query: string): Promise<void> {
    const name = FUNCTION_ROUTE.exec(path)?.[1];
    const settings = options.functionSettings();
    if (!name || !Object.hasOwn(settings, name)) {
      return sendJson(res, 404, { code: "NOT_FOUND", message: "Requested function was not found" });
    }
    // A browser's preflight carries no credentials: the function answers it by its own CORS rules.
    if (settings[name]?.verifyJwt !== false && req.method !== "OPTIONS") {
      const refusal = await functionRefusal(req, verify);
      if (refusal) return sendJson(res, refusal.status, refusal.body);
    }
    // As on hosted, the function sees /<name>/… as its path.
    proxy.forward(req, res, { part: functions, path: path.slice("/functions/v1".length) + query, cors: false });
  }

  const server = http.createServer((req, res) => {
    route(req, res).catch((error: unknown) => {
      console.error("[gateway]", error);
      if (res.headersSent) res.destroy();
      else sendJson(res, 500, { code: "GATEWAY_ERROR", message: "The gateway failed to handle this request" });
    });
  });
  server.keepAliveTimeout = 75_000;
  const realtime = await startRealtime({ server, verify, roleToken, dbUrl: options.adminDbUrl });
  try {
    await listen(server, options.port);
  } catch (error) {
    await realtime.close();
    throw error;
  }

  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await realtime.close();
      server.closeIdleConnections();
      // Answers under way may finish; a stream that never ends may not hold the stack up.
      const impatience = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
      await closed;
      clearTimeout(impatience);
      proxy.close();
    },
  };
}

function preflight(req: IncomingMessage, res: ServerResponse): void {
  const asked = req.headers["access-control-request-headers"];
  res.writeHead(204, { ...CORS_HEADERS, "access-control-allow-headers": asked ?? "*" }).end();
}

function listen(server: http.Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}
