import { expect, test } from "vitest";
import type { Red } from "./evidence.ts";
import { mutant, testFile } from "./fixture.ts";
import { judgeWith } from "./judge.ts";
import { orderFiles } from "./order.ts";
import type { Session } from "./session.ts";
import type { TestFile } from "./test-file.ts";

const behaviour: Red = { assertion: "it is refused", statement: "select tests.refused()" };
const list: Red = {
  assertion: "the list",
  statement: "select set_eq($$select 1 from pg_constraint$$, array[1], 'the list')",
};

/** A session in which each file says these reds, with a mutant and without one. */
function fakeSession(reds: Record<string, Red[]>, control: Record<string, Red[]> = {}) {
  let isMutant = false;
  const asked: string[] = [];
  const session: Session = {
    become: async (statement) => {
      isMutant = statement !== null;
    },
    run: async ({ name }: TestFile) => {
      if (isMutant) asked.push(name);
      return (isMutant ? reds : control)[name] ?? [];
    },
    age: () => 0,
    close: async () => {},
  };
  return { session, asked };
}
const files = ["catalog/tables.test.sql", "orders/a.test.sql", "orders/b.test.sql", "staff/c.test.sql"].map((name) =>
  testFile(name),
);
const judge = () => judgeWith(orderFiles(files, () => new Set(["orders"])));

test("the first behaviour that differs ends the question", async () => {
  const { session, asked } = fakeSession({ "orders/a.test.sql": [behaviour] });
  expect(await judge().judge(session, mutant())).toMatchObject({
    killedBy: "behaviour",
    by: "orders/a.test.sql: it is refused",
    files: 1,
  });
  expect(asked).toEqual(["orders/a.test.sql"]);
});

test("a list that differs is no kill, and the survivor says that it was seen", async () => {
  const { session, asked } = fakeSession({ "orders/a.test.sql": [list] });
  expect(await judge().judge(session, mutant())).toMatchObject({ killedBy: null, by: "orders/a.test.sql: the list" });
  expect(asked).toEqual(["orders/a.test.sql", "orders/b.test.sql", "catalog/tables.test.sql"]);
});

test("contracts are asked last about guards and first about doors", async () => {
  const reds = { "catalog/tables.test.sql": [behaviour] };
  const guard = fakeSession(reds);
  expect(await judge().judge(guard.session, mutant())).toMatchObject({ killedBy: "contract", files: 3 });
  const door = fakeSession(reds);
  expect(await judge().judge(door.session, mutant({ kind: "grant on a table" }))).toMatchObject({
    killedBy: "contract",
    files: 1,
  });
});

test("a file that is red without a mutant stops the run", async () => {
  const reds = { "orders/a.test.sql": [behaviour] };
  await expect(judge().judge(fakeSession(reds, reds).session, mutant())).rejects.toThrow("red without a mutant");
});

test("the file that has noticed one mutant of a table is asked first about the next", async () => {
  const one = judge();
  await one.judge(fakeSession({ "orders/b.test.sql": [behaviour] }).session, mutant());
  const { session, asked } = fakeSession({ "orders/b.test.sql": [behaviour] });
  await one.judge(session, mutant({ name: "another" }));
  expect(asked).toEqual(["orders/b.test.sql"]);
});
