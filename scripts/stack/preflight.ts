/**
 * What has to be true before anything is started, each with one clear line when it is not. The folder of a stack that
 * was killed is put in order first: of its processes exactly those are ended that are still the same.
 */
import { accessSync, constants, mkdirSync } from "node:fs";
import { endProcess, isAlive } from "./process-identity.ts";
import { StackError } from "./stack-error.ts";
import { claim, readRecord, removeState, type StackState } from "./state.ts";

const NODE_MAJOR = 24;

export function requireNode(version: string = process.versions.node): void {
  if (Number.parseInt(version, 10) >= NODE_MAJOR) return;
  throw new StackError(`Node ${NODE_MAJOR} is needed, this is ${version}: start it through npm (npm start, npm run …)`);
}

export function requirePlatform(platform: string = process.platform): void {
  if (platform === "linux" || platform === "darwin") return;
  throw new StackError(`the local stack runs on Linux and macOS, not on ${platform}; on Windows use WSL`);
}

export function requireFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o755 });
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StackError(`the stack's folder ${dir} cannot be used (${code}); make it writable or set STACK_DIR`);
  }
}

/** Makes the folder ours, or says who has it. Resolves to true when a killed stack had to be cleaned up. */
export async function takeFolder(state: StackState, log: (line: string) => void): Promise<boolean> {
  const previous = readRecord(state.dir);
  if (previous && isAlive(previous)) throw alreadyThere(previous);
  const reaped = previous ? await reap(previous, log) : false;
  removeState(state.dir);
  if (!claim(state)) throw new StackError(`another start is under way in ${state.dir}`);
  return reaped;
}

function alreadyThere({ pid, status, url, dir }: StackState): StackError {
  const doing = status === "ready" ? `is running at ${url}` : "is just starting";
  return new StackError(`a stack ${doing} (pid ${pid}, folder ${dir}); stop it first: npm run stop`);
}

/** Ends what a supervisor left behind. Postgres comes last and gets the time to close its files. */
export async function reap(dead: StackState, log: (line: string) => void): Promise<boolean> {
  const orphans = dead.children.filter(isAlive);
  for (const orphan of orphans) log(`ending ${orphan.name} (pid ${orphan.pid}), left by a stack that was killed`);
  const isPostgres = ({ name }: { name: string }) => name === "postgres";
  await Promise.all(
    orphans.filter((orphan) => !isPostgres(orphan)).map((child) => endProcess(child, "SIGTERM", 3_000)),
  );
  await Promise.all(orphans.filter(isPostgres).map((child) => endProcess(child, "SIGINT", 5_000)));
  return orphans.length > 0;
}
