/** Files that are made from the database and checked in: written, or with --check compared with what is there. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { diff, parseArgs } from "node:util";
import { describe } from "../stack/stack-error.ts";
import { ROOT } from "./test-databases.ts";

export interface GeneratedFile {
  path: string;
  /** The npm script that writes it. */
  command: string;
  generate(): Promise<string>;
}

/** The command line that every generator has. */
export async function runGenerator(file: GeneratedFile): Promise<void> {
  try {
    const flag = { type: "boolean", default: false } as const;
    const { check } = parseArgs({ options: { check: flag, write: flag } }).values; // to write is the default
    process.exitCode = await bringUpToDate(file, check);
  } catch (error) {
    console.error(describe(error));
    process.exitCode = 1;
  }
}

async function bringUpToDate({ path, command, generate }: GeneratedFile, check: boolean): Promise<number> {
  const name = relative(ROOT, path);
  const content = await generate();
  const present = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (content === present) {
    console.log(`${name} is fresh`);
    return 0;
  }
  if (check) {
    console.error(`${name} is not what the migrations make; run: ${command}\n${describeDifference(present, content)}`);
    return 1;
  }
  writeFileSync(path, content);
  console.log(`${name} written`);
  return 0;
}

/** Changed lines with their line number in the file that is checked in. */
export function describeDifference(present: string, wanted: string, limit = 60): string {
  const changes: string[] = [];
  let line = 1;
  for (const [operation, text] of diff(wanted.split("\n"), present.split("\n"))) {
    if (operation !== 0) changes.push(`${String(line).padStart(6)} ${operation > 0 ? "+" : "-"} ${text}`);
    if (operation <= 0) line++;
  }
  const rest = changes.length - limit;
  return [...changes.slice(0, limit), ...(rest > 0 ? [`… and ${rest} more`] : [])].join("\n");
}
