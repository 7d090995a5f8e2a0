/** `stop`: asks the supervisor to end the stack in order, and ends it the hard way only when it does not answer. */
import { readEnvironment } from "./environment.ts";
import { voice } from "./output.ts";
import { reap } from "./preflight.ts";
import { endProcess, isAlive } from "./process-identity.ts";
import { readRecord, removeState } from "./state.ts";

export async function stop(): Promise<number> {
  const { dir } = readEnvironment();
  const begun = performance.now();
  const wasRunning = await stopStackIn(dir);
  voice.line(
    wasRunning ? `Servio has stopped (${Math.round(performance.now() - begun)} ms).` : "Servio is not running.",
  );
  return 0;
}

/** True when there was something to stop, if only what a killed supervisor left behind. */
export async function stopStackIn(dir: string): Promise<boolean> {
  const state = readRecord(dir);
  if (!state) return false;
  const wasAlive = isAlive(state);
  if (wasAlive) await endProcess(state, "SIGTERM", 15_000);
  const left = await reap(readRecord(dir) ?? state, voice.line);
  removeState(dir);
  return wasAlive || left;
}
