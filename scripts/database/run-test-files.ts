/** Finds the pgTAP files and runs them side by side, each in its own clone. */
import { globSync } from "node:fs";
import { relative } from "node:path";
import type pg from "pg";
import type { Lane } from "./lane.ts";
import { type FileResult, type NoticeListener, runTestFile } from "./run-test-file.ts";
import { createTestDatabases, ROOT, TESTS_DIR } from "./test-databases.ts";

export interface RunOptions {
  jobs: number;
  /** Sees each file as it ends. */
  onResult?: (result: FileResult) => void;
  /** Runs in the template as superuser, before it is closed: for tools that instrument it. */
  prepare?: (client: pg.Client) => Promise<void>;
  onNotice?: NoticeListener;
}

/** Every test file, or those whose path contains one of the parts. */
export function findTestFiles(parts: readonly string[]): string[] {
  return globSync(`${TESTS_DIR}/**/*.test.sql`)
    .filter((path) => parts.length === 0 || parts.some((part) => relative(ROOT, path).includes(part)))
    .sort();
}

export async function runTestFiles(
  lane: Lane,
  files: readonly string[],
  { jobs, onResult, prepare, onNotice }: RunOptions,
): Promise<FileResult[]> {
  const databases = await createTestDatabases(lane, prepare);
  const queue = [...files];
  const results: FileResult[] = [];
  const worker = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const path = file;
      const result = await databases.withClone((url) => runTestFile(path, url, onNotice));
      results.push(result);
      onResult?.(result);
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, worker));
    return results;
  } finally {
    await databases.remove();
  }
}
