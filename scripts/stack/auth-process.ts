// Auth, as a process: @supabase/lite answers /auth/v1, and nothing else of it is reachable (its REST and storage routes
// would grant whole tables to the API roles). Around it stands what hosted Auth has and it lacks: ES256 tokens with full
// claims, the key set's route, the users' admin API, and sessions that end when a password changes.
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { App } from "@supabase/lite";
import { createPostgresConnection } from "@supabase/lite/postgres";
import postgres from "postgres";
import { adminApi } from "./auth-admin.ts";
import { signInLimit } from "./auth-limit.ts";
import { AuthProblem, type JsonAnswer } from "./auth-problem.ts";
import { completeAuthSchema } from "./auth-schema.ts";
import { AUTH_CONFIG_VARIABLE, type AuthConfig } from "./auth-service.ts";
import { authTokens, type Session } from "./auth-tokens.ts";
import { answers } from "./postgres.ts";
import { tokenVerifier } from "./verify-token.ts";

const MAX_BODY_BYTES = 1024 * 1024;
const SIGNED_IN_ROUTE = /\/(user|logout|reauthenticate)$/;
const SESSION_ROUTE = /\/(token|signup|verify)$/;
const NOT_FORWARDED = new Set(["connection", "content-length", "transfer-encoding", "keep-alive", "expect"]);

const configText = process.env[AUTH_CONFIG_VARIABLE];
if (!configText) throw new Error(`${AUTH_CONFIG_VARIABLE} is not set: this process is started by the stack`);
const config = JSON.parse(configText) as AuthConfig;

// The server hands the driver JSON that is text already; the driver's own serializer would quote it a second time, and
// triggers would find a string where an object belongs.
const json = (oid: number) => ({
  to: oid,
  from: [oid],
  serialize: (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value)),
  parse: (text: string): unknown => JSON.parse(text),
});
const connection = createPostgresConnection({
  url: config.dbUrl,
  postgresOptions: { max: 5, onnotice: () => {}, types: { json: json(114), jsonb: json(3802) } },
});
const sql = postgres(config.dbUrl, { max: 3, onnotice: () => {} });
const app = new App({
  connection,
  auth: {
    enabled: true,
    site_url: config.siteUrl,
    jwt_secret: config.jwtSecret,
    jwt_expiry: config.jwtExpiry,
    enable_signup: true,
    enable_refresh_token_rotation: true,
    refresh_token_reuse_interval: 10,
    email: { enable_signup: true, enable_confirmations: false },
  },
  db: { migrations: { enabled: false } },
  api: { enabled: false },
  studio: { enabled: false },
  options: { server: { apiKeys: false, disableStudio: true } },
});
// In a new stack this process is loaded while the database is being made; the stack's patience is the end of the wait.
while (config.createSchema && !(await answers(config.dbUrl))) await sleep(20);
await app.init();
if (config.createSchema) {
  await app.ensureSystemSchema();
  await completeAuthSchema(sql);
}
const verify = await tokenVerifier(config);
const tokens = await authTokens(config, sql, verify);
const admin = adminApi(sql);
const isOneTooMany = signInLimit(config.signInLimit);

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? "/", config.issuer);
  const path = url.pathname;
  if (path === "/auth/v1/.well-known/jwks.json") {
    return send(res, { status: 200, body: config.publicJwks, headers: { "cache-control": "public, max-age=600" } });
  }
  const address = String(req.headers["x-forwarded-for"] ?? req.socket.remoteAddress);
  if (isOneTooMany({ method: req.method, url, address })) {
    throw new AuthProblem(429, "over_request_rate_limit", "Request rate limit reached");
  }
  const body = await readBody(req);
  const bearer = /^Bearer +(\S+) *$/i.exec(req.headers.authorization ?? "")?.[1];
  const caller = bearer ? await tokens.incoming(bearer) : null;
  if (path.startsWith("/auth/v1/admin/")) {
    if (!bearer) throw new AuthProblem(401, "no_authorization", "This endpoint requires a valid Bearer token");
    if (!caller) throw new AuthProblem(403, "bad_jwt", "invalid JWT: unable to parse or verify signature");
    if (caller.claims.role !== "service_role") throw new AuthProblem(403, "not_admin", "User not allowed");
    const query = url.searchParams;
    return send(res, await admin({ method: req.method ?? "GET", path, query, body: body.toString("utf8") }));
  }
  if (bearer && !caller && SIGNED_IN_ROUTE.test(path)) {
    throw new AuthProblem(403, "bad_jwt", "invalid JWT: unable to parse or verify signature, or token is expired");
  }

  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    if (value === undefined || NOT_FORWARDED.has(name) || name === "authorization") continue;
    headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  if (caller) headers.set("authorization", `Bearer ${caller.token}`);
  const request = new Request(url, {
    method: req.method ?? "GET",
    headers,
    body: body.length > 0 ? new Uint8Array(body) : null,
  });
  const response = await app.fetch(request, { peerAddress: req.socket.remoteAddress ?? null });
  await finish(res, response, { method: req.method ?? "GET", url, body, sessionId: caller?.claims.session_id });
}

