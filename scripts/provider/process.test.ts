// The provider as a process: its configuration, and what a kill -9 leaves behind (everything that was answered).
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf, controlOf, paid, type Receiver, SECRET_KEY, startReceiver, WEBHOOK_SECRET } from "./testing.ts";

const MAIN = join(import.meta.dirname, "main.ts");
const dir = mkdtempSync(join(tmpdir(), "provider-process-"));
const children: ChildProcess[] = [];
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await receiver.close();
  rmSync(dir, { recursive: true, force: true });
});

const environment = () => ({
  PATH: process.env.PATH,
  PROVIDER_PORT: "0",
  PROVIDER_SECRET_KEY: SECRET_KEY,
  PROVIDER_WEBHOOK_SECRET: WEBHOOK_SECRET,
  PROVIDER_WEBHOOK_URL: receiver.url,
  PROVIDER_DIR: dir,
});

async function start(): Promise<{ child: ChildProcess; url: string; complaints: () => string }> {
  const child = spawn(process.execPath, [MAIN], { env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let complaints = "";
  child.stderr?.on("data", (chunk) => {
    complaints += String(chunk);
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [line] = (await once(lines, "line")) as [string];
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
  if (!url) throw new Error(`No address in: ${line}`);
  return { child, url, complaints: () => complaints };
}

describe("a kill -9", () => {
  it("loses neither objects, nor the answers to keys, nor the webhooks still to be sent", async () => {
    const first = await start();
    const control = controlOf(first.url);
    expect((await fetch(`${first.url}/_health`)).status).toBe(200);
    await control("POST", "/faults", [
      { target: "webhook", event: "payment_intent.succeeded", action: "delay", ms: 3_600_000 },
      { target: "webhook", event: "charge.succeeded", action: "hold" },
    ]);
    const intent = await clientOf(first.url).paymentIntents.create(paid(), { idempotencyKey: "before" });
    expect(intent.status).toBe("succeeded");
    const session = await clientOf(first.url).checkout.sessions.create({
      mode: "payment",
      line_items: [{ quantity: 1, price_data: { currency: "eur", unit_amount: 500, product_data: { name: "Tea" } } }],
      success_url: "http://127.0.0.1:9/",
    });
    first.child.kill("SIGKILL");
    await once(first.child, "exit");

    const second = await start();
    const stripe = clientOf(second.url);
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe("succeeded");
    const again = await stripe.paymentIntents.create(paid(), { idempotencyKey: "before" });
    expect(again.id).toBe(intent.id);
    expect(again.lastResponse.headers["idempotent-replayed"]).toBe("true");
    const { url } = await stripe.checkout.sessions.retrieve(session.id);
    expect(url).toBe(`${second.url}/c/pay/${session.id}`);
    await controlOf(second.url)("POST", "/release");
    expect(await controlOf(second.url)("POST", "/drain")).toMatchObject({ settled: true });
    expect(new Set(receiver.types())).toEqual(
      new Set(["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]),
    );
    expect(second.complaints()).toBe("");

    const rival = spawnSync(process.execPath, [MAIN], { env: environment(), encoding: "utf8", timeout: 10_000 });
    expect(rival.status).toBe(1);
    expect(rival.stderr).toContain(`provider: ${dir} is in use by another provider`);
    second.child.kill("SIGTERM");
    expect(await once(second.child, "exit")).toEqual([0, null]);
  });
});

describe("configuration", () => {
  it("names the variable that is missing or wrong, and explains itself", () => {
    const run = (env: Record<string, string | undefined>, ...args: string[]) =>
      spawnSync(process.execPath, [MAIN, ...args], { env: { ...environment(), ...env }, encoding: "utf8" });
    const missing = run({ PROVIDER_WEBHOOK_SECRET: "" });
    expect([missing.status, missing.stderr]).toEqual([2, "provider: PROVIDER_WEBHOOK_SECRET is missing\n"]);
    expect(run({ PROVIDER_PORT: "99999" }).stderr).toContain("PROVIDER_PORT");
    expect(run({ PROVIDER_SECRET_KEY: "pk_test_public" }).stderr).toContain("PROVIDER_SECRET_KEY");
    const help = run({}, "--help");
    expect([help.status, help.stdout.split("\n", 1)[0]]).toEqual([0, "Usage: node scripts/provider/main.ts [--help]"]);
    expect(run({}, "--loud").status).toBe(2);
  });
});
