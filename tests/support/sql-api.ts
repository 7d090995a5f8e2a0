/**
 * The API without HTTP: one transaction per call, role and claims set as PostgREST sets them. Statements carry their
 * arguments as literals and travel in one simple query each, so that a race can have them parsed by nobody but the
 * server, behind the barrier (see race.ts).
 */
import postgres, { type Sql } from "postgres";
import type { Actor } from "./actors.ts";
import type { Answer, Api, Arguments } from "./api.ts";

export const literal = (value: unknown): string => {
  if (value === null || value === undefined) return "null";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
};

/** What PostgREST sends before a request's own statement. */
export const becoming = ({ role, claims }: Actor): string =>
  `select set_config('role', ${literal(role)}, true), set_config('request.jwt.claims', ${literal(claims)}, true),
     set_config('search_path', 'public, extensions', true)`;

interface Signature {
  readonly returns_set: boolean;
  readonly types: Readonly<Record<string, string>>;
}

export interface SqlApi extends Api {
  /** The one statement that calls a function, as jsonb in column "answer". */
  callOf(name: string, args?: Arguments): Promise<string>;
}

export function refusalOf(error: unknown): Answer<never> {
  if (!(error instanceof postgres.PostgresError)) throw error;
  const { code, message, detail = null, hint = null } = error;
  return {
    ok: false,
    status: Number(/^PT(\d{3})$/.exec(code)?.[1] ?? 0),
    problem: { code, message, details: detail, hint },
  };
}

export function sqlApi(sql: Sql): SqlApi {
  const signatures = new Map<string, Promise<Signature>>();
  const signature = (name: string): Promise<Signature> => {
    const known = signatures.get(name) ?? readSignature(sql, name);
    signatures.set(name, known);
    return known;
  };
  const run = async <T>(actor: Actor, statement: string): Promise<Answer<T>> => {
    try {
      // Statements of one simple query are one transaction: begun, committed or rolled back with it, in one round trip.
      const [, rows] = (await sql.unsafe(`${becoming(actor)}; ${statement}`)) as unknown as [unknown, { answer: T }[]];
      return { ok: true, status: 200, value: rows?.[0]?.answer as T };
    } catch (error) {
      return refusalOf(error);
    }
  };
  const callOf: SqlApi["callOf"] = async (name, args = {}) => {
    const { types, returns_set } = await signature(name);
    const named = Object.entries(args).map(([key, value]) => {
      const type = types[key];
      if (!type) throw new Error(`${name} has no argument ${key}`);
      return `${key} => ${literal(type.endsWith("[]") ? `{${(value as string[]).join(",")}}` : value)}::${type}`;
    });
    const call = `public.${name}(${named.join(", ")})`;
    return returns_set
      ? `select coalesce(jsonb_agg(to_jsonb(row)), '[]') as answer from ${call} row`
      : `select to_jsonb(${call}) as answer`;
  };
  return {
    callOf,
    rpc: async (actor, name, args) => run(actor, await callOf(name, args)),
    insert: (actor, table, rows) => run(actor, insertOf(table, rows)),
  };
}

/** Inserts as PostgREST does: only the columns that are named, all rows in one statement. */
export function insertOf(table: string, rows: readonly Arguments[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].map((name) => `"${name}"`).join(", ");
  return `with added as (insert into public."${table}" (${columns})
    select ${columns} from json_populate_recordset(null::public."${table}", ${literal(rows)}::json) returning *)
    select coalesce(jsonb_agg(to_jsonb(added)), '[]') as answer from added`;
}

async function readSignature(sql: Sql, name: string): Promise<Signature> {
  const [found] = await sql<Signature[]>`
    select p.proretset as returns_set,
      coalesce(jsonb_object_agg(a.name, format_type(a.type, null)) filter (where a.name is not null), '{}') as types
    from pg_proc p
    left join lateral unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[]) as a (name, type) on true
    where p.pronamespace = 'public'::regnamespace and p.proname = ${name}
    group by p.oid`;
  if (!found) throw new Error(`there is no function public.${name}`);
  return found;
}
