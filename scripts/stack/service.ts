/** A part of the stack that runs as a process of its own: how to start it, and how to see that it is well. */
import type { Account } from "./run-as.ts";

export interface Service {
  name: string;
  command: string;
  args: readonly string[];
  /** The whole environment of the process: nothing is inherited. */
  env: Record<string, string>;
  cwd?: string;
  /** The account to drop to; null keeps our own. */
  account?: Account | null;
  stopSignal?: NodeJS.Signals;
  healthUrl: string | null;
  /** Parts without which this one cannot get ready. */
  needs?: readonly string[];
  /** Runs before each start, also before each restart. */
  prepare?: () => void;
  isReady(): Promise<boolean>;
}

/** The variables that any program may need and that say nothing about us. */
export function plainEnvironment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"]) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** Ready when the address answers with success. A part that is still starting refuses the connection. */
export async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
