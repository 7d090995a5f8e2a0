/**
 * The stack that the demo plays on: the one that runs in STACK_DIR (.stack), else one that is started for the demo. A
 * stack of the demo's own lives inside this process and ends with it, however it ends; with --keep it is started the
 * way `npm start` starts it, and stays.
 */
import { startDaemon } from "../stack/daemon.ts";
import { readEnvironment } from "../stack/environment.ts";
import { logFile } from "../stack/logs.ts";
import { startStack } from "../stack/start-stack.ts";
import { readState, type StackState } from "../stack/state.ts";

export interface DemoStack {
  state: StackState;
  origin: "found running" | "started for the demo" | "started, and kept";
  startedInMs: number | null;
  logOf(part: string): string;
  release(): Promise<void>;
}

export interface StackVoice {
  line(text: string): void;
  progress(step: string, ms: number): void;
}

/** `env` is for the functions of a stack of the demo's own. */
export async function takeStack(
  keep: boolean,
  voice: StackVoice,
  signal: AbortSignal,
  env: Readonly<Record<string, string>> = {},
): Promise<DemoStack> {
  const { dir, port, dbPort, variables } = readEnvironment();
  const logOf = (part: string) => logFile(dir, part);
  const nothing = async () => {};
  const running = readState(dir);
  if (running) return { state: running, origin: "found running", startedInMs: null, logOf, release: nothing };

  voice.line("No stack is running: starting one.");
  const begun = performance.now();
  const took = () => Math.round(performance.now() - begun);
  if (keep) {
    const state = await startDaemon(dir, { ...voice, failure: voice.line });
    return { state, origin: "started, and kept", startedInMs: took(), logOf, release: nothing };
  }
  const stack = await startStack({
    dir,
    port,
    dbPort,
    durable: true,
    env: { ...variables, ...env },
    log: voice.line,
    onProgress: voice.progress,
    signal,
  });
  return { state: stack, origin: "started for the demo", startedInMs: took(), logOf, release: () => stack.stop() };
}
