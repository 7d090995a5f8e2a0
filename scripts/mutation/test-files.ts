/** The functions' test files, and which of them can meet a source: those that import it, however far away. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** They read sources as text, or need what is not there: nothing that a mutant does reaches them. */
const APART = [/_shared\/rooms\.test\.ts$/, /stripe-contract\.test\.ts$/];

export const testFiles = (root: string): string[] =>
  globSync("supabase/functions/**/*.test.ts", { cwd: root })
    .filter((file) => !APART.some((one) => one.test(file)))
    .sort();

export class Reach {
  readonly #root: string;
  readonly #imports = new Map<string, readonly string[]>();

  constructor(root: string) {
    this.#root = root;
  }

  /** The test files that can meet this source. */
  of(source: string): string[] {
    const wanted = relative(this.#root, source);
    return testFiles(this.#root).filter((file) => this.#reaches(file, wanted, new Set()));
  }

  #reaches(file: string, wanted: string, seen: Set<string>): boolean {
    if (file === wanted) return true;
    if (seen.has(file)) return false;
    seen.add(file);
    return this.#importsOf(file).some((next) => this.#reaches(next, wanted, seen));
  }

  #importsOf(file: string): readonly string[] {
    const known = this.#imports.get(file);
    if (known) return known;
    const text = file.endsWith(".ts") ? readFileSync(join(this.#root, file), "utf8") : "";
    const targets = [...text.matchAll(/(?:from|import|import\()\s*"(\.[^"]+)"/g)];
    const found = targets.map(([, target = ""]) => join(dirname(file), target));
    this.#imports.set(file, found);
    return found;
  }
}

/** In the source's own folder, or one above it. */
export const isBeside = (test: string, source: string): boolean => dirname(source).startsWith(dirname(test));
