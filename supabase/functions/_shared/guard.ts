// Every call that leaves the process goes through a guard, one per dependency: a bulkhead bounds how many run at once, a
// timeout how long each try takes and another how long all of them do, a breaker stops calling what is down, and retries
// (retry.ts) are made only of what is safe to repeat. What counts as an outage is the dependency's own word: a refusal, such as a declined card, never does.
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import { retry } from "./retry.ts";

export interface GuardOptions {
  /** Did the dependency fail, rather than refuse? Only such errors open the breaker. */
  readonly isOutage: (error: unknown) => boolean;
  /** Would the same call, made again, have a chance? Asked only for calls that are safe to repeat. */
  readonly isTransient: (error: unknown) => boolean;
  readonly timeoutMs: number;
  /** For all tries together, waiting included: a person stands at the other end. */
  readonly withinMs: number;
  readonly retries: number;
  readonly firstDelayMs: number;
  readonly failuresToOpen: number;
  readonly openForMs: number;
  readonly atOnce: number;
  readonly waiting: number;
}

export type BreakerState = "closed" | "half_open" | "open";

export interface Guard {
  run<T>(work: (signal: AbortSignal) => Promise<T>, options: { repeatable: boolean }): Promise<T>;
  state(): BreakerState;
}

const STATES: Record<CircuitState, BreakerState> = {
  [CircuitState.Closed]: "closed",
  [CircuitState.HalfOpen]: "half_open",
  [CircuitState.Open]: "open",
  [CircuitState.Isolated]: "open",
};

/** The guard itself said no: too many at once, too slow, or known to be down. */
export const isGuardRefusal = (error: unknown): boolean =>
  error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError || error instanceof TaskCancelledError;

export function createGuard(options: GuardOptions): Guard {
  const timedOut = (error: unknown) => error instanceof TaskCancelledError;
  const breaker = circuitBreaker(
    handleWhen((error) => timedOut(error) || options.isOutage(error)),
    { halfOpenAfter: options.openForMs, breaker: new ConsecutiveBreaker(options.failuresToOpen) },
  );
  const once = wrap(
    breaker,
    bulkhead(options.atOnce, options.waiting),
    timeout(options.timeoutMs, TimeoutStrategy.Aggressive),
  );
  const within = timeout(options.withinMs, TimeoutStrategy.Aggressive);
  const patience = {
    isTransient: (error: unknown) => timedOut(error) || options.isTransient(error),
    attempts: 1 + options.retries,
    withinMs: options.withinMs,
    firstDelayMs: options.firstDelayMs,
    longestDelayMs: options.firstDelayMs * 16,
  };
  return {
    run: (work, { repeatable }) =>
      within.execute(({ signal: over }) => {
        const attempt = () => once.execute(({ signal }) => work(signal), over);
        return repeatable ? retry(attempt, { ...patience, signal: over }) : attempt();
      }),
    state: () => STATES[breaker.state],
  };
}
