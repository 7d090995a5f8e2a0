/** An answer that says no, in whatever dialect: PostgREST's, a function's problem+json, Auth's. One shape for the demo. */
import { Mismatch } from "./mismatch.ts";

export interface RefusalFacts {
  /** HTTP status. */
  status: number;
  /** The stable code of docs/errors.md; Postgres' SQLSTATE where the database itself refused. */
  code: string;
  detail: string | null;
  hint: string | null;
}

export class Refusal extends Error {
  readonly facts: RefusalFacts;

  constructor(asked: string, facts: RefusalFacts) {
    super(`${asked} was refused: ${facts.code} (HTTP ${facts.status})`);
    this.name = "Refusal";
    this.facts = facts;
  }
}

/** The work must be refused with exactly this code; any other refusal, and success above all, is a failure. */
export async function expectRefusal(code: string, what: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal && error.facts.code === code) return;
    if (error instanceof Refusal) throw new Mismatch(`${what}: refused, but with another code`, code, error.facts);
    throw error;
  }
  throw new Mismatch(what, `refused with ${code}`, "allowed");
}
