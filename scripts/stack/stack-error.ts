/**
 * A failure that a person can act on: one clear line, and below it the evidence (the end of a log, an SQL error).
 * Anything that is not a StackError is a defect of the stack itself and is shown with its trace.
 */
export class StackError extends Error {
  readonly evidence: readonly string[];

  constructor(message: string, evidence: readonly string[] = [], options?: ErrorOptions) {
    super(message, options);
    this.name = "StackError";
    this.evidence = evidence;
  }
}

/** The message and its evidence, ready to print. */
export function describe(error: unknown): string {
  if (error instanceof StackError) return [error.message, ...error.evidence.map((line) => `    ${line}`)].join("\n");
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
