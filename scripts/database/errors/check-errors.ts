/**
 * The error contract, both ways: what is raised is registered, what is registered is raised, and every public function
 * says in its comment which codes it can end with. Each finding is one line that says what to mend.
 */
import type pg from "pg";
import { type DatabaseFunction, type Exceptions, reachableCodes, readFunctions, readRegistry } from "./raised-codes.ts";
import { UNREACHABLE_CODES } from "./unreachable-codes.ts";

const EXEMPT = new Set(["private.fail"]); // raises what it is told

export async function checkErrors(client: pg.Client, exceptions: Exceptions = UNREACHABLE_CODES): Promise<string[]> {
  const registry = await readRegistry(client);
  const codes = new Set(registry.map(({ code }) => code));
  const functions = (await readFunctions(client, codes)).filter(({ name }) => !EXEMPT.has(name));
  const raised = new Set(functions.flatMap(({ raises }) => [...raises]));
  const byName = new Map(functions.map((found) => [found.name, found]));
  return [
    ...functions.flatMap(({ name, unknown }) => unknown.map((code) => `${name}: cannot tell which code ${code} is`)),
    ...functions.flatMap(({ name, raises }) =>
      [...raises]
        .filter((code) => !codes.has(code))
        .map((code) => `${name} raises ${code}, which private.errors does not have`),
    ),
    ...[...codes]
      .filter((code) => !raised.has(code))
      .map((code) => `private.errors has ${code}, which no function raises`),
    ...functions
      .filter(({ name }) => name.startsWith("public."))
      .flatMap((found) => checkComment(found, reachableCodes(found.name, byName, exceptions), codes)),
    ...staleExceptions(exceptions, byName),
  ];
}

function staleExceptions(exceptions: Exceptions, functions: ReadonlyMap<string, DatabaseFunction>): string[] {
  return Object.entries(exceptions).flatMap(([name, codes]) => {
    const { [name]: _, ...others } = exceptions;
    const reachable = reachableCodes(name, functions, others);
    return Object.keys(codes)
      .filter((code) => !reachable.has(code))
      .map((code) => `unreachable-codes.ts excuses ${name} from ${code}, which it does not seem to raise`);
  });
}

/** "Errors: a, b_*." must name every code that the body can reach; more is allowed, because triggers raise too. */
function checkComment({ name, comment }: DatabaseFunction, reachable: Set<string>, codes: Set<string>): string[] {
  const listed = /Errors: ([^.]+)\./.exec(comment)?.[1];
  if (!listed) return [`${name}: its comment has no "Errors: …." (or "Errors: none.")`];
  const patterns = listed === "none" ? [] : listed.split(",").map((entry) => entry.trim());
  const matches = (pattern: string, code: string) =>
    pattern.endsWith("*") ? code.startsWith(pattern.slice(0, -1)) : code === pattern;
  return [
    ...[...reachable]
      .filter((code) => !patterns.some((pattern) => matches(pattern, code)))
      .map((code) => `${name} can raise ${code}, which its comment does not list`),
    ...patterns
      .filter((pattern) => ![...codes].some((code) => matches(pattern, code)))
      .map((pattern) => `${name}: its comment lists ${pattern}, which is no registered code`),
  ];
}
