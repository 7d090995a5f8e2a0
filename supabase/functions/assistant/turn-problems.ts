// What a person may know of why there is no answer.
import { isGuardRefusal } from "../_shared/guard.ts";
import { ModelTrouble } from "../_shared/openai-client.ts";
import { Problem, problem, unavailable } from "../_shared/problem.ts";
import { type Call, describe } from "../_shared/serve.ts";

export const ASK_AGAIN_AFTER_S = 15;
export const modelUnavailable = (cause?: unknown): Problem =>
  unavailable("model_unavailable", ASK_AGAIN_AFTER_S, cause);

/** A budget says when there is another day; other refusals stay as they are. */
export function withResetTime(error: unknown, now: number): unknown {
  if (!(error instanceof Problem) || error.code !== "assistant_budget_exhausted") return error;
  const resetsAt = /again from (\S+Z)$/.exec(error.fields.detail)?.[1] ?? "";
  const seconds = Math.max(1, Math.ceil((Date.parse(resetsAt) - now) / 1000));
  const known = Number.isNaN(seconds)
    ? {}
    : { headers: { "retry-after": String(seconds) }, extensions: { resets_at: resetsAt } };
  return new Problem({ ...error.fields, ...known }, { cause: error.cause });
}

export function turnProblem(thrown: unknown, { log, fault }: Pick<Call, "log" | "fault">, now: number): Problem {
  const error = withResetTime(thrown, now);
  if (error instanceof Problem) return error;
  if (error instanceof ModelTrouble && error.kind === "invalid") return problem("model_answer_invalid");
  if (error instanceof ModelTrouble || isGuardRefusal(error)) {
    const level = error instanceof ModelTrouble && error.kind === "refused" ? "error" : "warn";
    log.write(level, "no answer from the model", { cause: describe((error as Error).cause ?? error) });
    return modelUnavailable(error);
  }
  fault(error);
  return problem("internal_error");
}