type Asked = { method: string; url: URL; body: Buffer; sessionId: unknown };

/** The embedded server's answer, completed to what hosted Auth would have sent. */
async function finish(res: ServerResponse, response: Response, asked: Asked): Promise<void> {
  const { method, url } = asked;
  let out: Uint8Array = new Uint8Array(await response.arrayBuffer());
  const headers = Object.fromEntries(response.headers);
  delete headers["content-length"];

  if (response.status >= 500 && method === "POST" && url.pathname.endsWith("/signup"))
    throw await signUpProblem(asked.body);
  if (response.ok && method === "POST" && SESSION_ROUTE.test(url.pathname)) {
    const session = JSON.parse(Buffer.from(out).toString("utf8")) as Session;
    await tokens.enrich(session, url.pathname.endsWith("/verify") ? "otp" : "password");
    out = Buffer.from(JSON.stringify(session));
  }
  if (response.ok && method === "PUT" && url.pathname.endsWith("/user") && "password" in parsed(asked.body)) {
    await sql`delete from auth.sessions s using auth.sessions mine
              where mine.id = ${String(asked.sessionId)} and s.user_id = mine.user_id and s.id <> mine.id`;
  }
  if (response.status === 303 && headers.location) headers.location = await enrichRedirect(headers.location);
  res.writeHead(response.status, headers).end(out);
}

/** The link in an e-mail signs in by a redirect, with the session in the fragment. */
async function enrichRedirect(location: string): Promise<string> {
  const target = new URL(location);
  const fragment = new URLSearchParams(target.hash.slice(1));
  const token = fragment.get("access_token");
  const claims = token ? await verify(token) : null;
  if (!token || !claims) return location;
  const [user] = await sql<{ app: unknown; meta: unknown }[]>`
    select raw_app_meta_data as app, raw_user_meta_data as meta from auth.users where id = ${String(claims.sub)}`;
  fragment.set(
    "access_token",
    await tokens.resign(token, { app_metadata: user?.app, user_metadata: user?.meta }, "otp"),
  );
  target.hash = fragment.toString();
  return target.href;
}

/** Two sign-ups raced for one address, or a trigger on auth.users refused: the two reasons an insert fails. */
async function signUpProblem(body: Buffer): Promise<AuthProblem> {
  const { email } = parsed(body);
  const taken = await sql`select 1 from auth.users where email = ${String(email).toLowerCase()}`;
  if (taken.length > 0) return new AuthProblem(422, "user_already_exists", "User already registered");
  return new AuthProblem(500, "unexpected_failure", "Database error saving new user");
}

function parsed(body: Buffer): Record<string, unknown> {
  try {
    return Object(JSON.parse(body.toString("utf8"))) as Record<string, unknown>;
  } catch {
    return {};
  }
}

async function readBody(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new AuthProblem(413, "request_too_large", "The request body is larger than 1 MiB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(res: ServerResponse, { status, body, headers }: JsonAnswer): void {
  if (!res.headersSent) res.writeHead(status, { "content-type": "application/json", ...headers });
  res.end(JSON.stringify(body));
}

const server = http.createServer((req, res) => {
  answer(req, res).catch((error: unknown) => {
    if (error instanceof AuthProblem) return send(res, error.toAnswer());
    console.error("[auth]", error);
    send(res, new AuthProblem(500, "unexpected_failure", "Unexpected failure, please check server logs").toAnswer());
  });
});
server.keepAliveTimeout = 60_000;
server.listen(config.port, "127.0.0.1", () => console.log(`[auth] listening on ${config.port}`));

process.on("SIGTERM", async () => {
  server.close();
  server.closeAllConnections();
  await Promise.allSettled([connection.close(), sql.end({ timeout: 1 })]);
  process.exit(0);
});
