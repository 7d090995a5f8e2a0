/**
 * A stack of the benchmark's own, started by the same command that people use, in a process of its own: the gateway must
 * not share an event loop with the load. Durable, as a person's stack is.
 */
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "../stack/ports.ts";
import { readState, type StackState } from "../stack/state.ts";

const run = promisify(execFile);
const cli = join(import.meta.dirname, "../stack/cli.ts");

export interface OwnStack {
  state: StackState;
  coldStartMs: number;
  warmStartMs: number;
  remove(): Promise<void>;
}

export async function ownStack(): Promise<OwnStack> {
  const dir = mkdtempSync(join(tmpdir(), "servio-bench-"));
  chmodSync(dir, 0o755); // the account that runs Postgres has to walk through it
  const [port, dbPort] = await freePorts(2);
  const env = { ...process.env, STACK_DIR: dir, STACK_PORT: String(port), STACK_DB_PORT: String(dbPort) };
  const command = async (name: string) => {
    const start = performance.now();
    await run(process.execPath, [cli, name], { env });
    return Math.round(performance.now() - start);
  };
  const remove = async () => {
    await command("stop").catch(() => 0); // it may not have come up
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    const coldStartMs = await command("start");
    await command("stop");
    const warmStartMs = await command("start");
    const state = readState(dir);
    if (!state) throw new Error(`no stack is running in ${dir}`);
    return { state, coldStartMs, warmStartMs, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
