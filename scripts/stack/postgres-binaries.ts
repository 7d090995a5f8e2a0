/**
 * Postgres from npm, copied once per version into the stack's folder and completed with its extensions.
 *
 * Copied, because Postgres 17 looks for extensions only beside itself, node_modules is not ours to write to, and the
 * account that Postgres runs under need not be able to reach a checkout in somebody's home. The links between library
 * names are made here, so that an installation without install scripts works as well.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join, relative } from "node:path";
import { programs } from "./packages.ts";
import { readTarball } from "./tarball.ts";

const LAYOUT = 1; // raise when what is put into the copy changes
const SHIMS = join(import.meta.dirname, "extensions");
const EXTENSION_DIR = join("share", "postgresql", "extension");

export function preparePostgres(target: string): void {
  const source = programs.postgresPackage();
  const wanted = `${source.version} layout ${LAYOUT}`;
  if (readIfPresent(join(target, ".version")) !== wanted) copyBinaries(join(source.dir, "native"), target, wanted);
  for (const file of readdirSync(SHIMS)) writeExtension(target, file, readFileSync(join(SHIMS, file)));
}

function copyBinaries(native: string, target: string, version: string): void {
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const wanted = (path: string) => !path.endsWith(".a") && !path.includes("/pgxs") && !path.includes("/include/");
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true, filter: wanted });
  linkLibraries(native, unfinished);
  for (const tarball of [programs.pgmqTarball(), programs.pgtapTarball()]) {
    for (const { name, content } of readTarball(tarball)) {
      if (name.startsWith(`${EXTENSION_DIR}/`)) writeExtension(unfinished, basename(name), content);
    }
  }
  openToOthers(unfinished);
  writeFileSync(join(unfinished, ".version"), version);
  rmSync(target, { recursive: true, force: true });
  renameSync(unfinished, target);
}

function linkLibraries(native: string, target: string): void {
  const list = readIfPresent(join(native, "pg-symlinks.json"));
  for (const link of JSON.parse(list ?? "[]") as { source: string; target: string }[]) {
    const path = join(target, relative("native", link.target));
    if (!lstatSync(path, { throwIfNoEntry: false })) symlinkSync(basename(link.source), path);
  }
}

/** Whatever the umask was: the account that runs Postgres may read everything and run the programs. */
function openToOthers(root: string): void {
  chmodSync(root, 0o755);
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const program = entry.isDirectory() || basename(entry.parentPath) === "bin";
    chmodSync(join(entry.parentPath, entry.name), program ? 0o755 : 0o644);
  }
}

function writeExtension(root: string, name: string, content: Buffer): void {
  const path = join(root, EXTENSION_DIR, name);
  if (existsSync(path) && readFileSync(path).equals(content)) return;
  mkdirSync(join(root, EXTENSION_DIR), { recursive: true });
  writeFileSync(path, content, { mode: 0o644 });
  chmodSync(path, 0o644);
}

function readIfPresent(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}
