// One door, for the project's own machinery: POST / does the work that waits in the queues. The database opens it with the
// secret key whenever it has written a message, and every minute should something still wait.
import { type Identify, requireSecret } from "../_shared/caller.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { type FunctionOptions, json } from "../_shared/serve.ts";
import { drain } from "./drain.ts";
import type { PacedQueue, Queue } from "./job.ts";

export interface WorkerDependencies {
  readonly identify: Identify;
  readonly rpc: Rpc;
  readonly queues: readonly (Queue | PacedQueue)[];
  readonly now: () => number;
}

export function workerRoutes({ identify, rpc, queues, now }: WorkerDependencies): FunctionOptions["routes"] {
  return {
    "POST /": async ({ request, trace, log }) => {
      requireSecret(await identify(request.headers));
      const report = await drain({ rpc, queues, trace, log, now });
      log.write("info", "drained", { ...report });
      return json(report);
    },
  };
}
