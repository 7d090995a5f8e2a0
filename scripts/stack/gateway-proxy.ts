// Passes one request on to a part of the stack and its answer back. It sits on every measured path: headers travel as
// the flat arrays Node parsed them into, and what is small leaves in a single write, because writes to sockets are what
// a proxy spends its time on. What is large or slow is streamed. What it promises: a part that is down, resets or stays
// silent becomes a clear 503, 502 or 504 that names it; a caller who hangs up takes the upstream request with him.
import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from "node:http";

export type Part = {
  name: string;
  port: number;
  answerWithinMs: number;
  /** How many requests it gets at once; the others wait in the order in which they came. No limit when absent. */
  atOnce?: number;
};
export type Forward = { part: Part; path: string; authorization?: string; cors: boolean };

export const CORS_HEADERS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS",
  "access-control-max-age": "3600",
};

// Hop-by-hop headers belong to one connection. transfer-encoding stays on requests: Node reads it to frame the body.
const DROPPED_FROM_REQUEST = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "te",
  "trailer",
  "upgrade",
  "expect",
  // Rewritten below: a caller cannot choose the address that rate limits see.
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "forwarded",
  "cf-connecting-ip", // what the edge in front of hosted Supabase writes over
]);
const SMALL_BYTES = 64 * 1024;
const NO_BODY = new Set([204, 205, 304]);
const DROPPED_FROM_ANSWER = new Set(["connection", "keep-alive", "transfer-encoding", "trailer", "upgrade"]);

export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  if (res.headersSent || res.destroyed) return;
  const text = JSON.stringify(body);
  res.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...CORS_HEADERS,
  });
  res.end(text);
}

export function createProxy(publicPort: number) {
  // Idle connections are closed here before any part would close them itself, so none is reused at its last moment.
  const agents = new Map<Part, http.Agent>();
  const agentOf = (part: Part) => {
    const known = agents.get(part);
    if (known) return known;
    const maxSockets = part.atOnce ?? 512;
    const agent = new http.Agent({ keepAlive: true, maxSockets, maxFreeSockets: 64, timeout: 4_000 });
    agents.set(part, agent);
    return agent;
  };

  function forward(req: IncomingMessage, res: ServerResponse, to: Forward): void {
    const upstream = http.request({
      agent: agentOf(to.part),
      host: "127.0.0.1",
      port: to.part.port,
      method: req.method,
      path: to.path,
      headers: requestHeaders(req, to.authorization, publicPort),
    });
    let failed = false;
    const fail = (status: number, code: string, what: string) => {
      failed = true; // what the dying upstream request still has to say changes nothing any more
      clearTimeout(silence);
      sendJson(res, status, { code, message: `${to.part.name} ${what}`, part: to.part.name });
      upstream.destroy();
      req.resume(); // what is left of the body has no reader: drain it, so that the answer reaches the caller
    };
    const silence = setTimeout(() => fail(504, "UPSTREAM_TIMEOUT", "did not answer in time"), to.part.answerWithinMs);

    upstream.on("response", (answer) => {
      clearTimeout(silence);
      passAnswer(answer, res, to.cors);
    });
    upstream.on("error", (error: NodeJS.ErrnoException) => {
      if (failed) return;
      if (res.headersSent) res.destroy();
      else if (error.code === "ECONNREFUSED") fail(503, "UPSTREAM_DOWN", "is not running");
      else fail(502, "UPSTREAM_RESET", "broke the connection");
    });
    res.on("close", () => {
      clearTimeout(silence);
      if (res.writableFinished && req.complete) return;
      // The caller has gone, or the answer came before the body was read: what is left of it has no reader any more.
      upstream.destroy();
      req.unpipe(upstream).resume();
    });
    passBody(req, upstream);
  }

  const close = () => {
    for (const agent of agents.values()) agent.destroy();
  };
  return { forward, close };
}

/** A small body is sent together with the head; a large one, or one of unknown length, is piped. */
function passBody(req: IncomingMessage, upstream: ClientRequest): void {
  const declared = req.headers["content-length"];
  if (req.headers["transfer-encoding"] !== undefined || Number(declared) > SMALL_BYTES) return void req.pipe(upstream);
  if (declared === undefined || declared === "0") return void upstream.end();
  const chunks: Buffer[] = [];
  req.on("data", (chunk: Buffer) => chunks.push(chunk));
  req.on("end", () => {
    if (!upstream.destroyed) upstream.end(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
  });
}

/**
 * An answer that is complete by the end of the turn it arrived in goes out in one piece, with its length. Otherwise it
 * is a stream (server-sent events, a large file): what is there leaves at once, and the rest follows as it comes.
 */
function passAnswer(answer: IncomingMessage, res: ServerResponse, cors: boolean): void {
  const status = answer.statusCode ?? 502;
  const headers = answerHeaders(answer, cors);
  const chunks: Buffer[] = [];
  const collect = (chunk: Buffer) => chunks.push(chunk);
  const complete = () => {
    clearImmediate(turn);
    const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    const hasLength =
      answer.headers["content-length"] !== undefined || NO_BODY.has(status) || res.req.method === "HEAD";
    if (!hasLength) headers.push("content-length", String(body?.length ?? 0));
    res.writeHead(status, answer.statusMessage, headers).end(body);
  };
  const turn = setImmediate(() => {
    answer.off("data", collect).off("end", complete);
    res.writeHead(status, answer.statusMessage, headers);
    res.flushHeaders();
    for (const chunk of chunks) res.write(chunk);
    answer.pipe(res);
  });
  answer.on("error", () => {
    clearImmediate(turn);
    res.destroy();
  });
  answer.on("data", collect).on("end", complete);
}

function requestHeaders(req: IncomingMessage, authorization: string | undefined, publicPort: number): string[] {
  const raw = req.rawHeaders;
  const out: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? "";
    const key = name.toLowerCase();
    if (DROPPED_FROM_REQUEST.has(key) || (authorization !== undefined && key === "authorization")) continue;
    out.push(name, raw[i + 1] ?? "");
  }
  if (authorization !== undefined) out.push("authorization", authorization);
  out.push("x-forwarded-for", req.socket.remoteAddress ?? "", "x-forwarded-host", req.headers.host ?? "");
  out.push("x-forwarded-proto", "http", "x-forwarded-port", String(publicPort));
  return out;
}

function answerHeaders(answer: IncomingMessage, cors: boolean): string[] {
  const raw = answer.rawHeaders;
  const out: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? "";
    if (!DROPPED_FROM_ANSWER.has(name.toLowerCase())) out.push(name, raw[i + 1] ?? "");
  }
  if (cors && answer.headers["access-control-allow-origin"] === undefined) out.push("access-control-allow-origin", "*");
  return out;
}
