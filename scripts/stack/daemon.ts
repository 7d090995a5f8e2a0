/**
 * Runs the supervisor apart from the terminal. `npm start` begins a detached copy of the command line with
 * --foreground, repeats its progress until it is ready, and leaves; what it says later goes to logs/stack.log.
 */
import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { join } from "node:path";
import { openLog, tailOf } from "./logs.ts";
import type { Voice } from "./output.ts";
import { requireFolder } from "./preflight.ts";
import { StackError } from "./stack-error.ts";
import { readState, type StackState } from "./state.ts";

export type DaemonMessage =
  | { kind: "progress"; step: string; ms: number }
  | { kind: "line"; text: string }
  | { kind: "ready" }
  | { kind: "failed"; text: string };

export async function startDaemon(dir: string, voice: Voice): Promise<StackState> {
  requireFolder(dir);
  const log = openLog(dir, "stack");
  const child = spawn(process.execPath, [join(import.meta.dirname, "cli.ts"), "start", "--foreground"], {
    detached: true,
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  const interrupt = () => child.kill("SIGTERM");
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", () => reject(new StackError("the stack ended while starting", tailOf(dir, "stack"))));
      child.on("message", (message: DaemonMessage) => {
        if (message.kind === "progress") voice.progress(message.step, message.ms);
        else if (message.kind === "line") voice.line(message.text);
        else if (message.kind === "ready") resolve();
        else reject(new StackError(message.text));
      });
    });
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    if (child.connected) child.disconnect();
    child.removeAllListeners();
    child.unref();
  }
  const state = readState(dir);
  if (!state) throw new StackError("the stack stopped right after it was ready", tailOf(dir, "stack"));
  return state;
}

/** The supervisor's side: speaks to whoever started it, or to nobody once that one has left. */
export function daemonVoice(): Voice & { ready(): void } {
  const say = (message: DaemonMessage) => {
    if (process.connected) process.send?.(message);
  };
  const stamp = (text: string) => console.log(`${new Date().toISOString()} ${text}`);
  return {
    progress(step, ms) {
      stamp(`${step} ${ms} ms`);
      say({ kind: "progress", step, ms });
    },
    line(text) {
      stamp(text);
      say({ kind: "line", text });
    },
    failure(text) {
      stamp(text);
      say({ kind: "failed", text });
    },
    ready: () => say({ kind: "ready" }),
  };
}
