/**
 * What the documents name exists: paths in backticks or links, and npm scripts. A guide that points at files long gone is
 * worse than none.
 */
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { ROOT } from "../stages/run-stage.ts";
import { sayFindings } from "./say-findings.ts";

export interface Surroundings {
  /** Whether a path or a pattern, seen from the root, matches something. */
  exists(path: string): boolean;
  /** Names at the root: what begins with one of them means a path. */
  roots: ReadonlySet<string>;
  npmScripts: ReadonlySet<string>;
}

/** `document` is the path of the file from the root; links are relative to it. */
export function checkDocument(document: string, text: string, { exists, roots, npmScripts }: Surroundings): string[] {
  const findings: string[] = [];
  for (const { 0: whole, 1: code, 2: link, index } of text.matchAll(/`([^`\n]+)`|\]\(([^)\s]+)\)/g)) {
    const line = text.slice(0, index).split("\n").length;
    const missing = (what: string) => findings.push(`${document}:${line}: ${what} does not exist`);
    const name = code?.match(/^npm run ([\w:-]+)/)?.[1];
    if (name && !npmScripts.has(name)) missing(`npm script ${name}`);
    if (code && isPath(code, roots) && !isLocal(code) && !exists(withoutLine(code))) missing(code);
    if (link && !/^[a-z]+:|^#/.test(link)) {
      const target = posix.normalize(posix.join(posix.dirname(document), link.split("#")[0] ?? ""));
      if (!exists(target)) missing(whole.slice(2, -1));
    }
  }
  return findings;
}

/** A person makes it; the repository never holds it. */
const isLocal = (path: string) => posix.basename(path) === ".env";
const withoutLine = (path: string) => path.replace(/:\d+$/, "");

function isPath(code: string, roots: ReadonlySet<string>): boolean {
  const [first = ""] = code.split("/", 1);
  return /^[\w.@/*:-]+$/.test(code) && code.includes("/") && roots.has(first);
}

async function checkAll(): Promise<string[]> {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };
  const surroundings: Surroundings = {
    exists: (path) => (path.includes("*") ? globSync(path, { cwd: ROOT }).length > 0 : existsSync(join(ROOT, path))),
    roots: new Set(readdirSync(ROOT).filter((name) => !["node_modules", ".git", ".stack"].includes(name))),
    npmScripts: new Set(Object.keys(manifest.scripts)),
  };
  const documents = globSync("**/*.md", {
    cwd: ROOT,
    exclude: (name) => /(^|\/)(node_modules|\.stack|\.git)$/.test(name),
  });
  return documents.sort().flatMap((path) => {
    const document = dirname(path) === "." ? path : path.replaceAll("\\", "/");
    return checkDocument(document, readFileSync(join(ROOT, path), "utf8"), surroundings);
  });
}

if (import.meta.main) await sayFindings(checkAll);
