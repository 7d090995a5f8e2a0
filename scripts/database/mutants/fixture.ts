/** Mutants and test files for the unit tests of the mutator. */
import type { Mutant } from "./mutant.ts";
import { readTestFile, type TestFile } from "./test-file.ts";

export const mutant = (more: Partial<Mutant> = {}): Mutant => ({
  kind: "check",
  name: "check total_fits of public.orders",
  relation: "public.orders",
  object: "total_fits",
  statement: "alter table public.orders drop constraint total_fits",
  ...more,
});

export function testFile(name: string, source = "select 1;"): TestFile {
  const file = readTestFile(name, `begin;\n${source}\nrollback;`);
  if (!file) throw new Error(`${name} leaves traces`);
  return file;
}
