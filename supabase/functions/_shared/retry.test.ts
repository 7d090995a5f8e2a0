import assert from "node:assert/strict";
import { mayPass, type RetryClock, type RetryOptions, retry } from "./retry.ts";

class Trouble extends Error {}
class Refusal extends Error {}

/** Time passes only by waiting, and waiting takes none. */
function instantClock() {
  let now = 0;
  const waits: number[] = [];
  const clock: RetryClock = {
    now: () => now,
    after(ms, wake) {
      waits.push(ms);
      let isCancelled = false;
      queueMicrotask(() => {
        if (isCancelled) return;
        now += ms;
        wake();
      });
      return () => {
        isCancelled = true;
      };
    },
  };
  return { clock, waits };
}

/** Fails with each error in turn, then succeeds. */
function calls(...errors: Error[]) {
  const seen: number[] = [];
  const work = (attempt: number) => {
    seen.push(attempt);
    const error = errors.shift();
    return error ? Promise.reject(error) : Promise.resolve("done");
  };
  return { work, seen };
}

const isTransient = (error: unknown) => error instanceof Trouble;
const trouble = (count: number) => Array.from({ length: count }, () => new Trouble());

async function run(errors: Error[], options: Partial<RetryOptions> = {}) {
  const { clock, waits } = instantClock();
  const { work, seen } = calls(...errors);
  const result = await retry(work, { isTransient, clock, random: () => 0.5, ...options }).catch((error) => error);
  return { result, seen, waits };
}

Deno.test("trouble is tried again until it passes, at most so often, and then the last error is the answer", async () => {
  const passed = await run(trouble(3), { attempts: 4 });
  assert.deepEqual([passed.result, passed.seen], ["done", [1, 2, 3, 4]]);
  const stays = await run(trouble(9), { attempts: 4 });
  assert.ok(stays.result instanceof Trouble);
  assert.deepEqual(stays.seen, [1, 2, 3, 4]);
});

Deno.test("a refusal is an answer: it is not asked again, also after trouble", async () => {
  const at_once = await run([new Refusal()]);
  assert.ok(at_once.result instanceof Refusal);
  assert.deepEqual(at_once.seen, [1]);
  const later = await run([new Trouble(), new Refusal()]);
  assert.ok(later.result instanceof Refusal);
  assert.deepEqual(later.seen, [1, 2]);
});

Deno.test("full jitter: anything from nothing to a bound that doubles up to the longest", async () => {
  const bounds = { attempts: 7, firstDelayMs: 100, longestDelayMs: 800 };
  assert.deepEqual((await run(trouble(6), { ...bounds, random: () => 0.5 })).waits, [50, 100, 200, 400, 400, 400]);
  assert.deepEqual((await run(trouble(6), { ...bounds, random: () => 0 })).waits, [0, 0, 0, 0, 0, 0]);
  const dice = [0.1, 0.9, 0.3, 0.7, 0.2, 0.6];
  const waits = (await run(trouble(6), { ...bounds, random: () => dice.shift() ?? 0 })).waits;
  assert.deepEqual(
    waits.map((ms) => Math.round(ms)),
    [10, 180, 120, 560, 160, 480],
  );
});

Deno.test("no try begins after the time is over, and nobody waits for one that would", async () => {
  const { result, seen, waits } = await run(trouble(99), { attempts: 99, withinMs: 320, firstDelayMs: 100 });
  assert.ok(result instanceof Trouble);
  assert.deepEqual(waits, [50, 100]);
  assert.deepEqual(seen, [1, 2, 3]);
});

Deno.test("who was told when to ask again does not ask sooner, nor with everybody else", async () => {
  const { waits } = await run(trouble(1), { firstDelayMs: 100, notBeforeMs: () => 2_000 });
  assert.deepEqual(waits, [2_050]);
});

