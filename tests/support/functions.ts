/** Calls to our edge functions; their problems (RFC 9457) are read as the same Problem that PostgREST's errors are. */
import type { StackState } from "../../scripts/stack/state.ts";
import { type Actor, guest } from "./actors.ts";
import type { Answer } from "./api.ts";
import type { Session } from "./guests.ts";
import { credentials, type Reply } from "./http-api.ts";

export interface Charge {
  readonly payment_id: string;
  readonly status: string;
  readonly amount_minor: number;
  readonly currency: string;
  readonly client_secret?: string;
  readonly checkout_url?: string;
}

export interface FunctionCall {
  readonly actor?: Actor;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export async function callFunction(stack: StackState, path: string, call: FunctionCall = {}): Promise<Reply> {
  const { actor = guest, method = "POST", headers = {}, body } = call;
  const response = await fetch(`${stack.url}/functions/v1/${path}`, {
    method,
    headers: { ...credentials(stack, actor), "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export function answerFrom<T>({ status, text }: Reply): Answer<T> {
  const body = text === "" ? null : JSON.parse(text);
  if (status < 300) return { ok: true, status, value: body as T };
  const { code, detail = null, hint = null } = body as { code: string; detail?: string; hint?: string };
  return { ok: false, status, problem: { code: `PT${status}`, message: code, details: detail, hint } };
}

/** What a guest's device does to pay by card, all of an order or one share of it. */
export const payments = async (
  stack: StackState,
  session: Pick<Session, "session_token">,
  orderId: string,
  shareId?: string,
) =>
  answerFrom<Charge>(
    await callFunction(stack, "payments", {
      body: {
        session_token: session.session_token,
        order_id: orderId,
        method: "payment_intent",
        ...(shareId === undefined ? {} : { share_id: shareId }),
      },
    }),
  );
