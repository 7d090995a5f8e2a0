/** The pgTAP files as mutants need them: their statements, without the transaction around them and without the fixture. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { findTestFiles } from "../run-test-files.ts";
import { splitStatements } from "../statements.ts";
import { TESTS_DIR } from "../test-databases.ts";

export interface TestFile {
  /** Path inside supabase/tests. */
  name: string;
  /** The folder it is in. */
  domain: string;
  /** Every word in it: what it mentions. */
  words: ReadonlySet<string>;
  statements: string[];
  /** Hundreds of assertions in one statement: worth reading in portions, to stop at the first that is red. */
  isLong: boolean;
}

const isFrame = (text: string) => /^(begin|rollback|select tests\.fixture\(\))$/i.test(text);
// Statistics outlive the rollback and change the plans of every file that follows: such a file cannot share a database.
const leavesTraces = (text: string) => /^(analyze|vacuum|commit)\b/i.test(text);

export function readTestFile(name: string, source: string): TestFile | null {
  const statements = splitStatements(source).map(({ text }) => text);
  if (statements.some(leavesTraces)) return null;
  const planned = Number(/\bplan\((\d+)\)/.exec(source)?.[1] ?? 0);
  return {
    name,
    domain: name.split("/")[0] ?? "",
    words: new Set(source.match(/\w+/g)),
    statements: statements.filter((text) => !isFrame(text)),
    isLong: planned >= 1000,
  };
}

/** Every file but those that leave traces, such as the support functions themselves. */
export function readTestFiles(): TestFile[] {
  return findTestFiles([]).flatMap((path) => readTestFile(relative(TESTS_DIR, path), readFileSync(path, "utf8")) ?? []);
}
