// What retry does with the real clock, and which answers of a database may pass.
import assert from "node:assert/strict";
import { withFakeTime } from "./fake-time.ts";
import { isContention, isOutage, isStillRunning, mayPass, retry } from "./retry.ts";

class Trouble extends Error {}
const isTransient = (error: unknown) => error instanceof Trouble;
const fail = () => Promise.reject(new Trouble());

Deno.test("by the real clock no try begins after the time is over, and one at its very end does", () =>
  withFakeTime(async (time) => {
    const tries: number[] = [];
    const work = () => {
      tries.push(time.now());
      return fail();
    };
    const options = { isTransient, attempts: 99, withinMs: 300, firstDelayMs: 100, random: () => 1 };
    await assert.rejects(time.until(retry(work, options)), Trouble);
    assert.deepEqual(tries, [0, 100, 300]);
  }));

Deno.test("called off while it waits, it leaves no timer behind", () =>
  withFakeTime(async (time) => {
    const calledOff = new AbortController();
    const reason = new Error("nobody waits any more");
    const options = { isTransient, signal: calledOff.signal, firstDelayMs: 10_000, withinMs: 60_000, random: () => 1 };
    const waiting = retry(fail, { ...options, longestDelayMs: 10_000 });
    await time.pass(10);
    calledOff.abort(reason);
    await assert.rejects(waiting, reason);
    await assert.rejects(time.until(new Promise(() => {})), /nothing more will happen/);
    assert.equal(time.now(), 10, "nothing was still to fire");
  }));

Deno.test("called off while a try is under way: its own error is the answer", async () => {
  const calledOff = new AbortController();
  const work = () => {
    calledOff.abort(new Error("nobody waits any more"));
    return fail();
  };
  await assert.rejects(retry(work, { isTransient, signal: calledOff.signal }), Trouble);
});

Deno.test("of what a database says, only the whole code counts", () => {
  const says = (code: string, status = 500) => {
    const failure = { status, code, message: "m" };
    return [isContention(failure), isOutage(failure), isStillRunning(failure), mayPass(failure)];
  };
  for (const code of ["40001", "40P01", "55P03"]) assert.deepEqual(says(code), [true, false, false, true], code);
  const outages = ["08000", "08006", "57P01", "57P02", "57P03", "57014", "53300", "PGRST000", "PGRST003"];
  for (const code of outages) assert.deepEqual(says(code), [false, true, false, true], code);
  for (const code of ["0800", "080000", "x08000", "57P04", "53", "PGRST004", "PGRST0001", "xPGRST000", "22P02", ""]) {
    assert.deepEqual(says(code), [false, false, false, false], code);
  }
  for (const status of [0, 502, 503, 504])
    assert.deepEqual(says("", status), [false, true, false, true], String(status));
  assert.deepEqual(says("idempotency_key_in_use", 409), [false, false, true, true]);
});
