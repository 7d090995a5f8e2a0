/** Which part of the product a function belongs to, and where its body stands: read from the migrations. */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { lineAt } from "../statements.ts";
import { ROOT } from "../test-databases.ts";

/** At least this share of the branches of each of these must be taken by a pgTAP test. */
export const REQUIRED_SHARE = 0.9;
const CRITICAL: Record<string, RegExp> = {
  pricing: /_orders_pricing\.sql$/,
  payments: /_payments_\w+\.sql$/,
  access: /_tenancy_access\.sql$/,
};
/** The tests that are about them. */
export const CRITICAL_TESTS = ["tests/payments/", "tests/orders/", "tests/access/"];

export interface Place {
  domain: string;
  isCritical: boolean;
  /** Path of the migration that holds the body in force. */
  file: string;
  /** Line on which an offset of the body stands. */
  lineOf(offset: number): number;
}

export function placeFinder(): (name: string, body: string) => Place {
  const migrations = globSync("supabase/migrations/*.sql", { cwd: ROOT })
    .sort()
    .map((file) => ({ file, text: readFileSync(join(ROOT, file), "utf8") }));
  return (name, body) => {
    const creator = migrations.find(({ text }) => text.includes(`function ${name}(`));
    const holder = migrations.findLast(({ text }) => text.includes(body));
    if (!creator || !holder) throw new Error(`no migration holds the body of ${name}`);
    const [critical] = Object.entries(CRITICAL).find(([, files]) => files.test(creator.file)) ?? [];
    const start = holder.text.indexOf(body);
    return {
      domain: critical ?? /^\d+_([a-z]+)/.exec(basename(creator.file))?.[1] ?? "other",
      isCritical: critical !== undefined,
      file: holder.file,
      lineOf: (offset) => lineAt(holder.text, start + offset),
    };
  };
}
