/**
 * Applies supabase/migrations with the same tool that deploys them (`supabase db push`), as the role that deploys them.
 * A start that finds the very files that are already applied skips the tool. What was applied is remembered beside the
 * data; files that changed after that are named, because no tool can apply them a second time.
 */
import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import postgres from "postgres";
import { programs } from "./packages.ts";
import type { Project } from "./project.ts";
import { plainEnvironment } from "./service.ts";
import { StackError } from "./stack-error.ts";

export interface Applied {
  isCurrent(project: Project): boolean;
  /** Files that are recorded as applied with other content, or that are gone. */
  edited(project: Project): string[];
  record(project: Project): void;
  forget(): void;
}

export function appliedMigrations(file: string): Applied {
  const read = (): Record<string, string> | null =>
    existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : null;
  return {
    isCurrent(project) {
      return JSON.stringify(Object.fromEntries(project.migrations())) === JSON.stringify(read());
    },
    edited(project) {
      const now = project.migrations();
      return Object.entries(read() ?? {}).flatMap(([name, hash]) => (now.get(name) === hash ? [] : [name]));
    },
    record: (project) => writeFileSync(file, JSON.stringify(Object.fromEntries(project.migrations()))),
    forget: () => rmSync(file, { force: true }),
  };
}

export async function pushMigrations(project: Project, databaseUrl: string, withSeed: boolean): Promise<void> {
  const args = ["db", "push", `--remote=${databaseUrl}`, "--include-all", "--yes", "--workdir", project.dir];
  if (withSeed) args.push("--include-seed");
  const SUPABASE_DB_SEED_SQL_PATHS = project.seedPaths.join(","); // the tool prefers it to config.toml
  const env = {
    SUPABASE_DB_SEED_SQL_PATHS,
    ...plainEnvironment(),
    SUPABASE_TELEMETRY_DISABLED: "1",
    DO_NOT_TRACK: "1",
    PGSSLMODE: "disable",
  };
  const options = { cwd: project.dir, env, timeout: 300_000, maxBuffer: 64 * 1024 * 1024 };
  const { failed, output } = await new Promise<{ failed: boolean; output: string }>((resolve) => {
    execFile(programs.supabase(), args, options, (error, stdout, stderr) => {
      resolve({ failed: error !== null, output: `${stdout}\n${stderr}${error?.killed ? "\ntimed out" : ""}` });
    });
  });
  if (failed) throw explain(output);
}

/** The history of the seed: files that build on each other in one session, each of them whole or not at all. */
export async function loadHistory(project: Project, databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    for (const file of project.history()) {
      const told = (error: Error) => new StackError(`seed ${basename(file)} failed`, [error.message]);
      await sql.unsafe(readFileSync(file, "utf8")).catch((error: Error) => Promise.reject(told(error)));
    }
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** From the tool's long output: which file it was, and what Postgres said. */
function explain(output: string): StackError {
  const lines = output.split("\n").map((line) => line.trimEnd());
  const file = lines.findLast((line) => /^(Applying migration|Seeding data from) /.test(line))?.replace(/\.\.\.$/, "");
  const errorAt = lines.findIndex((line) => line.startsWith("ERROR") || line.includes("SQLSTATE"));
  const said = errorAt < 0 ? lines.slice(-8) : lines.slice(errorAt, errorAt + 12);
  const evidence = said.filter((line) => line !== "" && !line.startsWith("Try rerunning"));
  const subject = file?.replace("Applying migration ", "migration ").replace("Seeding data from ", "seed ");
  return new StackError(`${subject ?? "supabase db push"} failed`, evidence);
}
