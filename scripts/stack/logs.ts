/** One log file per part in <stack>/logs, readable by the owner only: logs may quote what passed through the stack. */
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";

const KEEP_BYTES = 10 * 1024 * 1024;

export const logFile = (dir: string, name: string) => join(dir, "logs", `${name}.log`);

/** Opens the log for appending; one that has grown large is set aside first, replacing the one set aside before. */
export function openLog(dir: string, name: string): number {
  mkdirSync(join(dir, "logs"), { recursive: true, mode: 0o700 });
  const path = logFile(dir, name);
  if (existsSync(path) && statSync(path).size > KEEP_BYTES) renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o600);
}

/** The last lines that a part wrote: usually the reason why it is no more. */
export function tailOf(dir: string, name: string, lines = 8): string[] {
  const path = logFile(dir, name);
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").trimEnd().split("\n").slice(-lines);
}
