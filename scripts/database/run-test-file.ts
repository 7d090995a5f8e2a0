/**
 * Runs one pgTAP file, statement by statement, and collects what it says. Rows are taken as they come, so that the
 * assertions before an SQL error are not lost. The first error ends the file, as psql's ON_ERROR_STOP does.
 */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import pg from "pg";
import { using } from "./connection.ts";
import { lineAt, type Statement, splitStatements } from "./statements.ts";
import { isTap, readTap, type Tap } from "./tap.ts";
import { ROOT } from "./test-databases.ts";

const STATEMENT_TIMEOUT = "60s"; // a test that waits for a lock forever fails instead

export interface FileResult {
  file: string;
  ok: boolean;
  ms: number;
  tap: Tap;
  error: string | null;
}

export type NoticeListener = (notice: { severity?: string | undefined; message?: string | undefined }) => void;

export async function runTestFile(path: string, url: string, onNotice?: NoticeListener): Promise<FileResult> {
  const begun = performance.now();
  const lines: string[] = [];
  const error = await using(url, (client) => {
    if (onNotice) client.on("notice", onNotice);
    return runFile(client, path, lines);
  }).catch((reason: Error) => reason.message);
  const tap = readTap(lines);
  const ms = Math.round(performance.now() - begun);
  return { file: relative(ROOT, path), ok: tap.ok && error === null, ms, tap, error };
}

async function runFile(client: pg.Client, path: string, lines: string[]): Promise<string | null> {
  await client.query(`set statement_timeout = '${STATEMENT_TIMEOUT}'; set client_min_messages = warning`);
  for (const statement of splitStatements(readFileSync(path, "utf8"))) {
    try {
      await runStatement(client, statement.text, lines);
    } catch (error) {
      return describeError(error, statement);
    }
  }
  return null;
}

function runStatement(client: pg.Client, text: string, lines: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query<unknown[]>({ text, rowMode: "array" } as pg.QueryArrayConfig);
    query.on("row", (row) => {
      for (const value of Object.values(row)) if (isTap(value)) lines.push(value);
    });
    query.on("error", reject);
    query.on("end", () => resolve());
    client.query(query);
  });
}

function describeError(error: unknown, { text, line }: Statement): string {
  if (!(error instanceof pg.DatabaseError)) return `line ${line}: ${error instanceof Error ? error.message : error}`;
  const { code, message, position, detail, hint, where } = error;
  // Positions count characters of the statement from 1; an error at run time has none.
  const at = position ? line + lineAt(text, Number(position) - 1) - 1 : line;
  const more = { detail, hint, where };
  return [
    `line ${at}: ${code} ${message}`,
    ...Object.entries(more).flatMap(([name, value]) =>
      value ? [`  ${name}: ${value.replaceAll("\n", "\n    ")}`] : [],
    ),
  ].join("\n");
}
