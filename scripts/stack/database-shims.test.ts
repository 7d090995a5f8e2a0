/** What the local database has in place of hosted's compiled extensions behaves as hosted does, errors and rights included. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { makeProject, migration, plainOptions, temporaryFolder } from "./stack-fixture.ts";
import { type Stack, startStack } from "./start-stack.ts";

const EXTENSIONS = `
  create extension pg_cron with schema pg_catalog;
  create extension pg_net with schema extensions;
  create extension pgmq;
  create table public.ticks (at timestamptz not null default clock_timestamp(), who text not null default current_user);`;

const folder = temporaryFolder();
let stack: Stack;
let sql: postgres.Sql; // role postgres, as migrations are
let admin: postgres.Sql;

beforeAll(async () => {
  makeProject(join(folder.dir, "project"), { [migration(1, "extensions")]: EXTENSIONS });
  stack = await startStack(plainOptions(folder.dir));
  sql = postgres(stack.dbUrl, { max: 4, onnotice: () => {} });
  admin = postgres(stack.adminDbUrl, { max: 2, onnotice: () => {} });
});

afterAll(async () => {
  await sql?.end();
  await admin?.end();
  await stack?.stop();
  folder.remove();
});

test("a disposable stack does not wait for the disk", async () => {
  const rows =
    await sql`select setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes')`;
  expect(rows.map((row) => row.setting)).toEqual(["off", "off", "off"]);
});

test("what postgres creates is not exposed to the API roles; what is granted, is", async () => {
  const readable = async () => (await sql`select has_table_privilege('anon', 'public.ticks', 'select') as yes`)[0]?.yes;
  expect(await readable()).toBe(false);
  await sql`grant select on public.ticks to anon`;
  expect(await readable()).toBe(true);
});

describe("pg_cron", () => {
  const jobs = () =>
    sql`select jobid::int, jobname, schedule, command, database, username, active from cron.job order by jobid`;

  test("schedule by name updates the job of that name; unschedule removes it", async () => {
    const [first] = await sql`select cron.schedule('nightly', '0 3 * * *', 'select 1')::int as id`;
    const [second] = await sql`select cron.schedule('nightly', '30 3 * * *', 'select 2')::int as id`;
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
    expect((await sql`select cron.unschedule('nightly') as done`)[0]?.done).toBe(true);
    expect(await jobs()).toHaveLength(0);
  });

  test("schedule without a name gives a new job each time; unschedule by id removes one", async () => {
    const [one] = await sql`select cron.schedule('5 4 * * mon-fri', 'select 1') as id`;
    const [two] = await sql`select cron.schedule('*/15 0-6/2 1,$ jan sun', 'select 1') as id`.catch(() => []);
    expect(two).toBeUndefined(); // "$" stands alone or not at all
    await sql`select cron.unschedule(${one?.id}::bigint)`;
    expect(await jobs()).toHaveLength(0);
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
    "0 seconds",
    "60 seconds",
    "5 secondc",
    "often",
    "",
  ])("refuses the schedule %j", async (schedule) => {
    await expect(sql`select cron.schedule('bad', ${schedule}, 'select 1')`).rejects.toMatchObject({
      code: "22023",
      message: `invalid schedule: ${schedule}`,
    });
  });

  test.each(["* * * * *", "0 3 $ * *", "1,2-5,*/7 * * jan-mar 7", "30 seconds", "1 second"])(
    "takes the schedule %j",
    async (schedule) => {
      await sql`select cron.schedule('good', ${schedule}, 'select 1')`;
      expect(await sql`select cron.unschedule('good')`).toHaveLength(1);
    },
  );

  test("unscheduling what is not there is an error", async () => {
    await expect(sql`select cron.unschedule('nothing')`).rejects.toThrow(
      "could not find valid entry for job 'nothing'",
    );
    await expect(sql`select cron.unschedule(987654::bigint)`).rejects.toThrow(
      "could not find valid entry for job 987654",
    );
  });

  test("alter_job changes what is given and nothing else", async () => {
    const [job] = await sql`select cron.schedule('alter', '0 3 * * *', 'select 1') as id`;
    await sql`select cron.alter_job(${job?.id}, schedule := '0 4 * * *', active := false)`;
    expect(await jobs()).toMatchObject([{ schedule: "0 4 * * *", command: "select 1", active: false }]);
    await expect(sql`select cron.alter_job(${job?.id}, schedule := 'never')`).rejects.toThrow(
      "invalid schedule: never",
    );
    await expect(sql`select cron.alter_job(987654, active := true)`).rejects.toThrow(
      "Job 987654 does not exist or you don't own it",
    );
    await sql`select cron.unschedule('alter')`;
  });

  test("schedule_in_database names the database; only a superuser makes jobs for others", async () => {
    await sql`select cron.schedule_in_database('elsewhere', '0 3 * * *', 'select 1', 'template1', active := false)`;
    expect(await jobs()).toMatchObject([{ database: "template1", username: "postgres", active: false }]);
    await sql`select cron.unschedule('elsewhere')`;

    const asSuperuser = sql`select cron.schedule_in_database('up', '0 3 * * *', 'select 1', 'postgres', 'supabase_admin')`;
    await expect(asSuperuser).rejects.toMatchObject({ code: "42501" });
    await expect(
      sql`select cron._write('up', '0 3 * * *', 'x', 'postgres', 'supabase_admin', true)`,
    ).rejects.toMatchObject({ code: "42501" });
    const [job] = await sql`select cron.schedule('up', '0 3 * * *', 'select 1') as id`;
    await expect(sql`select cron.alter_job(${job?.id}, username := 'supabase_admin')`).rejects.toMatchObject({
      code: "42501",
    });
    await sql`select cron.unschedule('up')`;
    await admin`select cron.schedule_in_database('for postgres', '0 3 * * *', 'select 1', 'postgres', 'postgres')`;
    await sql`select cron.unschedule('for postgres')`;
  });

  test("postgres cannot write the table itself, and the API roles do not reach the schema", async () => {
    await expect(sql`insert into cron.job (schedule, command) values ('* * * * *', 'x')`).rejects.toMatchObject({
      code: "42501",
    });
    const asAnon = sql.begin((tx) => [tx`set local role anon`, tx`select cron.schedule('a', '* * * * *', 'x')`]);
    await expect(asAnon).rejects.toMatchObject({ code: "42501" });
  });

  test("the ticker runs a job as its owner, logs success and failure, and stops when it is unscheduled", async () => {
    await sql`select cron.schedule('tick', '1 second', 'insert into public.ticks default values')`;
    await sql`select cron.schedule('fail', '1 second', 'select 1/0')`;
    const details = await vi.waitFor(
      async () => {
        const rows =
          await sql`select distinct status, return_message, username from cron.job_run_details where end_time is not null order by 1`;
        expect(rows).toHaveLength(2);
        return rows;
      },
      { timeout: 8_000, interval: 100 },
    );
    expect(details).toMatchObject([
      { status: "failed", return_message: "ERROR:  division by zero" },
      { status: "succeeded", return_message: "INSERT 0 1", username: "postgres" },
    ]);
    expect((await sql`select distinct who from public.ticks`)[0]?.who).toBe("postgres");

    await sql`select cron.unschedule(jobname) from cron.job`;
    // A job scheduled after it proves that the ticker has seen the change: it ticks, the removed ones do not.
    await sql`truncate public.ticks`;
    await sql`select cron.schedule('later', '1 second', $$insert into public.ticks (who) values ('later')$$)`;
    await vi.waitFor(
      async () => expect(await sql`select 1 from public.ticks where who = 'later'`).not.toHaveLength(0),
      { timeout: 8_000, interval: 100 },
    );
    expect(await sql`select 1 from public.ticks where who <> 'later'`).toHaveLength(0);
    await sql`select cron.unschedule('later')`;
  });
});

