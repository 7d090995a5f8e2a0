// A refusal on its way to the caller (RFC 9457). Whatever is thrown inside a function is either a Problem, which the caller
// may read, or a fault, of which the caller learns nothing but that it happened.
import { type FunctionErrorCode, functionErrors, type SharedErrorCode, sharedErrors } from "./function-errors.ts";

export interface ProblemFields {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly hint?: string | undefined;
  readonly headers?: Record<string, string> | undefined;
  /** Further members of the body, such as decline_code. */
  readonly extensions?: Record<string, unknown> | undefined;
}

export interface ProblemOptions {
  readonly detail?: string | undefined;
  readonly headers?: Record<string, string> | undefined;
  readonly extensions?: Record<string, unknown> | undefined;
}

export class Problem extends Error {
  override readonly name = "Problem";
  readonly fields: ProblemFields;

  constructor(fields: ProblemFields, options?: ErrorOptions) {
    super(`${fields.code}: ${fields.detail}`, options);
    this.fields = fields;
  }

  get code(): string {
    return this.fields.code;
  }

  get status(): number {
    return this.fields.status;
  }
}

const isFunctionCode = (code: string): code is FunctionErrorCode => Object.hasOwn(functionErrors, code);

export function problem(code: FunctionErrorCode | SharedErrorCode, options: ProblemOptions = {}): Problem {
  if (isFunctionCode(code)) {
    const { status, meaning, remedy } = functionErrors[code];
    return new Problem({ ...options, code, status, detail: options.detail ?? meaning, hint: remedy });
  }
  return new Problem({ ...options, code, status: sharedErrors[code], detail: options.detail ?? titleOf(code) });
}

export const unavailable = (
  code: "provider_unavailable" | "database_unavailable" | "model_unavailable",
  retryAfterSeconds: number,
  cause?: unknown,
): Problem => {
  const { status, meaning, remedy } = functionErrors[code];
  const headers = { "retry-after": String(retryAfterSeconds) };
  return new Problem({ code, status, detail: meaning, hint: remedy, headers }, { cause });
};

function titleOf(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function problemResponse(refusal: Problem, ids: { requestId: string; traceId: string }): Response {
  const { code, status, detail, hint, headers, extensions } = refusal.fields;
  const body = {
    ...extensions,
    type: `urn:servio:error:${code}`,
    title: titleOf(code),
    status,
    code,
    detail,
    ...(hint === undefined ? {} : { hint }),
    instance: `urn:uuid:${ids.requestId}`,
    trace_id: ids.traceId,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}
