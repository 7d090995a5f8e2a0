/** What `npm run reconcile` may be told, and against which project it runs. */
import { parseArgs } from "node:util";
import { readEnvironment } from "../stack/environment.ts";
import { StackError } from "../stack/stack-error.ts";
import { readState } from "../stack/state.ts";

export const HELP = `Compares the books with the payment provider now: fetches events that never came, compares payments, refunds and the
balance by day, repairs what a rule can repair and names the rest (docs/reconciliation.md).

  npm run reconcile
  npm run reconcile -- --since 7d       looks further back than since the last good run: 12h, 7d, or a date
  npm run --silent reconcile -- --json  prints one JSON document: the run, the open findings, the balance by day
  npm run reconcile -- --timeout 10m    how long to wait for the worker (30m)

Runs against the local stack (STACK_DIR), or the project of SUPABASE_URL with SUPABASE_SECRET_KEY.
Exit code: 0 clean, 1 differences or a failure, 2 wrong usage.`;

export class UsageError extends Error {}

export interface Options {
  readonly since: Date | null;
  readonly timeoutMs: number;
  readonly json: boolean;
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function duration(text: string, name: string): number {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit ?? ""] ?? Number.NaN);
  if (!(ms > 0)) throw new UsageError(`${name}: a time such as 30m, 12h or 7d, not "${text}"`);
  return ms;
}

function moment(text: string, now: number): Date {
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return new Date(now - duration(text, "--since"));
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new UsageError(`--since: "${text}" is no date`);
  return date;
}

/** Null when only help is wanted. */
export function readOptions(args: readonly string[], now: number): Options | null {
  let values: { since?: string; timeout?: string; json?: boolean; help?: boolean };
  try {
    const text = { type: "string" } as const;
    const flag = { type: "boolean" } as const;
    values = parseArgs({ args: [...args], options: { since: text, timeout: text, json: flag, help: flag } }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if (values.help) return null;
  return {
    since: values.since === undefined ? null : moment(values.since, now),
    timeoutMs: duration(values.timeout ?? "30m", "--timeout"),
    json: values.json ?? false,
  };
}

export interface Project {
  readonly url: string;
  readonly secretKey: string;
}

export function findProject(): Project {
  const { SUPABASE_URL: url, SUPABASE_SECRET_KEY: secretKey } = process.env;
  if (url && secretKey) return { url, secretKey };
  if (url) throw new UsageError("SUPABASE_SECRET_KEY is missing: only the secret key may ask for a reconciliation");
  const { dir } = readEnvironment();
  const state = readState(dir);
  if (!state) throw new StackError(`no stack is running in ${dir}: npm start, or set SUPABASE_URL`);
  return { url: state.url, secretKey: state.secretKey };
}