describe("pg_net", () => {
  const seen: { method: string; url: string; body: string; type: string | undefined }[] = [];
  const server = createServer(async (req, res) => {
    let body = "";
    for await (const chunk of req) body += chunk;
    seen.push({ method: req.method ?? "", url: req.url ?? "", body, type: req.headers["content-type"] });
    if (req.url?.startsWith("/slow")) return;
    res.writeHead(201, { "content-type": "text/plain" }).end("kept");
  });
  let base: string;

  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const answerTo = (id: unknown) =>
    vi.waitFor(
      async () => {
        const [row] =
          await sql`select status_code, content, content_type, timed_out, error_msg from net._http_response where id = ${id as string}`;
        if (!row) throw new Error(`no answer to request ${id}`);
        return row;
      },
      { timeout: 5_000, interval: 20 },
    );

  test("get, post and delete are sent after commit, with params encoded and the answer kept", async () => {
    const [got] = await sql`select net.http_get(${`${base}/get?a=1`}, params := '{"q": "crème & co"}') as id`;
    expect(await answerTo(got?.id)).toMatchObject({
      status_code: 201,
      content: "kept",
      content_type: "text/plain",
      timed_out: false,
    });
    const [posted] =
      await sql`select net.http_post(${`${base}/post`}, body := '{"n": 1}', headers := '{"x-trace": "t"}') as id`;
    await answerTo(posted?.id);
    const [deleted] = await sql`select net.http_delete(${`${base}/delete`}) as id`;
    await answerTo(deleted?.id);
    expect(seen).toMatchObject([
      { method: "GET", url: "/get?a=1&q=cr%C3%A8me%20%26%20co" },
      { method: "POST", url: "/post", body: '{"n": 1}', type: "application/json" },
      { method: "DELETE", url: "/delete" },
    ]);
  });

  test("a request that is rolled back is never sent", async () => {
    const undone = sql.begin(async (tx) => {
      await tx`select net.http_get(${`${base}/undone`})`;
      throw new Error("rolled back");
    });
    await expect(undone).rejects.toThrow("rolled back");
    const [after] = await sql`select net.http_get(${`${base}/after`}) as id`;
    await answerTo(after?.id);
    expect(seen.map((request) => request.url)).toContain("/after");
    expect(seen.map((request) => request.url)).not.toContain("/undone");
  });

  test("a timeout, a refused connection and another protocol are written down as such", async () => {
    const [slow] = await sql`select net.http_get(${`${base}/slow`}, timeout_milliseconds := 100) as id`;
    expect(await answerTo(slow?.id)).toMatchObject({ status_code: null, timed_out: true });
    const [refused] = await sql`select net.http_get('http://127.0.0.1:1/') as id`;
    expect(await answerTo(refused?.id)).toMatchObject({
      status_code: null,
      timed_out: false,
      error_msg: expect.any(String),
    });
    const [other] = await sql`select net.http_get('data:text/plain,hello') as id`;
    expect(await answerTo(other?.id)).toMatchObject({ error_msg: "Unsupported protocol" });
  });

  test("post refuses another content type", async () => {
    const other = sql`select net.http_post(${base}, headers := '{"content-type": "text/plain"}')`;
    await expect(other).rejects.toThrow('Content-Type header must be "application/json"');
  });
});

