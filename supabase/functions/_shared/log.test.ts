import assert from "node:assert/strict";
import { createLog } from "./log.ts";

Deno.test("a line is one JSON object: when, how bad, what, and the fields of all who added some", () => {
  const lines: string[] = [];
  const log = createLog({ function: "things" }, (line) => lines.push(line));
  const before = new Date().toISOString();
  log.with({ request_id: "r1", job: 1 }).write("warn", "took\nlong", { ms: 7, code: undefined, job: 2 });
  log.write("info", "alone");
  const [first, second] = lines.map((line) => JSON.parse(line));
  assert.ok(first.at >= before && first.at <= new Date().toISOString());
  const { at: _, ...rest } = first;
  assert.deepEqual(rest, { level: "warn", message: "took\nlong", function: "things", request_id: "r1", job: 2, ms: 7 });
  assert.deepEqual(Object.keys(second), ["at", "level", "message", "function"]);
  assert.ok(lines.every((line) => !line.includes("\n")));
});
