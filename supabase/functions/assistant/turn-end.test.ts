// How a turn ends: budgets, failures of the model, time, a breaker.
import assert from "node:assert/strict";
import { asks, fails, type Script, says } from "../_shared/openai-server.testing.ts";
import { assertProblem } from "../_shared/testing.ts";
import { last, refuse, textOf, withHouse } from "./ask.testing.ts";

const again = asks("search_menu", { query: "x" });

Deno.test("when the day's budget is used up in the middle, that is the end of it", async () => {
  const answers = {
    continue_assistant_turn: refuse("assistant_budget_exhausted", 429, "cost: again from 2126-06-02T03:00:00Z"),
  };
  await withHouse(
    [{ text: "Let me see.", ...again }],
    async ({ hear, named, model }) => {
      const heard = await hear("Go on");
      assert.equal(last(heard), "error assistant_budget_exhausted");
      assert.ok(Number(heard.at(-1)?.data.retry_after_s) > 1_000_000);
      assert.equal(model.requests.length, 1);
      const end = named("finish_assistant_turn")[0]?.args;
      assert.deepEqual(
        [end?.p_outcome, end?.p_text, end?.p_input_tokens],
        ["assistant_budget_exhausted", "Let me see.", 100],
      );
    },
    { answers },
  );
});

const failures: [string, Script, string, "used" | "unused", number][] = [
  ["it fails twice", [fails(500), fails(503)], "model_unavailable", "unused", 2],
  ["it is too busy twice", [fails(429), fails(429)], "model_unavailable", "unused", 2],
  ["the key is refused", [fails(401)], "model_unavailable", "unused", 1],
  ["the request is refused", [fails(400)], "model_unavailable", "unused", 1],
  ["the connection breaks", [says("One moment", { ends: "disconnect" })], "model_unavailable", "used", 1],
  ["it ends without an end", [{ raw: 'data: {"type":"response.created"}\n\n' }], "model_unavailable", "used", 1],
  ["it says that it failed", [says("One moment", { ends: "failed" })], "model_unavailable", "used", 1],
  ["it speaks no JSON", [{ raw: "data: {oops\n\n" }], "model_answer_invalid", "used", 1],
  [
    "it makes no sense",
    [{ raw: 'data: {"type":"response.completed","response":{"output":7}}\n\n' }],
    "model_answer_invalid",
    "used",
    1,
  ],
  ["it never stops", [says(`${"x".repeat(999)} `.repeat(50))], "model_answer_invalid", "used", 1],
];
for (const [what, script, code, used, requests] of failures) {
  Deno.test(`no answer: ${what}`, async () => {
    await withHouse(script, async ({ hear, named, model }) => {
      const heard = await hear("Hello?");
      assert.equal(last(heard), `error ${code}`);
      assert.equal(model.requests.length, requests);
      const end = named("finish_assistant_turn")[0]?.args;
      assert.equal(end?.p_outcome, code);
      assert.equal(Number(end?.p_input_tokens) > 0, used === "used", `${end?.p_input_tokens} tokens`);
    });
  });
}

Deno.test("a first try that failed is made again", async () => {
  await withHouse([fails(500), says("Here I am")], async ({ hear, named }) => {
    const heard = await hear("Hello?");
    assert.deepEqual([textOf(heard), last(heard)], ["Here I am", "done ok"]);
    assert.equal(named("finish_assistant_turn")[0]?.args.p_input_tokens, 100);
  });
});

Deno.test("an answer cut off by its limit is kept, and said to be cut off", async () => {
  await withHouse([says("Once upon", { ends: "incomplete" })], async ({ hear, named }) => {
    assert.equal(last(await hear("A story")), "done cut_off");
    assert.equal(named("finish_assistant_turn")[0]?.args.p_text, "Once upon");
  });
});

Deno.test("a refusal of the model is its answer; a thought goes with the next round, as it came", async () => {
  const script: Script = [{ reasoning: "sealed", ...again }, { refusal: "I will not." }];
  await withHouse(
    script,
    async ({ hear, model }) => {
      assert.equal(textOf(await hear("Do wrong")), "I will not.");
      assert.deepEqual(model.requests[0]?.body.include, ["reasoning.encrypted_content"]);
      assert.match(JSON.stringify(model.requests[1]?.body.input), /"encrypted_content":"sealed"/);
    },
    { settings: { reasoningEffort: "low" } },
  );
});

Deno.test("a server that says all at once, without a word of what it cost, is estimated", async () => {
  const output = [
    { type: "message", content: [{ type: "output_text", text: "All at once" }] },
    { type: "web_search_call" },
  ];
  const raw = `data: ${JSON.stringify({ type: "response.completed", response: { output } })}\n\n`;
  await withHouse([{ raw }], async ({ hear, named }) => {
    assert.equal(textOf(await hear("Hello")), "All at once");
    const end = named("finish_assistant_turn")[0]?.args;
    assert.ok(Number(end?.p_input_tokens) > 1_000 && Number(end?.p_output_tokens) > 3);
  });
});

Deno.test("a slow drip: the request has an end, and so has the turn", async () => {
  const drip = says("word ".repeat(500), { everyMs: 10 });
  await withHouse(
    [drip],
    async ({ hear, model, named }) => {
      assert.equal(last(await hear("Slowly")), "error model_unavailable");
      await model.requests[0]?.over;
      assert.equal(model.requests[0]?.hungUp(), true);
      assert.ok(
        Number(named("finish_assistant_turn")[0]?.args.p_input_tokens) > 1_000,
        "what it may have cost is counted",
      );
    },
    { guard: { timeoutMs: 80 } },
  );
  await withHouse(
    [drip],
    async ({ hear, model }) => {
      const heard = await hear("Slowly");
      assert.deepEqual([last(heard), heard.at(-1)?.data.retry_after_s], ["error model_unavailable", 15]);
      await model.requests[0]?.over;
    },
    { limits: { turnMs: 80 } },
  );
});

Deno.test("what is down is not asked: after some failures the breaker says so at once, and tools stay", async () => {
  const guard = { failuresToOpen: 2, openForMs: 60_000 };
  await withHouse(
    [fails(500), fails(500)],
    async ({ hear, ask, model, calls }) => {
      assert.equal(last(await hear("Hello?")), "error model_unavailable");
      const before = calls.length;
      const response = await ask("Hello?");
      assert.equal(response.headers.get("retry-after"), "15");
      const { hint } = await assertProblem(response, 503, "model_unavailable");
      assert.match(String(hint), /assistant\/tools/);
      assert.deepEqual([model.requests.length, calls.length - before], [2, 0], "neither the model nor the database");
    },
    { guard },
  );
});

Deno.test("a breaker that opens in the middle ends the turn", async () => {
  await withHouse(
    [again, fails(500), says("never said")],
    async ({ hear, model, named }) => {
      assert.equal(last(await hear("Hello?")), "error model_unavailable");
      assert.equal(model.requests.length, 2);
      assert.equal(named("finish_assistant_turn")[0]?.args.p_input_tokens, 0, "what was never asked costs nothing");
    },
    { guard: { failuresToOpen: 1, openForMs: 60_000 } },
  );
});
