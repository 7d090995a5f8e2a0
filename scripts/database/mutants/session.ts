/**
 * One database session in which test files run again and again, against the schema as it is or against one mutant of it.
 * The fixture is built once, everything after it is rolled back to a savepoint, and plans and functions stay warm: a file
 * costs a third of what it costs in a fresh clone. A mutant is therefore made after the fixture, which is the stricter
 * order: only what the file itself does can notice it.
 */
import pg from "pg";
import { connect } from "../connection.ts";
import type { Red } from "./evidence.ts";
import type { TestFile } from "./test-file.ts";

export interface Session {
  /** Makes a mutant, in place of any other; null unmakes it. Rejects when the statement does not run. */
  become(statement: string | null): Promise<void>;
  /** Runs a file and undoes it. `isEnough` is asked after each statement that was red. */
  run(file: TestFile, isEnough?: (reds: readonly Red[]) => boolean): Promise<Red[]>;
  /** How long the fixture has stood, in ms: what is rolled back still takes room, so that a session gets slow with age. */
  age(): number;
  close(): Promise<void>;
}

const SETTINGS = "set session authorization postgres; set statement_timeout = '60s'; set client_min_messages = warning";
const OUT_OF_TIME = "57014"; // query_canceled
const FIXTURE = "select tests.fixture()";
const FETCH = "fetch 100 from portion";
const SETTLE = "set constraints all immediate; set constraints all deferred; savepoint pristine; savepoint mutant";
// The statement needs a superuser: some policies stand on tables of the platform.
const asSuperuser = (statement: string) =>
  `set local session authorization supabase_admin; ${statement}; set local session authorization postgres`;

/** `url` is of the superuser, in a clone that nobody else uses. */
export async function openSession(url: string): Promise<Session> {
  const client = await connect(url);
  const begun = performance.now();
  const rows = async (text: string) => (await client.query<unknown[]>({ text, rowMode: "array" })).rows ?? [];
  await client.query(SETTINGS);
  await client.query("begin");
  await client.query(FIXTURE);
  await client.query(SETTLE);

  /** The rows of a statement, all at once or in portions of a cursor. */
  async function* portions(statement: string, isLong: boolean): AsyncGenerator<unknown[][]> {
    if (!isLong || !/^select\b/i.test(statement)) {
      yield await rows(statement);
      return;
    }
    await client.query(`declare portion no scroll cursor for ${statement}`);
    for (let portion = await rows(FETCH); portion.length > 0; portion = await rows(FETCH)) yield portion;
    await client.query("close portion");
  }
  const runStatements = async (file: TestFile, isEnough: (reds: readonly Red[]) => boolean) => {
    const reds: Red[] = [];
    for (const statement of file.statements) {
      try {
        for await (const portion of portions(statement, file.isLong)) {
          const found = portion.flat().flatMap((value) => redsOf(value, statement));
          reds.push(...found);
          if (found.length > 0 && isEnough(reds)) return reds;
        }
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) throw error;
        const isIncomplete = error.code === OUT_OF_TIME;
        return [...reds, { assertion: `${error.code} ${error.message}`, statement, isIncomplete }];
      }
    }
    return reds;
  };
  return {
    async become(statement) {
      await client.query("rollback to pristine");
      if (statement !== null) await client.query(asSuperuser(statement));
      await client.query("savepoint mutant");
    },
    async run(file, isEnough = () => false) {
      const reds = await runStatements(file, isEnough);
      await client.query("rollback to mutant; set constraints all deferred"); // the mode of a released block survives
      return reds;
    },
    age: () => performance.now() - begun,
    close: () => client.end(),
  };
}

/** What is wrong in one value of an answer, if it is TAP. */
export function redsOf(value: unknown, statement: string): Red[] {
  if (typeof value !== "string") return [];
  const [, assertion, directive] = /^not ok \d+ ?-? ?([^\n#]*)(?:# (TODO|SKIP))?/i.exec(value) ?? [];
  if (assertion !== undefined && !directive) return [{ assertion: assertion.trim(), statement }];
  const isIncomplete = /^\s*# (Looks like you planned|No tests run|No plan)/i.test(value);
  return isIncomplete ? [{ assertion: value.replace(/^\s*#\s*/, "").trim(), statement, isIncomplete }] : [];
}
