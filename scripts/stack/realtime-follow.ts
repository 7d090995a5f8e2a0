// Finds out which broadcasts have been committed, without asking the writers for anything. A pg_notify in realtime.send
// would do it at once, but every transaction that notifies takes one lock of the whole cluster from before its commit
// until after its fsync: orders, each of which broadcasts, would be committed one at a time. Hosted Realtime reads the
// write-ahead log; this compares snapshots: what is visible now and was not the last time has been committed between.
// Within one look messages come in the order in which they were sent. While nobody is connected nothing is read.
import type { Sql } from "postgres";

export type Message = { id: string; topic: string; event: string | null; payload: string | null; private: boolean };
type Look = { snapshot: string; messages: Message[] | null };

const LOOK_EVERY_MS = 25;
const AFTER_FAILURE_MS = 250;
const LINGER_MS = 5000; // somebody who begins may take a moment to connect

export function followMessages(sql: Sql, isNeeded: () => boolean, deliver: (message: Message) => void) {
  let following: Promise<void> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let snapshot = "";
  let closed = false;
  let begunAt = 0;

  async function look(): Promise<void> {
    try {
      const [found] = await sql<Look[]>`
        select pg_current_snapshot()::text as snapshot, (
          select json_agg(json_build_object('id', m.id, 'topic', m.topic, 'event', m.event, 'payload', m.payload::text,
            'private', coalesce(m.private, false)) order by m.position)
          from realtime.messages m
          where m.transaction_id >= pg_snapshot_xmin(${snapshot}::pg_snapshot)
            and not pg_visible_in_snapshot(m.transaction_id, ${snapshot}::pg_snapshot)) as messages`;
      if (found) snapshot = found.snapshot;
      for (const message of found?.messages ?? []) deliver(message);
      next(LOOK_EVERY_MS);
    } catch (error) {
      if (!closed) console.error("[realtime] messages could not be read:", (error as Error).message);
      next(AFTER_FAILURE_MS); // the snapshot stands still meanwhile: nothing is missed
    }
  }

  function next(ms: number): void {
    if (closed || (!isNeeded() && performance.now() - begunAt > LINGER_MS)) following = null;
    else timer = setTimeout(() => void look(), ms);
  }

  async function start(): Promise<void> {
    const [now] = await sql<{ snapshot: string }[]>`select pg_current_snapshot()::text as snapshot`;
    snapshot = now?.snapshot ?? "";
    timer = setTimeout(() => void look(), LOOK_EVERY_MS);
  }

  return {
    /** Resolves when everything committed from now on will be delivered. */
    async begin(): Promise<void> {
      begunAt = performance.now();
      following ??= start();
      await following.catch((error: unknown) => {
        following = null;
        throw error;
      });
    },
    close(): void {
      closed = true;
      clearTimeout(timer);
    },
  };
}
