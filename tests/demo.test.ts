/**
 * The demo is a program with an exit code, so it is tested as one: on a live stack it plays to the end and its document
 * says so; where a step cannot work it ends with 1 and names that step; wrong usage is 2.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTimeOf } from "../scripts/stack/process-identity.ts";
import type { Stack } from "../scripts/stack/start-stack.ts";
import { acquireStack } from "../scripts/stack/test-stack.ts";

const ROOT = join(import.meta.dirname, "..");

let stack: Stack;
beforeAll(async () => {
  stack = await acquireStack();
});
afterAll(() => stack.stop());

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

function runDemo(dir: string, ...args: string[]): Promise<Run> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, STACK_DIR: dir };
  return new Promise((resolve) => {
    execFile(process.execPath, ["scripts/demo/main.ts", ...args], { cwd: ROOT, env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

test("the evening is played to its end, and the document says what it came to", async () => {
  const { code, stdout, stderr } = await runDemo(stack.dir, "--json", "--assistant");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  const played = JSON.parse(stdout);
  expect(played).toMatchObject({ ok: true, failure: null, stack: { url: stack.url, origin: "found running" } });
  expect(played.steps.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
  const titles = played.steps.map(({ actor, step }: { actor: string; step: string }) => `${actor} ${step}`);
  expect(titles).toEqual(
    expect.arrayContaining([
      "provider tells Servio by signed webhook",
      "provider delivers the same event twice more",
      "provider repeats the payment's event, late",
      "cashier takes cash, gives change",
      "stranger asks what the owner asks",
      "manager confirms it, once",
      "kitchen wishes prices, by tool and past it",
    ]),
  );
  expect(played.assistant).toMatchObject({ before_minor: 650, after_minor: 700 });
  expect(played.totals).toEqual({
    currency: "GBP",
    paid_minor: 7391,
    refunded_minor: 470,
    ledger_sum_minor: 0,
    ledger_accounts: { provider: 4361, provider_fees: 94, cash: 2466, orders: -6471, tips: -450 },
  });
});

test("a person reads a timeline, with a summary at its end", async () => {
  const { code, stdout } = await runDemo(stack.dir);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ +\d+ ms {2}✓ guest {5}places the order +#001 · £49\.25 · waits for payment$/m);
  expect(stdout).toContain("sum £0.00");
  expect(stdout).toContain("Where to look next");
});

test("a step that fails ends the evening with 1, by name, with what was expected and where to look", async () => {
  // A stack that answers everything with an error: alive by its record, ill by its answers.
  const ill = createServer((_, response) => response.writeHead(503, { "content-type": "application/json" }).end("{}"));
  await new Promise<void>((resolve) => ill.listen(0, "127.0.0.1", resolve));
  const dir = mkdtempSync(join(tmpdir(), "servio-ill-"));
  try {
    const url = `http://127.0.0.1:${(ill.address() as AddressInfo).port}`;
    const { stop: _, ...state } = stack;
    const self = { pid: process.pid, startTime: startTimeOf(process.pid) };
    writeFileSync(join(dir, "stack.json"), JSON.stringify({ ...state, ...self, dir, url }));
    const told = await runDemo(dir);
    expect(told.code).toBe(1);
    expect(told.stderr).toMatch(/step +The owner opens the house → owner signs up/);
    expect(told.stderr).toMatch(/look at +.*logs\/auth\.log/);
    const machine = await runDemo(dir, "--json");
    expect(machine.code).toBe(1);
    expect(JSON.parse(machine.stdout)).toMatchObject({ ok: false, totals: null, failure: { step: "signs up" } });
  } finally {
    ill.close();
    rmSync(dir, { recursive: true, force: true });
  }
});

test("wrong usage is 2, and help is 0", async () => {
  const wrong = await runDemo(stack.dir, "--faster");
  expect(wrong).toMatchObject({ code: 2, stdout: "" });
  expect(wrong.stderr).toContain("--faster");
  expect(await runDemo(stack.dir, "--help")).toMatchObject({ code: 0, stderr: "" });
});
