/** What the stack reads of a Supabase project: supabase/config.toml, the migrations, and which functions there are. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "smol-toml";
import { StackError } from "./stack-error.ts";

export const REPOSITORY = join(import.meta.dirname, "..", "..");

interface Config {
  db?: { seed?: { sql_paths?: string[] } };
  api?: { schemas?: string[]; extra_search_path?: string[]; max_rows?: number };
  auth?: { site_url?: string; jwt_expiry?: number; rate_limit?: { sign_in_sign_ups?: number } };
  functions?: Record<string, { verify_jwt?: boolean }>;
  storage?: { file_size_limit?: string | number };
}

export interface Project {
  dir: string;
  functionsDir: string;
  schemas: string[];
  extraSearchPath: string[];
  maxRows: number;
  siteUrl: string;
  jwtExpiry: number;
  /** In bytes; a bucket may have a lower limit of its own. */
  fileSizeLimit: number;
  signInLimit: number | null;
  functionSettings(): Record<string, { verifyJwt: boolean }>;
  /** What the seed is made of, as config.toml names it, but for its history. */
  seedPaths: string[];
  /** Files of the seed that make up the past: for people who look around, so no test's database has them. */
  history(): string[];
  /** File name → SHA-256 of its content, in the order in which migrations are applied. */
  migrations(): Map<string, string>;
}

export function readProject(dir: string): Project {
  const config = readConfig(dir);
  const functionsDir = join(dir, "supabase", "functions");
  const seed = config.db?.seed?.sql_paths ?? ["./seed.sql"];
  const isHistory = (path: string) => path.startsWith("./history/");
  return {
    dir,
    functionsDir,
    schemas: config.api?.schemas ?? ["public"],
    extraSearchPath: config.api?.extra_search_path ?? ["public", "extensions"],
    maxRows: config.api?.max_rows ?? 1000,
    siteUrl: config.auth?.site_url ?? "http://127.0.0.1:3000",
    jwtExpiry: config.auth?.jwt_expiry ?? 3600,
    fileSizeLimit: bytes(config.storage?.file_size_limit ?? "50MiB"),
    signInLimit: config.auth?.rate_limit?.sign_in_sign_ups ?? null,
    functionSettings: remembered(500, () => functionSettings(dir, functionsDir)),
    seedPaths: seed.filter((path) => !isHistory(path)),
    history: () => (seed.some(isHistory) ? sqlFiles(join(dir, "supabase", "history")) : []),
    migrations: () => hashMigrations(join(dir, "supabase", "migrations")),
  };
}

function readConfig(dir: string): Config {
  const file = join(dir, "supabase", "config.toml");
  if (!existsSync(file)) throw new StackError(`${file} does not exist: this is no Supabase project`);
  try {
    return parse(readFileSync(file, "utf8")) as Config;
  } catch (error) {
    throw new StackError(`${file} cannot be read`, [(error as Error).message]);
  }
}

/** Every folder with an index.ts is a function; it asks for a valid token unless config.toml says otherwise. */
function functionSettings(dir: string, functionsDir: string): Record<string, { verifyJwt: boolean }> {
  if (!existsSync(functionsDir)) return {};
  const configured = readConfig(dir).functions ?? {};
  const names = readdirSync(functionsDir).filter((name) => existsSync(join(functionsDir, name, "index.ts")));
  return Object.fromEntries(names.map((name) => [name, { verifyJwt: configured[name]?.verify_jwt ?? true }]));
}

/** "50MiB", "5MB" or a number of bytes, as the Supabase CLI reads them. */
function bytes(size: string | number): number {
  const [, count, prefix, binary] = /^(\d+) ?([KMG])?(i)?B?$/i.exec(String(size)) ?? [];
  if (!count) throw new StackError(`storage.file_size_limit is ${JSON.stringify(size)}: it must be like "50MiB"`);
  return Number(count) * (binary ? 1024 : 1000) ** (prefix ? "KMG".indexOf(prefix.toUpperCase()) + 1 : 0);
}

/** In the order in which they run. */
function sqlFiles(dir: string): string[] {
  if (!existsSync(dir)) return [];
  const names = readdirSync(dir).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name) => join(dir, name));
}

function hashMigrations(dir: string): Map<string, string> {
  const hash = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");
  return new Map(sqlFiles(dir).map((file) => [basename(file), hash(file)]));
}

/** The gateway asks on every call: files are read at most twice a second, and a broken edit keeps the last answer. */
function remembered<T>(forMs: number, read: () => T): () => T {
  let value = read();
  let readAt = Date.now();
  return () => {
    if (Date.now() - readAt < forMs) return value;
    readAt = Date.now();
    try {
      value = read();
    } catch (error) {
      console.error(`[config] ${(error as Error).message}`);
    }
    return value;
  };
}
