import { expect, test } from "vitest";
import { runStage, runStages } from "./run-stage.ts";

const node = (program: string) => [process.execPath, "-e", program];

test("both streams are kept, in order, and the exit code decides", async () => {
  const fine = await runStage({ name: "fine", command: node("console.log('out'); console.error('err')") });
  expect(fine).toMatchObject({ ok: true, output: "out\nerr" });
  const broken = await runStage({ name: "broken", command: node("console.log('out'); process.exit(3)") });
  expect(broken).toMatchObject({ ok: false, output: "out" });
});

test("a program that is missing, or killed, has failed and says so", async () => {
  const missing = await runStage({ name: "missing", command: ["no-such-program"] });
  expect(missing.ok).toBe(false);
  expect(missing.output).toContain("ENOENT");
  const killed = await runStage({ name: "killed", command: node("process.kill(process.pid, 'SIGKILL')") });
  expect(killed).toMatchObject({ ok: false, output: "ended by SIGKILL" });
});

test("tests that succeed without running one have failed", async () => {
  const run = (output: string) =>
    runStage({ name: "tests", command: node(`console.log(${JSON.stringify(output)})`), isTest: true });
  expect(await run("nothing to do")).toMatchObject({ ok: false, output: "nothing to do\n\nno test ran" });
  expect(await run("0 passed, 0 failed")).toMatchObject({ ok: false });
  expect(await run("1 passed, 0 failed")).toMatchObject({ ok: true });
});

test("a failing stage does not keep the next ones from running", async () => {
  const seen: string[] = [];
  const stages = [
    { name: "one", command: node("process.exit(1)") },
    { name: "two", command: node("") },
  ];
  const results = await runStages(stages, 1, ({ name }) => seen.push(name));
  expect(seen).toEqual(["one", "two"]);
  expect(results.map(({ ok }) => ok)).toEqual([false, true]);
});
