/**
 * Every rule of docs/domain.md has one row in docs/coverage-of-domain.md: files that exist and keep it, and tests of that
 * name which prove it, or an honest "not yet". It reads names, not assertions: that a test proves its rule is for people
 * to judge; that it is still there, is not.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../stages/run-stage.ts";
import { sayFindings } from "./say-findings.ts";

export const DOMAIN = "docs/domain.md";
export const COVERAGE = "docs/coverage-of-domain.md";

/** A file's text by its path from the root, or null when there is no such file. */
export type ReadFile = (path: string) => string | null;

interface Row {
  readonly id: string;
  readonly where: string;
  readonly keptBy: string;
  readonly provedBy: string;
}

export function checkDomain(domain: string, coverage: string, read: ReadFile): string[] {
  const { rules, findings } = readRules(domain);
  const { rows, malformed } = readRows(coverage);
  findings.push(...malformed);
  if (rules.size === 0) findings.push(`${DOMAIN}: no rules`);
  for (const id of rules.keys()) {
    const times = rows.filter((row) => row.id === id).length;
    if (times !== 1) findings.push(`${COVERAGE}: ${id} has ${times} rows instead of one`);
  }
  for (const row of rows) {
    const isBuilt = rules.get(row.id);
    if (isBuilt === undefined) findings.push(`${row.where}: ${row.id} is no rule of ${DOMAIN}`);
    else if (isBuilt === (row.keptBy === "not yet"))
      findings.push(`${row.where}: ${row.id} is ${isBuilt ? "kept" : "not yet kept"} by ${DOMAIN}`);
    findings.push(...(row.keptBy === "not yet" ? checkReason(row) : checkRow(row, read)));
  }
  const built = [...rules.values()].filter(Boolean).length;
  const counts = `${rules.size} rules: ${built} kept, ${rules.size - built} not yet.`;
  if (!coverage.split("\n").includes(counts)) findings.push(`${COVERAGE}: its counts should read "${counts}"`);
  return findings;
}

/** Rules by id, and whether they are kept. */
function readRules(domain: string): { rules: Map<string, boolean>; findings: string[] } {
  const rules = new Map<string, boolean>();
  const findings: string[] = [];
  for (const [index, line] of domain.split("\n").entries()) {
    if (!line.startsWith("- ")) continue;
    const id = line.match(/^- \*\*([A-Z]{3}-\d\d)\*\* \S/)?.[1];
    if (!id) findings.push(`${DOMAIN}:${index + 1}: a rule begins with its id, such as **ORD-07**`);
    else if (rules.has(id)) findings.push(`${DOMAIN}:${index + 1}: ${id} is taken`);
    else rules.set(id, !line.endsWith(" *Not yet.*"));
  }
  return { rules, findings };
}

function readRows(coverage: string): { rows: Row[]; malformed: string[] } {
  const rows: Row[] = [];
  const malformed: string[] = [];
  for (const [index, line] of coverage.split("\n").entries()) {
    if (!line.startsWith("|") || /^\|( rule |---)/.test(line)) continue;
    const where = `${COVERAGE}:${index + 1}`;
    const [, id, keptBy, provedBy, end, ...more] = line.split("|").map((cell) => cell.trim());
    if (!id || !keptBy || provedBy === undefined || end !== "" || more.length > 0)
      malformed.push(`${where}: a row has three cells: rule, kept by, proved by`);
    else rows.push({ id, where, keptBy, provedBy });
  }
  return { rows, malformed };
}

const checkReason = ({ where, id, provedBy }: Row): string[] =>
  provedBy === "" ? [`${where}: ${id} says in a few words what it waits for`] : [];

function checkRow({ where, id, keptBy, provedBy }: Row, read: ReadFile): string[] {
  const findings: string[] = [];
  for (const part of keptBy.split("<br>")) {
    const path = part.match(/^`([^`]+)`$/)?.[1];
    if (!path) findings.push(`${where}: ${id}: "${part}" is no path`);
    else if (read(path) === null) findings.push(`${where}: ${id}: ${path} does not exist`);
  }
  for (const part of provedBy.split("<br>")) {
    const [, path, names = ""] = part.match(/^`([^`]+)` (“.+”)$/) ?? [];
    if (!path) {
      findings.push(`${where}: ${id}: a test is named by its file and its words: \`path\` “words” · “words”`);
      continue;
    }
    const text = read(path);
    if (text === null) findings.push(`${where}: ${id}: ${path} does not exist`);
    else
      for (const name of names.slice(1, -1).split("” · “"))
        if (!hasTest(path, text, name)) findings.push(`${where}: ${id}: ${path} has no test “${name}”`);
  }
  return findings;
}

/** Whether a text is a whole literal of a test file, outside of comments. Spaces at its ends may join it to others. */
export function hasTest(path: string, text: string, name: string): boolean {
  const isSql = path.endsWith(".sql");
  if (name === "" || (!isSql && !/\.(test|race|suite)\.ts$/.test(path))) return false;
  const code = text.replace(isSql ? /^\s*--.*$/gm : /^\s*(\/\/|\/?\*).*$/gm, "");
  const literal = (quote: string, words: string) =>
    `${quote}\\s?${words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s?${quote}`;
  const literals = isSql
    ? [literal("'", name.replaceAll("'", "''"))]
    : [literal('"', name.replaceAll('"', '\\"')), literal("`", name)];
  return new RegExp(literals.join("|")).test(code);
}

const readFromRoot: ReadFile = (path) => {
  const file = join(ROOT, path);
  return existsSync(file) && statSync(file).isFile() ? readFileSync(file, "utf8") : null;
};

if (import.meta.main)
  await sayFindings(async () => {
    const [domain, coverage] = [DOMAIN, COVERAGE].map(readFromRoot);
    return checkDomain(domain ?? "", coverage ?? "", readFromRoot);
  });
