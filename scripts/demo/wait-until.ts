/**
 * Waiting for something that another part does: asks again and again, and gives up at a deadline with what it saw last.
 * There is no sleep in the demo besides the pause between two questions here.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Mismatch } from "./mismatch.ts";

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;

export interface Wait<T> {
  /** What is waited for, as a person would say it. */
  what: string;
  within: number;
  ask: () => Promise<T>;
  until: (answer: T) => boolean;
  /** What the answer should be, for the message of a wait that was in vain. */
  expected: unknown;
}

export async function waitUntil<T>({ what, within, ask, until, expected }: Wait<T>): Promise<T> {
  const deadline = performance.now() + within;
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 1.5, LONGEST_PAUSE_MS)) {
    const answer = await ask();
    if (until(answer)) return answer;
    if (performance.now() + wait > deadline) {
      throw new Mismatch(`${what}: not within ${within / 1000} s`, expected, answer);
    }
    await pause(wait);
  }
}
