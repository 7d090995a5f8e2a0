/** Who waits for another part is neither started too early nor judged too early; who hangs with all it needs is. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { plainEnvironment, type Service } from "./service.ts";
import { temporaryFolder } from "./stack-fixture.ts";
import { createSupervisor } from "./supervisor.ts";

const START_WITHIN_MS = 250;

/** A database that dies at once while it may not live, and something that needs it and counts how often it was started. */
async function pair() {
  const { dir, remove } = temporaryFolder();
  onTestFinished(remove);
  const [mayLive, mayBeReady] = [join(dir, "may-live"), join(dir, "may-be-ready")];
  for (const file of [mayLive, mayBeReady]) writeFileSync(file, "");
  let starts = 0;
  const part = (name: string, script: string, isReady: () => boolean, more: Partial<Service> = {}): Service => {
    const common = { env: plainEnvironment(), healthUrl: null, isReady: async () => isReady() };
    return { name, command: "/bin/sh", args: ["-c", script], ...common, ...more };
  };
  const prepare = () => {
    starts += 1;
  };
  const database = part("database", `test -e '${mayLive}' && exec sleep 60`, () => existsSync(mayLive));
  const rest = part("rest", "exec sleep 60", () => existsSync(mayBeReady), { needs: ["database"], prepare });
  const lines: string[] = [];
  const gaveUp = vi.fn();
  const pids = new Map<string, number>();
  const supervisor = createSupervisor({
    dir,
    log: (line) => lines.push(line),
    onChange: (children) => {
      for (const { name, pid } of children) pids.set(name, pid);
    },
    onGiveUp: gaveUp,
    deathsAllowed: 1_000,
    startWithinMs: START_WITHIN_MS,
  });
  onTestFinished(() => supervisor.stop());
  await supervisor.start(database);
  await supervisor.start(rest);
  const kill = (name: string) => process.kill(pids.get(name) ?? 0, "SIGKILL");
  return { mayLive, mayBeReady, lines, gaveUp, kill, starts: () => starts };
}

test("a part whose database takes longer to come back than a start may take is started once, and not given up", async () => {
  const { mayLive, lines, gaveUp, kill, starts } = await pair();
  rmSync(mayLive);
  kill("database");
  await vi.waitFor(() => expect(lines.some((line) => line.startsWith("database died (exit code 1)"))).toBe(true));
  kill("rest");
  await sleep(2 * START_WITHIN_MS); // the outage itself
  expect(starts()).toBe(1);
  writeFileSync(mayLive, "");
  await vi.waitFor(() => expect(lines).toContain("rest is back"), { timeout: 5_000 });
  expect(starts()).toBe(2);
  expect(gaveUp).not.toHaveBeenCalled();
});

test("a database that goes away while the part is starting stops the part's clock", async () => {
  const { mayLive, mayBeReady, lines, gaveUp, kill } = await pair();
  rmSync(mayBeReady);
  kill("rest");
  await vi.waitFor(() => expect(lines.some((line) => line.startsWith("rest died"))).toBe(true));
  rmSync(mayLive);
  kill("database");
  await sleep(2 * START_WITHIN_MS);
  expect(gaveUp).not.toHaveBeenCalled();
  for (const file of [mayLive, mayBeReady]) writeFileSync(file, "");
  await vi.waitFor(() => expect(lines).toContain("rest is back"), { timeout: 5_000 });
});

test("a part that has all it needs and never gets ready ends the stack, and is named", async () => {
  const { mayBeReady, gaveUp, kill } = await pair();
  rmSync(mayBeReady);
  kill("rest");
  await vi.waitFor(() => expect(gaveUp).toHaveBeenCalledOnce(), { timeout: 5_000 });
  expect(String(gaveUp.mock.calls[0]?.[0])).toContain("rest did not get ready in 0.25 s");
});
