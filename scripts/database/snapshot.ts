/**
 * `npm run snapshot`: schema.snapshot.sql, the whole schema as deterministic text. A change to a migration shows there as
 * what it does to the database, line by line; in review that is read beside the migration.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { using } from "./connection.ts";
import { withFreshClone } from "./fresh-clone.ts";
import { runGenerator } from "./generated-file.ts";
import { splitStatements } from "./statements.ts";
import { ROOT } from "./test-databases.ts";

const HEADING =
  "-- The schema that the migrations make. Written by `npm run snapshot`, compared by `npm run lint`; do not edit.\n";

async function describeSchema(client: pg.Client): Promise<string> {
  const sections: string[] = [HEADING];
  for (const { text } of splitStatements(readFileSync(join(import.meta.dirname, "snapshot.sql"), "utf8"))) {
    const { fields, rows } = await client.query<[string]>({ text, rowMode: "array" });
    sections.push(section(fields[0]?.name ?? "", rows));
  }
  for (const table of await referenceTables(client)) {
    const text = `select to_jsonb(t)::text from ${table} t order by 1`;
    sections.push(section(`rows of ${table}`, (await client.query<[string]>({ text, rowMode: "array" })).rows));
  }
  return sections.join("\n");
}

const section = (heading: string, rows: [string][]) =>
  [`-- ${heading}`, ...rows.map(([line]) => line.replaceAll(/[ \t]+$/gm, "")), ""].join("\n");

/** Tables whose comment says that only migrations change them. */
async function referenceTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c
     where c.relkind = 'r' and obj_description(c.oid, 'pg_class') like '%Reference data, changed by migrations only.%' order by 1`,
  );
  return rows.map(({ name }) => name);
}

await runGenerator({
  path: join(ROOT, "schema.snapshot.sql"),
  command: "npm run snapshot",
  generate: () =>
    withFreshClone((url) =>
      using(url, async (client) => {
        await client.query("set search_path = ''"); // names are written in full wherever Postgres prints one
        return describeSchema(client);
      }),
    ),
});
