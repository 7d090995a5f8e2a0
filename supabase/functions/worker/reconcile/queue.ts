// A job goes on with a reconciliation for a few seconds and asks for another job, so that no queue waits for it. When the
// job is repeated, or another worker has the run, nothing happens twice.
import { z } from "zod";
import type { Log } from "../../_shared/log.ts";
import { Problem } from "../../_shared/problem.ts";
import type { ProviderRecords } from "../../_shared/provider-records.ts";
import type { Rpc } from "../../_shared/rpc.ts";
import { describe } from "../../_shared/serve.ts";
import { DONE, type JobOutcome, type Queue } from "../job.ts";
import { createRun, type Run } from "./database.ts";
import { type Place, turnPage } from "./pages.ts";

export interface ReconcileDependencies {
  readonly rpc: Rpc;
  readonly records: ProviderRecords;
  readonly now: () => number;
  readonly log: Log;
}

/** How long a job turns pages before it gives way. */
export const SLICE_MS = 5_000;

const payload = z.object({ run_id: z.guid() });
const isLost = (error: unknown) => error instanceof Problem && error.code === "reconciliation_lost";

export const reconcileQueue = (dependencies: ReconcileDependencies): Queue => ({
  name: "reconciliation",
  batch: 1,
  topics: {
    "provider.reconcile": async (message, trace) => {
      const run = createRun(dependencies.rpc, trace, payload.parse(message).run_id);
      const claim = await run.claim();
      if (!claim.claimed) return DONE;
      try {
        const window = { from: new Date(claim.window_from), to: new Date(claim.window_to) };
        return await turnPages({ step: claim.step, after: claim.page_after }, window, run, dependencies);
      } catch (error) {
        if (isLost(error)) return DONE;
        await run.release(describe(error)).catch(() => undefined);
        throw error;
      }
    },
  },
});

async function turnPages(
  first: Place,
  window: { from: Date; to: Date },
  run: Run,
  { records, now, log }: ReconcileDependencies,
): Promise<JobOutcome> {
  const until = now() + SLICE_MS;
  let place = first;
  while (place.step !== "findings") {
    if (now() >= until) {
      await run.release(null);
      return DONE;
    }
    const done = await turnPage(place, { run, records, window, now, until });
    if (done.newFindings > 0) {
      log.write("error", "reconciliation found differences", {
        run_id: run.runId,
        step: place.step,
        new: done.newFindings,
      });
    }
    place = done.place;
  }
  const { outcome, open_findings, counts } = await run.finish();
  const fields = { run_id: run.runId, outcome, open_findings, ...counts };
  log.write(outcome === "clean" ? "info" : "warn", "reconciled", fields);
  return DONE;
}
