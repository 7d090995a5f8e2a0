/** How mutants are counted, and which tests are asked about a source. */
import { join } from "node:path";
import type { MutantResult, MutantStatus } from "@stryker-mutator/api/core";
import { expect, test } from "vitest";
import { ROOT } from "../stages/run-stage.ts";
import { summarize } from "./mutate.ts";
import { isBeside, Reach, testFiles } from "./test-files.ts";

const place = { line: 7, column: 0 };
const mutant = (file: string, status: MutantStatus): MutantResult => ({
  id: "1",
  fileName: join(ROOT, "supabase/functions", file),
  mutatorName: "StringLiteral",
  replacement: '""',
  location: { start: place, end: place },
  status,
});

test("killed and endless count as noticed; survived, not met and not judged as missed; what is no mutant nowhere", () => {
  const statuses: MutantStatus[] = [
    "Killed",
    "Timeout",
    "Survived",
    "NoCoverage",
    "RuntimeError",
    "CompileError",
    "Ignored",
  ];
  const { rooms, files, missed } = summarize(statuses.map((status) => mutant("assistant/fence.ts", status)));
  expect(rooms).toEqual([
    { room: "supabase/functions/assistant", mutants: 5, noticed: 2, score: 0.4 },
    { room: "supabase/functions/_shared", mutants: 0, noticed: 0, score: 0 },
  ]);
  expect(files).toEqual([{ file: "supabase/functions/assistant/fence.ts", mutants: 5, noticed: 2, endless: 1 }]);
  expect(missed.map(({ file, line, met }) => `${file}:${line} ${met}`)).toEqual([
    "supabase/functions/assistant/fence.ts:7 true",
    "supabase/functions/assistant/fence.ts:7 false",
    "supabase/functions/assistant/fence.ts:7 true",
  ]);
});

test("a room that was not asked about is not judged, and nothing at all is no success", () => {
  const only = summarize([mutant("assistant/fence.ts", "Killed")], false);
  expect(only.rooms.map(({ room }) => room)).toEqual(["supabase/functions/assistant"]);
  expect(summarize([], false).rooms).toEqual([]);
});

test("a source is met by the tests that import it, however far away, and by no others", () => {
  const met = (path: string) => new Reach(ROOT).of(join(ROOT, "supabase/functions", path));
  const tool = met("assistant/tools/menu/create-item.ts");
  expect(tool).toContain("supabase/functions/assistant/registry.test.ts");
  expect(tool).toContain("supabase/functions/mcp/handler.test.ts");
  expect(tool.filter((file) => !/^supabase\/functions\/(assistant|mcp)\//.test(file))).toEqual([]);
  expect(met("_shared/retry.ts").length).toBeGreaterThan(5);
  expect(testFiles(ROOT)).not.toContain("supabase/functions/_shared/rooms.test.ts");
});

test("beside a source is its own folder and those above it", () => {
  expect(isBeside("/f/assistant/a.test.ts", "/f/assistant/tools/menu/b.ts")).toBe(true);
  expect(isBeside("/f/worker/a.test.ts", "/f/assistant/b.ts")).toBe(false);
});
