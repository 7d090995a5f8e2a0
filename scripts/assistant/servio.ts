/**
 * Servio as a person's program sees it: the publishable key, the person's own token, and nothing else. A refusal keeps the
 * code that the server gave it. A session that has run out is renewed once, if the person signed in here.
 */
import { z } from "zod";
import { Refusal } from "../demo/refusal.ts";
import { StackError } from "../stack/stack-error.ts";

export interface Access {
  readonly url: string;
  readonly publishableKey: string;
}

export interface Session {
  token: string;
  /** Null where somebody brought a token of their own. */
  refreshToken: string | null;
}

const granted = z.object({ access_token: z.string(), refresh_token: z.string() });
const said = z.object({
  code: z.coerce.string().optional(),
  error_code: z.string().optional(),
  message: z.string().optional(),
  msg: z.string().optional(),
  detail: z.string().nullish(),
  details: z.string().nullish(),
  hint: z.string().nullish(),
});

async function ask(
  { url, publishableKey }: Access,
  path: string,
  init: { token?: string; body?: unknown; withinMs?: number },
) {
  const { token, body, withinMs = 30_000 } = init;
  const asked = fetch(`${url}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      apikey: publishableKey,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(withinMs),
  });
  return asked.catch((error: Error) => {
    throw new StackError(
      `${url} does not answer: ${error.cause instanceof Error ? error.cause.message : error.message}`,
    );
  });
}

export async function refusalOf(asked: string, response: Response): Promise<Refusal> {
  const text = await response.text();
  const { status } = response;
  let parsed: z.output<typeof said>;
  try {
    parsed = said.parse(JSON.parse(text));
  } catch {
    return new Refusal(asked, { status, code: `http_${status}`, detail: text.slice(0, 300) || null, hint: null });
  }
  const { code = "", error_code, message, msg, detail, details, hint = null } = parsed;
  // PostgREST puts our code into the message, Auth into error_code, functions into code.
  const ours = error_code ?? (code.startsWith("PT") ? message : code);
  return new Refusal(asked, { status, code: ours || `http_${status}`, detail: detail ?? details ?? msg ?? null, hint });
}

async function answerOf(asked: string, response: Response): Promise<unknown> {
  if (!response.ok) throw await refusalOf(asked, response);
  return response.json();
}

async function grant(access: Access, type: "password" | "refresh_token", body: object): Promise<Session> {
  const response = await ask(access, `/auth/v1/token?grant_type=${type}`, { body });
  const { access_token, refresh_token } = granted.parse(await answerOf("sign-in", response));
  return { token: access_token, refreshToken: refresh_token };
}

export const signIn = (access: Access, email: string, password: string): Promise<Session> =>
  grant(access, "password", { email, password });

export interface Servio {
  /** A function's path or an RPC's; with a body it is a POST. */
  send(path: string, body?: unknown, withinMs?: number): Promise<Response>;
  ask(path: string, body?: unknown): Promise<unknown>;
  rpc(name: string, args: object): Promise<unknown>;
}

export function createServio(access: Access, session: Session): Servio {
  const send: Servio["send"] = async (path, body, withinMs = 30_000) => {
    const once = () => ask(access, path, { token: session.token, body, withinMs });
    const response = await once();
    if (response.status !== 401 || session.refreshToken === null) return response;
    await response.body?.cancel();
    const { refreshToken } = session;
    session.refreshToken = null; // should this fail, it is not tried for ever
    Object.assign(session, await grant(access, "refresh_token", { refresh_token: refreshToken }));
    return once();
  };
  const askFor = async (path: string, body?: unknown) =>
    answerOf(path.split("/").at(-1) ?? path, await send(path, body));
  return { send, ask: askFor, rpc: (name, args) => askFor(`/rest/v1/rpc/${name}`, args) };
}
