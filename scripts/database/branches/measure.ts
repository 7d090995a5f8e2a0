/**
 * Replaces the functions of a database by copies that report their branches, and keeps count of the reports. Only ever
 * done to the template of a test run: owner, rights and behaviour stay the same, the bodies do not.
 */
import type pg from "pg";
import { BRANCH_FUNCTION, BRANCH_MESSAGE, type Branch, instrument } from "./instrument.ts";

export interface MeasuredFunction {
  /** schema.name(argument types) */
  signature: string;
  name: string;
  body: string;
  branches: Branch[];
}

// Said once per session and branch: a statement over thousands of rows would otherwise say it thousands of times. A
// setting made in a transaction that is rolled back is gone with it, and then it is said again, which is harmless.
const REPORTER = `
create function ${BRANCH_FUNCTION}(p_id integer, p_taken boolean) returns boolean language plpgsql as $$
begin
  if p_taken and current_setting('servio.branch_' || p_id, true) is distinct from 'taken' then
    perform set_config('servio.branch_' || p_id, 'taken', false);
    raise info '${BRANCH_MESSAGE}%', p_id;
  end if;
  return p_taken;
end $$`;

/** Instruments every function of ours that is wanted; `client` is the superuser's. */
export async function instrumentDatabase(
  client: pg.Client,
  isWanted: (name: string, body: string) => boolean,
): Promise<MeasuredFunction[]> {
  await client.query(REPORTER);
  const { rows } = await client.query<{ signature: string; name: string; language: string; body: string; def: string }>(
    `select p.oid::regprocedure::text as signature, p.pronamespace::regnamespace || '.' || p.proname as name,
            l.lanname as language, p.prosrc as body, pg_get_functiondef(p.oid) as def
     from pg_proc p join pg_language l on l.oid = p.prolang
     where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace, 'request'::regnamespace) and l.lanname in ('plpgsql', 'sql')
       and p.prosqlbody is null and p.prokind = 'f'
     order by name, signature`,
  );
  const measured: MeasuredFunction[] = [];
  let nextId = 1;
  for (const { signature, name, language, body, def } of rows.filter((row) => isWanted(row.name, row.body))) {
    const result = instrument(body, language === "sql" ? "sql" : "plpgsql", nextId);
    nextId += result.branches.length;
    measured.push({ signature, name, body, branches: result.branches });
    if (result.branches.length === 0) continue;
    const at = def.lastIndexOf(body);
    await client.query(def.slice(0, at) + result.body + def.slice(at + body.length)).catch((error: Error) => {
      throw new Error(`${signature} cannot be instrumented: ${error.message}\n${result.body}`, { cause: error });
    });
    // A plan made for certain values works out at once what an arm would do with them, also the arm that a case, which
    // nobody watches, is known never to reach.
    if (language === "plpgsql")
      await client.query(`alter function ${signature} set plan_cache_mode = force_generic_plan`);
  }
  return measured;
}

/** The branch that a notice reports; null for any other notice. */
export function branchOf(notice: { severity?: string | undefined; message?: string | undefined }): number | null {
  const { severity, message } = notice;
  return severity === "INFO" && message?.startsWith(BRANCH_MESSAGE)
    ? Number(message.slice(BRANCH_MESSAGE.length))
    : null;
}
