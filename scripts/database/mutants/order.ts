/**
 * Which files are asked about a mutant, and in which order: the one most likely to notice it first. A file that names the
 * very constraint, or that has just noticed another mutant of the same table, is worth more than one of the same domain.
 */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../test-databases.ts";
import { ISOLATION, isContractFile, WRITES } from "./evidence.ts";
import { groupOf, type Mutant } from "./mutant.ts";
import type { TestFile } from "./test-file.ts";

export interface Order {
  of(mutant: Mutant): TestFile[];
  /** This file has noticed it. */
  learn(mutant: Mutant, file: TestFile): void;
}

/** These are about every table, whatever its domain. */
const GENERAL = new Set(["catalog", "access", "foundation"]);

export function orderFiles(files: readonly TestFile[], domainsOf: (mutant: Mutant) => ReadonlySet<string>): Order {
  const noticed = new Map<string, Map<string, number>>();
  let clock = 0;
  const keys = ({ kind, relation }: Mutant) => [
    [`${kind} ${relation}`, 300] as const,
    [relation, 100] as const,
    [kind, 200] as const,
  ];
  const learnt = (mutant: Mutant, { name }: TestFile) =>
    keys(mutant).reduce((sum, [key, weight]) => {
      const at = noticed.get(key)?.get(name);
      return at === undefined ? sum : sum + weight / (1 + (clock - at) / 200);
    }, 0);

  const scoreOf = (mutant: Mutant, domains: ReadonlySet<string>, file: TestFile) => {
    const isDoor = groupOf(mutant) === "doors";
    // Doors are looked at by contracts, all at once and cheaply; about guards a contract is the last thing to ask.
    if (isContractFile(file.name)) return isDoor ? 1000 + learnt(mutant, file) : -1;
    const names = mentions(file, mutant.object) ? 500 : 0;
    const table = mentions(file, bare(mutant.relation)) ? 40 : 0;
    const domain = domains.has(file.domain) ? 80 : 0;
    const matrix = mutant.kind.startsWith("policy") ? ISOLATION : WRITES;
    const general = file.name === matrix ? 130 : GENERAL.has(file.domain) ? 1 : 0;
    return (names || table || domain || general) && names + table + domain + general + learnt(mutant, file);
  };

  return {
    of(mutant) {
      const domains = domainsOf(mutant);
      return files
        .map((file) => ({ file, score: scoreOf(mutant, domains, file) }))
        .filter(({ score }) => score !== 0)
        .sort((a, b) => b.score - a.score)
        .map(({ file }) => file);
    },
    learn(mutant, file) {
      clock++;
      for (const [key] of keys(mutant)) {
        const of = noticed.get(key) ?? new Map<string, number>();
        noticed.set(key, of.set(file.name, clock));
      }
    },
  };
}

const bare = (relation: string) => relation.replace(/^\w+\./, "").replace(/\(.*$/, "");
const mentions = ({ words }: TestFile, word: string) => words.has(word);

/** The domains of the migrations that make the table, or that name the object. */
export function domainFinder(): (mutant: Mutant) => ReadonlySet<string> {
  const migrations = globSync("supabase/migrations/*.sql", { cwd: ROOT }).map((path) => ({
    domain: /^\d+_([a-z]+)/.exec(basename(path))?.[1] ?? "",
    text: readFileSync(join(ROOT, path), "utf8"),
  }));
  return ({ relation, object }) =>
    new Set(
      migrations
        .filter(
          ({ text }) =>
            text.includes(`table ${relation} (`) ||
            text.includes(`function ${relation}(`) ||
            (object.length > 8 && text.includes(object)),
        )
        .map(({ domain }) => domain),
    );
}
