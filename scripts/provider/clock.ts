// Time as an argument. Everything in the provider that waits (retries, delays, latency, expiry) asks this clock,
// so that a test can move a day forward in no time and never sleeps for luck.

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once after `ms`; the answer cancels it. */
  after(ms: number, task: () => void): () => void;
}

// setTimeout fires at once above this, so longer waits are cut; callers re-read the time when they wake.
const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, Math.min(Math.max(ms, 0), LONGEST_TIMER));
    return () => clearTimeout(timer);
  },
};

export interface ManualClock extends Clock {
  advance(ms: number): void;
}

/** A clock that stands still until it is told to move; due tasks run in order of their time. */
export function manualClock(start: number): ManualClock {
  let current = start;
  let tasks: { at: number; task: () => void }[] = [];
  return {
    now: () => current,
    after(ms, task) {
      const entry = { at: current + ms, task };
      tasks.push(entry);
      return () => {
        tasks = tasks.filter((other) => other !== entry);
      };
    },
    advance(ms) {
      const end = current + ms;
      for (;;) {
        const due = tasks.filter((entry) => entry.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        tasks = tasks.filter((entry) => entry !== due);
        current = Math.max(current, due.at);
        due.task();
      }
      current = end;
    },
  };
}

/** Resolves after `ms` of the given clock. */
export const pause = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });
