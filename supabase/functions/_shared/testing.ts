// What the tests of functions stand on: a function called as the platform calls it, its log lines kept, a project's keys
// and tokens really signed. Refusals are asserted whole, so that a test cannot pass by the wrong one.
import assert from "node:assert/strict";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { createIdentify, type Identify } from "./caller.ts";
import { createKeyring } from "./keyring.ts";
import { createLog } from "./log.ts";
import { retry } from "./retry.ts";
import type { Rpc, RpcName } from "./rpc.ts";
import { createFunction, type FunctionOptions } from "./serve.ts";

export const KEYS = {
  publishable: "sb_publishable_tests",
  secret: "sb_secret_tests",
  anon: "legacy.anon.key",
  serviceRole: "legacy.service.key",
};
export const SUPABASE_URL = "http://127.0.0.1:54321";
export const USER_ID = "7d1c1d1e-6b0a-4f57-9d9e-0a4f3c6f2b11";
export const NOW = new Date("2026-06-01T12:00:00Z");

export interface TestFunction {
  (request: Request): Promise<Response>;
  readonly lines: Record<string, unknown>[];
  readonly reported: unknown[];
}

export function testFunction(options: Pick<FunctionOptions, "name" | "routes" | "cors">): TestFunction {
  const lines: Record<string, unknown>[] = [];
  const reported: unknown[] = [];
  const log = createLog({ function: options.name }, (line) => lines.push(JSON.parse(line)));
  const call = createFunction({ ...options, log, report: (error) => reported.push(error) });
  return Object.assign(call, { lines, reported });
}

export function post(path: string, body: BodyInit | object | null, headers: Record<string, string> = {}): Request {
  const raw = body === null || typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream;
  return new Request(`http://127.0.0.1:9${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: raw ? (body as BodyInit | null) : JSON.stringify(body),
  });
}

/** A body in pieces of 16 KiB and without a length; `sent` says how much of it was asked for. */
export function chunked(bytes: number): { readonly stream: ReadableStream<Uint8Array>; readonly sent: () => number } {
  let sent = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent >= bytes) return controller.close();
      controller.enqueue(new Uint8Array(16 * 1024).fill(0x20));
      sent += 16 * 1024;
    },
  });
  return { stream, sent: () => sent };
}

/** The whole of a refusal: status, media type, and a body that names its code, status, instance and trace. */
export async function assertProblem(
  response: Response,
  status: number,
  code: string,
): Promise<Record<string, unknown>> {
  const body = (await response.json()) as Record<string, unknown>;
  assert.equal(`${response.status} ${body.code}`, `${status} ${code}`);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.equal(body.status, status);
  assert.equal(body.type, `urn:servio:error:${code}`);
  assert.equal(body.instance, `urn:uuid:${response.headers.get("x-request-id")}`);
  assert.match(String(body.trace_id), /^[0-9a-f]{32}$/);
  return body;
}

class StillDown extends Error {}

/** As a client does: again after 503, while the provider still holds the key of a try that it has not finished. */
export const patiently = (ask: () => Promise<Response>): Promise<Response> =>
  retry(
    async () => {
      const response = await ask();
      if (response.status !== 503) return response;
      await response.body?.cancel();
      throw new StillDown();
    },
    { isTransient: (error) => error instanceof StillDown, attempts: 60, withinMs: 10_000, longestDelayMs: 200 },
  );

export interface RecordedCall {
  readonly name: RpcName;
  readonly args: Record<string, unknown>;
}

/** A database client that answers as told; a call it was not told of fails the test. */
export function fakeRpc(answers: Partial<Record<RpcName, (args: Record<string, unknown>) => unknown>>) {
  const calls: RecordedCall[] = [];
  const rpc: Rpc = async (name, args) => {
    calls.push({ name, args: args as Record<string, unknown> });
    const answer = answers[name];
    if (!answer) throw new Error(`unexpected call of ${name}`);
    return await answer(args as Record<string, unknown>);
  };
  return { rpc, calls, named: (name: RpcName) => calls.filter((call) => call.name === name) };
}

export interface Project {
  readonly identify: Identify;
  token(claims?: Record<string, unknown>, signedBy?: "project" | "stranger"): Promise<string>;
  sharedSecretToken(): Promise<string>;
}

export async function testProject(): Promise<Project> {
  const project = await generateKeyPair("ES256", { extractable: true });
  const stranger = await generateKeyPair("ES256", { extractable: true });
  const publicKey = { ...(await exportJWK(project.publicKey)), kty: "EC", alg: "ES256", kid: "k1", use: "sig" };
  const env = {
    SUPABASE_URL,
    SUPABASE_JWKS: { keys: [publicKey] },
    SUPABASE_PUBLISHABLE_KEYS: { default: KEYS.publishable },
    SUPABASE_SECRET_KEYS: { default: KEYS.secret, worker: "sb_secret_worker" },
    SUPABASE_ANON_KEY: KEYS.anon,
    SUPABASE_SERVICE_ROLE_KEY: KEYS.serviceRole,
  };
  const usual = () => ({
    iss: `${SUPABASE_URL}/auth/v1`,
    aud: "authenticated",
    role: "authenticated",
    sub: USER_ID,
    exp: NOW.getTime() / 1000 + 3600,
  });
  return {
    identify: createIdentify(env, createKeyring(env), () => NOW),
    token: (claims = {}, signedBy = "project") =>
      new SignJWT({ ...usual(), ...claims })
        .setProtectedHeader({ alg: "ES256", kid: "k1", typ: "JWT" })
        .sign(signedBy === "project" ? project.privateKey : stranger.privateKey),
    sharedSecretToken: () =>
      new SignJWT(usual())
        .setProtectedHeader({ alg: "HS256", kid: "k1" })
        .sign(new TextEncoder().encode(JSON.stringify(publicKey))),
  };
}
