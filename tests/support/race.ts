/**
 * N real sessions, one barrier. A coordinator holds an advisory lock exclusively; every racer opens its transaction,
 * becomes its actor and waits for the same lock shared, its own call already sent behind it. Only when Postgres itself
 * shows all N waiting does the coordinator let go, and then all are let in at once. A race that never gathers fails.
 */
import { randomInt } from "node:crypto";
import type { TransactionSql } from "postgres";
import type { Actor } from "./actors.ts";
import type { Answer, Arguments } from "./api.ts";
import { becoming, insertOf, refusalOf, type SqlApi } from "./sql-api.ts";
import { until } from "./until.ts";
import type { World } from "./world.ts";

export interface Racer {
  readonly actor: Actor;
  /** A statement with one column "answer". */
  readonly statement: string;
}

export const call = async (world: World<SqlApi>, actor: Actor, name: string, args: Arguments): Promise<Racer> => ({
  actor,
  statement: await world.api.callOf(name, args),
});

export const inserting = (actor: Actor, table: string, rows: readonly Arguments[]): Racer => ({
  actor,
  statement: insertOf(table, rows),
});

/** Lets all racers go at once; their answers come in the order of the racers. */
export async function race<T = unknown>(world: World<SqlApi>, racers: readonly Racer[]): Promise<Answer<T>[]> {
  const barrier = randomInt(1, 2 ** 31);
  const coordinator = await world.sql.reserve();
  try {
    await coordinator`select pg_advisory_lock(${barrier})`;
    const answers = racers.map((racer) => attempt<T>(world, racer, barrier));
    await until(
      `${racers.length} sessions wait at the barrier`,
      async () => {
        const [waiting] = await coordinator<{ count: number }[]>`
          select count(*)::int as count from pg_locks
          where locktype = 'advisory' and classid = 0 and objid = ${barrier} and objsubid = 1 and not granted
            and database = (select oid from pg_database where datname = current_database())`;
        return waiting?.count === racers.length;
      },
      { everyMs: 2 },
    );
    await coordinator`select pg_advisory_unlock(${barrier})`;
    return await Promise.all(answers);
  } finally {
    await coordinator`select pg_advisory_unlock_all()`;
    coordinator.release();
  }
}

async function attempt<T>(world: World<SqlApi>, { actor, statement }: Racer, barrier: number): Promise<Answer<T>> {
  try {
    const work = (tx: TransactionSql) => [
      tx.unsafe(becoming(actor)),
      tx.unsafe(`select pg_advisory_xact_lock_shared(${barrier})`),
      tx.unsafe<{ answer: T }[]>(statement),
    ];
    const [, , rows] = await world.sql.begin(work);
    return { ok: true, status: 200, value: (rows as { answer: T }[])[0]?.answer as T };
  } catch (error) {
    return refusalOf(error);
  }
}
