/**
 * A process is named by its pid and the moment it began, because pids are reused: the stack signals a process that it
 * remembers from an earlier life only when both still match. A zombie counts as dead: it holds no port and no file.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface ProcessIdentity {
  pid: number;
  startTime: string;
}

/** When the process began, in the system's own words; null when there is no such process. */
export function startTimeOf(pid: number): string | null {
  if (process.platform !== "linux") {
    const { status, stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
    return status === 0 ? stdout.trim() || null : null;
  }
  try {
    // "pid (name) state ppid …": the name may hold spaces and brackets, so fields are counted after the last one.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

export function isAlive(identity: ProcessIdentity): boolean {
  return startTimeOf(identity.pid) === identity.startTime;
}

/** Sends a signal to exactly that process; a pid that has since been given to another one is left alone. */
export function signalExactly(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Resolves to true as soon as the process is gone, to false when it outlives the given time. */
export async function waitForExit(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(identity)) {
    if (Date.now() > deadline) return false;
    await sleep(10);
  }
  return true;
}

/** Asks a process to leave, and makes it leave when it does not listen. */
export async function endProcess(identity: ProcessIdentity, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  signalExactly(identity, signal);
  if (await waitForExit(identity, graceMs)) return;
  signalExactly(identity, "SIGKILL");
  await waitForExit(identity, 2_000);
}
