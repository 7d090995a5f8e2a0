/** Instrumented functions must behave as before and report exactly the branches that were taken. */
import type pg from "pg";
import { expect, test } from "vitest";
import { using } from "../connection.ts";
import { withFreshClone } from "../fresh-clone.ts";
import { instrument } from "./instrument.ts";
import { branchOf, instrumentDatabase } from "./measure.ts";

const kinds = (source: string, language: "plpgsql" | "sql" = "plpgsql") =>
  instrument(source, language, 1).branches.map(({ kind }) => kind);

test.each([
  ["if", "begin if a then b(); end if; end", ["if", "if without else"]],
  ["elsif and else", "begin if a then b(); elsif c then d(); else e(); end if; end", ["if", "elsif", "else"]],
  ["loops", "begin for r in select 1 loop b(); end loop; while a loop c(); end loop; end", ["loop", "loop"]],
  ["handlers", "begin b(); exception when x then c(); when y or z then d(); end", ["exception", "exception"]],
  [
    "a case statement, with a statement after it",
    "begin case a when 1 then b(); else c(); end case; if d then e(); else f(); end if; end",
    ["case statement when", "else", "if", "else"],
  ],
  [
    "a case in a condition",
    "begin if case when a then b end then c(); else d(); end if; end",
    ["case when", "case without else", "if", "else"],
  ],
  ["declarations", "declare v int := case a when 1 then 2 else 3 end; begin return v; end", ["case when", "case else"]],
  ["words in literals and comments", "begin raise notice 'if then'; -- if a then\n perform $$case when$$; end", []],
])("branches of %s", (_, source, expected) => {
  expect(kinds(source)).toEqual(expected);
});

test("branches of an SQL body, nested", () => {
  expect(kinds("select case when a then case b when 1 then 2 end else 3 end", "sql")).toEqual([
    ...["case when", "case when", "case without else", "case else"],
  ]);
});

const SAMPLE = `
create function private.sample(p_kind text, p_number integer) returns text language plpgsql stable set search_path = '' as $$
declare
  v_size text := case when p_number is null then 'none' when p_number > 9 then 'big' else 'small' end;
begin
  if p_kind = 'fail' then
    raise exception 'refused' using errcode = 'P0001';
  end if;
  for i in 1..coalesce(p_number, 0) loop
    v_size := v_size || case p_kind when 'dot' then '.' when 'dash' then '-' end;
  end loop;
  return v_size;
exception when raise_exception then
  return 'caught';
end $$`;

const CALLS: [string | null, number | null][] = [
  ["dot", 3],
  ["dash", 10],
  ["other", 2],
  [null, null],
  ["fail", 1],
];

test("an instrumented function answers as before, and reports what was taken, also when it is rolled back", async () => {
  await withFreshClone((_, adminUrl) =>
    using(adminUrl, async (client) => {
      await client.query(SAMPLE);
      const before = await answers(client);
      const instrumented = await instrumentDatabase(client, () => true);
      const sample = instrumented.find(({ name }) => name === "private.sample");
      const taken: number[] = [];
      client.on("notice", (notice) => taken.push(branchOf(notice) ?? 0));
      expect(await answers(client)).toEqual(before);
      expect(sample?.branches.map(({ id }) => id).filter((id) => !taken.includes(id))).toEqual([]);

      taken.length = 0;
      await client.query("discard all"); // as a new session: what was said once is said again
      await client.query("begin; select private.sample('dot', 1); rollback");
      const kindsTaken = sample?.branches.filter(({ id }) => taken.includes(id)).map(({ kind }) => kind);
      expect(kindsTaken).toEqual(["case else", "if without else", "loop", "case when"]);
    }),
  );
});

async function answers(client: pg.Client): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const call of CALLS) found.push((await client.query("select private.sample($1, $2) as answer", call)).rows);
  return found;
}
