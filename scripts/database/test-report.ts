/** What a run of pgTAP files prints: a line per file, what failed with its diagnostics, and the closing count. */
import { colors as pc } from "../colors.ts";
import type { FileResult } from "./run-test-file.ts";

export interface Tally {
  passed: number;
  failed: number;
}

/** How a lane's own proof ended. */
export interface ProofResult {
  name: string;
  ok: boolean;
  ms: number;
  error: string | null;
}

export function describeProof({ name, ok, ms, error }: ProofResult): string {
  const head = `${ok ? pc.green("✓") : pc.red("✗")} ${name} ${pc.dim(`${ms} ms`)}`;
  return error === null ? head : `${head}\n    ${error}`;
}

/** A file that broke has failed at least once, and every planned test that never ran has failed. */
export function tally(results: readonly FileResult[], proofs: readonly ProofResult[] = []): Tally {
  let passed = proofs.filter(({ ok }) => ok).length;
  let failed = proofs.length - passed;
  for (const { ok, tap } of results) {
    const missing = Math.max(0, tap.planned - tap.run);
    const failures = tap.failures.length + missing;
    passed += tap.passed;
    failed += ok ? 0 : Math.max(1, failures);
  }
  return { passed, failed };
}

export function describeFile({ file, ok, ms, tap, error }: FileResult): string {
  const count = `${tap.passed}/${Math.max(tap.planned, tap.run)}`;
  const skipped = tap.skipped > 0 ? `, ${tap.skipped} skipped` : "";
  const head = `${ok ? pc.green("✓") : pc.red("✗")} ${file} ${pc.dim(`${count}${skipped}  ${ms} ms`)}`;
  const body = [
    ...tap.failures.flatMap(({ name, diagnostics }) => [`not ok ${name}`, ...diagnostics.map((line) => `  ${line}`)]),
    ...(error?.split("\n") ?? []),
    ...(ok ? [] : tap.faults.map((fault) => `bad TAP: ${fault}`)),
  ];
  return [head, ...body.map((line) => `    ${line}`)].join("\n");
}
