import { expect, test } from "vitest";
import { readTestFile } from "./test-file.ts";

test("a file is its statements without the transaction and the fixture around them", () => {
  const file = readTestFile(
    "orders/placing.test.sql",
    "begin;\nselect plan(1);\nselect tests.fixture();\nselect ok(true);\nrollback;",
  );
  expect(file).toMatchObject({ domain: "orders", statements: ["select plan(1)", "select ok(true)"] });
  expect(file?.words.has("plan")).toBe(true);
});

test.each(["analyze public.orders;", "begin; select 1; commit;"])("%s is not run: no rollback undoes it", (source) => {
  expect(readTestFile("analytics/plans.test.sql", source)).toBeNull();
});
