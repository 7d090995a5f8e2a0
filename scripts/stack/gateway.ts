// One port in front of everything, as on hosted Supabase: /rest/v1, /auth/v1, /functions/v1, /storage/v1, /realtime/v1/websocket.
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
  storagePort: number;
  /** Asked on every call, so that a new function or a changed verify_jwt needs no restart. */
  functionSettings: () => FunctionSettings;
  adminDbUrl: string;
};

export type Gateway = { close(): Promise<void> };

// Reached from e-mails, providers and token verifiers, which carry no API key.
const OPEN_AUTH_ROUTE = /^\/auth\/v1\/(verify|callback|authorize|health|\.well-known\/[\w.-]+)$/;
// Pictures in a page: objects of public buckets, and signed links, which are their own key.
const OPEN_STORAGE_ROUTE = /^\/storage\/v1\/object\/(public|sign)\//;
const FUNCTION_ROUTE = /^\/functions\/v1\/([A-Za-z][\w-]*)(\/.*)?$/;
const CLOSE_GRACE_MS = 300;

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { keys } = options;
  // Ten at once keep two cores busy; what is more waits here in its turn. In PostgREST's own pool it would wait out of turn,
  // and more at once in Postgres only take the caches from each other (orders at 32 clients: p95 87 ms with, 130 without).
  const rest: Part = { name: "rest", port: options.restPort, answerWithinMs: 60_000, atOnce: 10 };
  const auth: Part = { name: "auth", port: options.authPort, answerWithinMs: 60_000 };
  const functions: Part = { name: "functions", port: options.functionsPort, answerWithinMs: 150_000 };
  const storage: Part = { name: "storage", port: options.storagePort, answerWithinMs: 60_000 };
  const verify = await tokenVerifier(keys);
  const roleToken = roleTokens(keys);
  const proxy = createProxy(options.port);

  async function route(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const raw = req.url ?? "/";
    if (raw.startsWith("/rest/v1")) return callRest(req, res, raw);
    // Decided on and passed on in one and the same normal form: `/open/../guarded` is guarded here as well as there.
    const url = URL.parse(`http://stack${raw}`);
    if (!url) return sendJson(res, 400, { message: "The request path is malformed" });
    const path = url.pathname;

    if (path.startsWith("/functions/v1/")) return callFunction(req, res, url);
    if (path.startsWith("/auth/v1/")) return callPart(req, res, url, auth, path, OPEN_AUTH_ROUTE.test(path));
    if (path.startsWith("/storage/v1/")) {
      const isRead = req.method === "GET" || req.method === "HEAD";
      return callPart(
        req,
        res,
        url,
        storage,
        path.slice("/storage/v1".length),
        isRead && OPEN_STORAGE_ROUTE.test(path),
      );
    }
    if (path === "/health") return sendJson(res, 200, { status: "ok" });
    notFound(res);
  }

  async function callPart(
    req: IncomingMessage,
    res: ServerResponse,
    url: URL,
    part: Part,
    path: string,
    isOpen: boolean,
  ): Promise<void> {
    if (req.method === "OPTIONS") return preflight(req, res);
    const forward = { part, path: path + url.search, cors: true };
    if (isOpen) return proxy.forward(req, res, forward);
    const access = apiAccess(req, url.searchParams, roleToken);
    if (!access.ok) return sendJson(res, access.refusal.status, access.refusal.body);
    proxy.forward(req, res, { ...forward, authorization: access.authorization });
  }

  /** The hot path: the URL is only taken apart when it carries a key. PostgREST reads it literally, dots and all. */
  async function callRest(req: IncomingMessage, res: ServerResponse, raw: string): Promise<void> {
    const target = raw.slice("/rest/v1".length);
    if (target !== "" && target[0] !== "/" && target[0] !== "?") return notFound(res);
    if (req.method === "OPTIONS") return preflight(req, res);
    const url = target.includes("apikey=") ? URL.parse(`http://stack${target}`) : null;
    const access = apiAccess(req, url?.searchParams ?? null, roleToken);
    if (!access.ok) return sendJson(res, access.refusal.status, access.refusal.body);
    // PostgREST would read a key in the query as a filter on a column of that name.
    url?.searchParams.delete("apikey");
    const path = url ? url.pathname + url.search : target.startsWith("/") ? target : `/${target}`;
    proxy.forward(req, res, { part: rest, path, authorization: access.authorization, cors: true });
  }

  async function callFunction(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    const name = FUNCTION_ROUTE.exec(url.pathname)?.[1];
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
    const path = url.pathname.slice("/functions/v1".length) + url.search;
    proxy.forward(req, res, { part: functions, path, cors: false });
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

function notFound(res: ServerResponse): void {
  sendJson(res, 404, { message: "no Route matched with those values" });
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
