/**
 * What a test can ask of the system, whichever way it goes in: over HTTP through gateway and PostgREST, or straight into
 * a database with role and claims set as PostgREST sets them. An answer is never thrown: refusals are what tests are for.
 */
import type { Actor } from "./actors.ts";

export interface Problem {
  /** SQLSTATE, or PostgREST's own code. */
  readonly code: string;
  /** The stable code of the registry, when it is one of ours. */
  readonly message: string;
  readonly details: string | null;
  readonly hint: string | null;
}

export type Answer<T> =
  | { readonly ok: true; readonly status: number; readonly value: T }
  | { readonly ok: false; readonly status: number; readonly problem: Problem };

export type Arguments = Readonly<Record<string, unknown>>;

export interface Api {
  rpc<T = unknown>(actor: Actor, name: string, args?: Arguments): Promise<Answer<T>>;
  insert<T = { id: string }>(actor: Actor, table: string, rows: readonly Arguments[]): Promise<Answer<T[]>>;
}

/** The value of an answer that has to be one. */
export function must<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.value;
  const { message, details } = answer.problem;
  throw new Error(`refused with ${answer.status} ${message}: ${details ?? ""}`);
}

/** The stable code of a refusal, or "ok": what races count. */
export const outcome = (answer: Answer<unknown>): string => (answer.ok ? "ok" : answer.problem.message);

export function tally(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of outcomes) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}
