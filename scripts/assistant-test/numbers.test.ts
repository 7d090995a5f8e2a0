/** What runners write down is read as it was meant, and a number that is too low is said. */
import { describe, expect, test } from "vitest";
import { describeMutants, describeTests, shortcomings, summarize, weaknesses } from "./report.ts";
import { type Result, readDatabase, readJunit, readVitest } from "./results.ts";
import { RISKS } from "./risks.ts";

describe("results", () => {
  test("of deno: passed, failed, skipped", () => {
    const xml = `<testsuites><testsuite name="./a.test.ts">
      <testcase name="it&apos;s &lt;fine&gt;" classname="./a.test.ts" time="0.1" line="4" col="6">
      </testcase>
      <testcase name="wrong" classname="./a.test.ts" time="0.1"><failure message="Uncaught">no</failure></testcase>
      <testcase name="not now" classname="./a.test.ts" time="0"><skipped/></testcase>
      <testcase name="short" classname="./a.test.ts" time="0"/></testsuite></testsuites>`;
    expect(readJunit(xml).map(({ file, name, ok }) => `${file} ${name} ${ok}`)).toEqual([
      "a.test.ts it's <fine> true",
      "a.test.ts wrong false",
      "a.test.ts short true",
    ]);
  });

  test("of vitest: with what they stand under", () => {
    const assertion = (status: string) => ({ ancestorTitles: ["LLM01"], title: "words", status });
    const testResults = [{ name: "/here/tests/a.test.ts", assertionResults: ["passed", "failed"].map(assertion) }];
    const read = readVitest(JSON.stringify({ testResults }), "/here");
    expect(read.map(({ file, name, ok }) => [file, name, ok])).toEqual([
      ["tests/a.test.ts", "LLM01 > words", true],
      ["tests/a.test.ts", "LLM01 > words", false],
    ]);
  });

  test("of pgTAP: a file that broke off has failed by what it planned", () => {
    const files = [
      { file: "a.test.sql", ok: true, tap: { passed: 5, planned: 5 } },
      { file: "b.test.sql", ok: false, tap: { passed: 2, planned: 5 } },
      { file: "c.test.sql", ok: false, tap: { passed: 0, planned: 0 } },
    ];
    expect(readDatabase(JSON.stringify({ files })).map(({ passed, failed }) => [passed, failed])).toEqual([
      [5, 0],
      [2, 3],
      [0, 1],
    ]);
  });
});

const result = (file: string, name: string, ok = true): Result => ({
  file,
  name,
  ok,
  passed: Number(ok),
  failed: Number(!ok),
});
const attacks = Object.keys(RISKS).flatMap((risk) =>
  Array.from({ length: 6 }, (_, n) => result("tests/attacks/attacks.test.ts", `${risk} > ${n}`)),
);
const others = [
  result("supabase/tests/assistant/proposals.test.sql", "life"),
  result("supabase/tests/assistant/reads.test.sql", "reads"),
  result("supabase/functions/ai-webhook/handler.test.ts", "tampered"),
];

describe("the report", () => {
  test("counts attacks by risk and the rest by what it is about", () => {
    const tests = summarize([...attacks, ...others], 95);
    expect(tests.attacks.map(({ passed }) => passed)).toEqual(Array(10).fill(6));
    expect(tests.parts.map(({ name }) => name)).toEqual(["life of every change", "reads, calls and turns", "webhook"]);
    expect(shortcomings(tests)).toEqual([]);
    expect(describeTests(tests)).toMatch(/attacks together +60 passed/);
  });

  test("says what failed, what is too few and what is too little", () => {
    const failed = result("tests/attacks/attacks.test.ts", "LLM10 > more", false);
    expect(shortcomings(summarize([...attacks.slice(1), failed], 89.9))).toEqual([
      "LLM10 unbounded consumption: 1 failed",
      "59 attacks withstood, at least 60 expected",
      "89.9 % of branches, at least 90 % expected",
    ]);
    expect(shortcomings(summarize(attacks, null))).toEqual(["0 % of branches, at least 90 % expected"]);
  });

  test("of mutants: each survivor with its line, and rooms below the mark", () => {
    const rooms = [
      { room: "a", mutants: 10, noticed: 8, score: 0.8 },
      { room: "b", mutants: 100, noticed: 79, score: 0.79 },
    ];
    const missed = [{ file: "a.ts", line: 7, mutator: "StringLiteral", replacement: '""', met: false }];
    const files = [{ file: "supabase/functions/a/b.ts", mutants: 10, noticed: 8, endless: 2 }];
    expect(weaknesses({ rooms })).toEqual(["b: 79.0 % of the mutants noticed, at least 80.0 % expected"]);
    expect(weaknesses({ rooms: [] })).toEqual(["no mutant was made: no source has that path"]);
    const lines = describeMutants({ rooms, files, missed });
    expect(lines).toMatch(/a\.ts:7 StringLiteral → ""/);
    expect(lines).toMatch(/ a\/b\.ts +8 of +10 noticed, 2 of them by a test that no longer ended/);
  });
});
