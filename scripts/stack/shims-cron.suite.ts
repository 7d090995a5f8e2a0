/** pg_cron: its functions, errors and rights, and that jobs run. */
import { describe, expect, test, vi } from "vitest";
import type { ShimDatabase } from "./shims-context.ts";

export const cronSuite = (db: () => ShimDatabase) =>
  describe("pg_cron", () => {
    const jobs = () =>
      db().sql`select jobid::int, jobname, schedule, command, database, username, active from cron.job order by jobid`;

    test("schedule by name updates the job of that name; unschedule removes it", async () => {
      const [first] = await db().sql`select cron.schedule('nightly', '0 3 * * *', 'select 1')::int as id`;
      const [second] = await db().sql`select cron.schedule('nightly', '30 3 * * *', 'select 2')::int as id`;
      expect(second).toEqual(first);
      expect(await jobs()).toMatchObject([
        {
          jobname: "nightly",
          schedule: "30 3 * * *",
          command: "select 2",
          database: "postgres",
          username: "postgres",
          active: true,
        },
      ]);
      expect((await db().sql`select cron.unschedule('nightly') as done`)[0]?.done).toBe(true);
      expect(await jobs()).toHaveLength(0);
    });

    test("schedule without a name gives a new job each time; unschedule by id removes one", async () => {
      const schedule = () => db().sql`select cron.schedule('5 4 * * mon-fri', 'select 1') as id`;
      const [[one], [two]] = [await schedule(), await schedule()];
      expect(await jobs()).toHaveLength(2);
      await db().sql`select cron.unschedule(${one?.id}::bigint)`;
      expect(await jobs()).toMatchObject([{ jobid: Number(two?.id), jobname: null }]);
      await db().sql`select cron.unschedule(${two?.id}::bigint)`;
    });

    test.each([
      "* * * *",
      "61 * * * *",
      "* 24 * * *",
      "* * 0 * *",
      "* * * 13 *",
      "* * * * 8",
      "5-1 * * * *",
      "*/0 * * * *",
      "* * 1,$ * *",
      "0 seconds",
      "60 seconds",
      "5 secondc",
      "often",
      "",
    ])("refuses the schedule %j", async (schedule) => {
      await expect(db().sql`select cron.schedule('bad', ${schedule}, 'select 1')`).rejects.toMatchObject({
        code: "22023",
        message: `invalid schedule: ${schedule}`,
      });
    });

    test.each(["* * * * *", "0 3 $ * *", "1,2-5,*/7 * * jan-mar 7", "30 seconds", "1 second"])(
      "takes the schedule %j",
      async (schedule) => {
        await db().sql`select cron.schedule('good', ${schedule}, 'select 1')`;
        expect(await db().sql`select cron.unschedule('good')`).toHaveLength(1);
      },
    );

    test("unscheduling what is not there is an error", async () => {
      await expect(db().sql`select cron.unschedule('nothing')`).rejects.toThrow(
        "could not find valid entry for job 'nothing'",
      );
      await expect(db().sql`select cron.unschedule(987654::bigint)`).rejects.toThrow(
        "could not find valid entry for job 987654",
      );
    });

    test("alter_job changes what is given and nothing else", async () => {
      const [job] = await db().sql`select cron.schedule('alter', '0 3 * * *', 'select 1') as id`;
      await db().sql`select cron.alter_job(${job?.id}, schedule := '0 4 * * *', active := false)`;
      expect(await jobs()).toMatchObject([{ schedule: "0 4 * * *", command: "select 1", active: false }]);
      await expect(db().sql`select cron.alter_job(${job?.id}, schedule := 'never')`).rejects.toThrow(
        "invalid schedule: never",
      );
      await expect(db().sql`select cron.alter_job(987654, active := true)`).rejects.toThrow(
        "Job 987654 does not exist or you don't own it",
      );
      await db().sql`select cron.unschedule('alter')`;
    });

    test("schedule_in_database names the database; only a superuser makes jobs for others", async () => {
      await db()
        .sql`select cron.schedule_in_database('elsewhere', '0 3 * * *', 'select 1', 'template1', active := false)`;
      expect(await jobs()).toMatchObject([{ database: "template1", username: "postgres", active: false }]);
      await db().sql`select cron.unschedule('elsewhere')`;

      const asSuperuser = db()
        .sql`select cron.schedule_in_database('up', '0 3 * * *', 'select 1', 'postgres', 'supabase_admin')`;
      await expect(asSuperuser).rejects.toMatchObject({ code: "42501" });
      await expect(
        db().sql`select cron._write('up', '0 3 * * *', 'x', 'postgres', 'supabase_admin', true)`,
      ).rejects.toMatchObject({ code: "42501" });
      const [job] = await db().sql`select cron.schedule('up', '0 3 * * *', 'select 1') as id`;
      await expect(db().sql`select cron.alter_job(${job?.id}, username := 'supabase_admin')`).rejects.toMatchObject({
        code: "42501",
      });
      await db().sql`select cron.unschedule('up')`;
      await db()
        .admin`select cron.schedule_in_database('for postgres', '0 3 * * *', 'select 1', 'postgres', 'postgres')`;
      await db().sql`select cron.unschedule('for postgres')`;
    });

    test("postgres cannot write the table itself, and the API roles do not reach the schema", async () => {
      await expect(db().sql`insert into cron.job (schedule, command) values ('* * * * *', 'x')`).rejects.toMatchObject({
        code: "42501",
      });
      const asAnon = db().sql.begin((tx) => [tx`set local role anon`, tx`select cron.schedule('a', '* * * * *', 'x')`]);
      await expect(asAnon).rejects.toMatchObject({ code: "42501" });
    });

    test("the ticker runs a job as its owner, logs success and failure, and stops when it is unscheduled", async () => {
      await db().sql`select cron.schedule('tick', '1 second', 'insert into public.ticks default values')`;
      await db().sql`select cron.schedule('fail', '1 second', 'select 1/0')`;
      const details = await vi.waitFor(
        async () => {
          const rows = await db()
            .sql`select distinct status, return_message, username from cron.job_run_details where end_time is not null order by 1`;
          expect(rows).toHaveLength(2);
          return rows;
        },
        { timeout: 8_000, interval: 100 },
      );
      expect(details).toMatchObject([
        { status: "failed", return_message: "ERROR:  division by zero" },
        { status: "succeeded", return_message: "INSERT 0 1", username: "postgres" },
      ]);
      expect((await db().sql`select distinct who from public.ticks`)[0]?.who).toBe("postgres");

      await db().sql`select cron.unschedule(jobname) from cron.job`;
      // A job scheduled after it proves that the ticker has seen the change: it ticks, the removed ones do not.
      await db().sql`truncate public.ticks`;
      await db().sql`select cron.schedule('later', '1 second', $$insert into public.ticks (who) values ('later')$$)`;
      await vi.waitFor(
        async () => expect(await db().sql`select 1 from public.ticks where who = 'later'`).not.toHaveLength(0),
        { timeout: 8_000, interval: 100 },
      );
      expect(await db().sql`select 1 from public.ticks where who <> 'later'`).toHaveLength(0);
      await db().sql`select cron.unschedule('later')`;
    });
  });
