import { expect, test } from "vitest";
import { countsOf, readCounts } from "./read-counts.ts";

test.each([
  ["pgTAP and lint", "✓ a.test.sql 3/3\n12 passed, 1 failed", { passed: 12, failed: 1 }],
  ["deno", "ok | 30 passed (4 steps) | 0 failed (2s)\n", { passed: 30, failed: 0 }],
  ["deno, ignoring some", "FAILED | 3 passed | 2 failed | 1 ignored (2s)", { passed: 3, failed: 2 }],
  ["vitest", " Test Files  2 passed (2)\n      Tests  44 passed (44)\n   Duration  3s", { passed: 44, failed: 0 }],
  ["vitest that failed", "      Tests  1 failed | 4 passed | 2 skipped (7)", { passed: 4, failed: 1 }],
  ["vitest where all failed", "      Tests  3 failed (3)", { passed: 0, failed: 3 }],
])("%s", (_, output, counts) => {
  expect(readCounts(output)).toEqual(counts);
});

test("a step that died without a closing line has failed once", () => {
  expect(countsOf({ ok: false, output: "Segmentation fault" })).toEqual({ passed: 0, failed: 1 });
  expect(countsOf({ ok: false, output: "5 passed, 0 failed" })).toEqual({ passed: 5, failed: 1 });
});
