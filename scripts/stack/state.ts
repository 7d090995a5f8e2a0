/**
 * stack.json in the stack's folder: who runs there, where it listens and with which keys. It is written with mode 0600
 * because it holds every secret of the stack, and created exclusively, so it is also the lock: one stack per folder.
 */
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SigningKey } from "./keys.ts";
import { isAlive, type ProcessIdentity } from "./process-identity.ts";
import { StackError } from "./stack-error.ts";

export interface ChildRecord extends ProcessIdentity {
  name: string;
  /** Answers 200 while the child is well; null where health is asked in another way (Postgres: a query). */
  healthUrl: string | null;
}

export interface StackState {
  /** The supervisor: gateway, realtime and ticker live inside it. */
  pid: number;
  startTime: string;
  status: "starting" | "ready";
  dir: string;
  url: string;
  /** Role postgres, as on hosted: creates everything, is no superuser. */
  dbUrl: string;
  /** Role supabase_admin, the superuser: for the stack and its tests, never for the application. */
  adminDbUrl: string;
  publishableKey: string;
  secretKey: string;
  anonKey: string;
  serviceRoleKey: string;
  jwtSecret: string;
  signingKey: SigningKey;
  providerUrl: string | null;
  /** Where the mails can be read that were sent here; null when MAIL_URL sends them elsewhere. */
  mailUrl: string | null;
  stripeSecretKey: string | null;
  stripeWebhookSecret: string | null;
  /** As migrations and seed left it; null where no tests clone it. */
  templateDatabase: "servio_template" | null;
  children: ChildRecord[];
  startedAt: string;
}

const fileIn = (dir: string) => join(dir, "stack.json");

/** The state of a live and ready stack in this folder; null when there is none. */
export function readState(dir: string): StackState | null {
  const state = readRecord(dir);
  return state?.status === "ready" && isAlive(state) ? state : null;
}

/** What is written, dead or alive: for the stack itself, which has to know whom it left behind. */
export function readRecord(dir: string): StackState | null {
  try {
    return JSON.parse(readFileSync(fileIn(dir), "utf8")) as StackState;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || error instanceof SyntaxError) return null;
    if (code === "EACCES") throw new StackError(`${fileIn(dir)} belongs to another user`);
    throw error;
  }
}

/** Takes the folder; false when someone else was faster. */
export function claim(state: StackState): boolean {
  try {
    writeFileSync(fileIn(state.dir), serialize(state), { mode: 0o600, flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Replaces the state in one step, so that a reader never meets half a file. */
export function writeState(state: StackState): void {
  const temporary = `${fileIn(state.dir)}.${state.pid}`;
  writeFileSync(temporary, serialize(state), { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, fileIn(state.dir));
}

export function removeState(dir: string): void {
  rmSync(fileIn(dir), { force: true });
}

const serialize = (state: StackState) => `${JSON.stringify(state, null, 2)}\n`;
