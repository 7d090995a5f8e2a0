/**
 * Starts the parts of a stack, watches them, and ends them.
 *
 * A part that dies is started again at once: each of them keeps its truth in Postgres or on disk, so a restart loses
 * nothing, Postgres itself recovers from its log, and the others reconnect. A part that dies more than five times in a
 * minute is not a mishap: the stack is given up, and says which part it was. A part waits for what it needs before it is
 * started again, and is judged only while that is there: PostgREST, started beside a Postgres that recovers on a busy
 * machine, asks again after 1, 2, 4 … 32 seconds, and would be taken for one that hangs.
 *
 * Parts die with the supervisor even when it is killed with SIGKILL: on Linux the kernel signals them (setpriv);
 * elsewhere the next start finds them in stack.json and ends exactly those.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { openLog, tailOf } from "./logs.ts";
import { endProcess, startTimeOf } from "./process-identity.ts";
import type { Service } from "./service.ts";
import { StackError } from "./stack-error.ts";
import type { ChildRecord } from "./state.ts";

/** More than the longest pause of a part that tries again by itself. */
const START_WITHIN_MS = 60_000;
const STOP_GRACE_MS = 5_000;
const DEATHS_ALLOWED = 5;
const DEATH_WINDOW_MS = 60_000;
const LONGEST_PAUSE_MS = 500;

interface Part {
  service: Service;
  process: ChildProcess;
  record: ChildRecord;
  exited: Promise<string>;
  deaths: number[];
  isReady: boolean;
}

export interface SupervisorOptions {
  dir: string;
  log: (line: string) => void;
  /** Called whenever the set of processes changes, so that it can be written down before anything else happens. */
  onChange: (children: ChildRecord[]) => void;
  onGiveUp: (error: StackError) => void;
  deathsAllowed?: number | undefined;
  startWithinMs?: number | undefined;
}

export interface Supervisor {
  start(service: Service): Promise<void>;
  stop(): Promise<void>;
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { dir, log, onChange, onGiveUp, deathsAllowed = DEATHS_ALLOWED, startWithinMs = START_WITHIN_MS } = options;
  const parts = new Map<string, Part>();
  let stopping = false;
  const changed = () => onChange([...parts.values()].map((part) => part.record));

  function launch(service: Service, deaths: number[]): Part {
    service.prepare?.();
    const output = openLog(dir, service.name);
    const [command, args] = tiedToParent(service);
    const child = spawn(command, args, {
      cwd: service.cwd ?? "/",
      env: service.env,
      stdio: ["ignore", output, output],
      detached: true, // a group of its own: Ctrl-C in the terminal reaches only us, and we stop the parts in order
      ...service.account,
    });
    closeSync(output);
    const exited = new Promise<string>((resolve) => {
      child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
      child.once("error", (error) => resolve(error.message));
    });
    const pid = child.pid ?? -1;
    const record = { name: service.name, pid, startTime: startTimeOf(pid) ?? "", healthUrl: service.healthUrl };
    const part = { service, process: child, record, exited, deaths, isReady: false };
    parts.set(service.name, part);
    changed();
    return part;
  }

  async function untilReady(part: Part): Promise<void> {
    const { service } = part;
    let ended: string | null = null;
    part.exited.then((how) => {
      ended = how;
      part.isReady = false;
    });
    let deadline = Date.now() + startWithinMs;
    while (!(await service.isReady()) || ended !== null) {
      if (ended !== null) throw failure(`${service.name} ended while starting (${ended})`, service.name);
      if (stopping) throw new StackError(`${service.name} was still starting when the stack was stopped`);
      if (!hasWhatItNeeds(service)) deadline = Date.now() + startWithinMs;
      if (Date.now() > deadline)
        throw failure(`${service.name} did not get ready in ${startWithinMs / 1000} s`, service.name);
      await sleep(15);
    }
    part.isReady = true;
  }

  const hasWhatItNeeds = ({ needs = [] }: Service) => needs.every((name) => parts.get(name)?.isReady);

  const failure = (message: string, name: string) => new StackError(message, tailOf(dir, name));

  function watch(part: Part): void {
    part.exited.then(async (how) => {
      if (stopping) return;
      const { name } = part.service;
      const deaths = [...part.deaths.filter((at) => at > Date.now() - DEATH_WINDOW_MS), Date.now()];
      if (deaths.length > deathsAllowed) {
        onGiveUp(failure(`${name} keeps dying (last: ${how}); the stack has stopped`, name));
        return;
      }
      log(`${name} died (${how}); starting it again`);
      await sleep(Math.min(deaths.length * deaths.length * 20, LONGEST_PAUSE_MS));
      while (!stopping && !hasWhatItNeeds(part.service)) await sleep(15);
      if (stopping) return;
      const next = launch(part.service, deaths);
      watch(next);
      const readyAgain = untilReady(next).then(() => log(`${name} is back`));
      readyAgain.catch((error) => {
        // Death is answered above, by the watch; what remains is a part that lives and never gets ready.
        if (!stopping && next.process.exitCode === null && next.process.signalCode === null) onGiveUp(error);
      });
    });
  }

  async function end({ service, record }: Part): Promise<void> {
    await endProcess(record, service.stopSignal ?? "SIGTERM", STOP_GRACE_MS);
    parts.delete(service.name);
  }

  return {
    async start(service) {
      const part = launch(service, []);
      await untilReady(part);
      watch(part);
    },
    async stop() {
      stopping = true;
      const all = [...parts.values()];
      const isPostgres = (part: Part) => part.service.name === "postgres";
      await Promise.all(all.filter((part) => !isPostgres(part)).map(end));
      await Promise.all(all.filter(isPostgres).map(end));
    },
  };
}

let setpriv: boolean | undefined;

function tiedToParent({ command, args, stopSignal = "SIGTERM" }: Service): [string, readonly string[]] {
  setpriv ??= spawnSync("setpriv", ["--pdeathsig", "TERM", "--", "true"], { stdio: "ignore" }).status === 0;
  return setpriv ? ["setpriv", ["--pdeathsig", stopSignal.slice(3), "--", command, ...args]] : [command, args];
}
