/**
 * Runs the rows of cron.job, as the pg_cron worker does: in UTC, each run in a fresh session of the job's own role, never
 * two runs of one job at once, each run written to cron.job_run_details.
 */
import { Cron } from "croner";
import type postgres from "postgres";

interface Job {
  jobid: string;
  schedule: string;
  command: string;
  database: string;
  username: string;
}

export interface CronRunner {
  /** Takes over what cron.job says now; called at start, after each change and after each reconnection. */
  sync(): Promise<void>;
  stop(): Promise<void>;
}

export function createCronRunner(
  sql: postgres.Sql,
  connect: (job: Job) => postgres.Sql,
  log: (line: string) => void,
): CronRunner {
  const timers = new Map<string, Cron>();
  const running = new Set<Promise<void>>();

  async function run(job: Job): Promise<void> {
    const { jobid, database, username, command } = job;
    const [row] = await sql`
      insert into cron.job_run_details (jobid, database, username, command, status, start_time)
      values (${jobid}, ${database}, ${username}, ${command}, 'running', clock_timestamp()) returning runid`;
    const outcome = await execute(connect(job), command);
    await sql`
      update cron.job_run_details
         set status = ${outcome.status}, return_message = ${outcome.message}, end_time = clock_timestamp()
       where runid = ${row?.runid}`;
  }

  function schedule(job: Job): Cron {
    const options = { timezone: "UTC", protect: true, unref: true };
    const seconds = /^\s*(\d+)\s+seconds?\s*$/i.exec(job.schedule)?.[1];
    const pattern = seconds ? "* * * * * *" : job.schedule.replaceAll("$", "L"); // the last day of the month
    const start = () => {
      const done = run(job).catch((error: Error) => log(`cron job ${job.jobid} could not be run: ${error.message}`));
      running.add(done);
      return done.finally(() => running.delete(done));
    };
    return new Cron(pattern, seconds ? { ...options, interval: Number(seconds) } : options, start);
  }

  return {
    async sync() {
      const jobs = await activeJobs(sql);
      const wanted = new Map(jobs.map((job) => [JSON.stringify(job), job]));
      for (const [key, timer] of timers) {
        if (wanted.has(key)) continue;
        timer.stop();
        timers.delete(key);
      }
      for (const [key, job] of wanted) {
        if (!timers.has(key)) timers.set(key, schedule(job));
      }
    },
    async stop() {
      for (const timer of timers.values()) timer.stop();
      await Promise.all(running);
    },
  };
}

/** Rows that name another database came along when this one was cloned: they are not ours to run. */
async function activeJobs(sql: postgres.Sql): Promise<Job[]> {
  const [installed] = await sql`select to_regclass('cron.job') is not null as yes`;
  if (!installed?.yes) return [];
  return sql<Job[]>`
    select jobid::text, schedule, command, database, username from cron.job
     where active and database = current_database() order by jobid`;
}

async function execute(session: postgres.Sql, command: string): Promise<{ status: string; message: string }> {
  try {
    const results = await session.unsafe(command).simple();
    return { status: "succeeded", message: commandTag(results) };
  } catch (error) {
    return { status: "failed", message: `ERROR:  ${(error as Error).message}` };
  } finally {
    await session.end({ timeout: 1 });
  }
}

/** What psql would print for the last statement, which is what pg_cron keeps. */
function commandTag(results: unknown): string {
  const tagged = (value: unknown) => value as { command?: string; count?: number | null };
  const list = Array.isArray(results) && tagged(results).command === undefined ? results : [results];
  const { command, count } = tagged(list.at(-1));
  if (!command) return "";
  return count === null || count === undefined ? command : `${command === "INSERT" ? "INSERT 0" : command} ${count}`;
}
