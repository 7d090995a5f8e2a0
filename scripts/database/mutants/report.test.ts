import { expect, test } from "vitest";
import { mutant } from "./fixture.ts";
import type { Verdict } from "./judge.ts";
import { describeSummary, shareOf, summarize } from "./report.ts";

const verdict = (name: string, killedBy: Verdict["killedBy"], kind = "check"): Verdict => ({
  mutant: mutant({ name, kind }),
  killedBy,
  by: killedBy && "orders/placing.test.sql: x",
  files: 1,
  ms: 1,
});
const many = (count: number, kind: string) =>
  Array.from({ length: count }, (_, n) => verdict(`${kind} ${n}`, "contract", kind));

test("survivors are named with the statement that made them", () => {
  const summary = summarize([verdict("gone", null), verdict("seen", "behaviour")], []);
  expect(summary).toMatchObject({ ok: false, survivors: [{ name: "gone", statement: mutant().statement }] });
  expect(describeSummary(summary)).toContain("survived gone");
});

test("doors do not make up for guards", () => {
  const doors = many(999, "grant on a table");
  expect(summarize([...doors, verdict("gone", null), verdict("seen", "behaviour")], []).ok).toBe(false);
  expect(summarize([...doors, ...many(19, "check"), verdict("gone", null)], []).ok).toBe(true);
  expect(summarize([...doors, ...many(18, "check"), verdict("gone", null)], []).ok).toBe(false);
});

test("what behaviour and what only a contract has noticed is counted apart", () => {
  const { groups } = summarize([verdict("a", "behaviour"), verdict("b", "contract")], []);
  expect(groups.guards).toEqual({ mutants: 2, behaviour: 1, contract: 1, equivalent: 0, survived: 0 });
  expect(shareOf(groups.guards)).toBe(1);
});

test("a stale exception fails the run, and so does a run without mutants", () => {
  expect(summarize([verdict("seen", "behaviour")], ["check of old"])).toMatchObject({
    ok: false,
    stale: ["check of old: there is no such mutant"],
  });
  expect(summarize([], []).ok).toBe(false);
});
