/** For what looks at a stack whose parts may still be coming back: anything but a finding is tried again. */
import { retry } from "../../supabase/functions/_shared/retry.ts";

/** Something is wrong, and stays so. */
export class Wrong extends Error {}

export const persist = <T>(work: () => Promise<T>): Promise<T> =>
  retry(work, {
    isTransient: (error) => !(error instanceof Wrong),
    attempts: 200,
    withinMs: 30_000,
    firstDelayMs: 50,
    longestDelayMs: 500,
  });