describe("vault", () => {
  test("a secret is created, updated and read through the view; the table does not show it", async () => {
    const [created] = await sql`select vault.create_secret('s3cret — ü', 'name', 'why') as id`;
    const read = async () =>
      (
        await sql`select name, description, decrypted_secret, secret from vault.decrypted_secrets where id = ${created?.id}`
      )[0];
    expect(await read()).toMatchObject({ name: "name", description: "why", decrypted_secret: "s3cret — ü" });
    expect((await read())?.secret).not.toContain("s3cret");
    await sql`select vault.update_secret(${created?.id}, new_secret := 'other')`;
    expect(await read()).toMatchObject({ name: "name", decrypted_secret: "other" });
    await sql`select vault.update_secret(${created?.id}, new_name := 'renamed')`;
    expect(await read()).toMatchObject({ name: "renamed", decrypted_secret: "other" });
    await expect(sql`select vault.create_secret('x', 'renamed')`).rejects.toMatchObject({ code: "23505" });
  });

  test("the API roles do not reach it, service_role does", async () => {
    const as = (role: string) =>
      sql.begin((tx) => [tx`set local role ${tx(role)}`, tx`select count(*) from vault.decrypted_secrets`]);
    await expect(as("anon")).rejects.toMatchObject({ code: "42501" });
    await expect(as("authenticated")).rejects.toMatchObject({ code: "42501" });
    await expect(as("service_role")).resolves.toBeDefined();
  });

  test("the stack has written where the functions are and with which key to call them", async () => {
    const rows =
      await sql`select name, decrypted_secret from vault.decrypted_secrets where name like 'functions_%' order by name`;
    expect(rows).toEqual([
      { name: "functions_secret_key", decrypted_secret: stack.secretKey },
      { name: "functions_url", decrypted_secret: `${stack.url}/functions/v1` },
    ]);
  });
});

test("pgmq and pgTAP from npm work", async () => {
  await sql`select pgmq.create('orders')`;
  await sql`select pgmq.send('orders', '{"n": 1}')`;
  expect(await sql`select message from pgmq.read('orders', 30, 1)`).toEqual([{ message: { n: 1 } }]);
  await sql`create extension pgtap with schema extensions`;
  expect(await sql`select extensions.plan(1) as plan`).toEqual([{ plan: "1..1" }]);
});
