/**
 * Which error codes each database function can raise, read from the bodies: the literals given to private.fail, and what
 * the functions it calls can raise in turn. Read as text, so it sees a branch that cannot be reached as well.
 */
import type pg from "pg";

export interface RegisteredError {
  code: string;
  http_status: number;
  meaning: string;
  remedy: string;
}

export interface DatabaseFunction {
  /** schema.name; overloads are one. */
  name: string;
  comment: string;
  /** Codes it raises itself. */
  raises: Set<string>;
  calls: Set<string>;
  /** Calls of private.fail whose code could not be told. */
  unknown: string[];
}

export async function readRegistry(client: pg.Client): Promise<RegisteredError[]> {
  const text = "select code, http_status, meaning, remedy from private.errors order by code";
  return (await client.query<RegisteredError>(text)).rows;
}

export async function readFunctions(client: pg.Client, codes: ReadonlySet<string>): Promise<DatabaseFunction[]> {
  const { rows } = await client.query<{ name: string; body: string; comment: string }>(
    `select p.pronamespace::regnamespace || '.' || p.proname as name, string_agg(coalesce(pg_get_function_sqlbody(p.oid), p.prosrc), E'\\n') as body,
            string_agg(coalesce(obj_description(p.oid, 'pg_proc'), ''), ' ') as comment
     from pg_proc p where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace, 'request'::regnamespace)
     group by 1 order by 1`,
  );
  const names = new Set(rows.map(({ name }) => name));
  return rows.map(({ name, body, comment }) => {
    const source = body.replaceAll(/--[^\n]*/g, "");
    const mentioned = [...source.matchAll(/\b(?:private|public|request)\.\w+(?=\s*\()/g)].map(([call]) => call);
    const calls = new Set(mentioned.filter((call) => names.has(call)));
    return { name, comment, calls, ...codesOf(source, codes) };
  });
}

function codesOf(source: string, registered: ReadonlySet<string>): Pick<DatabaseFunction, "raises" | "unknown"> {
  const raises = new Set<string>();
  const unknown: string[] = [];
  for (const { index } of source.matchAll(/\bprivate\.fail\s*\(/g)) {
    const argument = firstArgument(source.slice(source.indexOf("(", index) + 1));
    const literals = /^'\w+'$/.test(argument)
      ? [argument]
      : [...argument.matchAll(/\b(?:then|else)\s+('\w+')/g)].map(([, literal]) => literal ?? "");
    // A variable: it was given one of the registered codes that the body spells out.
    const candidates = literals.length > 0 ? literals : (source.match(/'\w+'/g) ?? []).filter(isRegistered);
    for (const literal of candidates) raises.add(literal.slice(1, -1));
    if (candidates.length === 0) unknown.push(argument);
  }
  return { raises, unknown };

  function isRegistered(literal: string): boolean {
    return registered.has(literal.slice(1, -1));
  }
}

/** Up to the comma or bracket that ends it; literals and nested brackets are passed over whole. */
function firstArgument(source: string): string {
  let depth = 0;
  for (const { 0: token, index } of source.matchAll(/'(?:[^']|'')*'|[(),]/g)) {
    if (token === "(") depth++;
    else if (depth === 0 && (token === ")" || token === ",")) return source.slice(0, index).trim();
    else if (token === ")") depth--;
  }
  return source.trim();
}

export type Exceptions = Record<string, Record<string, string>>;

/** Everything a call of the function can raise, through whatever it calls. Triggers are not followed. */
export function reachableCodes(
  name: string,
  functions: ReadonlyMap<string, DatabaseFunction>,
  exceptions: Exceptions,
  path: readonly string[] = [],
): Set<string> {
  const found = functions.get(name);
  if (!found || path.includes(name)) return new Set();
  const inherited = [...found.calls].flatMap((call) => [
    ...reachableCodes(call, functions, exceptions, [...path, name]),
  ]);
  const never = exceptions[name] ?? {};
  return new Set([...found.raises, ...inherited].filter((code) => !Object.hasOwn(never, code)));
}
