/**
 * Stands in for the background workers of pg_cron and pg_net, which need compiled code in the server. It listens to both
 * (their tables notify at commit) and looks again after every reconnection, so a restart of Postgres loses no schedule.
 */
import postgres from "postgres";
import { createCronRunner } from "./cron-runner.ts";
import { createHttpQueue } from "./http-queue.ts";
import { databaseUrl } from "./postgres.ts";

export interface Ticker {
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 300;

export async function startTicker(dbPort: number, log: (line: string) => void): Promise<Ticker> {
  // Without the lookup of types: a session that is closed during it would take the whole process down.
  const options = { max: 4, fetch_types: false, onnotice: () => {}, connection: { application_name: "ticker" } };
  const sql = postgres(databaseUrl(dbPort, "supabase_admin"), options);
  const closing = new AbortController();
  const queue = createHttpQueue(sql, closing.signal);
  const jobs = createCronRunner(
    sql,
    // no prepared statements and no type lookup: the session lives for one command
    ({ username, database }) =>
      postgres(databaseUrl(dbPort, username, database), {
        max: 1,
        prepare: false,
        fetch_types: false,
        onnotice: () => {},
        connection: { application_name: "pg_cron" },
      }),
    log,
  );

  const attempt = (work: () => Promise<void>) => () => {
    if (closing.signal.aborted) return;
    work().catch((error: Error) => {
      if (!closing.signal.aborted) log(`ticker: ${error.message}`);
    });
  };
  const look = attempt(() => jobs.sync());
  const send = attempt(() => queue.drain());

  await markInterruptedRuns(sql);
  // The last argument runs on each (re)connection: what was notified while nobody listened is found then.
  await sql.listen("pg_cron_changed", look, look);
  await sql.listen("pg_net_wake", send, send);

  return {
    async close() {
      closing.abort();
      const impatience = new Promise((resolve) => setTimeout(resolve, CLOSE_GRACE_MS));
      await Promise.race([jobs.stop(), impatience]);
      await sql.end({ timeout: 1 });
    },
  };
}

async function markInterruptedRuns(sql: postgres.Sql): Promise<void> {
  const [installed] = await sql`select to_regclass('cron.job_run_details') is not null as yes`;
  if (!installed?.yes) return;
  await sql`
    update cron.job_run_details set status = 'failed', return_message = 'server restarted', end_time = now()
     where status in ('starting', 'running')`;
}
