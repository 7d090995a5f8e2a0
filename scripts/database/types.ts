/** `npm run types`: the TypeScript types of the public schema, as the Supabase CLI reads them from the database. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { withFreshClone } from "./fresh-clone.ts";
import { runGenerator } from "./generated-file.ts";
import { runSupabase } from "./supabase-cli.ts";
import { ROOT } from "./test-databases.ts";

const HEADING = "// Made by `npm run types` from the migrations; do not edit.\n\n";

const generate = () =>
  withFreshClone(async (url) => {
    const { ok, stdout, stderr } = await runSupabase(["gen", "types", `--remote=${url}`, "--schema", "public"]);
    if (!ok) throw new Error(`supabase gen types failed:\n${stderr}`);
    return format(HEADING + stdout.trimStart());
  });

/** The CLI leaves its output unformatted: a change of one column would otherwise be a change of a long line. */
function format(source: string): string {
  const deno = join(ROOT, "node_modules", ".bin", "deno");
  return execFileSync(deno, ["fmt", "--ext", "ts", "--line-width", "120", "-"], { input: source, encoding: "utf8" });
}

await runGenerator({
  path: join(ROOT, "supabase", "functions", "_shared", "database.types.ts"),
  command: "npm run types",
  generate,
});
