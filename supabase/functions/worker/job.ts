// A job as a handler meets it, and the one place that decides whether a failure is worth another attempt. Each job may run
// more than once, and at the same time elsewhere: every handler has the effect of running once.
import { z } from "zod";
import type { Log } from "../_shared/log.ts";
import { Problem } from "../_shared/problem.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { describe } from "../_shared/serve.ts";
import { type Trace, traceFrom } from "../_shared/trace.ts";

export type JobOutcome =
  | { readonly done: true }
  | { readonly done: false; readonly error: string; readonly final: boolean };

/** The payload comes from outside: the handler parses it. The trace is that of the request which wrote the message. */
export type JobHandler = (payload: unknown, trace: Trace) => Promise<JobOutcome>;

export interface Queue {
  readonly name: string;
  /** How many are claimed, and run, at once. */
  readonly batch: number;
  readonly topics: Readonly<Record<string, JobHandler>>;
}

export interface DrainReport {
  relayed: number;
  done: number;
  retried: number;
  dead: number;
}

export interface PaceDependencies {
  readonly rpc: Rpc;
  readonly trace: Trace;
  readonly log: Log;
  readonly now: () => number;
  readonly report: DrainReport;
}

/** A queue that claims and settles its jobs itself, until an instant; the answer is how many they were. */
export interface PacedQueue {
  readonly name: string;
  readonly topics: readonly string[];
  drain(until: number, dependencies: PaceDependencies): Promise<number>;
}

export const DONE: JobOutcome = { done: true };
export const JOB_LIMIT_MS = 60_000;

const envelope = z.looseObject({ topic: z.string(), payload: z.unknown(), trace_id: z.string().nullish() });

export async function runJob(message: unknown, queue: Queue, limitMs = JOB_LIMIT_MS): Promise<JobOutcome> {
  const parsed = envelope.safeParse(message);
  if (!parsed.success) return { done: false, error: "the message is not a job", final: true };
  const { topic, payload, trace_id } = parsed.data;
  const handler = Object.hasOwn(queue.topics, topic) ? queue.topics[topic] : undefined;
  if (!handler) return { done: false, error: `no such topic: ${topic}`, final: true };
  let patience: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<JobOutcome>((resolve) => {
    patience = setTimeout(() => resolve({ done: false, error: "took too long", final: false }), limitMs);
  });
  try {
    return await Promise.race([handler(payload, traceFrom(trace_id)), tooLate]);
  } catch (error) {
    if (error instanceof z.ZodError) return { done: false, error: `malformed: ${z.prettifyError(error)}`, final: true };
    // What is missing or contradicts the books stays so; everything else (outages, wrong keys, faults) may be mended.
    const refused = error instanceof Problem && [404, 409, 422].includes(error.status);
    return { done: false, error: describe(error), final: refused };
  } finally {
    clearTimeout(patience);
  }
}
