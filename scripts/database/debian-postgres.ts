/**
 * Debian's PostgreSQL 15 with the real pg_cron, laid out anew in a folder of ours: Postgres finds its files relative to
 * its own program, so a copy of two programs beside links to everything else is a complete installation, to which the
 * extensions from npm can be added without being root and without touching the system.
 */
import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { programs } from "../stack/packages.ts";
import type { Cluster } from "../stack/postgres.ts";
import { giveTo } from "../stack/run-as.ts";
import { StackError } from "../stack/stack-error.ts";
import { readTarball } from "../stack/tarball.ts";

const LIB = "lib/postgresql/15";
const SHARE = "share/postgresql/15";
const SYSTEM = "/usr";
const SHIMS = join(import.meta.dirname, "..", "stack", "extensions");

/** What is missing on this machine, in words; null when nothing is. */
export function missingForPg15(): string | null {
  const needed: [string, string][] = [
    [join(SYSTEM, LIB, "bin", "postgres"), "postgresql-15"],
    [join(SYSTEM, LIB, "lib", "pg_cron.so"), "postgresql-15-cron"],
  ];
  const missing = needed.filter(([file]) => !existsSync(file)).map(([, name]) => name);
  return missing.length === 0 ? null : `needs Debian's ${missing.join(" and ")} (apt-get install ${missing.join(" ")})`;
}

/** Fills `target`; returns the folder whose bin/ holds the programs. */
export function layOutPostgres15(target: string): string {
  const bin = join(target, LIB, "bin");
  const extensions = join(target, SHARE, "extension");
  for (const dir of [bin, extensions]) mkdirSync(dir, { recursive: true, mode: 0o755 });
  // Copies, not links: the program asks the kernel where it really lies.
  for (const program of ["postgres", "initdb"]) copyFileSync(join(SYSTEM, LIB, "bin", program), join(bin, program));
  symlinkSync(join(SYSTEM, LIB, "lib"), join(target, LIB, "lib"));
  linkAll(join(SYSTEM, SHARE), join(target, SHARE), (name) => name !== "extension");
  linkAll(join(SYSTEM, SHARE, "extension"), extensions, () => true);

  const add = (name: string, content: Buffer) => {
    rmSync(join(extensions, name), { force: true });
    writeFileSync(join(extensions, name), content, { mode: 0o644 });
  };
  for (const tarball of [programs.pgmqTarball(), programs.pgtapTarball()]) {
    for (const { name, content } of readTarball(tarball)) {
      if (name.startsWith("share/postgresql/extension/")) add(basename(name), content);
    }
  }
  for (const file of readdirSync(SHIMS)) {
    if (!file.startsWith("pg_cron")) add(file, readFileSync(join(SHIMS, file))); // the real one is what this is for
  }
  return join(target, LIB);
}

function linkAll(from: string, to: string, wanted: (name: string) => boolean): void {
  for (const name of readdirSync(from).filter(wanted)) symlinkSync(join(from, name), join(to, name));
}

/** As the stack makes its cluster, but for the locale: Postgres 15 has no built-in provider yet. */
export async function initPostgres15({ binaries, dataDir, account }: Cluster, password: string): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const passwordFile = `${dataDir}.password`;
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  for (const path of [dataDir, passwordFile]) giveTo(path, account);
  const args = ["-D", dataDir, "-U", "supabase_admin", "-A", "scram-sha-256", "--pwfile", passwordFile];
  args.push("-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions");
  const options = { ...account, cwd: "/", env: { LC_ALL: "C", PATH: "/usr/bin:/bin" }, encoding: "utf8" } as const;
  await new Promise<void>((resolve, reject) => {
    execFile(join(binaries, "bin", "initdb"), args, options, (error, stdout, stderr) => {
      if (error)
        reject(new StackError("initdb of PostgreSQL 15 failed", `${stdout}${stderr}`.trim().split("\n").slice(-5)));
      else resolve();
    });
  });
}
