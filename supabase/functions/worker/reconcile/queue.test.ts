import assert from "node:assert/strict";
import { DONE } from "../job.ts";
import { workerOf } from "../testing.ts";
import { SLICE_MS } from "./queue.ts";
import { job, lost, RUN, setting } from "./testing.ts";

Deno.test("a run goes on where it stopped, step by step, to its end, and the log has what it came to", async () => {
  const { run, database, lines } = setting();
  assert.deepEqual(await run(), DONE);
  const steps = database.named("save_reconciliation_page").map(({ args }) => args.p_step);
  assert.deepEqual(steps, ["refunds", "subscriptions", "unconfirmed", "balance", "findings"]);
  const { at: _, ...line } = lines[0] ?? {};
  const counts = { run_id: RUN, outcome: "differences", open_findings: 2, payments: 0 };
  assert.deepEqual(line, { level: "warn", message: "reconciled", ...counts });
});

Deno.test("when its time is over it gives way to another job", async () => {
  const { run, database, clock } = setting({
    intents: () => {
      clock.ms += SLICE_MS;
      return Promise.resolve({ data: [], next: "pi_1" });
    },
  });
  assert.deepEqual(await run(), DONE);
  assert.deepEqual(database.named("save_reconciliation_page")[0]?.args.p_page_after, "pi_1");
  assert.deepEqual(database.named("release_reconciliation")[0]?.args.p_error, undefined);
  assert.equal(database.named("finish_reconciliation").length, 0);
});

Deno.test("a run that another worker has is left alone, also when it was lost half way", async () => {
  const other = setting({}, { claim_reconciliation: () => ({ run_id: RUN, claimed: false }) });
  assert.deepEqual(await other.run(), DONE);
  assert.equal(other.database.calls.length, 1);
  const late = setting({}, { save_reconciliation_page: lost });
  assert.deepEqual(await late.run(), DONE);
  assert.equal(late.database.named("release_reconciliation").length, 0);
});

Deno.test("trouble is written to the run, and the job is tried again; a message that is none is not", async () => {
  const fail = () => Promise.reject(new Error("no answer"));
  const { run, database } = setting({ refunds: fail });
  const outcome = await run();
  assert.ok(!outcome.done && !outcome.final);
  assert.match(String(database.named("release_reconciliation")[0]?.args.p_error), /no answer/);
  const malformed = await run({ topic: "provider.reconcile", payload: {} });
  assert.ok(!malformed.done && malformed.final);
});

Deno.test("new findings are told at once, as an error", async () => {
  const { run, lines } = setting({}, { save_reconciliation_page: () => ({ new_findings: 3 }) });
  await run();
  assert.deepEqual(
    [lines[0]?.level, lines[0]?.message, lines[0]?.new],
    ["error", "reconciliation found differences", 3],
  );
});

Deno.test("no other queue waits for it: mails go out while it waits for the provider", async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const slow = async () => {
    await answered;
    return { data: [], next: null };
  };
  const { queue } = setting({ intents: slow });
  const sent: unknown[] = [];
  const mail = {
    name: "mail",
    batch: 1,
    topics: {
      "mail.requested": (payload: unknown) => {
        sent.push(payload);
        if (sent.length === 3) answer();
        return Promise.resolve(DONE);
      },
    },
  };
  const mails = [1, 2, 3].map((n) => ({ job_id: n, attempt: 1, message: { topic: "mail.requested", payload: n } }));
  const { work, finished } = await workerOf([queue, mail], {
    reconciliation: [{ job_id: 9, attempt: 1, message: job }],
    mail: mails,
  });
  await work();
  assert.deepEqual(finished, [1, 2, 3, 9]);
});
