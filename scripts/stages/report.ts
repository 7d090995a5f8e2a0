/** How a step looks to people: one line, and below it everything it said when it failed. */
import pc from "picocolors";
import type { StageResult } from "./run-stage.ts";

export function describeStage({ name, ok, seconds, output }: StageResult, note = ""): string {
  const line = `${ok ? pc.green("✓") : pc.red("✗")} ${name.padEnd(16)} ${pc.dim(`${seconds.toFixed(1).padStart(6)} s`)}`;
  const head = note ? `${line}  ${note}` : line;
  return ok ? head : [head, ...output.split("\n").map((text) => `    ${text}`)].join("\n");
}
