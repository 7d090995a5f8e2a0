/**
 * kill -9 of any part: a part is started again and the stack works as before; the supervisor takes its parts with it,
 * and what it leaves behind is put in order by the next start.
 */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { healthOf } from "./health.ts";
import { takeFolder } from "./preflight.ts";
import { isAlive, signalExactly, startTimeOf } from "./process-identity.ts";
import type { StackError } from "./stack-error.ts";
import { makeProject, migration, plainOptions, query, startForTest, temporaryFolder } from "./stack-fixture.ts";
import type { StackOptions } from "./stack-options.ts";
import { type Stack, startStack } from "./start-stack.ts";
import { readRecord, readState, type StackState, writeState } from "./state.ts";

const GUESTS = {
  [migration(1, "guests")]: `
    create table public.guests (name text);
    grant select on public.guests to anon;
    create extension pg_cron with schema pg_catalog;`,
};
const WITHIN = { timeout: 15_000, interval: 25 };

const findChild = (state: StackState, name: string) => {
  const child = state.children.find((record) => record.name === name);
  if (!child) throw new Error(`no part is called ${name}`);
  return child;
};

describe("kill -9 of a part", () => {
  const folder = temporaryFolder();
  const lines: string[] = [];
  let stack: Stack;

  beforeAll(async () => {
    const hello = { "supabase/functions/hello/index.ts": 'Deno.serve(() => new Response("hello"));' };
    makeProject(join(folder.dir, "project"), { ...GUESTS, ...hello });
    const options = { ...plainOptions(folder.dir), durable: true, functions: true, provider: true };
    stack = await startStack({ ...options, log: (line) => lines.push(line) });
  });
  afterAll(async () => {
    await stack?.stop();
    folder.remove();
  });

  test.each(["rest", "auth", "functions", "provider", "storage", "postgres"])("%s is started again", async (name) => {
    await query(stack.dbUrl, (sql) => sql`insert into public.guests values (${name})`);
    const victim = findChild(stack, name);
    signalExactly(victim, "SIGKILL");
    await vi.waitFor(() => expect(lines).toContain(`${name} is back`), WITHIN);
    expect(lines).toContain(`${name} died (SIGKILL); starting it again`);

    const successor = findChild(readState(stack.dir) ?? stack, name);
    expect(successor.pid).not.toBe(victim.pid);
    await vi.waitFor(async () => expect((await healthOf(stack)).filter((part) => !part.ok)).toEqual([]), WITHIN);
  });

  test("after all of it scheduled jobs still run", async () => {
    await query(stack.dbUrl, async (sql) => {
      await sql`select cron.schedule('still', '1 second', 'create table if not exists public.ticked ()')`;
      const ran = () => sql`select to_regclass('public.ticked')::text as ran`;
      await vi.waitFor(async () => expect(await ran()).toEqual([{ ran: "ticked" }]), WITHIN);
    });
  });

  test("after all of it the API still answers, with everything that was committed", async () => {
    const answer = () =>
      fetch(`${stack.url}/rest/v1/guests?select=name`, { headers: { apikey: stack.publishableKey } });
    const names = await vi.waitFor(async () => {
      const response = await answer();
      expect(response.status).toBe(200);
      return (await response.json()) as { name: string }[];
    }, WITHIN);
    expect(names.map(({ name }) => name)).toEqual(["rest", "auth", "functions", "provider", "storage", "postgres"]);
  });
});

test("a part that keeps dying ends the stack, and is named", async () => {
  const folder = temporaryFolder();
  onTestFinished(folder.remove);
  makeProject(join(folder.dir, "project"));
  const gaveUp = Promise.withResolvers<StackError>();
  const stack = await startForTest({ ...plainOptions(folder.dir), onGiveUp: gaveUp.resolve });
  const killer = setInterval(() => signalExactly(findChild(stack, "rest"), "SIGKILL"), 20);
  const error = await gaveUp.promise.finally(() => clearInterval(killer));
  expect(error.message).toBe("rest keeps dying (last: SIGKILL); the stack has stopped");
  expect(readRecord(stack.dir)).toBeNull();
  expect(stack.children.filter(isAlive)).toEqual([]);
});

describe("kill -9 of the supervisor", () => {
  /** A supervisor of its own, as `npm start` has one. */
  async function supervisorFor(dir: string, options: StackOptions): Promise<ChildProcess> {
    const file = join(dir, "supervisor.ts");
    const module = JSON.stringify(join(import.meta.dirname, "start-stack.ts"));
    writeFileSync(
      file,
      `import { startStack } from ${module};
      await startStack({ ...${JSON.stringify(options)}, log: console.error });
      process.send("ready");`,
    );
    const child = fork(file, { stdio: "inherit" });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child, "message");
    return child;
  }

  test("its parts die with it, and the next start finds the folder in order and the data in it", async () => {
    const folder = temporaryFolder();
    onTestFinished(folder.remove);
    makeProject(join(folder.dir, "project"), GUESTS);
    const options = plainOptions(folder.dir);
    const { dir } = options;
    const supervisor = await supervisorFor(folder.dir, options);
    const state = readState(dir);
    if (!state) throw new Error("the supervisor has left no state");
    await query(state.dbUrl, (sql) => sql`insert into public.guests values ('before')`);

    supervisor.kill("SIGKILL");
    await once(supervisor, "exit");
    expect(readState(dir)).toBeNull();
    if (process.platform === "linux")
      await vi.waitFor(() => expect(state.children.filter(isAlive)).toEqual([]), WITHIN);

    const ports = { port: Number(new URL(state.url).port), dbPort: Number(new URL(state.dbUrl).port) };
    const next = await startForTest({ ...options, ...ports });
    expect(await query(next.dbUrl, (sql) => sql`select name from public.guests`)).toEqual([{ name: "before" }]);
  });

  test("orphans are ended by the next start: exactly those, never a stranger with the same pid", async () => {
    const { dir, remove } = temporaryFolder();
    onTestFinished(remove);
    const sleeper = () => {
      const child = spawn("sleep", ["60"]);
      onTestFinished(() => void child.kill("SIGKILL"));
      return { name: "rest", pid: child.pid ?? -1, startTime: startTimeOf(child.pid ?? -1) ?? "", healthUrl: null };
    };
    const [orphan, stranger] = [sleeper(), sleeper()];
    const dead = { pid: 999_999_999, startTime: "1", dir, children: [orphan, { ...stranger, startTime: "0" }] };
    mkdirSync(dir, { recursive: true });
    writeState({ ...(dead as unknown as StackState), status: "ready" });

    const mine = { ...dead, pid: process.pid, startTime: startTimeOf(process.pid), children: [], status: "starting" };
    const lines: string[] = [];
    expect(await takeFolder(mine as unknown as StackState, (line) => lines.push(line))).toBe(true);
    expect(isAlive(orphan)).toBe(false);
    expect(isAlive(stranger)).toBe(true);
    expect(lines).toEqual([`ending rest (pid ${orphan.pid}), left by a stack that was killed`]);
  });
});
