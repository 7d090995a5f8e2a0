// Calls a function of the database through PostgREST: typed by the generated schema, guarded, and traced. Every RPC that
// functions call may be repeated (that is how they are made), so trouble that may pass is retried here.
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";
import { DatabaseTrouble, readPostgrestFailure } from "./database-error.ts";
import { createGuard, type Guard, isGuardRefusal } from "./guard.ts";
import { unavailable } from "./problem.ts";
import { type Trace, traceparent } from "./trace.ts";

type Functions = Database["public"]["Functions"];
export type RpcName = keyof Functions & string;
export type Client = SupabaseClient<Database>;

/** The answer is JSON from outside: whoever calls parses it. */
export type Rpc = <Name extends RpcName>(name: Name, args: Functions[Name]["Args"], trace: Trace) => Promise<unknown>;

export const createDatabaseGuard = (overrides: { timeoutMs?: number; retries?: number } = {}): Guard =>
  createGuard({
    isOutage: (error) => error instanceof DatabaseTrouble && error.kind === "outage",
    isTransient: (error) => error instanceof DatabaseTrouble,
    timeoutMs: 8_000,
    withinMs: 15_000,
    retries: 2,
    firstDelayMs: 50,
    failuresToOpen: 8,
    openForMs: 2_000,
    atOnce: 64,
    waiting: 256,
    ...overrides,
  });

export function createRpc(client: Client, guard: Guard): Rpc {
  return async (name, args, trace) => {
    try {
      return await guard.run((signal) => call(client, name, args, trace, signal), { repeatable: true });
    } catch (error) {
      if (isGuardRefusal(error) || error instanceof DatabaseTrouble)
        throw unavailable("database_unavailable", 2, error);
      throw error;
    }
  };
}

async function call(client: Client, name: string, args: unknown, trace: Trace, signal: AbortSignal): Promise<unknown> {
  const rpc = client.rpc as unknown as (name: string, args: unknown) => ReturnType<Client["rpc"]>;
  const { data, error, status } = await rpc
    .call(client, name, args)
    .setHeader("traceparent", traceparent(trace))
    .abortSignal(signal);
  if (error) {
    const { code, message, details, hint } = error;
    throw readPostgrestFailure({ status, code: code ?? "", message, details: details ?? null, hint: hint ?? null });
  }
  return data;
}
