/** What a person types at the prompt, and what a tool is given. */
import { expect, test } from "vitest";
import { ArgumentsError, argumentsOf, type ListedTool, wordsOf } from "./tools.ts";

const taking = (properties: object) => ({ input_schema: { properties, required: [] } }) as unknown as ListedTool;
const search = taking({ query: { type: "string" }, limit: { type: "integer" } });
const archive = taking({ menu_item_ids: { type: "array" } });

test("words are cut as a shell would, and JSON is left whole", () => {
  expect(wordsOf('search_menu query="fish and chips" limit=5')).toEqual([
    "search_menu",
    "query=fish and chips",
    "limit=5",
  ]);
  expect(wordsOf("a b='it is'")).toEqual(["a", "b=it is"]);
  expect(wordsOf('update_prices {"prices": [{"a": "b c"}]}')).toEqual(["update_prices", '{"prices": [{"a": "b c"}]}']);
  expect(wordsOf(`a prices='[{"a":"b"}]'`).at(1)).toContain('[{"a":"b"}]');
  expect(wordsOf("")).toEqual([]);
});

test("values are what the tool takes", () => {
  expect(argumentsOf(["query=12", "limit=12"], search)).toEqual({ query: "12", limit: 12 });
  expect(argumentsOf(["other=x=y", "flag=true"], search)).toEqual({ other: "x=y", flag: true });
  expect(argumentsOf(["menu_item_ids=a,b"], archive)).toEqual({ menu_item_ids: ["a", "b"] });
  expect(argumentsOf(['{"a":', "1}"])).toEqual({ a: 1 });
  expect(() => argumentsOf(["{oops"])).toThrow(ArgumentsError);
});
