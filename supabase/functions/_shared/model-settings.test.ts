// Which model, at what price: told by the environment, counted in whole numbers.
import assert from "node:assert/strict";
import { costMicro, estimateTokens, readModelSettings } from "./model-settings.ts";

const FULL = {
  OPENAI_API_KEY: "sk-1",
  OPENAI_MODEL: "some-model",
  OPENAI_PRICE_INPUT: "1250000",
  OPENAI_PRICE_OUTPUT: "10000000",
};
const read = (env: Record<string, string>) => readModelSettings((name) => env[name]);

Deno.test("without a key there is no model; with one, the rest is needed and checked", () => {
  assert.equal(read({}), null);
  assert.equal(read({ ...FULL, OPENAI_API_KEY: "" }), null);
  assert.deepEqual(read(FULL), {
    apiKey: "sk-1",
    baseUrl: "https://api.openai.com/v1",
    model: "some-model",
    prices: { input: 1_250_000n, cachedInput: 1_250_000n, output: 10_000_000n },
    reasoningEffort: null,
  });
  const more = {
    OPENAI_BASE_URL: "http://127.0.0.1:9/v1",
    OPENAI_PRICE_CACHED_INPUT: "5",
    OPENAI_REASONING_EFFORT: "low",
  };
  const settings = read({ ...FULL, ...more });
  assert.deepEqual(
    [settings?.baseUrl, settings?.prices.cachedInput, settings?.reasoningEffort],
    [more.OPENAI_BASE_URL, 5n, "low"],
  );
  for (const name of ["OPENAI_MODEL", "OPENAI_PRICE_INPUT", "OPENAI_PRICE_OUTPUT"]) {
    assert.throws(() => read({ ...FULL, [name]: "" }), new RegExp(`${name} is missing`));
  }
  const wrong = {
    OPENAI_PRICE_INPUT: "1.25",
    OPENAI_BASE_URL: "localhost",
    OPENAI_MODEL: "a b",
    OPENAI_REASONING_EFFORT: "much",
  };
  for (const [name, value] of Object.entries(wrong)) {
    assert.throws(
      () => read({ ...FULL, [name]: value }),
      (error: Error) => error.message.startsWith(`environment: ${name}:`),
    );
  }
});

Deno.test("a cost is what the tokens cost, rounded up, exact however large", () => {
  const prices = { input: 1_250_000n, cachedInput: 125_000n, output: 10_000_000n };
  const cost = (inputTokens: number, cachedTokens: number, outputTokens: number) =>
    costMicro(prices, { inputTokens, cachedTokens, outputTokens });
  assert.deepEqual([cost(0, 0, 0), cost(1, 0, 0), cost(1, 1, 0), cost(1_000, 400, 10)], [0, 2, 1, 900]);
  assert.equal(cost(10, 99, 0), 2, "no more is remembered than there is");
  assert.equal(
    costMicro({ ...prices, output: 999_999_999_999n }, { inputTokens: 0, cachedTokens: 0, outputTokens: 9_007 }),
    9_007_000_000,
  );
});

Deno.test("an estimate counts bytes, so that no script is cheap", () => {
  assert.deepEqual([estimateTokens(""), estimateTokens("abcd"), estimateTokens("日本")], [0, 2, 2]);
});
