/** The command line as people use it, on this repository's own migrations: start, status, stop, reset, signals, help. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { isAlive } from "./process-identity.ts";
import { query, temporaryFolder } from "./stack-fixture.ts";
import { readState, type StackState } from "./state.ts";

const CLI = join(import.meta.dirname, "cli.ts");
const folder = temporaryFolder();
const env = { ...process.env, STACK_DIR: folder.dir, STACK_PORT: "auto", STACK_DB_PORT: "auto", STRIPE_SECRET_KEY: "" };

function cli(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, stdout, stderr });
    });
  });
}

const liveState = (): StackState => {
  const state = readState(folder.dir);
  if (!state) throw new Error("no stack is running");
  return state;
};

afterAll(async () => {
  await cli("stop");
  folder.remove();
});

test("help is help, and wrong usage is exit code 2", async () => {
  expect(await cli("--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("npm start"), stderr: "" });
  for (const args of [[], ["fly"], ["start", "--nonsense"], ["start", "twice"]]) {
    expect(await cli(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining("npm start") });
  }
});

describe("in this order:", { timeout: 60_000 }, () => {
  test("status and stop of a stack that does not run", async () => {
    expect(await cli("status")).toMatchObject({ code: 1, stdout: expect.stringContaining("Servio is not running") });
    const { code, stdout } = await cli("status", "--json");
    expect({ code, status: JSON.parse(stdout) }).toEqual({ code: 1, status: { running: false, dir: folder.dir } });
    expect(await cli("stop")).toMatchObject({ code: 0, stdout: expect.stringContaining("Servio is not running") });
  });

  test("reset without a running stack builds the database and leaves it stopped", async () => {
    expect(await cli("reset")).toMatchObject({ code: 0, stdout: expect.stringContaining("The database is new") });
    expect(readState(folder.dir)).toBeNull();
  });

  test("start returns when it is ready and leaves the stack running", async () => {
    const { code, stdout, stderr } = await cli("start");
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: expect.stringMatching(/Servio is ready/) });
    expect(stdout).not.toContain("cluster"); // reset had built it
    const state = liveState();
    expect(stdout).toContain(state.url);
    expect((await fetch(`${state.url}/rest/v1/`, { headers: { apikey: state.secretKey } })).status).toBe(200);
    expect(await cli("start")).toMatchObject({ code: 0, stdout: expect.stringContaining("already running") });
  });

  test("status tells of every part", async () => {
    const { code, stdout } = await cli("status", "--json");
    const status = JSON.parse(stdout) as StackState & { parts: { name: string; ok: boolean }[] };
    expect(code).toBe(0);
    expect(status).toMatchObject({ running: true, well: true, url: liveState().url });
    expect(status.parts.map(({ name }) => name).sort()).toEqual([
      "auth",
      "functions",
      "gateway",
      "mail",
      "postgres",
      "provider",
      "rest",
      "storage",
    ]);
    expect((await cli("status")).stdout).toContain("● postgres");
  });

  test("reset of a running stack throws the data away and runs again", async () => {
    const before = liveState();
    await query(before.adminDbUrl, (sql) => sql`create table public.scribble (x int)`);
    expect(await cli("reset")).toMatchObject({ code: 0, stdout: expect.stringContaining("Servio is ready") });
    expect(isAlive(before)).toBe(false);
    const after = liveState();
    expect(await query(after.adminDbUrl, (sql) => sql`select to_regclass('public.scribble') as found`)).toEqual([
      { found: null },
    ]);
  });

  test("stop ends every process", async () => {
    const state = liveState();
    expect(await cli("stop")).toMatchObject({ code: 0, stdout: expect.stringContaining("Servio has stopped") });
    expect([state, ...state.children].filter(isAlive)).toEqual([]);
  });

  test.each(["SIGINT", "SIGHUP"] as const)("in the foreground %s stops it in order", async (signal) => {
    const child = spawn(process.execPath, [CLI, "start", "--foreground"], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    for await (const chunk of child.stdout) {
      output += chunk;
      if (output.includes("Servio is ready") && !child.killed) {
        expect(liveState().pid).toBe(child.pid);
        child.kill(signal);
      }
    }
    if (child.exitCode === null) await once(child, "exit");
    expect(child.exitCode).toBe(0);
    expect(output).toMatch(/stopped in \d+ ms/);
    expect(readState(folder.dir)).toBeNull();
  });
});
