// What PostgREST says about a failed call, read as one of three things: a refusal by the database, which the caller gets
// with the same code and status; trouble, which may pass; or a fault of ours.
import { Problem, problem } from "./problem.ts";
import { isContention, isOutage } from "./retry.ts";

export interface PostgrestFailure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly details: string | null;
  readonly hint: string | null;
}

/** The database could not be asked (outage), or gave way to somebody else (contention). */
export class DatabaseTrouble extends Error {
  override readonly name = "DatabaseTrouble";
  readonly kind: "outage" | "contention";

  constructor(kind: "outage" | "contention", message: string) {
    super(message);
    this.kind = kind;
  }
}

const TOKEN_REFUSED = /^PGRST30[0-3]$/;

export function readPostgrestFailure(failure: PostgrestFailure): Error {
  const { status, code, message, details, hint } = failure;
  const refusal = /^PT(4\d\d)$/.exec(code)?.[1];
  if (refusal) {
    return new Problem({
      code: message,
      status: Number(refusal),
      detail: details || message,
      hint: hint || undefined,
      // Limits are counted by the minute.
      headers: refusal === "429" ? { "retry-after": String(60 - new Date().getUTCSeconds()) } : undefined,
    });
  }
  if (isContention(failure)) return new DatabaseTrouble("contention", `${code} ${message}`);
  if (isOutage(failure)) return new DatabaseTrouble("outage", `${status} ${code} ${message}`);
  if (TOKEN_REFUSED.test(code)) return problem("token_invalid");
  return new Error(`the database answered ${status} ${code}: ${message}`);
}
