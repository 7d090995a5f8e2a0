// Time for tests that is moved by hand: timers fire when the test says so, in their order, and Date.now() follows. Nothing
// waits, and nothing depends on how busy the machine is. As real ones do, timers count whole milliseconds. Only timers of
// code under test may be set while it runs.

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

export interface FakeTime {
  /** Moves on by so much; whatever is due meanwhile fires, and what follows from it happens. */
  pass(ms: number): Promise<void>;
  /** Moves on from timer to timer until the promise is settled. */
  until<T>(promise: Promise<T>): Promise<T>;
  now(): number;
}

export async function withFakeTime(test: (time: FakeTime) => Promise<void>): Promise<void> {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, now: Date.now };
  const timers = new Map<number, Timer>();
  let now = 0;
  let last = 0;
  // Everything that promises set in motion is over when a real timer of zero fires.
  const settle = () => new Promise<void>((resolve) => real.setTimeout(resolve, 0));
  const next = () => [...timers].sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
  const fire = async ([id, timer]: [number, Timer]) => {
    timers.delete(id);
    now = Math.max(now, timer.at);
    timer.run();
    await settle();
  };
  Object.assign(globalThis, {
    setTimeout: (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) => {
      last += 1;
      timers.set(last, { at: now + Math.trunc(ms), run: () => run(...given) });
      return last;
    },
    clearTimeout: (id: number) => timers.delete(id),
  });
  Date.now = () => now;
  try {
    await test({
      now: () => now,
      pass: async (ms) => {
        const end = now + ms;
        await settle();
        for (let due = next(); due && due[1].at <= end; due = next()) await fire(due);
        now = end;
      },
      until: async (promise) => {
        let settled = false;
        const mark = () => {
          settled = true;
        };
        promise.then(mark, mark);
        await settle();
        while (!settled) {
          const due = next();
          if (!due) throw new Error("nothing more will happen");
          await fire(due);
        }
        return await promise;
      },
    });
  } finally {
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
    Date.now = real.now;
  }
}
