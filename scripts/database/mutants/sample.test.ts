import { expect, test } from "vitest";
import { mutant } from "./fixture.ts";
import { sampleOf } from "./sample.ts";

const all = [
  ...Array.from({ length: 90 }, (_, n) => mutant({ kind: "grant on a table", name: `grant ${n}` })),
  ...Array.from({ length: 9 }, (_, n) => mutant({ name: `check ${n}` })),
  mutant({ kind: "exclude", name: "exclusion" }),
];
const names = (size: number, seed: string) => sampleOf(all, size, seed).map(({ name }) => name);

test("a seed always chooses the same, another one others", () => {
  expect(names(20, "a")).toEqual(names(20, "a"));
  expect(names(20, "a")).not.toEqual(names(20, "b"));
  expect(new Set(names(20, "a")).size).toBe(20);
});

test("every kind is in it, as evenly as there are", () => {
  const chosen = sampleOf(all, 11, "a");
  expect(chosen.filter(({ kind }) => kind === "exclude")).toHaveLength(1);
  expect(chosen.filter(({ kind }) => kind === "check")).toHaveLength(5);
});

test("what is added later changes the choice among the others by nothing but its own place", () => {
  const more = [...all, mutant({ name: "check new" })];
  const kept = sampleOf(more, 30, "a").filter(({ name }) => name !== "check new");
  expect(kept.every(({ name }) => names(30, "a").includes(name))).toBe(true);
});

test("no sample is larger than all", () => {
  expect(names(1000, "a")).toHaveLength(all.length);
  expect(sampleOf([], 3, "a")).toEqual([]);
});
