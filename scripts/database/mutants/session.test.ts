import { expect, test } from "vitest";
import { redsOf } from "./session.ts";

test.each([
  ["ok 1 - fine", []],
  ["not ok 2 - the till is closed\n# Failed test 2", ["the till is closed"]],
  ["not ok 3 - later # TODO not yet", []],
  ["# Looks like you failed 1 test of 3", []],
  ["{}", []],
  [17, []],
])("%s", (value, assertions) => {
  expect(redsOf(value, "select 1").map(({ assertion }) => assertion)).toEqual(assertions);
});

test("a plan that is not kept is red, and known for what it is", () => {
  expect(redsOf("# Looks like you planned 3 tests but ran 2", "select * from finish()")).toMatchObject([
    { isIncomplete: true, assertion: "Looks like you planned 3 tests but ran 2" },
  ]);
});
