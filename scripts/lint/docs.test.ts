import { expect, test } from "vitest";
import { checkDocument } from "./docs.ts";

const surroundings = {
  exists: (path: string) => ["docs/errors.md", "scripts/lint.ts", "supabase/tests/**"].includes(path),
  roots: new Set(["docs", "scripts", "supabase"]),
  npmScripts: new Set(["demo"]),
};
const check = (text: string) => checkDocument("docs/a.md", text, surroundings);

test("what exists is not reported, and neither is what is no path", () => {
  const text =
    "`scripts/lint.ts:12`, `supabase/tests/**`, [errors](errors.md#top), `npm run demo`, `/rest/v1`, `a/b`, " +
    "[web](https://example.com/x), [above](#heading), `scripts/<name>.ts`";
  expect(check(text)).toEqual([]);
});

test("paths, links and scripts that do not exist are reported with their line", () => {
  expect(check("fine\n`scripts/gone.ts`\n[gone](gone.md) and `npm run gone -- --x`")).toEqual([
    "docs/a.md:2: scripts/gone.ts does not exist",
    "docs/a.md:3: gone.md does not exist",
    "docs/a.md:3: npm script gone does not exist",
  ]);
});
