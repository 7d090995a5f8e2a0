/** A client that repeats what may pass, as every client should (docs/retrying.md), over an API whose answers are values. */
import { mayPass, type RetryOptions, retry } from "../../supabase/functions/_shared/retry.ts";
import type { Answer } from "./api.ts";

type Refused = Extract<Answer<never>, { ok: false }>;

class Trouble extends Error {
  readonly answer: Refused;
  constructor(answer: Refused) {
    super(answer.problem.message);
    this.answer = answer;
  }
}

/** PostgREST says 500 for what the database itself says without a status. */
const failureOf = ({ status, problem }: Refused) => ({ ...problem, status: status === 0 ? 500 : status });

export interface Persistence extends Pick<RetryOptions, "random" | "attempts" | "withinMs"> {
  readonly onRetry?: (answer: Refused) => void;
}

/** The answer that is left when trouble has been waited out. */
export async function persistently<T>(
  ask: () => Promise<Answer<T>>,
  { onRetry, ...options }: Persistence = {},
): Promise<Answer<T>> {
  const work = async () => {
    const answer = await ask();
    if (!answer.ok && mayPass(failureOf(answer))) throw new Trouble(answer);
    return answer;
  };
  try {
    return await retry(work, {
      isTransient: (error) => error instanceof Trouble,
      attempts: 20,
      withinMs: 30_000,
      firstDelayMs: 20,
      longestDelayMs: 500,
      ...options,
      onRetry: (error) => error instanceof Trouble && onRetry?.(error.answer),
    });
  } catch (error) {
    if (error instanceof Trouble) return error.answer;
    throw error;
  }
}
