// The guard's bounds, in time that is moved by hand.
import assert from "node:assert/strict";
import { TaskCancelledError } from "cockatiel";
import { withFakeTime } from "./fake-time.ts";
import { guard, Outage } from "./guard.testing.ts";
import { isGuardRefusal } from "./guard.ts";

const fail = () => Promise.reject(new Outage());

Deno.test("after its rest the breaker lets one call try, and closes or opens by what becomes of it", () =>
  withFakeTime(async (time) => {
    const resting = guard({ failuresToOpen: 1 });
    await assert.rejects(resting.run(fail, { repeatable: false }), Outage);
    assert.equal(resting.state(), "open");
    await time.pass(60_000);
    const during: string[] = [];
    const look = () => {
      during.push(resting.state());
      return fail();
    };
    await assert.rejects(resting.run(look, { repeatable: false }), Outage);
    assert.deepEqual([during, resting.state()], [["half_open"], "open"]);
  }));

Deno.test("what was cut off is tried again, and each try hears that it is over", () =>
  withFakeTime(async (time) => {
    const signals: AbortSignal[] = [];
    const slowOnce = (signal: AbortSignal) => {
      signals.push(signal);
      return signals.length > 1 ? Promise.resolve("done") : new Promise<string>(() => {});
    };
    assert.equal(await time.until(guard().run(slowOnce, { repeatable: true })), "done");
    assert.deepEqual([signals.length, signals[0]?.aborted], [2, true]);
    const once = guard().run(() => new Promise<string>(() => {}), { repeatable: false });
    await assert.rejects(time.until(once), (error) => error instanceof TaskCancelledError && isGuardRefusal(error));
  }));

Deno.test("when the time for all tries is over, the one under way hears of it, and none begins", () =>
  withFakeTime(async (time) => {
    const signals: AbortSignal[] = [];
    const hang = (signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<never>(() => {});
    };
    await assert.rejects(
      time.until(guard({ timeoutMs: 3_000, retries: 9 }).run(hang, { repeatable: true })),
      TaskCancelledError,
    );
    assert.equal(time.now(), 5_000);
    await time.pass(60_000);
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, true],
    );
  }));

Deno.test("waits double up to sixteen times the first", () =>
  withFakeTime(async (time) => {
    const { random } = Math;
    Math.random = () => 1;
    try {
      const patient = guard({ retries: 7, firstDelayMs: 10, failuresToOpen: 99 });
      await assert.rejects(time.until(patient.run(fail, { repeatable: true })), Outage);
      assert.equal(time.now(), 10 + 20 + 40 + 80 + 160 + 160 + 160);
    } finally {
      Math.random = random;
    }
  }));

Deno.test("whoever finds no place waits in line as far as there is one", () =>
  withFakeTime(async (time) => {
    const queue = guard({ atOnce: 1, waiting: 1 });
    const order: string[] = [];
    const work = (name: string) => () =>
      new Promise<void>((resolve) => {
        order.push(name);
        setTimeout(resolve, 100);
      });
    const inside = queue.run(work("first"), { repeatable: false });
    const waiting = queue.run(work("second"), { repeatable: false });
    const away = await queue.run(work("third"), { repeatable: false }).catch((error: unknown) => error);
    assert.ok(isGuardRefusal(away));
    assert.deepEqual(order, ["first"]);
    await time.until(Promise.all([inside, waiting]));
    assert.deepEqual([order, time.now()], [["first", "second"], 200]);
  }));

Deno.test("a refusal by the guard is none of the dependency's own errors", () => {
  for (const error of [new Outage(), new Error("open"), null, "open"]) assert.equal(isGuardRefusal(error), false);
});
