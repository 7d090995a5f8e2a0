/** How many tests a runner says passed and failed, from its closing line: pgTAP and lint (ours), deno, vitest. */
export interface Counts {
  passed: number;
  failed: number;
}

const CLOSINGS = [
  /^(?<passed>\d+) passed, (?<failed>\d+) failed$/, // ours
  /^(?:ok|FAILED) \| (?<passed>\d+) passed.* \| (?<failed>\d+) failed/, // deno test
  /^\s*Tests\s+(?:(?<failed>\d+) failed(?: \| )?)?(?:(?<passed>\d+) passed)?/, // vitest
];

/** Null when no runner has closed: a step that is no test, or one that died. */
export function readCounts(output: string): Counts | null {
  for (const line of output.split("\n").reverse()) {
    for (const closing of CLOSINGS) {
      const found = closing.exec(line)?.groups;
      if (found) return { passed: Number(found.passed ?? 0), failed: Number(found.failed ?? 0) };
    }
  }
  return null;
}

/** A step that failed counts at least once, whatever its runner says or did not live to say. */
export function countsOf({ ok, output }: { ok: boolean; output: string }): Counts {
  const { passed, failed } = readCounts(output) ?? { passed: 0, failed: 0 };
  return { passed, failed: ok ? failed : Math.max(1, failed) };
}
