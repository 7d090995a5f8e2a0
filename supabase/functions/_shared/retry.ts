// The one way in which a call is made again: full jitter, so that those who met do not meet again; a bounded number of
// tries in a bounded time; and always the same call, with the same idempotency key, because the first try may have had its
// effect and lost only its answer. What was refused is not asked again. Imports nothing: clients may copy it as it is.

/** What an answer says about itself: PostgREST's `code` and `message`, or the `code` of a problem; 0 is no answer. */
export interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
}

/** Two transactions met and this one gave way: it has left nothing behind. */
export const isContention = ({ code }: Failure): boolean => ["40001", "40P01", "55P03"].includes(code);

// Connection failures, shutdowns, too many connections, cancelled by a time limit; PostgREST's own "no database".
const OUTAGE = /^(08...|57P0[123]|57014|53...|PGRST00[0-3])$/;

/** PostgREST's word for a connection that broke under a statement: a 400 that says nothing at all. */
const isBrokenOff = ({ status, code, message }: Failure): boolean => status === 400 && code === "" && message === "";

/** Nobody answered, or only to say that nobody can. */
export const isOutage = (failure: Failure): boolean =>
  OUTAGE.test(failure.code) || [0, 502, 503, 504].includes(failure.status) || isBrokenOff(failure);

/** The first try is still running: its answer comes with a later one. */
export const isStillRunning = ({ code, message }: Failure): boolean =>
  [code, message].includes("idempotency_key_in_use");

/** Would the same call, made again, have a chance? Limits (429) are not trouble but an answer, as all refusals are. */
export const mayPass = (failure: Failure): boolean =>
  isContention(failure) || isOutage(failure) || isStillRunning(failure);

export interface RetryClock {
  now(): number;
  /** Runs `wake` after so long; the answer cancels it. */
  after(ms: number, wake: () => void): () => void;
}

const realClock: RetryClock = {
  now: () => Date.now(),
  after(ms, wake) {
    const timer = setTimeout(wake, ms);
    return () => clearTimeout(timer);
  },
};

export interface RetryOptions {
  readonly isTransient: (error: unknown) => boolean;
  /** In all, the first included. */
  readonly attempts?: number;
  /** No try begins later than this after the first. A try under way is ended by `signal`, not by this. */
  readonly withinMs?: number;
  /** The longest wait before the second try; it doubles with each. */
  readonly firstDelayMs?: number;
  readonly longestDelayMs?: number;
  /** What the one who failed asked for (Retry-After): the next try comes no sooner. */
  readonly notBeforeMs?: (error: unknown) => number;
  readonly signal?: AbortSignal;
  readonly onRetry?: (error: unknown, attempt: number, delayMs: number) => void;
  readonly random?: () => number;
  readonly clock?: RetryClock;
}

/** Runs `work` until it succeeds, is refused, or the bounds are reached: then its last error is the answer. */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { isTransient, attempts = 6, withinMs = 15_000, firstDelayMs = 50, longestDelayMs = 2_000 } = options;
  const { notBeforeMs = () => 0, signal, onRetry, random = Math.random, clock = realClock } = options;
  const deadline = clock.now() + withinMs;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= attempts || signal?.aborted || !isTransient(error)) throw error;
      const longest = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
      const delayMs = notBeforeMs(error) + random() * longest;
      if (clock.now() + delayMs > deadline) throw error;
      onRetry?.(error, attempt, delayMs);
      await pause(delayMs, clock, signal);
    }
  }
}

function pause(ms: number, clock: RetryClock, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    });
    signal?.addEventListener("abort", abort, { once: true });
  });
}
