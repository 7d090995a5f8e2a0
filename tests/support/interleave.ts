/**
 * Two calls in an order that a race meets only by luck: the first has done its work but not committed, the second runs
 * into its locks, then the first commits. Fails when the second never waits, because then it proves nothing.
 */
import type { TransactionSql } from "postgres";
import type { Answer } from "./api.ts";
import type { Racer } from "./race.ts";
import { becoming, refusalOf, type SqlApi } from "./sql-api.ts";
import { until } from "./until.ts";
import type { World } from "./world.ts";

export async function interleave<A, B>(
  world: World<SqlApi>,
  first: Racer,
  second: Racer,
): Promise<[Answer<A>, Answer<B>]> {
  const connection = await world.sql.reserve();
  try {
    await connection`begin`;
    await connection.unsafe(becoming(first.actor));
    const [row] = await connection.unsafe<{ answer: A }[]>(first.statement);
    const late = attempt<B>(world, second);
    await until("the second call waits for the first", async () => {
      const [waiting] = await world.sql<{ count: number }[]>`
        select count(*)::int as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and state = 'active'`;
      return waiting?.count === 1;
    });
    await connection`commit`;
    return [{ ok: true, status: 200, value: row?.answer as A }, await late];
  } finally {
    await connection`rollback`;
    connection.release();
  }
}

async function attempt<T>(world: World<SqlApi>, { actor, statement }: Racer): Promise<Answer<T>> {
  try {
    const work = (tx: TransactionSql) => [tx.unsafe(becoming(actor)), tx.unsafe<{ answer: T }[]>(statement)];
    const [, rows] = await world.sql.begin(work);
    return { ok: true, status: 200, value: (rows as { answer: T }[])[0]?.answer as T };
  } catch (error) {
    return refusalOf(error);
  }
}
