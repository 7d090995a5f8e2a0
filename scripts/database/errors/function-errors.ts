/** The codes that only the edge functions answer with, as they declare them themselves, and whether they do. */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { functionErrors, sharedErrors } from "../../../supabase/functions/_shared/function-errors.ts";
import { ROOT } from "../test-databases.ts";
import type { RegisteredError } from "./raised-codes.ts";

export function readFunctionErrors(): RegisteredError[] {
  return Object.entries(functionErrors)
    .map(([code, { status, meaning, remedy }]) => ({ code, http_status: status, meaning, remedy }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** That the compiler knows every code raised is its business; this looks for what it cannot see. */
export function checkFunctionErrors(registry: readonly RegisteredError[], sources = functionSources()): string[] {
  const registered = new Map(registry.map(({ code, http_status }) => [code, http_status]));
  return [
    ...Object.keys(functionErrors)
      .filter((code) => registered.has(code))
      .map((code) => `${code} is declared both in private.errors and in function-errors.ts`),
    ...Object.keys(functionErrors)
      .filter((code) => !sources.some((source) => source.includes(`"${code}"`)))
      .map((code) => `function-errors.ts declares ${code}, which no function raises`),
    ...Object.entries(sharedErrors)
      .filter(([code, status]) => registered.get(code) !== status)
      .map(
        ([code, status]) => `function-errors.ts has ${code} as ${status}, private.errors as ${registered.get(code)}`,
      ),
  ];
}

function functionSources(): string[] {
  const isCode = (path: string) => !/[._]test\.ts$/.test(path) && basename(path) !== "function-errors.ts";
  const paths = globSync("supabase/functions/**/*.ts", { cwd: ROOT }).filter(isCode);
  return paths.map((path) => readFileSync(join(ROOT, path), "utf8"));
}
