/** What the functions' own tests run of the functions, by V8: one line, for information. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bin, ROOT, type Stage } from "./run-stage.ts";

/** The stage, with coverage written to a folder that lives as long as this process. */
export function withFunctionsCoverage(stage: Stage): Stage {
  const dir = mkdtempSync(join(tmpdir(), "servio-coverage-"));
  process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
  return { ...stage, env: { DENO_COVERAGE_DIR: dir }, note: () => readSummary(askDeno(dir)) ?? "coverage unknown" };
}

/** Our sources only: neither tests and their helpers, nor the payment provider that they start. */
function askDeno(dir: string): string {
  const args = ["coverage", "--include=supabase/functions", "--exclude=test(ing)?\\.ts$", dir];
  const options = { cwd: ROOT, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" }, stdio: "pipe" } as const;
  try {
    return execFileSync(bin("deno"), args, options);
  } catch {
    return ""; // nothing was written: the tests did not get that far, which their own stage reports
  }
}

export function readSummary(table: string): string | null {
  const [, branches, lines] = /^\| All files\s+\|\s+([\d.]+) \|\s+[\d.]+ \|\s+([\d.]+) \|/m.exec(table) ?? [];
  return branches && lines ? `coverage: ${branches} % of branches, ${lines} % of lines` : null;
}
