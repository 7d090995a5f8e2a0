import assert from "node:assert/strict";
import { BrokenCircuitError, BulkheadRejectedError, TaskCancelledError } from "cockatiel";
import { withFakeTime } from "./fake-time.ts";
import { guard, Outage } from "./guard.testing.ts";
import { isGuardRefusal } from "./guard.ts";

class Refusal extends Error {}

/** Fails with each error in turn, then succeeds. */
function work(...errors: Error[]) {
  let tries = 0;
  const run = () => {
    tries += 1;
    const error = errors.shift();
    return error ? Promise.reject(error) : Promise.resolve("done");
  };
  return { run, tries: () => tries };
}

Deno.test("what may be repeated is tried again, within its number of retries", async () => {
  const twice = work(new Outage(), new Outage());
  assert.equal(await guard().run(twice.run, { repeatable: true }), "done");
  assert.equal(twice.tries(), 3);
  const thrice = work(new Outage(), new Outage(), new Outage());
  await assert.rejects(guard().run(thrice.run, { repeatable: true }), Outage);
  assert.equal(thrice.tries(), 3);
});

Deno.test("what may not be repeated is tried once", async () => {
  const once = work(new Outage());
  await assert.rejects(guard().run(once.run, { repeatable: false }), Outage);
  assert.equal(once.tries(), 1);
});

Deno.test("a refusal is neither repeated nor counted against the dependency", async () => {
  const calm = guard();
  for (let call = 0; call < 20; call++) {
    const refused = work(new Refusal());
    await assert.rejects(calm.run(refused.run, { repeatable: true }), Refusal);
    assert.equal(refused.tries(), 1);
  }
  assert.equal(calm.state(), "closed");
});

Deno.test("outages in a row open the breaker: the dependency is left alone", async () => {
  const broken = guard();
  for (let call = 0; call < 4; call++) {
    await assert.rejects(broken.run(work(new Outage()).run, { repeatable: false }), Outage);
  }
  assert.equal(broken.state(), "open");
  const spared = work();
  await assert.rejects(broken.run(spared.run, { repeatable: true }), BrokenCircuitError);
  assert.equal(spared.tries(), 0);
});

Deno.test("a success in between keeps it closed; after its rest one good call closes it", () =>
  withFakeTime(async (time) => {
    const mended = guard({ openForMs: 60_000 });
    for (const error of [new Outage(), new Outage(), new Outage(), null, new Outage(), new Outage(), new Outage()]) {
      await mended.run(work(...(error ? [error] : [])).run, { repeatable: false }).catch(() => {});
    }
    assert.equal(mended.state(), "closed");
    await mended.run(work(new Outage()).run, { repeatable: false }).catch(() => {});
    assert.equal(mended.state(), "open");
    await time.pass(59_999);
    await assert.rejects(mended.run(work().run, { repeatable: false }), BrokenCircuitError);
    await time.pass(1);
    assert.equal(await mended.run(work().run, { repeatable: false }), "done");
    assert.equal(mended.state(), "closed");
  }));

Deno.test("silence is cut off, counts as an outage, and all tries together end in time", () =>
  withFakeTime(async (time) => {
    const hang = () => new Promise<never>(() => {});
    const slow = guard({ failuresToOpen: 3 });
    await assert.rejects(time.until(slow.run(hang, { repeatable: true })), TaskCancelledError);
    assert.equal(slow.state(), "open");
    const impatient = guard({ timeoutMs: 10_000, withinMs: 4_000 });
    const startedAt = time.now();
    await assert.rejects(time.until(impatient.run(hang, { repeatable: true })), TaskCancelledError);
    assert.equal(time.now() - startedAt, 4_000);
  }));

Deno.test("more at once than the bulkhead holds is turned away, and no outage", async () => {
  const busy = guard();
  const doors: (() => void)[] = [];
  const wait = () => new Promise<void>((resolve) => doors.push(resolve));
  const inside = [busy.run(wait, { repeatable: false }), busy.run(wait, { repeatable: false })];
  const turnedAway = await busy.run(wait, { repeatable: true }).catch((error: unknown) => error);
  assert.ok(turnedAway instanceof BulkheadRejectedError && isGuardRefusal(turnedAway));
  assert.equal(busy.state(), "closed");
  for (const open of doors) open();
  await Promise.all(inside);
});
