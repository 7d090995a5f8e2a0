/** The API as an app uses it: apikey and bearer token through the gateway. */
import type { StackState } from "../../scripts/stack/state.ts";
import type { Actor } from "./actors.ts";
import type { Answer, Api, Arguments, Problem } from "./api.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface HttpApi extends Api {
  /** Any request under the stack's URL, with the actor's credentials unless the headers say otherwise. */
  send(actor: Actor, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  select<T = Arguments>(actor: Actor, query: string): Promise<Answer<T[]>>;
  update<T = Arguments>(actor: Actor, query: string, row: Arguments): Promise<Answer<T[]>>;
  remove<T = Arguments>(actor: Actor, query: string): Promise<Answer<T[]>>;
}

export function credentials(stack: StackState, actor: Actor): Record<string, string> {
  const apikey = actor.role === "service_role" ? stack.secretKey : stack.publishableKey;
  return actor.token === null ? { apikey } : { apikey, authorization: `Bearer ${actor.token}` };
}

export function answerOf<T>({ status, text }: Pick<Reply, "status" | "text">): Answer<T> {
  const body: unknown = text === "" ? null : JSON.parse(text);
  return status < 300 ? { ok: true, status, value: body as T } : { ok: false, status, problem: body as Problem };
}

export function httpApi(stack: StackState): HttpApi {
  const send: HttpApi["send"] = async (actor, method, path, body, headers = {}) => {
    const raw = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
    const response = await fetch(stack.url + path, {
      method,
      headers: { ...credentials(stack, actor), "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: raw as BodyInit }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const represented = { prefer: "return=representation" };
  return {
    send,
    rpc: async (actor, name, args = {}) => answerOf(await send(actor, "POST", `/rest/v1/rpc/${name}`, args)),
    insert: async (actor, table, rows) => answerOf(await send(actor, "POST", `/rest/v1/${table}`, rows, represented)),
    select: async (actor, query) => answerOf(await send(actor, "GET", `/rest/v1/${query}`)),
    update: async (actor, query, row) => answerOf(await send(actor, "PATCH", `/rest/v1/${query}`, row, represented)),
    remove: async (actor, query) => answerOf(await send(actor, "DELETE", `/rest/v1/${query}`, undefined, represented)),
  };
}
