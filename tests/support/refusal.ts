/**
 * What a refusal must look like, always: registered code, registered status and remedy, and not a word about how the
 * system is made. The registry is read from the database, so a test never repeats a status.
 */
import type { Sql } from "postgres";
import { expect } from "vitest";
import type { Answer, Problem } from "./api.ts";

export interface Registered {
  readonly code: string;
  readonly http_status: number;
  readonly remedy: string;
}

export const readRegistry = async (sql: Sql): Promise<ReadonlyMap<string, Registered>> => {
  const rows = await sql<Registered[]>`select code, http_status, remedy from private.errors`;
  return new Map(rows.map((row) => [row.code, row]));
};

// Statements, files, stack frames, internal names: what an answer must never tell.
const LEAKS =
  /\b(select|insert|update|delete)\b.+\b(from|into|set|where)\b|PL\/pgSQL|\bCONTEXT\b|\bat line\b|\.(ts|sql|hs|js):\d|\n\s+at |private\.|pg_catalog|postgres(ql)?:\/\//i;

export const leak = (text: string): string | null => LEAKS.exec(text)?.[0] ?? null;

export interface Refusals {
  /** Asserts that this was refused with this code of the registry; returns the problem for its details. */
  expect(answer: Answer<unknown>, code: string): Problem;
}

export async function refusals(sql: Sql): Promise<Refusals> {
  const registry = await readRegistry(sql);
  return {
    expect(answer, code) {
      if (answer.ok) throw new Error(`expected ${code}, but it was allowed: ${JSON.stringify(answer.value)}`);
      const registered = registry.get(code);
      if (!registered) throw new Error(`${code} is not in the registry`);
      const { problem, status } = answer;
      expect({ code: problem.message, status, sqlstate: problem.code, hint: problem.hint }).toEqual({
        code,
        status: registered.http_status,
        sqlstate: `PT${registered.http_status}`,
        hint: registered.remedy,
      });
      expect(leak(JSON.stringify(problem))).toBeNull();
      return problem;
    },
  };
}

/** Refused before any of our code ran: by a grant, a policy or PostgREST itself. */
export function expectDenied(answer: Answer<unknown>, codes: readonly string[] = ["42501"]): void {
  if (answer.ok) throw new Error(`expected a refusal, but it was allowed: ${JSON.stringify(answer.value)}`);
  expect(codes).toContain(answer.problem.code);
  expect([401, 403, 404]).toContain(answer.status);
}
