import { expect, test } from "vitest";
import { weigh } from "./evidence.ts";
import { mutant, testFile } from "./fixture.ts";

const orders = testFile("orders/placing.test.sql");
const red = (statement: string) => ({ assertion: "x", statement });

test("an attempt that came out otherwise is behaviour", () => {
  expect(weigh(red("select tests.refused('anon', 'place_order()', '42501', 'x')"), orders, mutant())).toBe("behaviour");
});

test("a rule over the catalogs is a contract, wherever it stands", () => {
  const rule = red("select is_empty($$select 1 from pg_policy where polcmd = '*'$$, 'x')");
  expect(weigh(rule, orders, mutant())).toBe("contract");
  expect(weigh(red("select set_eq(…)"), testFile("catalog/functions.test.sql"), mutant())).toBe("contract");
  expect(weigh(red("select ok(…)"), testFile("catalog/isolation.test.sql"), mutant())).toBe("behaviour");
});

test("a copy of the catalogs that differs from the catalogs proves nothing", () => {
  const copy = "select set_eq($$select tgname from pg_trigger$$, array['audit'], 'x')";
  expect(weigh(red(copy), orders, mutant())).toBe("list");
  expect(weigh(red(copy), testFile("catalog/writes.test.sql"), mutant())).toBe("list");
});

test("nor does a copy of the permissions, but what the permissions let somebody do does", () => {
  const taken = mutant({ kind: "permission taken", relation: "public.role_permissions" });
  const copy = red("select set_eq('select role, permission from public.role_permissions', $$values …$$, 'x')");
  expect(weigh(copy, orders, taken)).toBe("list");
  expect(weigh(copy, orders, mutant())).toBe("behaviour");
  const asked =
    "select is((select array_agg(r) from public.role_permissions p, private.venues_with(p.permission) r), '{}', 'x')";
  expect(weigh(red(asked), orders, taken)).toBe("behaviour");
});

test("another number of assertions than planned proves nothing", () => {
  expect(weigh({ ...red("select * from finish()"), isIncomplete: true }, orders, mutant())).toBe("list");
});
