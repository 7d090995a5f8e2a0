/**
 * Postgres from npm, copied (or linked) once per version into the stack's folder and completed with its extensions.
 *
 * Copied, because Postgres 17 looks for extensions only beside itself, node_modules is not ours to write to, and the
 * account that Postgres runs under need not be able to reach a checkout in somebody's home. The links between library
 * names are made here, so that an installation without install scripts works as well.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
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
  takeFiles(native, unfinished);
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

/**
 * A thousand files, 60 MB: one that others may read already, on the same disk, is linked and not copied. What is linked is
 * never written to, and stays when node_modules goes.
 */
function takeFiles(native: string, target: string): void {
  mkdirSync(target, { recursive: true });
  for (const entry of readdirSync(native, { withFileTypes: true })) {
    const [from, to] = [join(native, entry.name), join(target, entry.name)];
    if (entry.name.endsWith(".a") || entry.name === "pgxs" || entry.name === "include") continue;
    if (entry.isDirectory()) takeFiles(from, to);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
    else if (!isOpen(statSync(from).mode, basename(native) === "bin") || !linked(from, to)) copyFileSync(from, to);
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false; // another disk, a file system without links, or a kernel that forbids linking what is not ours
  }
}

const isOpen = (mode: number, program: boolean) => (mode & (program ? 0o555 : 0o444)) === (program ? 0o555 : 0o444);

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
    const path = join(entry.parentPath, entry.name);
    const program = entry.isDirectory() || basename(entry.parentPath) === "bin";
    if (!isOpen(statSync(path).mode, program)) chmodSync(path, program ? 0o755 : 0o644);
  }
}

function writeExtension(root: string, name: string, content: Buffer): void {
  const path = join(root, EXTENSION_DIR, name);
  if (existsSync(path) && readFileSync(path).equals(content)) return;
  rmSync(path, { force: true }); // it may be a link to the package's own file
  mkdirSync(join(root, EXTENSION_DIR), { recursive: true });
  writeFileSync(path, content, { mode: 0o644 });
  chmodSync(path, 0o644);
}

function readIfPresent(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}
