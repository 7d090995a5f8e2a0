/**
 * Where a test happens. Over HTTP it is the stack's own database; a race gets a clone of the template, so that no
 * worker, clock or other test moves what it counts. Every test builds its own organisation in either.
 */
import { randomBytes } from "node:crypto";
import postgres, { type Sql } from "postgres";
import { readState, type StackState } from "../../scripts/stack/state.ts";
import { TEST_STACK_VARIABLE, templateOf } from "../../scripts/stack/test-stack.ts";
import { type Actor, createUsers } from "./actors.ts";
import { type HttpApi, httpApi } from "./http-api.ts";
import { type SqlApi, sqlApi } from "./sql-api.ts";

export interface World<A> {
  readonly stack: StackState;
  readonly api: A;
  /** As postgres: sees everything, for set-up and for counting afterwards, never to act for a client. */
  readonly sql: Sql;
  users(count: number): Promise<Actor[]>;
  close(): Promise<void>;
}

export function currentStack(): StackState {
  const stack = readState(process.env[TEST_STACK_VARIABLE] ?? "");
  if (!stack) throw new Error(`${TEST_STACK_VARIABLE} names no running stack; tests/global-stack.ts starts one`);
  return stack;
}

const connect = (url: string, max: number) => postgres(url, { max, prepare: false, onnotice: () => {} });

export function httpWorld(): World<HttpApi> {
  const stack = currentStack();
  const sql = connect(stack.dbUrl, 4);
  return {
    stack,
    sql,
    api: httpApi(stack),
    users: (count) => createUsers(stack, sql, count),
    close: () => sql.end({ timeout: 5 }),
  };
}

/** A fresh copy of the migrated database, dropped by close(). `connections` is how many sessions may act at once. */
export async function cloneWorld(connections = 20): Promise<World<SqlApi> & { readonly url: string }> {
  const stack = currentStack();
  const name = `race_${randomBytes(6).toString("hex")}`;
  const admin = connect(stack.adminDbUrl, 1);
  await admin.unsafe(`create database ${name} template ${templateOf(stack)} strategy file_copy owner postgres`);
  const url = Object.assign(new URL(stack.dbUrl), { pathname: `/${name}` }).href;
  const sql = connect(url, connections + 1); // one more coordinates
  return {
    stack,
    url,
    sql,
    api: sqlApi(sql),
    users: (count) => createUsers(stack, sql, count),
    close: async () => {
      await sql.end({ timeout: 5 });
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end({ timeout: 5 });
    },
  };
}
