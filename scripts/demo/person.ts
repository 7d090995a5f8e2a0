/**
 * Somebody at a screen: one supabase-js client with the publishable key, and for members a session of their own. Only
 * the operator's key is a secret one. Every refusal becomes a Refusal, every answer is parsed.
 */
import { createClient, FunctionsHttpError, type SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database } from "../../supabase/functions/_shared/database.types.ts";
import { Refusal } from "./refusal.ts";

type Rpc = Database["public"]["Functions"];
type Client = SupabaseClient<Database>;

export interface Person {
  name: string;
  email: string | null;
  client: Client;
  call<N extends keyof Rpc & string, S extends z.ZodType>(
    name: N,
    args: Rpc[N]["Args"],
    answer: S,
  ): Promise<z.output<S>>;
  invoke<S extends z.ZodType>(fn: string, body: Record<string, unknown>, answer: S): Promise<z.output<S>>;
}

export interface Access {
  url: string;
  publishableKey: string;
  /** Instead of one that gives up after a while and never asks again. */
  fetch?: typeof fetch;
}

const PATIENCE_MS = 20_000;

export function createPerson(name: string, { url, publishableKey, fetch = impatientFetch }: Access): Person {
  const client: Client = createClient<Database>(url, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { fetch },
  });
  return {
    name,
    email: null,
    client,
    async call(fn, args, answer) {
      return answer.parse(accept(fn, await client.rpc(fn, args as never)));
    },
    async invoke(fn, body, answer) {
      const { data, error } = await client.functions.invoke<unknown>(fn, { body });
      if (error instanceof FunctionsHttpError) throw await problemOf(`function ${fn}`, error.context);
      if (error) throw error;
      return answer.parse(data);
    },
  };
}

/** A member: signs up with an address of this run and is signed in from then on. */
export async function signUp(name: string, email: string, password: string, access: Access): Promise<Person> {
  const person = createPerson(name, access);
  const { data, error } = await person.client.auth.signUp({ email, password });
  if (error) {
    const { status = 0, code = error.name, message } = error;
    throw new Refusal("sign-up", { status, code, detail: message, hint: null });
  }
  if (!data.session) throw new Error("sign-up gave no session: this project asks for e-mail confirmation first");
  return { ...person, email };
}

export interface Answer<T> {
  data: T;
  error: { message: string; code: string; details: string | null; hint: string | null } | null;
  status: number;
}

/** The data of a PostgREST answer, or its refusal. */
export function accept<T>(asked: string, { data, error, status }: Answer<T>): NonNullable<T> {
  if (error) {
    // A code of ours travels as "message" beside SQLSTATE PTnnn; otherwise the database itself has spoken.
    const code = error.code?.startsWith("PT") ? error.message : error.code || error.message;
    const detail = error.details || (code === error.message ? null : error.message);
    throw new Refusal(asked, { status, code, detail, hint: error.hint });
  }
  if (data === null || data === undefined) throw new Error(`${asked}: the answer is empty (HTTP ${status})`);
  return data;
}

const problem = z.object({ code: z.string(), detail: z.string().nullish(), hint: z.string().nullish() });

async function problemOf(asked: string, response: Response): Promise<Refusal> {
  const text = await response.text();
  const { status } = response;
  const parsed = problem.safeParse(parseJson(text));
  if (!parsed.success)
    return new Refusal(asked, { status, code: `http_${status}`, detail: text.slice(0, 300), hint: null });
  const { code, detail = null, hint = null } = parsed.data;
  return new Refusal(asked, { status, code, detail, hint });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A part that hangs must fail a step, not stop the show. */
const impatientFetch: typeof fetch = (input, init) => {
  const signals = [AbortSignal.timeout(PATIENCE_MS), ...(init?.signal ? [init.signal] : [])];
  return fetch(input, { ...init, signal: AbortSignal.any(signals) });
};
