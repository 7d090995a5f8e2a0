// One question to a model: what it is sent word for word, what is made of its answer, and where its words end.
import assert from "node:assert/strict";
import { asks, says, type Turn } from "../_shared/openai-server.testing.ts";
import { type Asking, ask, message, question, tool, whole } from "./ask-model.testing.ts";
import { inputTokens } from "./ask-model.ts";

const MOST = 40_000;

Deno.test("the model is sent the question, and nothing that it does not need", async () => {
  const sent = {
    model: "model-of-tests",
    instructions: "Be brief.",
    input: [{ role: "user", content: "Soup?" }],
    tools: [tool],
    tool_choice: "auto",
    parallel_tool_calls: true,
    max_output_tokens: 900,
    safety_identifier: "somebody",
    stream: true,
    store: false,
  };
  const body = async (asking: Asking) => {
    let seen: unknown;
    await ask(
      [says("No")],
      async (asked, model) => {
        await asked;
        seen = model.requests[0]?.body;
      },
      asking,
    );
    return seen;
  };
  assert.deepEqual(await body({}), sent);
  assert.deepEqual(await body({ question: { mayCallTools: false } }), { ...sent, tool_choice: "none" });
  const thoughtful = { ...sent, reasoning: { effort: "low" }, include: ["reasoning.encrypted_content"] };
  assert.deepEqual(await body({ settings: { reasoningEffort: "low" } }), thoughtful);
});

Deno.test("an answer is what it says, what it asks for, what it reads again, and what it has used", async () => {
  const turn: Turn = {
    ...asks("search_menu", { query: "x" }),
    text: "One moment",
    reasoning: "sealed",
    usage: { input: 30, cached: 10, output: 5 },
  };
  const heard: string[] = [];
  await ask(
    [turn],
    async (asked) => {
      const call = { name: "search_menu", arguments: '{"query":"x"}' };
      assert.deepEqual(await asked, {
        text: "One moment",
        calls: [{ callId: "call_1_0", ...call }],
        items: [
          { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "sealed" },
          { role: "assistant", content: "One moment" },
          { type: "function_call", call_id: "call_1_0", ...call },
        ],
        isWhole: true,
        usage: { inputTokens: 30, cachedTokens: 10, outputTokens: 5 },
      });
      assert.deepEqual(heard, ["One ", "moment"]);
    },
    { onText: (text) => heard.push(text) },
  );
});

Deno.test("what was not asked for is dropped: other items, none at all, thoughts that are not sealed", async () => {
  const output = [
    null,
    "text",
    {},
    { type: "web_search_call", action: "rm" },
    { type: "reasoning", id: "rs_1" },
    { type: "reasoning", id: "rs_2", encrypted_content: null },
    message("One", " two"),
    message("Three"),
  ];
  await ask([whole(output)], async (asked) => {
    const { text, calls, items } = await asked;
    assert.equal(text, "One two\n\nThree");
    assert.deepEqual(calls, []);
    assert.deepEqual(items, [
      { role: "assistant", content: "One two" },
      { role: "assistant", content: "Three" },
    ]);
  });
});

Deno.test("an answer that does not say what it used has used what it looks like", async () => {
  for (const more of [{}, { usage: null }]) {
    await ask([whole([message("x".repeat(600))], more)], async (asked) => {
      const { usage } = await asked;
      const { outputTokens, ...rest } = usage;
      assert.deepEqual(rest, { inputTokens: inputTokens(question), cachedTokens: 0 });
      assert.ok(outputTokens >= 200 && outputTokens < 300, `${outputTokens}`);
    });
  }
  const alone = { instructions: "x".repeat(30), input: [], tools: [] };
  assert.equal(inputTokens(alone), 10 + 1 + 1, "instructions, input and tools are all read");
});

Deno.test("a refusal is heard as it comes, as any answer is", async () => {
  const heard: string[] = [];
  const onText = (text: string) => heard.push(text);
  await ask([{ refusal: "I will not." }], async (asked) => assert.equal((await asked).text, "I will not."), { onText });
  assert.deepEqual(heard, ["I ", "will ", "not."]);
});

Deno.test("an answer without words is passed on without words", async () => {
  const heard: string[] = [];
  const onText = (text: string) => heard.push(text);
  for (const turn of [asks("search_menu", {}), whole([])])
    await ask([turn], async (asked) => void (await asked), { onText });
  assert.deepEqual(heard, []);
});

const long = (letters: number): [string, Turn][] => [
  ["word by word", says(`${"x".repeat(999)} `.repeat(41).slice(0, letters))],
  ["at once", whole([message("x".repeat(letters))])],
];
for (const [how] of long(1)) {
  Deno.test(`words end, ${how}: as many as an answer may have, and not one letter more`, async () => {
    const turn = (letters: number) => long(letters).find(([one]) => one === how)?.[1] ?? {};
    await ask([turn(MOST)], async (asked) => assert.equal((await asked).text.length, MOST));
    await ask([turn(MOST + 1)], async (asked) => {
      await assert.rejects(asked, { name: "ModelTrouble", kind: "invalid", begun: true });
    });
  });
}

Deno.test("arguments too long to be run are not read again", async () => {
  const call = (letters: number) => ({
    type: "function_call",
    call_id: "c",
    name: "n",
    arguments: "x".repeat(letters),
  });
  await ask([whole([call(MOST), call(MOST + 1)])], async (asked) => {
    const { calls, items } = await asked;
    assert.deepEqual(
      calls.map(({ arguments: text }) => text.length),
      [MOST, MOST + 1],
    );
    assert.deepEqual(items, [call(MOST), { ...call(0), arguments: "{}" }]);
  });
});
