import { expect, test } from "vitest";
import { checkDomain, hasTest } from "./domain.ts";

const files: Record<string, string> = {
  "supabase/migrations/1_orders.sql": "",
  "supabase/tests/orders/a.test.sql":
    "-- 'only a comment'\nselect ok(true, 'it''s paid'), ok(true, a || ' does not');\n",
  "tests/flows/b.test.ts":
    '// test("only a comment")\ntest.each(ROUNDS)("one wins (round %i)", run);\ntest(`says "x"`, run);\n',
};
const read = (path: string) => files[path] ?? null;

const domain = `# The domain

- **ORD-01** An order is paid once.
- **ORD-02** It is never lost. *Not yet.*
`;
const kept =
  "| ORD-01 | `supabase/migrations/1_orders.sql` | `supabase/tests/orders/a.test.sql` “it's paid” · “does not”<br>`tests/flows/b.test.ts` “one wins (round %i)” |";
const later = "| ORD-02 | not yet | reconciliation |";
const coverage = (...rows: string[]) =>
  ["2 rules: 1 kept, 1 not yet.", "", "| rule | kept by | proved by |", "|---|---|---|", ...rows, ""].join("\n");
const row = (text: string) => checkDomain(domain, coverage(text, later), read);

test("a rule with its files and tests, and one that says that it waits", () => {
  expect(checkDomain(domain, coverage(kept, later), read)).toEqual([]);
});

test("a rule without a row, with two, and a row without a rule", () => {
  expect(checkDomain(domain, coverage(kept), read)).toEqual([
    "docs/coverage-of-domain.md: ORD-02 has 0 rows instead of one",
  ]);
  expect(checkDomain(domain, coverage(kept, kept, later), read)).toEqual([
    "docs/coverage-of-domain.md: ORD-01 has 2 rows instead of one",
  ]);
  expect(checkDomain(domain, coverage(kept, later, "| ORD-09 | not yet | x |"), read)).toEqual([
    "docs/coverage-of-domain.md:7: ORD-09 is no rule of docs/domain.md",
  ]);
});

test("files and tests that are not there are named", () => {
  expect(row(kept.replace("1_orders", "2_orders"))).toEqual([
    "docs/coverage-of-domain.md:5: ORD-01: supabase/migrations/2_orders.sql does not exist",
  ]);
  expect(row(kept.replace("b.test", "c.test"))).toEqual([
    "docs/coverage-of-domain.md:5: ORD-01: tests/flows/c.test.ts does not exist",
  ]);
  expect(row(kept.replace("it's paid", "it's free"))).toEqual([
    "docs/coverage-of-domain.md:5: ORD-01: supabase/tests/orders/a.test.sql has no test “it's free”",
  ]);
});

test("a row that proves nothing: no path, no words, a cell too few", () => {
  expect(row("| ORD-01 | the orders | `tests/flows/b.test.ts` “one wins (round %i)” |")).toEqual([
    'docs/coverage-of-domain.md:5: ORD-01: "the orders" is no path',
  ]);
  expect(row("| ORD-01 | `supabase/migrations/1_orders.sql` | `tests/flows/b.test.ts` |")).toEqual([
    "docs/coverage-of-domain.md:5: ORD-01: a test is named by its file and its words: `path` “words” · “words”",
  ]);
  expect(row("| ORD-01 | `supabase/migrations/1_orders.sql` |")).toEqual([
    "docs/coverage-of-domain.md:5: a row has three cells: rule, kept by, proved by",
    "docs/coverage-of-domain.md: ORD-01 has 0 rows instead of one",
  ]);
});

test("both pages say the same of what is not yet kept, and why", () => {
  expect(checkDomain(domain, coverage(kept, kept.replace("ORD-01", "ORD-02")), read)).toEqual([
    "docs/coverage-of-domain.md:6: ORD-02 is not yet kept by docs/domain.md",
  ]);
  expect(row("| ORD-01 | not yet | x |")).toEqual(["docs/coverage-of-domain.md:5: ORD-01 is kept by docs/domain.md"]);
  expect(checkDomain(domain, coverage(kept, "| ORD-02 | not yet | |"), read)).toEqual([
    "docs/coverage-of-domain.md:6: ORD-02 says in a few words what it waits for",
  ]);
});

test("ids are whole and nobody else's, and the counts are right", () => {
  expect(checkDomain(`${domain}- **ORD-01** Again.\n- An order.\n`, coverage(kept, later), read)).toEqual([
    "docs/domain.md:5: ORD-01 is taken",
    "docs/domain.md:6: a rule begins with its id, such as **ORD-07**",
  ]);
  expect(checkDomain(domain, coverage(kept, later).replace("1 kept", "2 kept"), read)).toEqual([
    'docs/coverage-of-domain.md: its counts should read "2 rules: 1 kept, 1 not yet."',
  ]);
  expect(checkDomain("", "", read)).toContain("docs/domain.md: no rules");
});

test("a test's name is a whole literal of a test file, not a part of one, and not a comment", () => {
  const sql = "supabase/tests/orders/a.test.sql";
  const text = files[sql] ?? "";
  expect(hasTest(sql, text, "it's paid")).toBe(true);
  for (const name of ["paid", "only a comment", "it''s paid", ""]) expect(hasTest(sql, text, name), name).toBe(false);
  const ts = "tests/flows/b.test.ts";
  expect(hasTest(ts, files[ts] ?? "", 'says "x"')).toBe(true);
  for (const name of ["one wins", "only a comment"]) expect(hasTest(ts, files[ts] ?? "", name), name).toBe(false);
  expect(hasTest("tests/support/guests.ts", 'test("x")', "x"), "no test file").toBe(false);
});
