/** How a step looks to people: one line, and below it what it said, when it failed or when that is what it is for. */
import { colors as pc } from "../colors.ts";
import type { StageResult } from "./run-stage.ts";

export function describeStage({ name, ok, seconds, output, note, isReport }: StageResult, counts = ""): string {
  const line = `${ok ? pc.green("✓") : pc.red("✗")} ${name.padEnd(16)} ${pc.dim(`${seconds.toFixed(1).padStart(6)} s`)}`;
  const head = [line, [counts, note].filter(Boolean).join("; ")].filter(Boolean).join("  ");
  return ok && !isReport ? head : [head, ...output.split("\n").map((text) => `    ${text}`)].join("\n");
}
