/**
 * The database server as a service of the stack: how its cluster is made and with which settings it runs.
 *
 * It listens on the loopback interface only, with password authentication and the passwords that every local Supabase
 * stack has. Durable unless asked otherwise: an acknowledged commit survives kill -9 and a power cut.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { type Account, giveTo } from "./run-as.ts";
import type { Service } from "./service.ts";
import { StackError } from "./stack-error.ts";

export interface Cluster {
  binaries: string;
  dataDir: string;
  port: number;
  account: Account | null;
  durable: boolean;
}

const PASSWORD = "postgres";
const ENVIRONMENT = { LC_ALL: "C", PATH: "/usr/bin:/bin" };

export const databaseUrl = (port: number, role: string, database = "postgres") =>
  `postgresql://${role}:${PASSWORD}@127.0.0.1:${port}/${database}`;

export async function initCluster({ binaries, dataDir, account, durable }: Cluster): Promise<void> {
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  giveTo(dataDir, account);
  const passwordFile = `${dataDir}.password`;
  writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  giveTo(passwordFile, account);
  const args = ["-D", dataDir, "-U", "supabase_admin", "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8"];
  args.push("--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions", ...(durable ? [] : ["--no-sync"]));
  const options = { ...account, cwd: "/", env: ENVIRONMENT, encoding: "utf8" } as const;
  const { error, output } = await new Promise<{ error: Error | null; output: string }>((resolve) => {
    execFile(join(binaries, "bin", "initdb"), args, options, (failed, stdout, stderr) => {
      resolve({ error: failed, output: `${stdout}${stderr}` });
    });
  });
  rmSync(passwordFile);
  if (!error) return;
  const evidence = (output || error.message).trim().split("\n").slice(-5);
  throw new StackError("the database cluster could not be made (initdb)", evidence);
}

export function postgresService(cluster: Cluster): Service {
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    shared_preload_libraries: "pg_stat_statements",
    wal_level: "logical",
    max_connections: "200",
    shared_buffers: "512MB",
    max_wal_size: "4GB",
    jit: "off",
    timezone: "UTC",
    log_timezone: "UTC",
    ...(cluster.durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  const url = databaseUrl(cluster.port, "supabase_admin");
  return {
    name: "postgres",
    command: join(cluster.binaries, "bin", "postgres"),
    args: ["-D", cluster.dataDir, "-p", String(cluster.port), ...flags(settings)],
    env: ENVIRONMENT,
    cwd: "/",
    account: cluster.account,
    stopSignal: "SIGINT", // "fast": SIGTERM would wait for every client to leave
    healthUrl: null,
    prepare: () => removeStaleLock(cluster.dataDir),
    isReady: () => answers(url),
  };
}

/** True when a session can be opened and answers. */
export async function answers(url: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} });
  try {
    await sql`select 1`;
    return true;
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/**
 * After kill -9 the lock file names a pid that may meanwhile be anybody's (containers reuse low pids). Postgres would
 * refuse to start; the file is removed only when the process of that pid does not serve this very folder.
 */
function removeStaleLock(dataDir: string): void {
  const lock = join(dataDir, "postmaster.pid");
  if (process.platform !== "linux" || !existsSync(lock)) return;
  const pid = readFileSync(lock, "utf8").split("\n", 1)[0] ?? "";
  const commandLine = join("/proc", pid, "cmdline");
  if (existsSync(commandLine) && readFileSync(commandLine, "utf8").split("\0").includes(dataDir)) return;
  rmSync(lock);
}

const flags = (settings: Record<string, string>) =>
  Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
