/** Runs the Supabase CLI against a database of ours: no telemetry, no TLS on the loopback interface, no prompts. */
import { execFile } from "node:child_process";
import { programs } from "../stack/packages.ts";
import { plainEnvironment } from "../stack/service.ts";
import { ROOT } from "./test-databases.ts";

export interface CliResult {
  ok: boolean;
  stdout: string;
  stderr: string;
}

export function runSupabase(args: readonly string[]): Promise<CliResult> {
  const env = { ...plainEnvironment(), SUPABASE_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", PGSSLMODE: "disable" };
  const options = { cwd: ROOT, env, timeout: 120_000, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(programs.supabase(), [...args, "--workdir", ROOT], options, (error, stdout, stderr) => {
      resolve({ ok: error === null, stdout, stderr });
    });
  });
}