Deno.test("each repetition is told of, with what it was about", async () => {
  const told: unknown[] = [];
  const onRetry = (error: unknown, attempt: number, delayMs: number) =>
    told.push([error instanceof Trouble, attempt, delayMs]);
  await run(trouble(2), { firstDelayMs: 100, onRetry });
  assert.deepEqual(told, [
    [true, 1, 50],
    [true, 2, 100],
  ]);
});

Deno.test("whoever gives up ends the waiting at once, and nothing is begun for one who has given up", async () => {
  const reason = new Error("the guest has left");
  const leaving = new AbortController();
  const onRetry = () => leaving.abort(reason);
  const while_waiting = calls(...trouble(9));
  await assert.rejects(
    retry(while_waiting.work, { isTransient, signal: leaving.signal, firstDelayMs: 60_000, withinMs: 90_000, onRetry }),
    reason,
  );
  assert.deepEqual(while_waiting.seen, [1]);
  const before = await run([], { signal: AbortSignal.abort(reason) });
  assert.deepEqual([before.result, before.seen], [reason, []]);
});

const failures: [string, Parameters<typeof mayPass>[0], boolean][] = [
  ["a deadlock", { status: 500, code: "40P01" }, true],
  ["a serialization failure", { status: 500, code: "40001" }, true],
  ["a lock that was not to be had", { status: 500, code: "55P03" }, true],
  ["no answer", { status: 0, code: "" }, true],
  ["a function that says 503", { status: 503, code: "database_unavailable" }, true],
  ["a connection that broke under a statement", { status: 400, code: "", message: "" }, true],
  ["a 400 that says something", { status: 400, code: "", message: "Bad Request" }, false],
  ["no database", { status: 503, code: "PGRST000" }, true],
  ["a first try that still runs", { status: 409, code: "PT409", message: "idempotency_key_in_use" }, true],
  ["the same, from a function", { status: 409, code: "idempotency_key_in_use" }, true],
  ["a changed request under an old key", { status: 422, code: "PT422", message: "idempotency_key_reused" }, false],
  ["a limit", { status: 429, code: "PT429", message: "rate_limited" }, false],
  ["no stock", { status: 409, code: "PT409", message: "out_of_stock" }, false],
  ["a broken constraint", { status: 409, code: "23505" }, false],
  ["a fault", { status: 500, code: "XX000" }, false],
  ["a bad request that says why", { status: 400, code: "", message: "no" }, false],
  ["a bad request with a code", { status: 400, code: "22P02", message: "" }, false],
  ["another refusal that says nothing", { status: 401, code: "", message: "" }, false],
];
for (const [what, failure, expected] of failures) {
  Deno.test(`${what} ${expected ? "may pass" : "stays what it is"}`, () => assert.equal(mayPass(failure), expected));
}

Deno.test("called off while it waits: it ends at once, with the reason, and nothing is tried again", async () => {
  const gone = new Error("nobody waits any more");
  const calledOff = new AbortController();
  const { work, seen } = calls(new Trouble(), new Trouble());
  let cancelled = 0;
  const clock: RetryClock = { now: () => 0, after: () => () => (cancelled += 1) };
  const onRetry = () => queueMicrotask(() => calledOff.abort(gone));
  await assert.rejects(retry(work, { isTransient, clock, onRetry, signal: calledOff.signal }), gone);
  assert.deepEqual([seen, cancelled], [[1], 1]);
});

Deno.test("called off before it began: nothing is tried", async () => {
  const gone = new Error("nobody waits any more");
  const { work, seen } = calls();
  await assert.rejects(retry(work, { isTransient, signal: AbortSignal.abort(gone) }), gone);
  assert.deepEqual(seen, []);
});

Deno.test("whoever has waited listens no longer for being called off", async () => {
  const { signal } = new AbortController();
  let listening = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listening += 1;
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listening -= 1;
    remove(...given);
  };
  const { work } = calls(new Trouble(), new Trouble());
  assert.equal(await retry(work, { isTransient, clock: instantClock().clock, signal }), "done");
  assert.equal(listening, 0);
});
