import { expect, test } from "vitest";
import { splitStatements } from "./statements.ts";

const texts = (source: string) => splitStatements(source).map(({ text }) => text);

test("statements begin on the line of their first word", () => {
  const source = "-- heading\n\nbegin;\n/* a\n/* nested */ ; */ select 1;\n\nselect\n  2";
  expect(splitStatements(source)).toEqual([
    { text: "begin", line: 3 },
    { text: "select 1", line: 5 },
    { text: "select\n  2", line: 7 },
  ]);
});

test.each([
  ["a literal", "select 'a; b', 'it''s; c'"],
  ["an escape string", String.raw`select E'a\'; b'`],
  ["a literal that ends in a backslash", String.raw`select 'a\' || ';'`],
  ["a quoted name", 'select 1 as "a;""b"'],
  ["a dollar quote", "select $$a; 'b$$, $x$c; $$ d$x$"],
  ["a comment", "select 1 -- a; 'b\n, 2 /* c; ' */"],
])("a semicolon inside %s ends nothing", (_, statement) => {
  expect(texts(`${statement}; select 2;`)).toEqual([statement, "select 2"]);
});

test("a dollar sign in a name or a parameter opens no quote", () => {
  expect(texts("select a$b$c; select $1; select 2")).toEqual(["select a$b$c", "select $1", "select 2"]);
});

test.each([
  ["a dollar quote that is never closed", "select 1;\nselect $$ x", /line 2: \$\$ is never closed/],
  ["a comment that is never closed", "/* x", /line 1: the comment is never closed/],
  ["a psql command", "select 1;\n\\set x 1", /line 2: psql commands do not run here/],
])("%s is refused with its line", (_, source, message) => {
  expect(() => splitStatements(source)).toThrow(message);
});
