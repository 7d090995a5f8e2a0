/**
 * The tools in docs/assistant.md, made from the registry: between its two marks nothing is written by hand, so that a tool
 * can neither be missing there nor outlive its removal.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tools } from "../supabase/functions/assistant/registry.ts";
import { MODULES } from "../supabase/functions/assistant/tool.ts";
import { runGenerator } from "./database/generated-file.ts";
import { ROOT } from "./stages/run-stage.ts";

const PATH = join(ROOT, "docs", "assistant.md");
const [FROM, UNTIL] = ["<!-- tools: made by `node scripts/assistant-doc.ts` -->\n", "\n<!-- end of tools -->"] as const;

function table(): string {
  const rows = MODULES.flatMap((module) =>
    tools
      .filter((tool) => tool.module === module)
      .map(
        ({ name, kind, permission, description }) =>
          `| ${module} | \`${name}\` | ${kind} | \`${permission}\` | ${description} |`,
      ),
  );
  return ["| Module | Tool | Kind | Needs | What it does |", "|---|---|---|---|---|", ...rows].join("\n");
}

await runGenerator({
  path: PATH,
  command: "node scripts/assistant-doc.ts",
  generate: async () => {
    const text = readFileSync(PATH, "utf8");
    const [start, end] = [text.indexOf(FROM), text.indexOf(UNTIL)];
    if (start < 0 || end < start) throw new Error(`docs/assistant.md has lost the marks around its tools: ${FROM}`);
    return text.slice(0, start + FROM.length) + table() + text.slice(end);
  },
});
