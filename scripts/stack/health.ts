/** Asks each part of a running stack how it is. A part that does not answer in two seconds is not well. */
import { answers } from "./postgres.ts";
import { isAlive } from "./process-identity.ts";
import { answersOk } from "./service.ts";
import type { ChildRecord, StackState } from "./state.ts";

export interface PartHealth {
  name: string;
  pid: number;
  ok: boolean;
  ms: number;
}

export async function healthOf(state: StackState): Promise<PartHealth[]> {
  const gateway = { name: "gateway", pid: state.pid, startTime: state.startTime, healthUrl: `${state.url}/health` };
  return Promise.all([gateway, ...state.children].map((part) => ask(part, state)));
}

async function ask(part: ChildRecord, state: StackState): Promise<PartHealth> {
  const begun = performance.now();
  const ok = isAlive(part) && (await (part.healthUrl ? answersOk(part.healthUrl) : answers(state.adminDbUrl)));
  return { name: part.name, pid: part.pid, ok, ms: Math.round(performance.now() - begun) };
}
