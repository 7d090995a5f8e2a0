/**
 * One step of a longer run, as a process of its own: its output is kept back and shown when it failed, so that a run that
 * succeeds is a handful of lines.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { readCounts } from "./read-counts.ts";

export const ROOT = join(import.meta.dirname, "..", "..");

/** A program that npm installed. */
export const bin = (name: string) => join(ROOT, "node_modules", ".bin", name);
/** A script of ours, run by the Node that runs us. */
export const script = (path: string, ...args: string[]) => [process.execPath, join(ROOT, path), ...args];

export interface Stage {
  name: string;
  command: readonly string[];
  env?: Record<string, string>;
  /** Asked when it has ended: one more thing worth knowing. */
  note?: () => string;
  /** Its output is worth reading also when all is well. */
  isReport?: boolean;
  /** It runs tests: with success but without a single test that passed it has failed. */
  isTest?: boolean;
}

export interface StageResult {
  name: string;
  ok: boolean;
  seconds: number;
  /** Both output streams, in the order in which they came. */
  output: string;
  note: string;
  isReport: boolean;
}

export async function runStage({
  name,
  command,
  env: extra,
  note,
  isReport = false,
  isTest = false,
}: Stage): Promise<StageResult> {
  const begun = performance.now();
  const [program = "", ...args] = command;
  const env = { ...process.env, NO_COLOR: "1", ...extra }; // its output is shown later and indented, if at all
  const child = spawn(program, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], env });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = await new Promise<string | null>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(code === 0 ? null : signal && `ended by ${signal}`));
  });
  const said = Buffer.concat(chunks).toString("utf8");
  const isEmpty = isTest && !readCounts(said)?.passed;
  const ok = ended === null && child.exitCode === 0 && !isEmpty;
  const output = [said, ended, isEmpty && child.exitCode === 0 && "no test ran"].filter(Boolean).join("\n");
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  return { name, ok, seconds, output: output.trim(), note: note?.() ?? "", isReport };
}

/** Runs at most `jobs` stages at once; a failing one does not keep the others from running. */
export async function runStages(
  stages: readonly Stage[],
  jobs: number,
  onResult: (result: StageResult) => void,
): Promise<StageResult[]> {
  const queue = [...stages];
  const results: StageResult[] = [];
  const worker = async () => {
    for (let stage = queue.shift(); stage; stage = queue.shift()) {
      const result = await runStage(stage);
      results.push(result);
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return results;
}
