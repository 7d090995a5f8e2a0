/** Reads the TAP that one test file produced. The judgement is tap-parser's; this keeps what a person needs to see. */
import { Parser, type Result } from "tap-parser";

export interface Tap {
  ok: boolean;
  passed: number;
  skipped: number;
  planned: number;
  run: number;
  failures: { name: string; diagnostics: string[] }[];
  /** What is wrong with the stream itself: no plan, too few or too many tests, numbers out of order. */
  faults: string[];
}

const TAP_LINE = /^\s*(?:(?:not )?ok\b|1\.\.\d|#|Bail out!)/;

/** Only values that begin as TAP count: a helper may return any other text to the client. */
export const isTap = (value: unknown): value is string => typeof value === "string" && TAP_LINE.test(value);

export function readTap(lines: readonly string[]): Tap {
  const tap: Tap = { ok: false, passed: 0, skipped: 0, planned: 0, run: 0, failures: [], faults: [] };
  let last: { name: string; diagnostics: string[] } | undefined;
  const parser = new Parser((results) => {
    tap.ok = results.ok;
    tap.planned = results.plan.end ?? 0;
    tap.run = results.count;
    tap.skipped = results.skip;
    tap.faults = results.failures.flatMap((fault) => ("tapError" in fault && fault.tapError ? [fault.tapError] : []));
  });
  parser.on("assert", (result: Result) => {
    const passes = result.ok || Boolean(result.todo) || Boolean(result.skip);
    if (passes) tap.passed++;
    last = passes ? undefined : { name: `${result.id} ${result.name}`, diagnostics: [] };
    if (last) tap.failures.push(last);
  });
  parser.on("comment", (comment: string) => {
    // pgTAP's own "Looks like you failed" line only repeats what the report says.
    if (last && !comment.startsWith("# Looks like you")) last.diagnostics.push(comment.trimEnd());
  });
  parser.end(`${lines.join("\n")}\n`);
  // To tap-parser "1..0" means that everything was skipped on purpose: here it is a test that cannot fail.
  if (tap.run === 0) tap.faults.push("no test ran");
  tap.ok &&= tap.faults.length === 0;
  return tap;
}
