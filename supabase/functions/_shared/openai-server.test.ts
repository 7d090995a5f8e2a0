// The scripted model is a server that the official library understands: what it plays arrives as what it is.
import assert from "node:assert/strict";
import OpenAI from "openai";
import {
  asks,
  fails,
  type Script,
  type ScriptedModel,
  says,
  scriptedModel,
  toolOutputs,
} from "./openai-server.testing.ts";

async function withModel(script: Script, test: (client: OpenAI, model: ScriptedModel) => Promise<void>): Promise<void> {
  const model = await scriptedModel(...script);
  try {
    await test(new OpenAI({ apiKey: "sk-test", baseURL: model.url, maxRetries: 0 }), model);
  } finally {
    await model.close();
  }
}
const ask = { model: "model-of-tests", input: [{ role: "user" as const, content: "Hello" }] };

Deno.test("it speaks: word by word, and as a whole", async () => {
  await withModel([says("Good evening to you"), says("Again")], async (client, model) => {
    const types: string[] = [];
    let text = "";
    for await (const event of await client.responses.create({ ...ask, stream: true })) {
      types.push(event.type);
      if (event.type === "response.output_text.delta") text += event.delta;
      if (event.type === "response.completed") assert.equal(event.response.usage?.total_tokens, 120);
    }
    assert.equal(text, "Good evening to you");
    assert.equal(types.filter((type) => type === "response.output_text.delta").length, 4);
    assert.deepEqual([types[0], types.at(-1)], ["response.created", "response.completed"]);
    assert.equal((await client.responses.create(ask)).output_text, "Again");
    assert.equal(model.left(), 0);
    assert.equal(model.requests[0]?.headers.authorization, "Bearer sk-test");
  });
});

Deno.test("it calls tools, with any arguments, and reads what they answer", async () => {
  const seen: string[][] = [];
  const script: Script = [
    asks("search_menu", { query: "soup" }, { reasoning: "thought" }),
    asks("search_menu", "{broken"),
    (request) => {
      seen.push(toolOutputs(request));
      return says("Done");
    },
  ];
  await withModel(script, async (client) => {
    const first = await client.responses.create(ask);
    const [thought, call] = first.output;
    assert.equal(thought?.type, "reasoning");
    assert.ok(call?.type === "function_call" && call.arguments === '{"query":"soup"}', JSON.stringify(call));
    const second = await client.responses.create(ask);
    assert.ok(second.output[0]?.type === "function_call" && second.output[0].arguments === "{broken");
    const output = { type: "function_call_output" as const, call_id: call.call_id, output: "two soups" };
    await client.responses.create({ ...ask, input: [call, output] });
    assert.deepEqual(seen, [["two soups"]]);
  });
});

Deno.test("it goes wrong in each way that a provider can", async () => {
  const events = async (client: OpenAI) => {
    const types: string[] = [];
    for await (const { type } of await client.responses.create({ ...ask, stream: true })) types.push(type);
    return types;
  };
  const script: Script = [
    fails(429, { "retry-after": "3" }),
    fails(500),
    says("Half", { ends: "disconnect" }),
    says("Cut", { ends: "incomplete" }),
    says("No", { ends: "failed" }),
    { raw: "data: {oops\n\n" },
  ];
  await withModel(script, async (client, model) => {
    await assert.rejects(events(client), { status: 429 });
    await assert.rejects(events(client), { status: 500 });
    await assert.rejects(events(client), /terminated|reset|body|connection|error reading/i);
    assert.equal((await events(client)).at(-1), "response.incomplete");
    assert.equal((await events(client)).at(-1), "response.failed");
    await assert.rejects(events(client), SyntaxError);
    await assert.rejects(events(client), { status: 500 }, "the script is over");
    model.play(says("Slow and long", { everyMs: 5, ends: "never" }));
    const stream = await client.responses.create({ ...ask, stream: true });
    for await (const event of stream) if (event.type === "response.output_text.delta") break;
    const request = model.requests.at(-1);
    await request?.over;
    assert.ok(request?.hungUp(), "it knows that nobody listens any more");
  });
});
