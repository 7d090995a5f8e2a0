/** How the worker's own code calls a database of a test: as the secret key, over an API whose answers are values. */
import type { Log } from "../../supabase/functions/_shared/log.ts";
import { Problem } from "../../supabase/functions/_shared/problem.ts";
import type { Rpc } from "../../supabase/functions/_shared/rpc.ts";
import { machine } from "./actors.ts";
import type { Api } from "./api.ts";

export const trace = { traceId: "1".repeat(32), spanId: "2".repeat(16), sampled: true };
export const log: Log = { write: () => {}, with: () => log };

/** `beforeCall`: what throws there is a worker that dies. */
export function workerRpc(api: Api, beforeCall?: (name: string, calls: number) => void): Rpc {
  let calls = 0;
  return async (name, args) => {
    calls += 1;
    beforeCall?.(name, calls);
    const answer = await api.rpc(machine, name, args as Record<string, unknown>);
    if (answer.ok) return answer.value;
    const { message, details } = answer.problem;
    throw new Problem({ code: message, status: answer.status, detail: details ?? message });
  };
}
