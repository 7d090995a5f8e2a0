import { expect, test } from "vitest";
import { EQUIVALENT, reasonOf, staleNames } from "./equivalent.ts";

const list = [{ reason: "The other one does it.", names: ["a", "b"] }];

test("an exception is found by its exact name", () => {
  expect(reasonOf("a", list)).toBe("The other one does it.");
  expect(reasonOf("ab", list)).toBeNull();
});

test("a name without a mutant is stale", () => {
  expect(staleNames(new Set(["a", "x"]), list)).toEqual(["b"]);
});

test("every exception has its reason in a sentence, and stands here once", () => {
  for (const { reason, names } of EQUIVALENT) {
    expect(reason).toMatch(/^[A-Z].{30,}\.$/);
    expect(names.length).toBeGreaterThan(0);
  }
  const all = EQUIVALENT.flatMap(({ names }) => names);
  expect(new Set(all).size).toBe(all.length);
});
