/**
 * docs/errors.md, made from the registry in the database and the declarations of the functions. Nothing in it is written
 * by hand, so a code can neither be missing there nor outlive its removal.
 */
import { join } from "node:path";
import { using } from "./connection.ts";
import { readFunctionErrors } from "./errors/function-errors.ts";
import { type RegisteredError, readRegistry } from "./errors/raised-codes.ts";
import { withFreshClone } from "./fresh-clone.ts";
import { runGenerator } from "./generated-file.ts";
import { ROOT } from "./test-databases.ts";

const INTRODUCTION = `<!-- Made by \`node scripts/database/errors-doc.ts\`; do not edit. -->
# Errors

Every refusal has a stable, machine-readable code. Decide by the code: the texts may change, the codes do not.

- **The REST API** (tables and RPCs) answers with the status below and
  \`{"code": "PT409", "message": "out_of_stock", "details": "…", "hint": "…"}\`: \`message\` is the code, \`details\` says what
  was wrong with this call, \`hint\` is the remedy.
- **The functions** answer with \`application/problem+json\`, in which \`code\` is the code, \`detail\` says what was wrong with
  this call and \`hint\` is the remedy. They pass on what the database refuses.
- What Postgres itself refuses keeps its SQLSTATE as \`code\`: \`42501\` when a policy or a missing grant forbids it, \`23xxx\`
  when a constraint does, \`40001\`, \`40P01\` and \`55P03\` (answered as 500 or 409) when two transactions met: [repeat the call](retrying.md)
  with the same idempotency key.

Each RPC names the codes it can end with in its comment, after "Errors:"; \`schema.snapshot.sql\` lists them all.
`;

const table = (heading: string, errors: readonly RegisteredError[]) => `
## ${heading}

| Code | Status | What it means | What to do |
|---|---|---|---|
${errors.map((e) => `| \`${e.code}\` | ${e.http_status} | ${cell(e.meaning)} | ${cell(e.remedy)} |`).join("\n")}
`;

const cell = (text: string) => text.replaceAll("|", "\\|");

await runGenerator({
  path: join(ROOT, "docs", "errors.md"),
  command: "node scripts/database/errors-doc.ts",
  generate: () =>
    withFreshClone(async (url) => {
      const database = await using(url, readRegistry);
      const functions = readFunctionErrors();
      return INTRODUCTION + table("Of the database", database) + table("Of the functions alone", functions);
    }),
});
