// A guard with bounds that tests can reach, and the one error that it takes for an outage.
import { createGuard, type GuardOptions } from "./guard.ts";

export class Outage extends Error {}

export const guard = (changes: Partial<GuardOptions> = {}) =>
  createGuard({
    isOutage: (error) => error instanceof Outage,
    isTransient: (error) => error instanceof Outage,
    timeoutMs: 1_000,
    withinMs: 5_000,
    retries: 2,
    firstDelayMs: 1,
    failuresToOpen: 4,
    openForMs: 60_000,
    atOnce: 2,
    waiting: 0,
    ...changes,
  });
