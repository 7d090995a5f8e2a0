// The library as it is used here: no more than an answer is taken, nothing is tried twice, and trouble says what it is.
import assert from "node:assert/strict";
import OpenAI from "openai";
import { createOpenAi, ModelTrouble, mayAskAgain, modelTrouble } from "./openai-client.ts";
import { fails, says, scriptedModel } from "./openai-server.testing.ts";

const ask = { model: "m", input: "Hello", stream: true as const };

Deno.test("a server that sends more than an answer is hung up on", async () => {
  const model = await scriptedModel(says("word ".repeat(2_000)), fails(500));
  try {
    const openai = createOpenAi({ apiKey: "sk-1", baseUrl: model.url }, { largestAnswerBytes: 50_000 });
    let words = 0;
    const hear = async () => {
      for await (const { type } of await openai.responses.create(ask)) if (type.endsWith("delta")) words += 1;
    };
    await assert.rejects(hear, (error) => error instanceof ModelTrouble && error.kind === "invalid");
    assert.ok(words > 50 && words < 2_000, `${words}`);
    await assert.rejects(hear, { status: 500 });
    assert.equal(model.requests.length, 2, "tried once");
  } finally {
    await model.close();
  }
});

Deno.test("what went wrong, and whether to ask again", () => {
  const status = (code: number) => OpenAI.APIError.generate(code, {}, "", new Headers());
  const kinds: [unknown, string][] = [
    [new OpenAI.APIConnectionError({ message: "gone" }), "outage"],
    [new TypeError("error reading a body"), "outage"],
    [new SyntaxError("no JSON"), "invalid"],
    ...[408, 409, 429, 500, 503].map((code): [unknown, string] => [status(code), "outage"]),
    ...[400, 401, 403, 404, 422].map((code): [unknown, string] => [status(code), "refused"]),
  ];
  for (const [error, kind] of kinds) assert.equal(modelTrouble(error, false).kind, kind, String(error));
  const known = new ModelTrouble("invalid", true);
  assert.equal(modelTrouble(known, false), known);
  assert.deepEqual(
    [
      mayAskAgain(modelTrouble(status(500), false)),
      mayAskAgain(modelTrouble(status(500), true)),
      mayAskAgain(known),
      mayAskAgain(new Error()),
    ],
    [true, false, false, false],
  );
});
