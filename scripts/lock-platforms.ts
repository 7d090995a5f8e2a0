/**
 * Completes package-lock.json with the optional packages of other platforms.
 *
 * A registry mirror that lacks them makes `npm install` leave them out of the lock without a word, and npm 11 and 12
 * then refuse `npm ci` everywhere. Run this after every `npm install`; `--check` only looks (exit code 1: incomplete).
 * What it adds names a version and a platform, and no integrity: that is known only to who can download the package.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

interface LockedPackage {
  version?: string;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

type Packages = Record<string, LockedPackage>;

const LOCK = join(import.meta.dirname, "..", "package-lock.json");

const OS: [RegExp, string][] = [
  [/darwin/, "darwin"],
  [/win32|windows/, "win32"],
  [/linux/, "linux"],
  [/android/, "android"],
  [/freebsd/, "freebsd"],
  [/openharmony/, "openharmony"],
];
const CPU: [RegExp, string][] = [
  [/arm64|aarch64/, "arm64"],
  [/x64|x86_64/, "x64"],
  [/ia32/, "ia32"],
  [/ppc64/, "ppc64"],
  [/s390x/, "s390x"],
  [/riscv64/, "riscv64"],
  [/wasm32/, "wasm32"],
  [/arm/, "arm"],
];
const LIBC: [RegExp, string][] = [
  [/musl/, "musl"],
  [/glibc|gnu$/, "glibc"],
];

/** The optional dependencies that some package of the lock names and that the lock itself does not hold. */
export function missingPlatforms(packages: Packages): Packages {
  const missing: Packages = {};
  for (const [location, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(optionalDependencies)) {
      const hoisted = `node_modules/${name}`;
      if (packages[hoisted] || packages[`${location}/${hoisted}`]) continue;
      missing[hoisted] = { version: range.replace(/^[v^~=]+/, ""), optional: true, ...platformOf(name) };
    }
  }
  return missing;
}

function platformOf(name: string): Pick<LockedPackage, "os" | "cpu" | "libc"> {
  const first = (table: [RegExp, string][]) => table.find(([pattern]) => pattern.test(name))?.[1];
  const [os, cpu, libc] = [first(OS), first(CPU), first(LIBC)];
  return { ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }), ...(os && { os: [os] }) };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
  const lock = JSON.parse(readFileSync(LOCK, "utf8")) as { packages: Packages };
  const missing = missingPlatforms(lock.packages);
  const names = Object.keys(missing).map((key) => `${key.slice("node_modules/".length)}@${missing[key]?.version}`);
  if (names.length === 0) {
    console.log("package-lock.json names the packages of every platform");
  } else if (values.check) {
    console.error(`package-lock.json lacks ${names.join(", ")}: run node scripts/lock-platforms.ts`);
    process.exitCode = 1;
  } else {
    const all = Object.entries({ ...lock.packages, ...missing });
    lock.packages = Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
    writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
    console.log(`added to package-lock.json: ${names.join(", ")}`);
  }
}
