// The frame around every function: routes by method and path, CORS, request and trace ids, one log line per request, and
// the only place where an error becomes a Response. A handler that throws anything but a Problem answers 500 and says
// nothing about why; the log and the report do.
import type { Log } from "./log.ts";
import { Problem, problem, problemResponse } from "./problem.ts";
import type { Report } from "./report.ts";
import { type Trace, traceOf } from "./trace.ts";

export interface Call {
  readonly request: Request;
  readonly requestId: string;
  readonly trace: Trace;
  readonly log: Log;
  /** An error that is no refusal but ours: written down, with what it was about, and reported. */
  readonly fault: (error: unknown, about?: Readonly<Record<string, unknown>>) => void;
}

export type Handler = (call: Call) => Promise<Response> | Response;

export interface FunctionOptions {
  readonly name: string;
  /** "POST /" or "GET /ready": method, and path below the function's own name; a last part of "*" is any one part. */
  readonly routes: Readonly<Record<`${"GET" | "POST"} /${string}`, Handler>>;
  /** Browsers may call it from any origin: it takes no cookies, so an origin proves nothing. */
  readonly cors: boolean;
  readonly log: Log;
  readonly report: Report;
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const CORS_HEADERS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "x-request-id, retry-after",
};
const PREFLIGHT_HEADERS = {
  "access-control-allow-headers": "authorization, apikey, content-type, x-client-info, x-request-id, traceparent",
  "access-control-max-age": "3600",
};

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": "application/json", "cache-control": "no-store" },
  });

export function createFunction(options: FunctionOptions): (request: Request) => Promise<Response> {
  const table = new Map<string, Map<string, Handler>>();
  for (const [route, handler] of Object.entries(options.routes)) {
    const [method = "", path = ""] = route.split(" ");
    table.set(path, (table.get(path) ?? new Map()).set(method, handler));
  }

  const keyOf = (path: string) => [path, path.replace(/[^/]+$/, "*")].find((key) => table.has(key));

  return async (request) => {
    const startedAt = performance.now();
    const asked = request.headers.get("x-request-id") ?? "";
    const requestId = UUID.test(asked) ? asked : crypto.randomUUID();
    const trace = traceOf(request.headers.get("traceparent"));
    const path = pathBelow(options.name, request.url);
    const log = options.log.with({ request_id: requestId, trace_id: trace.traceId, span_id: trace.spanId });
    const fault: Call["fault"] = (error, about) => {
      log.write("error", "fault", { ...about, error: describe(error) });
      options.report(error, { request_id: requestId, trace_id: trace.traceId });
    };
    const { response, code } = await answer({ request, requestId, trace, log, fault }, path);
    if (options.cors) for (const [name, value] of Object.entries(CORS_HEADERS)) response.headers.set(name, value);
    response.headers.set("x-request-id", requestId);
    const ms = Math.round(performance.now() - startedAt);
    const level = response.status >= 500 ? "error" : "info";
    // An unknown path is the caller's text; only paths of ours are written down.
    const known = keyOf(path) ?? "unknown";
    log.write(level, "request", { method: request.method, path: known, status: response.status, code, ms });
    return response;
  };

  async function answer(call: Call, path: string): Promise<{ response: Response; code?: string }> {
    try {
      return { response: await route(call, path) };
    } catch (error) {
      const refusal = error instanceof Problem ? error : problem("internal_error");
      if (!(error instanceof Problem)) call.fault(error);
      else if (error.cause !== undefined) {
        call.log.write("warn", "refused because", { code: error.code, cause: describe(error.cause) });
      }
      const ids = { requestId: call.requestId, traceId: call.trace.traceId };
      return { response: problemResponse(refusal, ids), code: refusal.code };
    }
  }

  async function route(call: Call, path: string): Promise<Response> {
    const methods = table.get(keyOf(path) ?? "");
    if (!methods) throw problem("route_not_found");
    const allowed = [...methods.keys(), ...(methods.has("GET") ? ["HEAD"] : []), ...(options.cors ? ["OPTIONS"] : [])];
    const { method } = call.request;
    if (method === "OPTIONS" && options.cors) {
      const headers = { ...PREFLIGHT_HEADERS, "access-control-allow-methods": allowed.join(", ") };
      return new Response(null, { status: 204, headers });
    }
    const handler = methods.get(method === "HEAD" ? "GET" : method);
    if (!handler) throw problem("method_not_allowed", { headers: { allow: allowed.join(", ") } });
    const response = await handler(call);
    return method === "HEAD" ? new Response(null, response) : response;
  }
}

/** What may be written about an unexpected error: its name and first line, cut short. */
export function describe(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return (text.split("\n", 1)[0] ?? "").slice(0, 300);
}

function pathBelow(name: string, url: string): string {
  const { pathname } = new URL(url);
  const mine = pathname.startsWith(`/${name}/`) || pathname === `/${name}`;
  const below = mine ? pathname.slice(name.length + 1) : pathname;
  return below.length > 1 ? below.replace(/\/$/, "") : "/";
}
