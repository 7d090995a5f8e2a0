// Which model, at what price: told by the environment, counted in whole numbers.
import assert from "node:assert/strict";
import { costMicro, estimateTokens, providerUsage, readModelSettings } from "./model-settings.ts";

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

Deno.test("names and prices are whole, and no longer than they can be", () => {
  const accepts = (more: Record<string, string>) => {
    try {
      return read({ ...FULL, ...more }) !== null;
    } catch {
      return false;
    }
  };
  for (const price of ["0", "9".repeat(12)]) assert.ok(accepts({ OPENAI_PRICE_OUTPUT: price }), price);
  for (const price of ["9".repeat(13), "-1", "1e6", "x1", "1x", " 1"]) {
    for (const name of ["OPENAI_PRICE_INPUT", "OPENAI_PRICE_CACHED_INPUT", "OPENAI_PRICE_OUTPUT"]) {
      assert.ok(!accepts({ [name]: price }), `${name} ${price}`);
    }
  }
  for (const model of ["m", "gpt-5.1", "vendor/model:tag_2", `m${"x".repeat(99)}`]) {
    assert.ok(accepts({ OPENAI_MODEL: model }), model);
  }
  for (const model of [`m${"x".repeat(100)}`, "-m", " m", "m ", "m\n", "m?"]) {
    assert.ok(!accepts({ OPENAI_MODEL: model }), model);
  }
  for (const effort of ["minimal", "low", "medium", "high"]) {
    assert.equal(read({ ...FULL, OPENAI_REASONING_EFFORT: effort })?.reasoningEffort, effort);
  }
});

Deno.test("what a provider says that it has used is believed within bounds", () => {
  const used = (more: object) => providerUsage.safeParse({ input_tokens: 5, output_tokens: 7, ...more }).data ?? null;
  const usage = { inputTokens: 5, cachedTokens: 0, outputTokens: 7 };
  for (const details of [undefined, null, {}]) assert.deepEqual(used({ input_tokens_details: details }), usage);
  assert.deepEqual(used({ input_tokens_details: { cached_tokens: 3 } }), { ...usage, cachedTokens: 3 });
  assert.deepEqual(used({ input_tokens: 0, output_tokens: 10_000_000 })?.outputTokens, 10_000_000);
  for (const wrong of [-1, 1.5, 10_000_001, "5", null]) {
    const all = [{ input_tokens: wrong }, { output_tokens: wrong }, { input_tokens_details: { cached_tokens: wrong } }];
    for (const more of all) assert.equal(used(more), null, JSON.stringify(more));
  }
});
