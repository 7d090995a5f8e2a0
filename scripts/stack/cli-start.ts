/** `start`: brings the stack up and stays (--foreground) or leaves it running behind. */
import { daemonVoice, startDaemon } from "./daemon.ts";
import { readEnvironment } from "./environment.ts";
import { describeStack, type Voice, voice } from "./output.ts";
import { describe } from "./stack-error.ts";
import { startStack } from "./start-stack.ts";
import { readState, type StackState } from "./state.ts";

export async function start({ foreground }: { foreground: boolean }): Promise<number> {
  const { dir } = readEnvironment();
  if (foreground) return stay(process.send ? daemonVoice() : voice);
  const running = readState(dir);
  if (running) {
    voice.line(`Servio is already running.\n${describeStack(running)}`);
    return 0;
  }
  await startInBackground(dir);
  return 0;
}

export async function startInBackground(dir: string): Promise<StackState> {
  const begun = performance.now();
  const state = await startDaemon(dir, voice);
  voice.line(`Servio is ready (${Math.round(performance.now() - begun)} ms).\n${describeStack(state)}`);
  return state;
}

/** Stays until a signal or a part that cannot be kept alive ends it. */
async function stay(speak: Voice & { ready?: () => void }): Promise<number> {
  const { dir, port, dbPort, variables } = readEnvironment();
  const interrupted = new AbortController();
  let finish: (code: number) => void = () => {};
  const finished = new Promise<number>((resolve) => {
    finish = resolve;
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupted.abort());
  process.on("disconnect", () => {}); // whoever started us has left, as agreed

  const stack = await startStack({
    dir,
    port,
    dbPort,
    durable: true,
    env: variables,
    log: speak.line,
    onProgress: speak.progress,
    onGiveUp: (error) => {
      speak.failure(describe(error));
      finish(1);
    },
    signal: interrupted.signal,
  });
  if (speak.ready) speak.ready();
  else speak.line(`Servio is ready. Ctrl-C stops it.\n${describeStack(stack)}`);

  const stop = () => {
    const begun = performance.now();
    void stack.stop().then(() => {
      speak.line(`stopped in ${Math.round(performance.now() - begun)} ms`);
      finish(0);
    });
  };
  if (interrupted.signal.aborted) stop();
  else interrupted.signal.addEventListener("abort", stop, { once: true });
  return finished;
}
