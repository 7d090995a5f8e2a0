/** The reconciliation as its worker does it, with the worker's own code; only the provider behind it is the model's. */
import { Problem } from "../../supabase/functions/_shared/problem.ts";
import { reconcileQueue } from "../../supabase/functions/worker/reconcile/queue.ts";
import { persistently } from "../support/persistently.ts";
import { log, trace, workerRpc } from "../support/worker-rpc.ts";
import { recordsOf } from "./books-there.ts";
import type { House } from "./house.ts";
import type { State } from "./state.ts";

class Died extends Error {}

/** Goes on with a run, and dies before the page of that name; the answer is "ok", or the code of what the database refused. */
export async function goOn(house: House, state: State, runId: string, dies: string | null): Promise<string> {
  let isDead = false;
  const live = () => {
    if (isDead) throw new Died();
  };
  const records = recordsOf(house, state, (page) => {
    isDead = page === dies;
    live();
  });
  const { api } = house.world;
  const patient = { ...api, rpc: ((...call) => persistently(() => api.rpc(...call))) as typeof api.rpc };
  const queue = reconcileQueue({ rpc: workerRpc(patient, live), records, now: Date.now, log });
  try {
    const done = await queue.topics["provider.reconcile"]?.({ run_id: runId }, trace);
    if (!done?.done) throw new Error(`the reconciliation ${runId} was not done`);
  } catch (error) {
    if (error instanceof Problem) return error.code;
    if (!(error instanceof Died)) throw error;
  }
  return "ok";
}
