// What the tests of a reconciliation's job stand on: a provider with nothing in it, and a database that answers the calls.
import { createLog } from "../../_shared/log.ts";
import { Problem } from "../../_shared/problem.ts";
import type { ProviderRecords } from "../../_shared/provider-records.ts";
import { fakeRpc } from "../../_shared/testing.ts";
import { runJob } from "../job.ts";
import { reconcileQueue } from "./queue.ts";

export const RUN = "0d6b4ad1-0c9e-4f4f-9d3c-3b9f2f9f3a11";
export const job = { topic: "provider.reconcile", payload: { run_id: RUN } };
const claimed = {
  claimed: true,
  window_from: "2026-06-01T00:00:00+00:00",
  window_to: "2026-06-02T00:00:00.123456+00:00",
  step: "payments",
  page_after: null,
};
const nothing = () => Promise.resolve({ data: [], next: null });
const none = () => Promise.resolve(null);
const empty: ProviderRecords = {
  eventBefore: none,
  eventsAfter: nothing,
  eventsBack: nothing,
  intents: nothing,
  refunds: nothing,
  balance: nothing,
  subscriptions: nothing,
  intent: none,
  session: none,
  refund: none,
  subscription: none,
};
export const lost = () => {
  throw new Problem({ code: "reconciliation_lost", status: 409, detail: "lost" });
};
const finished = { outcome: "differences", open_findings: 2, counts: { payments: 0 } };

export function setting(records: Partial<ProviderRecords> = {}, answers: Parameters<typeof fakeRpc>[0] = {}) {
  const clock = { ms: 0 };
  const lines: Record<string, unknown>[] = [];
  const database = fakeRpc({
    claim_reconciliation: () => claimed,
    get_unconfirmed_objects: () => [],
    compare_with_provider: () => [],
    save_reconciliation_page: () => ({ new_findings: 0 }),
    release_reconciliation: () => ({ released: true }),
    finish_reconciliation: () => finished,
    ...answers,
  });
  const queue = reconcileQueue({
    rpc: database.rpc,
    records: { ...empty, ...records },
    now: () => clock.ms,
    log: createLog({}, (line) => lines.push(JSON.parse(line))),
  });
  return { clock, lines, database, queue, run: (message: unknown = job) => runJob(message, queue) };
}
