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
  return {
    ...stage,
    env: { DENO_COVERAGE_DIR: dir },
    note: () => readSummary(askDeno(dir, "supabase/functions")) ?? "coverage unknown",
  };
}

/** Sources below a folder only: neither tests and their helpers, nor the payment provider that they start. */
export function askDeno(dir: string, sources: string): string {
  const args = ["coverage", `--include=${sources}`, "--exclude=test(ing)?\\.ts$", dir];
  const options = { cwd: ROOT, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" }, stdio: "pipe" } as const;
  try {
    return execFileSync(bin("deno"), args, options);
  } catch {
    return ""; // nothing was written: the tests did not get that far, which their own stage reports
  }
}

/** In per cent. */
export function readShares(table: string): { branches: number; lines: number } | null {
  const [, branches, lines] = /^\| All files\s+\|\s+([\d.]+) \|\s+[\d.]+ \|\s+([\d.]+) \|/m.exec(table) ?? [];
  return branches && lines ? { branches: Number(branches), lines: Number(lines) } : null;
}

export function readSummary(table: string): string | null {
  const shares = readShares(table);
  return shares && `coverage: ${shares.branches.toFixed(1)} % of branches, ${shares.lines.toFixed(1)} % of lines`;
}
