// The library as it is used here: no more than an answer is taken, nothing is tried twice, and trouble says what it is.
import assert from "node:assert/strict";
import OpenAI from "openai";
import { createModelGuard, createOpenAi, ModelTrouble, mayAskAgain, modelTrouble } from "./openai-client.ts";
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

/** What comes of one question to a server that answers so. */
async function answered(answer: (request: Request) => Response, options: Parameters<typeof createOpenAi>[1] = {}) {
  const asked: { path: string; headers: Headers }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked.push({ path: new URL(request.url).pathname, headers: new Headers(request.headers) });
    return answer(request);
  });
  const openai = createOpenAi({ apiKey: "sk-1", baseUrl: `http://127.0.0.1:${server.addr.port}/v1` }, options);
  const outcome = await openai.responses.create({ model: "m", input: "Hello" }).catch((error: unknown) => error);
  await server.shutdown();
  return { outcome, asked };
}

Deno.test("a conversation is sent on nowhere, whoever says so", async () => {
  const { outcome, asked } = await answered(({ url }) => Response.redirect(new URL("/elsewhere", url), 307));
  assert.equal(modelTrouble(outcome, false).kind, "refused");
  assert.deepEqual(
    asked.map(({ path }) => path),
    ["/v1/responses"],
  );
});

Deno.test("the key is the one that was set up, and of nobody's organisation; an answer may be as large as is said", async () => {
  const text = JSON.stringify({ id: "resp_1", object: "response", output: [] });
  const answer = () => new Response(text, { headers: { "content-type": "application/json" } });
  Deno.env.set("OPENAI_ORG_ID", "org-of-the-machine");
  Deno.env.set("OPENAI_PROJECT_ID", "project-of-the-machine");
  const { outcome, asked } = await answered(answer, { largestAnswerBytes: text.length });
  Deno.env.delete("OPENAI_ORG_ID");
  Deno.env.delete("OPENAI_PROJECT_ID");
  assert.equal((outcome as { id?: string }).id, "resp_1", String(outcome));
  const sent = ["authorization", "openai-organization", "openai-project"].map((name) => asked[0]?.headers.get(name));
  assert.deepEqual(sent, ["Bearer sk-1", null, null]);
  const larger = await answered(answer, { largestAnswerBytes: text.length - 1 });
  assert.equal(modelTrouble(larger.outcome, false).kind, "invalid");
  assert.equal(modelTrouble(larger.outcome, false).begun, true);
});

Deno.test("a model that is down is left alone for a while; one that refuses, or answers nonsense, is not down", async () => {
  for (const [kind, state] of [
    ["outage", "open"],
    ["refused", "closed"],
    ["invalid", "closed"],
  ] as const) {
    const guard = createModelGuard();
    let tries = 0;
    for (let call = 0; call < 4; call += 1) {
      const work = () => {
        tries += 1;
        return Promise.reject(new ModelTrouble(kind, false));
      };
      await assert.rejects(guard.run(work, { repeatable: true }), ModelTrouble);
    }
    assert.deepEqual([guard.state(), tries], [state, 4], kind);
  }
  assert.equal(mayAskAgain(new ModelTrouble("refused", false)), false);
});
